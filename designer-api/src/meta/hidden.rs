//! What was dropped and is kept, and deleting it for good.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use engine::publishing::hidden::{self, Hidden, Name};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::extract::{Json, Signed};
use crate::messages;
use crate::problem::Failure;

/// What is to go.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Purge {
    ids: Vec<String>,
    #[serde(default)]
    allow_destructive: bool,
}

/// `GET /meta/hidden`.
pub(crate) async fn list(Signed { ctx, .. }: Signed) -> Result<Response, Failure> {
    let items: Vec<Value> = hidden::list(&ctx).await?.iter().map(shown).collect();
    Ok(axum::Json(json!({"items": items})).into_response())
}

/// `POST /meta/purge`.
pub(crate) async fn purge(Signed { ctx, .. }: Signed, Json(body): Json<Purge>) -> Result<Response, Failure> {
    let note = |names: &str| messages::text(ctx.locale, "purge.note", &BTreeMap::from([("names", names.to_owned())]));
    let (revision, purged) = hidden::purge(&ctx, &body.ids, body.allow_destructive, note).await?;
    let items: Vec<Value> =
        purged.iter().map(|it| json!({"id": it.id, "title": it.title(ctx.locale.code())})).collect();
    Ok(axum::Json(json!({"revision": revision, "purged": items})).into_response())
}

fn shown(hidden: &Hidden) -> Value {
    let name = |name: &Name| json!({"name": name.name, "label": name.label});
    let kind = match (&hidden.field, hidden.is_former) {
        (None, _) => "entity",
        (Some(_), false) => "field",
        (Some(_), true) => "values",
    };
    json!({
        "id": hidden.id, "kind": kind, "entity": name(&hidden.entity), "field": hidden.field.as_ref().map(name), "rows": hidden.rows,
    })
}
