//! Nothing secret gets into the logs: I19.

use std::io::{Result, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, Once};

use serde_json::json;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::{cookie, login};
use crate::support::every_database;

static LISTENS: AtomicBool = AtomicBool::new(false);
static LINES: AtomicUsize = AtomicUsize::new(0);
static SECRETS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A log that keeps only the lines that tell a secret.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let line = String::from_utf8_lossy(bytes);
        LINES.fetch_add(1, Ordering::Relaxed);
        if SECRETS.lock().expect("secrets").iter().any(|secret| line.contains(secret.as_str())) {
            LEAKS.lock().expect("leaks").push(line.into_owned());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let told = dynamic_filter_fn(|_, _| LISTENS.load(Ordering::Relaxed));
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Log).with_filter(told);
        tracing_subscriber::registry().with(layer).init();
    });
    LISTENS.store(true, Ordering::Relaxed);
}

every_database! {
    async fn i19_logs_hold_no_secret(app: App) {
        const PASSWORD: &str = "canary-crow-31-green";
        SECRETS.lock().expect("secrets").push(PASSWORD.to_owned());
        listen();
        let browser = app.nobody();
        login(&browser, "nobody@example.com", PASSWORD).await.expect(401);
        let person = json!({"email": "c@example.com", "name": "C", "roles": ["administrator"], "password": PASSWORD});
        app.admin.post("/api/records/user", person).await.expect(201);
        let session = cookie(&login(&browser, "c@example.com", PASSWORD).await).expect("a cookie");
        let token = browser.post("/api/auth/tokens", json!({"name": "t"})).await.expect(201)["token"].as_str().expect("a token").to_owned();
        let setup = browser.post("/api/auth/factor", json!({})).await.expect(201);
        let secret = setup["secret"].as_str().expect("a secret").to_owned();
        SECRETS.lock().expect("secrets").extend([session, token.clone(), secret]);
        let program = app.nobody().with_token(&token);
        for client in [&browser, &program] {
            client.get("/api/records/user").await.expect(200);
            client.get("/api/records/user?filter=nonsense%20(").await.expect(400);
            client.post("/api/auth/factor/confirm", json!({"code": "1"})).await.expect(422);
            client.post("/api/auth/password", json!({"old": PASSWORD, "new": "short"})).await.expect(422);
        }
        // What fails is told in the log, and more than anything else.
        app.run("ALTER TABLE verstak_token RENAME TO verstak_token_gone").await;
        app.engine.forget_people();
        program.get("/api/auth/me").await.expect(500);
        app.run("ALTER TABLE verstak_token_gone RENAME TO verstak_token").await;
        LISTENS.store(false, Ordering::Relaxed);
        assert!(LINES.load(Ordering::Relaxed) > 0, "the log is heard");
        assert_eq!(*LEAKS.lock().expect("leaks"), Vec::<String>::new());
    }
}
