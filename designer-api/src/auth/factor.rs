//! The second factor: one's own, and those of people who lost theirs.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::{Engine, identity};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::extract::{Json, Signed};
use crate::guard::session_cookie_header;
use crate::problem::{Failure, not_found};

/// `GET /auth/factor`.
pub(crate) async fn get(signed: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(identity::factor(&signed.ctx).await?).into_response())
}

/// `POST /auth/factor`.
pub(crate) async fn begin(signed: Signed) -> Result<Response, Failure> {
    Ok((StatusCode::CREATED, axum::Json(identity::begin_factor(&signed.ctx).await?)).into_response())
}

/// A code of the authenticator.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    code: String,
}

/// `POST /auth/factor/confirm`.
pub(crate) async fn confirm(
    State(engine): State<Engine>,
    signed: Signed,
    Json(body): Json<Code>,
) -> Result<Response, Failure> {
    let (codes, fresh) = identity::confirm_factor(&signed.ctx, signed.session.as_deref(), &body.code).await?;
    let mut response = axum::Json(json!({"recovery_codes": codes})).into_response();
    if let Some(token) = fresh {
        response.headers_mut().insert(header::SET_COOKIE, session_cookie_header(&engine, &token));
    }
    Ok(response)
}

/// `POST /auth/factor/codes`.
pub(crate) async fn codes(signed: Signed) -> Result<Response, Failure> {
    let codes = identity::renew_recovery_codes(&signed.ctx).await?;
    Ok(axum::Json(json!({"recovery_codes": codes})).into_response())
}

/// `DELETE /auth/factor`.
pub(crate) async fn remove(signed: Signed) -> Result<StatusCode, Failure> {
    identity::remove_factor(&signed.ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /auth/factors`.
pub(crate) async fn holders(signed: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(json!({"items": identity::factor_holders(&signed.ctx).await?})).into_response())
}

/// `DELETE /auth/factors/{id}`.
pub(crate) async fn reset(signed: Signed, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    let id = Uuid::parse_str(&id).map_err(|_| not_found("auth.no_factor"))?;
    identity::reset_factor(&signed.ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
