//! A revision that changes no document: something beside them changed, and every node and every plan has to look anew.

use serde_json::{Value as Json, json};
use storage::internal::{jobs as stored_jobs, settings};
use storage::{Transaction, notify};

use super::follow::number;
use super::mirror;
use super::publish::{self, LOCK_WAIT};
use crate::events::outbox;
use crate::installation::REVISION;
use crate::{Context, Error};

/// What was done, for the audit.
pub(crate) struct Deed<'a> {
    /// A word for it.
    pub(crate) operation: &'static str,
    /// What it did.
    pub(crate) changes: Json,
    /// What people read at the revision.
    pub(crate) note: &'a str,
}

/// Begins, as a publisher does: alone, over the revision that the caller knows.
pub(crate) async fn begin(ctx: &Context) -> Result<Transaction, Error> {
    let mut tx = ctx.engine.database().begin().await?;
    tx.set_lock_timeout(LOCK_WAIT).await?;
    tx.set_statement_timeout(None).await?;
    if !tx.try_lock("publish").await? || !tx.fetch(&stored_jobs::unfinished(publish::JOB)).await?.is_empty() {
        return Err(publish::conflict("publish.busy"));
    }
    tx.lock("drafts").await.map_err(busy)?;
    let rows = tx.hold_alone(REVISION).await.map_err(busy)?;
    if number(&rows) != ctx.catalog().revision {
        return Err(publish::conflict("publish.base_moved"));
    }
    Ok(tx)
}

/// Ends with the revision that tells everybody, and gives its number.
pub(crate) async fn end(mut tx: Transaction, ctx: &Context, deed: Deed<'_>) -> Result<u64, Error> {
    let number = ctx.catalog().revision + 1;
    let record = mirror::RevisionRecord {
        number,
        note: Some(deed.note),
        by: ctx.user,
        at: ctx.now,
        changes: json!([]),
        instead: Some((deed.operation, deed.changes)),
    };
    mirror::revision(&mut tx, ctx.catalog(), &record).await?;
    tx.execute(&settings::put(REVISION, &number.to_string())).await?;
    outbox::published(&mut tx, ctx.now, number).await?;
    tx.notify(notify::PUBLISHED, &number.to_string()).await?;
    tx.commit().await?;
    ctx.engine.previews().forget();
    ctx.engine.follow().await?;
    Ok(number)
}

/// Somebody works with what is to change; it can be tried again.
pub(crate) fn busy(error: storage::Error) -> Error {
    match error {
        storage::Error::Retry(_) => publish::conflict("publish.busy"),
        other => other.into(),
    }
}
