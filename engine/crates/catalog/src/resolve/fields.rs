//! Third stage: entities with their attributes and fields; far sides by name, without their inverses.

use std::collections::HashMap;
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::FieldId;
use schemas::suggest::nearest;
use schemas::{FieldType, FormulaMode, Label, Pattern};

use super::choices;
use super::gather::{Gathered, Source};
use super::values;
use crate::link_back;
use crate::physical::Naming;
use crate::system::{self, ATTRIBUTES, SystemEntity};
use crate::{
    Access, ChoiceSet, Conditions, Default, Entity, Field, FieldKind, Formula, LinkFlavour, OnDelete, Relation,
};

/// An entity on its way, with where each of its fields comes from.
pub(super) struct Draft<'a> {
    pub(super) entity: Entity,
    pub(super) source: Source<'a>,
    /// For each field of the entity its written form and its position in the people's document.
    pub(super) origins: Vec<Option<Origin<'a>>>,
}

/// Where a field comes from.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) field: &'a schemas::Field,
    /// Position in the people's document; `None` for a field of the product.
    pub(super) at: Option<usize>,
}

impl Origin<'_> {
    pub(super) fn pointer(&self, key: &str) -> String {
        match self.at {
            Some(at) if key.is_empty() => format!("/fields/{at}"),
            Some(at) => format!("/fields/{at}/{key}"),
            None => String::new(),
        }
    }
}

/// What the making of fields needs throughout.
struct Stage<'a, 'b> {
    gathered: &'b Gathered<'a>,
    sets: HashMap<&'b str, &'b Arc<ChoiceSet>>,
    naming: &'b mut Naming,
    problems: &'b mut Vec<Diagnostic>,
    ids: HashMap<FieldId, String>,
}

pub(super) fn resolve<'a>(
    gathered: &Gathered<'a>,
    choice_sets: &[Arc<ChoiceSet>],
    naming: &mut Naming,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Draft<'a>> {
    let sets = choice_sets.iter().filter_map(|set| Some((set.name.as_deref()?, set))).collect();
    let mut stage = Stage { gathered, sets, naming, problems, ids: HashMap::new() };
    let mut drafts: Vec<Draft<'a>> = gathered.entities.iter().map(|source| stage.entity(*source)).collect();
    stage.links_back(&mut drafts);
    drafts
}

impl<'a> Stage<'a, '_> {
    fn entity(&mut self, source: Source<'a>) -> Draft<'a> {
        let id = source.id();
        let table = match source.system {
            Some((system, _)) => format!("sys_{}", system.name),
            None => self.naming.name(id.as_str(), source.name, id.as_str()),
        };
        let label = merged(source, |entity| &entity.label).or_name(source.name);
        let plural = merged(source, |entity| &entity.plural);
        let entity = Entity {
            id,
            name: source.name.to_owned(),
            plural: if plural.is_empty() { label.clone() } else { plural },
            label,
            description: merged(source, |entity| &entity.description),
            icon: layers(source).find_map(|entity| entity.icon.clone()),
            title: None,
            key: None,
            table,
            system: source.system.is_some(),
            read_only: source.part.is_some() || source.system.is_some_and(|(system, _)| system.read_only),
            owner: None,
            fields: ATTRIBUTES.iter().map(|name| attribute(name)).collect(),
            by_name: ATTRIBUTES.iter().enumerate().map(|(at, name)| ((*name).to_owned(), at)).collect(),
            by_id: HashMap::new(),
            unique: Vec::new(),
            indexes: Vec::new(),
            rules: Vec::new(),
            access: Access::default(),
            dataset: None,
            register: None,
            balances: source.part,
            shared: None,
        };
        let mut draft = Draft { entity, source, origins: vec![None; ATTRIBUTES.len()] };
        if let Some((system, document)) = source.system {
            for field in &document.fields {
                self.field(&mut draft, Origin { field, at: None }, Some(system));
            }
        }
        for (at, field) in source.written.map(|entity| entity.fields.as_slice()).unwrap_or_default().iter().enumerate()
        {
            self.field(&mut draft, Origin { field, at: Some(at) }, None);
        }
        draft
    }

    fn field(&mut self, draft: &mut Draft<'a>, origin: Origin<'a>, system: Option<&SystemEntity>) {
        let written = origin.field;
        if let Some(taken) = draft.entity.field(&written.name) {
            let code = if taken.system { "field.built_in" } else { "field.duplicate_name" };
            self.report(draft, origin, "name", Diagnostic::error(code).with("name", &written.name));
            return;
        }
        let id = match &written.id {
            Some(id) => FieldId::new(id),
            None => FieldId::new(&format!("{}.{}", draft.entity.name, written.name)),
        };
        let here = format!("{}.{}", draft.entity.name, written.name);
        if let Some(other) = self.ids.insert(id.clone(), here) {
            let problem = Diagnostic::error("field.duplicate_id").with("found", &id).with("other", other);
            self.report(draft, origin, "id", problem);
            return;
        }
        let Some(kind) = self.kind(draft, origin, &id) else { return };
        let is = |names: &[&str]| names.contains(&written.name.as_str());
        let kind = if system.is_some_and(|system| is(system.identity_fields)) { FieldKind::Id } else { kind };
        let field = Field {
            columns: match &written.formula {
                Some(formula) if formula.mode == FormulaMode::Dynamic => Vec::new(),
                _ => self.columns(written, &id, &kind, system.is_some()),
            },
            name: written.name.clone(),
            label: written.label.or_name(&written.name),
            description: written.description.clone(),
            required: written.required,
            default: values::default(written, &kind),
            system: system.is_some(),
            read_only: matches!(kind, FieldKind::AutoNumber { .. })
                || written.formula.is_some()
                || draft.source.part.is_some()
                || system.is_some_and(|system| system.read_only || is(system.read_only_fields)),
            write_only: system.is_some_and(|system| is(system.write_only_fields)),
            searchable: written.searchable,
            audit_reads: written.audit_reads,
            formula: written.formula.as_ref().map(unchecked),
            conditions: Conditions::default(),
            id,
            kind,
        };
        draft.entity.by_name.insert(field.name.clone(), draft.entity.fields.len());
        draft.entity.fields.push(field);
        draft.origins.push(Some(origin));
    }

    /// Gives lines the link to their parent that a `children` field names and that nobody wrote.
    fn links_back(&mut self, drafts: &mut [Draft<'a>]) {
        for parent in 0..drafts.len() {
            for at in 0..drafts[parent].origins.len() {
                let Some(origin) = drafts[parent].origins[at].filter(|it| it.field.kind == FieldType::Children) else {
                    continue;
                };
                let (Some(target), Some(name)) = (&origin.field.target, &origin.field.inverse) else { continue };
                let Some(line) = self.gathered.position(target).filter(|line| *line != parent) else { continue };
                let above = &drafts[parent].entity;
                let leads_back = |field: &Field| field.relation().is_some_and(|relation| relation.target == above.id);
                let below = &drafts[line].entity;
                // Lines that have a link to their parent were to be found by it: the name is misspelt.
                if below.system || below.by_name.contains_key(name) || below.fields.iter().any(leads_back) {
                    continue;
                }
                let id = link_back::id(&above.fields[at].id);
                if self.ids.insert(id.clone(), format!("{}.{name}", below.name)).is_some() {
                    continue;
                }
                let relation = Relation { target: above.id.clone(), inverse: None };
                let kind = FieldKind::Link { relation, on_delete: OnDelete::Cascade, flavour: LinkFlavour::Link };
                let [(shape, _)] = &shape(&kind)[..] else { continue };
                let link = Field {
                    columns: vec![self.naming.name(&format!("{id}:{shape}"), name, id.as_str())],
                    name: name.clone(),
                    label: above.label.clone(),
                    required: true,
                    system: false,
                    id,
                    kind,
                    ..attribute("owner")
                };
                let below = &mut drafts[line];
                below.entity.by_name.insert(name.clone(), below.entity.fields.len());
                below.entity.fields.push(link);
                below.origins.push(None);
            }
        }
    }

    fn kind(&mut self, draft: &Draft<'a>, origin: Origin<'a>, id: &FieldId) -> Option<FieldKind> {
        let field = origin.field;
        let (precision, scale) = field.precision_and_scale();
        let limit = |number: &Option<schemas::Number>| number.as_ref().and_then(values::decimal);
        let whole = |number: &Option<schemas::Number>| number.as_ref().and_then(|number| number.digits().parse().ok());
        let (min, max) = (limit(&field.min), limit(&field.max));
        Some(match field.kind {
            FieldType::Text => FieldKind::Text {
                max_length: Some(field.max_length.unwrap_or(500)),
                pattern: field.pattern.as_deref().and_then(Pattern::compile),
            },
            FieldType::LongText => FieldKind::LongText { max_length: Some(field.max_length.unwrap_or(100_000)) },
            FieldType::RichText => FieldKind::RichText,
            FieldType::Email => FieldKind::Email,
            FieldType::Phone => FieldKind::Phone,
            FieldType::Url => FieldKind::Url,
            FieldType::Integer => FieldKind::Integer { min: whole(&field.min), max: whole(&field.max) },
            FieldType::Decimal => FieldKind::Decimal { precision, scale, min, max },
            FieldType::Money => {
                let currency = field.currency.clone();
                FieldKind::Money { precision, scale, currency, min, max }
            }
            FieldType::Percent => FieldKind::Percent { precision, scale },
            FieldType::Boolean => FieldKind::Boolean,
            FieldType::Date => FieldKind::Date,
            FieldType::DateTime => FieldKind::DateTime,
            FieldType::Time => FieldKind::Time,
            FieldType::Duration => FieldKind::Duration,
            FieldType::Choice => FieldKind::Choice(self.choices(draft, origin, id)?),
            FieldType::MultiChoice => FieldKind::MultiChoice(self.choices(draft, origin, id)?),
            FieldType::Link => {
                let relation = self.target(draft, origin)?;
                FieldKind::Link { relation, on_delete: on_delete(field), flavour: LinkFlavour::Link }
            }
            FieldType::User => system_link("user", on_delete(field), LinkFlavour::User),
            FieldType::File => system_link("file", OnDelete::Restrict, LinkFlavour::File),
            FieldType::Image => system_link("file", OnDelete::Restrict, LinkFlavour::Image),
            FieldType::Links => {
                let relation = self.target(draft, origin)?;
                let key = format!("{id}:links {}", relation.target);
                let junction = match origin.at {
                    Some(_) => self.naming.name(&key, &field.name, id.as_str()),
                    None => format!("sys_{}_{}", draft.entity.name, field.name),
                };
                FieldKind::Links { relation, junction }
            }
            FieldType::Children => FieldKind::Children { relation: self.target(draft, origin)? },
            FieldType::AnyLink => FieldKind::AnyLink { targets: self.targets(draft, origin)?, inverse: None },
            FieldType::Location => FieldKind::Location,
            FieldType::Address => FieldKind::Address,
            FieldType::Json => FieldKind::Json,
            FieldType::AutoNumber => {
                let pattern = field.pattern.clone().unwrap_or_else(|| "{0}".to_owned());
                FieldKind::AutoNumber { pattern, sequence: None, gapless: field.gapless }
            }
            FieldType::Color => FieldKind::Color,
            FieldType::Rating => {
                FieldKind::Rating { max: whole(&field.max).and_then(|max: i64| max.try_into().ok()).unwrap_or(5) }
            }
            FieldType::Secret => FieldKind::Secret,
        })
    }

    fn target(&mut self, draft: &Draft<'a>, origin: Origin<'a>) -> Option<Relation> {
        let name = origin.field.target.as_deref()?;
        match self.gathered.entity_id(name) {
            Ok(target) => Some(Relation { target, inverse: None }),
            Err(problem) => {
                self.report(draft, origin, "target", problem);
                None
            }
        }
    }

    fn targets(&mut self, draft: &Draft<'a>, origin: Origin<'a>) -> Option<Vec<expression::EntityId>> {
        let names = origin.field.targets.as_deref()?;
        let mut targets = Vec::new();
        for (at, name) in names.iter().enumerate() {
            match self.gathered.entity_id(name) {
                Ok(target) => targets.push(target),
                Err(problem) => self.report(draft, origin, &format!("targets/{at}"), problem),
            }
        }
        Some(targets)
    }

    fn choices(&mut self, draft: &Draft<'a>, origin: Origin<'a>, id: &FieldId) -> Option<Arc<ChoiceSet>> {
        let field = origin.field;
        let Some(name) = &field.choice_set else {
            return Some(Arc::new(choices::own(id.as_str(), field.choices.as_deref()?)));
        };
        if let Some(set) = self.sets.get(name.as_str()) {
            let set = Arc::clone(set);
            if let Some(schemas::Default::Value(value)) = &field.default {
                self.default_choice(draft, origin, value, &set);
            }
            return Some(set);
        }
        let nearest = nearest(name, self.sets.keys().copied());
        let problem =
            Diagnostic::error("reference.unknown_choice_set").with("found", name).with_some("nearest", nearest);
        self.report(draft, origin, "choice_set", problem);
        None
    }

    /// A default of a shared set can only be compared here; one of the field's own choices was with its document.
    fn default_choice(&mut self, draft: &Draft<'a>, origin: Origin<'a>, value: &serde_json::Value, set: &ChoiceSet) {
        let wanted: Vec<&str> = match value {
            serde_json::Value::Array(items) => items.iter().filter_map(|item| item.as_str()).collect(),
            other => other.as_str().into_iter().collect(),
        };
        for value in wanted {
            if !set.choices.iter().any(|choice| &*choice.value == value) {
                let nearest = nearest(value, set.choices.iter().map(|choice| &*choice.value));
                let problem = Diagnostic::error("field.default_not_a_choice").with("found", value);
                self.report(draft, origin, "default", problem.with_some("nearest", nearest));
            }
        }
    }

    fn columns(&mut self, written: &schemas::Field, id: &FieldId, kind: &FieldKind, system: bool) -> Vec<String> {
        let parts = shape(kind);
        if system {
            return parts.iter().map(|(_, suffix)| format!("{}{suffix}", written.name)).collect();
        }
        let mut name = |(shape, suffix): &(String, &str)| {
            self.naming.name(&format!("{id}:{shape}"), &written.name, &format!("{id}{suffix}"))
        };
        parts.iter().map(&mut name).collect()
    }

    fn report(&mut self, draft: &Draft<'a>, origin: Origin<'a>, key: &str, problem: Diagnostic) {
        let problem = problem.with("field", &origin.field.name);
        self.problems.push(problem.in_document(draft.source.document()).at(origin.pointer(key)));
    }
}

/// A formula whose expression is still to be checked.
fn unchecked(written: &schemas::Formula) -> Formula {
    Formula {
        mode: written.mode,
        open: written.open,
        cron: written.cron.clone(),
        expr: Arc::new(expression::Expr::empty()),
        cause: None,
        own: Vec::new(),
        reads: Vec::new(),
        crossed: Vec::new(),
        levels: 1,
    }
}

/// Gives the shape of each column that keeps a field, and what is added to its name: equal shapes share a column.
fn shape(kind: &FieldKind) -> Vec<(String, &'static str)> {
    let word = match kind {
        FieldKind::Text { .. }
        | FieldKind::LongText { .. }
        | FieldKind::RichText
        | FieldKind::Email
        | FieldKind::Phone
        | FieldKind::Url
        | FieldKind::Choice(_)
        | FieldKind::AutoNumber { .. }
        | FieldKind::Color => "text".to_owned(),
        FieldKind::Integer { .. } | FieldKind::Rating { .. } => "integer".to_owned(),
        FieldKind::Decimal { precision, scale, .. }
        | FieldKind::Money { precision, scale, .. }
        | FieldKind::Percent { precision, scale } => format!("decimal {precision} {scale}"),
        FieldKind::Boolean => "boolean".to_owned(),
        FieldKind::Date => "date".to_owned(),
        FieldKind::DateTime => "datetime".to_owned(),
        FieldKind::Time => "time".to_owned(),
        FieldKind::Duration => "duration".to_owned(),
        FieldKind::MultiChoice(_) => "choices".to_owned(),
        FieldKind::Link { relation, .. } => format!("link {}", relation.target),
        FieldKind::Address => "address".to_owned(),
        FieldKind::Json => "json".to_owned(),
        FieldKind::Secret => "secret".to_owned(),
        FieldKind::Id => "id".to_owned(),
        FieldKind::AnyLink { .. } => {
            return vec![("any entity".to_owned(), "_entity"), ("any record".to_owned(), "_record")];
        }
        FieldKind::Location => return vec![("lat".to_owned(), "_lat"), ("lon".to_owned(), "_lon")],
        FieldKind::Links { .. } | FieldKind::Children { .. } | FieldKind::Inverse { .. } => return Vec::new(),
    };
    vec![(word, "")]
}

fn layers<'a>(source: Source<'a>) -> impl Iterator<Item = &'a schemas::Entity> {
    source.written.into_iter().chain(source.system.map(|(_, document)| document))
}

/// Takes a text of the people's document where it has one, else of the product's.
fn merged<'a>(source: Source<'a>, text: impl Fn(&'a schemas::Entity) -> &'a Label) -> Label {
    layers(source).map(text).find(|label| !label.is_empty()).cloned().unwrap_or_default()
}

fn on_delete(field: &schemas::Field) -> OnDelete {
    match field.on_delete {
        None | Some(schemas::OnDelete::Restrict) => OnDelete::Restrict,
        Some(schemas::OnDelete::Cascade) => OnDelete::Cascade,
        Some(schemas::OnDelete::SetEmpty) => OnDelete::SetEmpty,
    }
}

fn system_link(target: &str, on_delete: OnDelete, flavour: LinkFlavour) -> FieldKind {
    let relation = Relation { target: expression::EntityId::new(target), inverse: None };
    FieldKind::Link { relation, on_delete, flavour }
}

pub(super) fn attribute(name: &str) -> Field {
    let kind = match name {
        "id" => FieldKind::Id,
        "created_at" | "updated_at" | "deleted_at" => FieldKind::DateTime,
        "version" => FieldKind::Integer { min: None, max: None },
        _ => system_link("user", OnDelete::Restrict, LinkFlavour::User),
    };
    Field {
        id: FieldId::new(name),
        name: name.to_owned(),
        label: system::attribute_label(name),
        description: Label::default(),
        kind,
        columns: vec![name.to_owned()],
        required: false,
        default: None::<Default>,
        system: true,
        read_only: name != "owner",
        write_only: false,
        searchable: false,
        audit_reads: false,
        formula: None,
        conditions: Conditions::default(),
    }
}
