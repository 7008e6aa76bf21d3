//! What keeps strangers out: sessions, second factor, proofs, and what browsers are told. Tests are named by their rows in
//! `tests/SECURITY.md`.

mod browser;
mod chain;
mod factor;
mod logs;
mod reads;
mod oidc;
mod sessions;

use serde_json::{Value, json};

use crate::support::{Answer, App, Client, PASSWORD};

async fn login(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/api/auth/login", json!({"email": email, "password": password})).await
}

async fn sign_in(base: &str, email: &str) -> Client {
    let client = Client::new(base);
    login(&client, email, PASSWORD).await.expect(200);
    client
}

async fn me(client: &Client) -> String {
    client.get("/api/auth/me").await.expect(200)["user"]["id"].as_str().expect("an id").to_owned()
}

/// Changes a user as the administrator.
async fn change(app: &App, id: &str, mut values: Value) {
    let path = format!("/api/records/user/{id}");
    values["version"] = app.admin.get(&path).await.expect(200)["version"].clone();
    app.admin.patch(&path, values).await.expect(200);
}

/// Makes every session look as if nobody had typed a password for ten minutes.
async fn grow_old(app: &App) {
    app.run("UPDATE verstak_session SET confirmed_at = confirmed_at - 600000").await;
    app.engine.forget_people();
}

/// The value of the cookie an answer sets.
fn cookie(answer: &Answer) -> Option<String> {
    let text = answer.headers.get("set-cookie")?.to_str().ok()?;
    Some(text.split(';').next()?.split_once('=')?.1.to_owned())
}

/// What the audit tells of an operation, newest first.
async fn audited(app: &App, operation: &str) -> Vec<Value> {
    let path = format!("/api/records/audit_event?sort=-at&filter=operation%20==%20%22{operation}%22");
    app.admin.get(&path).await.expect(200)["items"].as_array().expect("items").clone()
}
