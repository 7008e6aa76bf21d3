//! What every request passes: who asks, whether a browser was tricked into asking, headers, and the body of a failure.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::diagnostic::Diagnostic;
use engine::identity::{self, Authenticated};
use engine::{Engine, Error, Locale};

use crate::problem::{self, Failure};

/// Name of the session cookie over https, where browsers enforce what the prefix promises.
const SECURE_COOKIE: &str = "__Host-verstak_session";
/// Name of the session cookie over bare http.
const PLAIN_COOKIE: &str = "verstak_session";

/// Who asks, found before any handler runs.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) authenticated: Option<Authenticated>,
    pub(crate) session: Option<String>,
    pub(crate) locale: Locale,
}

/// Identifies the caller, refuses forged requests, and turns failures into problem documents.
pub(crate) async fn guard(State(engine): State<Engine>, mut request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let (locale, response) = match identify(&engine, request.method().clone(), &headers).await {
        Ok(caller) => {
            let locale = caller.locale;
            request.extensions_mut().insert(caller);
            (locale, next.run(request).await)
        }
        Err(failure) => (accepted_language(&headers), failure.into_response()),
    };
    let mut response = match response.extensions().get::<Failure>() {
        Some(failure) => problem::render(&failure.clone(), locale),
        None => response,
    };
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn identify(engine: &Engine, method: Method, headers: &HeaderMap) -> Result<Caller, Failure> {
    let mut caller = Caller { authenticated: None, session: None, locale: accepted_language(headers) };
    if let Some(token) = bearer(headers) {
        let Some(authenticated) = identity::authenticate_token(engine, token).await? else {
            return Err(Error::Unauthenticated(Diagnostic::error("auth.invalid_token")).into());
        };
        caller.locale = authenticated.locale.unwrap_or(caller.locale);
        caller.authenticated = Some(authenticated);
    } else if let Some(session) = session_cookie(headers) {
        if let Some(authenticated) = identity::authenticate_session(engine, &session).await? {
            caller.locale = authenticated.locale.unwrap_or(caller.locale);
            caller.authenticated = Some(authenticated);
            caller.session = Some(session);
        }
        if !is_safe(&method) && is_foreign(engine, headers) {
            return Err(Error::Forbidden(Diagnostic::error("auth.foreign_origin")).into());
        }
    }
    Ok(caller)
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a page of another site made the browser send this: the browser says so itself, and a form of another site
/// cannot add our header.
fn is_foreign(engine: &Engine, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => false,
        Some(_) => true,
        None => match text("origin") {
            Some(origin) => !is_own_origin(engine, origin, text("host")),
            None => text("x-verstak").is_none(),
        },
    }
}

fn is_own_origin(engine: &Engine, origin: &str, host: Option<&str>) -> bool {
    let public = engine.config().public_url.as_deref().map(|url| url.trim_end_matches('/'));
    public == Some(origin) || origin.split_once("://").map(|(_, rest)| rest) == host
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn session_cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == SECURE_COOKIE || *name == PLAIN_COOKIE)
        .map(|(_, value)| value.to_owned())
}

/// The `Set-Cookie` of a session; an empty token takes the cookie away.
pub(crate) fn session_cookie_header(engine: &Engine, token: &str) -> HeaderValue {
    let secure = engine.config().public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    let (name, more) = if secure { (SECURE_COOKIE, "; Secure") } else { (PLAIN_COOKIE, "") };
    let age = if token.is_empty() { "; Max-Age=0" } else { "; Max-Age=2592000" };
    HeaderValue::from_str(&format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{more}{age}"))
        .expect("a token is plain letters and digits")
}

fn accepted_language(headers: &HeaderMap) -> Locale {
    let text = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let first = text.split(',').map(|part| part.trim().to_ascii_lowercase()).find_map(|part| match part.get(..2) {
        Some("ru") => Some(Locale::Ru),
        Some("en") => Some(Locale::En),
        _ => None,
    });
    first.unwrap_or_default()
}
