//! Indexes that only make reads faster come after the switch: a job builds them beside those who read and save.
//!
//! A building that was interrupted leaves an index that nothing uses; whoever goes on takes it away and begins again.

use access::Reason;
use diagnostic::Diagnostic;
use expression::Value;
use migration::Later;
use serde_json::{Value as Json, json};
use storage::{Transaction, examine};
use uuid::Uuid;

use super::publish::TRIES;
use crate::jobs::{self, Job, Progress};
use crate::{Engine, Error};

/// Kind of the jobs that build indexes.
pub(crate) const JOB: &str = "indexes";

/// Writes down what is to be built, in the transaction of the switch.
pub(crate) async fn enqueue(
    tx: &mut Transaction,
    engine: &Engine,
    later: &[&Later],
    by: Option<Uuid>,
) -> Result<(), Error> {
    if later.is_empty() {
        return Ok(());
    }
    let ctx = crate::Context { user: by, ..engine.system(Reason::Bookkeeping) };
    let one = |it: &&Later| json!({"index": it.index, "sql": it.sql, "drop": it.drop});
    let input: Json = later.iter().map(one).collect();
    jobs::enqueue(tx, &ctx, JOB, later.len() as i64, &input).await?;
    Ok(())
}

/// Builds what is not there yet and is still wanted.
pub(crate) async fn resume(engine: &Engine, job: &Job, progress: &Progress) -> Result<Json, Error> {
    let input: Json = serde_json::from_str(&job.input).map_err(|error| Error::broken(error.to_string()))?;
    let mut built = 0;
    for (at, one) in input.as_array().into_iter().flatten().enumerate() {
        if progress.is_cancelled() {
            return Err(Error::Conflict(vec![Diagnostic::error("publish.cancelled")]));
        }
        let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        built += i64::from(build(engine, &text("index"), text("sql"), text("drop")).await?);
        progress.set(at as i64 + 1);
    }
    Ok(json!({"built": built}))
}

/// Says whether the index had to be built.
async fn build(engine: &Engine, index: &str, sql: String, drop: String) -> Result<bool, Error> {
    let database = engine.database();
    let mut attempt = 1;
    loop {
        engine.follow().await?;
        let found = database.fetch(&examine::index(database.dialect(), index)).await?;
        let is_whole = matches!(found.first().map(Vec::as_slice), Some([Value::Boolean(true)]));
        // A later revision may want it no more; what it wants, it has.
        if is_whole || !is_wanted(engine, index) {
            return Ok(false);
        }
        if !found.is_empty() {
            database.execute_outside(std::slice::from_ref(&drop)).await?;
        }
        match database.execute_outside(std::slice::from_ref(&sql)).await {
            Ok(()) => return Ok(true),
            Err(error) if attempt == TRIES => return Err(error.into()),
            Err(error) => {
                tracing::warn!(index, error = &error as &dyn std::error::Error, "an index is built again");
                tokio::time::sleep(std::time::Duration::from_millis(200 * u64::from(attempt))).await;
                attempt += 1;
            }
        }
    }
}

fn is_wanted(engine: &Engine, index: &str) -> bool {
    let catalog = engine.catalog();
    let schema = migration::schema(&catalog);
    schema.tables.values().any(|table| table.indexes.iter().any(|wanted| wanted.name == index))
}
