//! Signing in by the company's own sign-in, against a small one on the loopback: I12, I13, H-1, H-2, C4.

mod provider;

use engine::Config;
use reqwest::Method;
use serde_json::{Value, json};

use super::{audited, change, grow_old, login, me, sign_in};
use crate::support::{App, Client, PASSWORD, every_database};
use provider::{Account, Provider, Trick};

const ADDRESS: &str = "http://crm.test";

/// A node that may ask the loopback, with the administrator signed in, and the company's sign-in set up.
async fn node(app: &App, provider: &Provider, more: Value) -> (engine::Engine, Client) {
    let config = Config { public_url: Some(ADDRESS.to_owned()), outbound_private: true, ..app.config.clone() };
    let (engine, base) = app.node_with(config).await;
    let admin = sign_in(&base, crate::support::ADMIN).await;
    let mut settings = json!({"issuer": provider.issuer(), "client_id": "verstak", "client_secret": provider::SECRET, "label": "Acme"});
    settings.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let shown = admin.put("/api/settings/oidc", settings).await.expect(200);
    assert_eq!(shown["oidc"]["has_secret"], true);
    assert!(!shown.to_string().contains(provider::SECRET));
    (engine, admin)
}

/// A browser that does not follow where it is sent.
fn browser(base: &str) -> Client {
    Client::staying(base)
}

/// Goes to the company's sign-in and back; gives where the browser is sent in the end.
async fn go(browser: &Client, provider: &Provider, account: Account, path: &str) -> String {
    let departure = browser.post(path, json!({"next": "/e/deal"})).await.expect(200);
    let back = provider.authorise(departure["url"].as_str().expect("an address"), account);
    come_back(browser, &back).await
}

async fn come_back(browser: &Client, address: &str) -> String {
    let path = address.strip_prefix(ADDRESS).expect("back to where the settings say");
    let answer = browser.send(browser.request(Method::GET, path)).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.headers["cache-control"], "no-store");
    answer.headers["location"].to_str().expect("a text").to_owned()
}

fn account(subject: &str, email: &str) -> Account {
    Account { subject: subject.to_owned(), email: email.to_owned(), verified: true, trick: Trick::None }
}

every_database! {
    async fn i13_an_account_is_linked_only_by_its_person(app: App) {
        let provider = Provider::start().await;
        let (engine, admin) = node(&app, &provider, json!({})).await;
        let label = Client::new(admin.base()).get("/api/auth/methods").await.expect(200);
        assert_eq!(label, json!({"oidc": {"label": "Acme"}}));
        app.user("boris@example.com", &[]).await;

        // The address that an account claims opens nothing, verified or not.
        let stranger = browser(admin.base());
        let mut claimed = account("b-1", "boris@example.com");
        assert_eq!(go(&stranger, &provider, claimed.clone(), "/api/auth/oidc").await, "/login?problem=auth.oidc_link_first");
        claimed.verified = false;
        assert_eq!(go(&stranger, &provider, claimed, "/api/auth/oidc").await, "/login?problem=auth.oidc_unknown");
        let unknown = account("x-1", "nobody@example.com");
        assert_eq!(go(&stranger, &provider, unknown, "/api/auth/oidc").await, "/login?problem=auth.oidc_unknown");
        stranger.get("/api/auth/me").await.expect(401);
        stranger.post("/api/auth/oidc/link", json!({})).await.expect(401);

        // Signed in by the password, the person links it; from then on it signs in.
        let person = browser(admin.base());
        login(&person, "boris@example.com", PASSWORD).await.expect(200);
        assert_eq!(go(&person, &provider, account("b-1", "other@example.com"), "/api/auth/oidc/link").await, "/e/deal");
        assert_eq!(person.get("/api/auth/oidc/link").await.expect(200), json!({"linked": true}));
        let again = browser(admin.base());
        assert_eq!(go(&again, &provider, account("b-1", "other@example.com"), "/api/auth/oidc").await, "/e/deal");
        assert_eq!(again.get("/api/auth/me").await.expect(200)["user"]["email"], "boris@example.com");
        assert_eq!(audited(&app, "identity_linked").await.len(), 1);

        // Nobody else takes it over, and who is suspended stays out.
        let admin_browser = browser(admin.base());
        login(&admin_browser, crate::support::ADMIN, PASSWORD).await.expect(200);
        let taken = go(&admin_browser, &provider, account("b-1", "x@example.com"), "/api/auth/oidc/link").await;
        assert_eq!(taken, "/login?problem=auth.oidc_linked_elsewhere");
        change(&app, &me(&person).await, json!({"is_active": false})).await;
        let late = browser(admin.base());
        assert_eq!(go(&late, &provider, account("b-1", "x@example.com"), "/api/auth/oidc").await, "/login?problem=auth.oidc_unknown");
        grow_old(&app).await;
        engine.forget_people();
        assert_eq!(admin.put("/api/settings/oidc", json!({"issuer": "x", "client_id": "x", "label": "x"})).await.expect(401)["code"], "reauth");
        engine.close().await;
    }

    async fn people_are_made_when_that_is_wanted(app: App) {
        let provider = Provider::start().await;
        let (engine, admin) = node(&app, &provider, json!({"create_people": true, "role": "designer"})).await;
        let fresh = browser(admin.base());
        assert_eq!(go(&fresh, &provider, account("n-1", "Neu@Example.com"), "/api/auth/oidc").await, "/e/deal");
        let me = fresh.get("/api/auth/me").await.expect(200);
        assert_eq!((me["user"]["email"].as_str(), me["user"]["name"].as_str()), (Some("neu@example.com"), Some("Somebody")));
        fresh.get("/api/meta/drafts").await.expect(200);
        login(&browser(admin.base()), "neu@example.com", PASSWORD).await.expect(401);
        engine.close().await;
    }

    async fn i12_nothing_is_believed_that_does_not_fit(app: App) {
        let provider = Provider::start().await;
        let (engine, admin) = node(&app, &provider, json!({"create_people": true})).await;
        let refused = "/login?problem=auth.oidc_refused";
        for trick in [Trick::Unsigned, Trick::SharedSecret, Trick::OtherKey, Trick::OtherIssuer, Trick::OtherAudience, Trick::OtherNonce, Trick::Expired] {
            let claimed = Account { trick, ..account("t-1", "t@example.com") };
            let browser = browser(admin.base());
            assert_eq!(go(&browser, &provider, claimed, "/api/auth/oidc").await, refused, "{trick:?}");
            browser.get("/api/auth/me").await.expect(401);
        }
        // Another browser's answer, an answer twice, another state, no note at all.
        let (one, two) = (browser(admin.base()), browser(admin.base()));
        let departure = one.post("/api/auth/oidc", json!({"next": "//evil.example"})).await.expect(200);
        two.post("/api/auth/oidc", json!({})).await.expect(200);
        let back = provider.authorise(departure["url"].as_str().expect("an address"), account("t-2", "t2@example.com"));
        assert_eq!(come_back(&two, &back).await, refused, "a note of another departure");
        assert_eq!(come_back(&browser(admin.base()), &back).await, refused, "no note");
        assert_eq!(come_back(&one, &back.replace("state=", "state=x")).await, refused);
        let departure = one.post("/api/auth/oidc", json!({"next": "//evil.example"})).await.expect(200);
        let back = provider.authorise(departure["url"].as_str().expect("an address"), account("t-2", "t2@example.com"));
        assert_eq!(come_back(&one, &back).await, "/", "nobody is sent elsewhere");
        assert_eq!(come_back(&one, &back).await, refused, "a code is good once");
        engine.close().await;
    }

    async fn c4_a_secret_is_not_sent_to_another_issuer(app: App) {
        let (provider, other) = (Provider::start().await, Provider::start().await);
        let (engine, admin) = node(&app, &provider, json!({})).await;
        let kept = admin.put("/api/settings/oidc", json!({"issuer": provider.issuer(), "client_id": "verstak", "label": "Acme 2"})).await.expect(200);
        assert_eq!(kept["oidc"]["has_secret"], true);
        let moved = admin.put("/api/settings/oidc", json!({"issuer": other.issuer(), "client_id": "verstak", "label": "Acme"})).await.expect(200);
        assert_eq!(moved["oidc"]["has_secret"], false);
        assert_eq!(admin.get("/api/settings/oidc").await.expect(200), moved);
        admin.delete("/api/settings/oidc").await.expect(204);
        assert_eq!(admin.get("/api/settings/oidc").await.expect(200), json!({"oidc": null}));
        engine.close().await;
    }

    async fn h_only_what_may_be_asked_is_asked(app: App) {
        let provider = Provider::start().await;
        let wanted = |issuer: &str| json!({"issuer": issuer, "client_id": "verstak", "label": "Acme"});
        // Without the setting the loopback is not asked, and no packet leaves.
        let config = Config { public_url: Some(ADDRESS.to_owned()), ..app.config.clone() };
        let (engine, base) = app.node_with(config).await;
        let admin = sign_in(&base, crate::support::ADMIN).await;
        let port = provider.issuer().rsplit(':').next().expect("a port").to_owned();
        for host in ["127.0.0.1", "localhost", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0"] {
            for scheme in ["http", "https"] {
                let refused = admin.put("/api/settings/oidc", wanted(&format!("{scheme}://{host}:{port}"))).await.problem(422);
                assert_eq!(refused, ["/issuer settings.issuer_silent"], "{scheme} {host}");
            }
        }
        assert_eq!(provider.asked(), 0);
        engine.close().await;
        // With it, whoever is asked still cannot send the question on.
        let config = Config { public_url: Some(ADDRESS.to_owned()), outbound_private: true, ..app.config.clone() };
        let (engine, base) = app.node_with(config).await;
        let admin = sign_in(&base, crate::support::ADMIN).await;
        let refused = admin.put("/api/settings/oidc", wanted(&format!("{}/redirecting", provider.issuer()))).await.problem(422);
        assert_eq!(refused, ["/issuer settings.issuer_silent"]);
        assert_eq!(provider.asked(), 1);
        engine.close().await;
        // Without a public address nobody could be sent back.
        let refused = app.admin.put("/api/settings/oidc", wanted(&provider.issuer())).await.problem(422);
        assert_eq!(refused, ["settings.public_url_missing"]);
    }
}
