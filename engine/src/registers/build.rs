//! The job that composes the rows of a register: those that changed records have a part in, or all into a new table that is read then.

use std::sync::Arc;
use std::time::{Duration, Instant};

use access::Reason;
use catalog::Entity;
use diagnostic::Diagnostic;
use expression::EntityId;
use query::kept::{self, traces};
use serde_json::{Value as Json, json};
use sql::{Dialect, Statement};
use storage::internal::registers as stored;
use storage::{Transaction, failpoint};
use uuid::Uuid;

use super::keep::{self, Changed, Refreshed, State, Table};
use super::part::{self, Outcome};
use crate::events::{outbox, place};
use crate::jobs::{Job, Problem, Progress};
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
        keep::discard(engine, &table.name, table.is_traced()).await?;
    }
    let reason = match part::refresh(&ctx, &entity, &before).await {
        Ok(Outcome::Done(records)) => {
            progress.set(records);
            keep::put(engine, &keep::tables(engine).await?);
            return Ok(json!({"records": records}));
        }
        Ok(Outcome::Whole(reason)) => reason,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a register is composed as a whole");
            Diagnostic::warning("register.whole_failed")
        }
    };
    let current = of_register().find(|table| table.state == State::Current);
    if let Some(records) = current.and_then(|table| table.records) {
        progress.set_total(records).await?;
    }
    let whole = Whole::begin(ctx, entity, current, reason).await?;
    failpoint("register.begun");
    let filled = match whole.fill(progress).await {
        Ok(records) => whole.finish(records).await.map(|()| records),
        Err(error) => Err(error),
    };
    match filled {
        Ok(records) => {
            progress.set(records);
            keep::put(engine, &keep::tables(engine).await?);
            Ok(json!({"records": records}))
        }
        Err(error) => {
            keep::discard(engine, &whole.name, whole.width > 0).await?;
            Err(whole.told(error))
        }
    }
}

/// A table on its way.
struct Whole {
    ctx: Context,
    entity: Arc<Entity>,
    name: String,
    /// Of how many records each row is told to be made of.
    width: usize,
    /// What was known to have changed.
    known: Option<Changed>,
    /// Why not only a part of the rows is composed.
    reason: Diagnostic,
    begun: Instant,
}

impl Whole {
    /// Makes the table; what changes from now on is another change.
    async fn begin(
        ctx: Context,
        entity: Arc<Entity>,
        current: Option<&Table>,
        reason: Diagnostic,
    ) -> Result<Self, Error> {
        let engine = &ctx.engine;
        let name = format!("verstak_kept_{}", Uuid::now_v7().simple());
        let columns = kept::columns(&entity);
        let columns: Vec<(&str, &str)> = columns.iter().map(|(field, form)| (field.as_str(), form.as_str())).collect();
        let traced = entity.register.as_ref().and_then(|register| ctx.catalog().traced(register).ok());
        let traces = traced.map(|traced| traced.width());
        let width = traces.unwrap_or(0);
        let known = keep::changes(engine).await?.get(&entity.id).copied();
        // Where somebody who writes does not come to an end, more is read again.
        let place = place::settled(engine).await?.unwrap_or_else(|| current.map_or(0, |table| table.place));
        let mut tx = engine.database().begin().await?;
        let dialect = tx.dialect();
        tx.execute(&stored::begin(&stored::Begun {
            name: &name,
            register: entity.id.as_str(),
            definition: &keep::definition(ctx.catalog(), &entity),
            columns: &json!(columns).to_string(),
            as_of: engine.now().timestamp_millis(),
            place,
            traces: traces.and_then(|width| i64::try_from(width).ok()),
            revision: i64::try_from(ctx.catalog().revision).unwrap_or(i64::MAX),
        }))
        .await?;
        let mut script = vec![kept::create(&entity, &name, dialect)];
        script.extend((width > 0).then(|| traces::create(&name, width, dialect)));
        if dialect == Dialect::Sqlite {
            // Made over a full table they would keep everybody waiting.
            script.extend(indexes(&ctx, &entity, &name, width));
        }
        tx.execute_script(&script).await?;
        tx.commit().await?;
        Ok(Self { ctx, entity, name, width, known, reason, begun: Instant::now() })
    }

    /// Puts the rows in; gives how many.
    async fn fill(&self, progress: &Progress) -> Result<i64, Error> {
        match self.ctx.engine.database().dialect() {
            Dialect::Sqlite => self.in_batches(progress).await,
            Dialect::Postgres => self.at_once(progress).await,
        }
    }

    /// How much of the time is left that composing may take.
    fn left(&self) -> Duration {
        self.ctx.engine.config().compose_deadline().saturating_sub(self.begun.elapsed())
    }

    /// Lets PostgreSQL put all in, which keeps nobody waiting there.
    async fn at_once(&self, progress: &Progress) -> Result<i64, Error> {
        let (access, entity, settings) = (&self.ctx.access, &self.entity, settings(&self.ctx));
        let statement = kept::fill(access, entity, &self.name, None, &settings).map_err(Error::Invalid)?;
        let mut tx = self.ctx.engine.database().begin_steady().await?;
        if self.width > 0 {
            let traces = traces::fill(access, entity, &self.name, self.width, None, &settings);
            self.run(&mut tx, &traces.map_err(Error::Invalid)?, progress).await?;
        }
        let records = self.run(&mut tx, &statement, progress).await?;
        let mut script = indexes(&self.ctx, entity, &self.name, self.width);
        script.push(kept::analyze(&self.name));
        script.extend((self.width > 0).then(|| kept::analyze(&traces::table(&self.name))));
        tx.set_statement_timeout(Some(self.left())).await?;
        tx.execute_script(&script).await?;
        tx.commit().await?;
        failpoint("register.filled");
        Ok(i64::try_from(records).unwrap_or(i64::MAX))
    }

    async fn run(&self, tx: &mut Transaction, statement: &Statement, progress: &Progress) -> Result<u64, Error> {
        if self.left().is_zero() {
            return Err(Error::Deadline);
        }
        tx.set_statement_timeout(Some(self.left())).await?;
        tokio::select! {
            records = tx.execute(statement) => Ok(records?),
            () = stopped(progress) => Err(cancelled()),
        }
    }

    /// Reads the rows as they are at one moment and writes them a few at a time, so that whoever saves gets a turn between.
    async fn in_batches(&self, progress: &Progress) -> Result<i64, Error> {
        let database = self.ctx.engine.database();
        let (access, entity, settings) = (&self.ctx.access, &self.entity, settings(&self.ctx));
        let mut statements = Vec::new();
        if self.width > 0 {
            statements.push(traces::compose(access, entity, self.width, &settings).map_err(Error::Invalid)?);
        }
        statements.push(kept::compose(access, entity, &settings).map_err(Error::Invalid)?);
        let last = statements.len() - 1;
        let mut records = 0;
        let streams = database.streams(statements, BATCH, Some(self.left()));
        for (at, mut batches) in streams.into_iter().enumerate() {
            while let Some(batch) = batches.recv().await {
                let batch = batch?;
                if progress.is_cancelled() {
                    return Err(cancelled());
                }
                if self.left().is_zero() {
                    return Err(Error::Deadline);
                }
                let mut tx = database.begin().await?;
                if at < last {
                    tx.execute_all(traces::insert(&self.name, self.width, &batch, database.dialect())).await?;
                    tx.commit().await?;
                    continue;
                }
                tx.execute_all(kept::insert(entity, &self.name, &batch, database.dialect())).await?;
                tx.commit().await?;
                records += i64::try_from(batch.len()).unwrap_or(i64::MAX);
                progress.set(records);
                failpoint("register.filled");
            }
        }
        Ok(records)
    }

    /// Has the table read from now on.
    async fn finish(&self, records: i64) -> Result<(), Error> {
        let (engine, id) = (&self.ctx.engine, &self.entity.id);
        let at = engine.now().timestamp_millis();
        let refreshed = Refreshed { changed: None, whole: Some(Problem::from(&self.reason)) };
        let mut tx = engine.database().begin().await?;
        tx.execute(&stored::leave_current(id.as_str(), at)).await?;
        if tx.execute(&stored::finish(&self.name, records, &keep::told_of(&refreshed), at)).await? == 0 {
            return Err(Error::Conflict(vec![Diagnostic::error("register.cancelled")]));
        }
        outbox::refreshed(&mut tx, self.ctx.now, id).await?;
        tx.commit().await?;
        failpoint("register.finished");
        keep::settle(engine, id, self.known, self.ctx.now.timestamp_millis()).await
    }

    /// Says of what took too long how long it may.
    fn told(&self, error: Error) -> Error {
        if !matches!(error, Error::Deadline) {
            return error;
        }
        let seconds = self.ctx.engine.config().compose_deadline().as_secs();
        Error::Conflict(vec![Diagnostic::error("register.too_long").with("seconds", seconds)])
    }
}

fn indexes(ctx: &Context, entity: &Entity, name: &str, width: usize) -> Vec<String> {
    let (dialect, language) = (ctx.engine.database().dialect(), &ctx.catalog().workspace.language);
    let of_traces = if width > 0 { traces::indexes(name, width) } else { Vec::new() };
    kept::indexes(entity, name, dialect, language).into_iter().chain(of_traces).collect()
}

async fn stopped(progress: &Progress) {
    while !progress.is_cancelled() {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn cancelled() -> Error {
    Error::Conflict(vec![Diagnostic::error("register.cancelled")])
}
