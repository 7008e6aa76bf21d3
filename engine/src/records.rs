//! Records: reading them, and the one way they are changed.
//!
//! A save is the straight list of steps in `save`; single calls, batches and imports all go through it, over sets of
//! records and inside one unit of work.

pub(crate) mod read;
mod reading;
pub(crate) mod remembered;
mod templates;
pub(crate) mod command;
pub(crate) mod coerce;
pub(crate) mod save;
mod load;
pub(crate) mod references;
mod defaults;
mod numbers;
mod relations;
mod lines;
mod validate;
mod conditions;
mod options;
pub(crate) mod judge;
mod seal;
mod write;
pub(crate) mod duplicates;
mod guards;
pub(crate) mod teams;
mod targets;
pub(crate) mod sharing;
pub(crate) mod leave;
pub(crate) mod explain;
mod ways;
pub(crate) mod audit;
pub(crate) mod unit_of_work;
pub(crate) mod propagate;
mod rollups;
pub(crate) mod balances;
pub(crate) mod scheduled;
pub(crate) mod owed;
pub(crate) mod backfill;
pub(crate) mod trash;
pub(crate) mod batch;
mod history;
pub(crate) mod wire;

use std::future::Future;

use catalog::{Field, Label};
use diagnostic::Diagnostic;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::secrets::digest;
use crate::{Context, Error, Locale};

pub use batch::{LIMIT, Operation};
pub use explain::explain;
pub use history::history;
pub use options::{Asked, options};
pub use read::{List, aggregate, get, list};
pub use sharing::{Level, With, share, shares, unshare};

pub(crate) use load::granted;
pub(crate) use reading::Reading;
pub(crate) use templates::Templates;

/// Asks whether the caller may do an operation on records of an entity at all: 403 where they may read, else 404.
pub fn permitted(ctx: &Context, entity: &str, operation: crate::Operation) -> Result<(), Error> {
    granted(ctx, entity, operation).map(drop)
}

use batch::{Once, Shown};

/// Writes a value of a field as clients read it.
pub fn wire_value(field: &Field, value: &expression::Value) -> Json {
    wire::json(&field.kind, value)
}

/// Values in one list of a statement.
pub(crate) const CHUNK: usize = 1_000;

/// How often something begins anew because a revision was published under it.
const RENEWALS: usize = 3;

/// A record that was saved.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The record.
    pub id: Uuid,
    /// Its version now; 0 when it went to the recycle bin.
    pub version: i64,
    /// The record as the caller may read it: a JSON object, `null` when it is gone.
    pub json: String,
}

/// Makes a record.
pub async fn create(ctx: &Context, entity: &str, values: Map<String, Json>) -> Result<Saved, Error> {
    alone(ctx, Operation::Create { entity: entity.to_owned(), values }, None).await
}

/// Makes a record once: a repeated request with the same key gives the record that the first one made.
pub async fn create_once(ctx: &Context, key: &str, entity: &str, values: Map<String, Json>) -> Result<Saved, Error> {
    let hash = digest(&format!("{entity}\n{}", Json::Object(values.clone())));
    let once = Once { actor: ctx.user.map_or_else(String::new, |user| user.to_string()), key, hash };
    alone(ctx, Operation::Create { entity: entity.to_owned(), values }, Some(&once)).await
}

/// Changes a record that still has the version the change was made from.
pub async fn update(
    ctx: &Context,
    entity: &str,
    id: Uuid,
    values: Map<String, Json>,
    version: Option<i64>,
) -> Result<Saved, Error> {
    alone(ctx, Operation::Update { entity: entity.to_owned(), id: id.to_string(), values, version }, None).await
}

/// Sends a record to the recycle bin.
pub async fn delete(ctx: &Context, entity: &str, id: Uuid, version: Option<i64>) -> Result<(), Error> {
    alone(ctx, Operation::Delete { entity: entity.to_owned(), id: id.to_string(), version }, None).await.map(drop)
}

/// Takes a record out of the recycle bin, with the lines that went there with it.
pub async fn restore(ctx: &Context, entity: &str, id: Uuid) -> Result<Saved, Error> {
    alone(ctx, Operation::Restore { entity: entity.to_owned(), id: id.to_string() }, None).await
}

/// Performs many operations, all or nothing.
pub async fn batch(ctx: &Context, operations: Vec<Operation>) -> Result<Vec<Saved>, Error> {
    if operations.len() > LIMIT {
        let mistake = Diagnostic::error("batch.too_many").with("found", operations.len()).with("max", LIMIT);
        return Err(Error::Invalid(vec![mistake.at("/operations")]));
    }
    let operations = &operations;
    over_newest(ctx, |ctx| async move { all(&ctx, operations).await }).await
}

/// Does something over the newest revision: when one is published under it, it begins anew.
pub(crate) async fn over_newest<T, W>(ctx: &Context, work: impl Fn(Context) -> W) -> Result<T, Error>
where
    W: Future<Output = Result<T, Error>>,
{
    let mut newest = ctx.clone();
    for _ in 0..RENEWALS {
        match work(newest).await {
            Err(error) if error.is_published_meanwhile() => newest = ctx.renewed().await?,
            other => return other,
        }
    }
    work(newest).await
}

async fn all(ctx: &Context, operations: &[Operation]) -> Result<Vec<Saved>, Error> {
    let done = match batch::perform(ctx, operations, Shown::Listed, None).await {
        Ok(done) => done,
        Err(error) => return Err(with_current(ctx, operations, Shown::Listed, error).await?),
    };
    let mut saved = Vec::with_capacity(done.len());
    for (operation, done) in std::iter::zip(operations, done) {
        saved.push(answer(ctx, operation, done).await?);
    }
    Ok(saved)
}

async fn alone(ctx: &Context, operation: Operation, once: Option<&Once<'_>>) -> Result<Saved, Error> {
    let operations = &[operation];
    over_newest(ctx, |ctx| async move { alone_once(&ctx, operations, once).await }).await
}

async fn alone_once(ctx: &Context, operations: &[Operation; 1], once: Option<&Once<'_>>) -> Result<Saved, Error> {
    match batch::perform(ctx, operations, Shown::Alone, once).await {
        Ok(done) => match done.as_slice() {
            [done] => answer(ctx, &operations[0], done.clone()).await,
            _ => Err(Error::broken("one operation gave no one answer")),
        },
        Err(error) => Err(with_current(ctx, operations, Shown::Alone, error).await?),
    }
}

/// Puts the record as it is now into the refusal of a stale version, which names it by its identity.
async fn with_current(ctx: &Context, operations: &[Operation], shown: Shown, error: Error) -> Result<Error, Error> {
    let Error::StaleVersion { current, fields, record } = error else { return Ok(error) };
    let id = command::identity(&record).unwrap_or_default();
    let of = operations.iter().position(|operation| operation.record() == Some(&record)).unwrap_or_default();
    let place = shown.values(of);
    let fields = fields.iter().map(|field| format!("{place}/{field}").trim_start_matches('/').to_owned()).collect();
    let record = match operations.get(of) {
        Some(operation) => read::saved(ctx, operation.entity(), id, current).await?,
        None => "null".to_owned(),
    };
    Ok(Error::StaleVersion { current, fields, record })
}

async fn answer(ctx: &Context, operation: &Operation, done: batch::Done) -> Result<Saved, Error> {
    let json = match (operation, done.json) {
        (Operation::Delete { .. }, _) => "null".to_owned(),
        (_, Some(json)) => json,
        _ => read::saved(ctx, operation.entity(), done.id, done.version).await?,
    };
    Ok(Saved { id: done.id, version: done.version, json })
}

/// Chooses the text of a label in a language, else in English, else any; `None` of an empty label.
pub(crate) fn label(label: &Label, locale: Locale) -> Option<&str> {
    Some(label.text(locale.code())).filter(|text| !text.is_empty())
}

/// Says whether a field is one of the attributes that every record has.
fn is_attribute(field: &Field) -> bool {
    field.is_attribute()
}
