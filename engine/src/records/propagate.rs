//! Formulas whose values are kept: what the changes of a transaction concern is calculated anew before it ends.
//!
//! Changes are gathered while records are written. At the end each formula, those that others build on first, is written
//! into the records concerned, in one statement for each thousand of them; where it gives another value than before, that
//! concerns the formulas above it.

use std::collections::{BTreeMap, BTreeSet};

use access::{Access, Grant, Operation, Reason};
use catalog::trigger;
use catalog::{Catalog, Entity, Field, KeptFormula, Trigger};
use expression::{EntityId, FieldId, FieldRef, Value};
use query::write::{Calculated, Lock};
use sql::{Dialect, Statement};
use storage::internal::rollups as stored;
use uuid::Uuid;

use super::CHUNK;
use super::balances;
use super::owed::{self, Owed};
use super::rollups::{self, Former};
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

pub(super) fn of_change(trigger: &Trigger, change: &Change) -> Vec<Uuid> {
    if trigger.is_rolled {
        return if is_moving(&trigger.on, change) { vec![change.id] } else { Vec::new() };
    }
    match &trigger.on {
        trigger::Change::Values(_) => {
            let is_own = trigger.way.is_empty();
            let concerns = match change.act {
                // Nobody leads to a record that is only now made but by links of its own.
                Act::Create => is_own,
                Act::Delete => !is_own,
                Act::Restore | Act::Update => is_moving(&trigger.on, change),
            };
            if concerns { vec![change.id] } else { Vec::new() }
        }
        trigger::Change::Link(link) => {
            if let Some(moved) = change.links.get(link) {
                let (before, now): (BTreeSet<Uuid>, BTreeSet<Uuid>) =
                    (moved.from.iter().copied().collect(), moved.to.iter().copied().collect());
                return before.symmetric_difference(&now).copied().collect();
            }
            let (before, now) = (target(&change.before, link), target(&change.after, link));
            if before == now { Vec::new() } else { before.into_iter().chain(now).collect() }
        }
    }
}

/// Says whether what a trigger looks at is there or not any more, or another than before.
pub(super) fn is_moving(on: &trigger::Change, change: &Change) -> bool {
    let is_another = |field: &FieldId| {
        let of = |image: &query::Image| image.values.get(field).cloned().unwrap_or(Value::Empty);
        change.links.contains_key(field) || of(&change.before) != of(&change.after)
    };
    match (change.act, on) {
        (Act::Create | Act::Delete | Act::Restore, _) => true,
        (Act::Update, trigger::Change::Values(fields)) => fields.iter().any(is_another),
        (Act::Update, trigger::Change::Link(link)) => is_another(link),
    }
}

fn target(image: &query::Image, link: &FieldId) -> Option<Uuid> {
    match image.values.get(link) {
        Some(Value::Id(id)) => Some(*id),
        Some(value) => query::image::any_record(value).map(|record| record.id),
        None => None,
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
    let concerned = asked(ctx.catalog(), entity, fields, ids);
    propagate(ctx, unit, concerned, Former::default(), &BTreeSet::new()).await
}

/// Calculates formulas of an entity for records, and nothing that builds on them; nobody is told.
pub(crate) async fn calculate_alone(
    ctx: &Context,
    unit: &mut UnitOfWork,
    entity: &EntityId,
    fields: &[FieldId],
    ids: &[Uuid],
) -> Result<(), Error> {
    let catalog = ctx.catalog().clone();
    let system = Access::system(Reason::Propagation, catalog.clone()).at(clock_of(&catalog, ctx.now));
    let mut concerned = asked(&catalog, entity, fields, ids);
    while let Some(step) = concerned.keys().next().map(|(step, ..)| *step) {
        let mut due = Due::take(ctx, unit, &catalog, step, &mut concerned).await?;
        let Some(grant) = system.grant(entity, Operation::Update) else { continue };
        drop(hold(ctx, unit, &grant, ids).await?);
        for portion in due.portions(ctx, unit, &catalog, rollups::Moves::new()).await? {
            let moved = portion.calculate(ctx, unit, &system, grant.entity(), None).await?;
            let fields = portion.formulas.iter().map(|formula| formula.field.clone()).collect();
            let ids: Vec<Uuid> = moved.iter().map(|(id, _)| *id).collect();
            balances::above(&catalog, entity, &fields, &ids, &mut unit.posting);
        }
    }
    Ok(())
}

/// Formulas of an entity as the records that they are to be calculated for concern them.
fn asked(catalog: &Catalog, entity: &EntityId, fields: &[FieldId], ids: &[Uuid]) -> Concerned {
    let triggers = &catalog.triggers;
    let is_asked =
        |trigger: &Trigger| trigger.way.is_empty() && fields.contains(&triggers.formulas[trigger.formula].field);
    let asked = triggers.of(entity).iter().enumerate().filter(|(_, trigger)| is_asked(trigger));
    asked.map(|(at, trigger)| (key(catalog, trigger, entity, at), ids.iter().copied().collect())).collect()
}

/// Holds records against others, in statements of their own: what others wrote until they are held, the next statement sees.
/// SQLite's one writer holds everything.
async fn hold(ctx: &Context, unit: &mut UnitOfWork, grant: &Grant, ids: &[Uuid]) -> Result<BTreeSet<Uuid>, Error> {
    let mut held = BTreeSet::new();
    let has_locks = unit.dialect() == Dialect::Postgres;
    for chunk in ids.chunks(CHUNK).filter(|_| has_locks) {
        let statement = query::write::exists_live(grant, chunk, Lock::Update, unit.dialect());
        held.extend(identities(unit.tx(ctx).await?.fetch(&statement).await?));
    }
    Ok(held)
}

/// Calculates anew what the changes concern; gives how many records have other values then, those that `changed` aside.
///
/// Who looks at a record is told of its new values; it has the version it had, for nobody changed it. `changed` are told of
/// already.
pub(crate) async fn propagate(
    ctx: &Context,
    unit: &mut UnitOfWork,
    mut concerned: Concerned,
    mut former: Former,
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
        for (owed, fields) in std::mem::take(&mut due.owed) {
            owed::leave(ctx, unit, &entity.id, &fields, &owed).await?;
        }
        let Some(grant) = system.grant(&entity.id, Operation::Update) else { continue };
        let moves = rollups::moves(ctx, unit, &former, std::mem::take(&mut due.below)).await?;
        let ids: BTreeSet<Uuid> =
            due.ids.values().flatten().chain(moves.values().flat_map(BTreeMap::keys)).copied().collect();
        let free: Vec<Uuid> = ids.difference(changed).filter(|id| !held.contains(*id)).copied().collect();
        held.extend(hold(ctx, unit, &grant, &free).await?);
        for portion in due.portions(ctx, unit, &catalog, moves).await? {
            let moved = portion.calculate(ctx, unit, &system, entity, Some(&mut former)).await?;
            let fields = portion.formulas.iter().map(|formula| formula.field.clone()).collect();
            let ids: Vec<Uuid> = moved.iter().map(|(id, _)| *id).collect();
            let news = moved.into_iter().filter(|(id, _)| !changed.contains(id));
            for (id, version) in news {
                told.entry(entity.id.clone()).or_default().insert(id, version);
            }
            above(&catalog, &entity.id, &fields, &ids, &mut concerned);
            balances::above(&catalog, &entity.id, &fields, &ids, &mut unit.posting);
        }
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
    /// Records for which formulas are calculated from scratch.
    ids: BTreeMap<usize, BTreeSet<Uuid>>,
    /// Changed records from which formulas follow.
    below: rollups::Changed,
    /// What is left to a job, with the fields.
    owed: Vec<(Owed, BTreeSet<FieldId>)>,
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
            let name = format!("formula {}", formula.field);
            match (is_broad, formula.is_shared) {
                (true, _) => unit.tx(ctx).await?.lock(&name).await?,
                (false, true) => unit.tx(ctx).await?.lock_shared(&name).await?,
                (false, false) => {}
            }
        }
        // Formulas of one entity often read by the same ways.
        let mut found: Vec<Found<'_>> = Vec::new();
        for ((_, formula, entity, at), ids) in now {
            let trigger = &catalog.triggers.of(&entity)[at];
            let way = trigger.way.as_slice();
            if trigger.is_rolled {
                let (formulas, below) = due.below.entry(entity).or_default();
                formulas.insert(formula);
                below.extend(ids);
                continue;
            }
            if way.is_empty() {
                due.ids.entry(formula).or_default().extend(ids);
                continue;
            }
            let at = match found.iter().position(|known| known.way == way && known.ids == ids) {
                Some(at) => at,
                None => {
                    found.push(Found::look(ctx, unit, catalog, way, ids).await?);
                    found.len() - 1
                }
            };
            match &found[at].leading {
                Some(leading) => due.ids.entry(formula).or_default().extend(leading),
                None => drop(found[at].owing.insert(catalog.triggers.formulas[formula].field.clone())),
            }
        }
        let owing = found.into_iter().filter(|found| found.leading.is_none());
        let owed =
            |found: Found<'_>| (Owed { way: found.way.to_vec(), ids: found.ids.into_iter().collect() }, found.owing);
        due.owed = owing.map(owed).collect();
        Ok(due)
    }

    /// Moves what aggregates have come to, and gives what is to be written.
    async fn portions<'a>(
        &mut self,
        ctx: &Context,
        unit: &mut UnitOfWork,
        catalog: &'a Catalog,
        mut moves: rollups::Moves,
    ) -> Result<Vec<Portion<'a>>, Error> {
        for (formula, moves) in &mut moves {
            // What is calculated from scratch anyway need not be moved.
            let whole = self.ids.get(formula);
            moves.retain(|record, _| whole.is_none_or(|ids| !ids.contains(record)));
        }
        for (formula, records) in rollups::advance(ctx, unit, &moves).await? {
            if let Some(moves) = moves.get_mut(&formula) {
                moves.retain(|record, _| !records.contains(record));
            }
            self.ids.entry(formula).or_default().extend(records);
        }
        let formulas = &catalog.triggers.formulas;
        let mut portions: Vec<Portion<'a>> = Vec::new();
        let mut add = |formula: usize, ids: BTreeSet<Uuid>, is_rolled: bool| {
            let formula = &formulas[formula];
            let known = portions.iter_mut().find(|known| known.is_rolled == is_rolled && known.ids == ids);
            match known {
                _ if ids.is_empty() => {}
                Some(known) => known.formulas.push(formula),
                None => portions.push(Portion { formulas: vec![formula], ids, is_rolled }),
            }
        };
        // Those of which nothing is kept are calculated together: a statement more costs more than a value more.
        let (kept, plain): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.ids).into_iter().partition(|(formula, _)| !formulas[*formula].rollups.is_empty());
        let together: BTreeSet<Uuid> = plain.iter().flat_map(|(_, ids)| ids).copied().collect();
        plain.into_iter().for_each(|(formula, _)| add(formula, together.clone(), false));
        kept.into_iter().for_each(|(formula, ids)| add(formula, ids, false));
        moves.into_iter().for_each(|(formula, moves)| add(formula, moves.into_keys().collect(), true));
        Ok(portions)
    }
}

/// Records from which a way leads to others.
struct Found<'a> {
    way: &'a [FieldRef],
    ids: BTreeSet<Uuid>,
    /// None when there are more than a save may calculate.
    leading: Option<BTreeSet<Uuid>>,
    /// The fields that are left to a job then.
    owing: BTreeSet<FieldId>,
}

impl<'a> Found<'a> {
    async fn look(
        ctx: &Context,
        unit: &mut UnitOfWork,
        catalog: &Catalog,
        way: &'a [FieldRef],
        ids: BTreeSet<Uuid>,
    ) -> Result<Self, Error> {
        let at_end: Vec<Uuid> = ids.iter().copied().collect();
        let most = ctx.engine.config().calculated_at_once();
        let limit = Some(most as u64 + 1);
        let mut leading = BTreeSet::new();
        for chunk in at_end.chunks(CHUNK) {
            let statement = query::write::leading_to(catalog, way, chunk, limit, unit.dialect());
            let Some(statement) = statement.filter(|_| leading.len() <= most) else { continue };
            leading.extend(identities(unit.tx(ctx).await?.fetch(&statement).await?));
        }
        let leading = (leading.len() <= most).then_some(leading);
        Ok(Self { way, ids, leading, owing: BTreeSet::new() })
    }
}

/// Formulas of one step that are calculated for the same records.
struct Portion<'a> {
    formulas: Vec<&'a KeptFormula>,
    ids: BTreeSet<Uuid>,
    /// Whether the values are taken from what the aggregates have come to.
    is_rolled: bool,
}

impl Portion<'_> {
    /// Writes the values; gives the records that have others then, with their versions. Their former values are told to what
    /// follows from them, where something does.
    async fn calculate(
        &self,
        ctx: &Context,
        unit: &mut UnitOfWork,
        system: &Access,
        entity: &Entity,
        mut former: Option<&mut Former>,
    ) -> Result<Vec<(Uuid, i64)>, Error> {
        let dialect = unit.dialect();
        let fields: Vec<&Field> = self.formulas.iter().filter_map(|it| entity.field_by_id(&it.field)).collect();
        let rolled_up = former.as_ref().and_then(|_| ctx.catalog().triggers.rolled_of(&entity.id));
        let told: Vec<&Field> =
            fields.iter().filter(|it| rolled_up.is_some_and(|all| all.contains(&it.id))).copied().collect();
        let rolled = if self.is_rolled { self.formulas.as_slice() } else { &[] };
        let ids: Vec<Uuid> = self.ids.iter().copied().collect();
        let mut moved = Vec::new();
        for chunk in ids.chunks(CHUNK) {
            let mut before = before(ctx, unit, entity, &told, chunk).await?;
            let of = Calculated { ids: Some(chunk), rolled, told: &told };
            for statement in statements(system, entity, &fields, &of, dialect)? {
                for row in unit.tx(ctx).await?.fetch(&statement).await? {
                    let mut cells = row.into_iter();
                    let (Some(Value::Id(id)), Some(Value::Integer(version))) = (cells.next(), cells.next()) else {
                        continue;
                    };
                    moved.push((id, version));
                    let values: Vec<Value> = before.remove(&id).unwrap_or_else(|| cells.collect());
                    for (field, value) in told.iter().zip(values) {
                        if let Some(former) = former.as_mut() {
                            former.tell(&entity.id, id, &field.id, value);
                        }
                    }
                }
            }
            let from_scratch = self.formulas.iter().filter(|formula| !self.is_rolled && !formula.rollups.is_empty());
            for formula in from_scratch {
                if let Some(rows) = query::write::rolled(system, formula, Some(chunk), dialect) {
                    unit.tx(ctx).await?.execute(&stored::keep(rows)).await?;
                }
            }
        }
        Ok(moved)
    }
}

/// Reads what formulas gave before, where the statement that writes them cannot tell.
async fn before(
    ctx: &Context,
    unit: &mut UnitOfWork,
    entity: &Entity,
    told: &[&Field],
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<Value>>, Error> {
    let statement = query::write::former(entity, told, ids, unit.dialect());
    let Some(statement) = statement.filter(|_| unit.dialect() == Dialect::Sqlite && !told.is_empty()) else {
        return Ok(BTreeMap::new());
    };
    let rows = unit.tx(ctx).await?.fetch(&statement).await?.into_iter();
    let read = rows.filter_map(|row| match row.first() {
        Some(Value::Id(id)) => Some((*id, row.into_iter().skip(2).collect())),
        _ => None,
    });
    Ok(read.collect())
}

/// The statement that calculates the fields, or one for each where they are too much for one.
fn statements(
    system: &Access,
    entity: &Entity,
    fields: &[&Field],
    of: &Calculated<'_>,
    dialect: Dialect,
) -> Result<Vec<Statement>, Error> {
    let all = |fields: &[&Field]| query::write::recalculate(system, &entity.id, fields, of, dialect);
    if let Some(statement) = all(fields) {
        return Ok(vec![statement]);
    }
    let each = fields.iter().map(|field| all(&[*field]));
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

pub(crate) fn identities(rows: sql::Rows) -> impl Iterator<Item = Uuid> {
    rows.into_iter().filter_map(|row| match row.first() {
        Some(Value::Id(id)) => Some(*id),
        _ => None,
    })
}
