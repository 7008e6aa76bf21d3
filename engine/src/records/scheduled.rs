//! Scheduled formulas: a job calculates one for all records of its entity, a thousand in a transaction, so that those who save
//! meanwhile wait for no more than these.

use access::Reason;
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::CHUNK;
use super::batch::{ATTEMPTS, pause};
use super::propagate::{calculate, identities};
use super::unit_of_work::UnitOfWork;
use crate::jobs::{Job, Progress};
use crate::{Context, Engine, Error};

/// Kind of the jobs that calculate a formula.
pub(crate) const JOB: &str = "formula";

/// What such a job is to calculate.
pub(crate) fn input(entity: &EntityId, field: &FieldId) -> Json {
    json!({"entity": entity.as_str(), "field": field.as_str()})
}

/// Calculates the formula, from the beginning: what is calculated already stays as it is.
pub(crate) async fn resume(engine: &Engine, job: &Job, progress: &Progress) -> Result<Json, Error> {
    let input: Json = serde_json::from_str(&job.input).map_err(|error| Error::broken(error.to_string()))?;
    let text = |name: &str| input[name].as_str().unwrap_or_default();
    let (entity, field) = (EntityId::new(text("entity")), FieldId::new(text("field")));
    // All values are of one moment.
    let now = engine.now();
    if let Some(entity) = engine.catalog().entity_by_id(&entity) {
        let database = engine.database();
        let rows = database.fetch(&query::write::count(entity, database.dialect())).await?;
        if let Some([Value::Integer(count)]) = rows.first().map(Vec::as_slice) {
            progress.set_total(*count).await?;
        }
    }
    let (mut after, mut records, mut changed) = (None, 0, 0);
    let mut attempt = 1;
    loop {
        if progress.is_cancelled() {
            return Err(Error::Conflict(vec![Diagnostic::error("formula.cancelled")]));
        }
        engine.follow().await?;
        let ctx = Context { now, ..engine.system(Reason::Propagation) };
        match portion(&ctx, (&entity, &field), after).await {
            Ok(None) => return Ok(json!({"records": records, "changed": changed})),
            Ok(Some(done)) => {
                (after, attempt) = (Some(done.last), 1);
                records += done.records;
                changed += done.changed;
                progress.set(i64::try_from(records).unwrap_or(i64::MAX));
            }
            Err(error) if attempt < ATTEMPTS && is_passing(&error) => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Says whether what failed may succeed a moment later.
pub(super) fn is_passing(error: &Error) -> bool {
    error.has_met_another() || error.is_published_meanwhile()
}

/// What one transaction calculated.
struct Portion {
    last: Uuid,
    records: usize,
    changed: usize,
}

/// Calculates the formula for the next records; `None` when there are no more, or nothing to calculate any more.
async fn portion(ctx: &Context, of: (&EntityId, &FieldId), after: Option<Uuid>) -> Result<Option<Portion>, Error> {
    let Some(entity) = ctx.catalog().entity_by_id(of.0) else { return Ok(None) };
    let database = ctx.engine.database();
    let page = query::write::live_after(entity, after, CHUNK as u64, database.dialect());
    let ids: Vec<Uuid> = identities(database.fetch(&page).await?).collect();
    let Some(last) = ids.last().copied() else { return Ok(None) };
    let records = ids.len();
    let mut unit = UnitOfWork::begin(ctx).await?;
    let changed = calculate(ctx, &mut unit, of.0, std::slice::from_ref(of.1), &ids).await?;
    unit.commit(ctx).await?;
    Ok(Some(Portion { last, records, changed }))
}
