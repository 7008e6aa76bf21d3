//! Stored formulas: whatever is done to the records that they are made of, each has the value that a calculation from scratch
//! gives.

mod backfill;
mod published;
mod rolled;
pub(crate) mod writers;

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn stored(expression: &str) -> Value {
    json!({"mode": "stored", "expression": expression})
}

/// Regions of companies, their deals with lines and tags: roll-ups over roll-ups, along links and many-to-many relations.
pub(crate) fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "region", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "rate", "type": "decimal", "scale": 2},
            {"name": "total", "type": "money", "formula": stored("companies.sum(|c| c.total)")},
            {"name": "count", "type": "integer", "formula": stored("companies.sum(|c| c.deals.count())")},
            {"name": "mean", "type": "decimal", "scale": 3, "formula": stored("companies.avg(|c| c.total)")},
            {"name": "range", "type": "money", "formula": stored("companies.max(|c| c.most) - companies.min(|c| c.least)")},
            {"name": "won", "type": "integer", "formula": stored("companies.filter(|c| c.won > 0).count()")}]},
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "region", "type": "link", "target": "region", "inverse": "companies"},
            {"name": "total", "type": "money", "formula": stored("deals.filter(|d| d.stage == \"won\").sum(|d| d.total)")},
            {"name": "first", "type": "text", "formula": stored("deals.first(|d| d.total > 0).title")},
            {"name": "mean", "type": "decimal", "scale": 4, "formula": stored("deals.avg(|d| d.total)")},
            {"name": "least", "type": "money", "formula": stored("deals.min(|d| d.total)")},
            {"name": "most", "type": "money", "formula": stored("deals.max(|d| d.dearest)")},
            {"name": "won", "type": "integer", "formula": stored("deals.filter(|d| d.stage == \"won\" && d.pieces > 1).count()")},
            {"name": "big", "type": "boolean", "formula": stored("deals.any(|d| d.total > 100)")},
            {"name": "all_won", "type": "boolean", "formula": stored("deals.all(|d| d.stage == \"won\")")}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "stage", "type": "choice", "default": "new", "choices": [{"value": "new"}, {"value": "won"}]},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals", "on_delete": "set_empty"},
            {"name": "tags", "type": "links", "target": "tag", "inverse": "deals"},
            {"name": "about", "type": "any_link", "targets": ["company", "tag"], "inverse": "mentions"},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal"},
            {"name": "total", "type": "money", "formula": stored("items.sum(|i| i.amount)")},
            {"name": "pieces", "type": "integer", "formula": stored("items.sum(|i| i.quantity)")},
            {"name": "lines", "type": "integer", "formula": stored("items.filter(|i| i.quantity != 0).count()")},
            {"name": "price", "type": "decimal", "scale": 4, "formula": stored("items.avg(|i| i.price)")},
            {"name": "dearest", "type": "money", "formula": stored("items.max(|i| i.amount)")},
            {"name": "fewest", "type": "integer", "formula": stored("items.min(|i| i.quantity)")},
            {"name": "net", "type": "money", "formula": stored("total * (1 - (company.region.rate ?? 0))")},
            {"name": "weight", "type": "integer", "formula": stored("tags.sum(|t| t.weight)")},
            {"name": "next", "type": "money", "formula": {"mode": "dynamic", "expression": "total + 1"}},
            {"name": "twice", "type": "money", "formula": stored("next * 2")},
            {"name": "shout", "type": "text", "formula": stored("title.to_upper()")},
            {"name": "place", "type": "text", "formula": stored("about.as_company.name + \"/\" + company.name")}],
         "indexes": [["total"]], "rules": [{"name": "small", "when": "total > 1000000", "message": {"en": "Too big"}}]},
        {"kind": "entity", "name": "item", "fields": [
            {"name": "price", "type": "money"}, {"name": "quantity", "type": "integer"},
            {"name": "amount", "type": "money", "formula": stored("price * quantity")}]},
        {"kind": "entity", "name": "tag", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "weight", "type": "integer"},
            {"name": "count", "type": "integer", "formula": stored("deals.count()")},
            {"name": "total", "type": "money", "formula": stored("deals.sum(|d| d.total)")},
            {"name": "mentioned", "type": "integer", "formula": stored("mentions.count()")}]}
    ])
}

/// Compares each stored formula of each record with what its expression gives when it is asked for.
async fn compare(app: &App, documents: &Value, after: &str) {
    let mut wrong = Vec::new();
    for document in documents.as_array().expect("documents").iter().filter(|document| document["kind"] == "entity") {
        let is_stored = |field: &&Value| field["formula"]["mode"] == "stored";
        let fields: Vec<&Value> = document["fields"].as_array().expect("fields").iter().filter(is_stored).collect();
        let mut select = vec![json!("id")];
        for field in &fields {
            let expression = field["formula"]["expression"].as_str().expect("an expression");
            let scale = field["scale"].as_i64().unwrap_or(2);
            let expression = match field["type"].as_str() {
                Some("money" | "decimal") => format!("round({expression}, {scale})"),
                _ => expression.to_owned(),
            };
            select.push(field["name"].clone());
            let name = format!("asked_{}", field["name"].as_str().expect("a name"));
            select.push(json!({"name": name, "expression": expression}));
        }
        let name = document["name"].as_str().expect("a name");
        let body = json!({"select": select, "limit": 5000});
        let page = app.admin.post(&format!("/api/records/{name}/query"), body).await.expect(200);
        for item in page["items"].as_array().expect("items") {
            for field in &fields {
                let field = field["name"].as_str().expect("a name");
                let plain = |value: &Value| match value.as_str() {
                    Some(text) if text.contains('.') && text.parse::<f64>().is_ok() => {
                        text.trim_end_matches('0').trim_end_matches('.').to_owned()
                    }
                    Some(text) => text.to_owned(),
                    None => value.to_string(),
                };
                let (kept, asked) = (plain(&item[field]), plain(&item[format!("asked_{field}").as_str()]));
                // Empty text is no value where it is kept.
                if kept != asked && !(kept == "null" && asked.is_empty()) {
                    wrong.push(format!("{name}.{field}: {kept}, not {asked}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "after {after}: {wrong:#?}");
}

async fn make(client: &Client, entity: &str, values: Value) -> Value {
    client.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

async fn change(client: &Client, entity: &str, record: &Value, mut values: Value) -> Value {
    let path = format!("/api/records/{entity}/{}", record["id"].as_str().expect("an id"));
    values["version"] = client.get(&path).await.expect(200)["version"].clone();
    let request = client.request(reqwest::Method::PATCH, &path).json(&values);
    client.send(request).await.expect(200)
}

async fn remove(client: &Client, entity: &str, record: &Value) {
    let path = format!("/api/records/{entity}/{}", record["id"].as_str().expect("an id"));
    client.send(client.request(reqwest::Method::DELETE, &path)).await.expect(204);
}

async fn bring_back(client: &Client, entity: &str, record: &Value) {
    let path = format!("/api/records/{entity}/{}/restore", record["id"].as_str().expect("an id"));
    client.post(&path, json!({})).await.expect(200);
}

every_database! {
    async fn values_follow_whatever_they_are_made_of(app: App) {
        let documents = documents();
        app.publish(documents.clone()).await;
        let (one, two) = (make(&app.admin, "region", json!({"name": "R1", "rate": "0.10"})).await, make(&app.admin, "region", json!({"name": "R2"})).await);
        let (north, south) = (make(&app.admin, "company", json!({"name": "North", "region": one["id"]})).await, make(&app.admin, "company", json!({"name": "South", "region": two["id"]})).await);
        let (red, blue) = (make(&app.admin, "tag", json!({"name": "red", "weight": 3})).await, make(&app.admin, "tag", json!({"name": "blue", "weight": 4})).await);
        let deal = make(&app.admin, "deal", json!({
            "title": "чай", "stage": "won", "company": north["id"], "tags": [red["id"], blue["id"]], "about": {"entity": "company", "id": south["id"]},
            "items": [{"price": "10.55", "quantity": 3}, {"price": "1", "quantity": 2}]})).await;
        // The answer to the save has the values that the save gave.
        let told = ["total", "net", "weight", "next", "twice", "shout", "place"].map(|name| deal[name].clone());
        assert_eq!(told, [json!("33.65"), json!("30.29"), json!(7), json!("34.65"), json!("69.30"), json!("ЧАЙ"), json!("South/North")]);
        let other = make(&app.admin, "deal", json!({"title": "other", "company": north["id"], "tags": [red["id"]], "items": [{"price": "100", "quantity": 2}]})).await;
        compare(&app, &documents, "making").await;
        let region = app.admin.get(&format!("/api/records/region/{}", one["id"].as_str().expect("an id"))).await.expect(200);
        assert_eq!((&region["total"], &region["count"], &region["version"]), (&json!("33.65"), &json!(2), &json!(1)), "nobody changed it");
        // A list has them beside what people write, in the order of an index.
        let list = app.admin.get("/api/records/deal?sort=-total").await.expect(200);
        assert_eq!((&list["items"][0]["total"], &list["items"][0]["next"]), (&json!("200.00"), &Value::Null));

        let line = app.admin.get(&format!("/api/records/deal/{}", deal["id"].as_str().expect("an id"))).await.expect(200)["items"][0].clone();
        change(&app.admin, "item", &line, json!({"quantity": 30})).await;
        compare(&app, &documents, "a line").await;
        change(&app.admin, "deal", &deal, json!({"stage": "new"})).await;
        compare(&app, &documents, "a stage").await;
        change(&app.admin, "deal", &other, json!({"stage": "won", "company": south["id"]})).await;
        compare(&app, &documents, "a move to another parent").await;
        change(&app.admin, "company", &south, json!({"region": one["id"], "name": "Sud"})).await;
        compare(&app, &documents, "a move in the middle").await;
        change(&app.admin, "region", &one, json!({"rate": "0.5"})).await;
        compare(&app, &documents, "what many link to").await;
        change(&app.admin, "tag", &red, json!({"weight": 10})).await;
        change(&app.admin, "deal", &deal, json!({"tags": [blue["id"]], "about": {"entity": "tag", "id": red["id"]}})).await;
        compare(&app, &documents, "many to many").await;
        remove(&app.admin, "deal", &other).await;
        compare(&app, &documents, "a deletion").await;
        bring_back(&app.admin, "deal", &other).await;
        compare(&app, &documents, "a restoration").await;
        remove(&app.admin, "tag", &blue).await;
        remove(&app.admin, "company", &south).await;
        compare(&app, &documents, "deletions that empty links").await;
        bring_back(&app.admin, "tag", &blue).await;
        bring_back(&app.admin, "company", &south).await;
        compare(&app, &documents, "restorations").await;
        let batch = json!({"operations": [
            {"op": "create", "entity": "deal", "values": {"title": "b", "company": north["id"], "stage": "won"}},
            {"op": "create", "entity": "item", "values": {"deal": "$0", "price": "5", "quantity": 5}},
            {"op": "create", "entity": "item", "values": {"deal": "$0", "price": "7", "quantity": 1}},
            {"op": "delete", "entity": "item", "id": line["id"]}]});
        app.admin.post("/api/records/batch", batch).await.expect(200);
        compare(&app, &documents, "a batch").await;
        // A rule sees what the save makes of the value, and a refused save leaves everything as it was.
        let deal = app.admin.get(&format!("/api/records/deal/{}", other["id"].as_str().expect("an id"))).await.expect(200);
        let big = json!({"version": deal["version"], "items": [{"price": "999999", "quantity": 2}]});
        let request = app.admin.request(reqwest::Method::PATCH, &format!("/api/records/deal/{}", other["id"].as_str().expect("an id"))).json(&big);
        assert_eq!(app.admin.send(request).await.problem(422), ["record.rule"]);
        compare(&app, &documents, "a refusal").await;
        // A file of lines is as good as lines one by one, and taken back as well.
        let file = format!("deal,price,quantity\n{0},1.50,2\n{0},2.25,4\n", other["id"].as_str().expect("an id"));
        let part = reqwest::multipart::Part::bytes(file.into_bytes()).file_name("items.csv");
        let form = reqwest::multipart::Form::new().text("entity", "item").part("file", part);
        let started = app.admin.send(app.admin.request(reqwest::Method::POST, "/api/imports").multipart(form)).await.expect(202);
        let job = started["id"].as_str().expect("a job").to_owned();
        assert_eq!(app.finish(&job).await["state"], "done");
        compare(&app, &documents, "an import").await;
        let undone = app.admin.post(&format!("/api/imports/{job}/undo"), json!({})).await;
        assert!(undone.status.is_success(), "{:#}", undone.body);
        if let Some(job) = undone.body["id"].as_str() {
            app.finish(job).await;
        }
        compare(&app, &documents, "an import taken back").await;
        // Nobody writes what is calculated.
        let written = make(&app.admin, "region", json!({"name": "R3"})).await;
        let request = app.admin.request(reqwest::Method::PATCH, &format!("/api/records/region/{}", written["id"].as_str().expect("an id"))).json(&json!({"total": "5", "version": 1}));
        assert_eq!(app.admin.send(request).await.problem(422), ["/total record.read_only_field"]);
        let history = app.admin.get(&format!("/api/records/region/{}/history", one["id"].as_str().expect("an id"))).await.expect(200);
        assert_eq!(history["items"].as_array().map(Vec::len), Some(2), "what follows is no change of the record: {history:#}");
        let (engine, client) = app.another_node().await;
        assert_eq!(client.get(&format!("/api/records/region/{}", one["id"].as_str().expect("an id"))).await.expect(200)["count"], 2);
        engine.close().await;
    }
}
