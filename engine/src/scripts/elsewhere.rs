//! What a script asks of hosts of elsewhere: those that its document names, by the one client for all such requests.

use std::time::Duration;

use diagnostic::Diagnostic;
use serde_json::{Map, Value as Json, json};

use crate::outbound::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use crate::outbound::{self, Method, Refused, Request, Url};
use crate::{Context, Error};

/// Longest wait for one answer, well within the time of what a person waits for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Headers that say where a request goes and how it is sent, which is not for scripts to say: a host that is allowed could
/// be asked for another one behind the same address.
const FIXED: &[&str] = &["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"];

/// What a run may ask of elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Egress {
    /// Anything of the hosts that the document names.
    Any,
    /// What changes nothing there.
    Reads,
    /// Nothing, for the reason of this code.
    Nothing(&'static str),
}

/// Asks for the script of a name: `method`, `url`, `query`, `headers`, `body`; gives `status`, `headers` and `body`.
pub(super) async fn ask(ctx: &Context, script: &str, egress: Egress, asked: &Json) -> Result<Json, Error> {
    if let Egress::Nothing(code) = egress {
        return Err(Error::Invalid(vec![Diagnostic::error(code)]));
    }
    let request = request(asked).map_err(|mistake| Error::Invalid(vec![mistake]))?;
    let host = request.url().host_str().unwrap_or_default().to_owned();
    let refuse = |code: &'static str| Diagnostic::error(code).with("host", &host);
    if ctx.catalog().scripts.named(script).is_none_or(|script| !script.hosts.contains(&host)) {
        return Err(Error::Forbidden(refuse("script.http_host")));
    }
    if egress == Egress::Reads && !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Error::Forbidden(refuse("script.http_reads")));
    }
    let longest = scripting::Limits::default().text;
    let answer = outbound::ask(&ctx.engine, request).await.map_err(|refused| {
        tracing::info!(host, error = &refused as &dyn std::error::Error, "a script got no answer from elsewhere");
        match refused {
            Refused::Closed => Error::Forbidden(refuse("script.http_in_trial")),
            Refused::Forbidden => Error::Forbidden(refuse("script.http_forbidden")),
            Refused::TooLong => Error::Invalid(vec![refuse("script.http_too_long").with("max", longest)]),
            Refused::Failed(_) => Error::Invalid(vec![refuse("script.http_no_answer")]),
        }
    })?;
    if answer.body.len() > longest {
        return Err(Error::Invalid(vec![refuse("script.http_too_long").with("max", longest)]));
    }
    let headers = answer.headers.iter().filter_map(|(name, value)| {
        let text = value.to_str().ok()?;
        Some((name.as_str().to_owned(), Json::from(text)))
    });
    let headers: Map<String, Json> = headers.collect();
    Ok(json!({"status": answer.status, "headers": headers, "body": String::from_utf8_lossy(&answer.body)}))
}

fn malformed(name: &str, found: &Json) -> Diagnostic {
    Diagnostic::error("script.http_malformed").with("name", name).with("found", found)
}

/// Makes the request that a script describes.
fn request(asked: &Json) -> Result<Request, Diagnostic> {
    let nothing = Map::new();
    let asked = asked.as_object().ok_or_else(|| malformed("request", asked))?;
    let known = ["method", "url", "query", "headers", "body"];
    if let Some((name, value)) = asked.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        return Err(malformed(name, value));
    }
    let part = |name: &str| asked.get(name).filter(|value| !value.is_null());
    let parts = |name: &str| match part(name) {
        None => Ok(&nothing),
        Some(value) => value.as_object().ok_or_else(|| malformed(name, value)),
    };
    let url = part("url").unwrap_or(&Json::Null);
    let mut address: Url = url.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| malformed("url", url))?;
    if !address.username().is_empty() || address.password().is_some() {
        return Err(malformed("url", &Json::from("…@…")));
    }
    for (name, value) in parts("query")? {
        let value = plain(value).ok_or_else(|| malformed("query", value))?;
        address.query_pairs_mut().append_pair(name, &value);
    }
    let method = match part("method") {
        None => Method::GET,
        Some(method) => match method.as_str() {
            Some("GET") => Method::GET,
            Some("HEAD") => Method::HEAD,
            Some("POST") => Method::POST,
            Some("PUT") => Method::PUT,
            Some("PATCH") => Method::PATCH,
            Some("DELETE") => Method::DELETE,
            _ => return Err(malformed("method", method)),
        },
    };
    let mut request = Request::new(method, address);
    *request.timeout_mut() = Some(PATIENCE);
    if let Some(body) = part("body") {
        *request.body_mut() = Some(match body.as_str() {
            Some(text) => text.to_owned().into(),
            None => {
                request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                body.to_string().into()
            }
        });
    }
    put_headers(request.headers_mut(), parts("headers")?)?;
    Ok(request)
}

fn put_headers(headers: &mut HeaderMap, asked: &Map<String, Json>) -> Result<(), Diagnostic> {
    for (name, value) in asked {
        let text = plain(value).and_then(|text| HeaderValue::from_str(&text).ok());
        let named = HeaderName::from_bytes(name.as_bytes()).ok().filter(|named| !FIXED.contains(&named.as_str()));
        let (Some(named), Some(text)) = (named, text) else {
            return Err(malformed("headers", &Json::from(name.as_str())));
        };
        headers.insert(named, text);
    }
    Ok(())
}

/// A text, a number or a truth as a text.
fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_made_of_its_parts() {
        let made = request(&json!({
            "method": "POST", "url": "https://api.example.com/v1?a=1", "query": {"b": "x y", "n": 2},
            "headers": {"X-Key": "k"}, "body": {"sum": "10.5"},
        }));
        let made = made.unwrap();
        assert_eq!(made.url().as_str(), "https://api.example.com/v1?a=1&b=x+y&n=2");
        assert_eq!(made.method(), Method::POST);
        assert_eq!(made.headers()["x-key"], "k");
        assert_eq!(made.headers()["content-type"], "application/json");
        assert_eq!(made.body().unwrap().as_bytes(), Some(br#"{"sum":"10.5"}"#.as_slice()));
        let own = request(&json!({"url": "https://a.example", "body": "x", "headers": {"Content-Type": "text/plain"}}));
        assert_eq!(own.unwrap().headers()["content-type"], "text/plain");
    }

    #[test]
    fn what_is_no_request_is_told() {
        for (wrong, name) in [
            (json!("https://a.example"), "request"),
            (json!({}), "url"),
            (json!({"url": "/relative"}), "url"),
            (json!({"url": "https://user:word@a.example"}), "url"),
            (json!({"url": "https://a.example", "methd": "GET"}), "methd"),
            (json!({"url": "https://a.example", "method": "CONNECT"}), "method"),
            (json!({"url": "https://a.example", "query": {"a": [1]}}), "query"),
            (json!({"url": "https://a.example", "headers": {"Host": "b.example"}}), "headers"),
            (json!({"url": "https://a.example", "headers": {"x": "a\r\nHost: b"}}), "headers"),
            (json!({"url": "https://a.example", "headers": ["x"]}), "headers"),
        ] {
            let mistake = request(&wrong).expect_err(&wrong.to_string());
            assert_eq!(mistake.code, "script.http_malformed", "{wrong}");
            assert!(mistake.to_string().contains(name), "{wrong}: {mistake}");
        }
    }
}
