//! Checking one expression, as an editor does while it is typed.

use axum::response::{IntoResponse, Response};
use engine::expressions::{self, Checked};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::extract::{Json, Signed};
use crate::problem::Failure;
use crate::wire::meta;

/// What to check.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    entity: Option<String>,
    expression: String,
    /// `filter`, `rule` or `default`; a filter when absent.
    mode: Option<String>,
    record: Option<uuid::Uuid>,
}

/// `POST /meta/expressions/check`.
pub(crate) async fn check(Signed { ctx, .. }: Signed, Json(body): Json<Check>) -> Result<Response, Failure> {
    let mode = body.mode.as_deref().unwrap_or("filter");
    let checked = expressions::check(&ctx, body.entity.as_deref(), &body.expression, mode, body.record).await?;
    let value: Value = match checked {
        Checked::Mistakes(mistakes) => json!({"ok": false, "errors": meta::problems(&ctx, &mistakes)}),
        Checked::Sound { kind, dependencies, sql, value, expression } => json!({
            "ok": true, "errors": [], "type": kind, "dependencies": dependencies, "sql": sql, "value": value, "expression": expression,
        }),
    };
    Ok(axum::Json(value).into_response())
}
