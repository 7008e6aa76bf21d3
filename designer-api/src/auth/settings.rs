//! Settings of signing in.

use axum::response::{IntoResponse, Response};
use engine::identity::{self, Security};

use crate::extract::{Json, Signed};
use crate::problem::Failure;

/// `GET /settings/security`.
pub(crate) async fn get(signed: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(identity::security(&signed.ctx).await?).into_response())
}

/// `PUT /settings/security`.
pub(crate) async fn put(signed: Signed, Json(body): Json<Security>) -> Result<Response, Failure> {
    Ok(axum::Json(identity::set_security(&signed.ctx, body).await?).into_response())
}
