//! Fifth stage: titles, keys, unique sets and indexes.

use std::collections::{HashMap, HashSet};

use diagnostic::Diagnostic;
use expression::{EntityId, FieldId};
use schemas::suggest::nearest;

use super::fields::Draft;
use crate::physical::Naming;
use crate::{Entity, Field, FieldKind, Index, LinkFlavour, MAX_TITLE_HOPS, UniqueKey};

pub(super) fn resolve(drafts: &mut [Draft], naming: &mut Naming, problems: &mut Vec<Diagnostic>) {
    for draft in drafts.iter_mut() {
        title(draft, problems);
        let key = draft.source.system.and_then(|(system, _)| system.key);
        draft.entity.key = key.and_then(|name| draft.entity.field(name)).map(|field| field.id.clone());
        unique(draft, naming, problems);
        indexes(draft, naming, problems);
    }
    endless_titles(drafts, problems);
}

/// Finds entities whose records would be called by one another without end.
fn endless_titles(drafts: &mut [Draft], problems: &mut Vec<Diagnostic>) {
    let link = |draft: &Draft| match &draft.entity.title_field()?.kind {
        FieldKind::Link { relation, .. } => Some(relation.target.clone()),
        _ => None,
    };
    let next: HashMap<EntityId, EntityId> =
        drafts.iter().filter_map(|draft| Some((draft.entity.id.clone(), link(draft)?))).collect();
    for draft in drafts {
        let mut here = next.get(&draft.entity.id);
        let mut hops = 0;
        while let Some(target) = here.filter(|_| hops <= MAX_TITLE_HOPS) {
            (here, hops) = (next.get(target), hops + 1);
        }
        if hops > MAX_TITLE_HOPS {
            let name = draft.entity.title_field().map_or("", |field| &field.name);
            let problem = Diagnostic::error("entity.endless_title").with("found", name).with("max", MAX_TITLE_HOPS);
            problems.push(problem.in_document(draft.source.document()).at("/title"));
            draft.entity.title = None;
        }
    }
}

fn title(draft: &mut Draft, problems: &mut Vec<Diagnostic>) {
    let written = draft.source.written.and_then(|entity| entity.title.as_deref());
    let built_in = draft.source.system.and_then(|(_, document)| document.title.as_deref());
    let Some(name) = written.or(built_in) else {
        let own = draft.entity.fields.iter().filter(|field| !field.is_attribute() && !field.write_only);
        let own = own.filter(|field| field.formula.is_none());
        draft.entity.title = own.filter(|field| is_text(field)).map(|field| field.id.clone()).next();
        return;
    };
    let problem = match draft.entity.field(name) {
        Some(field) if field.formula.is_some() => Diagnostic::error("entity.calculated_title").with("found", name),
        Some(field) if names_a_record(field) => {
            draft.entity.title = Some(field.id.clone());
            return;
        }
        Some(field) => Diagnostic::error("entity.bad_title").with("found", name).with("type", field.type_name()),
        None => unknown_field(&draft.entity, name),
    };
    problems.push(problem.in_document(draft.source.document()).at("/title"));
}

fn unique(draft: &mut Draft, naming: &mut Naming, problems: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::new();
    let mut sets: Vec<Vec<FieldId>> = Vec::new();
    for (field, origin) in draft.entity.fields.iter().zip(&draft.origins) {
        if let Some(origin) = origin.filter(|origin| origin.field.unique)
            && check_indexable(field, draft, &origin.pointer("unique"), problems)
            && seen.insert(vec![field.id.clone()])
        {
            sets.push(vec![field.id.clone()]);
        }
    }
    let system = draft.source.system.map(|(_, document)| document.unique.as_slice()).unwrap_or_default();
    let written = draft.source.written.map(|entity| entity.unique.as_slice()).unwrap_or_default();
    for set in system.iter().map(|names| field_set(draft, names, "", problems)).collect::<Vec<_>>() {
        sets.extend(set.filter(|set| seen.insert(set.clone())));
    }
    for (at, names) in written.iter().enumerate() {
        let pointer = format!("/unique/{at}");
        let set = field_set(draft, names, &pointer, problems);
        let is_calculated = |id: &FieldId| draft.entity.fields.iter().any(|it| it.id == *id && it.formula.is_some());
        if let Some(place) = set.as_ref().and_then(|set| set.iter().position(is_calculated)) {
            let problem = Diagnostic::error("field.calculated_not_unique").with("field", &names[place]);
            problems.push(problem.in_document(draft.source.document()).at(format!("{pointer}/{place}")));
            continue;
        }
        sets.extend(set.filter(|set| seen.insert(set.clone())));
    }
    let name = |fields: Vec<FieldId>, naming: &mut Naming| {
        let index = index_name(&draft.entity, "unique", "uq", &fields, naming);
        UniqueKey { fields, index }
    };
    draft.entity.unique = sets.into_iter().map(|fields| name(fields, naming)).collect();
}

fn indexes(draft: &mut Draft, naming: &mut Naming, problems: &mut Vec<Diagnostic>) {
    let system = draft.source.system.map(|(_, document)| document.indexes.as_slice()).unwrap_or_default();
    let written = draft.source.written.map(|entity| entity.indexes.as_slice()).unwrap_or_default();
    let mut sets: Vec<Vec<FieldId>> = Vec::new();
    for names in system {
        sets.extend(field_set(draft, names, "", problems));
    }
    for (at, names) in written.iter().enumerate() {
        sets.extend(field_set(draft, names, &format!("/indexes/{at}"), problems));
    }
    let name = |fields: Vec<FieldId>, naming: &mut Naming| {
        let index = index_name(&draft.entity, "index", "ix", &fields, naming);
        Index { fields, index }
    };
    draft.entity.indexes = sets.into_iter().map(|fields| name(fields, naming)).collect();
}

/// Finds the fields of a set; `None` when one of them is unknown or cannot be indexed.
fn field_set(draft: &Draft, names: &[String], pointer: &str, problems: &mut Vec<Diagnostic>) -> Option<Vec<FieldId>> {
    let mut ids = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let pointer = if pointer.is_empty() { String::new() } else { format!("{pointer}/{at}") };
        match draft.entity.field(name) {
            Some(field) if check_indexable(field, draft, &pointer, problems) => ids.push(field.id.clone()),
            Some(_) => {}
            None => {
                let problem = unknown_field(&draft.entity, name);
                problems.push(problem.in_document(draft.source.document()).at(pointer));
            }
        }
    }
    (ids.len() == names.len()).then_some(ids)
}

/// PostgreSQL refuses an index entry of more than about 2,700 bytes.
const LONGEST_INDEXED: u32 = 600;

fn check_indexable(field: &Field, draft: &Draft, pointer: &str, problems: &mut Vec<Diagnostic>) -> bool {
    let problem = match &field.kind {
        _ if field.columns.is_empty() && field.formula.is_some() => Diagnostic::error("field.calculated_not_indexable"),
        FieldKind::Text { max_length: Some(length), .. } if *length > LONGEST_INDEXED => {
            Diagnostic::error("field.too_long_to_index").with("expected", LONGEST_INDEXED).with("found", length)
        }
        FieldKind::LongText { .. }
        | FieldKind::RichText
        | FieldKind::MultiChoice(_)
        | FieldKind::Links { .. }
        | FieldKind::Children { .. }
        | FieldKind::Inverse { .. }
        | FieldKind::AnyLink { .. }
        | FieldKind::Location
        | FieldKind::Address
        | FieldKind::Json
        | FieldKind::Secret => Diagnostic::error("field.not_indexable").with("type", field.type_name()),
        _ => return true,
    };
    problems.push(problem.with("field", &field.name).in_document(draft.source.document()).at(pointer));
    false
}

/// An index is known by its columns: a field that changed its column needs another index.
fn index_name(entity: &Entity, word: &str, prefix: &str, fields: &[FieldId], naming: &mut Naming) -> String {
    let columns: Vec<&str> = fields
        .iter()
        .filter_map(|id| entity.fields.iter().find(|field| field.id == *id)?.columns.first())
        .map(String::as_str)
        .collect();
    naming.name(&format!("{word}:{} {}", entity.table, columns.join(" ")), prefix, &entity.table)
}

fn unknown_field(entity: &Entity, name: &str) -> Diagnostic {
    let known = entity.fields.iter().filter(|field| !field.write_only).map(|field| field.name.as_str());
    Diagnostic::error("reference.unknown_field")
        .with("found", name)
        .with("entity", &entity.name)
        .with_some("nearest", nearest(name, known))
}

fn is_text(field: &Field) -> bool {
    matches!(field.type_name(), "text" | "email" | "phone" | "auto_number" | "long_text" | "url")
}

fn names_a_record(field: &Field) -> bool {
    let scalar = ["integer", "decimal", "money", "date", "datetime", "choice"];
    let by_its_target = matches!(field.kind, FieldKind::Link { flavour: LinkFlavour::Link | LinkFlavour::User, .. });
    !field.write_only && (is_text(field) || scalar.contains(&field.type_name()) || by_its_target)
}
