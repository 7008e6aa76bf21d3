//! The chain over the audit.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::Engine;
use engine::audit::{seal, verify};
use serde_json::json;

use crate::extract::Signed;
use crate::problem::{Failure, Item};

/// `GET /audit/head`.
pub(crate) async fn head(signed: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(json!({"head": seal::head(&signed.ctx).await?})).into_response())
}

/// `POST /audit/verify`.
pub(crate) async fn check(State(engine): State<Engine>, signed: Signed) -> Result<Response, Failure> {
    // Whoever may have the head may have the chain looked through.
    seal::head(&signed.ctx).await?;
    let found = verify(&engine, &[]).await?;
    let findings: Vec<Item<'_>> = found.findings.iter().map(|finding| Item::new(signed.ctx.locale, finding)).collect();
    let body = json!({"sealed": found.sealed, "waiting": found.waiting, "head": found.head, "findings": findings});
    Ok(axum::Json(body).into_response())
}
