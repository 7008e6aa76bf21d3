//! Published states, and going back to one.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use engine::publishing::revisions;
use serde_json::json;

use crate::extract::Signed;
use crate::problem::{Failure, not_found};
use crate::wire::meta;

/// `GET /meta/revisions`.
pub(crate) async fn list(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    let revisions = revisions::list(&ctx).await?;
    Ok(axum::Json(meta::revisions(&ctx, &revisions)).into_response())
}

/// `GET /meta/revisions/{number}/documents`.
pub(crate) async fn documents(Signed { ctx, .. }: Signed, Path(number): Path<String>) -> Result<Response, Failure> {
    let documents = revisions::documents(&ctx, revision(&number)?).await?;
    let items: Vec<_> = documents.into_iter().map(|document| document.json).collect();
    Ok(axum::Json(json!({"items": items})).into_response())
}

/// `POST /meta/revisions/{number}/restore`.
pub(crate) async fn restore(Signed { ctx, .. }: Signed, Path(number): Path<String>) -> Result<Response, Failure> {
    let changes = revisions::restore(&ctx, revision(&number)?).await?;
    Ok(axum::Json(json!({"changes": meta::changes(&changes)})).into_response())
}

/// The number of a published state. The one before the first is none: in the draft it would remove every document.
fn revision(text: &str) -> Result<u64, Failure> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| not_found("revision.unknown"))
}
