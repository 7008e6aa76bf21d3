//! Search across entities: asking the index, and keeping it.
//!
//! The index holds the words of records as they were at a version, and a record is found only while it still has that
//! version: what a save changed is found anew as soon as the follower of the outbox has read it.

pub(crate) mod follow;
pub(crate) mod keep;

use std::collections::BTreeMap;

use query::search::{Found, SearchRequest, hits, indexed, plan};
use query::{QueryError, Request, SelectItem};
use uuid::Uuid;

use crate::audit::reads;
use crate::{Context, Engine, Error, jobs, records};

/// Finds records in whose readable fields the words stand, the best first.
pub async fn search(ctx: &Context, request: &SearchRequest) -> Result<Found, Error> {
    let settings = records::read::settings(ctx);
    let plan = plan(&ctx.access, request, &settings).map_err(|error| match error {
        QueryError::Invalid(mistakes) => Error::Malformed(mistakes),
        other => Error::broken(other.to_string()),
    })?;
    let Some(statement) = &plan.statement else { return Ok(Found::default()) };
    let rows = ctx.engine.database().fetch(statement).await?;
    let found = hits(&plan, &rows);
    tell(ctx, &found).await?;
    Ok(found)
}

/// Tells in the audit whose marked fields were read: records are found by them, whether or not they are shown.
async fn tell(ctx: &Context, found: &Found) -> Result<(), Error> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    found.hits.iter().for_each(|hit| *counts.entry(hit.entity.as_str()).or_default() += 1);
    for (name, count) in counts {
        let Some(entity) = ctx.catalog().entity(name) else { continue };
        let read = indexed(entity).into_iter().map(|field| SelectItem::Path(field.name.clone())).collect();
        reads::listed(ctx, name, &Request { select: Some(read), ..Request::default() }, count).await?;
    }
    Ok(())
}

/// Orders the index to be made anew; gives the job that does it.
pub async fn rebuild(engine: &Engine) -> Result<Uuid, Error> {
    let mut tx = engine.database().begin().await?;
    tx.lock(keep::LOCK).await?;
    tx.execute(&storage::internal::search::incomplete()).await?;
    let job = keep::enqueue(engine, &mut tx).await?;
    tx.commit().await?;
    engine.jobs().wake();
    Ok(job)
}

/// Waits until a job of [`rebuild`] is over.
pub async fn wait(engine: &Engine, job: Uuid) -> Result<jobs::State, Error> {
    loop {
        match jobs::find(engine, job).await? {
            Some(job) if !job.state.is_over() => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
            Some(job) => return Ok(job.state),
            None => return Ok(jobs::State::Failed),
        }
    }
}
