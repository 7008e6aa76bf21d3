//! Registers: the rows of datasets, kept until they are composed anew.

mod parts;

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "city", "type": "text"}, {"name": "secret", "type": "text"},
            {"name": "loud", "type": "text", "formula": {"mode": "dynamic", "expression": "secret.to_upper()"}}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "closed", "type": "date"},
            {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}]},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"}]},
        {"kind": "dataset", "name": "sales", "label": {"en": "Sales"}, "parts": [
            {"entity": "deal", "values": {"company": "company", "city": "company.city", "amount": "amount", "first": "closed"}}],
         "fields": [{"name": "company"}, {"name": "city"}, {"name": "amount", "aggregate": "sum"}, {"name": "deals", "aggregate": "count"},
            {"name": "first", "aggregate": "min"}, {"name": "average", "type": "money", "expression": "amount / deals"}]},
        kept(&json!({}))
    ])
}

fn kept(more: &Value) -> Value {
    let mut document = json!({"kind": "register", "name": "kept", "label": {"en": "Sales kept"}, "dataset": "sales",
        "inverses": {"company": "sales_kept"}, "indexes": [["city", "amount"]]});
    document.as_object_mut().expect("a document").extend(more.as_object().expect("keys").clone());
    document
}

async fn made(app: &App, entity: &str, values: Value) -> Value {
    app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201)["id"].clone()
}

async fn fill(app: &App) -> (Value, Value) {
    app.publish(documents()).await;
    let acme = made(app, "company", json!({"name": "Acme", "city": "Graz", "secret": "a"})).await;
    let zeta = made(app, "company", json!({"name": "Zeta", "city": "ёлкино", "secret": "z"})).await;
    for (title, amount, company, closed) in [
        ("a", "10.10", &acme, "2026-01-31"),
        ("b", "12345678901234.56", &acme, "2026-02-28"),
        ("c", "7", &zeta, "2026-03-01"),
        ("d", "0.01", &Value::Null, "2026-03-02"),
    ] {
        made(app, "deal", json!({"title": title, "amount": amount, "company": company, "closed": closed})).await;
    }
    refresh(app, "kept").await;
    (acme, zeta)
}

async fn refresh(app: &App, name: &str) -> Value {
    // What a publish asks for may be under way, and read what was there before.
    composed(app, name).await;
    let job = app.admin.post(&format!("/api/meta/registers/{name}/refresh"), json!({})).await.expect(202);
    app.finish(job["job"].as_str().expect("a job")).await
}

async fn status(app: &App, name: &str) -> Value {
    let found = app.admin.get("/api/meta/registers").await.expect(200);
    let items = found["items"].as_array().expect("items");
    items.iter().find(|item| item["register"]["name"] == name).cloned().unwrap_or(Value::Null)
}

/// Waits until the rows are composed and nothing composes them.
async fn composed(app: &App, name: &str) -> Value {
    until(app, name, |found| !found["as_of"].is_null() && found["last"]["state"] == "done").await
}

async fn until(app: &App, name: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let mut found = Value::Null;
    for _ in 0..1500 {
        found = status(app, name).await;
        if holds(&found) {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("a register stays so: {found}")
}

async fn rows(client: &Client, query: &str) -> Vec<Value> {
    client.get(&format!("/api/records/{query}")).await.expect(200)["items"].as_array().expect("items").clone()
}

fn told(rows: &[Value], names: &[&str]) -> Vec<String> {
    let word = |value: &Value| match value {
        Value::Object(link) => link["title"].as_str().unwrap_or("?").to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    rows.iter().map(|row| names.iter().map(|name| word(&row[*name])).collect::<Vec<_>>().join(" ")).collect()
}

const ALL: [&str; 6] = ["company", "city", "amount", "deals", "first", "average"];

every_database! {
    async fn rows_stay_until_they_are_composed_anew(app: App) {
        let (acme, _) = fill(&app).await;
        let first = rows(&app.admin, "kept").await;
        // In the order of the first index, the texts of it in that of the language, empty ones last.
        assert_eq!(told(&first, &ALL), [
            "Zeta ёлкино 7.00 1 2026-03-01 7.00", "Acme Graz 12345678901244.66 2 2026-01-31 6172839450622.33",
            "null null 0.01 1 2026-03-02 0.01"]);
        let sales = rows(&app.admin, "sales?sort=city").await;
        assert_eq!(first.iter().map(|row| row["id"].clone()).collect::<Vec<_>>(), sales.iter().map(|row| row["id"].clone()).collect::<Vec<_>>());
        let before = status(&app, "kept").await;
        assert_eq!((&before["records"], &before["dataset"]["name"], &before["cron"]), (&json!(3), &json!("sales"), &Value::Null), "{before}");
        made(&app, "deal", json!({"title": "e", "amount": "1", "company": acme, "closed": "2026-04-01"})).await;
        assert_eq!(rows(&app.admin, "kept").await, first, "what is kept stays");
        let page = app.admin.get("/api/records/kept?limit=1&count=exact&sort=-amount").await.expect(200);
        assert_eq!((&page["count"], &page["as_of"], &page["items"][0]["amount"]), (&json!(3), &before["as_of"], &json!("12345678901244.66")));
        let job = refresh(&app, "kept").await;
        assert_eq!(job["result"], json!({"records": 3}), "{job}");
        assert_eq!(told(&rows(&app.admin, "kept?filter=city == \"Graz\"").await, &ALL), ["Acme Graz 12345678901245.66 3 2026-01-31 4115226300415.22"]);
        // On another node, before and after that composes it.
        let (_engine, other) = app.another_node().await;
        assert_eq!(told(&rows(&other, "kept?filter=deals == 3").await, &["deals"]), ["3"]);
        made(&app, "deal", json!({"title": "f", "amount": "1", "company": acme, "closed": "2026-04-01"})).await;
        refresh(&app, "kept").await;
        for _ in 0..200 {
            if !rows(&other, "kept?filter=deals == 4").await.is_empty() { break; }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(told(&rows(&other, "kept?filter=deals == 4").await, &["deals"]), ["4"]);
    }
}

every_database! {
    async fn whatever_reads_an_entity_reads_a_register(app: App) {
        let (acme, _) = fill(&app).await;
        let (mut cities, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = app.admin.get(&format!("/api/records/kept?limit=1&cursor={cursor}")).await.expect(200);
            let row = &page["items"][0];
            let one = app.admin.get(&format!("/api/records/kept/{}", row["id"].as_str().expect("an id"))).await.expect(200);
            assert_eq!(one["average"], row["average"]);
            cities.extend(told(std::slice::from_ref(row), &["city"]));
            match page["next_cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(cities, ["ёлкино", "Graz", "null"]);
        let groups = json!({"group_by": ["company.name"], "measures": [{"name": "s", "expression": "sum(amount) / sum(deals)"}], "sort": ["company.name"]});
        let groups = app.admin.post("/api/records/kept/aggregate", groups).await.expect(200);
        assert_eq!(groups["items"][0], json!({"company.name": "Acme", "s": "6172839450622.33"}));
        // From the far side of its links, and by what is made of it.
        let at = format!("/api/records/company/{}", acme.as_str().expect("an id"));
        assert_eq!(app.admin.get(&format!("{at}?select=sales_kept.amount")).await.expect(200)["sales_kept.amount"], json!(["12345678901244.66"]));
        assert_eq!(rows(&app.admin, "company?filter=sales_kept.any(|s| s.deals > 1)").await.len(), 1);
        assert_eq!(rows(&app.admin, "kept?quick=gra").await.len(), 1);
        app.publish(json!([{"kind": "dataset", "name": "above", "parts": [{"entity": "kept", "filter": "deals > 1", "values": {"city": "city", "amount": "amount"}}],
            "fields": [{"name": "city"}, {"name": "amount", "aggregate": "sum"}]}])).await;
        assert_eq!(told(&rows(&app.admin, "above").await, &["city", "amount"]), ["Graz 12345678901244.66"]);
        let job = app.admin.post("/api/exports", json!({"entity": "kept", "format": "csv"})).await.expect(202);
        assert_eq!(app.finish(job["id"].as_str().expect("an id")).await["done"], 3);
        // Nobody writes it, and it has no past.
        let id = rows(&app.admin, "kept").await[0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(app.admin.post("/api/records/kept", json!({"amount": "1"})).await.problem(403), ["record.create_forbidden"]);
        assert_eq!(app.admin.delete(&format!("/api/records/kept/{id}")).await.problem(403), ["record.delete_forbidden"]);
        assert_eq!(app.admin.get(&format!("/api/records/kept/{id}/history")).await.problem(404), ["record.composed"]);
        let stored = json!({"kind": "entity", "name": "company", "fields": [
            {"name": "name", "type": "text"}, {"name": "city", "type": "text"}, {"name": "secret", "type": "text"},
            {"name": "best", "type": "money", "formula": {"mode": "stored", "expression": "sales_kept.max(|s| s.amount)"}}]});
        let answer = app.admin.put("/api/meta/drafts/entity/company", stored).await.expect(200);
        assert!(answer["problems"].to_string().contains("formula.stored_reads_dataset"), "{answer}");
    }
}

every_database! {
    async fn a_change_has_rows_composed_anew(app: App) {
        let mut all = documents();
        let all = all.as_array_mut().expect("documents");
        all[3] = kept(&json!({"refresh": {"on_change": "PT1S", "cron": "0 3 * * *"}}));
        all.push(json!({"kind": "dataset", "name": "cities", "parts": [{"entity": "kept", "values": {"city": "city", "amount": "amount"}}],
            "fields": [{"name": "city"}, {"name": "amount", "aggregate": "sum"}]}));
        all.push(json!({"kind": "register", "name": "cities_kept", "dataset": "cities", "refresh": {"on_change": "PT1S"}}));
        app.publish(json!(all)).await;
        composed(&app, "kept").await;
        let company = made(&app, "company", json!({"name": "Acme", "city": "Graz"})).await;
        made(&app, "deal", json!({"title": "a", "amount": "5", "company": company})).await;
        let found = until(&app, "kept", |found| found["records"] == 1).await;
        assert_eq!((&found["on_change"], &found["cron"]), (&json!(1000), &json!("0 3 * * *")));
        // The register that is made of the register follows it.
        until(&app, "cities_kept", |found| found["records"] == 1).await;
        let id = company.as_str().expect("an id");
        app.admin.patch(&format!("/api/records/company/{id}"), json!({"version": 1, "city": "Wien"})).await.expect(200);
        let reached = async || told(&rows(&app.admin, "cities_kept").await, &["city", "amount"]) == ["Wien 5.00"];
        for _ in 0..1500 {
            if reached().await { break; }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert!(reached().await, "a linked record changed");
        let times = app.admin.get("/api/meta/schedules").await.expect(200);
        assert_eq!(times["items"].as_array().expect("items").iter().map(|it| it["register"]["name"].clone()).collect::<Vec<_>>(), ["kept"], "{times}");
    }
}

every_database! {
    async fn rows_are_for_whom_all_that_they_are_made_of_is_open(app: App) {
        fill(&app).await;
        let open = json!({"deal": {"read": true}, "company": {"read": true}, "kept": {"read": true}});
        let with = |entity: &str, permissions: Value| { let mut open = open.clone(); open[entity] = permissions; open };
        let role = |name: &str, entities: Value| json!({"kind": "role", "name": name, "rights": ["use"], "entities": entities});
        app.publish(json!([
            role("whole", open.clone()), role("own_deals", with("deal", json!({"read": "owner == user"}))), role("no_city", with("company", json!({"read": true, "fields": {"city": "none"}}))),
            role("own_rows", with("kept", json!({"read": "city == \"Graz\"", "export": true}))), role("everything", json!({"*": {"read": true}})), role("ruled", json!({"*": {"read": "owner == user"}})),
        ])).await;
        let of = async |role: &str| app.user(&format!("{role}@example.com"), &[role]).await;
        let (own_deals, ruled) = (of("own_deals").await, of("ruled").await);
        assert_eq!(rows(&of("whole").await, "kept").await.len(), 3);
        assert_eq!(own_deals.get("/api/records/kept").await.problem(404), ["record.unknown_entity"]);
        assert_eq!(ruled.get("/api/records/kept").await.problem(404), ["record.unknown_entity"]);
        assert_eq!(rows(&of("everything").await, "kept").await.len(), 3);
        assert_eq!(told(&rows(&of("own_rows").await, "kept").await, &["city"]), ["Graz"]);
        let no_city = of("no_city").await;
        assert!(rows(&no_city, "kept").await.iter().all(|row| row.get("city").is_none() && row.get("amount").is_some()));
        assert_eq!(no_city.get("/api/records/kept?filter=city == \"Graz\"").await.problem(400), ["/filter expression.unknown_name"]);
        assert_eq!(no_city.get("/api/meta/registers").await.status, 403);
        assert_eq!(no_city.post("/api/meta/registers/kept/refresh", json!({})).await.status, 403);
        // What it is declared open for, it is open for; the plan says so.
        let mut register = document(&app, "register/kept").await;
        register["open"] = json!(true);
        app.admin.put("/api/meta/drafts", json!([register])).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        assert!(plan["warnings"].to_string().contains("plan.opens_register"), "{plan}");
        app.admin.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
        assert_eq!(rows(&own_deals, "kept").await.len(), 3);
        assert_eq!(ruled.get("/api/records/kept").await.status, 404, "a condition over records opens no kept rows");
    }
}

async fn document(app: &App, path: &str) -> Value {
    let mut found = app.admin.get(&format!("/api/meta/drafts/{path}")).await.expect(200);
    found.as_object_mut().expect("a document").retain(|key, _| !["state", "problems"].contains(&key.as_str()));
    found
}

every_database! {
    async fn renames_reach_registers_and_what_changed_is_composed(app: App) {
        let (acme, _) = fill(&app).await;
        app.publish(json!([{"kind": "role", "name": "reader", "rights": ["use"], "entities": {"kept": {"read": "city == \"Graz\"", "fields": {"first": "none"}}}}])).await;
        let mut sales = document(&app, "dataset/sales").await;
        sales["name"] = json!("turnover");
        sales["fields"][1]["name"] = json!("town");
        sales["parts"][0]["values"] = json!({"company": "company", "town": "company.city", "amount": "amount", "first": "closed"});
        let mut kept = document(&app, "register/kept").await;
        (kept["name"], kept["dataset"]) = (json!("stock"), json!("turnover"));
        kept["indexes"] = json!([["town", "amount"]]);
        app.publish(json!([sales, kept])).await;
        let kept = document(&app, "register/stock").await;
        assert_eq!((&kept["dataset"], &kept["indexes"]), (&json!("turnover"), &json!([["town", "amount"]])));
        let role = document(&app, "role/reader").await;
        assert_eq!(role["entities"]["stock"]["read"], "town == \"Graz\"");
        // The rows of before are read until those of the new shape are there.
        assert_eq!(told(&rows(&app.admin, "stock?filter=town == \"Graz\"").await, &["amount"]), ["12345678901244.66"]);
        let mut sales = document(&app, "dataset/turnover").await;
        sales["fields"].as_array_mut().expect("fields").push(json!({"name": "last", "aggregate": "max"}));
        sales["parts"][0]["values"]["last"] = json!("title");
        app.publish(json!([sales])).await;
        let got = async || told(&rows(&app.admin, "stock?filter=town == \"Graz\"").await, &["last"]);
        for _ in 0..1500 {
            if got().await == ["b"] { break; }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(got().await, ["b"]);
        // What it uses stays before it; when it goes, it is gone, with its rows.
        app.admin.delete("/api/meta/drafts/dataset/turnover").await;
        let found = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
        assert!(found.iter().any(|told| told.contains("register.unknown_dataset") || told.contains("plan.still_used")), "{found:?}");
        app.admin.post("/api/meta/drafts/discard", json!([])).await;
        app.admin.delete("/api/meta/drafts/register/stock").await;
        app.admin.put("/api/meta/drafts", json!([{"kind": "role", "name": "reader", "rights": ["use"], "entities": {}}])).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        app.admin.post("/api/meta/publish", json!({"plan_id": plan["plan_id"], "allow_destructive": true})).await.expect(200);
        assert_eq!(app.admin.get("/api/records/stock").await.status, 404);
        let at = format!("/api/records/company/{}", acme.as_str().expect("an id"));
        assert_eq!(app.admin.get(&format!("{at}?select=sales_kept")).await.status, 400);
    }
}

every_database! {
    async fn mistakes_are_told_with_their_places(app: App) {
        fill(&app).await;
        let told = async |more: Value| {
            let answer = app.admin.put("/api/meta/drafts/register/kept", kept(&more)).await;
            let problems = if answer.status == 200 { answer.body["problems"].clone() } else { answer.body["errors"].clone() };
            let one = |it: &Value| format!("{} {}", it["path"].as_str().unwrap_or_default().trim_start_matches("/0"), it["code"].as_str().expect("a code"));
            problems.as_array().expect("problems").iter().map(one).collect::<Vec<_>>()
        };
        assert_eq!(told(json!({"dataset": "sale"})).await, ["/dataset register.unknown_dataset"]);
        assert_eq!(told(json!({"dataset": "deal"})).await, ["/dataset register.unknown_dataset"]);
        assert_eq!(told(json!({"refresh": {}})).await, ["/refresh register.empty_refresh"]);
        assert_eq!(told(json!({"refresh": {"cron": "61 * * * *", "on_change": "PT0S"}})).await, ["/refresh/cron formula.bad_cron", "/refresh/on_change register.bad_delay"]);
        assert_eq!(told(json!({"inverses": {"company": "deals", "city": "x", "nothing": "y"}})).await,
            ["/inverses/city dataset.inverse_no_link", "/inverses/company relation.inverse_taken", "/inverses/nothing reference.unknown_field"]);
        assert_eq!(told(json!({"indexes": [["cty"]]})).await, ["/indexes/0/0 reference.unknown_field"]);
        assert_eq!(told(json!({"every": "day", "indexes": []})).await[0], "/every document.unknown_key");
        // Rows are the same for everybody: what is made of who asks is not kept, also not by a formula.
        let mut asking = documents();
        asking[0]["fields"][3]["formula"]["expression"] = json!("if user.name == city { name } else { secret }");
        asking[2]["parts"][0]["values"]["city"] = json!("company.loud");
        let answer = app.admin.put("/api/meta/drafts", asking.clone()).await.expect(200);
        assert_eq!(answer["problems"][0]["code"], "register.reads_user", "{answer:#}");
        assert_eq!(app.admin.post("/api/meta/plan", json!({})).await.problem(422), ["/dataset register.reads_user"]);
        asking[3] = json!({"kind": "dataset", "name": "all", "parts": [{"entity": "deal", "values": {"n": "title"}, "filter": "owner == user"}], "fields": [{"name": "n"}]});
        app.admin.put("/api/meta/drafts", json!([asking[3], {"kind": "register", "name": "kept_all", "dataset": "all"}])).await.expect(200);
        assert_eq!(app.admin.post("/api/meta/plan", json!({})).await.problem(422).len(), 2);
        app.admin.post("/api/meta/drafts/discard", json!([])).await;
        let in_sql = json!({"kind": "dataset", "name": "mine", "sql": "SELECT title AS n FROM deal WHERE owner = current_user", "fields": [{"name": "n"}]});
        app.admin.put("/api/meta/drafts", json!([in_sql, {"kind": "register", "name": "kept_mine", "dataset": "mine"}])).await.expect(200);
        assert_eq!(app.admin.post("/api/meta/plan", json!({})).await.problem(422), ["/dataset register.reads_user"]);
        app.admin.post("/api/meta/drafts/discard", json!([])).await;
        let circle = json!({"kind": "dataset", "name": "sales", "parts": [{"entity": "kept", "values": {"amount": "amount"}}], "fields": [{"name": "amount"}]});
        app.admin.post("/api/meta/drafts/discard", json!([])).await;
        let answer = app.admin.put("/api/meta/drafts/dataset/sales", circle).await.expect(200);
        assert!(answer["problems"].to_string().contains("dataset.circle"), "{answer}");
    }
}
