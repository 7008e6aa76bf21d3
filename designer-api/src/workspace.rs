//! Settings of the workspace.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use engine::workspace::{self, Change};
use engine::{Context, WorkspaceSettings};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::extract::{Json, Signed};
use crate::messages;
use crate::problem::Failure;

/// What is to change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    name: Option<String>,
    language: Option<String>,
    currency: Option<String>,
    time_zone: Option<String>,
}

/// `GET /workspace`.
pub(crate) async fn get(Signed { ctx, .. }: Signed) -> Response {
    axum::Json(shown(&ctx.engine.workspace())).into_response()
}

/// `GET /workspace/mail`: by which server scripts send mail, for administrators.
pub(crate) async fn mail(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    let mail = engine::messages::mail(&ctx)?;
    let (server, from) = mail.map(|mail| (mail.server, mail.from)).unzip();
    Ok(axum::Json(json!({"server": server, "from": from})).into_response())
}

/// `PATCH /workspace`.
pub(crate) async fn change(Signed { ctx, .. }: Signed, Json(body): Json<Settings>) -> Result<Response, Failure> {
    let Settings { name, language, currency, time_zone } = body;
    let change = Change { name, language, currency, time_zone };
    let settings = workspace::change(&ctx, change, |changes| note(&ctx, changes)).await?;
    Ok(axum::Json(shown(&settings)).into_response())
}

fn note(ctx: &Context, changes: &str) -> String {
    messages::text(ctx.locale, "workspace.note", &BTreeMap::from([("changes", changes.to_owned())]))
}

fn shown(settings: &WorkspaceSettings) -> Value {
    let catalog = &settings.catalog;
    json!({
        "name": settings.name, "language": catalog.language, "currency": catalog.currency, "time_zone": catalog.time_zone,
    })
}
