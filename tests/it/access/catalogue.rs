//! The catalogue of known holes, row by row: each test is named by its row. `tests/SECURITY.md` says of every row whether it
//! applies and which test shows it; the rows that other files of this folder show are named there.

mod fields;
mod relations;
mod rights;

use serde_json::json;

use super::{alike, me};
use crate::support::{App, Client};

/// Asks the same with a hidden and with an unknown name: both are refused with the same words.
async fn as_unknown(client: &Client, query: &str, hidden: &str) {
    let ask = async |name: &str| {
        let path = format!("/api/records/deal?{}", query.replace("NAME", name));
        alike(client.get(&path).await, name)
    };
    assert_eq!(ask(hidden).await, ask("nargim").await, "{query} with {hidden}");
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

async fn give(app: &App, person: &Client, roles: &[&str]) {
    let path = format!("/api/records/user/{}", me(person).await);
    let user = app.admin.get(&path).await.expect(200);
    app.admin.patch(&path, json!({"roles": roles, "version": user["version"]})).await.expect(200);
}

/// Waits up to two seconds, as another node has to follow.
async fn eventually(holds: impl AsyncFn() -> bool) {
    for _ in 0..100 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("another node does not follow");
}
