//! The node's worker: takes durable jobs that wait or whose worker is gone, and keeps its running ones alive.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use diagnostic::Diagnostic;
use serde_json::Value as Json;
use storage::internal::jobs as stored;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{Job, Problem, Progress, State};
use crate::messages::deliver;
use crate::records::{backfill, owed, scheduled};
use crate::registers;
use crate::scripts::{self, after};
use crate::transfer::export;
use crate::{Engine, Error, WeakEngine, publishing, search};

/// How long the worker of durable work that says nothing is believed to be alive.
pub(super) const DURABLE: chrono::Duration = chrono::Duration::seconds(10);
/// The same for work that dies with its node, which may hold the one writer of SQLite for long.
pub(super) const SPAWNED: chrono::Duration = chrono::Duration::seconds(300);
/// How often a running job is kept alive.
const BEAT: Duration = Duration::from_secs(1);
/// How often waiting jobs are looked for when nobody calls.
const LOOK: Duration = Duration::from_secs(2);

/// What people do not wait for and may take long has a worker of its own, so that other jobs need not wait for it.
const LONG: [&str; 4] = [backfill::JOB, owed::JOB, publishing::indexes::JOB, registers::build::JOB];

/// The workers of a node. A server that mail is sent by can be slow, so that two send beside each other.
const LANES: [Lane; 4] = [Lane::Long, Lane::Mail, Lane::Mail, Lane::Others];
const MAIL: [&str; 1] = [deliver::JOB];
/// What the others leave out.
const OF_THEIR_OWN: [&str; LONG.len() + MAIL.len()] = [LONG[0], LONG[1], LONG[2], LONG[3], MAIL[0]];

/// Which of the workers of a node does a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Those that may take long.
    Long,
    /// Those that send mail, for which another server is waited for.
    Mail,
    /// All others.
    Others,
}

impl Lane {
    /// The kinds of its jobs.
    fn kinds(self) -> stored::Kinds<'static> {
        match self {
            Self::Long => stored::Kinds::Among(&LONG),
            Self::Mail => stored::Kinds::Among(&MAIL),
            Self::Others => stored::Kinds::Beside(&OF_THEIR_OWN),
        }
    }
}

/// The workers of this node; one that has no server to send mail by leaves that to others.
pub(crate) fn lanes(engine: &Engine) -> impl Iterator<Item = Lane> {
    let sends = engine.mail().is_some() && !engine.config().outbound_closed;
    LANES.into_iter().filter(move |lane| sends || *lane != Lane::Mail)
}

/// How the workers of one node are called.
pub(crate) struct Worker {
    id: Uuid,
    called: Notify,
    called_long: Notify,
    called_mail: Notify,
    running: Mutex<HashMap<Uuid, Progress>>,
}

impl Default for Worker {
    fn default() -> Self {
        let [called, called_long, called_mail] = [Notify::new(), Notify::new(), Notify::new()];
        Self { id: Uuid::now_v7(), called, called_long, called_mail, running: Mutex::default() }
    }
}

impl Worker {
    /// Identity by which this node's jobs are known.
    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    /// Says that there may be work.
    pub(crate) fn wake(&self) {
        self.called.notify_one();
        self.called_long.notify_one();
        self.called_mail.notify_one();
    }

    /// The jobs this node works on.
    pub(crate) fn running(&self) -> MutexGuard<'_, HashMap<Uuid, Progress>> {
        self.running.lock().expect("no one panics while holding the running jobs")
    }
}

/// Works on durable jobs of a lane for as long as somebody uses the engine.
pub(crate) async fn work(weak: WeakEngine, lane: Lane) {
    loop {
        let Some(engine) = weak.get() else { return };
        match take(&engine, lane).await {
            Ok(Some(job)) => {
                do_job(&engine, job).await;
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "no job could be taken"),
        }
        let inner = std::sync::Arc::clone(&engine.inner);
        drop(engine);
        let called = match lane {
            Lane::Long => &inner.jobs.called_long,
            Lane::Mail => &inner.jobs.called_mail,
            Lane::Others => &inner.jobs.called,
        };
        let called = tokio::time::timeout(LOOK, called.notified());
        // A call that never came is what the time is for.
        let _ = called.await;
    }
}

async fn take(engine: &Engine, lane: Lane) -> Result<Option<Job>, Error> {
    let (database, now) = (engine.database(), engine.now());
    let waiting = database.fetch(&stored::open(now.timestamp_millis(), lane.kinds())).await?;
    if waiting.is_empty() {
        return Ok(None);
    }
    let mut tx = database.begin().await?;
    let (at, until) = (now.timestamp_millis(), (now + DURABLE).timestamp_millis());
    let statement = stored::lease(tx.dialect(), engine.jobs().id(), at, until, lane.kinds());
    let rows = tx.fetch(&statement).await?;
    tx.commit().await?;
    Ok(rows.first().and_then(|row| super::job(row)))
}

async fn do_job(engine: &Engine, job: Job) {
    let progress = Progress::of(engine.downgrade(), job.id, engine.jobs().id(), DURABLE);
    progress.set(job.done);
    let work = resume(engine.clone(), job, progress.clone());
    run(engine.downgrade(), progress, work).await;
}

/// Goes on with a durable job; all others died with their node.
async fn resume(engine: Engine, job: Job, progress: Progress) -> Result<Json, Error> {
    match job.kind.as_str() {
        publishing::indexes::JOB => publishing::indexes::resume(&engine, &job, &progress).await,
        publishing::publish::JOB => publishing::publish::resume(&engine, &job, &progress).await,
        export::JOB => export::resume(&engine, &job, &progress).await,
        search::keep::JOB => search::keep::resume(&engine, &job, &progress).await,
        after::JOB => after::resume(&engine, &job, &progress).await,
        scripts::scheduled::JOB => scripts::scheduled::resume(&engine, &job, &progress).await,
        deliver::JOB => deliver::resume(&engine, &job).await,
        backfill::JOB => backfill::resume(&engine, &job, &progress).await,
        owed::JOB => owed::resume(&engine, &job, &progress).await,
        registers::build::JOB => registers::build::resume(&engine, &job, &progress).await,
        scheduled::JOB => scheduled::resume(&engine, &job, &progress).await,
        _ => Err(Error::Conflict(vec![Diagnostic::error("job.interrupted")])),
    }
}

/// Runs work to its end, keeps its lease meanwhile, and writes down how it ended.
pub(crate) async fn run(weak: WeakEngine, progress: Progress, work: impl Future<Output = Result<Json, Error>>) {
    let job = progress.job();
    if let Some(engine) = weak.get() {
        engine.jobs().running().insert(job, progress.clone());
    }
    // INVARIANT: the heart beats in a task of its own: work may hold the one writer of SQLite that a beat waits for.
    let heart = tokio::spawn(beat(weak.clone(), progress.clone()));
    notice(&weak, &progress).await;
    let ended = work.await;
    heart.abort();
    let Some(engine) = weak.get() else { return };
    if let Err(error) = end(&engine, &progress, ended).await {
        tracing::error!(job.id = %job, error = &error as &dyn std::error::Error, "the end of a job could not be written down");
    }
    engine.jobs().running().remove(&job);
    engine.inner.statistics.wake();
}

/// Stops a job that somebody cancelled before it could be found among those that run here.
///
/// Its work begins all the same: it may have to take back what a dead node prepared.
async fn notice(weak: &WeakEngine, progress: &Progress) {
    let Some(engine) = weak.get() else { return };
    if let Ok(Some(job)) = super::find(&engine, progress.job()).await
        && job.cancelled
    {
        progress.stop();
    }
}

async fn beat(weak: WeakEngine, progress: Progress) {
    loop {
        tokio::time::sleep(BEAT).await;
        let Some(engine) = weak.get() else { return };
        if let Err(error) = progress.beat(&engine).await {
            let job = progress.job();
            tracing::warn!(job.id = %job, error = &error as &dyn std::error::Error, "a job could not be kept alive");
        }
    }
}

async fn end(engine: &Engine, progress: &Progress, ended: Result<Json, Error>) -> Result<(), Error> {
    // What another node was told is known here after a beat.
    progress.beat(engine).await?;
    let (state, problems, result) = match ended {
        Ok(result) => (State::Done, Vec::new(), Some(result)),
        Err(_) if progress.is_cancelled() => (State::Cancelled, Vec::new(), None),
        Err(error) => (State::Failed, problems(progress.job(), &error), None),
    };
    let message = serde_json::to_string(&problems).map_err(|error| Error::broken(error.to_string()))?;
    let result = result.map(|result| result.to_string());
    let mut tx = engine.database().begin().await?;
    let now = engine.now().timestamp_millis();
    let message = Some(message.as_str()).filter(|_| !problems.is_empty());
    let (job, worker) = (progress.job(), progress.worker());
    let statement = stored::end(tx.dialect(), job, worker, state.as_str(), message, result.as_deref(), now);
    tx.execute(&statement).await?;
    Ok(tx.commit().await?)
}

fn problems(job: Uuid, error: &Error) -> Vec<Problem> {
    match error {
        Error::Malformed(all) | Error::Conflict(all) | Error::Invalid(all) => all.iter().map(Problem::from).collect(),
        Error::Settings(one)
        | Error::Unauthenticated(one)
        | Error::Forbidden(one)
        | Error::NotFound(one)
        | Error::TooLarge(one) => vec![Problem::from(one)],
        other => {
            tracing::error!(job.id = %job, error = other as &dyn std::error::Error, "a job failed");
            vec![Problem::from(&Diagnostic::error("job.failed"))]
        }
    }
}
