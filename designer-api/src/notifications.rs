//! What the caller is told inside the product.

use axum::response::{IntoResponse, Response};
use engine::messages::notices;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::extract::{Json, Signed};
use crate::problem::Failure;

/// Which notices are read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Read {
    /// These; all of them when absent.
    ids: Option<Vec<Uuid>>,
}

/// `GET /notifications`: the newest ones, and how many are not read.
pub(crate) async fn list(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(notices::list(&ctx).await?).into_response())
}

/// `POST /notifications/read`.
pub(crate) async fn read(Signed { ctx, .. }: Signed, Json(body): Json<Read>) -> Result<Response, Failure> {
    let unread = notices::mark(&ctx, body.ids.as_deref()).await?;
    Ok(axum::Json(json!({"unread": unread})).into_response())
}
