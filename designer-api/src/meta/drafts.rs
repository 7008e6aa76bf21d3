//! The shared draft.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::diagnostic::Diagnostic;
use engine::publishing::drafts::{self, Which};
use engine::schemas::Kind;
use serde_json::{Value, json};

use crate::extract::{Asking, Json, Signed, list};
use crate::problem::{Failure, malformed, not_found};
use crate::wire::meta;

/// `GET /meta/drafts`: what changes, or with `all=true` every document.
pub(crate) async fn list(Asking { ctx, query }: Asking) -> Result<Response, Failure> {
    let (mut mistakes, mut all, mut kind) = (Vec::new(), false, None);
    for (name, value) in list::pairs(query.as_deref(), &mut mistakes) {
        match (name.as_str(), value.as_str()) {
            ("all", "true") => all = true,
            ("all", "false") => {}
            ("all", other) => mistakes.push(list::wrong("/all", "`true` or `false`", other)),
            ("kind", word) => match word.parse() {
                Ok(known) => kind = Some(known),
                Err(()) => mistakes.push(list::wrong("/kind", "a kind of document", word)),
            },
            (name, _) => mistakes.push(list::unknown(name)),
        }
    }
    list::finish((), mistakes)?;
    let drafts = drafts::list(&ctx, if all { Which::All } else { Which::Changed }, kind).await?;
    Ok(axum::Json(meta::drafts(&ctx, &drafts)).into_response())
}

/// `GET /meta/drafts/{kind}/{name}`.
pub(crate) async fn get(
    Signed { ctx, .. }: Signed,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let draft = drafts::get(&ctx, known_kind(&kind)?, &name).await?;
    Ok(axum::Json(meta::draft(&ctx, &draft)).into_response())
}

/// `PUT /meta/drafts/{kind}/{name}`.
pub(crate) async fn put(
    Signed { ctx, .. }: Signed,
    Path((kind, name)): Path<(String, String)>,
    Json(mut document): Json<Value>,
) -> Result<Response, Failure> {
    let kind = known_kind(&kind)?;
    let Value::Object(map) = &mut document else {
        return Err(malformed(Diagnostic::error("request.not_object")));
    };
    map.entry("kind").or_insert_with(|| kind.as_str().into());
    map.entry("name").or_insert_with(|| name.as_str().into());
    if map["kind"] != json!(kind.as_str()) {
        return Err(malformed(list::wrong("/kind", kind.as_str(), &map["kind"].to_string())));
    }
    let answer = drafts::put_as(&ctx, &name, strip(document)).await?;
    Ok(axum::Json(meta::draft(&ctx, &answer)).into_response())
}

/// `PUT /meta/drafts`.
pub(crate) async fn put_many(Signed { ctx, .. }: Signed, Json(body): Json<Value>) -> Result<Response, Failure> {
    let Value::Array(documents) = body else {
        return Err(malformed(Diagnostic::error("request.not_list")));
    };
    let answers = drafts::put(&ctx, documents.into_iter().map(strip).collect()).await?;
    Ok(axum::Json(meta::put(&ctx, &answers)).into_response())
}

/// `DELETE /meta/drafts/{kind}/{name}`.
pub(crate) async fn remove(
    Signed { ctx, .. }: Signed,
    Path((kind, name)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    drafts::remove(&ctx, known_kind(&kind)?, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /meta/drafts/discard`.
pub(crate) async fn discard(Signed { ctx, .. }: Signed, Json(body): Json<Value>) -> Result<StatusCode, Failure> {
    let mut named = Vec::new();
    let list = match body {
        Value::Array(list) => list,
        Value::Object(map) if map.is_empty() => Vec::new(),
        other => return Err(malformed(list::wrong("", "an array of kinds and names", &other.to_string()))),
    };
    for (at, item) in list.iter().enumerate() {
        match (item["kind"].as_str().and_then(|word| word.parse::<Kind>().ok()), item["name"].as_str()) {
            (Some(kind), Some(name)) => named.push((kind, name.to_owned())),
            _ => return Err(malformed(list::wrong(&format!("/{at}"), "`kind` and `name`", &item.to_string()))),
        }
    }
    drafts::discard(&ctx, named).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /meta/drafts/{kind}/{name}/usage`.
pub(crate) async fn usage(
    Signed { ctx, .. }: Signed,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let used = drafts::usage(&ctx, known_kind(&kind)?, &name).await?;
    let items: Vec<Value> = used
        .into_iter()
        .map(|used| json!({"document": used.document, "path": used.pointer, "field": used.field}))
        .collect();
    Ok(axum::Json(json!({"items": items})).into_response())
}

fn known_kind(word: &str) -> Result<Kind, Failure> {
    word.parse().map_err(|()| not_found("draft.unknown_kind"))
}

/// Takes away what answers carry beside the document, so that an answer can be sent back.
fn strip(mut document: Value) -> Value {
    if let Value::Object(map) = &mut document {
        map.shift_remove("state");
        map.shift_remove("problems");
    }
    document
}
