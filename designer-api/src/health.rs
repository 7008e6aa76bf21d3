//! Alive, ready, and figures for Prometheus.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::{Engine, identity};

/// Upper bounds of the duration buckets, in milliseconds.
const BOUNDS: [u64; 9] = [1, 2, 5, 10, 25, 50, 100, 500, 2_000];
static BUCKETS: [AtomicU64; 10] = [const { AtomicU64::new(0) }; 10];
static CLASSES: [AtomicU64; 6] = [const { AtomicU64::new(0) }; 6];
static MICROSECONDS: AtomicU64 = AtomicU64::new(0);

/// `GET /healthz`: the process runs.
pub(crate) async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: the database answers too.
pub(crate) async fn ready(State(engine): State<Engine>) -> Response {
    match engine.ping().await {
        Ok(()) => "ok".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response(),
    }
}

/// Counts a request by class of status and by duration.
pub(crate) async fn measure(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let response = next.run(request).await;
    let elapsed = start.elapsed();
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let bucket = BOUNDS.iter().position(|bound| milliseconds <= *bound).unwrap_or(BOUNDS.len());
    BUCKETS[bucket].fetch_add(1, Ordering::Relaxed);
    CLASSES[usize::from(response.status().as_u16() / 100).min(5)].fetch_add(1, Ordering::Relaxed);
    MICROSECONDS.fetch_add(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    response
}

/// `GET /metrics`: for programs on this machine, and for bearers of an administrator's token.
pub(crate) async fn metrics(State(engine): State<Engine>, headers: HeaderMap, request: Request) -> Response {
    let local =
        request.extensions().get::<ConnectInfo<std::net::SocketAddr>>().is_some_and(|info| info.0.ip().is_loopback())
            && !headers.contains_key("x-forwarded-for");
    if !local && !bears_administrators_token(&engine, &headers).await {
        return StatusCode::NOT_FOUND.into_response();
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], figures(&engine)).into_response()
}

async fn bears_administrators_token(engine: &Engine, headers: &HeaderMap) -> bool {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let Some(token) = token else { return false };
    match identity::authenticate_token(engine, token).await {
        Ok(Some(who)) => engine.context_of(&who, engine::Locale::En).access.rights().administer,
        _ => false,
    }
}

fn figures(engine: &Engine) -> String {
    let mut text = String::from("# TYPE verstak_http_requests_total counter\n");
    for (class, count) in CLASSES.iter().enumerate().skip(1) {
        text += &format!("verstak_http_requests_total{{status=\"{class}xx\"}} {}\n", count.load(Ordering::Relaxed));
    }
    text += "# TYPE verstak_http_request_duration_seconds histogram\n";
    let mut total = 0;
    for (at, bucket) in BUCKETS.iter().enumerate() {
        total += bucket.load(Ordering::Relaxed);
        let bound = BOUNDS.get(at).map_or("+Inf".to_owned(), |bound| (*bound as f64 / 1000.0).to_string());
        text += &format!("verstak_http_request_duration_seconds_bucket{{le=\"{bound}\"}} {total}\n");
    }
    let seconds = MICROSECONDS.load(Ordering::Relaxed) as f64 / 1e6;
    text += &format!(
        "verstak_http_request_duration_seconds_sum {seconds}\nverstak_http_request_duration_seconds_count {total}\n"
    );
    text += &format!("# TYPE verstak_revision gauge\nverstak_revision {}\n", engine.catalog().revision);
    text
}
