//! What is told of a formula while it is drawn: what it costs, and its values with the rights of whoever draws.

use serde_json::{Value, json};

use crate::support::{App, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "company", "fields": [{"name": "name", "type": "text"}, {"name": "rate", "type": "decimal", "scale": 2}]},
        {"kind": "entity", "name": "line", "fields": [{"name": "deal", "type": "link", "target": "deal"}, {"name": "price", "type": "money"}, {"name": "name", "type": "text"},
            {"name": "company", "type": "link", "target": "company"}]},
        {"kind": "entity", "name": "deal", "fields": [{"name": "title", "type": "text"}, {"name": "amount", "type": "money"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"}, {"name": "lines", "type": "children", "target": "line", "inverse": "deal"}]}])
}

async fn asked(app: &App, mode: &str, expression: &str, records: Value) -> Value {
    let field = json!({"name": "tried", "type": "decimal", "scale": 4, "formula": {"mode": mode, "expression": "1", "cron": (mode == "scheduled").then_some("0 6 * * *")}});
    let body = json!({"entity": "deal", "expression": expression, "mode": "value", "field": field, "records": records});
    app.admin.post("/api/meta/expressions/check", body).await.expect(200)
}

every_database! {
    async fn a_formula_tells_its_cost(app: App) {
        app.publish(documents()).await;
        let cost = async |mode: &str, text: &str| asked(&app, mode, text, json!([])).await["cost"].clone();
        assert_eq!(cost("dynamic", "amount * 2").await["class"], "record");
        assert_eq!(cost("dynamic", "amount * company.rate").await["class"], "linked");
        let related = cost("dynamic", "lines.sum(|l| l.price * l.company.rate)").await;
        assert_eq!(related["class"], "related");
        assert_eq!(related["reads"], json!([{"path": ["lines"], "entity": "line", "many": true}, {"path": ["lines", "company"], "entity": "company", "many": true}]));
        let stored = cost("stored", "amount - lines.sum(|l| l.price)").await;
        assert_eq!((&stored["class"], &stored["incremental"], &stored["reason"]), (&json!("stored"), &json!(true), &json!(null)));
        assert_eq!(stored["written_by"], json!([
            {"entity": "deal", "fields": ["amount"], "path": [], "spreads": false, "incremental": false},
            {"entity": "line", "fields": ["deal", "price"], "path": ["lines"], "spreads": false, "incremental": true}]));
        // A change of one company concerns all its deals.
        let broad = cost("stored", "amount * company.rate").await;
        assert_eq!(broad["written_by"][1], json!({"entity": "company", "fields": ["rate"], "path": ["company"], "spreads": true, "incremental": false}));
        assert_eq!(broad["waits"], true);
        let reason = async |text: &str| {
            let cost = cost("stored", text).await;
            assert_eq!(cost["incremental"], false, "{text}");
            cost["reason"].clone()
        };
        assert_eq!(reason("if lines.any(|l| l.price > 5) { 1 } else { 0 }").await, json!({"code": "aggregate", "name": "any"}));
        assert_eq!(reason("company.deals.count()").await, json!({"code": "way", "name": "deals"}));
        assert_eq!(reason("lines.sum(|l| l.company.rate)").await, json!({"code": "field", "name": "rate"}));
        assert_eq!(reason("lines.sum(|l| if l.name.len() > 3 { 1 } else { 0 })").await, json!({"code": "texts", "name": null}));
        assert_eq!(reason("amount").await, json!(null));
        assert_eq!(cost("scheduled", "amount").await["class"], "scheduled");
        // What goes round has no cost.
        let mut drawn = documents();
        drawn[2]["fields"].as_array_mut().expect("fields").push(json!({"name": "tried", "type": "decimal", "formula": {"mode": "dynamic", "expression": "1"}}));
        app.admin.put("/api/meta/drafts", drawn).await.expect(200);
        assert_eq!(cost("dynamic", "tried + 1").await, json!(null));
        let functions = app.admin.get("/api/meta/expressions/functions").await.expect(200);
        assert!(functions["items"].as_array().expect("items").iter().any(|item| item["name"] == "round" && item["family"] == "number"));
    }

    async fn a_formula_is_tried_on_records_before_it_is_published(app: App) {
        app.publish(documents()).await;
        let make = async |values: Value| app.admin.post("/api/records/deal", values).await.expect(201)["id"].clone();
        let (one, other) = (make(json!({"amount": "10", "lines": [{"price": "4"}]})).await, make(json!({"amount": "0"})).await);
        let values = async |text: &str| {
            let answer = asked(&app, "stored", text, json!([one, other])).await;
            answer["samples"].as_array().map(|all| all.iter().map(|one| json!([one["value"], one["problem"]])).collect::<Vec<_>>())
        };
        assert_eq!(values("lines.sum(|l| l.price) / amount").await, Some(vec![json!(["0.4000", null]), json!([null, "division_by_zero"])]));
        // Fields of the draft: a formula is calculated, what was never written is empty, a new name is known.
        let mut drawn = documents();
        let fields = drawn[2]["fields"].as_array_mut().expect("fields");
        fields.push(json!({"name": "half", "type": "money", "formula": {"mode": "stored", "expression": "amount / 2"}}));
        fields.push(json!({"name": "bonus", "type": "money"}));
        fields.push(json!({"name": "peers", "type": "links", "target": "company"}));
        app.admin.put("/api/meta/drafts", drawn).await.expect(200);
        assert_eq!(values("half + (bonus ?? 1)").await, Some(vec![json!(["6.0000", null]), json!(["1.0000", null])]));
        assert_eq!(values("peers.count()").await, None);
        let many = vec![one.clone(); 11];
        let body = json!({"entity": "deal", "expression": "1", "mode": "value", "field": {"name": "x", "type": "integer", "formula": {"mode": "dynamic", "expression": "1"}}, "records": many});
        assert_eq!(app.admin.post("/api/meta/expressions/check", body).await.problem(422), ["/records expression.too_many_records"]);
    }

    async fn a_draft_opens_nothing_to_whoever_draws(app: App) {
        let mut all = documents();
        let analyst = json!({"kind": "role", "name": "analyst", "rights": ["use", "design"], "entities": {
            "deal": {"read": "amount < 100", "fields": {"title": "none"}}, "company": {"read": true}}});
        all.as_array_mut().expect("documents").push(analyst);
        app.publish(all.clone()).await;
        let make = async |values: Value| app.admin.post("/api/records/deal", values).await.expect(201)["id"].clone();
        let (open, closed) = (make(json!({"title": "seen", "amount": "10"})).await, make(json!({"title": "hidden", "amount": "1000"})).await);
        let ann = app.user("ann@example.com", &["analyst"]).await;
        // The draft would open all of it, and gives the hidden field another name.
        all[3]["entities"] = json!({"deal": {"read": true}, "company": {"read": true}});
        let id = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200)["fields"][0]["id"].clone();
        all[2]["fields"][0] = json!({"id": id, "name": "heading", "type": "text"});
        app.admin.put("/api/meta/drafts", all).await.expect(200);
        let tried = async |text: &str, kind: &str| {
            let field = json!({"name": "tried", "type": kind, "formula": {"mode": "stored", "expression": text, "open": true}});
            let body = json!({"entity": "deal", "expression": text, "mode": "value", "field": field, "records": [open, closed]});
            ann.post("/api/meta/expressions/check", body).await.expect(200)["samples"].clone()
        };
        assert_eq!(tried("amount", "money").await, json!([{"id": open, "value": "10.00", "problem": null}]));
        for text in ["heading", "heading + \"!\"", "if heading == \"seen\" { \"a\" } else { \"b\" }"] {
            let found = tried(text, "text").await;
            assert!(found.is_null() || found[0]["value"].is_null(), "{text}: {found}");
        }
    }
}
