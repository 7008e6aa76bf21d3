//! What people and programs call of scripts: buttons and endpoints.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::diagnostic::Diagnostic;
use engine::scripts::buttons::{self, Press};
use engine::scripts::endpoints::{self, Asked};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::extract::{Asking, Json, Signed, json as strict, list};
use crate::problem::{Failure, Meant, malformed};

/// The body of pressing a button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pressing {
    records: Vec<Uuid>,
    #[serde(default)]
    parameters: Map<String, Value>,
}

/// `POST /records/{entity}/buttons/{script}/{button}`.
pub(crate) async fn press(
    Signed { ctx, .. }: Signed,
    Path((entity, script, button)): Path<(String, String, String)>,
    Json(body): Json<Pressing>,
) -> Result<Response, Failure> {
    let press = Press { entity, script, button, records: body.records, parameters: body.parameters };
    let pressed = buttons::press(&ctx, &press).await?;
    let open = pressed.open.map(|(entity, id)| json!({"entity": entity, "id": id}));
    Ok(axum::Json(json!({"message": pressed.message, "open": open, "log": pressed.log})).into_response())
}

/// `/x/{path}`, by any method that an endpoint has.
pub(crate) async fn call(
    Asking { ctx, query }: Asking,
    method: Method,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let mut mistakes = Vec::new();
    let pairs = list::pairs(query.as_deref(), &mut mistakes);
    let named = list::finish(pairs.into_iter().map(|(name, value)| (name, Value::from(value))).collect(), mistakes)?;
    let asked = Asked { method: method.as_str().to_owned(), path, query: named, body: read(&headers, &body)? };
    let answered = endpoints::call(&ctx, &asked).await?;
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::OK);
    let mut response = match answered.body {
        Value::Null if status == StatusCode::OK => StatusCode::NO_CONTENT.into_response(),
        Value::Null => status.into_response(),
        body => (status, axum::Json(body)).into_response(),
    };
    response.extensions_mut().insert(Meant);
    Ok(response)
}

/// JSON as what it says, anything else as a text.
fn read(headers: &HeaderMap, body: &Bytes) -> Result<Value, Failure> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json") {
        return strict::parse(body).map_err(malformed);
    }
    let text = std::str::from_utf8(body).map_err(|_| malformed(Diagnostic::error("request.not_utf8")))?;
    Ok(Value::from(text))
}
