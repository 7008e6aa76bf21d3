//! A company's sign-in as small as it can be, which can also lie.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey};
use serde_json::{Value, json};

/// The secret of the product there.
pub(super) const SECRET: &str = "provider-secret-0123456789-0123456789";

/// How the provider lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trick {
    None,
    Unsigned,
    SharedSecret,
    OtherKey,
    OtherIssuer,
    OtherAudience,
    OtherNonce,
    Expired,
}

/// Who signs in there.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) subject: String,
    pub(super) email: String,
    pub(super) verified: bool,
    pub(super) trick: Trick,
}

/// A code that was given out: to whom, for which question.
struct Given {
    account: Account,
    nonce: String,
    challenge: String,
}

struct Inner {
    issuer: String,
    key: CoreEdDsaPrivateSigningKey,
    codes: Mutex<HashMap<String, Given>>,
    asked: AtomicUsize,
}

/// The provider; it ends with the test.
pub(super) struct Provider {
    inner: Arc<Inner>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// An Ed25519 key of 32 bytes in the clothes that keys wear in files.
fn key() -> CoreEdDsaPrivateSigningKey {
    let head = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let random = [uuid::Uuid::new_v4().into_bytes(), uuid::Uuid::new_v4().into_bytes()].concat();
    let text = STANDARD.encode([&head[..], &random].concat());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new("one".to_owned()))).expect("a key")
}

impl Provider {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Arc::new(Inner { issuer, key: key(), codes: Mutex::default(), asked: AtomicUsize::new(0) });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .fallback(redirect)
            .with_state(inner.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.expect("the provider runs") });
        Self { inner, server }
    }

    pub(super) fn issuer(&self) -> String {
        self.inner.issuer.clone()
    }

    /// How often anything was asked.
    pub(super) fn asked(&self) -> usize {
        self.inner.asked.load(Ordering::Relaxed)
    }

    /// Lets somebody sign in who was sent here, and gives where they are sent back to.
    pub(super) fn authorise(&self, address: &str, account: Account) -> String {
        let url = reqwest::Url::parse(address).expect("an address");
        assert!(address.starts_with(&format!("{}/authorize?", self.inner.issuer)), "{address}");
        let given: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!((given["response_type"].as_str(), given["client_id"].as_str()), ("code", "verstak"));
        assert_eq!(given["code_challenge_method"], "S256");
        assert!(given["scope"].contains("openid") && given["state"].len() >= 16 && given["nonce"].len() >= 16);
        let code = uuid::Uuid::new_v4().simple().to_string();
        let (nonce, challenge) = (given["nonce"].clone(), given["code_challenge"].clone());
        self.inner.codes.lock().expect("codes").insert(code.clone(), Given { account, nonce, challenge });
        format!("{}?state={}&code={code}", given["redirect_uri"], given["state"])
    }
}

async fn metadata(State(inner): State<Arc<Inner>>) -> Json<Value> {
    inner.asked.fetch_add(1, Ordering::Relaxed);
    let issuer = &inner.issuer;
    Json(json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"]}))
}

async fn keys(State(inner): State<Arc<Inner>>) -> Json<Value> {
    Json(json!({"keys": [serde_json::to_value(inner.key.as_verification_key()).expect("a key")]}))
}

/// Sends every other question on to where the answers are.
async fn redirect(State(inner): State<Arc<Inner>>, uri: Uri) -> Response {
    inner.asked.fetch_add(1, Ordering::Relaxed);
    let place = format!("{}/.well-known/openid-configuration", inner.issuer);
    assert!(uri.path().contains("redirecting"), "{uri}");
    (StatusCode::FOUND, [(header::LOCATION, place)]).into_response()
}

async fn token(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let basic = format!("Basic {}", STANDARD.encode(format!("verstak:{SECRET}")));
    let is_known = headers.get(header::AUTHORIZATION).is_some_and(|value| value.as_bytes() == basic.as_bytes());
    let given = form.get("code").and_then(|code| inner.codes.lock().expect("codes").remove(code));
    let verifier = form.get("code_verifier").cloned().unwrap_or_default();
    let fits = given.as_ref().is_some_and(|given| {
        let verifier = PkceCodeVerifier::new(verifier);
        PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str() == given.challenge
    });
    match given.filter(|_| is_known && fits) {
        Some(given) => {
            let proof = proof(&inner, &given);
            Json(json!({"access_token": "a", "token_type": "Bearer", "id_token": proof})).into_response()
        }
        None => (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response(),
    }
}

/// The proof of identity, or something that looks like one.
fn proof(inner: &Inner, given: &Given) -> String {
    let trick = given.account.trick;
    let now = chrono::Utc::now().timestamp();
    let when =
        |wanted: Trick, right: &str, wrong: &str| if trick == wanted { wrong.to_owned() } else { right.to_owned() };
    let claims = json!({
        "iss": when(Trick::OtherIssuer, &inner.issuer, "https://evil.example"),
        "aud": when(Trick::OtherAudience, "verstak", "another"),
        "nonce": when(Trick::OtherNonce, &given.nonce, "another"),
        "sub": given.account.subject, "email": given.account.email, "email_verified": given.account.verified,
        "name": "Somebody", "iat": now, "exp": if trick == Trick::Expired { now - 60 } else { now + 60 }});
    let algorithm = match trick {
        Trick::Unsigned => "none",
        Trick::SharedSecret => "HS256",
        _ => "EdDSA",
    };
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({"alg": algorithm, "kid": "one"})), part(&claims));
    let signature = match trick {
        Trick::Unsigned => Vec::new(),
        Trick::SharedSecret => {
            CoreHmacKey::new(SECRET).sign(&CoreJwsSigningAlgorithm::HmacSha256, text.as_bytes()).expect("a signature")
        }
        Trick::OtherKey => key().sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes()).expect("a signature"),
        _ => inner.key.sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes()).expect("a signature"),
    };
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}
