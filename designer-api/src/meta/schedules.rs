//! What is done at set times, shown to designers, and doing it now.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::jobs::schedule::{self, Done, Schedule};
use engine::{Context, catalog};
use serde_json::{Value, json};

use crate::extract::Signed;
use crate::jobs::shown;
use crate::problem::Failure;
use crate::wire::catalog::label;

/// `GET /meta/schedules`.
pub(crate) async fn list(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    let schedules = schedule::list(&ctx).await?;
    let items: Vec<Value> = schedules.iter().map(|it| item(&ctx, it)).collect();
    Ok(axum::Json(json!({"items": items})).into_response())
}

/// `POST /meta/schedules/{id}/run`.
pub(crate) async fn run(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<Response, Failure> {
    let job = schedule::run(&ctx, &id).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(json!({"job": job}))).into_response())
}

fn item(ctx: &Context, it: &Schedule) -> Value {
    let named = |(name, text): &(String, catalog::Label)| json!({"name": name, "label": label(ctx, text)});
    let mut item = json!({
        "id": it.id, "cron": it.cron, "time_zone": it.zone, "next_at": it.next_at,
        "last": it.last.as_ref().map(|job| shown(ctx, job)),
    });
    match &it.done {
        Done::Formula { entity, field } => {
            item["entity"] = named(entity);
            item["field"] = named(field);
        }
        Done::Register { register } => item["register"] = named(register),
        Done::Script { script, name } => {
            item["script"] = named(script);
            item["schedule"] = json!(name);
        }
    }
    item
}
