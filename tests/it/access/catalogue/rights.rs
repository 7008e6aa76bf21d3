//! Sections C and L: what clients may send, and who may draw.

use serde_json::{Value, json};

use super::{eventually, give};
use crate::access::{World, documents, id, me, titles, world};
use crate::support::{Client, PASSWORD, every_database};

every_database! {
    async fn c1_what_is_not_for_the_client_is_named_not_dropped(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        let values = json!({"title": "x", "created_by": me(&bob).await, "created_at": "2020-01-01T00:00:00.000Z", "id": "00000000-0000-7000-8000-000000000001",
            "tenant_id": 1, "deleted_at": "2020-01-01T00:00:00.000Z", "margin": "1", "updated_by": me(&bob).await});
        let refused = alice.post("/api/records/deal", values).await.problem(422);
        for name in ["created_by", "created_at", "id", "tenant_id", "deleted_at", "margin", "updated_by"] {
            assert!(refused.iter().any(|problem| problem.starts_with(&format!("/{name} "))), "{name} is not in {refused:?}");
        }
        assert_eq!(titles(&alice, "").await, ["own"]);
    }

    async fn c5_one_changes_oneself_only(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        let id = me(&bob).await;
        for body in [json!({"language": "ru", "id": id}), json!({"language": "ru", "user_id": id}), json!({"language": "ru", "roles": ["boss"]})] {
            alice.patch("/api/auth/me", body).await.expect(400);
        }
        alice.patch(&format!("/api/records/user/{id}"), json!({"name": "x", "version": 1})).await.expect(403);
        alice.patch(&format!("/api/records/user/{}", me(&alice).await), json!({"roles": ["boss"], "version": 1})).await.expect(403);
    }

    async fn c6_where_a_file_lies_is_nobody_s_to_say(app: App) {
        let _ = world(&app).await;
        let part = reqwest::multipart::Part::bytes(b"text".to_vec()).file_name("../../etc/x.txt");
        let form = reqwest::multipart::Form::new().part("file", part);
        let file = app.admin.send(app.admin.request(reqwest::Method::POST, "/api/files").multipart(form)).await.expect(201);
        let path = format!("/api/records/file/{}", id(&file));
        for values in [json!({"name": "../../x", "version": 1}), json!({"size": 1, "version": 1}), json!({"storage_key": "../../x", "version": 1})] {
            app.admin.patch(&path, values).await.expect(422);
        }
        let answer = app.admin.send(app.admin.request(reqwest::Method::GET, &format!("/api/files/{}", id(&file)))).await;
        let disposition = answer.headers.get("content-disposition").map(|value| format!("{value:?}")).unwrap_or_default();
        assert!(disposition.contains("attachment") && !disposition.contains("../"), "{disposition}");
    }

    async fn c8_another_s_job_is_not_there(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        app.publish(json!([{"kind": "role", "name": "importer", "rights": ["use"], "entities": {"deal": {"read": true, "create": true}}}])).await;
        give(&app, &bob, &["importer"]).await;
        let part = reqwest::multipart::Part::bytes(b"title\nfrom bob\n".to_vec()).file_name("d.csv");
        let form = reqwest::multipart::Form::new().part("file", part).text("entity", "deal");
        let started = bob.send(bob.request(reqwest::Method::POST, "/api/imports").multipart(form)).await;
        let job = started.body["job"].as_str().or(started.body["id"].as_str()).unwrap_or_else(|| panic!("{:?}", started.body)).to_owned();
        for (client, status) in [(&alice, 404), (&bob, 200)] {
            client.get(&format!("/api/jobs/{job}")).await.expect(status);
        }
        alice.post(&format!("/api/jobs/{job}/cancel"), json!({})).await.expect(404);
        app.finish(&job).await;
        alice.post(&format!("/api/jobs/{job}/cancel"), json!({})).await.expect(404);
        alice.post(&format!("/api/imports/{job}/undo"), json!({})).await.expect(404);
    }

    async fn c14_somebody_may_always_administer(app: App) {
        let _ = world(&app).await;
        let user = app.admin.get(&format!("/api/records/user/{}", me(&app.admin).await)).await.expect(200);
        let path = format!("/api/records/user/{}", id(&user));
        for values in [json!({"is_active": false, "version": user["version"]}), json!({"roles": [], "version": user["version"]}), json!({"roles": ["designer"], "version": user["version"]})] {
            app.admin.patch(&path, values).await.expect(409);
        }
        app.admin.delete(&path).await.expect(409);
        // Nor by a publish: the role that has every right is built in.
        let role = json!({"kind": "role", "name": "administrator", "rights": ["use"]});
        let answer = app.admin.put("/api/meta/drafts/role/administrator", role).await;
        assert!(answer.status == 422 || answer.body["problems"] != json!([]), "{:?}", answer.body);
    }

    async fn l1_every_way_into_the_draft_checks(app: App) {
        let _ = world(&app).await;
        let wrong = json!({"kind": "entity", "name": "wrong", "fields": [{"name": "a", "type": "text", "as_expression": "now(); drop"}]});
        app.admin.put("/api/meta/drafts/entity/wrong", wrong.clone()).await.expect(422);
        app.admin.put("/api/meta/drafts", json!([wrong])).await.expect(422);
        let mut deal = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        deal["fields"][0]["sql"] = json!("drop");
        app.admin.put("/api/meta/drafts/entity/deal", deal).await.expect(422);
    }

    async fn l3_drafts_and_revisions_are_for_designers(app: App) {
        let World { alice, .. } = world(&app).await;
        for path in ["/api/meta/drafts", "/api/meta/revisions", "/api/meta/revisions/1/documents", "/api/meta/drafts/entity/deal"] {
            alice.get(path).await.expect(403);
        }
        alice.get("/api/records/revision").await.expect(404);
    }

    async fn l4_one_address_answers_each_by_their_rights(app: App) {
        let World { alice, bob, .. } = world(&app).await;
        let boss = app.user("boss@example.com", &["boss"]).await;
        let both = app.user("both@example.com", &["sales", "boss"]).await;
        let roleless = app.user("roleless@example.com", &[]).await;
        for path in ["/api/meta/catalog", "/api/openapi.json", "/api/records/deal?sort=title", "/api/records/user"] {
            let mut bodies = Vec::new();
            for client in [&alice, &bob, &boss, &both, &roleless, &app.admin] {
                let answer = client.get(path).await;
                let (tag, body) = (answer.headers.get("etag").cloned(), answer.body);
                // Asked again, and with the mark of everybody else's answer, it is still theirs.
                for (other, _) in &bodies {
                    let Some(other) = other else { continue };
                    let again = client.send(client.request(reqwest::Method::GET, path).header("if-none-match", other)).await;
                    assert!(Some(other) == tag.as_ref() || again.body == body, "{path} answers with another's");
                }
                assert_eq!(client.get(path).await.body, body, "{path}");
                bodies.push((tag, body));
            }
            assert_ne!(bodies[0].1, bodies[2].1, "{path}: alice and the boss see alike");
            assert_ne!(bodies[2].1, bodies[3].1, "{path}: two roles are as one");
        }
    }

    async fn l5_what_is_taken_away_is_gone_at_once(app: App) {
        let World { alice, own, .. } = world(&app).await;
        let (engine, second) = app.another_node().await;
        let there = Client::new(second.base());
        there.post("/api/auth/login", json!({"email": "alice@example.com", "password": PASSWORD})).await.expect(200);
        assert_eq!(titles(&there, "").await, ["own"]);
        let mut role = app.admin.get("/api/meta/drafts/role/sales").await.expect(200);
        role["entities"]["deal"]["read"] = json!("title == \"none\"");
        app.publish(json!([role.clone()])).await;
        assert_eq!(titles(&alice, "").await, Vec::<String>::new());
        alice.get(&format!("/api/records/deal/{}", id(&own))).await.expect(404);
        eventually(async || titles(&there, "").await.is_empty()).await;
        role["entities"]["deal"]["read"] = json!("owner == user");
        app.publish(json!([role])).await;
        assert_eq!(titles(&alice, "").await, ["own"]);
        // A role taken from the person, and the person put out.
        give(&app, &alice, &[]).await;
        alice.get("/api/records/deal").await.expect(404);
        eventually(async || there.get("/api/records/deal").await.status == 404).await;
        let path = format!("/api/records/user/{}", me(&alice).await);
        let user = app.admin.get(&path).await.expect(200);
        app.admin.patch(&path, json!({"is_active": false, "version": user["version"]})).await.expect(200);
        alice.get("/api/auth/me").await.expect(401);
        eventually(async || there.get("/api/auth/me").await.status == 401).await;
        engine.close().await;
    }

    async fn l7_who_draws_gives_themselves_nothing(app: App) {
        app.publish(documents()).await;
        let designer = app.user("designer@example.com", &["designer", "sales"]).await;
        let role = app.admin.get("/api/meta/drafts/role/sales").await.expect(200);
        designer.put("/api/meta/drafts/role/sales", role.clone()).await.expect(403);
        designer.put("/api/meta/drafts", json!([role.clone()])).await.expect(403);
        designer.patch(&format!("/api/records/user/{}", me(&designer).await), json!({"roles": ["administrator"], "version": 1})).await.expect(403);
        // What an administrator left in the draft, a designer does not make true.
        let mut wider = role.clone();
        wider["entities"]["deal"]["read"] = json!(true);
        app.admin.put("/api/meta/drafts/role/sales", wider).await.expect(200);
        let plan = designer.post("/api/meta/plan", json!({})).await.expect(200);
        designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(403);
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        // A condition that binds everybody is not a designer's to loosen, but in what designers first published.
        let mut deal = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        deal.as_object_mut().expect("an object").remove("access");
        designer.put("/api/meta/drafts/entity/deal", deal).await.expect(200);
        let plan = designer.post("/api/meta/plan", json!({})).await.expect(200);
        let refused = designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await;
        assert_eq!(refused.problem(403), ["access.administer_widening"]);
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        let own = |access: Value| json!({"kind": "entity", "name": "own", "fields": [{"name": "hidden", "type": "boolean"}], "access": access});
        for access in [json!({"read": "!hidden"}), json!({})] {
            designer.put("/api/meta/drafts/entity/own", own(access)).await.expect(200);
            let plan = designer.post("/api/meta/plan", json!({})).await.expect(200);
            designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
        }
        // Names and types of the product's own fields stay, and its own entities are written by itself.
        let user = json!({"kind": "entity", "name": "user", "fields": [{"name": "email", "type": "integer"}]});
        let answer = designer.put("/api/meta/drafts/entity/user", user).await;
        assert!(answer.status == 422 || answer.body["problems"] != json!([]), "{:?}", answer.body);
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        for entity in ["audit_event", "revision", "record_share", "role"] {
            app.admin.post(&format!("/api/records/{entity}"), json!({})).await.expect(403);
        }
    }
}
