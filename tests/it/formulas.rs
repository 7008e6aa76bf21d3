//! Calculated fields: read, filtered, sorted and grouped like stored ones, written by nobody, and as hidden as what they are
//! made of.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn dynamic(expression: &str) -> Value {
    json!({"mode": "dynamic", "expression": expression})
}

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text", "required": true}, {"name": "city", "type": "text"},
            {"name": "won", "type": "money", "formula": dynamic("deals.filter(|d| d.stage == \"won\").sum(|d| d.total)")},
            {"name": "card", "type": "text", "formula": dynamic("name.to_upper() + \", \" + city")}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text", "required": true}, {"name": "stage", "type": "choice", "default": "new", "choices": [{"value": "new"}, {"value": "won"}]},
            {"name": "cost", "type": "money"}, {"name": "closes_on", "type": "date"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal"},
            {"name": "total", "type": "money", "formula": dynamic("items.sum(|i| i.amount)")},
            {"name": "margin", "type": "percent", "scale": 4, "formula": dynamic("if total == 0.0 { () } else { (total - cost) / total }")},
            {"name": "late", "type": "boolean", "formula": dynamic("stage != \"won\" && closes_on < today()")},
            {"name": "size", "type": "choice", "choices": [{"value": "big"}, {"value": "small"}], "formula": dynamic("if total >= 100 { \"big\" } else { \"small\" }")},
            {"name": "blank", "type": "text", "formula": dynamic("title.sub_string(1000)")}],
         "rules": [{"name": "no_loss", "when": "stage == \"won\" && margin < 0", "message": {"en": "Won at a loss"}}]},
        {"kind": "entity", "name": "item", "fields": [
            {"name": "deal", "type": "link", "target": "deal", "required": true, "on_delete": "cascade"},
            {"name": "price", "type": "money", "required": true}, {"name": "quantity", "type": "integer", "default": 1},
            {"name": "discount", "type": "percent"},
            {"name": "amount", "type": "money", "formula": dynamic("price * quantity * (1 - (discount ?? 0.0))")}],
         "rules": [{"name": "no_gift", "when": "amount <= 0", "message": {"en": "Nothing is given away"}}]},
        {"kind": "role", "name": "seller", "rights": ["use"], "entities": {
            "*": {"read": true}, "deal": {"read": true, "create": true, "update": true, "fields": {"cost": "none"}}, "item": {"read": true, "create": true, "update": true, "delete": true}}},
        {"kind": "role", "name": "own_cost", "rights": ["use"], "entities": {"deal": {"read": "owner == user"}, "item": {"read": true}}},
        {"kind": "role", "name": "no_items", "rights": ["use"], "entities": {"company": {"read": true}, "deal": {"read": true}}}
    ])
}

async fn made(client: &Client, entity: &str, values: Value) -> Value {
    client.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

async fn fill(app: &App) -> (Value, Value) {
    app.publish(documents()).await;
    let company = made(&app.admin, "company", json!({"name": "Ромашка", "city": "Самара"})).await;
    let deal = made(
        &app.admin,
        "deal",
        json!({
            "title": "Tea", "cost": "60", "company": company["id"], "closes_on": "2020-01-31",
            "items": [{"price": "12.50", "quantity": 8}, {"price": "33.33", "quantity": 1, "discount": "0.1"}]
        }),
    )
    .await;
    (company, deal)
}

fn of(value: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| value[name].clone()).collect()
}

every_database! {
    async fn a_calculated_field_is_read_like_a_stored_one(app: App) {
        let (company, deal) = fill(&app).await;
        // 12.50 × 8, and 33.33 less a tenth: 29.997, rounded as the field is.
        assert_eq!(of(&deal, &["total", "margin", "late", "size", "blank"]), json!(["130.00", "0.5385", true, "big", null]), "{deal:#}");
        let path = format!("/api/records/deal/{}", deal["id"].as_str().unwrap());
        let read = app.admin.get(&path).await.expect(200);
        assert_eq!((&read["total"], &read["items"][0]["amount"], &read["items"][1]["amount"]), (&json!("130.00"), &json!("100.00"), &json!("30.00")), "{read:#}");

        made(&app.admin, "deal", json!({"title": "Bread", "company": company["id"], "stage": "won", "items": [{"price": "0.50", "quantity": 3}]})).await;
        let none = made(&app.admin, "deal", json!({"title": "None"})).await;
        assert_eq!(of(&none, &["total", "margin", "size"]), json!(["0.00", null, "small"]), "nothing sums to 0");
        let list = app.admin.get("/api/records/deal?select=title,total,company.won,items.amount&sort=-total&filter=total%3E0").await.expect(200);
        assert_eq!(list["items"], json!([
            {"title": "Tea", "total": "130.00", "company.won": "1.50", "items.amount": ["100.00", "30.00"]},
            {"title": "Bread", "total": "1.50", "company.won": "1.50", "items.amount": ["1.50"]}]));
        // A list that names no fields has those that are stored.
        let plain = app.admin.get("/api/records/deal?filter=title%20==%20%22Tea%22").await.expect(200);
        assert!(plain["items"][0].get("total").is_none() && plain["items"][0].get("cost").is_some(), "{plain:#}");
        // Pages go on where they ended, empty values last.
        let mut titles = Vec::new();
        let mut next = String::new();
        for _ in 0..3 {
            let page = app.admin.get(&format!("/api/records/deal?select=title&sort=margin&limit=1{next}")).await.expect(200);
            titles.push(page["items"][0]["title"].clone());
            next = page["next_cursor"].as_str().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        }
        assert_eq!(titles[0], "Tea");
        assert_eq!((titles.len(), next.as_str()), (3, ""));
        let groups = app.admin.post("/api/records/deal/aggregate", json!({
            "group_by": ["size"], "measures": [{"name": "sum", "expression": "sum(total)"}, {"name": "count", "expression": "count()"}], "sort": ["size"]
        })).await.expect(200);
        assert_eq!(groups["items"], json!([{"size": "big", "sum": "130", "count": 1}, {"size": "small", "sum": "1.5", "count": 2}]), "{groups:#}");
        let companies = app.admin.get("/api/records/company?select=name,won,card&filter=card.like(%22САМАРА%22)").await.expect(200);
        assert_eq!(companies["items"], json!([{"name": "Ромашка", "won": "1.50", "card": "РОМАШКА, Самара"}]));

        // Whoever changes what it is made of changes it.
        let item = read["items"][0].clone();
        app.admin.patch(&format!("/api/records/item/{}", item["id"].as_str().unwrap()), json!({"version": item["version"], "quantity": 1})).await.expect(200);
        assert_eq!(app.admin.get(&path).await.expect(200)["total"], "42.50");
    }

    async fn nobody_writes_it_and_nothing_keeps_it(app: App) {
        let (_, deal) = fill(&app).await;
        let path = format!("/api/records/deal/{}", deal["id"].as_str().unwrap());
        let refused = app.admin.patch(&path, json!({"version": deal["version"], "total": "1"})).await.problem(422);
        assert_eq!(refused, ["/total record.read_only_field"]);
        let refused = app.admin.post("/api/records/deal", json!({"title": "x", "late": false})).await.problem(422);
        assert_eq!(refused, ["/late record.read_only_field"]);
        let told = app.admin.get(&format!("{path}/history")).await.expect(200).to_string();
        assert!(!told.contains("total") && !told.contains("margin"), "{told}");
        let catalog = app.admin.get("/api/meta/catalog").await.expect(200);
        let entities = catalog["entities"].as_array().unwrap();
        let fields = entities.iter().find(|entity| entity["name"] == "deal").unwrap()["fields"].as_array().unwrap();
        let total = fields.iter().find(|field| field["name"] == "total").unwrap();
        assert_eq!((&total["read_only"], &total["formula"]["node"]), (&json!(true), &json!("call")), "{total:#}");
        let openapi = app.admin.get("/api/openapi.json").await.expect(200);
        assert!(openapi["components"]["schemas"]["deal_create"]["properties"].get("total").is_none());
    }

    async fn rules_may_read_it(app: App) {
        let (_, deal) = fill(&app).await;
        let path = format!("/api/records/deal/{}", deal["id"].as_str().unwrap());
        // Of the record alone, judged before it is written; through its lines, judged after.
        let refused = app.admin.patch(&path, json!({"version": deal["version"], "items": [{"price": "0", "quantity": 1}]})).await.problem(422);
        assert_eq!(refused, ["/items/0 record.rule"]);
        let refused = app.admin.patch(&path, json!({"version": deal["version"], "stage": "won", "cost": "131"})).await.problem(422);
        assert_eq!(refused, ["record.rule"]);
        app.admin.patch(&path, json!({"version": deal["version"], "stage": "won", "cost": "130"})).await.expect(200);
    }

    async fn it_is_as_hidden_as_what_it_is_made_of(app: App) {
        let (company, deal) = fill(&app).await;
        let path = format!("/api/records/deal/{}", deal["id"].as_str().unwrap());
        let seller = app.user("seller@example.com", &["seller"]).await;
        let read = seller.get(&path).await.expect(200);
        assert_eq!((&read["total"], read.get("margin"), read.get("cost")), (&json!("130.00"), None, None), "{read:#}");
        for query in ["select=margin", "filter=margin%3E0", "sort=margin"] {
            let refused = seller.get(&format!("/api/records/deal?{query}")).await;
            assert_eq!(refused.status, 400, "{query}");
            assert!(!refused.body.to_string().contains("cost"), "{query}");
        }
        seller.post("/api/records/deal/aggregate", json!({"measures": [{"name": "m", "expression": "max(margin)"}]})).await.problem(400);
        let catalog = seller.get("/api/meta/catalog").await.expect(200).to_string();
        assert!(!catalog.contains("margin") && !catalog.contains("\"cost\""), "neither the field nor its formula");
        let told = seller.get("/api/openapi.json").await.expect(200).to_string();
        assert!(!told.contains("margin"));

        // Where the lines are closed, so is what adds them up; what counts on it is closed as well.
        let no_items = app.user("closed@example.com", &["no_items"]).await;
        let read = no_items.get(&path).await.expect(200);
        assert_eq!((read.get("total"), read.get("size"), &read["late"]), (None, None, &json!(true)), "{read:#}");
        let read = no_items.get(&format!("/api/records/company/{}", company["id"].as_str().unwrap())).await.expect(200);
        assert_eq!((read.get("won"), &read["card"]), (None, &json!("РОМАШКА, Самара")));

        // Of two roles one hides the cost, the other opens it on one's own deals: there the margin is open too.
        let both = app.user("both@example.com", &["seller", "own_cost"]).await;
        let own = made(&both, "deal", json!({"title": "Own", "items": [{"price": "10", "quantity": 1}]})).await;
        let version = app.admin.get(&format!("/api/records/deal/{}", own["id"].as_str().unwrap())).await.expect(200);
        app.admin.patch(&format!("/api/records/deal/{}", own["id"].as_str().unwrap()), json!({"version": version["version"], "cost": "4"})).await.expect(200);
        let list = both.get("/api/records/deal?select=title,cost,margin&sort=title").await.expect(200);
        assert_eq!(list["items"], json!([
            {"title": "Own", "cost": "4.00", "margin": "0.6000"}, {"title": "Tea", "cost": null, "margin": null}]));
        let found = both.get("/api/records/deal?select=title&filter=margin%3E0").await.expect(200);
        assert_eq!(found["items"], json!([{"title": "Own"}]));
    }

    async fn it_comes_and_goes_with_a_publish(app: App) {
        let (_, deal) = fill(&app).await;
        let path = format!("/api/records/deal/{}", deal["id"].as_str().unwrap());
        let mut document = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        let keys = document.as_object_mut().unwrap();
        keys.retain(|key, _| !["state", "problems"].contains(&key.as_str()));
        let written = document.clone();
        // From calculated to written: a column that is empty. From written to calculated: its values are hidden.
        let fields = document["fields"].as_array_mut().unwrap();
        for field in fields.iter_mut() {
            match field["name"].as_str().unwrap() {
                "total" => { field.as_object_mut().unwrap().remove("formula"); }
                "cost" => field["formula"] = dynamic("1 + 1"),
                _ => {}
            }
        }
        app.admin.put("/api/meta/drafts/entity/deal", document).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let steps = plan["steps"].as_array().unwrap();
        assert!(steps.iter().any(|step| step["destructive"] == true), "the written values go out of sight: {plan:#}");
        let body = json!({"plan_id": plan["plan_id"], "allow_destructive": true});
        app.admin.post("/api/meta/publish", body).await.expect(200);
        let read = app.admin.get(&path).await.expect(200);
        assert_eq!(of(&read, &["total", "cost", "size"]), json!([null, "2.00", "small"]), "{read:#}");
        app.admin.patch(&path, json!({"version": read["version"], "total": "200"})).await.expect(200);
        assert_eq!(app.admin.get(&path).await.expect(200)["size"], "big");
        // And back: the written values are there again.
        app.admin.put("/api/meta/drafts/entity/deal", written).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let body = json!({"plan_id": plan["plan_id"], "allow_destructive": true});
        app.admin.post("/api/meta/publish", body).await.expect(200);
        let read = app.admin.get(&path).await.expect(200);
        assert_eq!(of(&read, &["total", "cost"]), json!(["130.00", "60.00"]), "{read:#}");
        // Another node reads the same.
        let (engine, node) = app.another_node().await;
        assert_eq!(node.get(&path).await.expect(200)["total"], "130.00");
        engine.close().await;
    }

    async fn mistakes_in_formulas_are_told_at_once(app: App) {
        let fields = json!([
            {"name": "name", "type": "text"},
            {"name": "wrong", "type": "integer", "formula": dynamic("name")},
            {"name": "nobody", "type": "integer", "formula": dynamic("naem.len()")},
            {"name": "a", "type": "integer", "formula": dynamic("b + 1")},
            {"name": "b", "type": "integer", "formula": dynamic("a * 2")},
            {"name": "both", "type": "integer", "required": true, "formula": dynamic("1")}]);
        let found = app.admin.put("/api/meta/drafts/entity/thing", json!({"kind": "entity", "name": "thing", "fields": fields})).await.problem(422);
        assert_eq!(found, [
            "/fields/5/required field.option_beside_formula", "/fields/1/formula/expression expression.wrong_type",
            "/fields/2/formula/expression expression.unknown_name", "/fields/4/formula/expression formula.circle"]);
        let fields = json!([{"name": "name", "type": "text"}, {"name": "loud", "type": "text", "formula": dynamic("name.to_upper()")}]);
        let put = app.admin.put("/api/meta/drafts/entity/thing", json!({
            "kind": "entity", "name": "thing", "title": "loud", "fields": fields, "unique": [["loud"]], "indexes": [["name", "loud"]]
        })).await.expect(200);
        let codes: Vec<&str> = put["problems"].as_array().unwrap().iter().filter_map(|problem| problem["code"].as_str()).collect();
        assert_eq!(codes, ["entity.calculated_title", "field.calculated_not_indexable", "field.calculated_not_indexable"], "{put:#}");
        app.admin.post("/api/meta/plan", json!({})).await.expect(422);
    }

    async fn formulas_build_on_formulas(app: App) {
        let chain = |levels: usize, expression: &dyn Fn(usize) -> String| -> Value {
            let mut fields = vec![json!({"name": "f0", "type": "integer", "default": 1})];
            fields.extend((1..=levels).map(|at| json!({"name": format!("f{at}"), "type": "integer", "formula": dynamic(&expression(at))})));
            json!([{"kind": "entity", "name": "thing", "fields": fields}])
        };
        let plus_one = |at: usize| format!("f{} + 1", at - 1);
        app.publish(chain(64, &plus_one)).await;
        let thing = made(&app.admin, "thing", json!({"f0": 5})).await;
        assert_eq!((&thing["f1"], &thing["f64"]), (&json!(6), &json!(69)));
        let found = app.admin.get("/api/records/thing?select=f64&filter=f64%20==%2069&sort=-f64").await.expect(200);
        assert_eq!(found["items"], json!([{"f64": 69}]));
        // Decimals, which are rounded at each level.
        let mut fields = vec![json!({"name": "d0", "type": "decimal"})];
        fields.extend((1..=64).map(|at| {
            let expression = format!("d{} + 0.5", at - 1);
            json!({"name": format!("d{at}"), "type": "decimal", "scale": 1, "formula": dynamic(&expression)})
        }));
        app.publish(json!([{"kind": "entity", "name": "deep", "fields": fields}])).await;
        let deep = made(&app.admin, "deep", json!({"d0": "1"})).await;
        assert_eq!((&deep["d1"], &deep["d64"]), (&json!("1.5"), &json!("33.0")));
        app.admin.put("/api/meta/drafts", chain(66, &plus_one)).await.expect(200);
        let refused = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
        assert_eq!(refused, ["/fields/65/formula/expression formula.too_many_levels", "/fields/66/formula/expression formula.too_many_levels"]);
        // What doubles with each level is refused before anything is asked of it.
        let doubled = |at: usize| format!("f{0} + f{0}", at - 1);
        app.admin.put("/api/meta/drafts", chain(40, &doubled)).await.expect(200);
        let refused = app.admin.post("/api/meta/plan", json!({})).await.problem(422);
        assert!(refused.iter().all(|problem| problem.contains("formula.too_large")), "{refused:?}");
        assert!(!refused.is_empty());
    }

    async fn files_leave_it_out(app: App) {
        fill(&app).await;
        let body = json!({"entity": "deal", "format": "csv", "select": ["id", "title", "total", "size"]});
        let job = app.admin.post("/api/exports", body).await.expect(202);
        let job = app.finish(job["id"].as_str().expect("an id")).await;
        let file = app.admin.get(job["result"]["file"].as_str().expect("a file")).await;
        let text = file.body.as_str().expect("a text").trim_start_matches('\u{feff}').to_owned();
        assert!(text.contains("Tea,130.00,"), "{text}");
        // What it says of calculated fields is no value to write.
        let form = reqwest::multipart::Form::new()
            .text("entity", "deal")
            .part("file", reqwest::multipart::Part::bytes(text.into_bytes()).file_name("deals.csv"));
        let job = app.admin.send(app.admin.request(reqwest::Method::POST, "/api/imports").multipart(form)).await.expect(202);
        let job = app.finish(job["id"].as_str().expect("an id")).await;
        assert_eq!((&job["state"], &job["result"]["unchanged"]), (&json!("done"), &json!(1)), "{job:#}");
    }
}
