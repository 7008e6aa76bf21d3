//! The job that composes the rows of a register into a new table, and has it read.

use access::Reason;
use catalog::Entity;
use diagnostic::Diagnostic;
use expression::EntityId;
use query::kept;
use serde_json::{Value as Json, json};
use sql::Dialect;
use storage::failpoint;
use storage::internal::registers as stored;
use uuid::Uuid;

use super::keep::{self, State};
use crate::events::{outbox, place};
use crate::jobs::{Job, Progress};
use crate::records::read::settings;
use crate::{Context, Engine, Error};

/// Kind of the jobs that compose the rows of a register.
pub(crate) const JOB: &str = "register";
/// Rows that are written in one transaction where one writer serves all.
const BATCH: usize = 2_000;

/// What such a job is to compose.
pub(crate) fn input(register: &EntityId) -> Json {
    json!({"register": register.as_str()})
}

/// Composes the rows, from the beginning: what an interrupted job left is taken away.
pub(crate) async fn resume(engine: &Engine, job: &Job, progress: &Progress) -> Result<Json, Error> {
    let input: Json = serde_json::from_str(&job.input).map_err(|error| Error::broken(error.to_string()))?;
    let id = EntityId::new(input["register"].as_str().unwrap_or_default());
    engine.follow().await?;
    let ctx = engine.system(Reason::Propagation);
    let Some(entity) = ctx.catalog().entity_by_id(&id).filter(|entity| entity.register.is_some()).cloned() else {
        return Ok(json!({"records": 0}));
    };
    let before = keep::tables(engine).await?;
    let of_register = || before.iter().filter(|table| table.register == id.as_str());
    for table in of_register().filter(|table| table.state == State::Building) {
        keep::discard(engine, &table.name).await?;
    }
    if let Some(records) = of_register().find(|table| table.state == State::Current).and_then(|table| table.records) {
        progress.set_total(records).await?;
    }
    let name = begin(&ctx, &entity).await?;
    failpoint("register.begun");
    let filled = match fill(&ctx, &entity, &name, progress).await {
        Ok(records) => finish(&ctx, &entity, &name, records).await.map(|()| records),
        Err(error) => Err(error),
    };
    match filled {
        Ok(records) => {
            progress.set(records);
            keep::put(engine, &keep::tables(engine).await?);
            Ok(json!({"records": records}))
        }
        Err(error) => {
            keep::discard(engine, &name).await?;
            Err(error)
        }
    }
}

/// Makes the table; what changes from now on is another change.
async fn begin(ctx: &Context, entity: &Entity) -> Result<String, Error> {
    let engine = &ctx.engine;
    let name = format!("verstak_kept_{}", Uuid::now_v7().simple());
    let columns = kept::columns(entity);
    let columns: Vec<(&str, &str)> = columns.iter().map(|(field, form)| (field.as_str(), form.as_str())).collect();
    let place = place::newest(engine).await?.unwrap_or_default();
    let mut tx = engine.database().begin().await?;
    let dialect = tx.dialect();
    tx.execute(&stored::settled(entity.id.as_str())).await?;
    tx.execute(&stored::begin(&stored::Begun {
        name: &name,
        register: entity.id.as_str(),
        definition: &keep::definition(ctx.catalog(), entity),
        columns: &json!(columns).to_string(),
        as_of: ctx.now.timestamp_millis(),
        place,
    }))
    .await?;
    let mut script = vec![kept::create(entity, &name, dialect)];
    if dialect == Dialect::Sqlite {
        // Made over a full table they would keep everybody waiting.
        script.extend(indexes(ctx, entity, &name));
    }
    tx.execute_script(&script).await?;
    tx.commit().await?;
    Ok(name)
}

fn indexes(ctx: &Context, entity: &Entity, name: &str) -> Vec<String> {
    kept::indexes(entity, name, ctx.engine.database().dialect(), &ctx.catalog().workspace.language)
}

/// Puts the rows in; gives how many.
async fn fill(ctx: &Context, entity: &Entity, name: &str, progress: &Progress) -> Result<i64, Error> {
    match ctx.engine.database().dialect() {
        Dialect::Sqlite => in_batches(ctx, entity, name, progress).await,
        Dialect::Postgres => at_once(ctx, entity, name, progress).await,
    }
}

/// Lets PostgreSQL put all in, which keeps nobody waiting there.
async fn at_once(ctx: &Context, entity: &Entity, name: &str, progress: &Progress) -> Result<i64, Error> {
    let statement = kept::fill(&ctx.access, entity, name, &settings(ctx)).map_err(Error::Invalid)?;
    let mut tx = ctx.engine.database().begin().await?;
    tx.set_statement_timeout(None).await?;
    let records = tokio::select! {
        records = tx.execute(&statement) => records?,
        () = stopped(progress) => return Err(cancelled()),
    };
    let mut script = indexes(ctx, entity, name);
    script.push(kept::analyze(name));
    tx.execute_script(&script).await?;
    tx.commit().await?;
    failpoint("register.filled");
    Ok(i64::try_from(records).unwrap_or(i64::MAX))
}

async fn stopped(progress: &Progress) {
    while !progress.is_cancelled() {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

/// Reads the rows as they are at one moment and writes them a few at a time, so that whoever saves gets a turn between.
async fn in_batches(ctx: &Context, entity: &Entity, name: &str, progress: &Progress) -> Result<i64, Error> {
    let database = ctx.engine.database();
    let statement = kept::compose(&ctx.access, entity, &settings(ctx)).map_err(Error::Invalid)?;
    let mut batches = database.stream(statement, BATCH);
    let mut records = 0;
    while let Some(batch) = batches.recv().await {
        let batch = batch?;
        if progress.is_cancelled() {
            return Err(cancelled());
        }
        let mut tx = database.begin().await?;
        tx.execute_all(kept::insert(entity, name, &batch, database.dialect())).await?;
        tx.commit().await?;
        records += i64::try_from(batch.len()).unwrap_or(i64::MAX);
        progress.set(records);
        failpoint("register.filled");
    }
    Ok(records)
}

fn cancelled() -> Error {
    Error::Conflict(vec![Diagnostic::error("register.cancelled")])
}

/// Has the table read from now on; registers that are made of this one have something new.
async fn finish(ctx: &Context, entity: &Entity, name: &str, records: i64) -> Result<(), Error> {
    let engine = &ctx.engine;
    let at = engine.now().timestamp_millis();
    let catalog = ctx.catalog();
    let above = catalog.derived().iter().filter(|other| {
        let register = other.register.as_ref().filter(|register| register.on_change.is_some());
        register.is_some_and(|register| catalog.sources(register).contains(&entity.id))
    });
    let above: Vec<&str> = above.map(|other| other.id.as_str()).collect();
    let mut tx = engine.database().begin().await?;
    tx.execute(&stored::leave_current(entity.id.as_str(), at)).await?;
    if tx.execute(&stored::finish(name, records, at)).await? == 0 {
        return Err(Error::Conflict(vec![Diagnostic::error("register.cancelled")]));
    }
    if !above.is_empty() {
        tx.execute(&stored::changed(&above, at)).await?;
    }
    outbox::refreshed(&mut tx, ctx.now, &entity.id).await?;
    tx.commit().await?;
    failpoint("register.finished");
    Ok(())
}
