//! Signing in and out, one's own account, tokens.

pub(crate) mod factor;
pub(crate) mod oidc;
pub(crate) mod settings;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::identity::{self, Choices, Login, Proof};
use engine::{Engine, Locale};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::extract::{Json, Signed, WhoAmI};
use crate::guard::session_cookie_header;
use crate::problem::{Failure, malformed, not_found};

/// Address and password, and a code of the second factor when the answer asked for one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    email: String,
    password: String,
    code: Option<String>,
}

/// `POST /auth/login`.
pub(crate) async fn login(
    State(engine): State<Engine>,
    who: WhoAmI,
    Json(body): Json<Credentials>,
) -> Result<Response, Failure> {
    let proof = Proof { email: &body.email, password: &body.password, code: body.code.as_deref() };
    let login = identity::login(&engine, &proof, who.client()).await?;
    signed_in(&engine, &who, &login).await
}

/// The one-time link's token and the first administrator's credentials.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct First {
    link_token: String,
    email: String,
    password: String,
}

/// `POST /auth/first`.
pub(crate) async fn first(
    State(engine): State<Engine>,
    who: WhoAmI,
    Json(body): Json<First>,
) -> Result<Response, Failure> {
    let login = identity::first(&engine, &body.link_token, &body.email, &body.password, who.client()).await?;
    signed_in(&engine, &who, &login).await
}

/// Whether to leave every session or this one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Logout {
    #[serde(default)]
    everywhere: bool,
}

/// `POST /auth/logout`.
pub(crate) async fn logout(
    State(engine): State<Engine>,
    signed: Signed,
    Json(body): Json<Logout>,
) -> Result<Response, Failure> {
    if body.everywhere {
        identity::logout_everywhere(&signed.ctx).await?;
    } else if let Some(session) = &signed.session {
        identity::logout(&engine, session).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, session_cookie_header(&engine, ""))]).into_response())
}

/// `GET /auth/me`.
pub(crate) async fn me(signed: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(json!({"user": identity::me(&signed.ctx).await?})).into_response())
}

/// What people change about themselves.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Me {
    language: Option<String>,
    time_zone: Option<String>,
}

/// `PATCH /auth/me`.
pub(crate) async fn change_me(signed: Signed, Json(body): Json<Me>) -> Result<Response, Failure> {
    let locale = match body.language.as_deref() {
        None => None,
        Some("en") => Some(Locale::En),
        Some("ru") => Some(Locale::Ru),
        Some(other) => return Err(malformed(crate::extract::list::wrong("/language", "`en` or `ru`", other))),
    };
    identity::choose(&signed.ctx, Choices { locale, time_zone: body.time_zone }).await?;
    me(signed).await
}

/// The old and the new password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Passwords {
    old: String,
    new: String,
}

/// `POST /auth/password`.
pub(crate) async fn change_password(signed: Signed, Json(body): Json<Passwords>) -> Result<StatusCode, Failure> {
    identity::change_password(&signed.ctx, signed.session.as_deref(), &body.old, &body.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /auth/sessions`.
pub(crate) async fn sessions(signed: Signed) -> Result<Response, Failure> {
    let items = identity::sessions(&signed.ctx, signed.session.as_deref()).await?;
    Ok(axum::Json(json!({"items": items})).into_response())
}

/// `DELETE /auth/sessions`.
pub(crate) async fn end_other_sessions(signed: Signed) -> Result<StatusCode, Failure> {
    identity::end_other_sessions(&signed.ctx, signed.session.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password, once more.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    password: String,
}

/// `POST /auth/confirm`.
pub(crate) async fn confirm(
    signed: Signed,
    who: WhoAmI,
    Json(body): Json<Confirmation>,
) -> Result<StatusCode, Failure> {
    // A program has no session that could have been left open.
    if let Some(session) = &signed.session {
        identity::confirm_session(&signed.ctx, session, &body.password, who.client()).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /auth/tokens`.
pub(crate) async fn tokens(signed: Signed) -> Result<Response, Failure> {
    Ok(axum::Json(json!({"items": identity::tokens(&signed.ctx).await?})).into_response())
}

/// A token's name and life.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    name: String,
    expires_in_days: Option<u32>,
}

/// `POST /auth/tokens`.
pub(crate) async fn create_token(signed: Signed, Json(body): Json<NewToken>) -> Result<Response, Failure> {
    let token = identity::create_token(&signed.ctx, &body.name, body.expires_in_days).await?;
    Ok((StatusCode::CREATED, axum::Json(json!({"token": token}))).into_response())
}

/// `DELETE /auth/sessions/{id}`.
pub(crate) async fn end_session(signed: Signed, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    let id = Uuid::parse_str(&id).map_err(|_| not_found("auth.unknown_session"))?;
    identity::end_session(&signed.ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /auth/tokens/{id}`.
pub(crate) async fn revoke_token(signed: Signed, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    let id = Uuid::parse_str(&id).map_err(|_| not_found("token.unknown"))?;
    identity::revoke_token(&signed.ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers with the cookie of a new session; the one the browser had until now is over.
async fn signed_in(engine: &Engine, who: &WhoAmI, login: &Login) -> Result<Response, Failure> {
    if let Some(old) = &who.session {
        identity::logout(engine, old).await?;
    }
    let body: Value = json!({"user": login.user});
    Ok(([(header::SET_COOKIE, session_cookie_header(engine, &login.session))], axum::Json(body)).into_response())
}
