//! Records: lists, one record, and changes to it.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::diagnostic::Diagnostic;
use engine::records::{self, Level, List, Saved, With};
use engine::{Engine, Error, Operation};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::extract::{Asking, Json, Signed, groups, list};
use crate::problem::{Failure, malformed, not_found};

/// `GET /records/{entity}`.
pub(crate) async fn list(Asking { ctx, query }: Asking, Path(entity): Path<String>) -> Result<Response, Failure> {
    let request = list::from_address(query.as_deref())?;
    Ok(page(&records::list(&ctx, &entity, request).await?))
}

/// `POST /records/{entity}/query`.
pub(crate) async fn query(
    Signed { ctx, .. }: Signed,
    Path(entity): Path<String>,
    Json(body): Json<Value>,
) -> Result<Response, Failure> {
    let request = list::from_body(body)?;
    Ok(page(&records::list(&ctx, &entity, request).await?))
}

/// `POST /records/{entity}/aggregate`.
pub(crate) async fn aggregate(
    Signed { ctx, .. }: Signed,
    Path(entity): Path<String>,
    Json(body): Json<Value>,
) -> Result<Response, Failure> {
    let request = groups::from_body(body)?;
    let items = records::aggregate(&ctx, &entity, request).await?;
    Ok(json_text(StatusCode::OK, format!("{{\"items\":[{}]}}", items.join(","))))
}

/// Which values or records may be chosen for a field of a record that is being filled in.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choosing {
    field: String,
    record: Option<String>,
    #[serde(default)]
    values: Map<String, Value>,
    search: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// `POST /records/{entity}/options`.
pub(crate) async fn options(
    Signed { ctx, .. }: Signed,
    Path(entity): Path<String>,
    Json(asked): Json<Choosing>,
) -> Result<axum::Json<Value>, Failure> {
    let Choosing { field, record, values, search, limit, cursor } = asked;
    let record = record.as_deref().map(identity).transpose()?;
    let asked = records::Asked { field, record, values, search, limit, cursor };
    Ok(axum::Json(records::options(&ctx, &entity, &asked).await?))
}

/// `POST /records/{entity}`.
pub(crate) async fn create(
    State(engine): State<Engine>,
    asking: Asking,
    Path(entity): Path<String>,
    headers: HeaderMap,
    body: Result<Json<Map<String, Value>>, Failure>,
) -> Result<Response, Failure> {
    let ctx = asking.permitted(&entity, Operation::Create)?;
    let Json(values) = body?;
    let saved = match headers.get("idempotency-key").map(|value| value.to_str()) {
        None => records::create(&ctx, &entity, values).await?,
        Some(Ok(key)) if (1..=200).contains(&key.len()) => records::create_once(&ctx, key, &entity, values).await?,
        Some(_) => return Err(malformed(Diagnostic::error("request.idempotency_key"))),
    };
    let mut response = record(StatusCode::CREATED, saved.version, saved.json);
    let base = engine.config().public_url.as_deref().unwrap_or("").trim_end_matches('/');
    let location = format!("{base}/api/records/{entity}/{}", saved.id);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// `GET /records/{entity}/{id}`.
pub(crate) async fn get(
    Asking { ctx, query }: Asking,
    Path((entity, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let select = list::select_only(query.as_deref())?;
    let json = records::get(&ctx, &entity, identity(&id)?, select).await?;
    Ok(json_text(StatusCode::OK, json))
}

/// `PATCH /records/{entity}/{id}`.
pub(crate) async fn update(
    asking: Asking,
    Path((entity, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Json<Map<String, Value>>, Failure>,
) -> Result<Response, Failure> {
    let ctx = asking.permitted(&entity, Operation::Update)?;
    let Json(mut values) = body?;
    let id = identity(&id)?;
    let version = version(&headers, values.shift_remove("version"))?;
    let Saved { version, json, .. } = records::update(&ctx, &entity, id, values, version).await?;
    Ok(record(StatusCode::OK, version, json))
}

/// `DELETE /records/{entity}/{id}`.
pub(crate) async fn delete(
    asking: Asking,
    Path((entity, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure> {
    let ctx = asking.permitted(&entity, Operation::Delete)?;
    let id = identity(&id)?;
    records::delete(&ctx, &entity, id, version(&headers, None)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /records/{entity}/{id}/restore`.
pub(crate) async fn restore(
    Signed { ctx, .. }: Signed,
    Path((entity, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let Saved { version, json, .. } = records::restore(&ctx, &entity, identity(&id)?).await?;
    Ok(record(StatusCode::OK, version, json))
}

/// `GET /records/{entity}/{id}/history`.
pub(crate) async fn history(
    Signed { ctx, .. }: Signed,
    Path((entity, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let items = records::history(&ctx, &entity, identity(&id)?).await?;
    Ok(axum::Json(items).into_response())
}

/// `GET /records/{entity}/{id}/access`.
pub(crate) async fn access(
    Asking { ctx, query }: Asking,
    Path((entity, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let [user, operation] = list::named(query.as_deref(), ["user", "operation"])?;
    let user = user.and_then(|user| Uuid::parse_str(&user).ok());
    let user = user.ok_or_else(|| malformed(Diagnostic::error("access.unknown_user").at("/user")))?;
    let operation = operation.as_deref().unwrap_or("read");
    Ok(axum::Json(records::explain(&ctx, &entity, identity(&id)?, user, operation).await?).into_response())
}

/// Whom a record is to be shared with, one of the two, and what that opens.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Share {
    user: Option<String>,
    team: Option<String>,
    level: String,
}

/// `GET /records/{entity}/{id}/shares`.
pub(crate) async fn shares(
    Signed { ctx, .. }: Signed,
    Path((entity, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    Ok(axum::Json(records::shares(&ctx, &entity, identity(&id)?).await?).into_response())
}

/// `POST /records/{entity}/{id}/shares`.
pub(crate) async fn share(
    Signed { ctx, .. }: Signed,
    Path((entity, id)): Path<(String, String)>,
    Json(wanted): Json<Share>,
) -> Result<Response, Failure> {
    let invalid = |mistake: Diagnostic| Failure::from(Error::Invalid(vec![mistake]));
    let unknown = |at: &str| invalid(Diagnostic::error("share.unknown_with").at(at));
    let with = match (&wanted.user, &wanted.team) {
        (Some(user), None) => With::User(Uuid::parse_str(user).map_err(|_| unknown("/user"))?),
        (None, Some(team)) => With::Team(Uuid::parse_str(team).map_err(|_| unknown("/team"))?),
        _ => return Err(invalid(Diagnostic::error("share.with_one"))),
    };
    let level = Level::of(&wanted.level)
        .ok_or_else(|| invalid(Diagnostic::error("share.unknown_level").with("found", &wanted.level).at("/level")))?;
    let share = records::share(&ctx, &entity, identity(&id)?, with, level).await?;
    Ok((StatusCode::CREATED, axum::Json(share)).into_response())
}

/// `DELETE /records/{entity}/{id}/shares/{share}`.
pub(crate) async fn unshare(
    Signed { ctx, .. }: Signed,
    Path((entity, id, share)): Path<(String, String, String)>,
) -> Result<StatusCode, Failure> {
    records::unshare(&ctx, &entity, identity(&id)?, identity(&share)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A record's identity from an address: what is none cannot exist.
fn identity(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(text).map_err(|_| not_found("record.unknown"))
}

/// The version a change was made from: in the body, or in `If-Match`; in both it must be the same.
fn version(headers: &HeaderMap, in_body: Option<Value>) -> Result<Option<i64>, Failure> {
    let wrong = |code| Failure::from(Error::Malformed(vec![Diagnostic::error(code).at("/version")]));
    let malformed = || wrong("record.version_form");
    let in_body = in_body.map(|value| value.as_i64().ok_or_else(malformed)).transpose()?;
    let in_header = headers.get(header::IF_MATCH).map(|value| {
        let text = value.to_str().map_err(|_| malformed())?.trim().trim_start_matches("W/").trim_matches('"');
        text.parse::<i64>().map_err(|_| malformed())
    });
    match (in_body, in_header.transpose()?) {
        (Some(one), Some(other)) if one != other => Err(wrong("record.versions_differ")),
        (one, other) => Ok(one.or(other)),
    }
}

fn record(status: StatusCode, version: i64, json: String) -> Response {
    let mut response = json_text(status, json);
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// An answer whose JSON text is written already.
pub(crate) fn json_text(status: StatusCode, json: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], json).into_response()
}

/// A page as the engine wrote its records, without parsing them again.
fn page(list: &List) -> Response {
    let length = list.page.items.iter().map(|item| item.len() + 1).sum::<usize>();
    let mut text = String::with_capacity(length + 128);
    text.push_str("{\"items\":[");
    for (at, item) in list.page.items.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(item);
    }
    text.push_str("],\"next_cursor\":");
    text.push_str(&serde_json::to_string(&list.page.next_cursor).unwrap_or_else(|_| "null".to_owned()));
    text.push_str(",\"count\":");
    match list.count {
        Some(count) => text.push_str(&count.to_string()),
        None => text.push_str("null"),
    }
    if let Some(as_of) = list.as_of {
        text.push_str(",\"as_of\":");
        text.push_str(&Value::from(as_of.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()).to_string());
    }
    text.push('}');
    json_text(StatusCode::OK, text)
}
