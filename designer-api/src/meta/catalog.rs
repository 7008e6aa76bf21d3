//! The published metadata as far as the caller may use it, in the caller's language.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::identity;

use crate::extract::Signed;
use crate::problem::Failure;
use crate::wire;

/// `GET /meta/catalog`.
pub(crate) async fn get(Signed { ctx, .. }: Signed, headers: HeaderMap) -> Result<Response, Failure> {
    let user = identity::me(&ctx).await?;
    let views = crate::views::usable(&ctx).await?;
    let catalog = wire::catalog::Catalog::new(&ctx, user, views);
    let text = serde_json::to_string(&catalog)
        .map_err(|error| engine::Error::Internal("catalog".to_owned(), Some(error.into())))?;
    let tag = format!("\"{}-{}\"", ctx.catalog().revision, wire::catalog::fingerprint(&text));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) == Some(tag.as_str());
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { crate::records::json_text(StatusCode::OK, text) };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}
