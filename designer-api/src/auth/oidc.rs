//! The company's own sign-in.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::Engine;
use engine::identity::{self, Arrival, Oidc};
use serde::Deserialize;
use serde_json::json;

use crate::extract::{Json, Signed, WhoAmI};
use crate::guard::{is_secure, session_cookie_header};
use crate::problem::{Failure, code_of};

/// Name of the cookie with the sealed note, over https and over bare http.
const COOKIES: [&str; 2] = ["__Host-verstak_oidc", "verstak_oidc"];

/// `GET /auth/methods`.
pub(crate) async fn methods(State(engine): State<Engine>) -> Result<Response, Failure> {
    let label = identity::oidc_label(&engine).await?;
    Ok(axum::Json(json!({"oidc": label.map(|label| json!({"label": label}))})).into_response())
}

/// Where to go afterwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Departure {
    #[serde(default)]
    next: String,
}

/// `POST /auth/oidc`.
pub(crate) async fn depart(State(engine): State<Engine>, Json(body): Json<Departure>) -> Result<Response, Failure> {
    let departure = identity::depart(&engine, None, &body.next).await?;
    Ok(sent_away(&engine, &departure))
}

/// `POST /auth/oidc/link`.
pub(crate) async fn link(
    State(engine): State<Engine>,
    signed: Signed,
    Json(body): Json<Departure>,
) -> Result<Response, Failure> {
    let departure = identity::depart(&engine, Some(&signed.ctx), &body.next).await?;
    Ok(sent_away(&engine, &departure))
}

/// `GET /auth/oidc/link`.
pub(crate) async fn linked(signed: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(json!({"linked": identity::oidc_link(&signed.ctx).await?})).into_response())
}

/// `DELETE /auth/oidc/link`.
pub(crate) async fn unlink(signed: Signed) -> Result<StatusCode, Failure> {
    identity::oidc_unlink(&signed.ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /auth/oidc/callback`: where the company's sign-in sends browsers back to.
pub(crate) async fn arrive(
    State(engine): State<Engine>,
    who: WhoAmI,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let given = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let note = note(&engine, &headers).unwrap_or_default();
    let arrival = identity::arrive(&engine, &note, &given("state"), &given("code"), who.user, who.client()).await;
    let (place, session) = match arrival {
        Ok(Arrival::SignedIn(login, next)) => (next, Some(session_cookie_header(&engine, &login.session))),
        Ok(Arrival::Linked(next)) => (next, None),
        // A person looks at this, who gets a page and no problem document.
        Err(error) => (format!("/login?problem={}", code_of(&error)), None),
    };
    if let (Some(_), Some(old)) = (&session, &who.session) {
        // The old session is over either way; a failure to end it is the sweeper's to mend.
        drop(identity::logout(&engine, old).await);
    }
    let mut response = StatusCode::SEE_OTHER.into_response();
    let out = response.headers_mut();
    out.insert(header::LOCATION, HeaderValue::from_str(&place).unwrap_or(HeaderValue::from_static("/")));
    out.append(header::SET_COOKIE, note_cookie(&engine, ""));
    if let Some(session) = session {
        out.append(header::SET_COOKIE, session);
    }
    response
}

/// `GET /settings/oidc`.
pub(crate) async fn get(signed: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(json!({"oidc": identity::oidc(&signed.ctx).await?})).into_response())
}

/// `PUT /settings/oidc`.
pub(crate) async fn put(signed: Signed, Json(body): Json<Oidc>) -> Result<Response, Failure> {
    Ok(axum::Json(json!({"oidc": identity::set_oidc(&signed.ctx, Some(body)).await?})).into_response())
}

/// `DELETE /settings/oidc`.
pub(crate) async fn remove(signed: Signed) -> Result<StatusCode, Failure> {
    identity::set_oidc(&signed.ctx, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn sent_away(engine: &Engine, departure: &identity::Departure) -> Response {
    let cookie = note_cookie(engine, &departure.note);
    ([(header::SET_COOKIE, cookie)], axum::Json(json!({"url": departure.url}))).into_response()
}

fn name(engine: &Engine) -> &'static str {
    if is_secure(engine) { COOKIES[0] } else { COOKIES[1] }
}

fn note(engine: &Engine, headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name(engine)).map(|(_, value)| value.to_owned())
}

/// The `Set-Cookie` of a note; an empty one takes it away.
fn note_cookie(engine: &Engine, note: &str) -> HeaderValue {
    let more = if is_secure(engine) { "; Secure" } else { "" };
    let age = if note.is_empty() { 0 } else { 600 };
    HeaderValue::from_str(&format!("{}={note}; Path=/; HttpOnly; SameSite=Lax{more}; Max-Age={age}", name(engine)))
        .expect("base64 fits into a header")
}
