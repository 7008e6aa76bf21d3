//! Exports: a list as a file, made by a job.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::diagnostic::Diagnostic;
use engine::transfer::export::{self, ExportRequest, Format};
use engine::{Error, jobs};
use futures_util::{StreamExt, stream};
use serde_json::Value;
use uuid::Uuid;

use crate::extract::{Json, Signed, list};
use crate::files::disposition;
use crate::problem::{Failure, malformed, not_found};

/// `POST /exports`.
pub(crate) async fn start(Signed { ctx, .. }: Signed, Json(body): Json<Value>) -> Result<Response, Failure> {
    let id = export::start(&ctx, &read(body)?).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(crate::jobs::shown(&ctx, &jobs::get(&ctx, id).await?))).into_response())
}

/// `GET /exports/{id}/file`.
pub(crate) async fn file(Signed { ctx, .. }: Signed, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = Uuid::parse_str(&id).map_err(|_| not_found("export.unknown"))?;
    let made = export::file(&ctx, id).await?;
    let (engine, chunks) = (ctx.engine.clone(), made.chunks);
    let body = stream::unfold(0, move |number| {
        let engine = engine.clone();
        async move {
            if number >= chunks {
                return None;
            }
            let bytes = export::chunk(&engine, id, number).await;
            Some((bytes.map_err(std::io::Error::other), number + 1))
        }
    });
    // Compression asks once more after the end.
    let mut response = Body::from_stream(body.fuse()).into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(&made.kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::CONTENT_DISPOSITION, disposition(&made.kind, &made.name));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// A list request with the entity, the format and the guard beside.
fn read(body: Value) -> Result<ExportRequest, Failure> {
    let Value::Object(mut body) = body else {
        return Err(malformed(list::wrong("", "an object", &body.to_string())));
    };
    let mut mistakes: Vec<Diagnostic> = Vec::new();
    let entity = match body.shift_remove("entity") {
        Some(Value::String(name)) => name,
        other => {
            mistakes.push(list::wrong("/entity", "a name", &other.unwrap_or_default().to_string()));
            String::new()
        }
    };
    let format = match body.shift_remove("format") {
        Some(Value::String(word)) if Format::of(&word).is_some() => Format::of(&word),
        other => {
            mistakes.push(list::wrong("/format", "`csv` or `xlsx`", &other.unwrap_or_default().to_string()));
            None
        }
    };
    let guard = match body.shift_remove("guard") {
        None | Some(Value::Null | Value::Bool(true)) => true,
        Some(Value::Bool(false)) => false,
        Some(other) => {
            mistakes.push(list::wrong("/guard", "`true` or `false`", &other.to_string()));
            true
        }
    };
    // An export has no pages.
    mistakes
        .extend(["limit", "cursor", "count"].into_iter().filter(|name| body.contains_key(*name)).map(list::unknown));
    match format {
        Some(format) if mistakes.is_empty() => {
            Ok(ExportRequest { entity, format, guard, list: list::from_body(Value::Object(body))? })
        }
        _ => Err(Error::Malformed(mistakes).into()),
    }
}
