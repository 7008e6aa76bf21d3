//! Measures in formulas, rules and filters: with the rights of the reader where there is one, and nowhere else.

use serde_json::{Value, json};

use super::{World, documents, fill};
use crate::support::{App, Client, every_database};

/// The entity of deals with more fields and rules.
pub(super) async fn with(app: &App, fields: Value, rules: Value) -> Value {
    let mut deal = app.published("entity", "deal").await;
    let own = deal["fields"].as_array_mut().expect("fields");
    own.extend(fields.as_array().expect("fields").clone());
    deal["rules"] = rules;
    deal
}

pub(super) async fn values(client: &Client, filter: &str, field: &str) -> Vec<Value> {
    let body = json!({"filter": filter, "select": [field], "sort": ["title"]});
    let found = client.post("/api/records/deal/query", body).await.expect(200);
    found["items"].as_array().expect("items").iter().map(|item| item[field].clone()).collect()
}

every_database! {
    async fn a_formula_reads_a_measure_with_the_rights_of_the_reader(app: App) {
        let World { alice, boss, .. } = fill(&app).await;
        let fields = json!([
            {"name": "share", "type": "percent", "scale": 4, "formula": {"mode": "dynamic", "expression": "amount / measure(\"won\", \"all\")"}},
            {"name": "of_owner", "type": "money", "formula": {"mode": "dynamic", "expression": "measure(\"won\", \"all\", owner)"}},
            {"name": "beside", "type": "integer", "formula": {"mode": "dynamic", "expression": "measure(\"large\")"}}]);
        app.publish(json!([with(&app, fields, json!([])).await])).await;
        assert_eq!(values(&boss, "title == \"a\"", "share").await, [json!("0.0629")], "10.10 of 160.60");
        assert_eq!(values(&alice, "title == \"a\"", "share").await, [json!("0.0775")], "10.10 of 130.30");
        assert_eq!(values(&boss, "title == \"a\" || title == \"c\"", "of_owner").await, [json!("130.30"), json!("30.30")]);
        assert_eq!(values(&boss, "title == \"a\"", "beside").await, [json!(2)], "with the defaults of its parameters");
        // In filters, groups and orders, as any other value.
        assert_eq!(values(&boss, "amount > measure(\"won\", \"all\") / 4", "title").await, [json!("f"), json!("g")]);
        assert_eq!(values(&alice, "measure(\"open\") == 2 && title == \"a\"", "title").await, [json!("a")]);
        // What the reader may not know of is not there.
        for name in ["margins", "bosses", "nothing"] {
            let body = json!({"filter": format!("amount > measure(\"{name}\")")});
            assert_eq!(alice.post("/api/records/deal/query", body).await.problem(400), ["/filter expression.unknown_measure"]);
        }
        // A rename of the measure is carried into the texts that name it.
        let mut won = app.published("measure", "won").await;
        won["name"] = json!("revenue");
        app.publish(json!([won])).await;
        let deal = app.published("entity", "deal").await.to_string();
        assert!(deal.contains("measure(\\\"revenue\\\", \\\"all\\\")") && !deal.contains("\\\"won\\\", \\\"all"), "{deal}");
        assert_eq!(values(&boss, "title == \"a\"", "share").await, [json!("0.0629")]);
        // No form calculates it: it would need all records.
        let catalog = app.admin.get("/api/meta/catalog").await.expect(200);
        let deal = catalog["entities"].as_array().expect("entities").iter().find(|entity| entity["name"] == "deal").expect("deals");
        let share = deal["fields"].as_array().expect("fields").iter().find(|field| field["name"] == "share").expect("the field");
        assert_eq!((&share["formula"], &share["calculated"]), (&Value::Null, &json!(true)));
    }

    async fn a_rule_goes_by_a_measure(app: App) {
        fill(&app).await;
        let rules = json!([{"name": "too_large", "when": "amount > measure(\"won\", \"all\")", "message": {"en": "More than all that was won"}}]);
        app.publish(json!([with(&app, json!([]), rules).await])).await;
        let make = async |amount: &str| app.admin.post("/api/records/deal", json!({"title": "x", "stage": "new", "amount": amount})).await;
        make("160.60").await.expect(201);
        assert_eq!(make("160.61").await.problem(422), ["record.rule"]);
    }

    async fn a_measure_is_refused_where_it_could_not_be_read(app: App) {
        app.publish(documents()).await;
        let mistakes = async |document: Value| -> Vec<String> {
            let path = format!("/api/meta/drafts/{}/{}", document["kind"].as_str().expect("a kind"), document["name"].as_str().expect("a name"));
            let body = app.admin.put(&path, document).await.expect(200);
            app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
            let told = |one: &Value| format!("{} {}", one["path"].as_str().unwrap_or_default(), one["code"].as_str().unwrap_or_default());
            body["problems"].as_array().expect("problems").iter().map(told).collect()
        };
        let formula = async |mode: &str, expression: &str| {
            let mut formula = json!({"mode": mode, "expression": expression});
            if mode == "scheduled" {
                formula["cron"] = json!("0 3 * * *");
            }
            mistakes(with(&app, json!([{"name": "f", "type": "decimal", "formula": formula}]), json!([])).await).await
        };
        let here = |code: &str| vec![format!("/fields/7/formula/expression {code}")];
        assert_eq!(formula("dynamic", "measure(\"won\")").await, [""; 0]);
        assert_eq!(formula("scheduled", "measure(\"won\", \"last_month\")").await, [""; 0]);
        assert_eq!(formula("stored", "measure(\"won\")").await, here("formula.stored_reads_measure"));
        // It is of whoever looks, and nobody looks.
        assert_eq!(formula("scheduled", "measure(\"open\")").await, here("formula.scheduled_reads_user"));
        assert_eq!(formula("dynamic", "measure(\"wno\")").await, here("expression.unknown_measure"));
        assert_eq!(formula("dynamic", "measure(\"won\", \"this_moth\")").await, here("expression.wrong_word"));
        assert_eq!(formula("dynamic", "measure(\"won\", \"all\", title)").await, here("expression.wrong_type"));
        assert_eq!(formula("dynamic", "measure(title)").await, here("expression.wrong_arguments"));
        assert_eq!(formula("dynamic", "measure(\"margins\", \"this_year\")").await, here("expression.measure_without"));
        let through = json!([{"name": "f", "type": "decimal", "formula": {"mode": "dynamic", "expression": "measure(\"won\")"}},
            {"name": "g", "type": "decimal", "formula": {"mode": "stored", "expression": "f * 2"}}]);
        assert_eq!(mistakes(with(&app, through, json!([])).await).await, ["/fields/8/formula/expression formula.stored_reads_measure"]);
        // A measure of a formula that reads the measure goes in a circle, as the formula does.
        let circle = json!([{"name": "f", "type": "decimal", "formula": {"mode": "dynamic", "expression": "measure(\"round\")"}}]);
        let deal = with(&app, circle, json!([])).await;
        let round = json!({"kind": "measure", "name": "round", "entity": "deal", "expression": "sum(f)"});
        let body = app.admin.put("/api/meta/drafts", json!([deal, round])).await.expect(200);
        assert!(body["problems"].to_string().contains("formula.circle"), "{body}");
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        let itself = json!({"kind": "measure", "name": "itself", "entity": "deal", "expression": "count()", "filter": "amount > measure(\"itself\")"});
        assert_eq!(mistakes(itself).await, ["/filter expression.no_measures"]);
        // What decides of access reads with other rights than the reader's.
        let role = json!({"kind": "role", "name": "narrow", "entities": {"deal": {"read": "amount > measure(\"won\")"}}});
        assert_eq!(mistakes(role).await, ["/entities/deal/read expression.no_measures"]);
    }
}
