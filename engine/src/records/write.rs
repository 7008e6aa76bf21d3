//! After images to rows.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use expression::{FieldId, Value};
use query::Image;
use uuid::Uuid;

use super::duplicates::tuple_of;
use super::load::version_of;
use super::save::Set;
use super::unit_of_work::{Act, Change, UnitOfWork};
use crate::identity::UserChange;
use crate::{Context, Error};

/// Attributes that every change moves, and which alone are no change.
const MOVING: [&str; 3] = ["updated_at", "updated_by", "version"];

impl Set {
    /// Says whether the record of this number changes at all.
    pub(crate) fn is_changed(&self, at: usize) -> bool {
        let id = self.commands[at].id;
        self.act == Act::Create
            || self.links.by_record.contains_key(&id)
            || self.children.touched.contains(&id)
            || self.gives_password(at)
            || !moved(&self.before[at], &self.after[at]).is_empty()
    }

    fn gives_password(&self, at: usize) -> bool {
        self.commands[at].person.as_ref().is_some_and(UserChange::has_password)
    }
}

/// Writes the rows of a set; what did not change is left alone.
pub(crate) async fn rows(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    match set.act {
        Act::Create => insert(ctx, unit, set).await,
        _ => update(ctx, unit, set).await,
    }
}

async fn insert(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    // The images come back after the statements: they are large and needed for the audit.
    let images: Vec<(Uuid, Image)> =
        set.commands.iter().map(|command| command.id).zip(std::mem::take(&mut set.after)).collect();
    let statements = query::write::insert(&set.grant, &images, unit.dialect());
    let written = unit.write(ctx, set, statements, images.len()).await;
    set.after = images.into_iter().map(|(_, image)| image).collect();
    written
}

async fn update(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    vacate(ctx, unit, set).await?;
    // A grant with a condition has it asked with each record.
    if set.commands.len() > 1 && set.grant.condition().is_none() {
        return update_many(ctx, unit, set).await;
    }
    for at in 0..set.commands.len() {
        if !set.is_changed(at) {
            set.after[at] = set.before[at].clone();
            continue;
        }
        let version = version_of(&set.before[at]);
        let changed = Image { values: with_moving(&set.before[at], &set.after[at]) };
        let statement = query::write::update(&set.grant, set.commands[at].id, &changed, version, unit.dialect());
        unit.write(ctx, set, std::iter::once(statement), 1).await?;
        set.after[at].values.insert(FieldId::new("version"), Value::Integer(version + 1));
    }
    Ok(())
}

/// Frees the unique values that records of a set take from one another: databases compare row by row, and in no order do
/// two that exchange their values pass.
async fn vacate(ctx: &Context, unit: &mut UnitOfWork, set: &Set) -> Result<(), Error> {
    let entity = set.entity();
    if set.commands.len() < 2 || entity.unique.is_empty() {
        return Ok(());
    }
    // Only what the record itself changes is written again.
    let written: Vec<HashSet<&FieldId>> = std::iter::zip(&set.before, &set.after)
        .map(|(before, after)| moved(before, after).into_iter().map(|(id, _)| id).collect())
        .collect();
    for key in &entity.unique {
        let moving = (0..written.len()).filter(|at| key.fields.iter().any(|id| written[*at].contains(id)));
        let moving: Vec<usize> = moving.collect();
        let told = |image: &Image| tuple_of(image, &key.fields).map(|tuple| format!("{tuple:?}"));
        let left: HashSet<String> = moving.iter().filter_map(|at| told(&set.before[*at])).collect();
        if !moving.iter().filter_map(|at| told(&set.after[*at])).any(|tuple| left.contains(&tuple)) {
            continue;
        }
        for field in key.fields.iter().filter_map(|id| entity.field_by_id(id)) {
            let changes = |at: &&usize| written[**at].contains(&field.id);
            let ids: Vec<Uuid> = moving.iter().filter(changes).map(|at| set.commands[*at].id).collect();
            if !ids.is_empty() {
                let statement = query::write::vacate(&set.grant, &ids, field, unit.dialect());
                unit.tx(ctx).await?.execute(&statement).await?;
            }
        }
    }
    Ok(())
}

/// Writes the changed records of a set with the values of all fields that any of them changes.
async fn update_many(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    let changed: Vec<usize> = (0..set.commands.len()).filter(|at| set.is_changed(*at)).collect();
    let mut fields: BTreeSet<FieldId> = ["updated_at", "updated_by"].map(FieldId::new).into();
    for at in &changed {
        fields.extend(moved(&set.before[*at], &set.after[*at]).into_iter().map(|(id, _)| id.clone()));
    }
    let fields: Vec<FieldId> = fields.into_iter().collect();
    let (grant, after) = (set.grant.clone(), std::mem::take(&mut set.after));
    let row = |at: &usize| (set.commands[*at].id, version_of(&set.before[*at]), &after[*at]);
    let rows: Vec<(Uuid, i64, &Image)> = changed.iter().map(row).collect();
    let statements = query::write::update_each(&grant, &fields, &rows, unit.dialect());
    let written = unit.write(ctx, set, statements, rows.len()).await;
    set.after = after;
    written?;
    for at in 0..set.commands.len() {
        match changed.binary_search(&at) {
            Ok(_) => {
                let version = Value::Integer(version_of(&set.before[at]) + 1);
                set.after[at].values.insert(FieldId::new("version"), version);
            }
            Err(_) => set.after[at] = set.before[at].clone(),
        }
    }
    Ok(())
}

/// Takes note of the changed records for audit, history and events.
pub(crate) fn note(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) {
    for at in 0..set.commands.len() {
        if !set.is_changed(at) {
            continue;
        }
        let id = set.commands[at].id;
        unit.locate(ctx, id, &set.commands[at].at);
        unit.note(
            ctx,
            Change {
                entity: set.entity().clone(),
                id,
                act: set.act,
                version: version_of(&set.after[at]),
                before: set.before[at].clone(),
                after: set.after[at].clone(),
                links: set.links.by_record.get(&id).cloned().unwrap_or_default(),
                hidden: if set.gives_password(at) { vec![FieldId::new("user.password")] } else { Vec::new() },
                script: None,
            },
        );
    }
}

/// Gives the values that differ, those apart that every change moves.
pub(crate) fn moved<'a>(before: &'a Image, after: &'a Image) -> Vec<(&'a FieldId, &'a Value)> {
    let differs = |(id, value): &(&FieldId, &Value)| {
        !MOVING.contains(&id.as_str()) && before.values.get(id).unwrap_or(&Value::Empty) != *value
    };
    after.values.iter().filter(differs).collect()
}

fn with_moving(before: &Image, after: &Image) -> BTreeMap<FieldId, Value> {
    let moving = MOVING.iter().filter_map(|name| after.values.get_key_value(&FieldId::new(name)));
    moved(before, after).into_iter().chain(moving).map(|(id, value)| (id.clone(), value.clone())).collect()
}
