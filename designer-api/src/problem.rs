//! Every failure as `application/problem+json` (RFC 9457), in the caller's language. The only place with status codes of
//! failures.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::diagnostic::{Diagnostic, Place, Position};
use engine::{Config, Error, Locale};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::messages;

/// A failure on its way out; the guard writes its body, because the guard knows the caller's language.
#[derive(Debug, Clone)]
pub(crate) struct Failure(Arc<Error>);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Arc::new(error.into()))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = situation(&self.0).0.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Failure {
    /// A failure that several answers share.
    pub(crate) fn shared(error: Arc<Error>) -> Self {
        Self(error)
    }
}

/// One failure among answers that are sound: what its problem document would say.
pub(crate) fn among(error: &Error, locale: Locale) -> serde_json::Value {
    let (status, code) = situation(error);
    if status.is_server_error() {
        tracing::error!(error = error as &dyn std::error::Error, problem.code = code, "part of a request failed");
    }
    let diagnostics = diagnostics(error);
    let detail = match diagnostics {
        [only] => messages::say(locale, only),
        _ => messages::text(locale, code, &BTreeMap::from([("count", diagnostics.len().to_string())])),
    };
    let errors: Vec<Item<'_>> = diagnostics.iter().map(|diagnostic| Item::new(locale, diagnostic)).collect();
    serde_json::json!({"status": status.as_u16(), "code": code, "detail": detail, "errors": errors})
}

/// A mistake in the request itself.
pub(crate) fn malformed(diagnostic: Diagnostic) -> Failure {
    Error::Malformed(vec![diagnostic]).into()
}

/// Something that does not exist as far as the caller may know.
pub(crate) fn not_found(code: &'static str) -> Failure {
    Error::NotFound(Diagnostic::error(code)).into()
}

/// The code of a failure that is told by other means than a problem document.
pub(crate) fn code_of(error: &Error) -> &'static str {
    let (status, code) = situation(error);
    if status.is_server_error() {
        tracing::error!(error = error as &dyn std::error::Error, problem.code = code, "request failed");
    }
    code
}

/// Marks an answer whose status says what a script meant it to say, so that its body stays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meant;

/// What a refusal of the framework itself says, before any handler ran: an address or a form that cannot be read.
pub(crate) fn unreadable(status: StatusCode) -> Option<Failure> {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Some(Error::TooLarge(Diagnostic::error("request.too_large")).into()),
        status if status.is_server_error() => Some(Error::Internal("handler panicked".to_owned(), None).into()),
        status if status.is_client_error() => Some(malformed(Diagnostic::error("request.unreadable"))),
        _ => None,
    }
}

/// The body of a problem.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    code: &'a str,
    errors: Vec<Item<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_version: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<&'a RawValue>,
}

/// One mistake on the wire.
#[derive(Serialize)]
pub(crate) struct Item<'a> {
    pub(crate) path: &'a str,
    pub(crate) code: &'a str,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<u32>,
}

impl<'a> Item<'a> {
    pub(crate) fn new(locale: Locale, diagnostic: &'a Diagnostic) -> Self {
        let Place { document, pointer, position, .. } = &diagnostic.place;
        Self {
            path: pointer,
            code: diagnostic.code,
            message: messages::say(locale, diagnostic),
            document: document.as_deref(),
            line: position.map(|Position { line, .. }| line),
            column: position.map(|Position { column, .. }| column),
        }
    }
}

/// Writes the problem document of a failure in a language.
pub(crate) fn render(failure: &Failure, locale: Locale, config: &Config) -> Response {
    let error = &*failure.0;
    let (status, code) = situation(error);
    if status.is_server_error() {
        tracing::error!(error = error as &dyn std::error::Error, problem.code = code, "request failed");
    }
    let diagnostics = diagnostics(error);
    let stale = match error {
        Error::StaleVersion { current, fields, record } => Some((*current, fields, record)),
        _ => None,
    };
    let mut arguments = BTreeMap::new();
    if let [only] = diagnostics {
        arguments.clone_from(&only.arguments);
    }
    if let Error::TooManyAttempts { retry_after } = error {
        arguments.insert("seconds", retry_after.to_string());
    }
    if let Error::Deadline = error {
        arguments.insert("seconds", config.deadline().as_secs().to_string());
    }
    arguments.insert("count", diagnostics.len().to_string());
    let detail = match diagnostics {
        [only] => messages::say(locale, only),
        _ => messages::text(locale, code, &arguments),
    };
    let mut errors: Vec<Item<'_>> = diagnostics.iter().map(|diagnostic| Item::new(locale, diagnostic)).collect();
    let paths: Vec<String> =
        stale.iter().flat_map(|(_, fields, _)| fields.iter().map(|field| format!("/{field}"))).collect();
    errors.extend(paths.iter().map(|path| Item {
        path,
        code: "record.changed_meanwhile",
        message: messages::text(locale, "record.changed_meanwhile", &BTreeMap::new()),
        document: None,
        line: None,
        column: None,
    }));
    let body = Body {
        kind: format!("urn:verstak:problem:{code}"),
        title: messages::text(locale, &format!("title.{}", status.as_u16()), &BTreeMap::new()),
        status: status.as_u16(),
        detail,
        code,
        errors,
        current_version: stale.map(|(current, ..)| current),
        current: stale.and_then(|(_, _, record)| serde_json::from_str::<&RawValue>(record).ok()),
    };
    let text = serde_json::to_string(&body).expect("a problem is always JSON");
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = retry_after(error) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Status and code of a failure.
fn situation(error: &Error) -> (StatusCode, &'static str) {
    let only = |diagnostics: &[Diagnostic], many| match diagnostics {
        [only] => only.code,
        _ => many,
    };
    match error {
        Error::Settings(diagnostic) => (StatusCode::INTERNAL_SERVER_ERROR, diagnostic.code),
        Error::Malformed(diagnostics) => (StatusCode::BAD_REQUEST, only(diagnostics, "request.malformed")),
        Error::Unauthenticated(diagnostic) => (StatusCode::UNAUTHORIZED, diagnostic.code),
        Error::Forbidden(diagnostic) => (StatusCode::FORBIDDEN, diagnostic.code),
        Error::NotFound(diagnostic) if diagnostic.code == "request.method" => {
            (StatusCode::METHOD_NOT_ALLOWED, diagnostic.code)
        }
        Error::NotFound(diagnostic) => (StatusCode::NOT_FOUND, diagnostic.code),
        Error::StaleVersion { .. } => (StatusCode::CONFLICT, "record.stale_version"),
        Error::Conflict(diagnostics) => (StatusCode::CONFLICT, only(diagnostics, "request.conflict")),
        Error::TooLarge(diagnostic) => (StatusCode::PAYLOAD_TOO_LARGE, diagnostic.code),
        Error::Invalid(diagnostics) => (StatusCode::UNPROCESSABLE_ENTITY, only(diagnostics, "request.invalid")),
        Error::VersionRequired(diagnostic) => (StatusCode::PRECONDITION_REQUIRED, diagnostic.code),
        Error::TooManyAttempts { .. } => (StatusCode::TOO_MANY_REQUESTS, "auth.too_many_attempts"),
        Error::Deadline => (StatusCode::SERVICE_UNAVAILABLE, "server.deadline"),
        // Others were in the way each time it was tried.
        Error::Storage(source) if source.is_contended() => (StatusCode::SERVICE_UNAVAILABLE, "server.busy"),
        Error::Storage(source) if source.is_unreachable() => {
            (StatusCode::SERVICE_UNAVAILABLE, "server.database_unreachable")
        }
        Error::Storage(_) | Error::Internal(..) => (StatusCode::INTERNAL_SERVER_ERROR, "server.failure"),
    }
}

fn diagnostics(error: &Error) -> &[Diagnostic] {
    match error {
        Error::Malformed(diagnostics) | Error::Conflict(diagnostics) | Error::Invalid(diagnostics) => diagnostics,
        Error::Unauthenticated(diagnostic)
        | Error::Forbidden(diagnostic)
        | Error::NotFound(diagnostic)
        | Error::TooLarge(diagnostic)
        | Error::VersionRequired(diagnostic) => std::slice::from_ref(diagnostic),
        _ => &[],
    }
}

fn retry_after(error: &Error) -> Option<u64> {
    match error {
        Error::TooManyAttempts { retry_after } => Some(*retry_after),
        Error::Deadline => Some(1),
        Error::Storage(source) if source.is_contended() => Some(1),
        Error::Storage(source) if source.is_unreachable() => Some(5),
        _ => None,
    }
}
