//! What a new record gets without being asked: defaults and the owner.

use std::collections::HashMap;

use catalog::{Default, Field};
use expression::{FieldId, Value};

use super::judge;
use super::save::Set;
use super::unit_of_work::Act;
use crate::Context;

/// Puts defaults where a new record has no given value; an explicit `null` stays empty.
pub(crate) fn fill(ctx: &Context, set: &mut Set) {
    if set.act != Act::Create {
        return;
    }
    let entity = set.entity().clone();
    let owner = ctx.user.map(Value::Id);
    let mut defaults: HashMap<FieldId, Value> =
        entity.fields.iter().filter_map(|field| default_of(ctx, field)).collect();
    if let (Some(field), Some(owner)) = (entity.field("owner"), owner) {
        defaults.insert(field.id.clone(), owner);
    }
    for command in &mut set.commands {
        let blamed: Vec<&str> = command.mistakes.iter().map(|mistake| mistake.place.pointer.as_str()).collect();
        for (id, value) in &defaults {
            let name = entity.field_by_id(id).map_or("", |field| &field.name);
            let is_blamed = blamed.iter().any(|at| at.strip_prefix(command.at.as_str()) == Some(&format!("/{name}")));
            if !is_blamed {
                command.values.entry(id.clone()).or_insert_with(|| value.clone());
            }
        }
    }
}

/// The value that a field of a new record gets where none is given.
pub(super) fn default_of(ctx: &Context, field: &Field) -> Option<(FieldId, Value)> {
    let value = match field.default.as_ref()? {
        Default::Value(value) => value.clone(),
        Default::Expression(expr) => judge::fitted(&field.kind, judge::value(ctx, expr)),
    };
    Some((field.id.clone(), value))
}
