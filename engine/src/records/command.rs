//! What a client sent, as typed values: the first step of a save, and the only one that sees JSON.

use std::collections::{BTreeMap, BTreeSet};

use access::{Access, Grant, Operation};
use catalog::{Catalog, Entity, Field, FieldKind};
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId, Value};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::coerce;
use crate::Locale;
use crate::identity::UserChange;

/// One record to create or to change.
#[derive(Debug)]
pub(crate) struct Command {
    /// JSON pointer of the record in the request, where its mistakes are shown.
    pub(crate) at: String,
    /// The record.
    pub(crate) id: Uuid,
    /// Version the change was made from; `None` for a new record or a line of a locked parent.
    pub(crate) version: Option<i64>,
    /// Given values of stored fields; links are here once their references are resolved.
    pub(crate) values: BTreeMap<FieldId, Value>,
    /// Links as written, still to be found.
    pub(crate) references: Vec<Reference>,
    /// Given targets of `links` fields, once resolved.
    pub(crate) links: BTreeMap<FieldId, Vec<Uuid>>,
    /// Given lines of `children` fields.
    pub(crate) lines: Vec<Lines>,
    /// Password of a user, which is no field of the record.
    pub(crate) person: Option<UserChange>,
    /// Fields the client writes, once they are noted: not those that get defaults or their parent.
    pub(crate) given: Option<BTreeSet<FieldId>>,
    /// Everything wrong with it so far.
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// A link as a client wrote it.
#[derive(Debug)]
pub(crate) struct Reference {
    /// The link field.
    pub(crate) field: FieldId,
    /// Where it stands in the request.
    pub(crate) at: String,
    /// Entity it leads to.
    pub(crate) entity: EntityId,
    /// The record it names.
    pub(crate) target: Target,
}

/// How a client names a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// By identity.
    Id(Uuid),
    /// By the value of a key field.
    Key {
        /// The key field of the target.
        field: FieldId,
        /// Its value.
        value: String,
    },
}

/// All lines of one `children` field, replacing those there are.
#[derive(Debug)]
pub(crate) struct Lines {
    /// The `children` field.
    pub(crate) field: FieldId,
    /// How many were given.
    pub(crate) count: usize,
    /// The lines; those with `fresh` are new.
    pub(crate) items: Vec<Line>,
}

/// One line of a parent.
#[derive(Debug)]
pub(crate) struct Line {
    /// Whether it is new.
    pub(crate) fresh: bool,
    /// Its values.
    pub(crate) command: Command,
}

/// What reading commands needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// Rights of the caller, with the catalog.
    pub(crate) access: &'a Access,
    /// Language of labels in messages.
    pub(crate) locale: Locale,
    /// Identities of the earlier operations of a batch, which `"$0"` names.
    pub(crate) earlier: &'a [Option<Uuid>],
}

impl Reader<'_> {
    fn catalog(&self) -> &Catalog {
        self.access.catalog()
    }

    /// Reads the values of one record; everything wrong is kept in the command.
    pub(crate) fn read(
        &self,
        grant: &Grant,
        at: &str,
        id: Uuid,
        version: Option<i64>,
        values: &Map<String, Json>,
    ) -> Command {
        let entity = grant.entity();
        let mut command = Command::empty(at, id, version);
        for (name, json) in values {
            let at = format!("{at}/{}", escaped(name));
            match entity.field(name) {
                None => command.mistakes.push(unknown_field(grant, name).at(at)),
                Some(field) if !self.knows(grant, field) => {
                    command.mistakes.push(unknown_field(grant, name).at(at));
                }
                Some(field) if !grant.allows(field) || matches!(field.kind, FieldKind::Inverse { .. }) => {
                    command.mistakes.push(self.about(field, Diagnostic::error("record.read_only_field")).at(at));
                }
                Some(field) => self.read_field(entity, field, &at, json, &mut command),
            }
        }
        command.note_given();
        command
    }

    /// Says whether the caller may know that there is such a field; a hidden one is as one that is not there.
    fn knows(&self, grant: &Grant, field: &Field) -> bool {
        grant.allows(field) || self.access.shown_field(grant.entity(), &field.name).is_some()
    }

    fn read_field(&self, entity: &Entity, field: &Field, at: &str, json: &Json, command: &mut Command) {
        let read = match &field.kind {
            FieldKind::Link { relation, .. } => self.read_link(field, &relation.target, at, json, command),
            FieldKind::Links { relation, .. } => self.read_links(field, &relation.target, at, json, command),
            FieldKind::Children { relation } => self.read_lines(entity, field, relation, at, json, command),
            FieldKind::AnyLink { targets, .. } => self.read_any_link(field, targets, at, json, command),
            kind => coerce::value(kind, json).map(|value| {
                command.values.insert(field.id.clone(), value);
            }),
        };
        if let Err(mistake) = read {
            command.mistakes.push(self.about(field, mistake).at(at));
        }
    }

    fn read_link(
        &self,
        field: &Field,
        target: &EntityId,
        at: &str,
        json: &Json,
        command: &mut Command,
    ) -> Result<(), Diagnostic> {
        match self.target(target, json)? {
            Some(found) => command.references.push(Reference {
                field: field.id.clone(),
                at: at.to_owned(),
                entity: target.clone(),
                target: found,
            }),
            None => {
                command.values.insert(field.id.clone(), Value::Empty);
            }
        }
        Ok(())
    }

    fn read_links(
        &self,
        field: &Field,
        target: &EntityId,
        at: &str,
        json: &Json,
        command: &mut Command,
    ) -> Result<(), Diagnostic> {
        let items = match json {
            Json::Null => &Vec::new(),
            Json::Array(items) => items,
            other => return Err(coerce::wrong_type("record.not_a_list", other)),
        };
        command.links.insert(field.id.clone(), Vec::with_capacity(items.len()));
        for (index, item) in items.iter().enumerate() {
            let at = format!("{at}/{index}");
            match self.target(target, item) {
                Ok(Some(found)) => {
                    command.references.push(Reference {
                        field: field.id.clone(),
                        at,
                        entity: target.clone(),
                        target: found,
                    });
                }
                Ok(None) => {}
                Err(mistake) => command.mistakes.push(self.about(field, mistake).at(at)),
            }
        }
        Ok(())
    }

    fn read_any_link(
        &self,
        field: &Field,
        targets: &[EntityId],
        at: &str,
        json: &Json,
        command: &mut Command,
    ) -> Result<(), Diagnostic> {
        let expected = "record.any_link_malformed";
        if json.is_null() {
            command.values.insert(field.id.clone(), Value::Empty);
            return Ok(());
        }
        let object = json.as_object().ok_or_else(|| coerce::wrong_type(expected, json))?;
        let name = object.get("entity").and_then(Json::as_str).ok_or_else(|| coerce::wrong_type(expected, json))?;
        let target = self.catalog().entity(name).filter(|entity| targets.contains(&entity.id)).ok_or_else(|| {
            Diagnostic::error("record.link_target_unknown").with("found", coerce::shown(&Json::from(name)))
        })?;
        let id = object.get("id").ok_or_else(|| coerce::wrong_type(expected, json))?;
        let found = self.target(&target.id, id)?.ok_or_else(|| coerce::wrong_type(expected, json))?;
        command.references.push(Reference {
            field: field.id.clone(),
            at: at.to_owned(),
            entity: target.id.clone(),
            target: found,
        });
        Ok(())
    }

    /// Reads how a record is named: an identity, an earlier operation, a key, or what reading the link gives.
    fn target(&self, entity: &EntityId, json: &Json) -> Result<Option<Target>, Diagnostic> {
        let text = match json {
            Json::Null => return Ok(None),
            Json::String(text) if text.is_empty() => return Ok(None),
            Json::String(text) => coerce::checked_text(text)?,
            Json::Object(object) => {
                return match object.get("id") {
                    Some(id @ Json::String(_)) => self.target(entity, id),
                    _ => Err(coerce::wrong_type("record.not_an_id", json)),
                };
            }
            other => return Err(coerce::wrong_type("record.not_an_id", other)),
        };
        if let Some(id) = identity(text) {
            return Ok(Some(Target::Id(id)));
        }
        if let Some(number) = text.strip_prefix('$')
            && !self.earlier.is_empty()
        {
            let id = number.parse::<usize>().ok().and_then(|at| self.earlier.get(at).copied().flatten());
            return id
                .map(|id| Some(Target::Id(id)))
                .ok_or_else(|| Diagnostic::error("batch.unknown_reference").with("found", text));
        }
        match self.catalog().entity_by_id(entity).and_then(|entity| entity.key.clone()) {
            Some(field) => Ok(Some(Target::Key { field, value: text.to_owned() })),
            None => Err(coerce::wrong_type("record.not_an_id", json)),
        }
    }

    fn read_lines(
        &self,
        entity: &Entity,
        field: &Field,
        relation: &catalog::Relation,
        at: &str,
        json: &Json,
        command: &mut Command,
    ) -> Result<(), Diagnostic> {
        let items = match json {
            Json::Null => &Vec::new(),
            Json::Array(items) => items,
            other => return Err(coerce::wrong_type("record.not_a_list", other)),
        };
        let (Some(create), Some(update), Some(parent)) = (
            self.access.grant(&relation.target, Operation::Create),
            self.access.grant(&relation.target, Operation::Update),
            relation.inverse.clone(),
        ) else {
            return Err(Diagnostic::error("record.lines_forbidden").with("entity", &entity.name));
        };
        let mut lines = Lines { field: field.id.clone(), count: items.len(), items: Vec::new() };
        for (index, item) in items.iter().enumerate() {
            let at = format!("{at}/{index}");
            let Some(object) = item.as_object() else {
                command.mistakes.push(self.about(field, coerce::wrong_type("record.line_malformed", item)).at(at));
                continue;
            };
            let mut values = object.clone();
            let given = values.shift_remove("id").filter(|id| !id.is_null());
            // The client may send back what it read: the link to the parent and the attributes that nobody writes.
            let parent_name = create.entity().field_by_id(&parent).map(|field| field.name.clone());
            values.retain(|name, _| Some(name) != parent_name.as_ref());
            let line = match given.map(|id| id.as_str().and_then(identity).ok_or(id)) {
                None => Line { fresh: true, command: self.read(&create, &at, Uuid::now_v7(), None, &values) },
                Some(Ok(id)) => Line { fresh: false, command: self.read(&update, &at, id, None, &values) },
                Some(Err(id)) => {
                    let mistake = coerce::wrong_type("record.not_an_id", &id);
                    command.mistakes.push(self.about(field, mistake).at(format!("{at}/id")));
                    continue;
                }
            };
            lines.items.push(line);
        }
        command.lines.push(lines);
        Ok(())
    }

    /// Adds the label of the field a mistake is about.
    pub(crate) fn about(&self, field: &Field, mistake: Diagnostic) -> Diagnostic {
        mistake.with("field", field_label(field, self.locale))
    }
}

impl Command {
    /// A command that changes nothing yet.
    pub(crate) fn empty(at: &str, id: Uuid, version: Option<i64>) -> Self {
        Self {
            at: at.to_owned(),
            id,
            version,
            values: BTreeMap::new(),
            references: Vec::new(),
            links: BTreeMap::new(),
            lines: Vec::new(),
            person: None,
            given: None,
            mistakes: Vec::new(),
        }
    }

    /// Notes which fields the client writes, before anything else is put among the values.
    pub(crate) fn note_given(&mut self) {
        if self.given.is_some() {
            return;
        }
        let values = self.values.keys().chain(self.references.iter().map(|reference| &reference.field));
        let relations = self.links.keys().chain(self.lines.iter().map(|lines| &lines.field));
        self.given = Some(values.chain(relations).cloned().collect());
    }

    /// Takes the mistakes of the record and of its lines.
    pub(crate) fn take_mistakes(&mut self) -> Vec<Diagnostic> {
        let mut all = std::mem::take(&mut self.mistakes);
        for lines in &mut self.lines {
            for line in &mut lines.items {
                all.append(&mut line.command.take_mistakes());
            }
        }
        all
    }
}

/// Reads an identity in its one usual form.
pub(crate) fn identity(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten()
}

/// Gives the label of a field in a language, else its name.
pub(crate) fn field_label(field: &Field, locale: Locale) -> String {
    super::label(&field.label, locale).unwrap_or(&field.name).to_owned()
}

/// Escapes a name for a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn unknown_field(grant: &Grant, name: &str) -> Diagnostic {
    let names = grant.entity().fields.iter().filter(|field| grant.allows(field)).map(|field| field.name.as_str());
    Diagnostic::error("record.unknown_field")
        .with("name", coerce::shown(&Json::from(name)))
        .with_some("nearest", schemas::suggest::nearest(name, names))
}
