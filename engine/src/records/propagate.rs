//! Stored formulas: what the changes of a transaction concern is calculated anew before it ends.
//!
//! Changes are gathered while records are written. At the end each formula, those that others build on first, is written
//! into the records concerned, in one statement for each thousand of them; where it gives another value than before, that
//! concerns the formulas above it.

use std::collections::{BTreeMap, BTreeSet};

use access::{Access, Operation, Reason};
use catalog::trigger;
use catalog::{Catalog, Trigger};
use expression::{EntityId, FieldId, Value};
use query::write::Lock;
use sql::Dialect;
use uuid::Uuid;

use super::unit_of_work::{Act, Change, UnitOfWork};
use super::{CHUNK, read};
use crate::events::outbox;
use crate::{Context, Error};

/// Records concerned by changes, by the entity and the place of the trigger among those of the entity: those at the end of
/// its way.
pub(crate) type Concerned = BTreeMap<(EntityId, usize), BTreeSet<Uuid>>;

/// Adds what a change of a record concerns.
pub(crate) fn gather(catalog: &Catalog, change: &Change, concerned: &mut Concerned) {
    let entity = &change.entity.id;
    for (at, trigger) in catalog.triggers.of(entity).iter().enumerate() {
        let ids = of_change(trigger, change);
        if !ids.is_empty() {
            concerned.entry((entity.clone(), at)).or_default().extend(ids);
        }
    }
}

fn of_change(trigger: &Trigger, change: &Change) -> Vec<Uuid> {
    match &trigger.on {
        trigger::Change::Values(fields) => {
            let is_own = trigger.way.is_empty();
            let concerns = match change.act {
                // Nobody leads to a record that is only now made but by links of its own.
                Act::Create => is_own,
                Act::Delete => !is_own,
                Act::Restore => true,
                Act::Update => fields.iter().any(|field| {
                    let of = |image: &query::Image| image.values.get(field).cloned().unwrap_or(Value::Empty);
                    change.links.contains_key(field) || of(&change.before) != of(&change.after)
                }),
            };
            if concerns { vec![change.id] } else { Vec::new() }
        }
        trigger::Change::Link(link) => {
            if let Some(moved) = change.links.get(link) {
                let (before, now): (BTreeSet<Uuid>, BTreeSet<Uuid>) =
                    (moved.from.iter().copied().collect(), moved.to.iter().copied().collect());
                return before.symmetric_difference(&now).copied().collect();
            }
            let target = |image: &query::Image| match image.values.get(link) {
                Some(Value::Id(id)) => Some(*id),
                Some(value) => query::image::any_record(value).map(|record| record.id),
                None => None,
            };
            let (before, now) = (target(&change.before), target(&change.after));
            if before == now { Vec::new() } else { before.into_iter().chain(now).collect() }
        }
    }
}

/// Calculates anew what the changes concern.
///
/// Who looks at a record is told of its new values; it has the version it had, for nobody changed it. `changed` are told of
/// already.
pub(crate) async fn propagate(
    ctx: &Context,
    unit: &mut UnitOfWork,
    mut concerned: Concerned,
    changed: &BTreeSet<Uuid>,
) -> Result<(), Error> {
    let catalog = ctx.catalog().clone();
    let system = Access::system(Reason::Propagation, catalog.clone());
    let zone = crate::context::zone_of(&catalog);
    let settings = query::Settings { zone, ..read::settings(ctx) };
    // Whoever changes a record holds it already.
    let mut held: BTreeSet<Uuid> = BTreeSet::new();
    let mut told: BTreeMap<EntityId, BTreeMap<Uuid, i64>> = BTreeMap::new();
    for (number, formula) in catalog.triggers.formulas.iter().enumerate() {
        let of_formula = |(entity, at): &(EntityId, usize)| catalog.triggers.of(entity)[*at].formula == number;
        let keys: Vec<(EntityId, usize)> = concerned.keys().filter(|key| of_formula(key)).cloned().collect();
        if keys.is_empty() {
            continue;
        }
        let is_broad = keys.iter().any(|(entity, at)| catalog.triggers.of(entity)[*at].is_broad);
        let name = format!("formula {}", formula.field);
        match (is_broad, formula.is_shared) {
            (true, _) => unit.tx(ctx).await?.lock(&name).await?,
            (false, true) => unit.tx(ctx).await?.lock_shared(&name).await?,
            (false, false) => {}
        }
        let mut ids = BTreeSet::new();
        for key in keys {
            let at_end = concerned.remove(&key).unwrap_or_default();
            let way = &catalog.triggers.of(&key.0)[key.1].way;
            if way.is_empty() {
                ids.extend(at_end);
                continue;
            }
            let at_end: Vec<Uuid> = at_end.into_iter().collect();
            for chunk in at_end.chunks(CHUNK) {
                let Some(statement) = query::write::leading_to(&catalog, way, chunk, unit.dialect()) else { continue };
                ids.extend(identities(unit.tx(ctx).await?.fetch(&statement).await?));
            }
        }
        let entity = catalog.entity_by_id(&formula.entity);
        let Some((entity, field)) = entity.and_then(|entity| Some((entity, entity.field_by_id(&formula.field)?)))
        else {
            continue;
        };
        let Some(grant) = system.grant(&entity.id, Operation::Update) else { continue };
        let free: Vec<Uuid> = ids.difference(changed).filter(|id| !held.contains(*id)).copied().collect();
        let has_locks = unit.dialect() == Dialect::Postgres;
        for chunk in free.chunks(CHUNK).filter(|_| has_locks) {
            // Held in a statement of their own: what others wrote until they are held, the next statement sees.
            let statement = query::write::exists_live(&grant, chunk, Lock::Update, unit.dialect());
            held.extend(identities(unit.tx(ctx).await?.fetch(&statement).await?));
        }
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let mut moved = Vec::new();
        for chunk in ids.chunks(CHUNK) {
            let statement = query::write::recalculate(&system, &entity.id, field, Some(chunk), &settings);
            let statement = statement.ok_or_else(|| Error::broken("a stored formula is too large for a statement"))?;
            for row in unit.tx(ctx).await?.fetch(&statement).await? {
                if let [Value::Id(id), Value::Integer(version)] = row.as_slice() {
                    moved.push(*id);
                    if !changed.contains(id) {
                        told.entry(entity.id.clone()).or_default().insert(*id, *version);
                    }
                }
            }
        }
        above(&catalog, &entity.id, &field.id, &moved, &mut concerned);
    }
    for (entity, records) in told {
        let records: Vec<(Uuid, i64)> = records.into_iter().collect();
        for chunk in records.chunks(CHUNK) {
            outbox::records_recalculated(ctx, unit, &entity, chunk).await?;
        }
    }
    Ok(())
}

/// Adds what new values of a formula concern.
fn above(catalog: &Catalog, entity: &EntityId, field: &FieldId, moved: &[Uuid], concerned: &mut Concerned) {
    if moved.is_empty() {
        return;
    }
    for (at, trigger) in catalog.triggers.of(entity).iter().enumerate() {
        if matches!(&trigger.on, trigger::Change::Values(fields) if fields.contains(field)) {
            concerned.entry((entity.clone(), at)).or_default().extend(moved);
        }
    }
}

fn identities(rows: sql::Rows) -> impl Iterator<Item = Uuid> {
    rows.into_iter().filter_map(|row| match row.first() {
        Some(Value::Id(id)) => Some(*id),
        _ => None,
    })
}
