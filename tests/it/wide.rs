//! Entities of more links than a database joins at once: every clause of a list reads across all of them.

use serde_json::{Value, json};

use crate::support::{App, every_database};

const LINKS: usize = 120;

fn documents() -> Value {
    let links = (1..=LINKS).map(|at| json!({"name": format!("l{at}"), "type": "link", "target": "company"}));
    let mut fields = vec![json!({"name": "title", "type": "text", "required": true})];
    fields.extend(links);
    fields.push(json!({"name": "parts", "type": "children", "target": "part", "inverse": "hub"}));
    let links = (1..=LINKS).map(|at| json!({"name": format!("l{at}"), "type": "link", "target": "company"}));
    let part: Vec<Value> =
        std::iter::once(json!({"name": "hub", "type": "link", "target": "hub"})).chain(links).collect();
    json!([
        {"kind": "entity", "name": "region", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "city", "type": "text"}, {"name": "phone", "type": "phone"},
            {"name": "region", "type": "link", "target": "region"}]},
        {"kind": "entity", "name": "hub", "title": "title", "fields": fields},
        {"kind": "entity", "name": "part", "fields": part},
        {"kind": "role", "name": "north", "rights": ["use"], "entities": {
            "hub": {"read": true}, "part": {"read": true}, "region": {"read": "name != \"South\""},
            "company": {"read": "region.name == \"North\" || city == \"Graz\"", "fields": {"phone": "mask", "city": "none"}}}}
    ])
}

async fn made(app: &App, entity: &str, values: Value) -> String {
    let record = app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201);
    record["id"].as_str().expect("an id").to_owned()
}

/// Makes records whose odd links lead north and whose even links lead south.
async fn fill(app: &App) {
    let (north, south) =
        (made(app, "region", json!({"name": "North"})).await, made(app, "region", json!({"name": "South"})).await);
    let alpha =
        made(app, "company", json!({"name": "Alpha", "city": "Wien", "phone": "+43 1 234567", "region": north})).await;
    let beta =
        made(app, "company", json!({"name": "Beta", "city": "Linz", "phone": "+43 1 765432", "region": south})).await;
    let mut hub = serde_json::Map::from_iter([("title".to_owned(), json!("All"))]);
    let mut part = serde_json::Map::new();
    for at in 1..=LINKS {
        let to = if at % 2 == 1 { &alpha } else { &beta };
        hub.insert(format!("l{at}"), json!(to));
        part.insert(format!("l{at}"), json!(to));
    }
    hub.insert("parts".to_owned(), json!([part]));
    made(app, "hub", Value::Object(hub)).await;
    made(app, "hub", json!({"title": "None"})).await;
}

every_database! {
    async fn every_link_of_a_record_is_read_with_its_title(app: App) {
        app.publish(documents()).await;
        fill(&app).await;
        let page = app.admin.get("/api/records/hub?sort=title&count=exact").await.expect(200);
        assert_eq!(page["count"], 2);
        for at in 1..=LINKS {
            let expected = if at % 2 == 1 { "Alpha" } else { "Beta" };
            assert_eq!(page["items"][0][format!("l{at}")]["title"], expected, "l{at}");
            assert_eq!(page["items"][1][format!("l{at}")], Value::Null, "l{at}");
        }
        let id = page["items"][0]["id"].as_str().expect("an id");
        let one = app.admin.get(&format!("/api/records/hub/{id}")).await.expect(200);
        assert_eq!(one["parts"][0]["l119"]["title"], "Alpha");
        assert_eq!(one["parts"][0]["l120"]["title"], "Beta");
    }

    async fn filters_orders_and_paths_go_through_every_link(app: App) {
        app.publish(documents()).await;
        fill(&app).await;
        let cities: Vec<String> = (1..=LINKS).map(|at| format!("l{at}.city")).collect();
        let filter: Vec<String> = (1..=LINKS).map(|at| format!("l{at}.city == {:?}", if at % 2 == 1 { "Wien" } else { "Linz" })).collect();
        let select = [&cities[..], &["l120.region.name".to_owned(), "l118.region".to_owned()]].concat();
        let body = json!({"select": select,
            "filter": filter.join(" && "), "sort": ["l117.region.name", "-l116.city", "l115"], "count": "exact"});
        let page = app.admin.post("/api/records/hub/query", body.clone()).await.expect(200);
        assert_eq!((&page["count"], page["items"].as_array().map(Vec::len)), (&json!(1), Some(1)), "{page:#}");
        let item = &page["items"][0];
        assert_eq!((&item["l119.city"], &item["l120.region.name"], &item["l118.region"]["title"]), (&json!("Wien"), &json!("South"), &json!("South")));
        // Pages of one record: the cursor compares what sub-selects give.
        let body = json!({"select": cities, "sort": ["-l117.region.name", "l116.city"], "limit": 1});
        let first = app.admin.post("/api/records/hub/query", body.clone()).await.expect(200);
        assert_eq!(first["items"][0]["l119.city"], "Wien");
        let mut next = body;
        next["cursor"] = first["next_cursor"].clone();
        let second = app.admin.post("/api/records/hub/query", next).await.expect(200);
        assert_eq!((&second["items"][0]["l119.city"], &second["next_cursor"]), (&Value::Null, &Value::Null));
    }

    async fn what_is_hidden_stays_hidden_behind_the_last_link(app: App) {
        app.publish(documents()).await;
        fill(&app).await;
        let north = app.user("north@example.com", &["north"]).await;
        let paths = ["l1", "l2", "l119", "l120", "l119.phone", "l120.phone", "l119.region.name", "l120.region.name"];
        let all: Vec<String> = (3..=118).map(|at| format!("l{at}.name")).collect();
        let select = [&all[..], &paths.map(str::to_owned)[..]].concat();
        let body = json!({"select": select, "sort": ["title"], "limit": 1});
        let page = north.post("/api/records/hub/query", body).await.expect(200);
        let item = &page["items"][0];
        assert_eq!((&item["l1"]["title"], &item["l119"]["title"]), (&json!("Alpha"), &json!("Alpha")));
        assert_eq!((&item["l2"]["title"], &item["l120"]["title"]), (&Value::Null, &Value::Null), "{item:#}");
        assert_eq!((&item["l117.name"], &item["l118.name"]), (&json!("Alpha"), &Value::Null));
        assert_eq!((&item["l119.phone"], &item["l120.phone"]), (&json!("••••67"), &Value::Null));
        assert_eq!((&item["l119.region.name"], &item["l120.region.name"]), (&json!("North"), &Value::Null));
        let found = north.post("/api/records/hub/query", json!({"select": all, "filter": "l120.name == \"Beta\" || l120.region.name == \"South\""})).await.expect(200);
        assert_eq!(found["items"], json!([]));
    }
}
