//! Conditions on fields: what is shown, needed and locked, and what may be chosen, on every way of saving.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, App, Client, every_database};

fn documents() -> Value {
    let won = json!({"when": "stage == \"won\"", "message": {"en": "A won deal keeps it", "ru": "Сделка выиграна"}});
    json!([
        {"kind": "choice_set", "name": "steps", "choices": [{"value": "call"}, {"value": "bill"}, {"value": "pay"}]},
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text", "unique": true}, {"name": "region", "type": "text"},
            {"name": "rating", "type": "integer"}]},
        {"kind": "entity", "name": "contact", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "region", "type": "text"},
            {"name": "company", "type": "link", "target": "company", "inverse": "contacts"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text", "required": true},
            {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}, {"value": "lost"}], "default": "new"},
            {"name": "amount", "type": "money", "lock": won},
            {"name": "reason", "type": "choice", "choices": [{"value": "price"}, {"value": "time"}],
                "show": {"when": "stage == \"lost\""},
                "require": {"when": "stage == \"lost\"", "message": {"en": "Say why it was lost", "ru": "Укажите причину"}}},
            {"name": "paid", "type": "date", "required": true, "show": {"when": "stage == \"won\""}},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"},
            {"name": "contact", "type": "link", "target": "contact", "inverse": "deals",
                "options": {"when": "option.company == company", "message": {"en": "Choose somebody of the company"}}},
            {"name": "guests", "type": "links", "target": "contact", "inverse": "visits",
                "options": {"when": "option.region == company.region"}},
            {"name": "step", "type": "choice", "choice_set": "steps",
                "options": {"when": "option != \"pay\" || amount > 0"}},
            {"name": "discount", "type": "integer", "show": {"when": "company.region == \"north\""}},
            {"name": "review", "type": "text", "require": {"when": "company.rating < 3 || items.count() > 2"}},
            {"name": "code", "type": "text", "lock": {"when": "items.count() > 0"}},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal", "show": {"when": "title != \"bare\""}}]},
        {"kind": "entity", "name": "item", "title": "name", "fields": [
            {"name": "name", "type": "text"},
            {"name": "price", "type": "money", "lock": {"when": "deal.stage == \"won\""}},
            {"name": "note", "type": "text", "show": {"when": "price > 100"}}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "deal": {"read": true, "create": true, "update": true, "fields": {"amount": "none"}},
            "company": {"read": true, "fields": {"rating": "none"}},
            "contact": {"read": true}, "item": {"read": true, "create": true, "update": true}}}
    ])
}

async fn make(client: &Client, entity: &str, values: Value) -> Value {
    client.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

fn path(entity: &str, record: &Value) -> String {
    format!("/api/records/{entity}/{}", record["id"].as_str().expect("an id"))
}

async fn change(client: &Client, entity: &str, record: &Value, mut values: Value) -> Answer {
    let now = client.get(&path(entity, record)).await.expect(200);
    values["version"] = now["version"].clone();
    client.send(client.request(Method::PATCH, &path(entity, record)).json(&values)).await
}

struct World {
    north: Value,
    south: Value,
    anna: Value,
    boris: Value,
}

async fn world(app: &App) -> World {
    app.publish(documents()).await;
    let north = make(&app.admin, "company", json!({"name": "North", "region": "north", "rating": 5})).await;
    let south = make(&app.admin, "company", json!({"name": "South", "region": "south", "rating": 1})).await;
    let anna = make(&app.admin, "contact", json!({"name": "Anna", "region": "north", "company": north["id"]})).await;
    let boris = make(&app.admin, "contact", json!({"name": "Boris", "region": "south", "company": south["id"]})).await;
    World { north, south, anna, boris }
}

async fn picked(client: &Client, body: Value) -> Value {
    client.post("/api/records/deal/options", body).await.expect(200)
}

fn titles(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().filter_map(|item| item["title"].as_str()).collect()
}

every_database! {
    async fn a_record_obeys_the_conditions_on_its_own_values(app: App) {
        world(&app).await;
        let client = &app.admin;
        // A new record: what is not shown is not needed, and nothing is put there; every mistake at once.
        let refused = client.post("/api/records/deal", json!({"title": "A", "reason": "price", "stage": "won", "amount": "5"})).await;
        assert_eq!(
            refused.problem(422),
            ["/amount validation.locked", "/reason validation.not_shown", "/paid record.required"]
        );
        let lost = client.post("/api/records/deal", json!({"title": "A", "stage": "lost", "step": "pay"})).await;
        assert_eq!(lost.body["errors"][0]["message"], json!("Say why it was lost"), "{:#}", lost.body);
        assert_eq!(lost.problem(422), ["/reason validation.required", "/step validation.not_an_option"]);
        let deal = make(client, "deal", json!({"title": "A", "amount": "5", "step": "pay"})).await;
        // What was chosen stays, whatever becomes of the condition.
        let deal_is = change(client, "deal", &deal, json!({"amount": null})).await.expect(200);
        assert_eq!(deal_is["step"], json!("pay"));
        change(client, "deal", &deal, json!({"step": "call", "amount": "7"})).await.expect(200);
        // The save that locks changes the value, the next one does not, and unlocking is a save of its own.
        change(client, "deal", &deal, json!({"stage": "won", "amount": "8", "paid": "2026-01-31"})).await.expect(200);
        let locked = change(client, "deal", &deal, json!({"stage": "new", "amount": "9"})).await;
        assert_eq!(locked.body["errors"][0]["message"], json!("A won deal keeps it"));
        assert_eq!(locked.problem(422), ["/amount validation.locked"]);
        change(client, "deal", &deal, json!({"amount": "8.00", "title": "B"})).await.expect(200);
        change(client, "deal", &deal, json!({"stage": "new"})).await.expect(200);
        // What is no more shown keeps its value, may be sent back or emptied, and is not needed.
        assert_eq!(change(client, "deal", &deal, json!({"paid": "2026-02-01"})).await.problem(422), ["/paid validation.not_shown"]);
        change(client, "deal", &deal, json!({"paid": "2026-01-31", "amount": "9"})).await.expect(200);
        change(client, "deal", &deal, json!({"paid": null})).await.expect(200);
        let both = change(client, "deal", &deal, json!({"stage": "won", "paid": null, "title": ""})).await;
        assert_eq!(both.problem(422), ["/title record.required", "/paid record.required"]);
    }

    async fn a_record_obeys_the_conditions_on_what_it_leads_to(app: App) {
        let World { north, south, anna, boris } = world(&app).await;
        let client = &app.admin;
        let values = json!({"title": "A", "company": north["id"], "contact": boris["id"], "guests": [anna["id"], boris["id"]], "discount": 5});
        let also = client.post("/api/records/deal", json!({"company": north["id"], "contact": boris["id"], "reason": "time"})).await;
        assert_eq!(
            also.problem(422),
            ["/title record.required", "/reason validation.not_shown", "/contact validation.not_an_option"],
            "what only the database tells comes with the rest"
        );
        let refused = client.post("/api/records/deal", values).await;
        assert!(refused.body.to_string().contains("Choose somebody of the company"), "{:#}", refused.body);
        assert_eq!(refused.problem(422), ["/contact validation.not_an_option", "/guests validation.not_an_option"]);
        let deal = make(client, "deal", json!({"title": "A", "company": north["id"], "contact": anna["id"], "guests": [anna["id"]], "discount": 5})).await;
        // Only what is newly chosen is judged: the old choice stays where the company is another one.
        let moved = change(client, "deal", &deal, json!({"company": south["id"]})).await;
        assert_eq!(moved.problem(422), ["/review record.required"]);
        change(client, "deal", &deal, json!({"company": south["id"], "review": "known", "discount": 5})).await.expect(200);
        assert_eq!(change(client, "deal", &deal, json!({"discount": 6})).await.problem(422), ["/discount validation.not_shown"]);
        let added = change(client, "deal", &deal, json!({"guests": [anna["id"], boris["id"]]})).await.expect(200);
        assert_eq!(added["contact"]["title"], json!("Anna"));
        change(client, "deal", &deal, json!({"contact": boris["id"]})).await.expect(200);
        assert_eq!(change(client, "deal", &deal, json!({"contact": anna["id"]})).await.problem(422), ["/contact validation.not_an_option"]);
        // Lines count as they become; a lock looks at those that were there.
        let three = json!([{"name": "a"}, {"name": "b"}, {"name": "c"}]);
        let plain = make(client, "deal", json!({"title": "B", "code": "1"})).await;
        assert_eq!(change(client, "deal", &plain, json!({"items": three})).await.problem(422), ["/review record.required"]);
        change(client, "deal", &plain, json!({"items": [{"name": "a"}], "code": "2"})).await.expect(200);
        assert_eq!(change(client, "deal", &plain, json!({"items": [], "code": "3"})).await.problem(422), ["/code validation.locked"]);
        change(client, "deal", &plain, json!({"items": []})).await.expect(200);
        change(client, "deal", &plain, json!({"code": "3"})).await.expect(200);
    }

    async fn lines_batches_and_imports_obey_them(app: App) {
        let World { north, boris, .. } = world(&app).await;
        let client = &app.admin;
        let lines = json!([{"name": "a", "price": "5", "note": "x"}, {"name": "b", "price": "500", "note": "y"}]);
        let refused = client.post("/api/records/deal", json!({"title": "A", "items": lines, "reason": "time"})).await;
        assert_eq!(refused.problem(422), ["/reason validation.not_shown", "/items/0/note validation.not_shown"]);
        let bare = client.post("/api/records/deal", json!({"title": "bare", "items": [{"name": "a"}]})).await;
        assert_eq!(bare.problem(422), ["/items validation.not_shown"]);
        let deal = make(client, "deal", json!({"title": "A", "items": [{"name": "a", "price": "5"}]})).await;
        change(client, "deal", &deal, json!({"stage": "won", "paid": "2026-01-31"})).await.expect(200);
        let now = client.get(&path("deal", &deal)).await.expect(200);
        let line = &now["items"][0]["id"];
        let same = json!({"items": [{"id": line, "name": "renamed", "price": "5"}]});
        change(client, "deal", &deal, same).await.expect(200);
        let other = change(client, "deal", &deal, json!({"items": [{"id": line, "price": "6"}, {"name": "new", "price": "7"}], "stage": "new"})).await;
        assert_eq!(other.problem(422), ["/items/0/price validation.locked"]);

        let one = |values: Value| json!({"op": "create", "entity": "deal", "values": values});
        let several = json!({"operations": [
            one(json!({"title": "1", "company": north["id"]})),
            one(json!({"title": "2", "company": north["id"], "contact": boris["id"]})),
            one(json!({"title": "3", "company": north["id"], "review": "y", "guests": [boris["id"]]}))]});
        assert_eq!(
            client.post("/api/records/batch", several).await.problem(422),
            ["/operations/1/values/contact validation.not_an_option", "/operations/2/values/guests validation.not_an_option"]
        );
        let chained = json!({"operations": [
            {"op": "create", "entity": "company", "values": {"name": "New", "region": "north"}},
            {"op": "create", "entity": "contact", "values": {"name": "Vera", "company": "$0", "region": "east"}},
            one(json!({"title": "4", "company": "$0", "contact": "$1", "review": "new"})),
            one(json!({"title": "5", "company": "$0", "contact": "$1", "stage": "lost", "review": "new"}))]});
        assert_eq!(client.post("/api/records/batch", chained).await.problem(422), ["/operations/3/values/reason validation.required"]);
        assert_eq!(client.get("/api/records/deal?count=exact").await.expect(200)["count"], json!(1), "nothing of it is kept");

        let file = "title,stage,reason,company,discount\nOk,lost,price,North,\nNo,lost,,North,5\nAlso no,new,price,South,5\n";
        let part = reqwest::multipart::Part::bytes(file.as_bytes().to_vec()).file_name("file.csv");
        let form = reqwest::multipart::Form::new().text("entity", "deal").text("dry_run", "false").part("file", part);
        let form = form.text("mapping", json!({"columns": {"title": "title", "stage": "stage", "reason": "reason", "company": {"field": "company", "by": "name"}, "discount": "discount"}}).to_string());
        let started = client.send(client.request(Method::POST, "/api/imports").multipart(form)).await.expect(202);
        app.finish(started["id"].as_str().expect("an id")).await;
        let told = client.get(&format!("/api/imports/{}", started["id"].as_str().expect("an id"))).await.expect(200);
        let mut problems: Vec<String> = told["errors"].as_array().expect("errors").iter()
            .map(|one| format!("{} {} {}", one["row"], one["column"].as_str().unwrap_or_default(), one["code"].as_str().unwrap_or_default())).collect();
        problems.sort();
        assert_eq!(
            problems,
            ["3 reason validation.required", "4 discount validation.not_shown", "4 reason validation.not_shown"],
            "{told:#}"
        );
    }

    async fn scripts_obey_them(app: App) {
        world(&app).await;
        let source = "fn fill(record) { if record.title == \"filled\" { record.reason = \"price\"; } }\n\
            fn spoil(request) { let deal = get(\"deal\", request.body.id); deal.amount = 1.0; () }";
        app.publish(json!([{"kind": "script", "name": "deals", "source": source, "run_as": "system",
            "hooks": [{"entity": "deal", "event": "before_save", "function": "fill"}],
            "endpoints": [{"method": "POST", "path": "spoil", "function": "spoil", "roles": []}]}])).await;
        let filled = app.admin.post("/api/records/deal", json!({"title": "filled"})).await;
        assert_eq!(filled.problem(422), ["/reason validation.not_shown"]);
        make(&app.admin, "deal", json!({"title": "filled", "stage": "lost"})).await;
        let deal = make(&app.admin, "deal", json!({"title": "A", "stage": "won", "paid": "2026-01-31"})).await;
        let spoilt = app.admin.post("/api/x/spoil", json!({"id": deal["id"]})).await;
        assert_eq!(spoilt.status.as_u16(), 422, "{:#}", spoilt.body);
        assert!(spoilt.body.to_string().contains("A won deal keeps it"), "{:#}", spoilt.body);

    }

    async fn who_may_not_know_is_held_to_them_and_told_nothing(app: App) {
        let World { north, south, .. } = world(&app).await;
        let sales = app.user("sales@example.com", &["sales"]).await;
        let of = |catalog: &Value, name: &str| {
            let deal = catalog["entities"].as_array().expect("entities").iter().find(|it| it["name"] == "deal").cloned().expect("deals");
            deal["fields"].as_array().expect("fields").iter().find(|it| it["name"] == name).cloned().expect("a field")
        };
        let all = app.admin.get("/api/meta/catalog").await.expect(200);
        assert_eq!(of(&all, "reason")["show"]["when"]["node"], json!("binary"));
        assert_eq!(of(&all, "reason")["require"]["message"], json!("Say why it was lost"));
        assert_eq!(of(&all, "amount")["lock"]["message"], json!("A won deal keeps it"));
        assert_eq!(of(&all, "step")["options"]["when"]["node"], json!("binary"));
        assert_eq!(of(&all, "contact")["options"]["when"], json!(null));
        assert_eq!(of(&all, "discount")["show"]["when"], json!(null), "only the database knows of the company");
        let theirs = sales.get("/api/meta/catalog").await.expect(200);
        assert_eq!(of(&theirs, "step")["options"], json!({"when": null, "message": null}), "it reads an amount");
        assert!(!theirs.to_string().contains("rating"), "no name is told");
        let deal = make(&sales, "deal", json!({"title": "A", "company": north["id"]})).await;
        let told = sales.get(&format!("{}?select=_conditions", path("deal", &deal))).await.expect(200);
        assert_eq!(told["_conditions"], json!({"discount": {"show": true}, "review": {"require": false}, "code": {"lock": false}}));
        let refused = change(&sales, "deal", &deal, json!({"company": south["id"]})).await;
        assert_eq!(refused.body["errors"][0]["message"], json!("“Review” must be filled in."));
        assert_eq!(refused.problem(422), ["/review record.required"]);
        assert_eq!(change(&sales, "deal", &deal, json!({"step": "pay"})).await.problem(422), ["/step validation.not_an_option"]);
        // What the condition reads is hidden: nothing is narrowed, and the save judges.
        assert_eq!(picked(&sales, json!({"field": "step"})).await["values"], json!(["call", "bill", "pay"]));
        assert_eq!(picked(&app.admin, json!({"field": "step", "record": deal["id"]})).await["values"], json!(["call", "bill"]));
        assert_eq!(picked(&app.admin, json!({"field": "step", "values": {"amount": "3"}})).await["values"], json!(["call", "bill", "pay"]));
    }

    async fn options_are_told_of_values_that_nobody_saved(app: App) {
        let World { north, south, boris, .. } = world(&app).await;
        let client = &app.admin;
        for number in 0..5 {
            make(client, "contact", json!({"name": format!("Nina {number}"), "region": "north", "company": north["id"]})).await;
        }
        let ask = |values: Value| json!({"field": "contact", "values": values, "limit": 4});
        let first = picked(client, ask(json!({"company": north["id"]}))).await;
        assert_eq!(titles(&first), ["Anna", "Nina 0", "Nina 1", "Nina 2"]);
        let mut next = ask(json!({"company": north["id"]}));
        next["cursor"] = first["next_cursor"].clone();
        let second = picked(client, next.clone()).await;
        assert_eq!((titles(&second), &second["next_cursor"]), (vec!["Nina 3", "Nina 4"], &json!(null)));
        next["values"] = json!({"company": south["id"]});
        assert_eq!(client.post("/api/records/deal/options", next).await.problem(400), ["/cursor query.cursor"]);
        let found = picked(client, json!({"field": "contact", "values": {"company": north["id"]}, "search": "nina 3"})).await;
        assert_eq!(titles(&found), ["Nina 3"]);
        // Through a link that is not saved, over a record that is.
        let guests = |values: Value, record: &Value| json!({"field": "guests", "values": values, "record": record});
        assert_eq!(titles(&picked(client, guests(json!({"company": south["id"]}), &json!(null))).await), ["Boris"]);
        let deal = make(client, "deal", json!({"title": "A", "company": south["id"], "review": "x", "contact": boris["id"]})).await;
        assert_eq!(titles(&picked(client, guests(json!({}), &deal["id"])).await), ["Boris"]);
        assert_eq!(picked(client, guests(json!({"company": north["id"], "amount": "no number"}), &deal["id"])).await["items"].as_array().expect("items").len(), 6);
        assert_eq!(picked(client, guests(json!({"company": null}), &deal["id"])).await["items"], json!([]));
        let wrong = client.post("/api/records/deal/options", guests(json!({"company": 5}), &deal["id"])).await;
        assert_eq!(wrong.problem(422), ["/values/company record.not_an_id"]);
        assert_eq!(client.post("/api/records/deal/options", json!({"field": "contcat"})).await.problem(422), ["/field record.unknown_field"]);
        assert_eq!(client.post("/api/records/deal/options", json!({"field": "title"})).await.problem(422), ["/field options.not_chosen"]);
        client.post("/api/records/deal/options", guests(json!({}), &json!("01900000-0000-7000-8000-000000000000"))).await.problem(404);
    }

    async fn they_follow_renames_and_mistakes_are_told(app: App) {
        world(&app).await;
        let document = async |name: &str| {
            let mut document = app.admin.get(&format!("/api/meta/drafts/entity/{name}")).await.expect(200);
            for key in ["state", "problems"] {
                document.as_object_mut().expect("a document").remove(key);
            }
            document
        };
        let usage = app.admin.get("/api/meta/drafts/entity/company/usage").await.expect(200).to_string();
        assert!(usage.contains("/fields/7/options/when") && usage.contains("/fields/9/show/when"), "{usage}");
        let mut steps = app.admin.get("/api/meta/drafts/choice_set/steps").await.expect(200);
        for key in ["state", "problems"] {
            steps.as_object_mut().expect("a document").remove(key);
        }
        steps["choices"][2]["value"] = json!("settle");
        app.publish(json!([steps])).await;
        let mut deal = document("deal").await;
        deal["fields"][1]["name"] = json!("state");
        deal["fields"][1]["choices"][2]["value"] = json!("gone");
        let mut company = document("company").await;
        company["fields"][1]["name"] = json!("area");
        app.publish(json!([deal, company])).await;
        let now = document("deal").await;
        assert_eq!(now["fields"][3]["show"]["when"], json!("state == \"gone\""));
        assert_eq!(now["fields"][7]["options"]["when"], json!("option.region == company.area"));
        assert_eq!(now["fields"][8]["options"]["when"], json!("option != \"settle\" || amount > 0"));
        make(&app.admin, "deal", json!({"title": "A", "state": "gone", "reason": "time"})).await;
        assert_eq!(app.admin.post("/api/records/deal", json!({"title": "A", "state": "gone"})).await.problem(422), ["/reason validation.required"]);
        // Another node, which reads the documents anew, knows them too.
        let (_engine, other) = app.another_node().await;
        assert_eq!(other.post("/api/records/deal", json!({"title": "A", "state": "gone"})).await.problem(422), ["/reason validation.required"]);

        let put = async |fields: Value| app.admin.put("/api/meta/drafts/entity/paper", json!({"kind": "entity", "name": "paper", "fields": fields})).await;
        let when = json!({"when": "true"});
        let refused = put(json!([
            {"name": "a", "type": "text", "options": when, "show": {"wen": "true"}},
            {"name": "b", "type": "integer", "formula": {"mode": "dynamic", "expression": "1"}, "lock": when},
            {"name": "c", "type": "auto_number", "require": when, "show": when},
            {"name": "option", "type": "user", "options": when}])).await;
        let told = refused.problem(422);
        for expected in ["/fields/0/options field.option_not_for_type", "/fields/0/show document.missing_key",
            "/fields/1/lock field.option_beside_formula", "/fields/2/require field.option_not_for_type", "/fields/3/name field.named_option"] {
            assert!(told.iter().any(|one| one == expected), "{expected} in {told:?}");
        }
        let drawn = put(json!([
            {"name": "a", "type": "choice", "choices": [{"value": "x"}], "options": {"when": "optoin == \"x\""}, "show": {"when": "1"}},
            {"name": "b", "type": "choice", "choices": [{"value": "x"}], "options": {"when": "option == \"y\""}}])).await.expect(200);
        let problems: Vec<String> = drawn["problems"].as_array().expect("problems").iter().map(|one| format!("{} {}", one["path"].as_str().unwrap_or_default(), one["code"].as_str().unwrap_or_default())).collect();
        assert!(problems.contains(&"/fields/0/options/when expression.unknown_name".to_owned()) && problems.iter().any(|one| one.starts_with("/fields/0/show/when ")), "{problems:?}");
        app.admin.delete("/api/meta/drafts/entity/paper").await;
        // A condition that comes or goes migrates nothing.
        let mut deal = document("deal").await;
        deal["fields"][2].as_object_mut().expect("a field").remove("lock");
        app.admin.put("/api/meta/drafts/entity/deal", deal).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let steps = plan["steps"].as_array().expect("steps");
        assert_eq!((steps.len(), &steps[0]["code"]), (1, &json!("plan.change_document")), "{plan:#}");
    }
}
