//! Reading: plan, fetch, shape.

use access::Operation;
use catalog::Catalog;
use chrono::{DateTime, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use query::write::Bin;
use query::{AggregateRequest, Count, Page, QueryError, Request, SelectItem};
use serde_json::json;
use uuid::Uuid;

use super::load;
use crate::audit::reads;
use crate::{Context, Error};

/// A page of records.
#[derive(Debug, Clone)]
pub struct List {
    /// The records.
    pub page: Page,
    /// How many there are in all, when it was asked for.
    pub count: Option<u64>,
}

/// Lists records as far as the caller may read them.
pub async fn list(ctx: &Context, entity: &str, request: Request) -> Result<List, Error> {
    let plan = query::plan::list(&ctx.access, entity, &request, &settings(ctx))
        .map_err(|error| refused(ctx, entity, error))?;
    let rows = ctx.engine.database().fetch(&query::select(&plan)).await?;
    let count = match request.count {
        Count::None => None,
        Count::Exact | Count::Estimated => Some(counted(&ctx.engine.database().fetch(&query::count(&plan)).await?)),
    };
    reads::listed(ctx, entity, &request, rows.len()).await?;
    Ok(List { page: query::shape(&plan, rows), count })
}

/// Reads groups of records as far as the caller may read them, each as JSON text.
pub async fn aggregate(ctx: &Context, entity: &str, request: AggregateRequest) -> Result<Vec<String>, Error> {
    let plan = query::plan::aggregate(&ctx.access, entity, &request, &settings(ctx))
        .map_err(|error| refused(ctx, entity, error))?;
    let rows = ctx.engine.database().fetch(&query::tally(&plan)).await?;
    reads::grouped(ctx, entity, &request, rows.len()).await?;
    query::shape_groups(&plan, rows).map_err(|error| refused(ctx, entity, error))
}

/// Reads one record; without `select` all readable fields, with its lines.
pub async fn get(ctx: &Context, entity: &str, id: Uuid, select: Option<Vec<SelectItem>>) -> Result<String, Error> {
    let record = one(ctx, entity, id, select.as_deref(), Bin::Live).await?;
    reads::shown(ctx, entity, id, select.as_deref()).await?;
    Ok(record)
}

async fn one(ctx: &Context, entity: &str, id: Uuid, select: Option<&[SelectItem]>, bin: Bin) -> Result<String, Error> {
    let plan = query::plan::one(&ctx.access, entity, id, select, bin, &settings(ctx))
        .map_err(|error| refused(ctx, entity, error))?;
    let rows = ctx.engine.database().fetch(&query::select(&plan)).await?;
    let found = query::shape(&plan, rows).items.into_iter().next();
    match (found, ctx.catalog().entity(entity)) {
        (Some(record), _) => Ok(record),
        (None, Some(entity)) => Err(load::not_found(ctx, entity)),
        (None, None) => Err(refused(ctx, entity, QueryError::NotFound)),
    }
}

/// Reads a record that was just saved; who may write and not read gets its identity and version.
pub(crate) async fn saved(ctx: &Context, entity: &str, id: Uuid, version: i64) -> Result<String, Error> {
    match get(ctx, entity, id, None).await {
        Err(Error::NotFound(_)) => Ok(json!({"id": id.to_string(), "version": version}).to_string()),
        other => other,
    }
}

/// The circumstances in which a request is planned.
pub(crate) fn settings(ctx: &Context) -> query::Settings {
    query::Settings {
        dialect: ctx.engine.database().dialect(),
        cursor_key: ctx.engine.secrets().key("cursor").to_vec(),
        now: ctx.now,
        today: today(ctx.catalog(), ctx.now),
    }
}

/// The date in the time zone of the workspace.
pub(crate) fn today(catalog: &Catalog, now: DateTime<Utc>) -> chrono::NaiveDate {
    let zone: chrono_tz::Tz = catalog.workspace.time_zone.parse().unwrap_or(chrono_tz::UTC);
    now.with_timezone(&zone).date_naive()
}

fn refused(ctx: &Context, entity: &str, error: QueryError) -> Error {
    match error {
        QueryError::Invalid(mistakes) => Error::Malformed(mistakes),
        QueryError::Forbidden(operation) => not_granted(ctx, entity, operation),
        QueryError::NotFound => not_granted(ctx, entity, Operation::Read),
    }
}

fn not_granted(ctx: &Context, entity: &str, operation: Operation) -> Error {
    match load::granted(ctx, entity, operation) {
        Err(error) => error,
        Ok(grant) => Error::NotFound(Diagnostic::error("record.unknown_entity").with("name", &grant.entity().name)),
    }
}

fn counted(rows: &[Vec<Value>]) -> u64 {
    match rows.first().and_then(|row| row.first()) {
        Some(Value::Integer(count)) => u64::try_from(*count).unwrap_or(0),
        _ => 0,
    }
}
