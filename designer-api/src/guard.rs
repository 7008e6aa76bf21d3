//! What every request passes: who asks, whether a browser was tricked into asking, headers, and the body of a failure.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::diagnostic::Diagnostic;
use engine::identity::{self, Authenticated};
use engine::{Engine, Error, Locale, Origin};

use crate::problem::{self, Failure, Meant};

/// Name of the session cookie over https, where browsers enforce what the prefix promises.
const SECURE_COOKIE: &str = "__Host-verstak_session";
/// Name of the session cookie over bare http.
const PLAIN_COOKIE: &str = "verstak_session";

/// Who asks, found before any handler runs.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) authenticated: Option<Authenticated>,
    pub(crate) session: Option<String>,
    /// The API token, when the caller came by one.
    pub(crate) token: Option<String>,
    /// Network address of the client.
    pub(crate) address: String,
    pub(crate) locale: Locale,
    /// The cookie of a session that goes on with another token.
    renewed: Option<HeaderValue>,
}

impl Caller {
    fn of(locale: Locale, address: String) -> Self {
        Self { authenticated: None, session: None, token: None, address, locale, renewed: None }
    }

    /// Where the request came from.
    pub(crate) fn origin(&self) -> Origin {
        let known = self.authenticated.as_ref().and_then(|who| who.session.as_ref());
        Origin { address: Some(self.address.as_str().into()), confirmed_at: known.map(|session| session.confirmed_at) }
    }
}

/// What somebody may do who must set up a second factor before anything else.
const BEFORE_FACTOR: [&str; 9] = [
    "/auth/me",
    "/auth/logout",
    "/auth/confirm",
    "/auth/factor",
    "/auth/factor/confirm",
    "/auth/login",
    "/auth/methods",
    "/auth/oidc",
    "/auth/oidc/callback",
];

/// Identifies the caller, refuses forged requests, and turns failures into problem documents.
pub(crate) async fn guard(State(engine): State<Engine>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (locale, renewed, response) = match identify(&engine, &parts).await {
        Ok(mut caller) => {
            let (locale, renewed) = (caller.locale, caller.renewed.take());
            parts.extensions.insert(caller);
            (locale, renewed, next.run(Request::from_parts(parts, body)).await)
        }
        Err(failure) => (accepted_language(&parts.headers), None, failure.into_response()),
    };
    let is_meant = response.extensions().get::<Meant>().is_some();
    let unreadable = || if is_meant { None } else { problem::unreadable(response.status()) };
    let failure = response.extensions().get::<Failure>().cloned().or_else(unreadable);
    let mut response = match failure {
        Some(failure) => problem::render(&failure, locale, engine.config()),
        None => response,
    };
    // A handler that gives the session another token, or ends it, has the last word.
    if let Some(cookie) = renewed {
        response.headers_mut().entry(header::SET_COOKIE).or_insert(cookie);
    }
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn identify(engine: &Engine, parts: &Parts) -> Result<Caller, Failure> {
    let headers = &parts.headers;
    let mut caller = Caller::of(accepted_language(headers), address(engine, parts));
    if let Some(token) = bearer(headers) {
        let Some(authenticated) = identity::authenticate_token(engine, token).await? else {
            return Err(Error::Unauthenticated(Diagnostic::error("auth.invalid_token")).into());
        };
        caller.token = Some(token.to_owned());
        admit(&mut caller, authenticated);
    } else if let Some(session) = session_cookie(engine, headers) {
        if !is_safe(&parts.method) && is_foreign(engine, headers) {
            return Err(Error::Forbidden(Diagnostic::error("auth.foreign_origin")).into());
        }
        if let Some(authenticated) = identity::authenticate_session(engine, &session).await? {
            let known = authenticated.session.as_ref();
            if known.is_some_and(|known| known.lacks_factor) && !BEFORE_FACTOR.contains(&parts.uri.path()) {
                return Err(Error::Forbidden(Diagnostic::error("auth.second_factor_setup")).into());
            }
            let fresh = match known {
                Some(known) if known.roles_changed => identity::renew_session(engine, &session).await?,
                _ => None,
            };
            caller.renewed = fresh.as_ref().map(|token| session_cookie_header(engine, token));
            caller.session = Some(fresh.unwrap_or(session));
            admit(&mut caller, authenticated);
        }
    }
    Ok(caller)
}

fn admit(caller: &mut Caller, authenticated: Authenticated) {
    caller.locale = authenticated.locale.unwrap_or(caller.locale);
    caller.authenticated = Some(authenticated);
}

/// The address of whoever sent the request: of the connection, or as one of our own proxies tells it.
fn address(engine: &Engine, parts: &Parts) -> String {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let Some(peer) = peer else { return "unknown".to_owned() };
    let proxies = &engine.config().trusted_proxies;
    let told = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let mut chain: Vec<IpAddr> = vec![peer];
    // The nearest stands last; what stands before an address that is none of ours was written by anybody.
    let hops: Vec<&str> = told.flat_map(|value| value.split(',')).map(str::trim).collect();
    for hop in hops.into_iter().rev() {
        match hop.parse::<IpAddr>() {
            Ok(address) if chain.last().is_some_and(|last| proxies.contains(last)) => {
                chain.push(address.to_canonical())
            }
            _ => break,
        }
    }
    chain.last().unwrap_or(&peer).to_string()
}

/// Tells browsers to come by https alone, where they come by https at all.
pub(crate) async fn strict_transport(State(engine): State<Engine>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if is_secure(&engine) {
        let value = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    response
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a page of another site made the browser send this: the browser says so itself, and a form of another site
/// cannot add our header.
fn is_foreign(engine: &Engine, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin") => false,
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

/// The session's cookie. Over https only the one is read whose prefix promises that no other site could have set it.
fn session_cookie(engine: &Engine, headers: &HeaderMap) -> Option<String> {
    let wanted = if is_secure(engine) { SECURE_COOKIE } else { PLAIN_COOKIE };
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value.to_owned())
}

/// Whether people reach the product over https.
pub(crate) fn is_secure(engine: &Engine) -> bool {
    engine.config().public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
}

/// The `Set-Cookie` of a session; an empty token takes the cookie away.
pub(crate) fn session_cookie_header(engine: &Engine, token: &str) -> HeaderValue {
    let (name, more) = if is_secure(engine) { (SECURE_COOKIE, "; Secure") } else { (PLAIN_COOKIE, "") };
    let age = if token.is_empty() { "; Max-Age=0" } else { "; Max-Age=7776000" };
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
