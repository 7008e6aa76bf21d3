//! Letters that did not go.

use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use engine::messages::again;
use uuid::Uuid;

use crate::extract::Signed;
use crate::problem::{Failure, not_found};

/// `POST /letters/{id}/send`: once more.
pub(crate) async fn send(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = Uuid::parse_str(&id).map_err(|_| not_found("record.unknown"))?;
    let letter = again::send(&ctx, id).await?;
    Ok(([(CONTENT_TYPE, "application/json")], letter).into_response())
}
