//! Long work: its progress, and stopping it.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use engine::jobs;
use uuid::Uuid;

use crate::extract::Signed;
use crate::problem::{Failure, not_found};

/// `GET /jobs/{id}`.
pub(crate) async fn get(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<Response, Failure> {
    Ok(axum::Json(jobs::get(&ctx, identity(&id)?).await?).into_response())
}

/// `POST /jobs/{id}/cancel`.
pub(crate) async fn cancel(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<Response, Failure> {
    Ok(axum::Json(jobs::cancel(&ctx, identity(&id)?).await?).into_response())
}

fn identity(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(text).map_err(|_| not_found("job.unknown"))
}
