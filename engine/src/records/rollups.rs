//! By how much changed records move what is rolled up from them: what they contribute now, less what they contributed before.
//!
//! What they are now is read where they are, for whoever changes a record holds it. What they were is what they are now but for
//! the values that the transaction changed, which are noted as it changes them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use catalog::{Catalog, Field, KeptFormula, Rollup};
use chrono::{DateTime, NaiveDate, Utc};
use expression::evaluate::{Environment, evaluate, holds};
use expression::{Aggregate, Decimal, EntityId, FieldId, FieldRef, RecordRef, Tz, Value};
use storage::internal::rollups::{self as stored, Move};
use uuid::Uuid;

use super::CHUNK;
use super::unit_of_work::{Act, Change, UnitOfWork};
use crate::context::zone_of;
use crate::{Context, Error};

/// What records were before a transaction changed them, as far as something is rolled up from them.
#[derive(Debug, Default)]
pub(crate) struct Former(HashMap<(EntityId, Uuid), Was>);

#[derive(Debug, Default)]
struct Was {
    /// Whether it was outside the recycle bin; as now when it is not said.
    is_there: Option<bool>,
    /// Values that may be others now.
    values: BTreeMap<FieldId, Value>,
}

impl Former {
    /// Takes note of a change; only the first of a record tells what was before.
    pub(crate) fn note(&mut self, catalog: &Catalog, change: &Change) {
        let entity = &change.entity;
        let Some(fields) = catalog.triggers.rolled_of(&entity.id) else { return };
        self.0.entry((entity.id.clone(), change.id)).or_insert_with(|| {
            // What formulas gave may be newer than the image, which nobody held; it is told when it is written.
            let is_written = |id: &&FieldId| entity.field_by_id(id).is_some_and(|field| field.formula.is_none());
            let value = |id: &FieldId| change.before.values.get(id).cloned().unwrap_or(Value::Empty);
            Was {
                is_there: Some(matches!(change.act, Act::Update | Act::Delete)),
                values: fields.iter().filter(is_written).map(|id| (id.clone(), value(id))).collect(),
            }
        });
    }

    /// Takes note of what a formula gave before.
    pub(crate) fn tell(&mut self, entity: &EntityId, record: Uuid, field: &FieldId, value: Value) {
        let was = self.0.entry((entity.clone(), record)).or_default();
        was.values.entry(field.clone()).or_insert(value);
    }
}

/// Changed records and the formulas that roll them up, by entity.
pub(crate) type Changed = BTreeMap<EntityId, (BTreeSet<usize>, BTreeSet<Uuid>)>;

/// By how much the aggregates of formulas move, by formula and record; `None` where it cannot be told.
pub(crate) type Moves = BTreeMap<usize, BTreeMap<Uuid, Option<Vec<By>>>>;

/// By how much one aggregate moves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct By {
    /// What the total grows by.
    units: i128,
    /// How many values there are more, where they are counted.
    count: i64,
    /// Of the values that came and went the extreme ones, and how many they are.
    came: Option<(i128, i64)>,
    went: Option<(i128, i64)>,
}

/// What one record contributes to one aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Contribution {
    to: Uuid,
    units: i128,
}

/// Finds out by how much changed records move what is rolled up from them.
pub(crate) async fn moves(
    ctx: &Context,
    unit: &mut UnitOfWork,
    former: &Former,
    changed: Changed,
) -> Result<Moves, Error> {
    let catalog = ctx.catalog();
    let mut moves = Moves::new();
    for (entity, (formulas, ids)) in changed {
        let Some(below) = catalog.entity_by_id(&entity) else { continue };
        let rollups = |formula: usize| {
            let all = catalog.triggers.formulas[formula].rollups.iter().enumerate();
            all.filter(|(_, rollup)| rollup.children == entity)
        };
        let read = formulas.iter().flat_map(|formula| rollups(*formula));
        let read: BTreeSet<&FieldId> = read.flat_map(|(_, it)| it.reads.iter().chain([&it.link])).collect();
        let fields: Vec<&Field> = read.into_iter().filter_map(|field| below.field_by_id(field)).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        for chunk in ids.chunks(CHUNK) {
            let statement = query::write::former(below, &fields, chunk, unit.dialect());
            let statement = statement.ok_or_else(|| Error::broken("a field that is rolled up has no column"))?;
            for row in unit.tx(ctx).await?.fetch(&statement).await? {
                let mut cells = row.into_iter();
                let (Some(Value::Id(id)), Some(deleted)) = (cells.next(), cells.next()) else { continue };
                let is_there = deleted.is_empty();
                let now: Row = fields.iter().map(|field| field.id.clone()).zip(cells).collect();
                let Some(was) = former.0.get(&(entity.clone(), id)) else { continue };
                let mut before = now.clone();
                before.extend(was.values.iter().map(|(field, value)| (field.clone(), value.clone())));
                for formula in &formulas {
                    let count = catalog.triggers.formulas[*formula].rollups.len();
                    let of = moves.entry(*formula).or_default();
                    for (part, rollup) in rollups(*formula) {
                        let of_row = |row: &Row| contribution(ctx, rollup, id, row);
                        let after = is_there.then(|| of_row(&now)).flatten();
                        let before = was.is_there.unwrap_or(is_there).then(|| of_row(&before)).flatten();
                        for (contribution, came) in [(after, true), (before, false)] {
                            let Some(Contribution { to, units }) = contribution.filter(|_| before != after) else {
                                continue;
                            };
                            let parts = of.entry(to).or_insert_with(|| Some(vec![By::default(); count]));
                            let moved = parts.as_ref().and_then(|parts| parts[part].and(rollup.aggregate, units, came));
                            match (parts.as_mut(), moved) {
                                (Some(parts), Some(moved)) => parts[part] = moved,
                                _ => *parts = None,
                            }
                        }
                    }
                }
            }
        }
    }
    for of in moves.values_mut() {
        of.retain(|_, parts| parts.as_ref().is_none_or(|parts| parts.iter().any(|by| *by != By::default())));
    }
    Ok(moves)
}

impl By {
    /// The same with one value more or less.
    fn and(self, aggregate: Aggregate, units: i128, came: bool) -> Option<Self> {
        let farther = |known: Option<(i128, i64)>| match known {
            Some((extreme, ties)) if extreme == units => (extreme, ties + 1),
            Some(known) if (known.0 < units) == (aggregate == Aggregate::Min) => known,
            _ => (units, 1),
        };
        let one = if came { 1 } else { -1 };
        let by = Self { count: if aggregate == Aggregate::Sum { 0 } else { self.count + one }, ..self };
        Some(match (aggregate, came) {
            (Aggregate::Min | Aggregate::Max, true) => Self { came: Some(farther(self.came)), ..by },
            (Aggregate::Min | Aggregate::Max, false) => Self { went: Some(farther(self.went)), ..by },
            (_, true) => Self { units: self.units.checked_add(units)?, ..by },
            (_, false) => Self { units: self.units.checked_sub(units)?, ..by },
        })
    }

    /// As it is told to the database; `None` where it is more than a decimal holds.
    fn told(self, aggregate: Aggregate) -> Option<stored::By> {
        let text = |units| Some(Decimal::from_units(units)?.format(expression::decimal::SCALE));
        let some = |farthest: Option<(i128, i64)>| match farthest {
            Some((units, ties)) => text(units).map(|text| Some((text, ties))),
            None => Some(None),
        };
        Some(match aggregate {
            Aggregate::Min => stored::By::Min(some(self.came)?, some(self.went)?),
            Aggregate::Max => stored::By::Max(some(self.came)?, some(self.went)?),
            _ => stored::By::Sum(text(self.units)?),
        })
    }
}

/// What a record that is there contributes, with these values.
fn contribution(ctx: &Context, rollup: &Rollup, id: Uuid, row: &Row) -> Option<Contribution> {
    let Some(Value::Id(to)) = row.get(&rollup.link) else { return None };
    let (kept, record) = (Kept { ctx, row }, RecordRef { entity: rollup.children.clone(), id });
    if !rollup.conditions.iter().all(|condition| holds(condition, Some(&record), &kept)) {
        return None;
    }
    let units = match &rollup.body {
        None => 0,
        Some(body) => match evaluate(body, Some(&record), &kept) {
            Value::Decimal(number) => number.units(),
            // 64 bits of wholes are 94 of units.
            Value::Integer(number) => i128::from(number) * 1_000_000_000_000,
            _ => return None,
        },
    };
    Some(Contribution { to: *to, units })
}

/// Values of one record by field.
type Row = BTreeMap<FieldId, Value>;

/// A record as its columns have it, formulas included, for everybody alike.
struct Kept<'a> {
    ctx: &'a Context,
    row: &'a Row,
}

impl Environment for Kept<'_> {
    fn field(&self, _: &RecordRef, field: &FieldRef) -> Value {
        self.row.get(&field.id).cloned().unwrap_or(Value::Empty)
    }

    fn related(&self, _: &RecordRef, _: &FieldRef) -> Vec<RecordRef> {
        Vec::new()
    }

    fn user(&self) -> Option<RecordRef> {
        None
    }

    fn today(&self) -> NaiveDate {
        self.ctx.now.with_timezone(&self.zone()).date_naive()
    }

    fn zone(&self) -> Tz {
        zone_of(self.ctx.catalog())
    }

    fn now(&self) -> DateTime<Utc> {
        self.ctx.now
    }

    fn language(&self) -> &str {
        &self.ctx.catalog().workspace.language
    }
}

/// Moves what the aggregates have come to; gives the records of each formula for which that is not known, so that they are to
/// be calculated from scratch.
pub(crate) async fn advance(ctx: &Context, unit: &mut UnitOfWork, moves: &Moves) -> Result<Changes, Error> {
    let mut unknown = Changes::new();
    let mut told = Vec::new();
    let mut left: BTreeMap<&str, (usize, BTreeMap<Uuid, usize>)> = BTreeMap::new();
    for (formula, records) in moves {
        let kept = &ctx.catalog().triggers.formulas[*formula];
        let field = kept.field.as_str();
        let is_known = !ctx.engine.owing().is_of_publish(&kept.field);
        for (record, parts) in records {
            let written = parts.as_ref().filter(|_| is_known).and_then(|parts| written(kept, *record, parts));
            match written {
                Some(written) => {
                    left.entry(field).or_insert((*formula, BTreeMap::new())).1.insert(*record, written.len());
                    told.extend(written);
                }
                None => drop(unknown.entry(*formula).or_default().insert(*record)),
            }
        }
    }
    for chunk in told.chunks(CHUNK) {
        let statement = stored::advance(unit.dialect(), chunk);
        for row in unit.tx(ctx).await?.fetch(&statement).await? {
            let [Value::Id(record), Value::Text(field)] = row.as_slice() else { continue };
            if let Some(count) = left.get_mut::<str>(field).and_then(|(_, records)| records.get_mut(record)) {
                *count = count.saturating_sub(1);
            }
        }
    }
    for (formula, records) in left.into_values() {
        let lost = records.into_iter().filter(|(_, count)| *count > 0);
        for (record, _) in lost {
            unknown.entry(formula).or_default().insert(record);
        }
    }
    Ok(unknown)
}

/// Records by formula.
pub(crate) type Changes = BTreeMap<usize, BTreeSet<Uuid>>;

/// The moves of a record as they are told to the database; `None` where one is more than a decimal holds.
fn written(formula: &KeptFormula, record: Uuid, parts: &[By]) -> Option<Vec<Move>> {
    let parts = parts.iter().zip(&formula.rollups).enumerate().filter(|(_, (by, _))| **by != By::default());
    let of = |(part, (by, rollup)): (usize, (&By, &Rollup))| {
        let field = formula.field.as_str().to_owned();
        Some(Move { record, field, part, by: by.told(rollup.aggregate)?, count: by.count })
    };
    parts.map(of).collect()
}
