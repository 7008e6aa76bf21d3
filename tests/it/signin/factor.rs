//! The second factor: I1, I10, and whom it is asked of.

use chrono::Utc;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::{audited, cookie, login, me, sign_in};
use crate::support::{ADMIN, Answer, App, Client, PASSWORD, every_database};

/// An authenticator as people have one in their pockets.
struct Authenticator(totp_rs::Totp);

impl Authenticator {
    /// The code of now, or of some steps later.
    fn code(&self, steps: i64) -> String {
        let seconds = Utc::now().timestamp() + steps * 30;
        self.0.generate(u64::try_from(seconds).expect("a time")).to_string()
    }
}

/// Sets up the second factor of a person; gives the recovery codes too.
async fn enrol(person: &Client) -> (Authenticator, Vec<String>) {
    let setup = person.post("/api/auth/factor", json!({})).await.expect(201);
    let secret = Secret::try_from_base32(setup["secret"].as_str().expect("a secret")).expect("base32");
    assert!(setup["qr"]["path"].as_str().is_some_and(|path| path.starts_with('M')));
    let authenticator = Authenticator(Builder::new().with_secret(secret).build_noncompliant());
    let wrong = person.post("/api/auth/factor/confirm", json!({"code": "000000"})).await.problem(422);
    assert_eq!(wrong, ["/code auth.second_factor_wrong"]);
    let before = person.get("/api/auth/factor").await.expect(200);
    assert_eq!(before["enabled"], false);
    let answer = person.post("/api/auth/factor/confirm", json!({"code": authenticator.code(-1)})).await;
    assert!(cookie(&answer).is_some(), "the session goes on with another token");
    let codes: Vec<String> = serde_json::from_value(answer.expect(200)["recovery_codes"].clone()).expect("codes");
    (authenticator, codes)
}

async fn with_code(app: &App, email: &str, code: &str) -> Answer {
    app.nobody().post("/api/auth/login", json!({"email": email, "password": PASSWORD, "code": code})).await
}

fn code_of(body: &Value) -> &str {
    body["code"].as_str().expect("a code")
}

every_database! {
    async fn i10_a_code_is_good_once(app: App) {
        let person = app.user("boris@example.com", &[]).await;
        let (authenticator, codes) = enrol(&person).await;
        assert_eq!(codes.len(), 10);
        let standing = person.get("/api/auth/factor").await.expect(200);
        assert_eq!(standing, json!({"enabled": true, "required": false, "recovery_codes": 10}));
        assert_eq!(person.post("/api/auth/factor", json!({})).await.problem(409), ["auth.factor_enabled"]);

        let asked = login(&app.nobody(), "boris@example.com", PASSWORD).await;
        assert!(cookie(&asked).is_none());
        assert_eq!(code_of(&asked.expect(401)), "auth.second_factor");
        let wrong = login(&app.nobody(), "boris@example.com", "not it").await.expect(401);
        assert_eq!(code_of(&wrong), "auth.wrong_credentials", "who does not know the password does not learn of it");

        let code = authenticator.code(0);
        with_code(&app, "boris@example.com", &code).await.expect(200);
        assert_eq!(code_of(&with_code(&app, "boris@example.com", &code).await.expect(401)), "auth.second_factor_wrong");
        with_code(&app, "boris@example.com", &authenticator.code(1)).await.expect(200);
        let before = with_code(&app, "boris@example.com", &authenticator.code(0)).await.expect(401);
        assert_eq!(code_of(&before), "auth.second_factor_wrong", "what came before a used one is used too");
        assert_eq!(code_of(&with_code(&app, "boris@example.com", &authenticator.code(3)).await.expect(401)), "auth.second_factor_wrong");

        with_code(&app, "boris@example.com", &codes[0].to_uppercase()).await.expect(200);
        with_code(&app, "boris@example.com", &codes[0]).await.expect(401);
        assert_eq!(person.get("/api/auth/factor").await.expect(200)["recovery_codes"], 9);
        let fresh = person.post("/api/auth/factor/codes", json!({})).await.expect(200);
        with_code(&app, "boris@example.com", &codes[1]).await.expect(401);
        with_code(&app, "boris@example.com", fresh["recovery_codes"][0].as_str().expect("a code")).await.expect(200);
        assert_eq!(audited(&app, "recovery_code_used").await.len(), 2);

        person.delete("/api/auth/factor").await.expect(204);
        login(&app.nobody(), "boris@example.com", PASSWORD).await.expect(200);
        for operation in ["factor_enabled", "factor_removed", "recovery_codes"] {
            assert_eq!(audited(&app, operation).await.len(), 1, "{operation}");
        }
    }

    async fn i10_of_many_who_show_one_code_one_is_let_in(app: App) {
        let (other, second) = app.another_node().await;
        let person = app.user("boris@example.com", &[]).await;
        let (authenticator, codes) = enrol(&person).await;
        for code in [authenticator.code(0), codes[0].clone()] {
            app.run("DELETE FROM verstak_attempt").await;
            let tries = (0..6).map(|at| {
                let client = if at % 2 == 0 { app.nobody() } else { Client::new(second.base()) };
                let body = json!({"email": "boris@example.com", "password": PASSWORD, "code": code});
                async move { client.post("/api/auth/login", body).await.status.as_u16() }
            });
            let statuses = futures_util::future::join_all(tries).await;
            assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
            app.run("UPDATE verstak_factor SET failures = 0, blocked_until = 0").await;
        }
        other.close().await;
    }

    async fn i10_five_wrong_codes_close_the_door_for_a_while(app: App) {
        let person = app.user("boris@example.com", &[]).await;
        let (authenticator, _) = enrol(&person).await;
        for _ in 0..5 {
            with_code(&app, "boris@example.com", "123123").await.expect(401);
        }
        let closed = with_code(&app, "boris@example.com", &authenticator.code(0)).await;
        let wait: u64 = closed.headers["retry-after"].to_str().expect("a text").parse().expect("seconds");
        assert!((20..=31).contains(&wait), "{wait}");
        closed.expect(429);
        app.run("UPDATE verstak_factor SET blocked_until = 1").await;
        app.run("DELETE FROM verstak_attempt").await;
        with_code(&app, "boris@example.com", "123123").await.expect(401);
        let closed = with_code(&app, "boris@example.com", &authenticator.code(0)).await;
        let wait: u64 = closed.headers["retry-after"].to_str().expect("a text").parse().expect("seconds");
        assert!((45..=61).contains(&wait), "it doubles: {wait}");
        app.run("UPDATE verstak_factor SET blocked_until = 1").await;
        with_code(&app, "boris@example.com", &authenticator.code(0)).await.expect(200);
    }

    async fn a_second_factor_is_asked_of_a_role_or_of_everybody(app: App) {
        let person = app.user("boris@example.com", &["designer"]).await;
        let other = app.user("clara@example.com", &[]).await;
        let token = person.post("/api/auth/tokens", json!({"name": "t"})).await.expect(201);
        let program = app.nobody().with_token(token["token"].as_str().expect("a token"));
        let settings = app.admin.put("/api/settings/security", json!({"second_factor_roles": ["designer"]})).await.expect(200);
        assert_eq!(settings["session_days"], 30);
        assert_eq!(app.admin.get("/api/settings/security").await.expect(200)["second_factor_roles"], json!(["designer"]));

        // The person may do nothing but set it up; programs and others go on.
        assert_eq!(code_of(&person.get("/api/meta/drafts").await.expect(403)), "auth.second_factor_setup");
        assert_eq!(code_of(&person.post("/api/auth/tokens", json!({"name": "u"})).await.expect(403)), "auth.second_factor_setup");
        program.get("/api/meta/drafts").await.expect(200);
        other.get("/api/auth/sessions").await.expect(200);
        assert_eq!(person.get("/api/auth/factor").await.expect(200)["required"], true);
        enrol(&person).await;
        person.get("/api/meta/drafts").await.expect(200);
        assert_eq!(code_of(&person.delete("/api/auth/factor").await.expect(403)), "auth.factor_required");

        // An administrator takes it from whoever lost it, who is signed out and begins anew.
        let id = me(&person).await;
        other.get("/api/auth/factors").await.expect(403);
        assert_eq!(app.admin.get("/api/auth/factors").await.expect(200)["items"], json!([id]));
        other.delete(&format!("/api/auth/factors/{id}")).await.expect(403);
        app.admin.delete(&format!("/api/auth/factors/{id}")).await.expect(204);
        app.admin.delete(&format!("/api/auth/factors/{id}")).await.expect(404);
        person.get("/api/auth/me").await.expect(401);
        let again = sign_in(app.admin.base(), "boris@example.com").await;
        assert_eq!(code_of(&again.get("/api/meta/drafts").await.expect(403)), "auth.second_factor_setup");
        assert_eq!(audited(&app, "factor_reset").await.len(), 1);

        app.admin.put("/api/settings/security", json!({"second_factor_everybody": true})).await.expect(200);
        assert_eq!(code_of(&app.admin.get("/api/settings/security").await.expect(403)), "auth.second_factor_setup");
        enrol(&app.admin).await;
        app.admin.put("/api/settings/security", json!({})).await.expect(200);
        again.get("/api/meta/drafts").await.expect(200);
        login(&app.nobody(), ADMIN, PASSWORD).await.expect(401);
    }

    async fn the_secret_is_kept_sealed(app: App) {
        let person = app.user("boris@example.com", &[]).await;
        let setup = person.post("/api/auth/factor", json!({})).await.expect(201);
        let secret = Secret::try_from_base32(setup["secret"].as_str().expect("a secret")).expect("base32");
        let statement = sql::Statement::text("SELECT secret FROM verstak_factor", Vec::new(), vec![sql::ColumnType::Bytes]);
        let rows = app.engine.database().fetch(&statement).await.expect("rows");
        let expression::Value::Bytes(kept) = &rows[0][0] else { panic!("no bytes") };
        assert!(kept.len() > 40 && !kept.windows(20).any(|part| part == secret.as_ref()));
    }
}
