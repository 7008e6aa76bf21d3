//! Any bytes as a request for records, through the router as the product serves it.
//!
//! The parsers of requests are nobody's but the router's, so the whole of it is asked: what the parsers let pass is planned,
//! run and written. Nothing is changed: who asks in order to write may not.

use std::cell::LazyCell;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use engine::{Config, Engine};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::told::has_text;

const PASSWORD: &str = "correct-horse-battery";

thread_local! {
    static SERVED: LazyCell<&'static Served> = LazyCell::new(|| Box::leak(Box::new(Served::new())));
}

/// The product with the example CRM, and two people who ask it.
struct Served {
    runtime: Runtime,
    router: Router,
    /// Tokens of an administrator and of somebody who may read some of it.
    tokens: [String; 2],
    deal: String,
    _engine: Engine,
    _folder: tempfile::TempDir,
}

/// Asks one thing.
pub fn run(bytes: &[u8]) {
    let [place, rest @ ..] = bytes else { return };
    SERVED.with(|served| {
        let place = usize::from(place.wrapping_sub(b'0'));
        let token = &served.tokens[place / 8 % 2];
        let (method, address, body) = match place % 8 {
            0 => (Method::GET, format!("/api/records/deal?{}", String::from_utf8_lossy(rest)), None),
            1 => (Method::GET, format!("/api/records/deal?{}", written(rest)), None),
            2 => (Method::GET, format!("/api/records/deal/{}?{}", served.deal, written(rest)), None),
            3 => (Method::GET, format!("/api/search?{}", written(rest)), None),
            4 => (Method::POST, "/api/records/batch".to_owned(), Some(rest)),
            5 => (Method::POST, "/api/records/deal/aggregate".to_owned(), Some(rest)),
            6 => (Method::POST, "/api/records/product".to_owned(), Some(rest)),
            _ => (Method::POST, "/api/records/deal/query".to_owned(), Some(rest)),
        };
        // Only reading leaves the world as it is.
        let writes = matches!(place % 8, 4 | 6);
        served.ask(method, &address, if writes { &served.tokens[1] } else { token }, body);
    });
}

/// Writes lines of `name=value` as the query of an address.
fn written(bytes: &[u8]) -> String {
    let mut query = String::new();
    for byte in bytes {
        match byte {
            b'=' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' => query.push(char::from(*byte)),
            b'\n' => query.push('&'),
            _ => query.push_str(&format!("%{byte:02X}")),
        }
    }
    query
}

impl Served {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let config = Config {
            data: folder.path().to_owned(),
            deadline: Some(Duration::from_secs(1)),
            connections: Some(1),
            ..Config::default()
        };
        let crm = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/crm");
        let engine = runtime.block_on(async {
            let engine = Engine::open(config).await.expect("the engine opens");
            engine::identity::ensure_administrator(&engine, "admin@example.com", PASSWORD).await.expect("somebody");
            engine::solutions::install(&engine, &crm).await.expect("the example");
            engine
        });
        let router = designer_api::router(engine.clone());
        let mut served =
            Self { runtime, router, tokens: Default::default(), deal: String::new(), _engine: engine, _folder: folder };
        served.tokens[0] = served.sign_in("admin@example.com");
        let viewer = json!({"email": "viewer@example.com", "name": "V", "roles": ["viewer"], "password": PASSWORD});
        served.make("user", &viewer);
        served.tokens[1] = served.sign_in("viewer@example.com");
        let company = served.make("company", &json!({"name": "Ёж и Ко"}))["id"].clone();
        for (title, amount) in [("Поставка", json!("1250.10")), ("ёлка", json!(null))] {
            let deal = served.make("deal", &json!({"title": title, "amount": amount, "company": company}));
            served.deal = deal["id"].as_str().expect("an id").to_owned();
        }
        served
    }

    fn make(&self, entity: &str, values: &Value) -> Value {
        let body = values.to_string();
        let (status, made) = self
            .ask(Method::POST, &format!("/api/records/{entity}"), &self.tokens[0], Some(body.as_bytes()))
            .expect("a request");
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made
    }

    fn sign_in(&self, email: &str) -> String {
        let body = json!({"email": email, "password": PASSWORD}).to_string();
        let request = json_request(Method::POST, "/api/auth/login", body.as_bytes());
        let answer =
            self.runtime.block_on(self.router.clone().oneshot(request.expect("a request"))).expect("an answer");
        let cookie =
            answer.headers()[header::SET_COOKIE].to_str().expect("a text").split(';').next().map(str::to_owned);
        let mut request = json_request(Method::POST, "/api/auth/tokens", b"{\"name\": \"fuzz\"}").expect("a request");
        let headers = request.headers_mut();
        headers.insert(header::COOKIE, cookie.expect("a cookie").parse().expect("a header"));
        headers.insert("x-verstak", "1".parse().expect("a header"));
        let (status, made) = self.answer(request);
        assert!(status.is_success(), "{made}");
        made["token"].as_str().expect("a token").to_owned()
    }

    /// Asks, and looks at the answer: `None` for what is no request at all.
    fn ask(&self, method: Method, address: &str, token: &str, body: Option<&[u8]>) -> Option<(StatusCode, Value)> {
        let mut request = json_request(method, address, body.unwrap_or_default())?;
        request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().ok()?);
        let (status, answer) = self.answer(request);
        let slow = status == StatusCode::SERVICE_UNAVAILABLE && answer["code"] == "server.deadline";
        assert!(!status.is_server_error() || slow, "{status} {answer}\n{address}");
        if status.is_client_error() {
            has_text(answer["code"].as_str().expect("a refusal has its code"));
            for mistake in answer["errors"].as_array().expect("a list of mistakes") {
                has_text(mistake["code"].as_str().expect("a mistake has its code"));
                assert!(mistake["message"].as_str().is_some_and(|text| !text.is_empty()), "{mistake}");
                assert!(mistake["path"].is_string(), "{mistake}");
            }
        }
        Some((status, answer))
    }

    fn answer(&self, request: Request<Body>) -> (StatusCode, Value) {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.expect("an answer");
            let status = response.status();
            let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
            (status, serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("no JSON: {bytes:?}")))
        })
    }
}

fn json_request(method: Method, address: &str, body: &[u8]) -> Option<Request<Body>> {
    let request = Request::builder().method(method).uri(address).header(header::CONTENT_TYPE, "application/json");
    request.body(Body::from(body.to_vec())).ok()
}
