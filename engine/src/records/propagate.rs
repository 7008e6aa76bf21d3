//! Formulas whose values are kept: what the changes of a transaction concern is calculated anew before it ends.
//!
//! Changes are gathered while records are written. At the end each formula, those that others build on first, is written
//! into the records concerned, in one statement for each thousand of them; where it gives another value than before, that
//! concerns the formulas above it.

use std::collections::{BTreeMap, BTreeSet};

use access::{Access, Operation, Reason};
use catalog::trigger;
use catalog::{Catalog, Entity, Field, Trigger};
use expression::{EntityId, FieldId, FieldRef, Value};
use query::write::Lock;
use sql::{Dialect, Statement};
use uuid::Uuid;

use super::CHUNK;
use super::owed::{self, Owed};
use super::unit_of_work::{Act, Change, UnitOfWork};
use crate::context::clock_of;
use crate::events::outbox;
use crate::{Context, Error};

/// Records concerned by changes, by step and place of the formula, and by the entity and place of the trigger: those at the
/// end of its way.
pub(crate) type Concerned = BTreeMap<(usize, usize, EntityId, usize), BTreeSet<Uuid>>;

/// Adds what a change of a record concerns.
pub(crate) fn gather(catalog: &Catalog, change: &Change, concerned: &mut Concerned) {
    let entity = &change.entity.id;
    for (at, trigger) in catalog.triggers.of(entity).iter().enumerate() {
        let ids = of_change(trigger, change);
        if !ids.is_empty() {
            concerned.entry(key(catalog, trigger, entity, at)).or_default().extend(ids);
        }
    }
}

fn key(catalog: &Catalog, trigger: &Trigger, entity: &EntityId, at: usize) -> (usize, usize, EntityId, usize) {
    (catalog.triggers.formulas[trigger.formula].step, trigger.formula, entity.clone(), at)
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

/// Calculates formulas of an entity for records, and what builds on them; gives how many records have other values then.
pub(crate) async fn calculate(
    ctx: &Context,
    unit: &mut UnitOfWork,
    entity: &EntityId,
    fields: &[FieldId],
    ids: &[Uuid],
) -> Result<usize, Error> {
    let triggers = &ctx.catalog().triggers;
    let is_asked =
        |trigger: &Trigger| trigger.way.is_empty() && fields.contains(&triggers.formulas[trigger.formula].field);
    let mut concerned = Concerned::new();
    for (at, trigger) in triggers.of(entity).iter().enumerate().filter(|(_, trigger)| is_asked(trigger)) {
        concerned.insert(key(ctx.catalog(), trigger, entity, at), ids.iter().copied().collect());
    }
    propagate(ctx, unit, concerned, &BTreeSet::new()).await
}

/// Calculates anew what the changes concern; gives how many records have other values then, those that `changed` aside.
///
/// Who looks at a record is told of its new values; it has the version it had, for nobody changed it. `changed` are told of
/// already.
pub(crate) async fn propagate(
    ctx: &Context,
    unit: &mut UnitOfWork,
    mut concerned: Concerned,
    changed: &BTreeSet<Uuid>,
) -> Result<usize, Error> {
    let catalog = ctx.catalog().clone();
    let system = Access::system(Reason::Propagation, catalog.clone()).at(clock_of(&catalog, ctx.now));
    // Whoever changes a record holds it already.
    let mut held: BTreeSet<Uuid> = BTreeSet::new();
    let mut told: BTreeMap<EntityId, BTreeMap<Uuid, i64>> = BTreeMap::new();
    while let Some(step) = concerned.keys().next().map(|(step, ..)| *step) {
        let mut due = Due::take(ctx, unit, &catalog, step, &mut concerned).await?;
        let Some(entity) = due.entity.as_ref().and_then(|entity| catalog.entity_by_id(entity)) else { continue };
        for owed in std::mem::take(&mut due.owed) {
            owed::leave(ctx, unit, &entity.id, &due.fields, &owed).await?;
        }
        let Some(grant) = system.grant(&entity.id, Operation::Update) else { continue };
        let free: Vec<Uuid> = due.ids.difference(changed).filter(|id| !held.contains(*id)).copied().collect();
        let has_locks = unit.dialect() == Dialect::Postgres;
        for chunk in free.chunks(CHUNK).filter(|_| has_locks) {
            // Held in a statement of their own: what others wrote until they are held, the next statement sees.
            let statement = query::write::exists_live(&grant, chunk, Lock::Update, unit.dialect());
            held.extend(identities(unit.tx(ctx).await?.fetch(&statement).await?));
        }
        let fields: Vec<&Field> = due.fields.iter().filter_map(|field| entity.field_by_id(field)).collect();
        let ids: Vec<Uuid> = std::mem::take(&mut due.ids).into_iter().collect();
        let mut moved = Vec::new();
        for chunk in ids.chunks(CHUNK) {
            for statement in statements(&system, entity, &fields, chunk, unit.dialect())? {
                for row in unit.tx(ctx).await?.fetch(&statement).await? {
                    if let [Value::Id(id), Value::Integer(version)] = row.as_slice() {
                        moved.push(*id);
                        if !changed.contains(id) {
                            told.entry(entity.id.clone()).or_default().insert(*id, *version);
                        }
                    }
                }
            }
        }
        above(&catalog, &entity.id, &due.fields, &moved, &mut concerned);
    }
    let moved = told.values().map(BTreeMap::len).sum();
    for (entity, records) in told {
        let records: Vec<(Uuid, i64)> = records.into_iter().collect();
        for chunk in records.chunks(CHUNK) {
            outbox::records_recalculated(ctx, unit, &entity, chunk).await?;
        }
    }
    Ok(moved)
}

/// What one step is to calculate.
#[derive(Default)]
struct Due {
    entity: Option<EntityId>,
    fields: BTreeSet<FieldId>,
    ids: BTreeSet<Uuid>,
    /// What is left to a job.
    owed: Vec<Owed>,
}

impl Due {
    /// Takes what concerns the formulas of a step, with the records from which ways lead there.
    async fn take(
        ctx: &Context,
        unit: &mut UnitOfWork,
        catalog: &Catalog,
        step: usize,
        concerned: &mut Concerned,
    ) -> Result<Self, Error> {
        let later = concerned.split_off(&(step + 1, 0, EntityId::new(""), 0));
        let now = std::mem::replace(concerned, later);
        let mut locks: BTreeMap<usize, bool> = BTreeMap::new();
        for (_, formula, entity, at) in now.keys() {
            *locks.entry(*formula).or_default() |= catalog.triggers.of(entity)[*at].is_broad;
        }
        let mut due = Self::default();
        for (formula, is_broad) in locks {
            let formula = &catalog.triggers.formulas[formula];
            due.entity = Some(formula.entity.clone());
            due.fields.insert(formula.field.clone());
            let name = format!("formula {}", formula.field);
            match (is_broad, formula.is_shared) {
                (true, _) => unit.tx(ctx).await?.lock(&name).await?,
                (false, true) => unit.tx(ctx).await?.lock_shared(&name).await?,
                (false, false) => {}
            }
        }
        // Formulas of one entity often read by the same ways.
        let mut found: Vec<(&[FieldRef], BTreeSet<Uuid>)> = Vec::new();
        for ((_, _, entity, at), ids) in now {
            let way = catalog.triggers.of(&entity)[at].way.as_slice();
            if way.is_empty() {
                due.ids.extend(ids);
                continue;
            }
            if found.iter().any(|(known, of)| *known == way && *of == ids) {
                continue;
            }
            let at_end: Vec<Uuid> = ids.iter().copied().collect();
            let most = ctx.engine.config().calculated_at_once();
            let limit = Some(most as u64 + 1);
            let mut leading = BTreeSet::new();
            for chunk in at_end.chunks(CHUNK) {
                let statement = query::write::leading_to(catalog, way, chunk, limit, unit.dialect());
                let Some(statement) = statement.filter(|_| leading.len() <= most) else { continue };
                leading.extend(identities(unit.tx(ctx).await?.fetch(&statement).await?));
            }
            if leading.len() <= most {
                due.ids.extend(leading);
            } else {
                due.owed.push(Owed { way: way.to_vec(), ids: at_end });
            }
            found.push((way, ids));
        }
        Ok(due)
    }
}

/// The statement that calculates the fields, or one for each where they are too much for one.
fn statements(
    system: &Access,
    entity: &Entity,
    fields: &[&Field],
    ids: &[Uuid],
    dialect: Dialect,
) -> Result<Vec<Statement>, Error> {
    let of = |fields: &[&Field]| query::write::recalculate(system, &entity.id, fields, Some(ids), dialect);
    if let Some(statement) = of(fields) {
        return Ok(vec![statement]);
    }
    let each = fields.iter().map(|field| of(&[*field]));
    each.collect::<Option<_>>().ok_or_else(|| Error::broken("a stored formula is too large for a statement"))
}

/// Adds what new values of formulas concern.
fn above(catalog: &Catalog, entity: &EntityId, fields: &BTreeSet<FieldId>, moved: &[Uuid], concerned: &mut Concerned) {
    if moved.is_empty() {
        return;
    }
    for (at, trigger) in catalog.triggers.of(entity).iter().enumerate() {
        if matches!(&trigger.on, trigger::Change::Values(read) if !read.is_disjoint(fields)) {
            concerned.entry(key(catalog, trigger, entity, at)).or_default().extend(moved);
        }
    }
}

pub(super) fn identities(rows: sql::Rows) -> impl Iterator<Item = Uuid> {
    rows.into_iter().filter_map(|row| match row.first() {
        Some(Value::Id(id)) => Some(*id),
        _ => None,
    })
}
