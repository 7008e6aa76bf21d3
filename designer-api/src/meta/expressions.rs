//! Checking one expression, as an editor does while it is typed.

use axum::response::{IntoResponse, Response};
use engine::expressions::{self, Mode, Question};
use engine::schemas::MeasureParameter;
use serde::Deserialize;
use serde_json::{Value, json};

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
    /// The document of the field whose formula it is; its `formula` says when it is calculated.
    field: Option<Value>,
    /// Records that the formula is tried on.
    #[serde(default)]
    records: Vec<uuid::Uuid>,
}

/// `POST /meta/expressions/check`: 422 with every mistake and its place, else what the expression is.
pub(crate) async fn check(Signed { ctx, .. }: Signed, Json(body): Json<Check>) -> Result<Response, Failure> {
    let mode = match body.mode.as_deref() {
        None | Some("filter" | "rule" | "condition") => Mode::Condition,
        Some("value") => Mode::Value,
        Some("default") => Mode::Default,
        Some(other) => return Err(malformed(list::wrong("/mode", "`filter`, `rule`, `value` or `default`", other))),
    };
    // The formula is the one that is typed, whatever its field said before.
    let field = body.field.map(|mut field| {
        if let Some(formula) = field.get_mut("formula").and_then(Value::as_object_mut) {
            formula.insert("expression".to_owned(), json!(body.expression));
        }
        field
    });
    let question = Question {
        entity: body.entity.as_deref(),
        text: &body.expression,
        parameters: &body.parameters,
        mode,
        record: body.record,
        field: field.as_ref(),
        records: &body.records,
    };
    let checked = expressions::check(&ctx, &question).await?;
    let formula = checked.formula.as_ref();
    let sql = formula.and_then(|formula| formula.sql.clone()).or(checked.sql);
    let answer = json!({
        "type": checked.kind, "dependencies": checked.dependencies, "sql": sql, "value": checked.value,
        "expression": checked.expression, "warnings": wire::meta::problems(&ctx, &checked.warnings),
        "cost": formula.and_then(wire::expressions::cost), "samples": formula.and_then(wire::expressions::samples),
    });
    Ok(axum::Json(answer).into_response())
}

/// `GET /meta/expressions/functions`: the functions of the language, with what they do in the language of the caller.
pub(crate) async fn functions(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    let families = expressions::functions(&ctx)?;
    Ok(axum::Json(wire::expressions::functions(ctx.locale, &families)).into_response())
}
