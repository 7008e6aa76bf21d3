//! What happened, told to those who listen: written in the transaction, read after it.

pub(crate) mod outbox;
pub(crate) mod place;
pub mod feed;

use std::sync::atomic::{AtomicI64, Ordering};

pub use feed::{FeedEvent, subscribe};

use crate::{Context, Engine};

/// Messages older than this are forgotten: after more than a day, so that what is done daily still knows them.
pub(crate) const KEPT: i64 = 26 * 3_600_000;
/// How often old messages are looked for.
const SWEEP: i64 = 3_600_000;

/// Follows a commit: now and then it forgets old messages. Listeners are woken by the commit itself.
pub(crate) fn dispatch(ctx: &Context) {
    static SWEPT: AtomicI64 = AtomicI64::new(0);
    let now = ctx.now.timestamp_millis();
    let last = SWEPT.load(Ordering::Relaxed);
    let is_due = now - last > SWEEP;
    if !is_due || SWEPT.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_err() {
        return;
    }
    let engine = ctx.engine.clone();
    tokio::spawn(async move {
        if let Err(error) = forget(&engine, now - KEPT).await {
            tracing::warn!(%error, "old messages could not be forgotten");
        }
        if let Err(error) = crate::advice::write_down(&engine).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "what lists are asked by could not be written down"
            );
        }
        if let Err(error) = crate::transfer::export::forget_old(&engine).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "old exports could not be forgotten");
        }
    });
}

async fn forget(engine: &Engine, before: i64) -> Result<(), storage::Error> {
    let mut tx = engine.database().begin().await?;
    tx.execute(&storage::internal::outbox::forget(before)).await?;
    tx.commit().await
}
