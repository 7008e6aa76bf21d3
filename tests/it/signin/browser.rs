//! What browsers are told, and what they are not tricked into: E11, G6 to G9, I12.

use std::fmt::Write;
use std::path::PathBuf;

use engine::Config;
use reqwest::Method;
use serde_json::json;

use super::cookie;
use crate::support::{ADMIN, App, Client, PASSWORD, every_database};

/// The same workspace behind https.
async fn secure(app: &App) -> (engine::Engine, String) {
    app.node_with(Config { public_url: Some("https://crm.example.com".to_owned()), ..app.config.clone() }).await
}

every_database! {
    async fn g6_the_cookie_is_for_this_site_alone(app: App) {
        let credentials = json!({"email": ADMIN, "password": PASSWORD});
        let plain = app.nobody().post("/api/auth/login", credentials.clone()).await;
        let text = plain.headers["set-cookie"].to_str().expect("a text").to_owned();
        let token = cookie(&plain).expect("a cookie");
        assert_eq!(text, format!("verstak_session={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000"));
        let (other, base) = secure(&app).await;
        let client = Client::new(&base);
        let answer = client.post("/api/auth/login", credentials).await;
        let text = answer.headers["set-cookie"].to_str().expect("a text").to_owned();
        let token = cookie(&answer).expect("a cookie");
        assert_eq!(text, format!("__Host-verstak_session={token}; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=7776000"));
        let with = |name: &str| Client::new(&base).request(Method::GET, "/api/auth/me").header("Cookie", format!("{name}={token}"));
        client.send(with("__Host-verstak_session")).await.expect(200);
        // A cookie that a page of a sibling site could have planted is not looked at.
        client.send(with("verstak_session")).await.expect(401);
        other.close().await;
    }

    async fn g7_no_page_of_another_site_acts_for_a_person(app: App) {
        let browser = reqwest::Client::builder().cookie_store(true).build().expect("a client");
        let base = app.admin.base().to_owned();
        let url = format!("{base}/api/auth/login");
        browser.post(&url).json(&json!({"email": ADMIN, "password": PASSWORD})).send().await.expect("an answer");
        let host = base.trim_start_matches("http://").to_owned();
        let own = format!("http://{host}");
        let cases: [(&[(&str, &str)], u16); 10] = [
            (&[], 403),
            (&[("sec-fetch-site", "cross-site")], 403),
            (&[("sec-fetch-site", "same-site")], 403),
            (&[("sec-fetch-site", "none")], 403),
            (&[("sec-fetch-site", "cross-site"), ("x-verstak", "1")], 403),
            (&[("origin", "https://evil.example")], 403),
            (&[("origin", "null")], 403),
            (&[("origin", own.as_str())], 200),
            (&[("x-verstak", "1")], 200),
            (&[("sec-fetch-site", "same-origin")], 200),
        ];
        for (headers, status) in cases {
            let mut request = browser.patch(format!("{base}/api/auth/me")).json(&json!({"language": "en"}));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            assert_eq!(request.send().await.expect("an answer").status().as_u16(), status, "{headers:?}");
        }
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = browser.request(method.clone(), format!("{base}/api/auth/factor")).send().await.expect("an answer");
            assert_eq!(answer.status().as_u16(), 403, "{method}");
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            for path in ["/api/auth/login", "/api/auth/confirm", "/api/records/user", "/api/auth/tokens"] {
                let request = browser.post(format!("{base}{path}")).header("x-verstak", "1").header("content-type", kind);
                let answer = request.body(json!({"email": ADMIN, "password": PASSWORD}).to_string()).send().await;
                assert_eq!(answer.expect("an answer").status().as_u16(), 400, "{kind} {path}");
            }
        }
    }

    async fn g8_headers_are_those_of_the_list(app: App) {
        let (other, base) = secure(&app).await;
        let mut text = String::from("# What every answer says beside its body; UPDATE_EXPECT=1 rewrites it.\n");
        for (scheme, base) in [("http", app.admin.base().to_owned()), ("https", base)] {
            for path in ["/api/auth/me", "/api/nothing", "/healthz", "/", "/login"] {
                let answer = reqwest::get(format!("{base}{path}")).await.expect("an answer");
                writeln!(text, "{scheme} {path}").expect("a text grows");
                // What is said of the body and its way is not of the list.
                let of_body = ["date", "content-length", "transfer-encoding", "vary", "last-modified", "etag", "content-type"];
                let told = |name: &str| !of_body.contains(&name);
                let mut headers: Vec<String> = answer
                    .headers()
                    .iter()
                    .filter(|(name, _)| told(name.as_str()))
                    .map(|(name, value)| format!("    {name}: {}", value.to_str().expect("a text")))
                    .collect();
                headers.sort();
                headers.iter().for_each(|line| writeln!(text, "{line}").expect("a text grows"));
            }
        }
        other.close().await;
        let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("security/headers.txt");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&golden, &text).expect("the list is written");
        }
        assert_eq!(text, std::fs::read_to_string(&golden).unwrap_or_default());
    }

    async fn g9_no_other_site_may_read(app: App) {
        for origin in ["https://evil.example", "null"] {
            for method in [Method::GET, Method::OPTIONS] {
                let request = app.admin.request(method, "/api/auth/me").header("Origin", origin);
                let answer = app.admin.send(request.header("Access-Control-Request-Method", "PATCH")).await;
                let told = answer.headers.keys().find(|name| name.as_str().starts_with("access-control"));
                assert!(told.is_none(), "{told:?}");
            }
        }
    }

    async fn e11_no_link_is_made_of_a_host_that_a_client_names(app: App) {
        for path in ["/", "/login", "/api/auth/me", "/api/openapi.json", "/first?token=x"] {
            let request = app.admin.request(Method::GET, path).header("Host", "evil.example");
            let answer = app.admin.send(request.header("X-Forwarded-Host", "evil.example")).await;
            assert!(!answer.body.to_string().contains("evil.example"), "{path}");
            assert!(answer.headers.values().all(|value| !value.to_str().unwrap_or("").contains("evil.example")), "{path}");
        }
        let record = json!({"email": "l@example.com", "name": "L", "password": PASSWORD});
        let request = app.admin.request(Method::POST, "/api/records/user").header("X-Forwarded-Host", "evil.example");
        let answer = app.admin.send(request.json(&record)).await;
        assert!(answer.headers["location"].to_str().expect("a text").starts_with('/'));
    }

    async fn i12_answers_about_people_are_never_kept(app: App) {
        let answer = app.nobody().post("/api/auth/login", json!({"email": ADMIN, "password": PASSWORD})).await;
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(app.admin.get("/api/auth/me").await.headers["cache-control"], "no-store");
    }
}
