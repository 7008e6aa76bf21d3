//! The order in which bundles take SQLite's one writer. Those that are there when it comes free share one commit, and so
//! one wait for the disk; each stands behind a savepoint of its own, so that one that fails leaves no trace in the others.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use sql::{Rows, Statement};
use tokio::sync::oneshot;

use super::{Bundle, text};
use crate::sqlite::{Leased, Pool};
use crate::{Error, failpoint, fetch};

/// Bundles of one commit, at most: the first waits for the last.
const TOGETHER: usize = 64;

/// Bundles waiting for the writer.
pub(crate) struct Turns {
    writer: Arc<Pool>,
    waiting: Mutex<Vec<Waiting>>,
    /// Whether a task takes the waiting ones to the writer.
    is_led: AtomicBool,
}

struct Waiting {
    script: Statement,
    done: oneshot::Sender<Result<Rows, Error>>,
}

impl Turns {
    pub(crate) fn new(writer: Arc<Pool>) -> Arc<Self> {
        Arc::new(Self { writer, waiting: Mutex::new(Vec::new()), is_led: AtomicBool::new(false) })
    }

    /// Makes a bundle true, alone when nobody else waits.
    pub(crate) async fn perform(self: &Arc<Self>, bundle: &Bundle) -> Result<Rows, Error> {
        let script = text::sqlite(bundle);
        if let Some(mut writer) = self.writer.acquire_at_once().await? {
            return alone(&mut writer, script).await;
        }
        let (done, answer) = oneshot::channel();
        self.lock_waiting().push(Waiting { script, done });
        if !self.is_led.swap(true, Ordering::AcqRel) {
            // A task of its own: one who waits may go away, and would take the others along.
            tokio::spawn(Arc::clone(self).lead());
        }
        answer.await.unwrap_or(Err(Error::Unreachable(sqlx::Error::WorkerCrashed)))
    }

    async fn lead(self: Arc<Self>) {
        loop {
            let writer = self.writer.acquire().await;
            let bundles = self.take();
            match writer {
                Ok(writer) => together(writer, bundles).await,
                Err(error) => refuse(bundles, &error),
            }
            if self.lock_waiting().is_empty() {
                self.is_led.store(false, Ordering::Release);
                // One may have come between the look and the store, and seen this task still lead.
                if self.lock_waiting().is_empty() || self.is_led.swap(true, Ordering::AcqRel) {
                    return;
                }
            }
        }
    }

    /// Takes those whose turn it is, without those who went away.
    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.lock_waiting();
        let count = waiting.len().min(TOGETHER);
        waiting.drain(..count).filter(|one| !one.done.is_closed()).collect()
    }

    fn lock_waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().expect("no one panics while holding the list of bundles")
    }
}

fn refuse(bundles: Vec<Waiting>, error: &Error) {
    for bundle in bundles {
        let refusal = match error {
            Error::Deadline => Error::Deadline,
            _ => Error::Unreachable(sqlx::Error::PoolClosed),
        };
        answer(bundle.done, Err(refusal));
    }
}

/// Gives an answer; who went away needs none.
fn answer(done: oneshot::Sender<Result<Rows, Error>>, result: Result<Rows, Error>) {
    drop(done.send(result));
}

async fn together(mut writer: Leased, mut bundles: Vec<Waiting>) {
    if bundles.len() < 2 {
        if let Some(Waiting { script, done }) = bundles.pop() {
            let result = alone(&mut writer, script).await;
            drop(writer);
            answer(done, result);
        }
        return;
    }
    let (waiting, scripts): (Vec<_>, Vec<_>) = bundles.into_iter().map(|one| (one.done, one.script)).unzip();
    let results = shared(&mut writer, scripts).await;
    drop(writer);
    std::iter::zip(waiting, results).for_each(|(done, result)| answer(done, result));
}

/// A transaction in one message.
async fn alone(writer: &mut Leased, script: Statement) -> Result<Rows, Error> {
    let text = format!("BEGIN IMMEDIATE;{}COMMIT", script.text);
    writer.enter();
    let result = run(writer, Statement { text, ..script }).await;
    match &result {
        Ok(_) => writer.leave(),
        Err(_) => writer.rollback().await?,
    }
    result
}

/// Many scripts in one transaction. When that itself fails nothing is left of any of them, and each may try again.
async fn shared(writer: &mut Leased, scripts: Vec<Statement>) -> Vec<Result<Rows, Error>> {
    let count = scripts.len();
    match try_shared(writer, scripts).await {
        Ok(results) => results,
        Err(error) => {
            tracing::warn!(%error, "a shared commit failed");
            // Nothing is left to do for a connection that does not roll back.
            let _ = writer.rollback().await;
            let lost = || Err(Error::Retry(sqlx::Error::Protocol("a shared commit failed".to_owned())));
            std::iter::repeat_with(lost).take(count).collect()
        }
    }
}

async fn try_shared(writer: &mut Leased, scripts: Vec<Statement>) -> Result<Vec<Result<Rows, Error>>, Error> {
    let mut results = Vec::with_capacity(scripts.len());
    writer.begin().await?;
    for script in scripts {
        let text = format!("SAVEPOINT bundle;{}RELEASE bundle", script.text);
        let result = run(writer, Statement { text, ..script }).await;
        if result.is_err() {
            fetch::sqlite_script(writer, "ROLLBACK TO bundle; RELEASE bundle").await?;
        }
        results.push(result);
    }
    failpoint("bundles.written");
    writer.commit().await?;
    Ok(results)
}

async fn run(writer: &mut Leased, script: Statement) -> Result<Rows, Error> {
    let mut rows = Rows::new();
    fetch::sqlite_each_owned(writer, script, &mut |row| rows.push(row.to_vec())).await?;
    Ok(rows)
}
