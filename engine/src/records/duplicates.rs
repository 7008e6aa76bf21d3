//! Unique fields: what the database refused, told by field and record.

use std::collections::{HashMap, HashSet};

use catalog::{Entity, UniqueKey};
use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use query::Image;
use uuid::Uuid;

use super::command::field_label;
use super::save::Set;
use super::unit_of_work::UnitOfWork;
use crate::{Context, Error};

/// Turns a violated unique index into the fields people know; other failures stay what they are.
pub(crate) fn translate(ctx: &Context, entity: &Entity, at: Option<&str>, error: storage::Error) -> Error {
    let storage::Error::Unique { index } = &error else { return error.into() };
    match entity.unique.iter().find(|key| is_of(entity, key, index)) {
        Some(key) => Error::Conflict(vec![duplicate(ctx, entity, key, at)]),
        None => error.into(),
    }
}

/// PostgreSQL names the index, SQLite its columns.
fn is_of(entity: &Entity, key: &UniqueKey, index: &str) -> bool {
    let columns = || {
        let names = key.fields.iter().filter_map(|id| entity.field_by_id(id)).flat_map(|field| &field.columns);
        names.map(|column| format!("{}.{column}", entity.table)).collect::<Vec<_>>().join(", ")
    };
    key.index == index || columns() == index
}

/// The place of the only record of a set.
pub(crate) fn place(set: &Set) -> Option<&str> {
    match set.commands.as_slice() {
        [only] => Some(&only.at),
        _ => None,
    }
}

/// Makes the mistake, at the first field of the key when the record is known.
fn duplicate(ctx: &Context, entity: &Entity, key: &UniqueKey, at: Option<&str>) -> Diagnostic {
    let fields: Vec<_> = key.fields.iter().filter_map(|id| entity.field_by_id(id)).collect();
    if fields.iter().any(|field| ctx.access.shown_field(entity, &field.name).is_none()) {
        return Diagnostic::error("record.duplicate_unseen").at(at.unwrap_or_default());
    }
    let labels: Vec<String> = fields.iter().map(|field| field_label(field, ctx.locale)).collect();
    let pointer = at.zip(fields.first()).map(|(at, field)| format!("{at}/{}", field.name)).unwrap_or_default();
    Diagnostic::error("record.duplicate").with("fields", labels.join(", ")).at(pointer)
}

/// Says that a set would have duplicates and not of which of its records.
pub(crate) fn is_nameless(error: &Error) -> bool {
    let is_nameless = |problem: &Diagnostic| problem.code == "record.duplicate" && problem.place.pointer.is_empty();
    matches!(error, Error::Conflict(problems) if problems.iter().any(is_nameless))
}

/// Refuses a set of several with the name of each record that would share unique values with one there is or with an
/// earlier one of the set.
pub(crate) async fn refuse(ctx: &Context, unit: &mut UnitOfWork, set: &Set) -> Result<(), Error> {
    let mut found = taken(ctx, unit, set).await?;
    for key in &set.entity().unique {
        let mut seen = HashSet::new();
        for (at, after) in set.after.iter().enumerate() {
            if tuple_of(after, &key.fields).is_some_and(|tuple| !seen.insert(format!("{tuple:?}"))) {
                found.push((at, duplicate(ctx, set.entity(), key, Some(&set.commands[at].at))));
            }
        }
    }
    if found.is_empty() {
        Ok(())
    } else {
        Err(Error::Conflict(found.into_iter().map(|(_, mistake)| mistake).collect()))
    }
}

/// Finds, before anything is written, the records of a set that would share unique values with others that keep them, with
/// the number of each in the set.
pub(crate) async fn taken(ctx: &Context, unit: &mut UnitOfWork, set: &Set) -> Result<Vec<(usize, Diagnostic)>, Error> {
    let entity = set.entity().clone();
    let places: HashMap<Uuid, usize> = set.commands.iter().enumerate().map(|(at, command)| (command.id, at)).collect();
    let mut found = Vec::new();
    for key in &entity.unique {
        let fields: Vec<_> = key.fields.iter().filter_map(|id| entity.field_by_id(id)).collect();
        let mut wanted: HashMap<String, Vec<usize>> = HashMap::new();
        let mut tuples = Vec::new();
        for at in 0..set.after.len() {
            if let Some(tuple) = tuple_of(&set.after[at], &key.fields)
                && tuple_of(&set.before[at], &key.fields).as_ref() != Some(&tuple)
            {
                wanted.entry(format!("{tuple:?}")).or_default().push(at);
                tuples.push(tuple);
            }
        }
        for tuples in tuples.chunks(super::CHUNK) {
            let Some(statement) = query::write::holders(&set.grant, &fields, tuples, unit.dialect()) else { continue };
            for row in unit.tx(ctx).await?.fetch(&statement).await? {
                let Some((Value::Id(holder), values)) = row.split_first() else { continue };
                // Whatever else of the set has it is compared with the rest of the set.
                if places.contains_key(holder) {
                    continue;
                }
                for at in wanted.get(&format!("{values:?}")).into_iter().flatten() {
                    found.push((*at, duplicate(ctx, &entity, key, Some(&set.commands[*at].at))));
                }
            }
        }
    }
    Ok(found)
}

/// The values of a key; `None` when one is empty, which nobody shares.
pub(crate) fn tuple_of(image: &Image, fields: &[FieldId]) -> Option<Vec<Value>> {
    fields.iter().map(|id| image.values.get(id).filter(|value| **value != Value::Empty).cloned()).collect()
}
