//! Registers: how their rows came about, and composing them anew.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::registers::{self, Status};
use engine::{Context, catalog};
use serde_json::{Value, json};

use crate::extract::Signed;
use crate::jobs::shown;
use crate::messages;
use crate::problem::Failure;
use crate::wire::catalog::label;

/// `GET /meta/registers`.
pub(crate) async fn list(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    let found = registers::list(&ctx).await?;
    let items: Vec<Value> = found.iter().map(|it| item(&ctx, it)).collect();
    Ok(axum::Json(json!({"items": items})).into_response())
}

/// `POST /meta/registers/{name}/refresh`.
pub(crate) async fn refresh(Signed { ctx, .. }: Signed, Path(name): Path<String>) -> Result<Response, Failure> {
    let job = registers::refresh(&ctx, &name).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(json!({"job": job}))).into_response())
}

fn item(ctx: &Context, it: &Status) -> Value {
    let named = |(name, text): &(String, catalog::Label)| json!({"name": name, "label": label(ctx, text)});
    let schedule = it.schedule.as_ref();
    let cron = schedule.map(|schedule| schedule.cron.as_str()).filter(|cron| !cron.is_empty());
    json!({
        "register": named(&it.register), "dataset": named(&it.dataset), "as_of": it.as_of, "records": it.records,
        "milliseconds": it.milliseconds, "changed_at": it.changed_at, "on_change": it.on_change, "cron": cron,
        "time_zone": schedule.map(|schedule| &schedule.zone), "next_at": schedule.and_then(|schedule| schedule.next_at),
        "refreshed": it.refreshed.as_ref().map(|refreshed| json!({
            "records": refreshed.changed,
            "whole_because": refreshed.whole.as_ref().map(|it| json!({"code": it.code, "message": messages::say_problem(ctx.locale, it)})),
        })),
        "last": schedule.and_then(|schedule| schedule.last.as_ref()).map(|job| shown(ctx, job)),
    })
}
