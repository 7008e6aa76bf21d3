//! Publishing: drafts, plans, revisions, and what becomes of the data.

use serde_json::{Value, json};

use crate::support::{App, every_database};

fn entity(name: &str, fields: &Value) -> Value {
    json!({"kind": "entity", "name": name, "fields": fields})
}

fn deal() -> Value {
    let choices = json!([{"value": "new"}, {"value": "won"}]);
    entity(
        "deal",
        &json!([
            {"name": "title", "type": "text", "required": true},
            {"name": "amount", "type": "money"},
            {"name": "code", "type": "text"},
            {"name": "stage", "type": "choice", "choices": choices, "default": "new"},
        ]),
    )
}

async fn document(app: &App, name: &str) -> Value {
    app.admin.get(&format!("/api/meta/drafts/entity/{name}")).await.expect(200)
}

/// Gives the position of a field in a document.
fn place(document: &Value, name: &str) -> usize {
    let fields = document["fields"].as_array().expect("fields");
    fields.iter().position(|field| field["name"] == name).expect("the field is there")
}

async fn change(app: &App, name: &str, change: impl FnOnce(&mut Value)) -> u64 {
    let mut document = document(app, name).await;
    change(&mut document);
    app.publish(json!([document])).await
}

async fn plan(app: &App) -> Value {
    app.admin.post("/api/meta/plan", json!({})).await.expect(200)
}

async fn create(app: &App, entity: &str, values: Value) -> Value {
    app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

async fn list(app: &App, path: &str) -> Vec<Value> {
    app.admin.get(&format!("/api/records/{path}")).await.expect(200)["items"].as_array().expect("items").clone()
}

every_database! {
    async fn every_kind_of_change_meets_warm_connections(app: App) {
        app.publish(json!([deal()])).await;
        let (other, other_client) = app.another_node().await;
        for at in 0..3 {
            let values = json!({"title": format!("t{at}"), "amount": "1250.00", "code": format!("{at}")});
            create(&app, "deal", values).await;
            // Statements of every shape are prepared on several connections of both nodes.
            let lists = (0..4).map(|_| app.admin.get("/api/records/deal?sort=title"));
            futures_util::future::join_all(lists).await;
            other_client.get("/api/records/deal?sort=title").await.expect(200);
        }

        // A new field with a default: old rows get it.
        change(&app, "deal", |document| {
            let fields = document["fields"].as_array_mut().expect("fields");
            fields.push(json!({"name": "rank", "type": "integer", "default": 7}));
        })
        .await;
        let rows = list(&app, "deal?sort=title").await;
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row["rank"] == 7), "{rows:?}");

        // Renames of the entity, of a field and of a choice move nothing.
        change(&app, "deal", |document| {
            document["name"] = json!("opportunity");
            let (title, stage) = (place(document, "title"), place(document, "stage"));
            document["fields"][title]["name"] = json!("subject");
            document["fields"][stage]["choices"][0]["value"] = json!("fresh");
            document["fields"][stage]["default"] = json!("fresh");
        })
        .await;
        let rows = list(&app, "opportunity?sort=subject").await;
        assert_eq!((&rows[0]["subject"], &rows[0]["stage"]), (&json!("t0"), &json!("fresh")));
        assert_eq!(rows[0]["amount"], "1250.00");
        app.admin.get("/api/records/deal").await.expect(404);

        // Another type: what converts is converted.
        change(&app, "opportunity", |document| {
            let code = place(document, "code");
            document["fields"][code]["type"] = json!("integer");
        })
        .await;
        let codes: Vec<Value> = list(&app, "opportunity?sort=code").await.iter().map(|row| row["code"].clone()).collect();
        assert_eq!(codes, [json!(0), json!(1), json!(2)]);

        // A field goes, and comes back with its data.
        let with = change(&app, "opportunity", |document| {
            let code = place(document, "code");
            document["fields"][code]["label"] = json!({"en": "Code"});
        })
        .await;
        change(&app, "opportunity", |document| {
            let code = place(document, "code");
            document["fields"].as_array_mut().expect("fields").remove(code);
        })
        .await;
        assert!(list(&app, "opportunity").await[0].get("code").is_none());
        app.admin.post(&format!("/api/meta/revisions/{with}/restore"), json!({})).await.expect(200);
        app.publish_draft().await;
        assert_eq!(list(&app, "opportunity?sort=code").await[2]["code"], 2);

        // A unique set.
        change(&app, "opportunity", |document| document["unique"] = json!([["code"]])).await;
        let twice = app.admin.post("/api/records/opportunity", json!({"subject": "x", "code": 2})).await;
        assert_eq!(twice.status.as_u16(), 409);

        // The whole entity goes and comes back; the other node sees it all.
        let last = app.engine.catalog().revision;
        app.admin.delete("/api/meta/drafts/entity/opportunity").await.expect(204);
        app.publish_draft().await;
        app.admin.get("/api/records/opportunity").await.expect(404);
        app.admin.post(&format!("/api/meta/revisions/{last}/restore"), json!({})).await.expect(200);
        let newest = app.publish_draft().await;
        assert_eq!(list(&app, "opportunity").await.len(), 3);
        let mut revisions = other.revisions();
        let heard = tokio::time::timeout(std::time::Duration::from_secs(3), revisions.wait_for(|it| *it == newest));
        heard.await.expect("the other node follows").expect("the other node lives");
        let seen = other_client.get("/api/records/opportunity?sort=code").await.expect(200);
        assert_eq!(seen["items"].as_array().map(Vec::len), Some(3));
        other.close().await;
    }

    async fn a_type_that_does_not_convert_asks_first(app: App) {
        app.publish(json!([deal()])).await;
        create(&app, "deal", json!({"title": "a", "code": "12"})).await;
        create(&app, "deal", json!({"title": "b", "code": "twelve"})).await;
        let mut next = document(&app, "deal").await;
        let code = place(&next, "code");
        next["fields"][code]["type"] = json!("integer");
        app.admin.put("/api/meta/drafts/entity/deal", next).await.expect(200);
        let planned = plan(&app).await;
        assert_eq!(planned["steps"][0]["destructive"], true, "{planned:#}");
        assert!(planned["warnings"].to_string().contains("twelve"), "{planned:#}");
        let body = json!({"plan_id": planned["plan_id"], "allow_destructive": false});
        let refused = app.admin.post("/api/meta/publish", body).await.problem(422);
        assert_eq!(refused, ["/allow_destructive publish.destructive"]);
        let body = json!({"plan_id": planned["plan_id"], "allow_destructive": true});
        app.admin.post("/api/meta/publish", body).await.expect(200);
        let rows = list(&app, "deal?sort=title").await;
        assert_eq!((&rows[0]["code"], &rows[1]["code"]), (&json!(12), &Value::Null));
        // The old column kept what did not convert.
        app.admin.post("/api/meta/revisions/1/restore", json!({})).await.expect(200);
        app.publish_draft().await;
        assert_eq!(list(&app, "deal?sort=title").await[1]["code"], "twelve");
    }

    async fn duplicates_stop_a_unique_set(app: App) {
        app.publish(json!([deal()])).await;
        for title in ["a", "b"] {
            create(&app, "deal", json!({"title": title, "code": "same"})).await;
        }
        let mut next = document(&app, "deal").await;
        next["unique"] = json!([["code"]]);
        app.admin.put("/api/meta/drafts/entity/deal", next).await.expect(200);
        let planned = plan(&app).await;
        assert!(planned["warnings"].to_string().contains("same"), "{planned:#}");
        let body = json!({"plan_id": planned["plan_id"], "allow_destructive": true});
        let refused = app.admin.post("/api/meta/publish", body.clone()).await.problem(422);
        assert_eq!(refused, [" migration.duplicates".trim()]);
        let rows = list(&app, "deal?sort=title").await;
        let path = format!("/api/records/deal/{}", rows[0]["id"].as_str().expect("an id"));
        app.admin.patch(&path, json!({"code": "other", "version": rows[0]["version"]})).await.expect(200);
        let body = json!({"plan_id": plan(&app).await["plan_id"], "allow_destructive": false});
        app.admin.post("/api/meta/publish", body).await.expect(200);
    }

    async fn what_is_still_used_cannot_go(app: App) {
        let company = entity("company", &json!([{"name": "title", "type": "text"}]));
        let mut linked = deal();
        linked["fields"].as_array_mut().expect("fields").push(json!({"name": "company", "type": "link", "target": "company"}));
        app.publish(json!([company, linked])).await;
        app.admin.delete("/api/meta/drafts/entity/company").await.expect(204);
        let problems = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
        assert!(problems.iter().any(|it| it == "/fields/4/target plan.still_used"), "{problems:?}");
        let drafts = app.admin.get("/api/meta/drafts").await.expect(200);
        assert_eq!(drafts["items"][0]["state"], "removed");
        assert_eq!(drafts["problems"][0]["document"], "entity/deal");
        let used = app.admin.get("/api/meta/drafts/entity/company/usage").await;
        assert_eq!(used.status.as_u16(), 404, "it is gone from the draft");
        app.admin.post("/api/meta/drafts/discard", json!([{"kind": "entity", "name": "company"}])).await.expect(204);
        let used = app.admin.get("/api/meta/drafts/entity/company/usage").await.expect(200);
        assert_eq!(used["items"][0]["path"], "/fields/4/target");
        assert_eq!(plan(&app).await["steps"], json!([]));
    }

    async fn renames_are_carried_into_other_documents(app: App) {
        let company = entity("company", &json!([{"name": "city", "type": "text"}]));
        let mut linked = deal();
        linked["fields"].as_array_mut().expect("fields").push(json!({"name": "company", "type": "link", "target": "company"}));
        linked["rules"] = json!([{"name": "not_there", "when": "company.city == \"Omsk\"", "message": {"en": "Not in Omsk"}}]);
        app.publish(json!([company, linked])).await;
        let mut next = document(&app, "company").await;
        next["name"] = json!("client");
        next["fields"][0]["name"] = json!("town");
        app.admin.put("/api/meta/drafts/entity/client", next).await.expect(200);
        app.publish_draft().await;
        let deal = document(&app, "deal").await;
        assert_eq!(deal["fields"][4]["target"], "client");
        assert_eq!(deal["rules"][0]["when"], "company.town == \"Omsk\"");
        let omsk = create(&app, "client", json!({"town": "Omsk"})).await;
        let refused = app.admin.post("/api/records/deal", json!({"title": "x", "company": omsk["id"]})).await;
        assert_eq!(refused.status.as_u16(), 422);
    }

    async fn an_entity_is_known_by_its_old_name_until_it_has_another(app: App) {
        let company = entity("company", &json!([{"name": "city", "type": "text"}, {"name": "parent", "type": "link", "target": "company", "inverse": "daughters"}]));
        let mut linked = deal();
        linked["fields"].as_array_mut().expect("fields").push(json!({"name": "company", "type": "link", "target": "company"}));
        let role = json!({"kind": "role", "name": "sales", "rights": ["use"], "entities": {"company": {"read": "parent.city == ()"}, "deal": {"read": "company.parent.city == ()"}}});
        let shop = json!({"kind": "application", "name": "shop", "sections": [{"items": [{"entity": "company"}]}]});
        let view = json!({"kind": "view", "name": "cities", "label": {"en": "Cities"}, "entity": "company", "columns": ["city", "parent.city"], "filter": "daughters.count() > 0"});
        app.publish(json!([company, linked, role, shop, view])).await;
        let designer = app.user("designer@example.com", &["designer"]).await;
        // Somebody is at work on a document that names it.
        let mut drafted = document(&app, "deal").await;
        drafted["label"] = json!({"en": "Bargain"});
        designer.put("/api/meta/drafts/entity/deal", drafted).await.expect(200);
        let mut next = document(&app, "company").await;
        next["name"] = json!("client");
        let answer = designer.put("/api/meta/drafts/entity/company", next.clone()).await.expect(200);
        assert_eq!((&answer["name"], &answer["state"], &answer["problems"]), (&json!("client"), &json!("changed"), &json!([])));
        assert_eq!(app.admin.get("/api/meta/drafts").await.expect(200)["problems"], json!([]));
        let steps = plan(&app).await;
        let sql: usize = steps["steps"].as_array().expect("steps").iter().map(|step| step["sql"].as_array().map_or(0, Vec::len)).sum();
        assert_eq!(sql, 0, "a rename moves nothing: {steps:#}");
        let body = json!({"plan_id": steps["plan_id"]});
        designer.post("/api/meta/publish", body).await.expect(200);
        let of = async |path: &str| app.admin.get(&format!("/api/meta/drafts/{path}")).await.expect(200);
        assert_eq!(of("entity/client").await["fields"][1]["target"], "client");
        assert_eq!(of("entity/deal").await["fields"][4]["target"], "client");
        assert_eq!(of("role/sales").await["entities"]["client"]["read"], "parent.city == ()");
        assert_eq!(of("application/shop").await["sections"][0]["items"][0]["entity"], "client");
        assert_eq!(of("view/cities").await["entity"], "client");
        app.admin.get("/api/records/company").await.expect(404);
        app.admin.get("/api/records/client").await.expect(200);
        // A name that another one has is refused, and one that is none.
        next["name"] = json!("deal");
        assert_eq!(designer.put("/api/meta/drafts/entity/client", next.clone()).await.problem(422), ["/name draft.name_taken"]);
        next["name"] = json!("Клиент");
        next["fields"][1]["target"] = json!("client");
        assert_eq!(designer.put("/api/meta/drafts/entity/client", next).await.problem(422), ["/name document.bad_name"]);
    }

    async fn odd_requests_are_told_what_is_expected_and_change_nothing(app: App) {
        app.publish(json!([deal()])).await;
        let json = async |method: &str, path: &str, body: Value| {
            let request = app.admin.request(method.parse().expect("a method"), path).json(&body);
            app.admin.send(request).await
        };
        let raw = async |kind: Option<&str>, body: &'static [u8]| {
            let request = app.admin.request(reqwest::Method::PUT, "/api/meta/drafts").body(body);
            app.admin.send(kind.into_iter().fold(request, |request, kind| request.header("content-type", kind))).await
        };
        let drafts = "/api/meta/drafts";
        // What is no document at all.
        assert_eq!(raw(Some("application/json"), b"[{\"kind\": ").await.problem(400), ["request.not_json"]);
        assert_eq!(raw(Some("application/json"), b"\xff").await.problem(400), ["request.not_utf8"]);
        assert_eq!(raw(Some("application/json"), b"[{\"kind\": \"entity\", \"kind\": \"role\"}]").await.problem(400), ["request.not_json"]);
        assert_eq!(raw(Some("text/plain"), b"[]").await.problem(400), ["request.content_type"]);
        assert_eq!(raw(None, b"[]").await.problem(400), ["request.content_type"]);
        assert_eq!(raw(Some("application/json"), b"").await.problem(400), ["request.not_list"]);
        assert_eq!(raw(None, b"").await.problem(400), ["request.content_type"]);
        let bare = app.admin.request(reqwest::Method::POST, "/api/meta/plan");
        assert_eq!(app.admin.send(bare).await.expect(200)["steps"], json!([]), "a call that asks for nothing needs no body");
        assert_eq!(json("PUT", &format!("{drafts}/entity/deal"), json!([])).await.problem(400), ["request.not_object"]);
        assert_eq!(json("PUT", drafts, json!([1, {"name": "x"}, {"kind": "entty"}])).await.problem(422), ["/0 document.not_object", "/1 document.missing_key", "/2/kind document.unknown_kind"]);
        // What no database keeps, and what is too much.
        let noted = |label: &str| json!([entity("note", &json!([{"name": "text", "type": "text", "label": {"en": label}}]))]);
        assert_eq!(json("PUT", drafts, noted("a\u{0}b")).await.problem(422), ["/fields/0/label/en document.text_with_nul"]);
        assert_eq!(json("PUT", drafts, noted(&"x".repeat(2 << 20))).await.problem(422), ["/fields/0/label/en document.text_too_long"]);
        let defaulted = json!([entity("note", &json!([{"name": "text", "type": "text", "default": "a\u{0}"}]))]);
        assert_eq!(json("PUT", drafts, defaulted).await.problem(422), ["/fields/0/default document.text_with_nul"]);
        // Names twice, names of nothing.
        assert_eq!(json("PUT", drafts, json!([entity("note", &json!([])), entity("note", &json!([]))])).await.problem(422), ["document.duplicate"]);
        let twice = json!([entity("note", &json!([{"name": "a", "type": "text"}, {"name": "a", "type": "text"}]))]);
        assert_eq!(json("PUT", drafts, twice).await.problem(422), ["/fields/1/name field.duplicate_name"]);
        for path in ["entity/nothing", "entity/%00", "entity/%D1%8F", "form/deal", &format!("entity/{}", "a".repeat(5000))] {
            for method in ["GET", "DELETE"] {
                let answer = json(method, &format!("{drafts}/{path}"), Value::Null).await.expect(404);
                assert!(answer["detail"].as_str().expect("a text").len() < 200, "{answer}");
            }
        }
        assert_eq!(json("DELETE", &format!("{drafts}/entity/user"), Value::Null).await.problem(422), ["draft.system_entity"]);
        assert_eq!(json("POST", &format!("{drafts}/discard"), json!([{"kind": "entity", "name": "deal"}])).await.problem(422), ["draft.not_changed"]);
        assert_eq!(app.admin.get(&format!("{drafts}?all=perhaps&more=1&kind=thing")).await.problem(400), ["/all request.wrong_value", "/more request.unknown_parameter", "/kind request.wrong_value"]);
        // Plans, publishes, revisions.
        assert_eq!(json("POST", "/api/meta/plan", json!([])).await.problem(400), ["request.not_object"]);
        assert_eq!(json("POST", "/api/meta/plan", json!({"now": true})).await.problem(400), ["/now request.unknown_key"]);
        assert_eq!(json("POST", "/api/meta/publish", json!({})).await.problem(400), ["/plan_id request.missing_key"]);
        assert_eq!(json("POST", "/api/meta/publish", json!({"plan_id": 5})).await.problem(400), ["/plan_id request.unexpected_shape"]);
        assert_eq!(json("POST", "/api/meta/publish", json!({"plan_id": "x", "allow_destructve": true})).await.problem(400), ["/allow_destructve request.unknown_key"]);
        assert_eq!(json("POST", "/api/meta/publish", json!({"plan_id": "\u{0}"})).await.problem(409), ["publish.outdated_plan"]);
        for number in ["99", "0", "x", "-1", "18446744073709551615", "99999999999999999999"] {
            app.admin.get(&format!("/api/meta/revisions/{number}/documents")).await.problem(404);
            app.admin.post(&format!("/api/meta/revisions/{number}/restore"), json!({})).await.problem(404);
        }
        json("PUT", drafts, json!([entity("note", &json!([]))])).await.expect(200);
        assert_eq!(app.admin.post("/api/meta/revisions/1/restore", json!({})).await.problem(409), ["revision.draft_not_empty"]);
        let plan_id = plan(&app).await["plan_id"].clone();
        assert_eq!(json("POST", "/api/meta/publish", json!({"plan_id": plan_id, "note": "a\u{0}"})).await.problem(422), ["/note publish.note_with_nul"]);
        assert_eq!(json("POST", "/api/meta/publish", json!({"plan_id": plan_id, "note": "x".repeat(501)})).await.problem(422), ["/note publish.note_long"]);
        // Expressions and settings.
        let checked = async |body: Value| json("POST", "/api/meta/expressions/check", body).await;
        assert_eq!(checked(json!({"entity": "deal", "expression": "titel == \"x\" && cod == 5"})).await.problem(422), ["/expression expression.unknown_name", "/expression expression.unknown_name"]);
        assert_eq!(checked(json!({"entity": "deal", "expression": "x".repeat(2 << 20)})).await.problem(422), ["/expression expression.too_long"]);
        assert_eq!(checked(json!({"entity": "dael", "expression": "true"})).await.problem(404), ["entity.unknown"]);
        assert_eq!(checked(json!({"entity": "deal", "expression": "true", "record": "x"})).await.problem(400), ["/record request.unexpected_shape"]);
        assert_eq!(json("PATCH", "/api/workspace", json!([])).await.problem(400), ["request.not_object"]);
        assert_eq!(json("PATCH", "/api/workspace", json!({"nam": "x"})).await.problem(400), ["/nam request.unknown_key"]);
        assert_eq!(json("PATCH", "/api/workspace", json!({"name": "a\u{0}", "currency": "XX", "time_zone": "Mars"})).await.problem(422).len(), 3);
        assert_eq!(json("POST", "/api/meta/purge", json!({"ids": ["\u{0}"], "allow_destructive": true})).await.problem(422), ["/ids/0 purge.unknown"]);
    }

    async fn of_two_publishers_one_wins(app: App) {
        let (other, second) = app.another_node().await;
        app.admin.put("/api/meta/drafts", json!([deal()])).await.expect(200);
        let planned = plan(&app).await;
        let body = json!({"plan_id": planned["plan_id"], "allow_destructive": true});
        let tries = (0..6).map(|at| {
            let client = if at % 2 == 0 { app.admin.clone() } else { second.clone() };
            let body = body.clone();
            async move { client.post("/api/meta/publish", body).await.status.as_u16() }
        });
        let mut answers = futures_util::future::join_all(tries).await;
        answers.sort_unstable();
        assert_eq!(answers, [200, 409, 409, 409, 409, 409]);
        assert_eq!(app.engine.catalog().revision.max(other.catalog().revision), 1);
        other.close().await;
    }

    async fn a_plan_of_another_draft_is_outdated(app: App) {
        app.admin.put("/api/meta/drafts", json!([deal()])).await.expect(200);
        let planned = plan(&app).await;
        app.admin.put("/api/meta/drafts", json!([entity("note", &json!([]))])).await.expect(200);
        let body = json!({"plan_id": planned["plan_id"], "allow_destructive": true});
        app.admin.post("/api/meta/publish", body).await.expect(409);
        app.admin.post("/api/meta/publish", json!({"plan_id": "nonsense"})).await.expect(409);
        assert_eq!(app.engine.catalog().revision, 0);
        app.publish_draft().await;
        app.admin.put("/api/meta/drafts", json!([deal()])).await.expect(200);
        app.admin.post("/api/meta/revisions/1/restore", json!({})).await.expect(200);
    }

    async fn an_entity_that_links_to_itself_gives_way_to_the_one_it_replaced(app: App) {
        let part = entity("part", &json!([{"name": "title", "type": "text"}, {"name": "whole", "type": "link", "target": "part"}]));
        app.publish(json!([part.clone()])).await;
        let kept = create(&app, "part", json!({"title": "wheel"})).await;
        app.admin.delete("/api/meta/drafts/entity/part").await.expect(204);
        app.publish_draft().await;
        app.publish(json!([part])).await;
        assert!(list(&app, "part").await.is_empty());
        app.admin.post("/api/meta/revisions/1/restore", json!({})).await.expect(200);
        app.publish_draft().await;
        assert_eq!(list(&app, "part").await[0]["id"], kept["id"]);
    }

    async fn many_tables_are_prepared_by_a_job(app: App) {
        let documents: Vec<Value> = (0..120)
            .map(|at| {
                let target = format!("e{}", (at + 1) % 120);
                let fields = json!([{"name": "title", "type": "text"}, {"name": "next", "type": "link", "target": target},
                    {"name": "many", "type": "links", "target": target}]);
                entity(&format!("e{at}"), &fields)
            })
            .collect();
        app.admin.put("/api/meta/drafts", Value::Array(documents)).await.expect(200);
        let planned = plan(&app).await;
        let body = json!({"plan_id": planned["plan_id"], "allow_destructive": false});
        let job = app.admin.post("/api/meta/publish", body.clone()).await.expect(202)["job"].as_str().expect("a job").to_owned();
        let second = app.admin.post("/api/meta/publish", body).await;
        assert!([409, 202].contains(&second.status.as_u16()), "{second:?}");
        assert_eq!(app.finish(&job).await["state"], "done");
        create(&app, "e119", json!({"title": "x"})).await;
        assert_eq!(app.engine.catalog().revision, 1);
    }

    async fn a_stopped_job_leaves_nothing(app: App) {
        let documents: Vec<Value> = (0..400).map(|at| entity(&format!("e{at}"), &json!([{"name": "title", "type": "text"}]))).collect();
        app.admin.put("/api/meta/drafts", Value::Array(documents)).await.expect(200);
        let planned = plan(&app).await;
        let body = json!({"plan_id": planned["plan_id"], "allow_destructive": false});
        let job = app.admin.post("/api/meta/publish", body).await.expect(202)["job"].as_str().expect("a job").to_owned();
        app.admin.post(&format!("/api/jobs/{job}/cancel"), json!({})).await.expect(200);
        let state = app.finish(&job).await;
        if state["state"] == "cancelled" {
            assert_eq!(app.engine.catalog().revision, 0);
            assert_eq!(plan(&app).await["plan_id"], planned["plan_id"], "no table is left");
        } else {
            assert_eq!(state["state"], "done", "it was quicker than the call");
        }
    }

    async fn mistakes_inside_a_document_are_refused_all_at_once(app: App) {
        let wrong = entity("Deal", &json!([{"name": "a", "type": "nothing"}, {"name": "b", "type": "link"}]));
        let problems = app.admin.put("/api/meta/drafts", json!([deal(), wrong])).await.problem(422);
        assert_eq!(problems, ["/name document.bad_name", "/fields/0/type document.unknown_value"]);
        assert_eq!(app.admin.get("/api/meta/drafts").await.expect(200)["items"], json!([]), "nothing is stored");
        app.admin.put("/api/meta/drafts", json!([deal()])).await.expect(200);
        let other = json!({"kind": "entity", "id": "another", "name": "deal", "fields": []});
        let taken = app.admin.put("/api/meta/drafts", json!([other])).await.problem(422);
        assert_eq!(taken, ["/name draft.name_taken"]);
    }

    async fn mistakes_beside_other_documents_are_told_with_those_inside(app: App) {
        let documents = json!([
            {"kind": "entity", "name": "deal", "title": "nmae", "fields": [{"name": "name", "type": "txet"}, {"name": "maker", "type": "link", "target": "makr"}], "rules": [{"name": "a", "when": "name == 1", "message": {"en": "No"}}]},
            {"kind": "entity", "name": "maker", "fields": [{"name": "deal", "type": "link", "target": "dael"}, {"name": "amount", "type": "integer"}], "rules": [{"name": "a", "when": "amuont > 1", "message": {"en": "No"}}]},
            {"kind": "choice_set", "name": "size", "choices": [{"value": "a"}, {"value": "a"}]},
            {"kind": "role", "name": "clerk", "entities": {"deal": {"read": true, "fields": {"name": "none", "makre": "none"}}, "delas": {"read": true}}}]);
        let refused = app.admin.put("/api/meta/drafts", documents).await;
        assert_eq!(refused.status, 422, "{:#}", refused.body);
        let text = |problem: &Value, key: &str| problem[key].as_str().unwrap_or_default().to_owned();
        let told = |problem: &Value| format!("{}{} {}", text(problem, "document"), text(problem, "path"), text(problem, "code"));
        let mut found: Vec<String> = refused.body["errors"].as_array().unwrap().iter().map(told).collect();
        found.sort();
        // The field that could not be read is there for all that: neither the rule nor the role is blamed for naming it.
        assert_eq!(found, [
            "choice_set/size/choices/1/value choice.duplicate_value",
            "entity/deal/fields/0/type document.unknown_value",
            "entity/deal/fields/1/target reference.unknown_entity",
            "entity/deal/title reference.unknown_field",
            "entity/maker/fields/0/target reference.unknown_entity",
            "entity/maker/rules/0/when expression.unknown_name",
            "role/clerk/entities/deal/fields/makre reference.unknown_field",
            "role/clerk/entities/delas reference.unknown_entity"]);
        let one = app.admin.put("/api/meta/drafts/entity/deal", json!({"kind": "entity", "name": "deal", "fields": [{"name": "a", "type": "integer", "max_length": 1}, {"name": "b", "type": "link", "target": "usr"}], "rules": [{"name": "r", "when": "aa > 1", "message": {"en": "No"}}]})).await;
        let mut found: Vec<String> = one.body["errors"].as_array().unwrap().iter().map(told).collect();
        found.sort();
        assert_eq!(found, ["entity/deal/fields/0/max_length field.option_not_for_type", "entity/deal/fields/1/target reference.unknown_entity", "entity/deal/rules/0/when expression.unknown_name"]);
        assert_eq!(app.admin.get("/api/meta/drafts").await.expect(200)["items"], json!([]));
    }

    async fn requests_read_no_metadata(app: App) {
        app.publish(json!([deal()])).await;
        let away = ["verstak_document", "verstak_physical", "verstak_draft"].map(|table| format!("ALTER TABLE {table} RENAME TO gone_{table}"));
        let mut tx = app.engine.database().begin().await.expect("a transaction");
        tx.execute_script(&away).await.expect("the metadata are out of reach");
        tx.commit().await.expect("a commit");
        let made = create(&app, "deal", json!({"title": "x", "amount": "1.00"})).await;
        let path = format!("/api/records/deal/{}", made["id"].as_str().expect("an id"));
        app.admin.patch(&path, json!({"version": 1, "stage": "won"})).await.expect(200);
        assert_eq!(list(&app, "deal?filter=amount%20%3E%200&sort=-amount").await.len(), 1);
        app.admin.get(&format!("{path}/history")).await.expect(200);
        app.admin.get("/api/meta/catalog").await.expect(200);
        app.admin.get("/api/meta/drafts").await.expect(500);
    }

    async fn only_designers_draw_and_only_administrators_write_roles(app: App) {
        let plain = app.user("plain@example.com", &[]).await;
        plain.get("/api/meta/drafts").await.expect(403);
        plain.put("/api/meta/drafts", json!([deal()])).await.expect(403);
        plain.post("/api/meta/plan", json!({})).await.expect(403);
        let designer = app.user("designer@example.com", &["designer"]).await;
        designer.put("/api/meta/drafts", json!([deal()])).await.expect(200);
        let role = json!({"kind": "role", "name": "sales", "rights": ["use", "administer"], "entities": {"*": {"read": true}}});
        designer.put("/api/meta/drafts", json!([role])).await.expect(403);
        app.admin.put("/api/meta/drafts", json!([role])).await.expect(200);
        let planned = designer.post("/api/meta/plan", json!({})).await.expect(200);
        let body = json!({"plan_id": planned["plan_id"]});
        designer.post("/api/meta/publish", body).await.expect(403);
        app.publish_draft().await;
        app.user("sales@example.com", &["sales"]).await;
    }
}
