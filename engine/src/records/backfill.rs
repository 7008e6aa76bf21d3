//! Formulas that a publish left to a job: calculated for all records there are, formula by formula, those that others build on first, so
//! many records in a transaction that those who save meanwhile hardly wait.
//!
//! A save calculates the records that it touches by what the formulas mean now, whether the job has come to them or not. What builds
//! on a formula of the job is the job's as well and comes behind it, so that what a portion moves above itself need not be followed.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use access::Reason;
use catalog::{Catalog, KeptFormula};
use expression::{FieldId, Value};
use serde_json::{Value as Json, json};
use storage::failpoint;
use storage::internal::backfill as stored;
use uuid::Uuid;

use super::CHUNK;
use super::owed::Owing;
use super::propagate::{calculate_alone, identities};
use super::unit_of_work::UnitOfWork;
use crate::events::outbox;
use crate::jobs::{Job, Progress};
use crate::registers::keep;
use crate::{Context, Engine, Error};

/// Kind of the jobs that calculate what a publish left.
pub(crate) const JOB: &str = "backfill";

/// Fewest records of a portion, however long it takes.
const FEWEST: usize = 10;
/// How long a portion may take before the next one is a smaller one.
const LONG: Duration = Duration::from_millis(100);

/// Calculates what is left, from where it was stopped. It cannot be given up: what reads as being calculated would never be.
pub(crate) async fn resume(engine: &Engine, job: &Job, progress: &Progress) -> Result<Json, Error> {
    let most = CHUNK.min(engine.config().calculated_at_once()).max(1);
    let (mut size, mut attempt, mut left) = (most, 1_u64, job.total);
    loop {
        let begun = Instant::now();
        let portion = match engine.follow().await {
            Ok(()) => portion(&engine.system(Reason::Propagation), job.id, size).await,
            Err(error) => Err(error),
        };
        match portion {
            Ok(None) => break,
            Ok(Some(remaining)) => {
                failpoint("backfill.calculated");
                (attempt, left) = (1, remaining);
                progress.set((job.total - left).max(0));
                size = if begun.elapsed() > LONG { (size / 2).max(FEWEST) } else { size * 2 }.min(most);
            }
            // It has to come to its end, however long a database is away.
            Err(error) => {
                tracing::warn!(attempt, error = &error as &dyn std::error::Error, "values are calculated again");
                tokio::time::sleep(Duration::from_millis((20 * attempt * attempt).min(5_000))).await;
                attempt += 1;
            }
        }
    }
    Owing::look(engine).await;
    let mut tx = engine.database().begin().await?;
    // Whoever looks at records reads them anew.
    outbox::published(&mut tx, engine.now(), engine.catalog().revision).await?;
    tx.commit().await?;
    Ok(json!({"values": (job.total - left).max(0)}))
}

/// What a job still has to do of a formula.
struct Standing {
    field: FieldId,
    /// The record behind which it goes on.
    after: Option<Uuid>,
    /// Records that are left.
    remaining: i64,
}

impl Standing {
    fn of(row: &[Value]) -> Option<Self> {
        let [Value::Text(field), after, Value::Integer(remaining)] = row else { return None };
        let after = if let Value::Id(after) = after { Some(*after) } else { None };
        Some(Self { field: FieldId::new(field), after, remaining: *remaining })
    }
}

/// Calculates the next formulas for the next records; gives how many values are left, `None` when there is nothing to do.
async fn portion(ctx: &Context, job: Uuid, size: usize) -> Result<Option<i64>, Error> {
    let mut unit = UnitOfWork::begin(ctx).await?;
    // What was published cannot be taken back by a balance.
    unit.judges_balances = false;
    let dialect = unit.dialect();
    let tx = unit.tx(ctx).await?;
    tx.set_statement_timeout(None).await?;
    let rows = tx.fetch(&stored::hold(dialect, job)).await?;
    let standing: Vec<Standing> = rows.iter().filter_map(|row| Standing::of(row)).collect();
    let Some((formulas, after)) = next(ctx.catalog(), &standing) else {
        unit.rollback().await?;
        return Ok(None);
    };
    let Some(entity) = formulas.first().and_then(|formula| ctx.catalog().entity_by_id(&formula.entity)) else {
        return Err(Error::broken("a formula of an entity that is not there"));
    };
    let page = query::write::live_after(entity, after, size as u64, dialect);
    let ids: Vec<Uuid> = identities(unit.tx(ctx).await?.fetch(&page).await?).collect();
    let fields: Vec<FieldId> = formulas.iter().map(|formula| formula.field.clone()).collect();
    calculate_alone(ctx, &mut unit, &entity.id, &fields, &ids).await?;
    let names: Vec<&str> = fields.iter().map(FieldId::as_str).collect();
    let records = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let last = ids.last().filter(|_| ids.len() == size);
    let of = |it: &Standing| {
        if fields.contains(&it.field) { last.map_or(0, |_| it.remaining - records) } else { it.remaining }
    };
    let left = standing.iter().map(|it| of(it).max(0)).sum();
    let step = match last {
        Some(last) => stored::advance(dialect, &names, *last, records),
        // Who is made from now on has its values.
        None => stored::remove(&names),
    };
    let tx = unit.tx(ctx).await?;
    tx.execute(&step).await?;
    if last.is_none() {
        // Nobody was told of any of these values.
        keep::spoil(tx, ctx.catalog(), &HashSet::from([entity.id.clone()]), ctx.now.timestamp_millis()).await?;
    }
    unit.commit(ctx).await?;
    Ok(Some(left))
}

/// The first formulas that are left and go together, with the record behind which they go on.
fn next<'a>(catalog: &'a Catalog, standing: &[Standing]) -> Option<(Vec<&'a KeptFormula>, Option<Uuid>)> {
    let of = |formula: &KeptFormula| standing.iter().find(|it| it.field == formula.field);
    let mut left = catalog.triggers.formulas.iter().filter_map(|formula| Some((formula, of(formula)?.after)));
    let (first, after) = left.next()?;
    let with = left.filter(|(formula, place)| formula.step == first.step && *place == after);
    Some((std::iter::once(first).chain(with.map(|(formula, _)| formula)).collect(), after))
}
