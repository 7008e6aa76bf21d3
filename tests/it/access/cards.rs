//! How a card is read is decided once for all who have the same roles, and once only: nobody gets what was decided for others.

use serde_json::{Value, json};

use super::{id, make};
use crate::support::{Client, every_database};

fn documents(inn: &str) -> Value {
    json!([
        {"kind": "entity", "name": "account", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "inn", "type": "text"},
            {"name": "parent", "type": "link", "target": "account", "inverse": "parts"}]},
        {"kind": "role", "name": "reader", "rights": ["use"], "entities": {"account": {"read": true, "fields": {"inn": inn}}}},
        {"kind": "role", "name": "owner", "rights": ["use"], "entities": {"account": {"read": "owner == user", "create": true}}}
    ])
}

async fn card(client: &Client, record: &Value, select: &str) -> Value {
    client.get(&format!("/api/records/account/{}{select}", id(record))).await.expect(200)
}

async fn closed(client: &Client, record: &Value) {
    client.get(&format!("/api/records/account/{}", id(record))).await.expect(404);
}

every_database! {
    async fn what_was_decided_for_some_is_not_for_others(app: App) {
        app.publish(documents("none")).await;
        let reader = app.user("reader@example.com", &["reader"]).await;
        let second = app.user("second@example.com", &["reader"]).await;
        let (alice, bob) = (app.user("alice@example.com", &["owner"]).await, app.user("bob@example.com", &["owner"]).await);
        let whole = make(&app.admin, "account", json!({"name": "Whole", "inn": "111"})).await;
        let part = make(&app.admin, "account", json!({"name": "Part", "inn": "222", "parent": whole["id"]})).await;
        let own = make(&alice, "account", json!({"name": "Own", "inn": "333"})).await;
        for _ in 0..2 {
            for select in ["", "?select=name,inn,parent"] {
                for record in [&whole, &part] {
                    assert_eq!(card(&app.admin, record, select).await["inn"], record["inn"]);
                }
            }
            for person in [&reader, &second] {
                for record in [&part, &whole] {
                    let read = card(person, record, "").await;
                    assert_eq!(read["name"], record["name"]);
                    assert_eq!(read.get("inn"), None);
                    assert_eq!(card(person, record, "?select=parent").await, json!({"parent": record["parent"]}));
                }
                person.get(&format!("/api/records/account/{}?select=inn", id(&part))).await.expect(400);
            }
            // A rule names who asks: each has to be asked for anew.
            assert_eq!(card(&alice, &own, "").await["inn"], "333");
            closed(&bob, &own).await;
            closed(&alice, &whole).await;
        }

        // What is published decides from then on.
        app.publish(documents("read")).await;
        assert_eq!(card(&reader, &part, "").await["inn"], "222");
        app.publish(documents("none")).await;
        assert_eq!(card(&reader, &part, "").await.get("inn"), None);
        app.admin.delete(&format!("/api/records/account/{}", id(&part))).await.expect(204);
        closed(&reader, &part).await;
    }
}
