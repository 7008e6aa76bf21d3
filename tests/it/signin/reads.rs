//! Who read what is marked: told before the values leave, and nothing else is.

use serde_json::{Value, json};

use super::audited;
use crate::support::{App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "person", "title": "name", "fields": [
            {"name": "name", "type": "text"},
            {"name": "passport", "type": "text", "audit_reads": true, "searchable": true},
            {"name": "cards", "type": "children", "target": "card", "inverse": "person"}]},
        {"kind": "entity", "name": "card", "fields": [
            {"name": "person", "type": "link", "target": "person"},
            {"name": "number", "type": "text", "audit_reads": true}]},
        {"kind": "role", "name": "clerk", "rights": ["use"], "entities": {
            "person": {"read": true, "fields": {"passport": "mask"}}}}
    ])
}

/// What was told since the last look, as the fields' own names.
async fn told(app: &App) -> Vec<Vec<String>> {
    let catalog = app.engine.catalog();
    let names = |key: &str| {
        let (entity, field) = key.split_once('.').expect("a key");
        let entity = catalog.entity_by_id(&expression::EntityId::new(entity)).expect("an entity");
        entity.field_by_id(&expression::FieldId::new(field)).expect("a field").name.clone()
    };
    let events = audited(app, "read").await;
    let fields = |event: &Value| {
        let keys = event["changes"]["fields"].as_array().expect("fields").clone();
        let mut names: Vec<String> = keys.iter().filter_map(Value::as_str).map(names).collect();
        names.sort();
        names
    };
    let told = events.iter().map(fields).collect();
    let guards = ["verstak_audit_event_delete", "verstak_audit_link_delete"];
    super::chain::without(app, &guards, "DELETE FROM verstak_audit_link").await;
    super::chain::without(app, &guards, "DELETE FROM sys_audit_event").await;
    told
}

async fn get(client: &Client, path: &str) {
    client.get(path).await.expect(200);
}

every_database! {
    async fn reads_of_marked_fields_are_told(app: App) {
        app.publish(documents()).await;
        let clerk = app.user("clerk@example.com", &["clerk"]).await;
        let values = json!({"name": "Vera", "passport": "4510 123456", "cards": [{"number": "2200 1"}]});
        let vera = app.admin.post("/api/records/person", values).await.expect(201);
        let path = format!("/api/records/person/{}", vera["id"].as_str().expect("an id"));
        let none: Vec<Vec<String>> = Vec::new();
        told(&app).await;

        get(&app.admin, "/api/records/person?select=name").await;
        get(&clerk, &path).await;
        get(&clerk, "/api/records/person").await;
        get(&app.admin, "/api/records/person?select=name,passport&filter=name%20==%20%22nobody%22").await;
        assert_eq!(told(&app).await, none, "nothing marked was read in clear");

        get(&app.admin, &path).await;
        assert_eq!(told(&app).await, [["number", "passport"]]);
        get(&app.admin, "/api/records/person?select=name,passport").await;
        assert_eq!(told(&app).await, [["passport"]]);
        get(&app.admin, "/api/records/person?select=name&filter=passport.like(%2245%22)").await;
        assert_eq!(told(&app).await, [["passport"]], "what was found by it was read too");
        get(&app.admin, "/api/records/card?select=person.passport").await;
        assert_eq!(told(&app).await, [["passport"]]);
        let related = json!({"select": ["name", {"path": "cards", "select": ["number"]}]});
        app.admin.post("/api/records/person/query", related).await.expect(200);
        assert_eq!(told(&app).await, [["number"]]);
        let any = json!({"select": ["name"], "filter": "cards.any(|c| c.number == \"2200 1\")"});
        app.admin.post("/api/records/person/query", any).await.expect(200);
        assert_eq!(told(&app).await, [["number"]]);
        let groups = json!({"group_by": ["passport"], "measures": [{"name": "n", "expression": "count()"}]});
        app.admin.post("/api/records/person/aggregate", groups).await.expect(200);
        assert_eq!(told(&app).await, [["passport"]]);
        get(&app.admin, &format!("{path}/history")).await;
        assert_eq!(told(&app).await, [["number", "passport"]]);
        for _ in 0..100 {
            let found = app.admin.get("/api/search?q=123456").await.expect(200);
            if found["items"] != json!([]) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(told(&app).await, [["passport"]], "a search that found something was told");
        get(&clerk, "/api/search?q=123456").await;
        assert_eq!(told(&app).await, none, "what is masked finds nothing");
        let job = app.admin.post("/api/exports", json!({"entity": "person", "format": "csv"})).await.expect(202);
        app.finish(job["id"].as_str().expect("an id")).await;
        assert_eq!(told(&app).await, [["passport"]], "an export is read as well");
        let event = json!({"kind": "entity", "name": "person", "fields": [{"name": "all", "type": "links", "target": "card", "audit_reads": true}]});
        let refused = app.admin.put("/api/meta/drafts/entity/person", event).await.problem(422);
        assert_eq!(refused, ["/fields/0/audit_reads field.option_not_for_type"]);
    }
}
