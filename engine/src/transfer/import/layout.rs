//! A mapping over an entity and a file: every mistake of it is found before the first row.

use std::collections::{BTreeMap, HashSet};

use access::{Grant, Operation};
use catalog::{Field, FieldKind};
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId};
use serde_json::Value as Json;

use super::cell::Reading;
use super::guess;
use super::mapping::{Column, Mapping, To};
use super::table::Table;
use crate::{Context, Error};

/// Where the values of one field come from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A column, by its number, and what to take where it is empty.
    Column { at: usize, otherwise: Option<Json> },
    /// A text with the texts of columns in it.
    Template(Vec<Part>),
    /// The same for every row.
    Constant(Json),
}

impl Source {
    fn columns(&self) -> Vec<usize> {
        let column = |part: &Part| if let Part::Column(at) = part { Some(*at) } else { None };
        match self {
            Self::Column { at, .. } => vec![*at],
            Self::Template(parts) => parts.iter().filter_map(column).collect(),
            Self::Constant(_) => Vec::new(),
        }
    }
}

/// A part of a template.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// The same for every row.
    Text(String),
    /// The text of a column.
    Column(usize),
}

/// One field, or part of one, with its source.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// The field.
    pub(super) field: Field,
    /// Address line or coordinate.
    pub(super) part: Option<String>,
    /// Header, for messages.
    pub(super) header: Option<String>,
    /// Where its values come from.
    pub(super) source: Source,
    /// How its texts are read.
    pub(super) reading: Reading,
    /// Texts to replace first.
    pub(super) values: BTreeMap<String, String>,
    /// For links: the entity and the field by which its records are found.
    pub(super) link: Option<(EntityId, Option<FieldId>)>,
}

/// Everything a row needs to become a command.
pub(super) struct Layout {
    /// Leave to make records.
    pub(super) create: Grant,
    /// Leave to change them, when there is a key.
    pub(super) update: Option<Grant>,
    /// The fields.
    pub(super) slots: Vec<Slot>,
    /// Field by which existing records are found.
    pub(super) key: Option<Field>,
    /// Texts that are no value.
    pub(super) empty: Vec<String>,
    /// Headers of columns that go nowhere though nobody said so.
    pub(super) unused: Vec<String>,
}

impl Layout {
    /// Resolves a mapping; all its mistakes together.
    pub(super) fn of(
        ctx: &Context,
        create: Grant,
        mapping: &Mapping,
        key: Option<&str>,
        table: &Table,
    ) -> Result<Self, Error> {
        let headers = &table.headers;
        let columns =
            mapping.columns.clone().unwrap_or_else(|| guess::columns(ctx, &create, headers, &table.samples()));
        let mut maker = Maker { ctx, grant: &create, headers, slots: Vec::new(), mistakes: Vec::new() };
        for (header, column) in &columns {
            maker.column(header, column, &mapping.defaults);
        }
        for (path, value) in &mapping.constants {
            maker.constant("constants", path, value);
        }
        for (path, value) in &mapping.defaults {
            if !maker.slots.iter().any(|slot| slot.field.name == *path) {
                maker.constant("defaults", path, value);
            }
        }
        if columns.values().all(|column| column.targets().is_empty()) {
            let found = headers.join(", ");
            maker.mistakes.push(Diagnostic::error("import.nothing_mapped").at("/columns").with("found", found));
        }
        let key = maker.key(key.or(mapping.key.as_deref()));
        maker.check_ids(key.as_ref());
        let Maker { slots, mistakes, .. } = maker;
        if !mistakes.is_empty() {
            return Err(Error::Invalid(mistakes));
        }
        let update = match &key {
            None => None,
            Some(_) => Some(crate::records::granted(ctx, &create.entity().name, Operation::Update)?),
        };
        let empty = mapping.empty.clone().unwrap_or_else(|| vec!["NULL".to_owned()]);
        let said = |header: &&String| mapping.columns.as_ref().is_some_and(|columns| columns.contains_key(*header));
        let used: HashSet<usize> = slots.iter().flat_map(|slot| slot.source.columns()).collect();
        let unused = headers.iter().enumerate().filter(|(at, _)| !used.contains(at)).map(|(_, header)| header);
        let unused = unused.filter(|header| !said(header)).cloned().collect();
        Ok(Self { create, update, slots, key, empty, unused })
    }

    /// Says whether a slot links to records of the very entity, found by a field that the file fills.
    pub(super) fn is_to_itself(&self, slot: &Slot) -> bool {
        match &slot.link {
            Some((target, Some(by))) if matches!(slot.field.kind, FieldKind::Link { .. }) => {
                *target == self.create.entity().id && self.slots.iter().any(|slot| slot.field.id == *by)
            }
            _ => false,
        }
    }
}

struct Maker<'a> {
    ctx: &'a Context,
    grant: &'a Grant,
    headers: &'a [String],
    slots: Vec<Slot>,
    mistakes: Vec<Diagnostic>,
}

impl Maker<'_> {
    fn column(&mut self, header: &str, column: &Column, defaults: &serde_json::Map<String, Json>) {
        let at = format!("/columns/{}", crate::records::command::escaped(header));
        let Some(number) = self.headers.iter().position(|known| known == header) else {
            let nearest = schemas::suggest::nearest(header, self.headers.iter().map(String::as_str));
            let mistake = Diagnostic::error("import.header_unknown").with("name", header).with_some("nearest", nearest);
            self.mistakes.push(mistake.at(at));
            return;
        };
        for to in column.targets() {
            let otherwise = defaults.get(&to.field).cloned();
            self.slot(&at, Some(header), &to, Source::Column { at: number, otherwise });
        }
    }

    fn constant(&mut self, part: &str, path: &str, value: &Json) {
        let at = format!("/{part}/{path}");
        let source = match value.as_str().map(|text| self.template(text)) {
            Some(Ok(parts)) if parts.iter().any(|part| matches!(part, Part::Column(_))) => Source::Template(parts),
            Some(Err(mistake)) => return self.mistakes.push(mistake.at(at)),
            _ => Source::Constant(value.clone()),
        };
        self.slot(&at, None, &To { field: path.to_owned(), ..To::default() }, source);
    }

    fn template(&self, text: &str) -> Result<Vec<Part>, Diagnostic> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((header, after)) = after.split_once('}') else { break };
            let Some(at) = self.headers.iter().position(|known| known == header) else {
                let nearest = schemas::suggest::nearest(header, self.headers.iter().map(String::as_str));
                return Err(Diagnostic::error("import.header_unknown")
                    .with("name", header)
                    .with_some("nearest", nearest));
            };
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Column(at));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(parts)
    }

    fn slot(&mut self, at: &str, header: Option<&str>, to: &To, source: Source) {
        match self.resolved(header, to, source) {
            Ok(slot) => self.slots.push(slot),
            Err(mistake) => self.mistakes.push(mistake.at(at)),
        }
    }

    fn resolved(&self, header: Option<&str>, to: &To, source: Source) -> Result<Slot, Diagnostic> {
        let (name, part) = match to.field.split_once('.') {
            Some((name, part)) => (name, Some(part.to_owned())),
            None => (to.field.as_str(), None),
        };
        let entity = self.grant.entity();
        let open = |field: &&Field| self.grant.allows(field);
        let field = entity.field(name).ok_or_else(|| {
            let names = entity.fields.iter().filter(open).map(|field| field.name.as_str());
            Diagnostic::error("record.unknown_field")
                .with("name", name)
                .with_some("nearest", schemas::suggest::nearest(name, names))
        })?;
        let label = crate::records::command::field_label(field, self.ctx.locale);
        let is_closed =
            matches!(field.kind, FieldKind::Children { .. } | FieldKind::Inverse { .. } | FieldKind::AnyLink { .. });
        // The id is not written: records are found by it.
        let is_key = matches!(field.kind, FieldKind::Id) && header.is_some();
        if (is_closed || field.write_only || !self.grant.allows(field)) && !is_key {
            return Err(Diagnostic::error("import.field_closed").with("field", label));
        }
        let has_parts = matches!(field.kind, FieldKind::Address | FieldKind::Location);
        if part.is_some() && !has_parts {
            return Err(Diagnostic::error("import.no_parts").with("field", label));
        }
        Ok(Slot {
            link: self.link(field, to.by.as_deref())?,
            field: field.clone(),
            part,
            header: header.map(str::to_owned),
            source,
            reading: Reading {
                format: to.format.clone(),
                day_first: self.ctx.catalog().workspace.language != "en",
                separator: to.separator.clone().filter(|text| !text.is_empty()),
                zone: self.ctx.catalog().workspace.time_zone.parse().unwrap_or(chrono_tz::UTC),
            },
            values: to.values.clone(),
        })
    }

    fn link(&self, field: &Field, by: Option<&str>) -> Result<Option<(EntityId, Option<FieldId>)>, Diagnostic> {
        let label = || crate::records::command::field_label(field, self.ctx.locale);
        let (FieldKind::Link { relation, .. } | FieldKind::Links { relation, .. }) = &field.kind else {
            return match by {
                Some(_) => Err(Diagnostic::error("import.by_without_link").with("field", label())),
                None => Ok(None),
            };
        };
        let target = self.ctx.access.read(&relation.target);
        let Some(target) = target else { return Err(Diagnostic::error("import.field_closed").with("field", label())) };
        let by = match by {
            None => target.entity().key.clone(),
            Some("id") => None,
            Some(name) => {
                let known =
                    target.entity().field(name).filter(|known| known.columns.len() == 1 && target.allows(known));
                let names = target.entity().fields.iter().map(|field| field.name.as_str());
                let unknown = || {
                    let nearest = schemas::suggest::nearest(name, names);
                    Diagnostic::error("record.unknown_field").with("name", name).with_some("nearest", nearest)
                };
                Some(known.ok_or_else(unknown)?.id.clone())
            }
        };
        Ok(Some((relation.target.clone(), by)))
    }

    /// Finds the field by which records are found: an id that is mapped needs no saying.
    fn key(&mut self, name: Option<&str>) -> Option<Field> {
        let id = || {
            self.slots.iter().find(|slot| matches!(slot.field.kind, FieldKind::Id)).map(|slot| slot.field.name.clone())
        };
        let name = name.map(str::to_owned).or_else(id)?;
        let name = name.as_str();
        let found = self
            .slots
            .iter()
            .find(|slot| slot.field.name == name && slot.part.is_none() && slot.field.columns.len() == 1);
        if found.is_none() {
            let names = self.slots.iter().map(|slot| slot.field.name.as_str());
            let nearest = schemas::suggest::nearest(name, names);
            let mistake = Diagnostic::error("import.key_not_mapped").with("name", name).with_some("nearest", nearest);
            self.mistakes.push(mistake.at("/key"));
        }
        found.map(|slot| slot.field.clone())
    }

    /// Refuses ids that find nothing, because something else does.
    fn check_ids(&mut self, key: Option<&Field>) {
        for slot in self.slots.iter().filter(|slot| matches!(slot.field.kind, FieldKind::Id)) {
            if key.is_some_and(|key| key.id != slot.field.id) {
                let label = crate::records::command::field_label(&slot.field, self.ctx.locale);
                self.mistakes.push(Diagnostic::error("import.field_closed").with("field", label).at("/key"));
            }
        }
    }
}
