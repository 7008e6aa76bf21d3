//! Titles that are links: a record is called by the record it points at.

use serde_json::{Value, json};

use crate::support::{App, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "product", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "secret", "type": "boolean"}]},
        {"kind": "entity", "name": "line", "title": "product", "fields": [
            {"name": "product", "type": "link", "target": "product", "required": true}, {"name": "quantity", "type": "integer"}]},
        {"kind": "entity", "name": "note", "title": "line", "fields": [
            {"name": "line", "type": "link", "target": "line", "inverse": "notes"}, {"name": "text", "type": "text"}]},
        {"kind": "entity", "name": "pin", "fields": [
            {"name": "to", "type": "link", "target": "note"}, {"name": "any", "type": "any_link", "targets": ["line", "note"]}]},
        {"kind": "role", "name": "seller", "rights": ["use"], "entities": {
            "product": {"read": "!secret"}, "line": {"read": true}, "note": {"read": true}, "pin": {"read": true, "update": true}}}
    ])
}

async fn made(app: &App, entity: &str, values: Value) -> String {
    let record = app.admin.post(&format!("/api/records/{entity}"), values).await.expect(201);
    record["id"].as_str().expect("an id").to_owned()
}

every_database! {
    async fn a_line_is_called_by_its_product(app: App) {
        app.publish(documents()).await;
        let mut pins = Vec::new();
        for (name, secret) in [("Bolt", false), ("Anvil", true)] {
            let product = made(&app, "product", json!({"name": name, "secret": secret})).await;
            let line = made(&app, "line", json!({"product": product, "quantity": 2})).await;
            let note = made(&app, "note", json!({"line": line, "text": "x"})).await;
            pins.push(made(&app, "pin", json!({"to": note, "any": {"entity": "line", "id": line}})).await);
        }
        let page = app.admin.get("/api/records/pin?sort=to&select=to,any,to.line").await.expect(200);
        for (at, name) in ["Anvil", "Bolt"].into_iter().enumerate() {
            let item = &page["items"][at];
            assert_eq!((&item["to"]["title"], &item["any"]["title"], &item["to.line"]["title"]), (&json!(name), &json!(name), &json!(name)));
        }
        let found = app.admin.get("/api/records/note?quick=anv&select=id,line").await.expect(200);
        assert_eq!((found["items"].as_array().map(Vec::len), &found["items"][0]["line"]["title"]), (Some(1), &json!("Anvil")));
        let lists = app.admin.get("/api/records/line?sort=product&select=notes").await.expect(200);
        assert_eq!(lists["items"][0]["notes"][0]["title"], "Anvil");

        // What the product hides, the line does not tell.
        let seller = app.user("seller@example.com", &["seller"]).await;
        let page = seller.get("/api/records/pin?sort=to&select=to,any").await.expect(200);
        assert_eq!((&page["items"][0]["to"]["title"], &page["items"][1]["to"]["title"]), (&json!("Bolt"), &Value::Null), "{page:#}");
        assert_eq!(page["items"][1]["any"]["title"], Value::Null);
        assert_eq!(seller.get("/api/records/note?quick=anvil").await.expect(200)["items"], json!([]));

        // History tells the same names.
        let path = format!("/api/records/pin/{}", pins[1]);
        let now = app.admin.get(&path).await.expect(200);
        app.admin.patch(&path, json!({"version": now["version"], "to": null})).await.expect(200);
        let told = app.admin.get(&format!("{path}/history")).await.expect(200);
        assert_eq!(told["items"][0]["changes"][0]["from"]["title"], "Anvil", "{told:#}");
        let told = seller.get(&format!("{path}/history")).await.expect(200);
        assert_eq!(told["items"][0]["changes"][0]["from"]["title"], Value::Null, "{told:#}");
    }

    async fn titles_come_to_an_end(app: App) {
        let circle = json!([
            {"kind": "entity", "name": "hen", "title": "egg", "fields": [{"name": "egg", "type": "link", "target": "egg"}]},
            {"kind": "entity", "name": "egg", "title": "hen", "fields": [{"name": "hen", "type": "link", "target": "hen"}]}]);
        let answer = app.admin.put("/api/meta/drafts", circle).await.expect(200);
        let codes: Vec<&Value> = answer["problems"].as_array().expect("problems").iter().map(|problem| &problem["code"]).collect();
        assert_eq!(codes, ["entity.endless_title", "entity.endless_title"], "{answer:#}");
    }
}
