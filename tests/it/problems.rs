//! Why calculated values are empty: told at the record and in lists, to those who may read the value.

use serde_json::{Value, json};

use crate::support::every_database;

fn documents() -> Value {
    let formula = |mode: &str, expression: &str| json!({"mode": mode, "expression": expression});
    json!([
        {"kind": "entity", "name": "order", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "amount", "type": "decimal", "precision": 18, "scale": 2},
            {"name": "parts", "type": "integer"}, {"name": "code", "type": "text"}, {"name": "day", "type": "integer"},
            {"name": "lines", "type": "children", "target": "line", "inverse": "order"},
            {"name": "share", "type": "decimal", "scale": 4, "formula": formula("dynamic", "amount / parts")},
            {"name": "area", "type": "money", "formula": formula("stored", "amount * amount")},
            {"name": "number", "type": "integer", "formula": formula("dynamic", "parse_int(code) + 1")},
            {"name": "due", "type": "date", "formula": formula("stored", "date(2026, 2, day)")},
            {"name": "total", "type": "money", "formula": formula("stored", "lines.sum(|l| l.value)")},
            {"name": "half", "type": "money", "formula": formula("dynamic", "if parts == 0 { () } else { (total ?? 1) / parts }")}]},
        {"kind": "entity", "name": "line", "fields": [{"name": "value", "type": "money"}]},
        {"kind": "entity", "name": "plain", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "role", "name": "clerk", "rights": ["use"], "entities": {
            "order": {"read": true, "fields": {"parts": "none", "area": "none", "amount": "mask"}}}}
    ])
}

fn problems(record: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    record["_problems"].as_array().into_iter().flatten().map(|one| (text(&one["field"]), text(&one["code"]))).collect()
}

fn told(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
}

every_database! {
    async fn an_empty_value_tells_its_cause(app: App) {
        app.publish(documents()).await;
        let make = async |values: Value| app.admin.post("/api/records/order", values).await.expect(201);
        let seen = async |record: &Value| {
            let path = format!("/api/records/order/{}?select=name,share,area,_problems", record["id"].as_str().expect("an id"));
            app.admin.get(&path).await.expect(200)
        };
        let well = make(json!({"name": "well", "amount": "10", "parts": 4, "code": "12", "day": 3})).await;
        assert_eq!(problems(&seen(&well).await), told(&[]));
        let empty = make(json!({"name": "empty"})).await;
        assert_eq!(problems(&seen(&empty).await), told(&[]), "nothing to calculate from is no problem");
        let zero = make(json!({"name": "zero", "amount": "10", "parts": 0, "code": "x1", "day": 30})).await;
        let expected = told(&[("share", "division_by_zero"), ("number", "unreadable"), ("due", "no_such_date")]);
        assert_eq!(problems(&seen(&zero).await), expected);
        let great = json!({"name": "great", "amount": "9999999999999999", "lines": [{"value": "9999999999999999"}, {"value": "9999999999999999"}]});
        let great = make(great).await;
        let shown = seen(&great).await;
        assert_eq!((&shown["area"], problems(&shown)), (&Value::Null, told(&[("area", "overflow"), ("total", "overflow")])));

        // One row's overflow never breaks a list, and those with problems are found, page by page.
        let list = app.admin.get("/api/records/order?with_problems=true&select=name,_problems&sort=name&count=exact&limit=1").await.expect(200);
        assert_eq!((&list["count"], &list["items"][0]["name"]), (&json!(2), &json!("great")));
        let cursor = list["next_cursor"].as_str().expect("a cursor");
        let address = format!("/api/records/order?with_problems=true&select=name,_problems&sort=name&limit=1&cursor={cursor}");
        let next = app.admin.get(&address).await.expect(200);
        assert_eq!((&next["items"][0]["name"], &next["next_cursor"]), (&json!("zero"), &Value::Null));
        assert_eq!(problems(&next["items"][0]), expected);
        let without = app.admin.get(&format!("/api/records/order?sort=name&limit=1&cursor={cursor}")).await;
        assert_eq!(without.problem(400), ["/cursor query.cursor"], "a cursor belongs to its list");
        let body = json!({"with_problems": true, "filter": "name == \"zero\"", "select": ["name"]});
        let queried = app.admin.post("/api/records/order/query", body).await.expect(200);
        assert_eq!(queried["items"], json!([{"name": "zero"}]));
        let none = app.admin.get("/api/records/plain?with_problems=true").await.expect(200);
        assert_eq!(none["items"], json!([]), "nothing is calculated there");
        let wrong = app.admin.get("/api/records/plain?with_problems=perhaps").await;
        assert_eq!(wrong.problem(400), ["/with_problems request.wrong_value"]);

        // Mended, it is gone.
        let path = format!("/api/records/order/{}", zero["id"].as_str().expect("an id"));
        let mended = json!({"version": 1, "parts": 5, "code": "7", "day": 28});
        app.admin.send(app.admin.request(reqwest::Method::PATCH, &path).json(&mended)).await.expect(200);
        assert_eq!(problems(&seen(&zero).await), told(&[]));
    }

    async fn a_cause_is_told_to_those_who_may_read_the_value(app: App) {
        app.publish(documents()).await;
        let values = json!({"name": "zero", "amount": "9999999999999999", "parts": 0, "code": "x1"});
        let zero = app.admin.post("/api/records/order", values).await.expect(201);
        let clerk = app.user("clerk@example.com", &["clerk"]).await;
        let path = format!("/api/records/order/{}?select=name,_problems", zero["id"].as_str().expect("an id"));
        // `share` reads a hidden field, `area` is hidden itself.
        assert_eq!(problems(&clerk.get(&path).await.expect(200)), told(&[("number", "unreadable")]));
        assert_eq!(problems(&app.admin.get(&path).await.expect(200)).len(), 3);
        let found = clerk.get("/api/records/order?with_problems=true&filter=code%20==%20%22x1%22&count=exact").await.expect(200);
        assert_eq!(found["count"], json!(1));
        let mended = json!({"version": 1, "code": "1"});
        let address = format!("/api/records/order/{}", zero["id"].as_str().expect("an id"));
        app.admin.send(app.admin.request(reqwest::Method::PATCH, &address).json(&mended)).await.expect(200);
        let found = clerk.get("/api/records/order?with_problems=true&count=exact").await.expect(200);
        assert_eq!(found["count"], json!(0), "what is hidden is not told by the list either");
    }
}
