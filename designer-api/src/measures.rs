//! Measures: which there are, and what they come to.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use engine::Error;
use engine::measures::{self, asked};
use serde_json::{Value, json};

use crate::extract::{Json, Signed};
use crate::problem::Failure;
use crate::wire::measures as wire;

/// `GET /measures`.
pub(crate) async fn list(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(wire::all(&ctx, &measures::known(&ctx))).into_response())
}

/// `POST /measures/{name}`.
pub(crate) async fn one(
    Signed { ctx, .. }: Signed,
    Path(name): Path<String>,
    Json(body): Json<Value>,
) -> Result<Response, Failure> {
    let answer =
        measures::value(&ctx, &asked::one(name, body).map_err(Error::Malformed)?).await.map_err(Failure::shared)?;
    Ok(axum::Json(wire::answer(&ctx, &answer)).into_response())
}

/// `POST /measures`.
pub(crate) async fn many(Signed { ctx, .. }: Signed, Json(body): Json<Value>) -> Result<Response, Failure> {
    let asked = asked::many(body).map_err(Error::Malformed)?;
    let outcomes = measures::values(&ctx, &asked).await?;
    let items = std::iter::zip(&asked, &outcomes).map(|(asked, outcome)| wire::outcome(&ctx, &asked.name, outcome));
    Ok(axum::Json(json!({"items": items.collect::<Vec<_>>()})).into_response())
}
