//! Long work: its progress, and stopping it.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use engine::Context;
use engine::jobs::{self, Job, Problem};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::extract::Signed;
use crate::messages;
use crate::problem::{Failure, not_found};

/// `GET /jobs/{id}`.
pub(crate) async fn get(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<Response, Failure> {
    Ok(axum::Json(shown(&ctx, &jobs::get(&ctx, identity(&id)?).await?)).into_response())
}

/// `POST /jobs/{id}/cancel`.
pub(crate) async fn cancel(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<Response, Failure> {
    Ok(axum::Json(shown(&ctx, &jobs::cancel(&ctx, identity(&id)?).await?)).into_response())
}

/// A job with its problems in the caller's language.
pub(crate) fn shown(ctx: &Context, job: &Job) -> Value {
    let problem = |it: &Problem| {
        let message = messages::say_problem(ctx.locale, it);
        json!({"code": it.code, "document": it.document, "path": it.path, "message": message})
    };
    let mut value = json!(job);
    value["problems"] = job.problems.iter().map(problem).collect();
    value
}

fn identity(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(text).map_err(|_| not_found("job.unknown"))
}
