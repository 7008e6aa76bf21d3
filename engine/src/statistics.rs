//! Keeping the database's planner informed of what the tables hold.
//!
//! Without it SQLite takes all indexes for equally good ones, and a list of a large table may sort it whole.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::WeakEngine;

/// How long after the start it is looked for the first time what is not known.
const START: Duration = Duration::from_secs(20);
/// How often it is looked after that when nobody calls.
const PERIOD: Duration = Duration::from_secs(600);

/// By which others say that much has changed.
#[derive(Default)]
pub(crate) struct Keeper {
    called: Arc<Notify>,
}

impl Keeper {
    /// Says that tables may hold much that the planner does not know of.
    pub(crate) fn wake(&self) {
        self.called.notify_one();
    }
}

/// Keeps the planner informed for as long as somebody uses the engine.
pub(crate) async fn keep(weak: WeakEngine) {
    let mut wait = START;
    loop {
        let Some(called) = weak.get().map(|engine| Arc::clone(&engine.inner.statistics.called)) else { return };
        // A call that never came is what the time is for.
        let _ = tokio::time::timeout(wait, called.notified()).await;
        wait = PERIOD;
        let Some(engine) = weak.get() else { return };
        if let Err(error) = engine.database().refresh_statistics().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the planner could not be informed");
        }
    }
}
