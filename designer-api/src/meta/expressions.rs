//! Checking one expression, as an editor does while it is typed.

use axum::response::{IntoResponse, Response};
use engine::expressions::{self, Mode};
use engine::schemas::MeasureParameter;
use serde::Deserialize;
use serde_json::json;

use crate::extract::{Json, Signed, list};
use crate::problem::{Failure, malformed};
use crate::wire;

/// What to check.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    entity: Option<String>,
    expression: String,
    /// `filter` (unless said), `rule`, `value` or `default`.
    mode: Option<String>,
    record: Option<uuid::Uuid>,
    /// Parameters that a filter of a measure may name.
    #[serde(default)]
    parameters: Vec<MeasureParameter>,
}

/// `POST /meta/expressions/check`: 422 with every mistake and its place, else what the expression is.
pub(crate) async fn check(Signed { ctx, .. }: Signed, Json(body): Json<Check>) -> Result<Response, Failure> {
    let mode = match body.mode.as_deref() {
        None | Some("filter" | "rule" | "condition") => Mode::Condition,
        Some("value") => Mode::Value,
        Some("default") => Mode::Default,
        Some(other) => return Err(malformed(list::wrong("/mode", "`filter`, `rule`, `value` or `default`", other))),
    };
    let checked =
        expressions::check(&ctx, body.entity.as_deref(), (&body.expression, &body.parameters), mode, body.record)
            .await?;
    let answer = json!({
        "type": checked.kind, "dependencies": checked.dependencies, "sql": checked.sql, "value": checked.value,
        "expression": checked.expression, "warnings": wire::meta::problems(&ctx, &checked.warnings),
    });
    Ok(axum::Json(answer).into_response())
}
