//! Which formulas a publish calculates itself, and which it leaves to a job because there are too many records.

use std::collections::{BTreeMap, BTreeSet};

use access::Reason;
use catalog::role::Permission;
use catalog::{Catalog, Condition, Entity, Field, FieldKind};
use expression::{EntityId, FieldId, Value};
use migration::Existing;
use serde_json::{Value as Json, json};
use storage::Transaction;
use storage::internal::{backfill as stored, jobs as stored_jobs};
use uuid::Uuid;

use super::recalculate::{self, Key};
use crate::jobs::{self, Job};
use crate::records::backfill::JOB;
use crate::{Context, Engine, Error};

/// Fields of one statement.
const AT_ONCE: usize = 1_000;

/// Jobs that are looked at, of which all but the newest have handed over what they had.
const SHOWN: u32 = 10;

/// The formulas to calculate for records that are there, those that others build on first.
#[derive(Debug, Default)]
pub(crate) struct Due {
    /// Within the transaction of the publish.
    pub(super) at_once: Vec<Key>,
    /// By a job after it, of so many records.
    pub(super) later: Vec<(Key, i64)>,
    /// Records of each of their entities.
    pub(super) counts: BTreeMap<EntityId, i64>,
}

/// Finds what a publish has to calculate, and who does it.
///
/// A job has whatever is of many records or made of many, and what builds on what it has. What decides who may do what is
/// never left to it: meanwhile such a value would open records that it closes.
pub(super) async fn sort(ctx: &Context, before: &Catalog, next: &Catalog, existing: &Existing) -> Result<Due, Error> {
    let database = ctx.engine.database();
    let standing = database.fetch(&stored::all()).await?;
    let standing: BTreeSet<FieldId> = standing.iter().filter_map(|row| standing_of(row)).map(|(id, _)| id).collect();
    let means_another: BTreeSet<Key> = recalculate::due(before, next).into_iter().collect();
    let decides = deciding(next);
    let is_deciding = |key: &Key| decides.as_ref().is_none_or(|all| all.contains(key));
    let keys = next.triggers.formulas.iter().map(|formula| (formula.entity.clone(), formula.field.clone()));
    let keys = keys.filter(|key| means_another.contains(key) || (standing.contains(&key.1) && is_deciding(key)));
    let most = i64::try_from(ctx.engine.config().calculated_at_once()).unwrap_or(i64::MAX);
    let mut due = Due::default();
    let mut left = standing.clone();
    for key in keys {
        let Some((entity, field)) = find(next, &key) else { continue };
        let mut is_large = false;
        for concerned in concerned(next, entity, field) {
            is_large |= count(ctx, existing, concerned, &mut due.counts).await? > most;
        }
        let reads = field.formula.as_ref().map(|formula| formula.reads.as_slice()).unwrap_or_default();
        let builds_on_left = reads.iter().any(|(_, read)| left.contains(read));
        if !is_deciding(&key) && (is_large || builds_on_left) {
            left.insert(key.1.clone());
            let records = due.counts.get(&key.0).copied().unwrap_or_default();
            due.later.push((key, records));
        } else {
            left.remove(&key.1);
            due.at_once.push(key);
        }
    }
    Ok(due)
}

/// The entities whose records a formula is of and made of.
fn concerned<'a>(catalog: &'a Catalog, own: &'a Entity, field: &Field) -> Vec<&'a Entity> {
    let reads = field.formula.iter().flat_map(|formula| &formula.reads);
    let mut ids: BTreeSet<&EntityId> = BTreeSet::from([&own.id]);
    for (entity, read) in reads {
        let Some(entity) = catalog.entity_by_id(entity) else { continue };
        ids.insert(&entity.id);
        if let Some(
            FieldKind::Inverse { relation } | FieldKind::Children { relation } | FieldKind::Links { relation, .. },
        ) = entity.field_by_id(read).map(|field| &field.kind)
        {
            ids.insert(&relation.target);
        }
    }
    ids.into_iter().filter_map(|id| catalog.entity_by_id(id)).map(|entity| &**entity).collect()
}

async fn count(
    ctx: &Context,
    existing: &Existing,
    entity: &Entity,
    counts: &mut BTreeMap<EntityId, i64>,
) -> Result<i64, Error> {
    if let Some(known) = counts.get(&entity.id) {
        return Ok(*known);
    }
    let database = ctx.engine.database();
    let records = if existing.has_table(&entity.table) {
        match database.fetch(&query::write::count(entity, database.dialect())).await?.first().map(Vec::as_slice) {
            Some([Value::Integer(count)]) => *count,
            _ => 0,
        }
    } else {
        0
    };
    counts.insert(entity.id.clone(), records);
    Ok(records)
}

fn find<'a>(catalog: &'a Catalog, key: &Key) -> Option<(&'a Entity, &'a Field)> {
    let entity = catalog.entity_by_id(&key.0)?;
    Some((entity, entity.field_by_id(&key.1)?))
}

/// The kept formulas by whose values it is decided who may do what, those that they build on included; `None` when it cannot be
/// told which they are.
fn deciding(catalog: &Catalog) -> Option<BTreeSet<Key>> {
    let of_roles =
        catalog.roles.iter().flat_map(|role| role.entities.values().chain([&role.otherwise])).flat_map(|it| {
            [&it.read, &it.create, &it.update, &it.delete, &it.export, &it.share].into_iter().filter_map(
                |it| match it {
                    Permission::When(condition) => Some(condition),
                    Permission::Never | Permission::Always => None,
                },
            )
        });
    let of_entities = catalog.readable().iter().flat_map(|entity| {
        let access = &entity.access;
        let own = [&access.read, &access.create, &access.update, &access.delete, &access.export].into_iter().flatten();
        own.chain(entity.shared.iter().flat_map(|shared| [&shared.read, &shared.update]))
    });
    let conditions: Vec<&Condition> = of_roles.chain(of_entities).map(|it| &**it).collect();
    let mut open: Vec<Key> = Vec::new();
    for condition in conditions {
        let paths = expression::paths::reads(&condition.expr).paths;
        open.extend(paths.into_iter().flat_map(|path| path.fields).map(|field| (field.entity, field.id)));
    }
    let mut seen: BTreeSet<Key> = BTreeSet::new();
    while let Some(key) = open.pop() {
        let entity = catalog.entity_by_id(&key.0)?;
        // A dataset's fields are expressions over whatever it is composed of.
        if entity.dataset.is_some() {
            return None;
        }
        let formula = entity.field_by_id(&key.1).and_then(|field| field.formula.as_ref());
        if seen.insert(key) {
            open.extend(formula.iter().flat_map(|formula| &formula.reads).cloned());
        }
    }
    Some(seen)
}

/// Writes down for a job what is left to it, in the transaction of the publish: with what an earlier one has not done.
pub(super) async fn leave(
    tx: &mut Transaction,
    engine: &Engine,
    next: &Catalog,
    due: &Due,
    (revision, by): (u64, Option<Uuid>),
) -> Result<(), Error> {
    let rows = tx.fetch(&stored::all()).await?;
    let standing: Vec<(FieldId, i64)> = rows.iter().filter_map(|row| standing_of(row)).collect();
    let kept: BTreeSet<&FieldId> = next.triggers.formulas.iter().map(|formula| &formula.field).collect();
    let done: BTreeSet<&FieldId> = due.at_once.iter().map(|(_, field)| field).collect();
    let again: BTreeSet<&FieldId> = due.later.iter().map(|((_, field), _)| field).collect();
    let is_over = |field: &FieldId| !kept.contains(field) || done.contains(field);
    let over: Vec<&str> =
        standing.iter().filter(|(field, _)| is_over(field)).map(|(field, _)| field.as_str()).collect();
    for chunk in over.chunks(AT_ONCE) {
        tx.execute(&stored::remove(chunk)).await?;
    }
    if due.later.is_empty() {
        return Ok(());
    }
    let left = standing.iter().filter(|(field, _)| !is_over(field) && !again.contains(field));
    let total = left.map(|(_, records)| records).chain(due.later.iter().map(|(_, records)| records)).sum();
    let ctx = Context { user: by, ..engine.system(Reason::Bookkeeping) };
    let job = jobs::enqueue(tx, &ctx, JOB, total, &json!({"revision": revision})).await?;
    let dialect = tx.dialect();
    tx.execute(&stored::take_over(dialect, job)).await?;
    let put = |(key, records): &(Key, i64)| stored::put(dialect, key.1.as_str(), key.0.as_str(), job, *records);
    tx.execute_all(due.later.iter().map(put)).await?;
    Ok(())
}

/// The jobs that still calculate what publishes left.
pub(super) async fn running(engine: &Engine) -> Result<Vec<Job>, Error> {
    let rows = engine.database().fetch(&stored_jobs::newest(JOB, SHOWN)).await?;
    let jobs = rows.iter().filter_map(|row| jobs::job(row)).filter(|job| !job.state.is_over());
    Ok(jobs.map(|job| jobs::with_progress(engine, job)).collect())
}

/// Says whether a job is of the publish of a revision.
pub(super) fn is_of(job: &Job, revision: u64) -> bool {
    serde_json::from_str::<Json>(&job.input).is_ok_and(|input| input["revision"] == revision)
}

fn standing_of(row: &[Value]) -> Option<(FieldId, i64)> {
    match row {
        [Value::Text(field), Value::Integer(records)] => Some((FieldId::new(field), *records)),
        _ => None,
    }
}
