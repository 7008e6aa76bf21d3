//! What publishing would do, and publishing.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::publishing::{self, Published};
use serde::Deserialize;
use serde_json::json;

use crate::extract::{Json, NoBody, Signed};
use crate::problem::Failure;
use crate::wire::meta;

/// `POST /meta/plan`.
pub(crate) async fn plan(Signed { ctx, .. }: Signed, _: NoBody) -> Result<Response, Failure> {
    let plan = publishing::plan(&ctx).await?;
    Ok(axum::Json(meta::plan(&ctx, &plan)).into_response())
}

/// Which plan is to be carried out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publish {
    plan_id: String,
    #[serde(default)]
    allow_destructive: bool,
    note: Option<String>,
}

/// `POST /meta/publish`.
pub(crate) async fn publish(Signed { ctx, .. }: Signed, Json(body): Json<Publish>) -> Result<Response, Failure> {
    let published = publishing::publish(&ctx, &body.plan_id, body.allow_destructive, body.note.as_deref()).await?;
    Ok(match published {
        Published::Revision(revision) => axum::Json(json!({"revision": revision})).into_response(),
        Published::Job(job) => (StatusCode::ACCEPTED, axum::Json(json!({"job": job}))).into_response(),
    })
}
