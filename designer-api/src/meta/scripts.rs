//! Scripts while they are written.

use axum::response::{IntoResponse, Response};
use engine::scripts::studio::{self, Try};
use engine::scripts::tests::{self, Tested};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::extract::{Json, Signed};
use crate::jobs::shown;
use crate::problem::{Failure, Item};

/// A source that is being written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    name: String,
    source: String,
}

/// A function to try.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trying {
    name: String,
    source: String,
    function: String,
    record: Option<Record>,
    #[serde(default)]
    arguments: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    entity: String,
    id: Uuid,
}

/// `POST /meta/scripts/check`.
pub(crate) async fn check(Signed { ctx, .. }: Signed, Json(body): Json<Source>) -> Result<Response, Failure> {
    let checked = studio::check(&ctx, &body.name, &body.source)?;
    let functions: Vec<Value> = checked
        .functions
        .iter()
        .map(|function| json!({"name": function.name, "parameters": function.parameters}))
        .collect();
    let problems: Vec<Item<'_>> = checked.problems.iter().map(|problem| Item::new(ctx.locale, problem)).collect();
    Ok(axum::Json(json!({"problems": problems, "functions": functions})).into_response())
}

/// `POST /meta/scripts/run`.
pub(crate) async fn run(Signed { ctx, .. }: Signed, Json(body): Json<Trying>) -> Result<Response, Failure> {
    let record = body.record.map(|record| (record.entity, record.id));
    let Trying { name, source, function, arguments, .. } = body;
    let tried = studio::attempt(&ctx, &Try { name, source, function, record, arguments }).await?;
    let writes =
        tried.writes.iter().map(|(act, entity, values)| json!({"act": act, "entity": entity, "values": values}));
    let writes: Vec<Value> = writes.collect();
    Ok(axum::Json(json!({
        "value": tried.value, "log": tried.log, "steps": tried.steps, "took_ms": tried.took, "writes": writes
    }))
    .into_response())
}

/// Which tests to run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Testing {
    script: Option<String>,
}

/// `POST /meta/scripts/test`.
pub(crate) async fn test(Signed { ctx, .. }: Signed, Json(body): Json<Testing>) -> Result<Response, Failure> {
    let tested = tests::of_draft(&ctx, body.script.as_deref()).await?;
    let item = |one: &Tested| {
        let failures: Vec<Item<'_>> = one.failures.iter().map(|failure| Item::new(ctx.locale, failure)).collect();
        json!({"script": one.script, "test": one.test, "passed": one.failures.is_empty(), "failures": failures})
    };
    let items: Vec<Value> = tested.iter().map(item).collect();
    Ok(axum::Json(json!({"items": items})).into_response())
}

/// `GET /meta/scripts/runs`.
pub(crate) async fn runs(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    let jobs = studio::runs(&ctx).await?;
    let items: Vec<Value> = jobs.iter().map(|job| shown(&ctx, job)).collect();
    Ok(axum::Json(json!({"items": items})).into_response())
}
