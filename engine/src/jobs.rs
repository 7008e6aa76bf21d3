//! Long work with progress that people can look at and stop.
//!
//! A job of [`spawn`] is done by the node that was asked and fails when that node dies; a durable one is written down
//! with its input, and whichever node finds it without a living worker goes on with it.

pub(crate) mod worker;
pub mod schedule;
pub mod progress;

use std::collections::BTreeMap;
use std::future::Future;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use storage::Transaction;
use storage::internal::jobs as stored;
use uuid::Uuid;

pub use progress::Progress;
pub(crate) use worker::Worker;

use crate::{Context, Engine, Error};

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody works on it yet.
    #[serde(rename = "queued")]
    Waiting,
    /// Somebody does.
    Running,
    /// It ended well.
    Done,
    /// It ended badly; nothing of it is left.
    Failed,
    /// It was stopped; nothing of it is left.
    Cancelled,
}

impl State {
    /// Gives the state's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Says whether nothing more will happen.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

impl FromStr for State {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let all = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Cancelled];
        all.into_iter().find(|state| state.as_str() == word).ok_or(())
    }
}

/// A job as people look at it.
#[derive(Debug, Clone, Serialize)]
pub struct Job {
    /// Identity.
    pub id: Uuid,
    /// What is done, such as `import`.
    pub kind: String,
    /// How far it is.
    pub state: State,
    /// How much is done.
    pub done: i64,
    /// Of how much; 0 when nobody knows.
    pub total: i64,
    /// Why it failed, every reason.
    pub problems: Vec<Problem>,
    /// What came of it.
    pub result: Option<Json>,
    /// Who asked.
    pub owner: Option<Uuid>,
    /// Whether somebody asked it to stop.
    pub cancelled: bool,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When something last changed.
    pub updated_at: DateTime<Utc>,
    #[serde(skip)]
    pub(crate) input: String,
}

/// A diagnostic as a job keeps it: the text is made when somebody looks, in that person's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Code of the situation.
    pub code: String,
    /// Document as `kind/name`.
    pub document: Option<String>,
    /// JSON pointer.
    pub path: String,
    /// Named values for the text.
    pub arguments: BTreeMap<String, String>,
    /// What people read for an argument, by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, BTreeMap<String, String>>,
}

impl From<&Diagnostic> for Problem {
    fn from(diagnostic: &Diagnostic) -> Self {
        let arguments = diagnostic.arguments.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Self {
            code: diagnostic.code.to_owned(),
            document: diagnostic.place.document.clone(),
            path: diagnostic.place.pointer.clone(),
            arguments: arguments.collect(),
            words: diagnostic.words.iter().map(|(name, texts)| ((*name).to_owned(), texts.clone())).collect(),
        }
    }
}

/// Starts work that this node does beside requests, and gives the job to look at.
///
/// The work says how far it is and learns that it shall stop by [`Progress`]; what it answers is the job's result.
pub async fn spawn<F, W>(ctx: &Context, kind: &'static str, total: i64, work: F) -> Result<Uuid, Error>
where
    F: FnOnce(Progress) -> W + Send + 'static,
    W: Future<Output = Result<Json, Error>> + Send + 'static,
{
    let engine = &ctx.engine;
    let id = Uuid::now_v7();
    let worker = engine.jobs().id();
    let mut tx = engine.database().begin().await?;
    let row = stored::Row {
        id,
        kind,
        state: State::Running.as_str(),
        input: "null",
        total,
        owner: ctx.user,
        at: engine.now().timestamp_millis(),
        worker: Some(worker),
        leased_until: (engine.now() + worker::SPAWNED).timestamp_millis(),
    };
    tx.execute(&stored::insert(tx.dialect(), &row)).await?;
    tx.commit().await?;
    let progress = Progress::of(engine.downgrade(), id, worker, worker::SPAWNED);
    engine.keep(tokio::spawn(worker::run(engine.downgrade(), progress.clone(), async move { work(progress).await })));
    Ok(id)
}

/// Writes durable work down; a worker of any node begins with it after the commit.
pub(crate) async fn enqueue(
    tx: &mut Transaction,
    ctx: &Context,
    kind: &'static str,
    total: i64,
    input: &Json,
) -> Result<Uuid, Error> {
    let id = Uuid::now_v7();
    let row = stored::Row {
        id,
        kind,
        state: State::Waiting.as_str(),
        input: &input.to_string(),
        total,
        owner: ctx.user,
        at: ctx.now.timestamp_millis(),
        worker: None,
        leased_until: 0,
    };
    tx.execute(&stored::insert(tx.dialect(), &row)).await?;
    Ok(id)
}

/// Gives a job of the caller; designers and administrators see all jobs.
pub async fn get(ctx: &Context, id: Uuid) -> Result<Job, Error> {
    let rights = ctx.access.rights();
    let job = find(&ctx.engine, id).await?;
    job.filter(|job| rights.administer || rights.design || (job.owner.is_some() && job.owner == ctx.user))
        .ok_or_else(|| Error::NotFound(Diagnostic::error("job.unknown")))
}

/// Asks a job to stop; it does when it comes to where it can.
pub async fn cancel(ctx: &Context, id: Uuid) -> Result<Job, Error> {
    let job = get(ctx, id).await?;
    if job.state.is_over() {
        return Err(over(job.state));
    }
    // The note may have to wait for the very work that shall stop: on SQLite it can hold the one writer.
    if let Some(progress) = ctx.engine.jobs().running().get(&id) {
        progress.stop();
    }
    let mut tx = ctx.engine.database().begin().await?;
    let asked = tx.execute(&stored::cancel(tx.dialect(), id, ctx.now.timestamp_millis())).await?;
    tx.commit().await?;
    // This node may have begun with it while the note waited.
    if let Some(progress) = ctx.engine.jobs().running().get(&id) {
        progress.stop();
    }
    ctx.engine.jobs().wake();
    let job = get(ctx, id).await?;
    // It can have stopped for the call above, and be noted as such already; whatever else ended it came first.
    if asked == 0 && job.state != State::Cancelled {
        return Err(over(if job.state.is_over() { job.state } else { State::Done }));
    }
    Ok(job)
}

fn over(state: State) -> Error {
    Error::Conflict(vec![Diagnostic::error("job.over").with("state", state.as_str())])
}

/// Reads a job.
pub(crate) async fn find(engine: &Engine, id: Uuid) -> Result<Option<Job>, Error> {
    let database = engine.database();
    let rows = database.fetch(&stored::get(database.dialect(), id)).await?;
    Ok(rows.first().and_then(|row| job(row)).map(|job| with_progress(engine, job)))
}

/// Adds what this node does itself, which it knows better than the database.
pub(crate) fn with_progress(engine: &Engine, mut job: Job) -> Job {
    if let Some(progress) = engine.jobs().running().get(&job.id) {
        job.done = progress.done().max(job.done);
        // Its end can be in the database before this node serves what came of it.
        if job.state == State::Done {
            job.state = State::Running;
        }
    }
    job
}

/// Makes a job of a row of `storage::internal::jobs`.
pub(crate) fn job(row: &[Value]) -> Option<Job> {
    let [
        Value::Id(id),
        Value::Text(kind),
        Value::Text(state),
        Value::Text(input),
        Value::Integer(done),
        Value::Integer(total),
        message,
        result,
        owner,
        Value::Integer(cancel),
        Value::Integer(created),
        Value::Integer(updated),
    ] = row
    else {
        return None;
    };
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    };
    Some(Job {
        id: *id,
        kind: kind.to_string(),
        state: state.parse().ok()?,
        done: *done,
        total: *total,
        problems: text(message).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        result: text(result).and_then(|text| serde_json::from_str(&text).ok()),
        owner: if let Value::Id(owner) = owner { Some(*owner) } else { None },
        cancelled: *cancel != 0,
        created_at: DateTime::from_timestamp_millis(*created)?,
        updated_at: DateTime::from_timestamp_millis(*updated)?,
        input: input.to_string(),
    })
}
