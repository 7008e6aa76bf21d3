//! Records: made, read, changed, thrown away and brought back; what is refused, and that a refusal changes nothing.

use serde_json::{Value, json};

use crate::support::{Client, every_database};

/// A small workspace: companies, deals with lines, things of every field type.
fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text", "required": true, "max_length": 50},
            {"name": "code", "type": "text", "unique": true}]},
        {"kind": "entity", "name": "product", "title": "name", "fields": [
            {"name": "name", "type": "text", "required": true}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text", "required": true, "max_length": 200, "label": {"en": "Title", "ru": "Название"}},
            {"name": "number", "type": "auto_number", "pattern": "D-{0000}"},
            {"name": "amount", "type": "money", "min": "0"},
            {"name": "stage", "type": "choice", "default": "new", "choices": [{"value": "new"}, {"value": "won"}, {"value": "lost"}]},
            {"name": "opened_on", "type": "date", "default": {"expression": "today()"}},
            {"name": "closed_on", "type": "date"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals", "on_delete": "restrict"},
            {"name": "partner", "type": "link", "target": "company", "inverse": "partner_deals", "on_delete": "set_empty"},
            {"name": "watchers", "type": "links", "target": "user"},
            {"name": "items", "type": "children", "target": "deal_item", "inverse": "deal"}],
         "rules": [
            {"name": "won_needs_amount", "when": "stage == \"won\" && amount == ()", "message": {"en": "A won deal needs an amount", "ru": "Нужна сумма"}},
            {"name": "closed_after_opened", "when": "closed_on < opened_on", "message": {"en": "Closed before opened"}}]},
        {"kind": "entity", "name": "deal_item", "fields": [
            {"name": "deal", "type": "link", "target": "deal", "required": true, "on_delete": "cascade"},
            {"name": "product", "type": "link", "target": "product", "on_delete": "restrict", "required": true},
            {"name": "price", "type": "money", "required": true},
            {"name": "quantity", "type": "integer", "min": 1, "default": 1}]},
        {"kind": "entity", "name": "thing", "title": "text", "fields": [
            {"name": "text", "type": "text"}, {"name": "long", "type": "long_text"}, {"name": "rich", "type": "rich_text"},
            {"name": "email", "type": "email"}, {"name": "phone", "type": "phone"}, {"name": "url", "type": "url"},
            {"name": "whole", "type": "integer"}, {"name": "exact", "type": "decimal", "precision": 28, "scale": 12},
            {"name": "money", "type": "money"}, {"name": "percent", "type": "percent"}, {"name": "truth", "type": "boolean"},
            {"name": "date", "type": "date"}, {"name": "moment", "type": "datetime"}, {"name": "time", "type": "time"},
            {"name": "length", "type": "duration"},
            {"name": "one", "type": "choice", "choices": [{"value": "a"}, {"value": "b"}]},
            {"name": "many", "type": "multi_choice", "choices": [{"value": "a"}, {"value": "b"}, {"value": "c"}]},
            {"name": "person", "type": "user"}, {"name": "any", "type": "any_link", "targets": ["company", "deal"]},
            {"name": "file", "type": "file"}, {"name": "place", "type": "location"}, {"name": "address", "type": "address"},
            {"name": "json", "type": "json"}, {"name": "color", "type": "color"}, {"name": "rating", "type": "rating"},
            {"name": "secret", "type": "secret"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "company": {"read": true}, "deal": {"read": true, "create": true, "update": true},
            "deal_item": {"read": true, "create": true, "update": true, "delete": true}, "product": {"read": true},
            "user": {"read": true}, "thing": {"create": true}}}
    ])
}

async fn make(client: &Client, entity: &str, values: Value) -> Value {
    client.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

fn id(record: &Value) -> &str {
    record["id"].as_str().expect("an id")
}

every_database! {
    async fn a_record_lives(app: App) {
        app.publish(documents()).await;
        let company = make(&app.admin, "company", json!({"name": "Ромашка", "code": "R"})).await;
        let answer = app.admin.post("/api/records/deal", json!({
            "title": "Чай", "amount": 1250.5, "company": id(&company),
        })).await;
        let location = answer.headers["location"].to_str().unwrap().to_owned();
        let deal = answer.expect(201);
        assert!(location.ends_with(&format!("/api/records/deal/{}", id(&deal))));
        assert_eq!(deal["amount"], "1250.50");
        assert_eq!(deal["number"], "D-0001");
        assert_eq!(deal["stage"], "new");
        assert_eq!(deal["company"], json!({"id": id(&company), "title": "Ромашка"}));
        assert_eq!(deal["version"], 1);
        assert!(deal["opened_on"].is_string());
        let path = format!("/api/records/deal/{}", id(&deal));
        assert_eq!(app.admin.get(&path).await.expect(200), deal);
        let changed = app.admin.patch(&path, json!({"version": 1, "stage": "won", "company": null})).await.expect(200);
        assert_eq!((&changed["stage"], &changed["company"], &changed["version"]), (&json!("won"), &json!(null), &json!(2)));
        let list = app.admin.get("/api/records/deal?select=title,stage&filter=stage%20==%20%22won%22&count=exact").await.expect(200);
        assert_eq!(list["count"], 1);
        assert_eq!(list["items"][0]["title"], "Чай");
        assert_eq!(app.admin.delete(&path).await.status, 204);
        app.admin.get(&path).await.expect(404);
        app.admin.patch(&path, json!({"version": 2, "title": "x"})).await.expect(404);
        let bin = app.admin.get("/api/records/deal?deleted=true").await.expect(200);
        assert_eq!(bin["items"].as_array().unwrap().len(), 1);
        let restored = app.admin.post(&format!("{path}/restore"), json!({})).await.expect(200);
        assert_eq!(restored["title"], "Чай");
        let history = app.admin.get(&format!("{path}/history")).await.expect(200);
        let operations: Vec<&str> = history["items"].as_array().unwrap().iter().filter_map(|item| item["operation"].as_str()).collect();
        assert_eq!(operations, ["restore", "delete", "update", "create"]);
        let update = &history["items"][2];
        assert!(update["by"]["title"].is_string(), "{update:#}");
        let changes = update["changes"].as_array().unwrap();
        assert!(changes.contains(&json!({"field": "stage", "from": "new", "to": "won"})), "{changes:?}");
        assert!(changes.contains(&json!({"field": "company", "from": {"id": id(&company), "title": "Ромашка"}, "to": null})), "{changes:?}");
    }

    async fn every_type_comes_back_as_written(app: App) {
        app.publish(documents()).await;
        let company = make(&app.admin, "company", json!({"name": "Ромашка"})).await;
        let me = app.admin.get("/api/auth/me").await.expect(200);
        let user = me["user"]["id"].as_str().or(me["id"].as_str()).expect("my id").to_owned();
        let values = json!({
            "text": "Ёж «и» 😀", "long": "a\nb", "rich": "<p>x<script>1</script></p>", "email": "a@b.ru", "phone": "+7 495 1", "url": "https://b.ru/",
            "whole": -9_007_199_254_740_993_i64, "exact": "-1234567890123456.123456789012", "money": "0.1", "percent": "0.15", "truth": false,
            "date": "2026-01-31", "moment": "2026-01-31T12:30:00.5+03:00", "time": "09:30", "length": "PT90M",
            "one": "b", "many": ["c", "a"], "person": user, "any": {"entity": "company", "id": id(&company)},
            "place": {"lat": 55.75, "lon": 37.6}, "address": {"city": "Москва"}, "json": {"a": [1, null, "ё"]}, "color": "#FFaa00", "rating": 5,
            "secret": "шёпот",
        });
        let made = make(&app.admin, "thing", values).await;
        let expected = json!({
            "text": "Ёж «и» 😀", "long": "a\nb", "rich": "<p>x</p>", "email": "a@b.ru", "phone": "+7 495 1", "url": "https://b.ru/",
            "whole": -9_007_199_254_740_993_i64, "exact": "-1234567890123456.123456789012", "money": "0.10", "truth": false,
            "date": "2026-01-31", "moment": "2026-01-31T09:30:00.500Z", "time": "09:30:00", "length": "PT1H30M",
            "one": "b", "many": ["a", "c"], "any": {"entity": "company", "id": id(&company), "title": "Ромашка"},
            "place": {"lat": 55.75, "lon": 37.6}, "address": {"city": "Москва"}, "json": {"a": [1, null, "ё"]}, "color": "#ffaa00", "rating": 5,
            "secret": {"has_value": true},
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&made[name], value, "{name}");
        }
        assert_eq!(made["person"]["id"], json!(user));
        let path = format!("/api/records/thing/{}", id(&made));
        let emptied: serde_json::Map<String, Value> =
            expected.as_object().unwrap().keys().map(|name| (name.clone(), Value::Null)).chain([("version".to_owned(), json!(1))]).collect();
        let empty = app.admin.patch(&path, Value::Object(emptied)).await.expect(200);
        for name in expected.as_object().unwrap().keys() {
            assert_eq!(empty[name], json!(null), "{name}");
        }
    }

    async fn every_mistake_is_named_at_once(app: App) {
        app.publish(documents()).await;
        let refused = |values: Value| {
            let admin = app.admin.clone();
            async move { let mut all = admin.post("/api/records/deal", values).await.problem(422); all.sort(); all }
        };
        assert_eq!(
            refused(json!({"amont": 1, "amount": "1.234", "stage": "wonn", "number": "7", "company": "nobody",
                "closed_on": "yesterday", "id": "x", "items": [{"price": "x"}, 5]})).await,
            ["/amont record.unknown_field", "/amount record.too_many_digits", "/closed_on record.date_malformed",
             "/company record.not_an_id", "/id record.read_only_field", "/items/0/price record.not_a_number",
             "/items/0/product record.required", "/items/1 record.line_malformed", "/number record.read_only_field",
             "/stage record.not_a_choice", "/title record.required"]);
        assert_eq!(refused(json!({"title": "x", "amount": -1})).await, ["/amount record.too_small"]);
        assert_eq!(refused(json!({"title": "x", "stage": "won"})).await, ["record.rule"]);
        assert_eq!(refused(json!({"title": "x", "company": "01990000-0000-7000-8000-000000000000"})).await, ["/company record.link_not_found"]);
        assert_eq!(refused(json!({"title": "a\0b"})).await, ["/title record.text_with_nul"]);
        assert_eq!(refused(json!({"title": "x".repeat(2 << 20)})).await, ["/title record.text_too_large"]);
        assert_eq!(refused(json!({"title": "x".repeat(201)})).await, ["/title record.too_long"]);
        let russian = app.admin.request(reqwest::Method::POST, "/api/records/deal").header("Accept-Language", "ru").json(&json!({}));
        let body = app.admin.send(russian).await.expect(422);
        assert_eq!(body["errors"][0]["message"], "Заполните поле «Название».");
        let list = app.admin.get("/api/records/deal?count=exact").await.expect(200);
        assert_eq!(list["count"], 0);
        let events = app.admin.get("/api/records/audit_event?count=exact&filter=operation%20==%20%22create%22%20%26%26%20entity%20!=%20%22user%22").await.expect(200);
        assert_eq!(events["count"], 0, "{events:#}");
    }

    async fn a_stale_version_is_refused_with_what_is_there_now(app: App) {
        app.publish(documents()).await;
        let deal = make(&app.admin, "deal", json!({"title": "Чай"})).await;
        let path = format!("/api/records/deal/{}", id(&deal));
        app.admin.patch(&path, json!({"title": "x"})).await.expect(428);
        app.admin.patch(&path, json!({"version": 1, "title": "Кофе"})).await.expect(200);
        let stale = app.admin.patch(&path, json!({"version": 1, "title": "Сок", "stage": "new"})).await.expect(409);
        assert_eq!(stale["current_version"], 2);
        assert_eq!(stale["current"]["title"], "Кофе");
        assert_eq!(stale["errors"][0]["path"], "/title", "{stale:#}");
        let listed = json!({"operations": [{"op": "update", "entity": "deal", "id": id(&deal), "version": 1, "values": {"title": "Сок"}}]});
        let stale = app.admin.post("/api/records/batch", listed).await.expect(409);
        assert_eq!(stale["current"]["title"], "Кофе");
        // Nothing changes, so nothing moves.
        let same = app.admin.patch(&path, json!({"version": 2, "title": "Кофе"})).await.expect(200);
        assert_eq!(same["version"], 2);
    }

    async fn no_update_is_lost(app: App) {
        app.publish(documents()).await;
        let deal = make(&app.admin, "deal", json!({"title": "Счёт", "amount": 0})).await;
        let path = format!("/api/records/deal/{}", id(&deal));
        let clients = (0..16).map(|_| {
            let (admin, path) = (app.admin.clone(), path.clone());
            tokio::spawn(async move {
                for _ in 0..3 {
                    loop {
                        let now = admin.get(&path).await.expect(200);
                        let amount: f64 = now["amount"].as_str().unwrap().parse().unwrap();
                        let answer = admin.patch(&path, json!({"version": now["version"], "amount": amount + 1.0})).await;
                        match answer.status.as_u16() {
                            200 => break,
                            409 => {}
                            other => panic!("{other}: {:#}", answer.body),
                        }
                    }
                }
            })
        });
        for client in clients.collect::<Vec<_>>() {
            client.await.unwrap();
        }
        let now = app.admin.get(&path).await.expect(200);
        assert_eq!((&now["amount"], &now["version"]), (&json!("48.00"), &json!(49)));
    }

    async fn lines_go_and_come_with_their_parent(app: App) {
        app.publish(documents()).await;
        let tea = make(&app.admin, "product", json!({"name": "Чай"})).await;
        let deal = make(&app.admin, "deal", json!({"title": "x", "items": [
            {"product": id(&tea), "price": 10}, {"product": id(&tea), "price": 20, "quantity": 2}, {"product": id(&tea), "price": 30}]})).await;
        let items = deal["items"].as_array().unwrap();
        assert_eq!(items.len(), 3, "{deal:#}");
        assert_eq!(items[0]["quantity"], 1);
        let path = format!("/api/records/deal/{}", id(&deal));
        let changed = app.admin.patch(&path, json!({"version": 1, "items": [
            {"id": items[1]["id"], "price": "25"}, {"product": id(&tea), "price": "40"}]})).await.expect(200);
        let prices: Vec<&str> = changed["items"].as_array().unwrap().iter().filter_map(|item| item["price"].as_str()).collect();
        assert_eq!(prices, ["25.00", "40.00"]);
        assert_eq!(changed["version"], 2);
        let wrong = app.admin.patch(&path, json!({"version": 2, "items": [{"id": items[1]["id"], "price": ""}, {"price": "1"}]})).await;
        let mut wrong = wrong.problem(422);
        wrong.sort();
        assert_eq!(wrong, ["/items/0/price record.required", "/items/1/product record.required"]);
        let twice = json!({"version": 2, "items": [{"id": items[1]["id"], "price": "26"}, {"id": items[1]["id"], "price": "27"}]});
        assert_eq!(app.admin.patch(&path, twice).await.problem(422), ["/items/1/id record.line_twice"]);
        app.admin.delete(&format!("/api/records/product/{}", id(&tea))).await.problem(409);
        assert_eq!(app.admin.delete(&path).await.status, 204);
        let lines = app.admin.get("/api/records/deal_item?count=exact").await.expect(200);
        assert_eq!(lines["count"], 0);
        let restored = app.admin.post(&format!("{path}/restore"), json!({})).await.expect(200);
        let prices: Vec<&str> = restored["items"].as_array().unwrap().iter().filter_map(|item| item["price"].as_str()).collect();
        assert_eq!(prices, ["25.00", "40.00"]);
    }

    async fn lines_exchange_unique_values(app: App) {
        app.publish(json!([
            {"kind": "entity", "name": "plan", "fields": [{"name": "title", "type": "text"}, {"name": "steps", "type": "children", "target": "step", "inverse": "plan"}]},
            {"kind": "entity", "name": "step", "unique": [["plan", "place"]], "fields": [{"name": "plan", "type": "link", "target": "plan"},
                {"name": "place", "type": "integer"}, {"name": "code", "type": "text", "unique": true}]}])).await;
        let steps = |plan: &Value| plan["steps"].as_array().unwrap().iter().map(|step| json!([step["place"], step["code"]])).collect::<Vec<_>>();
        let plan = make(&app.admin, "plan", json!({"title": "x", "steps": [{"place": 1, "code": "a"}, {"place": 2, "code": "b"}, {"place": 3, "code": "c"}]})).await;
        let (path, ids) = (format!("/api/records/plan/{}", id(&plan)), plan["steps"].as_array().unwrap().iter().map(|step| step["id"].clone()).collect::<Vec<_>>());
        let moved = json!({"version": 1, "steps": [{"id": ids[0], "place": 2, "code": "c"}, {"id": ids[1], "place": 3, "code": "b"}, {"id": ids[2], "place": 1, "code": "a"}]});
        let moved = app.admin.patch(&path, moved).await.expect(200);
        assert_eq!(json!(steps(&moved)), json!([[2, "c"], [3, "b"], [1, "a"]]));
        // What nobody gives up stays taken, and nothing is changed by the attempt.
        let taken = json!({"version": 2, "steps": [{"id": ids[0], "place": 1}, {"id": ids[1], "place": 3}, {"id": ids[2], "place": 1}]});
        assert_eq!(app.admin.patch(&path, taken).await.problem(409), ["/steps/2/plan record.duplicate"]);
        let added = json!({"version": 2, "steps": [{"id": ids[0]}, {"id": ids[1]}, {"place": 9, "code": "b"}, {"place": 8, "code": "d"}]});
        assert_eq!(app.admin.patch(&path, added).await.problem(409), ["/steps/2/code record.duplicate"]);
        assert_eq!(steps(&app.admin.get(&path).await.expect(200)), steps(&moved));
    }

    async fn the_bin_respects_what_refers(app: App) {
        app.publish(documents()).await;
        let company = make(&app.admin, "company", json!({"name": "A", "code": "A"})).await;
        let partner = make(&app.admin, "company", json!({"name": "B", "code": "B"})).await;
        let deal = make(&app.admin, "deal", json!({"title": "x", "company": id(&company), "partner": id(&partner)})).await;
        let refused = app.admin.delete(&format!("/api/records/company/{}", id(&company))).await;
        assert_eq!(refused.problem(409), ["record.still_referenced"]);
        assert_eq!(app.admin.delete(&format!("/api/records/company/{}", id(&partner))).await.status, 204);
        let now = app.admin.get(&format!("/api/records/deal/{}", id(&deal))).await.expect(200);
        assert_eq!((&now["partner"], &now["version"]), (&json!(null), &json!(2)));
        // A record in the bin is nobody's target, and its unique values are free.
        let gone = app.admin.patch(&format!("/api/records/deal/{}", id(&deal)), json!({"version": 2, "partner": id(&partner)})).await;
        assert_eq!(gone.problem(422), ["/partner record.link_not_found"]);
        make(&app.admin, "company", json!({"name": "B2", "code": "B"})).await;
        let back = app.admin.post(&format!("/api/records/company/{}/restore", id(&partner)), json!({})).await;
        assert_eq!(back.problem(409), ["record.duplicate"]);
    }

    async fn unique_values_are_told_by_field(app: App) {
        app.publish(documents()).await;
        make(&app.admin, "company", json!({"name": "A", "code": "A"})).await;
        let twice = app.admin.post("/api/records/company", json!({"name": "B", "code": "A"})).await;
        assert_eq!(twice.problem(409), ["/code record.duplicate"]);
        make(&app.admin, "company", json!({"name": "C"})).await;
        make(&app.admin, "company", json!({"name": "D", "code": ""})).await;
        // Of several, each that is taken is named: by one that is there, and by an earlier one of the same request.
        let codes = ["E", "A", "F", "E"].map(|code| json!({"op": "create", "entity": "company", "values": {"name": code, "code": code}}));
        let several = app.admin.post("/api/records/batch", json!({"operations": codes})).await;
        assert_eq!(several.problem(409), ["/operations/1/values/code record.duplicate", "/operations/3/values/code record.duplicate"]);
        assert_eq!(app.admin.get("/api/records/company?count=exact").await.expect(200)["count"], 3);
    }

    async fn a_batch_is_all_or_nothing(app: App) {
        app.publish(documents()).await;
        let operations = json!({"operations": [
            {"op": "create", "entity": "company", "values": {"name": "A"}},
            {"op": "create", "entity": "deal", "values": {"title": "x", "company": "$0"}},
            {"op": "update", "entity": "deal", "id": "$1", "version": 1, "values": {"title": "y"}}]});
        let answer = app.admin.post("/api/records/batch", operations).await.expect(200);
        assert_eq!(answer["items"][2]["record"]["title"], "y", "{answer:#}");
        assert_eq!(answer["items"][2]["record"]["company"]["title"], "A");
        let wrong = app.admin.post("/api/records/batch", json!({"operations": [
            {"op": "create", "entity": "company", "values": {"name": "B"}},
            {"op": "create", "entity": "deal", "values": {"company": "$0"}},
            {"op": "create", "entity": "deal", "values": {"title": "z", "company": "$7", "stage": "?"}},
            {"op": "delete", "entity": "deal", "id": "nobody"}]})).await;
        let mut wrong = wrong.problem(422);
        wrong.sort();
        assert_eq!(wrong, ["/operations/1/values/title record.required", "/operations/2/values/company batch.unknown_reference",
            "/operations/2/values/stage record.not_a_choice", "/operations/3/id batch.unknown_reference"]);
        let companies = app.admin.get("/api/records/company?count=exact").await.expect(200);
        assert_eq!(companies["count"], 1);
        let many: Vec<Value> = (0..1_000).map(|n| json!({"op": "create", "entity": "company", "values": {"name": format!("N{n}")}})).collect();
        let answer = app.admin.post("/api/records/batch", json!({"operations": many})).await.expect(200);
        assert_eq!(answer["items"].as_array().unwrap().len(), 1_000);
        let many: Vec<Value> = (0..1_001).map(|n| json!({"op": "create", "entity": "company", "values": {"name": format!("N{n}")}})).collect();
        assert_eq!(app.admin.post("/api/records/batch", json!({"operations": many})).await.problem(422), ["/operations batch.too_many"]);
    }

    async fn a_repeated_request_makes_one_record(app: App) {
        app.publish(documents()).await;
        let post = |name: &'static str| app.admin.request(reqwest::Method::POST, "/api/records/company").header("Idempotency-Key", "k1").json(&json!({"name": name}));
        let first = app.admin.send(post("A")).await.expect(201);
        let again = app.admin.send(post("A")).await.expect(201);
        assert_eq!(first["id"], again["id"]);
        assert_eq!(app.admin.send(post("B")).await.problem(422), ["record.idempotency_key_reused"]);
        assert_eq!(app.admin.get("/api/records/company?count=exact").await.expect(200)["count"], 1);
    }

    async fn rights_hold_for_every_operation(app: App) {
        app.publish(documents()).await;
        let sales = app.user("sales@example.com", &["sales"]).await;
        let company = make(&app.admin, "company", json!({"name": "A"})).await;
        let deal = make(&sales, "deal", json!({"title": "x", "company": id(&company)})).await;
        sales.post("/api/records/company", json!({"name": "B"})).await.expect(403);
        sales.delete(&format!("/api/records/deal/{}", id(&deal))).await.expect(403);
        sales.get("/api/records/thing").await.expect(404);
        sales.get("/api/records/nothing").await.expect(404);
        sales.get(&format!("/api/records/thing/{}", id(&deal))).await.expect(404);
        let blind = make(&sales, "thing", json!({"text": "unseen"})).await;
        assert_eq!(blind.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "version"]);
        sales.patch(&format!("/api/records/deal/{}", id(&deal)), json!({"version": 1, "title": "y"})).await.expect(200);
        sales.post("/api/records/user", json!({"name": "z", "email": "z@example.com"})).await.expect(403);
    }

    async fn the_last_administrator_stays(app: App) {
        let me = app.admin.get("/api/records/user").await.expect(200)["items"][0].clone();
        let path = format!("/api/records/user/{}", id(&me));
        let version = me["version"].clone();
        assert_eq!(app.admin.patch(&path, json!({"version": version, "is_active": false})).await.problem(409), ["user.last_administrator"]);
        assert_eq!(app.admin.patch(&path, json!({"version": version, "roles": []})).await.problem(409), ["user.last_administrator"]);
        assert_eq!(app.admin.delete(&path).await.problem(409), ["user.last_administrator"]);
        app.user("second@example.com", &["administrator"]).await;
        app.admin.patch(&path, json!({"version": version, "is_active": false})).await;
        app.admin.get("/api/auth/me").await.expect(401);
    }

    async fn a_person_of_the_audit_can_go(app: App) {
        app.publish(documents()).await;
        let sales = app.user("sales@example.com", &["sales"]).await;
        let deal = make(&sales, "deal", json!({"title": "x"})).await;
        let found = app.admin.get("/api/records/user?filter=email%20==%20%22sales@example.com%22").await.expect(200);
        let path = format!("/api/records/user/{}", id(&found["items"][0]));
        // What a person answers for is given to another first.
        assert_eq!(app.admin.delete(&path).await.problem(409), ["record.still_referenced"]);
        app.admin
            .patch(&format!("/api/records/deal/{}", id(&deal)), json!({"version": 1, "owner": null}))
            .await
            .expect(200);
        let gone = app.admin.delete(&path).await;
        assert_eq!(gone.status, 204, "{:#}", gone.body);
        sales.get("/api/auth/me").await.expect(401);
    }

    async fn a_file_is_read_through_its_record(app: App) {
        app.publish(documents()).await;
        let form = reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(vec![7_u8; 600_000]).file_name("../ab.bin"));
        let file = app.admin.send(app.admin.request(reqwest::Method::POST, "/api/files").multipart(form)).await.expect(201);
        assert_eq!((&file["name"], &file["size"]), (&json!("ab.bin"), &json!(600_000)));
        let sales = app.user("sales@example.com", &["sales"]).await;
        let path = format!("/api/files/{}", id(&file));
        sales.get(&path).await.expect(404);
        assert_eq!(sales.post("/api/records/thing", json!({"file": id(&file)})).await.problem(422), ["/file record.link_not_found"]);
        let bytes = app.admin.request(reqwest::Method::GET, &path).send().await.unwrap().bytes().await.unwrap();
        assert_eq!(bytes.len(), 600_000);
        let thing = make(&app.admin, "thing", json!({"file": id(&file)})).await;
        assert_eq!(thing["file"], json!({"id": id(&file), "name": "ab.bin", "size": 600_000, "type": "application/octet-stream"}));
        // The role may make things and not read them.
        sales.get(&path).await.expect(404);
    }

    async fn changes_are_told_to_those_who_may_read(app: App) {
        app.publish(documents()).await;
        let sales = app.user("sales@example.com", &["sales"]).await;
        let mut stream = sales.request(reqwest::Method::GET, "/api/events").send().await.unwrap();
        assert_eq!(stream.status(), 200);
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        make(&app.admin, "thing", json!({"text": "unseen"})).await;
        let company = make(&app.admin, "company", json!({"name": "A"})).await;
        let mut heard = String::new();
        while !heard.contains("\"company\"") {
            let chunk = tokio::time::timeout(std::time::Duration::from_secs(10), stream.chunk()).await;
            heard.push_str(&String::from_utf8_lossy(&chunk.expect("an event in time").unwrap().expect("the stream goes on")));
        }
        assert!(heard.contains(id(&company)) && heard.contains("event: record"), "{heard}");
        assert!(!heard.contains("thing"), "{heard}");
    }
}
