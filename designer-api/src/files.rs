//! Files in and out.

use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::diagnostic::Diagnostic;
use engine::{Error, files};
use uuid::Uuid;

use crate::extract::Signed;
use crate::problem::{Failure, malformed, not_found};

/// `POST /files`: one part that is a file.
pub(crate) async fn store(Signed { ctx, .. }: Signed, Form(mut parts): Form) -> Result<Response, Failure> {
    while let Some(part) = next(&mut parts).await? {
        let Some(name) = part.file_name().map(plain_name) else { continue };
        let content = part.bytes().await.map_err(upload)?;
        let info = files::store(&ctx, &name, &content).await?;
        return Ok((StatusCode::CREATED, axum::Json(info)).into_response());
    }
    Err(malformed(Diagnostic::error("file.missing_part")))
}

/// `GET /files/{id}`: always a download, never something the browser would run.
pub(crate) async fn fetch(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = Uuid::parse_str(&id).map_err(|_| not_found("file.unknown"))?;
    let (info, content) = files::fetch(&ctx, id).await?;
    let mut response = Body::from(content).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(&info.kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::CONTENT_DISPOSITION, disposition(&info.kind, &info.name));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Pictures may be shown in a page; everything else is saved to disk.
pub(crate) fn disposition(kind: &str, name: &str) -> HeaderValue {
    let shown = matches!(kind, "image/png" | "image/jpeg" | "image/gif" | "image/webp");
    let way = if shown { "inline" } else { "attachment" };
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => (byte as char).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    HeaderValue::from_str(&format!("{way}; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

/// A form of several parts; anything else is refused as every malformed request is.
pub(crate) struct Form(pub(crate) Multipart);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let parts = Multipart::from_request(request, state).await;
        parts.map(Self).map_err(|error| malformed(Diagnostic::error("request.not_a_form").with("found", error)))
    }
}

/// The name of a file as its sender wrote it: browsers escape what would end the name too early.
pub(crate) fn plain_name(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "").replace("%0A", " ")
}

/// The next part of a form.
pub(crate) async fn next(parts: &mut Multipart) -> Result<Option<axum::extract::multipart::Field<'_>>, Failure> {
    parts.next_field().await.map_err(upload)
}

/// A broken upload: too large, or no form at all.
#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
pub(crate) fn upload(error: axum::extract::multipart::MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge(Diagnostic::error("request.too_large")).into(),
        _ => malformed(Diagnostic::error("request.not_a_form").with("found", error.body_text())),
    }
}
