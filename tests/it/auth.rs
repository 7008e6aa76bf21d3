//! Signing in, staying signed in, and who may never be lost.

use serde_json::{Value, json};

use crate::support::{ADMIN, App, Client, PASSWORD, every_database};

async fn run(app: &App, text: &str) {
    let statement = sql::Statement::text(text, Vec::new(), Vec::new());
    app.engine.database().execute(&statement).await.expect("the statement runs");
}

async fn users(app: &App) -> Vec<Value> {
    app.admin.get("/api/records/user?sort=email").await.expect(200)["items"].as_array().expect("items").clone()
}

async fn administrator(app: &App) -> (String, Value) {
    let all = users(app).await;
    let one = all.iter().find(|user| user["email"] == ADMIN).expect("the administrator is there");
    (format!("/api/records/user/{}", one["id"].as_str().expect("an id")), one["version"].clone())
}

async fn login(client: &Client, email: &str, password: &str) -> crate::support::Answer {
    client.post("/api/auth/login", json!({"email": email, "password": password})).await
}

every_database! {
    async fn of_many_first_administrators_one_wins(app: App) {
        run(&app, "DELETE FROM sys_user_roles").await;
        let (other, second) = app.another_node().await;
        let link = engine::identity::first_link(&app.engine).await.expect("a link").expect("there is no administrator");
        let tries = (0..50).map(|at| {
            let client = if at % 2 == 0 { app.nobody() } else { Client::new(second.base()) };
            let body = json!({"link_token": link, "email": format!("a{at}@example.com"), "password": PASSWORD});
            async move { client.post("/api/auth/first", body).await.status.as_u16() }
        });
        let answers = futures_util::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 409).count(), 49, "{answers:?}");
        assert_eq!(engine::identity::first_link(&app.engine).await.expect("an answer"), None);
        other.close().await;
    }

    async fn the_last_administrator_stays(app: App) {
        let (path, version) = administrator(&app).await;
        for change in [json!({"is_active": false, "version": version}), json!({"roles": [], "version": version})] {
            let refused = app.admin.patch(&path, change).await.problem(409);
            assert_eq!(refused, ["user.last_administrator"]);
        }
        assert_eq!(app.admin.delete(&path).await.problem(409), ["user.last_administrator"]);
        app.user("second@example.com", &["administrator"]).await;
        app.admin.patch(&path, json!({"roles": [], "version": version})).await.expect(200);
        app.admin.get("/api/meta/drafts").await.expect(403);
    }

    async fn an_address_that_nobody_can_have_is_nobodys(app: App) {
        for email in ["admin\0@example.com", "\0", "", "admin@example.com\0", "a\u{feff}\u{202e}"] {
            assert_eq!(login(&app.nobody(), email, PASSWORD).await.problem(401), ["auth.wrong_credentials"], "{email:?}");
        }
        let made = json!({"email": "a\u{fffd}@example.com", "name": "A", "password": PASSWORD});
        assert_eq!(app.admin.post("/api/records/user", made).await.problem(422), ["/email user.email_wrong"]);
    }

    async fn who_is_disabled_is_out_at_once(app: App) {
        let person = app.user("Boris@Example.com", &["designer"]).await;
        let token = person.post("/api/auth/tokens", json!({"name": "report", "expires_in_days": 5})).await.expect(201);
        let program = app.nobody().with_token(token["token"].as_str().expect("a token"));
        for client in [&person, &program] {
            assert_eq!(client.get("/api/auth/me").await.expect(200)["user"]["email"], "boris@example.com");
        }
        let all = users(&app).await;
        let one = all.iter().find(|user| user["email"] == "boris@example.com").expect("the user is there");
        let path = format!("/api/records/user/{}", one["id"].as_str().expect("an id"));
        app.admin.patch(&path, json!({"is_active": false, "version": one["version"]})).await.expect(200);
        for client in [&person, &program] {
            client.get("/api/auth/me").await.expect(401);
        }
        login(&app.nobody(), "boris@example.com", PASSWORD).await.expect(401);
        let twice = json!({"email": "BORIS@example.com", "name": "B", "password": PASSWORD});
        app.admin.post("/api/records/user", twice).await.expect(409);
    }

    async fn nobody_learns_who_has_an_account(app: App) {
        let unknown = login(&app.nobody(), "nobody@example.com", PASSWORD).await.expect(401);
        let wrong = login(&app.nobody(), ADMIN, "wrong password").await.expect(401);
        assert_eq!(unknown, wrong);
        let mut statuses = Vec::new();
        for _ in 0..11 {
            statuses.push(login(&app.nobody(), "guessed@example.com", "guess").await.status.as_u16());
        }
        assert_eq!(statuses[9..], [401, 429]);
        assert!(login(&app.nobody(), "guessed@example.com", PASSWORD).await.headers.contains_key("retry-after"));
        login(&app.nobody(), ADMIN, PASSWORD).await.expect(200);
    }

    async fn passwords_are_strong_and_end_sessions(app: App) {
        let second = app.nobody();
        login(&second, ADMIN, PASSWORD).await.expect(200);
        let weak = json!({"old": PASSWORD, "new": "password123"});
        assert_eq!(app.admin.post("/api/auth/password", weak).await.problem(422), ["/new user.password_common"]);
        let wrong = json!({"old": "something else", "new": "a better password"});
        assert_eq!(app.admin.post("/api/auth/password", wrong).await.problem(422), ["/old user.password_wrong"]);
        let change = json!({"old": PASSWORD, "new": "a better password"});
        app.admin.post("/api/auth/password", change).await.expect(204);
        app.admin.get("/api/auth/me").await.expect(200);
        second.get("/api/auth/me").await.expect(401);
        login(&app.nobody(), ADMIN, PASSWORD).await.expect(401);
    }

    async fn people_choose_where_it_is_today(app: App) {
        app.publish(json!([{"kind": "entity", "name": "task", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "due", "type": "date", "default": {"expression": "today()"}}],
            "rules": [{"name": "past", "when": "due < today()", "message": {"en": "It is over"}}]},
            {"kind": "role", "name": "worker", "rights": ["use"], "entities": {"task": {"read": "due == today()", "create": true}}}])).await;
        // Between the two it is never the same day.
        let (west, east) = (app.user("west@example.com", &["worker"]).await, app.user("east@example.com", &["worker"]).await);
        assert_eq!(west.patch("/api/auth/me", json!({"time_zone": "Moon/Crater"})).await.problem(422), ["/time_zone user.time_zone"]);
        west.patch("/api/auth/me", json!({"time_zone": "Etc/GMT+12"})).await.expect(200);
        let me = east.patch("/api/auth/me", json!({"time_zone": "Pacific/Kiritimati", "language": "en"})).await.expect(200);
        assert_eq!(me["user"]["time_zone"], "Pacific/Kiritimati");
        let there = west.post("/api/records/task", json!({"name": "west"})).await.expect(201);
        let here = east.post("/api/records/task", json!({"name": "east"})).await.expect(201);
        assert!(there["due"].as_str() < here["due"].as_str(), "{there:#} {here:#}");
        let refused = east.post("/api/records/task", json!({"name": "late", "due": there["due"]})).await.problem(422);
        assert_eq!(refused, ["record.rule"]);
        for (client, name) in [(&west, "west"), (&east, "east")] {
            // The rule of the role and the filter speak of the same day.
            for query in ["", "&filter=due%20==%20today()"] {
                let page = client.get(&format!("/api/records/task?select=name{query}")).await.expect(200);
                assert_eq!(page["items"], json!([{"name": name}]), "{query}");
            }
        }
        let of_east = user(&app, "east@example.com").await;
        let path = format!("/api/records/task/{}/access?user={}&operation=read", here["id"].as_str().expect("an id"), of_east["id"].as_str().expect("an id"));
        assert_eq!(app.admin.get(&path).await.expect(200)["allowed"], true);
        let version = of_east["version"].clone();
        let path = format!("/api/records/user/{}", of_east["id"].as_str().expect("an id"));
        assert_eq!(app.admin.patch(&path, json!({"version": version, "time_zone": "Nowhere"})).await.problem(422), ["/time_zone user.time_zone"]);
    }
}

async fn user(app: &App, email: &str) -> Value {
    users(app).await.into_iter().find(|user| user["email"] == email).expect("the user is there")
}
