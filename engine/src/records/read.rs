//! Reading: plan, fetch, shape.

use std::collections::HashMap;
use std::sync::Arc;

use access::Operation;
use catalog::Entity;
use chrono::{DateTime, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use query::plan::{Tally, Template};
use query::write::Bin;
use query::{AggregateRequest, Count, Measure, Page, Plan, QueryError, Request, SelectItem, estimate};
use serde_json::{Value as Json, json};
use sql::{Rows, Statement};
use storage::Transaction;
use uuid::Uuid;

use super::command::identity;
use super::templates::Asked;
use super::{CHUNK, load};
use crate::audit::reads;
use crate::{Context, Error, registers};

/// A page of records.
#[derive(Debug, Clone)]
pub struct List {
    /// The records.
    pub page: Page,
    /// How many there are in all, when it was asked for.
    pub count: Option<u64>,
    /// The moment whose records they are made of, when they are rows of a register.
    pub as_of: Option<DateTime<Utc>>,
}

/// Lists records as far as the caller may read them.
pub async fn list(ctx: &Context, entity: &str, request: Request) -> Result<List, Error> {
    let plan = list_plan(ctx, entity, &request)?;
    listed(ctx, entity, request, &plan).await
}

/// Decides how records are listed.
pub(super) fn list_plan(ctx: &Context, entity: &str, request: &Request) -> Result<Plan, Error> {
    query::plan::list(&ctx.access, entity, request, &settings(ctx)).map_err(|error| refused(ctx, entity, error))
}

/// Lists records as was decided.
pub(super) async fn listed(ctx: &Context, entity: &str, request: Request, plan: &Plan) -> Result<List, Error> {
    let known = ctx.catalog().entity(entity);
    let as_of = known.and_then(|entity| registers::as_of(ctx, entity));
    if let Some(entity) = known.filter(|entity| !entity.is_derived()) {
        ctx.engine.asked().note(&entity.id, plan.asked());
    }
    let rows = ctx.engine.database().fetch(&query::select(plan)).await?;
    let count = match request.count {
        Count::None => None,
        Count::Exact => Some(fetch_count(ctx, &query::count(plan)).await?),
        Count::Estimated => Some(estimated(ctx, plan).await?),
    };
    reads::listed(ctx, entity, &request, rows.len()).await?;
    let mut page = query::shape(plan, rows);
    tell_pending(ctx, entity, request.select.as_deref(), &mut page.items);
    Ok(List { page, count, as_of })
}

/// Lists records as a transaction sees them.
pub(crate) async fn list_within(
    ctx: &Context,
    tx: &mut Transaction,
    entity: &str,
    request: &Request,
) -> Result<Page, Error> {
    let plan =
        query::plan::list(&ctx.access, entity, request, &settings(ctx)).map_err(|error| refused(ctx, entity, error))?;
    let rows = tx.fetch(&query::select(&plan)).await?;
    Ok(query::shape(&plan, rows))
}

/// Reads all groups of records as a transaction sees them, each as JSON text.
pub(crate) async fn aggregate_within(
    ctx: &Context,
    tx: &mut Transaction,
    entity: &str,
    request: &AggregateRequest,
) -> Result<Vec<String>, Error> {
    let plan = query::plan::aggregate(&ctx.access, entity, request, &settings(ctx))
        .map_err(|error| refused(ctx, entity, error))?;
    let rows = tx.fetch(&query::tally(&plan)).await?;
    Ok(query::shape_groups(&plan, rows).map_err(|error| refused(ctx, entity, error))?.shown)
}

/// Counts exactly what is little, and of much says about how much it is.
async fn estimated(ctx: &Context, plan: &query::Plan) -> Result<u64, Error> {
    if let Some(extent) = estimate::extent(plan)
        && let Some(sample) = estimate::sample(plan, fetch_count(ctx, &extent).await?)
        && let Some(about) = sample.estimate(fetch_count(ctx, &sample.statement).await?)
    {
        return Ok(about);
    }
    Ok(estimate::rounded(fetch_count(ctx, &query::count(plan)).await?))
}

/// Reads groups of records as far as the caller may read them, each as JSON text.
pub async fn aggregate(ctx: &Context, entity: &str, request: AggregateRequest) -> Result<Vec<String>, Error> {
    let plan = groups_plan(ctx, entity, &request)?;
    grouped(ctx, entity, request, &plan).await
}

/// Decides how groups are read.
pub(super) fn groups_plan(ctx: &Context, entity: &str, request: &AggregateRequest) -> Result<Tally, Error> {
    query::plan::aggregate(&ctx.access, entity, request, &settings(ctx)).map_err(|error| refused(ctx, entity, error))
}

/// Reads groups as was decided.
pub(super) async fn grouped(
    ctx: &Context,
    entity: &str,
    request: AggregateRequest,
    plan: &Tally,
) -> Result<Vec<String>, Error> {
    let rows = ctx.engine.database().fetch(&query::tally(plan)).await?;
    reads::grouped(ctx, entity, &request, rows.len()).await?;
    let mut groups = query::shape_groups(plan, rows).map_err(|error| refused(ctx, entity, error))?;
    if let Some(filter) = groups.others.take() {
        groups.shown.extend(others(ctx, entity, request, plan, filter).await?);
    }
    groups.shown.append(&mut groups.totals);
    Ok(groups.shown)
}

/// Reads what the groups beyond the limit have together, as exactly as any group's.
async fn others(
    ctx: &Context,
    entity: &str,
    request: AggregateRequest,
    plan: &query::plan::Tally,
    filter: String,
) -> Result<Option<String>, Error> {
    let mut measures = request.measures;
    if measures.is_empty() {
        measures.push(Measure { name: "_count".to_owned(), expression: "count()".to_owned() });
    }
    let request = AggregateRequest { measures, filter: Some(filter.clone()), ..AggregateRequest::default() };
    let beside = query::plan::aggregate(&ctx.access, entity, &request, &settings(ctx))
        .map_err(|error| refused(ctx, entity, error))?;
    let rows = ctx.engine.database().fetch(&query::tally(&beside)).await?;
    Ok(query::shape_others(plan, &beside, rows, &filter))
}

/// Reads how records are called, in the recycle bin or out of it, as far as the caller may read them.
pub(crate) async fn titles(ctx: &Context, entity: &Entity, ids: &[Uuid]) -> Result<HashMap<Uuid, Json>, Error> {
    let mut titles = HashMap::new();
    for ids in ids.chunks(CHUNK) {
        let Ok(plan) = query::plan::titles(&ctx.access, &entity.name, ids, &settings(ctx)) else { break };
        let rows = ctx.engine.database().fetch(&query::select(&plan)).await?;
        for item in query::shape(&plan, rows).items {
            let Ok(mut item) = serde_json::from_str::<Json>(&item) else { continue };
            if let Some(id) = item["record"]["id"].as_str().and_then(identity) {
                titles.insert(id, item["record"]["title"].take());
            }
        }
    }
    Ok(titles)
}

/// Reads one record; without `select` all readable fields, with its lines.
pub async fn get(ctx: &Context, entity: &str, id: Uuid, select: Option<Vec<SelectItem>>) -> Result<String, Error> {
    let mut record = one(ctx, entity, id, select.as_deref(), Bin::Live).await?;
    reads::shown(ctx, entity, id, select.as_deref()).await?;
    tell_pending(ctx, entity, select.as_deref(), [&mut record]);
    Ok(record)
}

/// Says in each record which of the values that it tells are still being calculated.
fn tell_pending<'a>(
    ctx: &Context,
    entity: &str,
    select: Option<&[SelectItem]>,
    records: impl IntoIterator<Item = &'a mut String>,
) {
    let Some(entity) = ctx.catalog().entity(entity) else { return };
    let owed = ctx.engine.owing().of(&entity.id);
    if owed.is_empty() {
        return;
    }
    let is_told = |name: &str| {
        let is_selected = |item: &SelectItem| matches!(item, SelectItem::Path(path) if path == name);
        select.is_none_or(|items| items.iter().any(is_selected)) && ctx.access.field(entity, name).is_some()
    };
    let names = owed.iter().filter_map(|field| entity.field_by_id(field)).map(|field| field.name.as_str());
    let names: Vec<&str> = names.filter(|name| is_told(name)).collect();
    if names.is_empty() {
        return;
    }
    let told = format!(r#","_pending":{}}}"#, json!(names));
    for record in records {
        if record.len() > 2 && record.ends_with('}') {
            record.truncate(record.len() - 1);
            record.push_str(&told);
        }
    }
}

async fn one(ctx: &Context, entity: &str, id: Uuid, select: Option<&[SelectItem]>, bin: Bin) -> Result<String, Error> {
    let template = template(ctx, entity, id, select, bin)?;
    let row = ctx.engine.database().fetch_first(&template.statement(id)).await?;
    let found = row.and_then(|row| query::shape(template.plan(), vec![row]).items.into_iter().next());
    match (found, ctx.catalog().entity(entity)) {
        (Some(record), _) => Ok(record),
        (None, Some(entity)) => Err(load::not_found(ctx, entity)),
        (None, None) => Err(refused(ctx, entity, QueryError::NotFound)),
    }
}

/// Decides how a record is read, or finds how it was decided before.
fn template(
    ctx: &Context,
    entity: &str,
    id: Uuid,
    select: Option<&[SelectItem]>,
    bin: Bin,
) -> Result<Arc<Template>, Error> {
    let decide = || {
        let plan = query::plan::one(&ctx.access, entity, id, select, bin, &settings(ctx));
        Ok(Template::of(plan.map_err(|error| refused(ctx, entity, error))?, id))
    };
    decided(ctx, Asked::of(ctx, entity, select, bin), decide)
}

fn decided(
    ctx: &Context,
    asked: Option<Asked>,
    decide: impl FnOnce() -> Result<Template, Error>,
) -> Result<Arc<Template>, Error> {
    let catalog = ctx.catalog();
    if let Some(known) = asked.as_ref().and_then(|asked| ctx.engine.templates().get(catalog, asked)) {
        return Ok(known);
    }
    let template = Arc::new(decide()?);
    if let Some(asked) = asked {
        ctx.engine.templates().keep(catalog, asked, &template);
    }
    Ok(template)
}

/// Reads a record that was just saved; who may write and not read gets its identity and version.
pub(crate) async fn saved(ctx: &Context, entity: &str, id: Uuid, version: i64) -> Result<String, Error> {
    match get(ctx, entity, id, None).await {
        Err(Error::NotFound(_)) => Ok(unread(id, version)),
        other => other,
    }
}

/// Decides how a record is read as the last part of what writes it; `None` when it is better read after that.
pub(crate) fn written(ctx: &Context, entity: &str, id: Uuid) -> Option<Arc<Template>> {
    let decide = || {
        let template = query::plan::written(&ctx.access, entity, id, &settings(ctx));
        template.map_err(|error| refused(ctx, entity, error))
    };
    let template = decided(ctx, Asked::of_written(ctx, entity), decide).ok()?;
    (!template.is_late()).then_some(template)
}

/// The record that was read by [`written`], as [`saved`] would give it.
pub(crate) fn shown(plan: &Plan, rows: Rows, id: Uuid, version: i64) -> String {
    query::shape(plan, rows).items.into_iter().next().unwrap_or_else(|| unread(id, version))
}

fn unread(id: Uuid, version: i64) -> String {
    json!({"id": id.to_string(), "version": version}).to_string()
}

/// The circumstances in which a request is planned.
pub(crate) fn settings(ctx: &Context) -> query::Settings {
    query::Settings {
        dialect: ctx.engine.database().dialect(),
        cursor_key: ctx.engine.secrets().key("cursor").to_vec(),
        now: ctx.now,
        today: ctx.today(),
        zone: ctx.zone,
    }
}

/// Says why a request cannot be answered, to the caller.
pub(crate) fn refused(ctx: &Context, entity: &str, error: QueryError) -> Error {
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

async fn fetch_count(ctx: &Context, statement: &Statement) -> Result<u64, Error> {
    Ok(counted(&ctx.engine.database().fetch(statement).await?))
}

/// The number of a statement that counts.
pub(crate) fn counted(rows: &[Vec<Value>]) -> u64 {
    match rows.first().and_then(|row| row.first()) {
        Some(Value::Integer(count)) => u64::try_from(*count).unwrap_or(0),
        _ => 0,
    }
}
