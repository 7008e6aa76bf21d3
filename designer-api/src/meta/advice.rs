//! Indexes that would help, told to designers.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use engine::advice;
use serde_json::{Value, json};

use crate::extract::Signed;
use crate::problem::Failure;

/// `GET /meta/advice/{entity}`.
pub(crate) async fn get(Signed { ctx, .. }: Signed, Path(entity): Path<String>) -> Result<Response, Failure> {
    let advice = advice::of_entity(&ctx, &entity).await?;
    let items: Vec<Value> =
        advice.iter().map(|one| json!({"fields": one.fields, "times": one.times, "records": one.records})).collect();
    Ok(axum::Json(json!({"items": items})).into_response())
}
