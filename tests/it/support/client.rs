//! A client of the HTTP interface, as a program or a browser would be.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::denied::Flight;

/// Talks to one application as one person, or as nobody.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// Status and body of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Client {
    /// Makes a client of nobody.
    pub(crate) fn new(base: &str) -> Self {
        prepare();
        let http = reqwest::Client::builder().cookie_store(true).build().expect("a client");
        Self { http, base: base.to_owned(), token: None }
    }

    /// A client of nobody that stays where it is when it is sent elsewhere.
    pub(crate) fn staying(base: &str) -> Self {
        prepare();
        let builder = reqwest::Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none());
        Self { http: builder.build().expect("a client"), base: base.to_owned(), token: None }
    }

    /// The same application, asked with an API token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(&self.base) }
    }

    /// The address of the application.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// A request that is not sent yet.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base)).header("X-Verstak", "1");
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        // Signing in takes note of what it refuses, each in its own way; its tests look at that.
        let may_write = !matches!(method, Method::GET | Method::HEAD) && !path.starts_with("/api/auth/");
        let flight = Flight::begin(&self.base, may_write).await;
        let answer = self.ask(request).await.expect("the application answers");
        if let Some(flight) = flight {
            flight.end(answer.status.as_u16(), &format!("{method} {path}")).await;
        }
        answer
    }

    /// Sends a request to an application that may be gone before its answer is whole.
    pub(crate) async fn attempt(&self, request: reqwest::RequestBuilder) -> Option<Answer> {
        self.ask(request.build().ok()?).await
    }

    async fn ask(&self, request: reqwest::Request) -> Option<Answer> {
        let response = self.http.execute(request).await.ok()?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.ok()?;
        let body =
            serde_json::from_str(&text).unwrap_or(if text.is_empty() { Value::Null } else { Value::String(text) });
        Some(Answer { status, headers, body })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}

/// Clients want to know how to encrypt even where they never do.
pub(crate) fn prepare() {
    // Another test may have been first.
    drop(rustls::crypto::ring::default_provider().install_default());
}

impl Answer {
    /// The body of an answer with this status; fails the test on any other.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "unexpected answer: {:#}", self.body);
        self.body
    }

    /// The codes of a problem document with this status, in order, as `path code`.
    #[track_caller]
    pub(crate) fn problem(self, status: u16) -> Vec<String> {
        let body = self.expect(status);
        body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|error| {
                format!("{} {}", error["path"].as_str().unwrap_or(""), error["code"].as_str().unwrap_or(""))
                    .trim()
                    .to_owned()
            })
            .collect()
    }
}
