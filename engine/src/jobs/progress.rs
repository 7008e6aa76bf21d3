//! What running work says of itself, and how it learns that it shall stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::Duration;
use storage::internal::jobs as stored;
use uuid::Uuid;

use crate::{Engine, Error, WeakEngine};

/// Progress of one running job. Cheap to clone.
#[derive(Clone)]
pub struct Progress {
    engine: WeakEngine,
    job: Uuid,
    worker: Uuid,
    lease: Duration,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    done: AtomicI64,
    stop: AtomicBool,
}

impl Progress {
    pub(crate) fn of(engine: WeakEngine, job: Uuid, worker: Uuid, lease: Duration) -> Self {
        Self { engine, job, worker, lease, shared: Arc::default() }
    }

    /// The job.
    pub fn job(&self) -> Uuid {
        self.job
    }

    /// The node that does it.
    pub(super) fn worker(&self) -> Uuid {
        self.worker
    }

    /// Says how much is done; it is written down with the next heartbeat.
    pub fn set(&self, done: i64) {
        self.shared.done.store(done, Ordering::Relaxed);
    }

    /// Gives how much is done.
    pub(super) fn done(&self) -> i64 {
        self.shared.done.load(Ordering::Relaxed)
    }

    /// Asks the work to stop.
    pub(super) fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }

    /// Says whether the work shall stop: somebody cancelled it, or another node took it over.
    pub fn is_cancelled(&self) -> bool {
        self.shared.stop.load(Ordering::Relaxed)
    }

    /// Sets how much there is to do, once that is known.
    pub async fn set_total(&self, total: i64) -> Result<(), Error> {
        let Some(engine) = self.engine.get() else { return Ok(()) };
        let mut tx = engine.database().begin().await?;
        tx.execute(&stored::set_total(tx.dialect(), self.job, total)).await?;
        Ok(tx.commit().await?)
    }

    /// Writes the progress down, prolongs the lease, and learns whether to stop.
    pub(super) async fn beat(&self, engine: &Engine) -> Result<(), Error> {
        let now = engine.now();
        let done = self.done();
        let mut tx = engine.database().begin().await?;
        let dialect = tx.dialect();
        let (at, until) = (now.timestamp_millis(), (now + self.lease).timestamp_millis());
        let kept = tx.execute(&stored::progress(dialect, self.job, self.worker, done, at, until)).await?;
        tx.commit().await?;
        let cancelled = super::find(engine, self.job).await?.is_none_or(|job| job.cancelled);
        if kept == 0 || cancelled {
            self.stop();
        }
        Ok(())
    }
}
