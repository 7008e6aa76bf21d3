//! Datasets: rows composed of records when they are read, as far as whoever reads may read those.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "region", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "secret", "type": "text"},
            {"name": "region", "type": "link", "target": "region", "inverse": "companies"}]},
        {"kind": "entity", "name": "product", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "number", "type": "integer"},
            {"name": "stage", "type": "choice", "choices": [{"value": "new", "label": {"en": "New"}}, {"value": "won"}]},
            {"name": "close_date", "type": "date"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"},
            {"name": "tags", "type": "links", "target": "region", "inverse": "tagged"},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal"},
            {"name": "total", "type": "money", "formula": {"mode": "dynamic", "expression": "items.sum(|i| i.price * i.quantity)"}}]},
        {"kind": "entity", "name": "item", "fields": [
            {"name": "product", "type": "link", "target": "product"},
            {"name": "price", "type": "decimal", "scale": 3}, {"name": "quantity", "type": "integer"}]},
        {"kind": "entity", "name": "plan", "fields": [
            {"name": "region", "type": "link", "target": "region"}, {"name": "month", "type": "integer"},
            {"name": "amount", "type": "money"}]},
        {"kind": "entity", "name": "payment", "fields": [
            {"name": "paid_on", "type": "date"}, {"name": "sum", "type": "decimal", "scale": 4},
            {"name": "company", "type": "link", "target": "company"}]},
        by_region(), lines(), moves(), plan_fact(), above()
    ])
}

/// Groups over paths, with a condition, an expression over the row, and a condition on the rows.
fn by_region() -> Value {
    json!({"kind": "dataset", "name": "by_region", "label": {"en": "Sales of a region"}, "fields": [
        {"name": "region"}, {"name": "deals", "aggregate": "count"}, {"name": "amount", "aggregate": "sum"},
        {"name": "average", "aggregate": "avg"}, {"name": "first", "aggregate": "min"}, {"name": "last", "aggregate": "max"},
        {"name": "stages", "aggregate": "count_distinct"},
        {"name": "share", "type": "percent", "scale": 4, "expression": "amount / (deals * 100)"},
        {"name": "twice", "expression": "share * 2"}],
        "parts": [{"entity": "deal", "filter": "number > 0", "values": {"region": "company.region", "amount": "amount",
            "average": "amount", "first": "close_date", "last": "title", "stages": "stage"}}]})
}

/// Along relations to many, one of them optional and many-to-many.
fn lines() -> Value {
    json!({"kind": "dataset", "name": "line", "fields": [
        {"name": "title"}, {"name": "stage"}, {"name": "product"}, {"name": "cost", "type": "money"}, {"name": "tag"}],
        "parts": [{"entity": "deal", "joins": [{"name": "i", "through": "items"}, {"name": "t", "through": "tags", "optional": true}],
            "values": {"title": "title", "stage": "stage", "product": "i.product", "cost": "i.price * i.quantity", "tag": "t.name"}}]})
}

/// Parts below one another.
fn moves() -> Value {
    json!({"kind": "dataset", "name": "move", "title": "what", "fields": [
        {"name": "what"}, {"name": "on"}, {"name": "amount"}, {"name": "company"}, {"name": "stage"}],
        "parts": [
            {"entity": "deal", "filter": "stage == \"won\"",
             "values": {"what": "\"sold: \" + title", "on": "close_date", "amount": "amount", "company": "company", "stage": "stage"}},
            {"entity": "payment", "values": {"what": "\"paid\"", "on": "paid_on", "amount": "-sum", "company": "company"}}]})
}

/// By equal values of two datasets and an entity.
fn plan_fact() -> Value {
    json!({"kind": "dataset", "name": "plan_fact", "fields": [
        {"name": "region"}, {"name": "planned"}, {"name": "fact"}],
        "parts": [{"entity": "plan", "joins": [{"name": "r", "entity": "by_region", "on": [{"left": "region", "right": "region"}], "optional": true}],
            "filter": "month == 1", "values": {"region": "region", "planned": "amount", "fact": "r.amount ?? 0.0"}}]})
}

fn above() -> Value {
    json!({"kind": "dataset", "name": "above", "fields": [{"name": "region"}, {"name": "amount", "aggregate": "sum"}],
        "having": "amount > 100", "parts": [{"entity": "deal", "values": {"region": "company.region.name", "amount": "amount"}}]})
}

async fn made(app: &App, entity: &str, values: Value) -> Value {
    app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201)["id"].clone()
}

async fn fill(app: &App) {
    app.publish(documents()).await;
    let north = made(app, "region", json!({"name": "North"})).await;
    let south = made(app, "region", json!({"name": "South"})).await;
    let acme = made(app, "company", json!({"name": "Acme", "region": north, "secret": "s1"})).await;
    let zeta = made(app, "company", json!({"name": "Zeta", "region": south, "secret": "s2"})).await;
    let (tea, salt) =
        (made(app, "product", json!({"name": "Tea"})).await, made(app, "product", json!({"name": "Salt"})).await);
    let deals = [
        (
            "a",
            "10.10",
            1,
            "new",
            "2026-01-31",
            Some(&acme),
            json!([{"product": tea, "price": "1.005", "quantity": 2}, {"product": salt, "price": "0.333", "quantity": 3}]),
        ),
        ("b", "20.20", 2, "won", "2026-02-28", Some(&acme), json!([{"product": tea, "price": "5", "quantity": 1}])),
        ("c", "300", 3, "won", "2026-03-01", Some(&zeta), json!([])),
        ("d", "7", 4, "new", "2026-03-02", None, json!([])),
        ("e", "1000", 0, "new", "2026-03-02", Some(&zeta), json!([])),
    ];
    for (title, amount, number, stage, close, company, items) in deals {
        let tags = if title == "a" { json!([north, south]) } else { json!([]) };
        made(
            app,
            "deal",
            json!({"title": title, "amount": amount, "number": number, "stage": stage, "close_date": close,
            "company": company, "items": items, "tags": tags}),
        )
        .await;
    }
    for (region, month, amount) in [(&north, 1, "100"), (&south, 1, "200"), (&south, 2, "900")] {
        made(app, "plan", json!({"region": region, "month": month, "amount": amount})).await;
    }
    made(app, "payment", json!({"paid_on": "2026-02-01", "sum": "12.3456", "company": acme})).await;
}

async fn rows(client: &Client, query: &str) -> Vec<Value> {
    client.get(&format!("/api/records/{query}")).await.expect(200)["items"].as_array().expect("items").clone()
}

/// The values of rows, one text for each row.
fn told(rows: &[Value], names: &[&str]) -> Vec<String> {
    let word = |value: &Value| match value {
        Value::Object(link) => link["title"].as_str().unwrap_or("?").to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    rows.iter().map(|row| names.iter().map(|name| word(&row[*name])).collect::<Vec<_>>().join(" ")).collect()
}

every_database! {
    async fn rows_are_grouped_joined_and_put_below_one_another(app: App) {
        fill(&app).await;
        let names = ["region", "deals", "amount", "average", "first", "last", "stages", "share", "twice"];
        let found = rows(&app.admin, "by_region?sort=region&select=region,deals,amount,average,first,last,stages,share,twice").await;
        assert_eq!(told(&found, &names), [
            "North 2 30.30 15.15 2026-01-31 b 2 0.1515 0.303000",
            "South 1 300.00 300.00 2026-03-01 c 1 3.0000 6.000000",
            "null 1 7.00 7.00 2026-03-02 d 1 0.0700 0.140000"]);
        let found = rows(&app.admin, "line?sort=title,product,tag&select=title,stage,product,cost,tag").await;
        assert_eq!(told(&found, &["title", "stage", "product", "cost", "tag"]), [
            "a new Salt 1.00 North", "a new Salt 1.00 South", "a new Tea 2.01 North", "a new Tea 2.01 South", "b won Tea 5.00 null"]);
        let found = rows(&app.admin, "move?sort=on").await;
        assert_eq!(told(&found, &["what", "on", "amount", "company", "stage"]), [
            "paid 2026-02-01 -12.345600 Acme null", "sold: b 2026-02-28 20.200000 Acme won", "sold: c 2026-03-01 300.000000 Zeta won"]);
        let found = rows(&app.admin, "plan_fact?sort=region").await;
        assert_eq!(told(&found, &["region", "planned", "fact"]), ["North 100.00 30.300000", "South 200.00 300.000000"]);
        let found = rows(&app.admin, "above").await;
        assert_eq!(told(&found, &["region", "amount"]), ["South 1300.00"]);
    }
}
