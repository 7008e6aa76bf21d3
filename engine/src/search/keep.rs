//! Writing the index: for changed records as they are told of, for an entity wholly when the fields it is found by change.

use std::collections::BTreeMap;

use access::{Grant, Reason};
use catalog::Entity;
use expression::{EntityId, Value};
use query::search::texts::{self, Words};
use query::search::words::indexed;
use serde_json::{Value as Json, json};
use storage::Transaction;
use storage::internal::jobs;
use storage::internal::search::{self as stored, Row};
use uuid::Uuid;

use crate::jobs::{Job, Progress};
use crate::{Context, Engine, Error};

/// Kind of the jobs that make the index anew.
pub(crate) const JOB: &str = "search_index";
/// Lock of whoever begins such a job.
pub(crate) const LOCK: &str = "search";
/// Records read and written at once.
const CHUNK: u64 = 500;
/// Records of an entity that are read without a job.
const FEW: usize = 500;

/// The engine's own rights, past those of people: the index holds everything and is asked through grants only.
fn system(engine: &Engine) -> Context {
    engine.system(Reason::SearchIndex)
}

/// Brings records of an entity up to date in the index.
pub(crate) async fn refresh(engine: &Engine, entity: &EntityId, records: &[(Uuid, i64)]) -> Result<(), Error> {
    let ctx = system(engine);
    let Some(grant) = ctx.access.read(entity).filter(|grant| !indexed(grant.entity()).is_empty()) else {
        return Ok(());
    };
    let database = engine.database();
    let dialect = database.dialect();
    for records in records.chunks(CHUNK as usize) {
        let ids: Vec<Uuid> = records.iter().map(|(id, _)| *id).collect();
        let held = database.fetch(&stored::versions(dialect, entity.as_str(), &ids)).await?;
        let held: BTreeMap<Uuid, i64> = held.iter().filter_map(|row| version(row)).collect();
        // What another node has read already need not be read again.
        let is_due = |(id, version): &&(Uuid, i64)| held.get(id).is_none_or(|held| held < version);
        let due: Vec<Uuid> = records.iter().filter(is_due).map(|(id, _)| *id).collect();
        if due.is_empty() {
            continue;
        }
        let rows = database.fetch(&texts::of_records(&grant, &due, dialect)).await?;
        let live = texts::words(&grant, &rows);
        let gone: Vec<Uuid> =
            due.into_iter().filter(|id| held.contains_key(id) && !live.iter().any(|one| one.record == *id)).collect();
        let mut tx = database.begin().await?;
        tx.index(entity.as_str(), &index_rows(live)).await?;
        tx.unindex(entity.as_str(), &gone).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Reads the whole of small entities whose fields changed since they were read, and begins a job for large ones.
pub(crate) async fn complete(engine: &Engine) -> Result<(), Error> {
    let ctx = system(engine);
    let (mut is_job_due, mut empty) = (false, Vec::new());
    for entity in incomplete(&ctx).await? {
        let Some(grant) = ctx.access.read(&entity.id) else { continue };
        let few = Some(Few { most: FEW, empty: &mut empty });
        is_job_due |= !read_whole(engine, &grant, few, None).await?;
    }
    if !empty.is_empty() {
        let mut tx = engine.database().begin().await?;
        for (entity, fields) in empty {
            tx.execute(&stored::complete(entity.as_str(), &fields)).await?;
        }
        tx.commit().await?;
    }
    if is_job_due {
        let mut tx = engine.database().begin().await?;
        tx.lock(LOCK).await?;
        if tx.fetch(&jobs::unfinished(JOB)).await?.is_empty() {
            enqueue(engine, &mut tx).await?;
        }
        tx.commit().await?;
        engine.jobs().wake();
    }
    Ok(())
}

/// Reads an entity of the product anew, whose records are written without telling of them.
pub(crate) async fn reread(engine: &Engine, name: &str) -> Result<(), Error> {
    let ctx = system(engine);
    let grant = ctx.catalog().entity(name).and_then(|entity| ctx.access.read(&entity.id));
    match grant.filter(|grant| !indexed(grant.entity()).is_empty()) {
        Some(grant) => read_whole(engine, &grant, None, None).await.map(drop),
        None => Ok(()),
    }
}

/// Writes the job down that reads what is not in the index.
pub(crate) async fn enqueue(engine: &Engine, tx: &mut Transaction) -> Result<Uuid, Error> {
    crate::jobs::enqueue(tx, &system(engine), JOB, 0, &json!({})).await
}

/// Reads all entities that are not wholly in the index.
pub(crate) async fn resume(engine: &Engine, _: &Job, progress: &Progress) -> Result<Json, Error> {
    let ctx = system(engine);
    let due = incomplete(&ctx).await?;
    let database = engine.database();
    let mut total = 0;
    for entity in &due {
        let Some(grant) = ctx.access.read(&entity.id) else { continue };
        let rows = database.fetch(&texts::count(&grant, database.dialect())).await?;
        total += rows.first().and_then(|row| number(row)).unwrap_or(0);
    }
    progress.set_total(total).await?;
    let mut reading = Reading { progress, done: 0 };
    for entity in &due {
        let Some(grant) = ctx.access.read(&entity.id) else { continue };
        read_whole(engine, &grant, None, Some(&mut reading)).await?;
        if progress.is_cancelled() {
            return Err(Error::broken("the work was stopped"));
        }
    }
    Ok(json!({"records": reading.done}))
}

/// Counts the records that should be in the index and are not.
pub(crate) async fn missing(engine: &Engine) -> Result<(i64, i64), Error> {
    let (ctx, database) = (system(engine), engine.database());
    let (mut held, mut wanted) = (0, 0);
    for entity in ctx.catalog().entities().iter().filter(|entity| !indexed(entity).is_empty()) {
        let Some(grant) = ctx.access.read(&entity.id) else { continue };
        let count = |rows: &sql::Rows| rows.first().and_then(|row| number(row)).unwrap_or(0);
        let live = count(&database.fetch(&texts::count(&grant, database.dialect())).await?);
        let found = count(&database.fetch(&stored::count(entity.id.as_str())).await?);
        held += found;
        wanted += (live - found).max(0);
    }
    Ok((held, wanted))
}

/// How many records may be read at once, and the entities without any, which are noted together: after a publish there
/// are many.
struct Few<'a> {
    most: usize,
    empty: &'a mut Vec<(EntityId, String)>,
}

struct Reading<'a> {
    progress: &'a Progress,
    done: i64,
}

/// Entities whose records were read for other fields than they are found by now, or not yet.
async fn incomplete(ctx: &Context) -> Result<Vec<std::sync::Arc<Entity>>, Error> {
    let rows = ctx.engine.database().fetch(&stored::entities()).await?;
    let read: BTreeMap<String, String> = rows
        .iter()
        .filter_map(|row| match row.as_slice() {
            [Value::Text(entity), Value::Text(fields)] => Some((entity.to_string(), fields.to_string())),
            _ => None,
        })
        .collect();
    let due = |entity: &&std::sync::Arc<Entity>| {
        let fields = fields(entity);
        !fields.is_empty() && read.get(entity.id.as_str()) != Some(&fields)
    };
    Ok(ctx.catalog().entities().iter().filter(due).cloned().collect())
}

/// What the words of an entity are made of: fields with what they are kept in, which a change of type changes.
fn fields(entity: &Entity) -> String {
    let each = indexed(entity).into_iter().map(|field| format!("{} {}", field.columns.join(" "), field.type_name()));
    each.collect::<Vec<_>>().join("\n")
}

/// Reads all records of the grant's entity into the index and forgets those that are gone; says whether it came to the
/// end, which it does not when there are more than a few and only a few may be read.
async fn read_whole(
    engine: &Engine,
    grant: &Grant,
    mut few: Option<Few<'_>>,
    mut reading: Option<&mut Reading<'_>>,
) -> Result<bool, Error> {
    let database = engine.database();
    let entity = grant.entity();
    let (id, dialect) = (entity.id.as_str(), database.dialect());
    let mut last = Uuid::nil();
    let mut read = 0;
    loop {
        let rows = database.fetch(&texts::after(grant, last, CHUNK, dialect)).await?;
        let live = texts::words(grant, &rows);
        let is_end = live.len() < CHUNK as usize;
        let until = if is_end { Uuid::max() } else { live.last().map_or(Uuid::max(), |one| one.record) };
        let mut gone = gone(engine, id, last, until, &live).await?;
        if !gone.is_empty() {
            // Some may have been made, or have come out of the bin, since the others were read.
            let rows = database.fetch(&texts::of_records(grant, &gone, dialect)).await?;
            let back: Vec<Uuid> = texts::words(grant, &rows).into_iter().map(|one| one.record).collect();
            gone.retain(|id| !back.contains(id));
        }
        read += live.len();
        let count = live.len();
        if let Some(few) = few.as_mut().filter(|_| is_end && read == 0 && gone.is_empty()) {
            few.empty.push((entity.id.clone(), fields(entity)));
            return Ok(true);
        }
        if !live.is_empty() || !gone.is_empty() || is_end {
            let mut tx = database.begin().await?;
            tx.index(id, &index_rows(live)).await?;
            tx.unindex(id, &gone).await?;
            if is_end {
                tx.execute(&stored::complete(id, &fields(entity))).await?;
            }
            tx.commit().await?;
        }
        if is_end {
            return Ok(true);
        }
        last = until;
        if few.as_ref().is_some_and(|few| read >= few.most) {
            return Ok(false);
        }
        if let Some(reading) = &mut reading {
            reading.done += i64::try_from(count).unwrap_or_default();
            reading.progress.set(reading.done);
            if reading.progress.is_cancelled() {
                return Ok(false);
            }
        }
    }
}

/// Records of the index between two others that are not live any more.
async fn gone(engine: &Engine, entity: &str, after: Uuid, until: Uuid, live: &[Words]) -> Result<Vec<Uuid>, Error> {
    let database = engine.database();
    let live: std::collections::HashSet<Uuid> = live.iter().map(|one| one.record).collect();
    let (mut gone, mut last) = (Vec::new(), after);
    loop {
        let limit = i64::try_from(CHUNK).unwrap_or(i64::MAX);
        let rows = database.fetch(&stored::records(database.dialect(), entity, last, limit)).await?;
        let held: Vec<Uuid> =
            rows.iter().filter_map(|row| if let [Value::Id(id)] = row.as_slice() { Some(*id) } else { None }).collect();
        gone.extend(held.iter().filter(|id| **id <= until && !live.contains(id)));
        match held.last() {
            Some(end) if held.len() as u64 == CHUNK && *end < until => last = *end,
            _ => return Ok(gone),
        }
    }
}

fn index_rows(live: Vec<Words>) -> Vec<Row> {
    live.into_iter().map(|one| Row { record: one.record, version: one.version, words: one.words }).collect()
}

fn version(row: &[Value]) -> Option<(Uuid, i64)> {
    if let [Value::Id(id), Value::Integer(version)] = row { Some((*id, *version)) } else { None }
}

fn number(row: &[Value]) -> Option<i64> {
    if let [Value::Integer(number)] = row { Some(*number) } else { None }
}

/// Where the follower of the outbox is, written down: the number, and when.
pub(crate) async fn put_place(engine: &Engine, floor: i64) -> Result<(), Error> {
    let place = format!("{floor} {}", engine.now().timestamp_millis());
    let mut tx = engine.database().begin().await?;
    tx.execute(&stored::put_place(&place)).await?;
    Ok(tx.commit().await?)
}

/// Reads what [`put_place`] wrote.
pub(crate) async fn place(engine: &Engine) -> Result<Option<(i64, i64)>, Error> {
    let rows = engine.database().fetch(&stored::place()).await?;
    let Some([Value::Text(place)]) = rows.first().map(Vec::as_slice) else { return Ok(None) };
    Ok(place.split_once(' ').and_then(|(floor, at)| Some((floor.parse().ok()?, at.parse().ok()?))))
}
