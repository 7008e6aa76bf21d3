//! Sessions and passwords: I1 to I4, I6 to I8, I16, I19.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{audited, change, cookie, grow_old, login, me, sign_in};
use crate::support::{ADMIN, Client, PASSWORD, every_database};

every_database! {
    async fn i1_a_session_gets_a_new_token_at_sign_in_and_with_new_roles(app: App) {
        let browser = app.nobody();
        let first = cookie(&login(&browser, ADMIN, PASSWORD).await).expect("a cookie");
        let second = cookie(&login(&browser, ADMIN, PASSWORD).await).expect("a cookie");
        assert_ne!(first, second);
        let old = |token: &str| app.nobody().request(reqwest::Method::GET, "/api/auth/me").header("Cookie", format!("verstak_session={token}"));
        app.nobody().send(old(&first)).await.expect(401);

        let person = app.user("boris@example.com", &[]).await;
        assert!(person.get("/api/auth/me").await.headers.get("set-cookie").is_none());
        change(&app, &me(&person).await, json!({"roles": ["designer"]})).await;
        let renewed = person.get("/api/meta/drafts").await;
        assert!(cookie(&renewed).is_some(), "the token is another with other roles");
        renewed.expect(200);
        let next = person.get("/api/meta/drafts").await;
        assert!(cookie(&next).is_none());
        next.expect(200);
        app.run("UPDATE verstak_session SET renewed_at = 1").await;
        app.engine.forget_people();
        person.get("/api/auth/me").await.expect(200);
    }

    async fn i2_who_is_suspended_is_out_on_every_node(app: App) {
        let (other, second) = app.another_node().await;
        let person = app.user("boris@example.com", &["designer"]).await;
        let there = sign_in(second.base(), "boris@example.com").await;
        let token = person.post("/api/auth/tokens", json!({"name": "t", "expires_in_days": 5})).await.expect(201);
        let program = Client::new(second.base()).with_token(token["token"].as_str().expect("a token"));
        let stream = there.request(reqwest::Method::GET, "/api/events").send().await.expect("a stream");
        assert_eq!(stream.status(), 200);
        for client in [&there, &program] {
            client.get("/api/auth/me").await.expect(200);
        }
        change(&app, &me(&person).await, json!({"is_active": false})).await;
        person.get("/api/auth/me").await.expect(401);
        let began = Instant::now();
        drop(tokio::time::timeout(Duration::from_secs(5), stream.bytes()).await.expect("the stream ends"));
        assert!(began.elapsed() < Duration::from_secs(2), "the stream ended after {:?}", began.elapsed());
        tokio::time::sleep(Duration::from_secs(1).saturating_sub(began.elapsed())).await;
        for client in [&there, &program] {
            client.get("/api/auth/me").await.expect(401);
        }
        other.close().await;
    }

    async fn i3_what_is_taken_away_is_gone_on_every_node(app: App) {
        let (other, second) = app.another_node().await;
        let person = app.user("boris@example.com", &["designer"]).await;
        let there = sign_in(second.base(), "boris@example.com").await;
        there.get("/api/meta/drafts").await.expect(200);
        let token = person.post("/api/auth/tokens", json!({"name": "t"})).await.expect(201);
        let program = Client::new(second.base()).with_token(token["token"].as_str().expect("a token"));
        program.get("/api/auth/me").await.expect(200);
        let items = person.get("/api/auth/tokens").await.expect(200);
        let id = items["items"][0]["id"].as_str().expect("an id").to_owned();
        person.delete(&format!("/api/auth/tokens/{id}")).await.expect(204);
        change(&app, &me(&person).await, json!({"roles": []})).await;
        person.get("/api/meta/drafts").await.expect(403);
        tokio::time::sleep(Duration::from_secs(1)).await;
        program.get("/api/auth/me").await.expect(401);
        there.get("/api/meta/drafts").await.expect(403);
        let new = json!({"old": PASSWORD, "new": "quite another thing"});
        person.post("/api/auth/password", new).await.expect(204);
        person.get("/api/auth/me").await.expect(200);
        tokio::time::sleep(Duration::from_secs(1)).await;
        there.get("/api/auth/me").await.expect(401);
        other.close().await;
    }

    async fn i3_one_or_all_other_sessions_are_ended(app: App) {
        let (one, two) = (sign_in(app.admin.base(), ADMIN).await, sign_in(app.admin.base(), ADMIN).await);
        let all = app.admin.get("/api/auth/sessions").await.expect(200);
        let all = all["items"].as_array().expect("items");
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|item| item["address"] == "127.0.0.1" && item["created_at"].is_string()));
        let newest = all.iter().filter(|item| item["current"] == false).max_by_key(|item| item["created_at"].to_string());
        let id = newest.expect("another")["id"].as_str().expect("an id").to_owned();
        app.admin.delete(&format!("/api/auth/sessions/{id}")).await.expect(204);
        two.get("/api/auth/me").await.expect(401);
        one.get("/api/auth/me").await.expect(200);
        app.admin.delete("/api/auth/sessions").await.expect(204);
        one.get("/api/auth/me").await.expect(401);
        app.admin.get("/api/auth/me").await.expect(200);
    }

    async fn i3_sessions_end_by_the_settings_of_administrators(app: App) {
        let person = app.user("boris@example.com", &[]).await;
        person.get("/api/settings/security").await.expect(403);
        let wrong = json!({"session_idle_minutes": 1, "session_days": 1000, "second_factor_roles": ["nobody"]});
        let refused = app.admin.put("/api/settings/security", wrong).await.problem(422);
        assert_eq!(refused, ["/session_idle_minutes settings.out_of_range", "/session_days settings.out_of_range",
            "/second_factor_roles user.unknown_role"]);
        app.run("UPDATE verstak_session SET last_used_at = last_used_at - 1200000 WHERE user_id <> (SELECT user_id FROM \
            verstak_session ORDER BY created_at LIMIT 1)").await;
        app.engine.forget_people();
        person.get("/api/auth/me").await.expect(200);
        app.run("UPDATE verstak_session SET last_used_at = last_used_at - 1200000").await;
        app.engine.forget_people();
        app.admin.put("/api/settings/security", json!({"session_idle_minutes": 15})).await.expect(200);
        person.get("/api/auth/me").await.expect(401);
        assert_eq!(audited(&app, "settings").await.len(), 1);
    }

    async fn i4_addresses_that_look_alike_are_not_the_same(app: App) {
        app.user("julian@example.com", &[]).await;
        app.user("jülian@example.com", &[]).await;
        let twice = json!({"email": "JULIAN@EXAMPLE.COM", "name": "J", "password": PASSWORD});
        app.admin.post("/api/records/user", twice).await.expect(409);
        let user = login(&app.nobody(), "ＪＵＬＩＡＮ@example.com", PASSWORD).await.expect(200);
        assert_eq!(user["user"]["email"], "julian@example.com");
    }

    async fn i6_known_unknown_and_suspended_get_one_answer(app: App) {
        let person = app.user("gone@example.com", &[]).await;
        change(&app, &me(&person).await, json!({"is_active": false})).await;
        let mut fastest = [Duration::MAX; 3];
        let mut bodies = Vec::new();
        for _ in 0..6 {
            app.run("DELETE FROM verstak_attempt").await;
            for (at, email) in [ADMIN, "nobody@example.com", "gone@example.com"].into_iter().enumerate() {
                let began = Instant::now();
                bodies.push(login(&app.nobody(), email, "not the password").await.expect(401));
                fastest[at] = fastest[at].min(began.elapsed());
            }
        }
        assert!(bodies.iter().all(|body| *body == bodies[0]));
        let (least, most) = (fastest.iter().min().expect("three"), fastest.iter().max().expect("three"));
        assert!(*most < *least * 2, "{fastest:?}");
        let told = audited(&app, "sign_in_failed").await;
        assert_eq!(told.len(), 18);
        assert_eq!(told.iter().filter(|event| event["record"].is_null()).count(), 6, "only of strangers no account is known");
    }

    async fn i7_a_limit_holds_however_the_request_is_dressed(app: App) {
        let mut statuses = Vec::new();
        for at in 0..12 {
            let email = if at % 2 == 0 { "guessed@example.com" } else { " GUESSED@Example.com " };
            let request = app.nobody().request(reqwest::Method::POST, "/api/auth/login").header("X-Forwarded-For", format!("10.0.0.{at}"));
            statuses.push(app.nobody().send(request.json(&json!({"email": email, "password": "guess"}))).await.status.as_u16());
        }
        assert_eq!(statuses[9..], [401, 429, 429]);
        // A proxy of one's own is believed; what stands before an address of a stranger is not.
        let config = engine::Config { trusted_proxies: vec!["127.0.0.1".parse().expect("an address")], ..app.config.clone() };
        let (other, base) = app.node_with(config).await;
        let behind = Client::new(&base);
        let request = behind.request(reqwest::Method::POST, "/api/auth/login").header("X-Forwarded-For", "6.6.6.6, 203.0.113.9");
        behind.send(request.json(&json!({"email": ADMIN, "password": PASSWORD}))).await.expect(200);
        let sessions = behind.get("/api/auth/sessions").await.expect(200);
        let addresses: Vec<&str> = sessions["items"].as_array().expect("items").iter().filter_map(|item| item["address"].as_str()).collect();
        assert!(addresses.contains(&"203.0.113.9"), "{addresses:?}");
        other.close().await;
    }

    async fn i8_passwords_are_judged_before_they_are_hashed(app: App) {
        let monster = "x".repeat(1 << 20);
        assert_eq!(login(&app.nobody(), ADMIN, &monster).await.problem(400), ["/password user.password_long"]);
        let user = |password: &str| json!({"email": "boris.orlov@example.com", "name": "Boris Orlov", "password": password});
        for (password, code) in [("short", "short"), ("Superman", "common"), ("orlov2026", "personal"), ("BorisOrlov1", "personal")] {
            let refused = app.admin.post("/api/records/user", user(password)).await.problem(422);
            assert_eq!(refused, [format!("/password user.password_{code}")], "{password}");
        }
        app.admin.post("/api/records/user", user(&"y".repeat(257))).await.expect(422);
        let made = app.admin.post("/api/records/user", user(&"я ".repeat(128))).await.expect(201);
        let path = format!("/api/records/user/{}", made["id"].as_str().expect("an id"));
        let change = json!({"password": "boris.orlov", "version": 1});
        assert_eq!(app.admin.patch(&path, change).await.problem(422), ["/password user.password_personal"]);
        login(&app.nobody(), "boris.orlov@example.com", &"я ".repeat(128)).await.expect(200);
    }

    async fn i8_a_hash_grows_when_its_owner_signs_in(app: App) {
        // argon2id of PASSWORD with less memory and one pass.
        let weak = "$argon2id$v=19$m=4096,t=1,p=1$";
        let hash = argon2_of(PASSWORD);
        assert!(hash.starts_with(weak), "{hash}");
        app.run(&format!("UPDATE verstak_credential SET hash = '{hash}'")).await;
        login(&app.nobody(), ADMIN, PASSWORD).await.expect(200);
        let statement = sql::Statement::text("SELECT hash FROM verstak_credential", Vec::new(), vec![sql::ColumnType::Text]);
        let rows = app.engine.database().fetch(&statement).await.expect("rows");
        let grown = format!("{:?}", rows[0][0]);
        assert!(grown.contains("m=19456,t=2"), "{grown}");
        login(&app.nobody(), ADMIN, PASSWORD).await.expect(200);
    }

    async fn i16_sensitive_acts_need_a_fresh_proof(app: App) {
        let person = app.user("boris@example.com", &[]).await;
        let id = me(&person).await;
        let token = app.admin.post("/api/auth/tokens", json!({"name": "t"})).await.expect(201);
        let program = app.nobody().with_token(token["token"].as_str().expect("a token"));
        grow_old(&app).await;
        let path = format!("/api/records/user/{id}");
        let version = app.admin.get(&path).await.expect(200)["version"].clone();
        let acts = [
            json!({"email": "other@example.com"}),
            json!({"roles": ["designer"]}),
            json!({"password": "quite another thing"}),
        ];
        for mut act in acts.clone() {
            act["version"] = version.clone();
            let refused = app.admin.patch(&path, act).await.expect(401);
            assert_eq!(refused["code"], "reauth");
        }
        let batch = json!({"operations": [{"op": "update", "entity": "user", "id": id, "values": {"roles": ["designer"]}, "version": version}]});
        assert_eq!(app.admin.post("/api/records/batch", batch).await.expect(401)["code"], "reauth");
        let made = json!({"email": "x@example.com", "name": "X", "roles": ["designer"], "password": PASSWORD});
        assert_eq!(app.admin.post("/api/records/user", made).await.expect(401)["code"], "reauth");
        assert_eq!(app.admin.post("/api/auth/tokens", json!({"name": "t"})).await.expect(401)["code"], "reauth");
        assert_eq!(app.admin.post("/api/auth/factor", json!({})).await.expect(401)["code"], "reauth");
        assert_eq!(app.admin.put("/api/settings/security", json!({})).await.expect(401)["code"], "reauth");
        // What is not sensitive goes on, and a program has nothing to type.
        app.admin.patch(&path, json!({"name": "Bob", "version": version})).await.expect(200);
        program.patch(&path, json!({"roles": ["designer"], "version": 2})).await.expect(200);

        assert_eq!(app.admin.post("/api/auth/confirm", json!({"password": "wrong"})).await.problem(422), ["/password user.password_wrong"]);
        app.admin.post("/api/auth/confirm", json!({"password": PASSWORD})).await.expect(204);
        app.admin.patch(&path, json!({"email": "other@example.com", "version": 3})).await.expect(200);
    }

    async fn i19_secrets_are_never_told(app: App) {
        const CANARY: &str = "canary-kenar-17-yellow";
        let browser = app.nobody();
        login(&browser, ADMIN, CANARY).await.expect(401);
        let person = json!({"email": "c@example.com", "name": "C", "password": CANARY});
        app.admin.post("/api/records/user", person).await.expect(201);
        let session = cookie(&login(&browser, "c@example.com", CANARY).await).expect("a cookie");
        let token = browser.post("/api/auth/tokens", json!({"name": "t"})).await.expect(201);
        let token = token["token"].as_str().expect("a token").to_owned();
        // A token in the address signs nobody in, and an unknown parameter is refused.
        app.nobody().get(&format!("/api/auth/me?token={token}")).await.expect(401);
        let refused = app.admin.get(&format!("/api/records/user?access_token={token}")).await.expect(400);
        let events = app.admin.get("/api/records/audit_event?limit=500").await.expect(200);
        let history = app.admin.get(&format!("/api/records/user/{}/history", me(&browser).await)).await.expect(200);
        let users = app.admin.get("/api/records/user").await.expect(200);
        for told in [events, history, users] {
            for secret in [CANARY, &session, &token] {
                assert!(!told.to_string().contains(secret), "{told:#}");
            }
        }
        assert!(!refused.to_string().contains(CANARY));
    }
}

/// A hash as an earlier program could have made it.
fn argon2_of(password: &str) -> String {
    use argon2::password_hash::PasswordHasher;
    let params = argon2::Params::new(4096, 1, 1, None).expect("parameters");
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash: argon2::password_hash::phc::PasswordHash = argon2.hash_password(password.as_bytes()).expect("a hash");
    hash.to_string()
}
