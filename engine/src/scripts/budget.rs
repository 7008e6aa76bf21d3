//! What one run may use up, and how many run at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::threads::Threads;
use crate::Error;

/// What one run may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Budget {
    /// Steps of the interpreter.
    pub(super) steps: u64,
    /// Time that its thread works; waiting, for the database or for a core, is not counted.
    pub(super) own: Duration,
    /// Time from its beginning to its end.
    pub(super) whole: Duration,
    /// Questions to the database.
    pub(super) questions: u32,
    /// Requests to elsewhere.
    pub(super) requests: u32,
    /// Letters, notices and files that it sends and makes.
    pub(super) messages: usize,
    /// Records that it reads.
    pub(super) records: usize,
    /// Records that it makes, changes and deletes.
    pub(super) writes: usize,
    /// Whether it runs in the middle of a save.
    pub(super) is_hook: bool,
}

impl Budget {
    /// For a hook, for which a save waits.
    pub(super) const HOOK: Self = Self {
        steps: 200_000,
        own: Duration::from_millis(200),
        whole: Duration::from_secs(2),
        questions: 200,
        requests: 1,
        messages: 20,
        records: 5_000,
        writes: 1_000,
        is_hook: true,
    };
    /// For what a person or a program waits for.
    pub(super) const CALL: Self = Self {
        steps: 2_000_000,
        own: Duration::from_secs(1),
        whole: Duration::from_secs(10),
        questions: 1_000,
        requests: 10,
        messages: 200,
        records: 20_000,
        writes: 1_000,
        is_hook: false,
    };
    /// For work that nobody waits for.
    pub(super) const WORK: Self = Self {
        steps: 5_000_000,
        own: Duration::from_secs(5),
        whole: Duration::from_secs(60),
        questions: 5_000,
        requests: 100,
        messages: 2_000,
        records: 50_000,
        writes: 5_000,
        is_hook: false,
    };
}

/// The time that this thread has worked; where that is not told, the time that has passed.
#[cfg(unix)]
pub(super) fn worked() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// The time that this thread has worked; where that is not told, the time that has passed.
#[cfg(not(unix))]
pub(super) fn worked() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

/// How long a run waits for its turn.
const TURN: Duration = Duration::from_secs(10);

/// Runs that may wait for elsewhere without a turn at once: each keeps its thread.
const AWAY: usize = 64;

/// How many scripts run at once on a node, so that those that never end leave it the time for everything else. Hooks have
/// turns of their own: a save must not wait for what somebody's button does.
pub(crate) struct Permits {
    hooks: Arc<Semaphore>,
    others: Arc<Semaphore>,
    away: Arc<Semaphore>,
    threads: Threads,
}

impl Default for Permits {
    fn default() -> Self {
        let count = std::thread::available_parallelism().map_or(2, usize::from);
        let (hooks, others) = (Semaphore::new(count), Semaphore::new(count.div_ceil(2)));
        let away = Arc::new(Semaphore::new(AWAY));
        Self { hooks: Arc::new(hooks), others: Arc::new(others), away, threads: Threads::default() }
    }
}

impl Permits {
    /// The threads in which scripts run.
    pub(super) fn threads(&self) -> &Threads {
        &self.threads
    }

    /// Waits for a turn.
    pub(super) async fn take(&self, budget: Budget) -> Result<OwnedSemaphorePermit, Error> {
        let turns = Arc::clone(if budget.is_hook { &self.hooks } else { &self.others });
        match tokio::time::timeout(TURN, turns.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Error::Deadline),
        }
    }

    /// Lets a run give its turn away while it waits for elsewhere; `None` when as many as may do so already.
    pub(super) fn leave(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.away).try_acquire_owned().ok()
    }
}
