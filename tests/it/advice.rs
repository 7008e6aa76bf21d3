//! Advice about indexes: what lists are asked by, and no index serves, is told to designers only.

use serde_json::{Value, json};

use crate::support::every_database;

every_database! {
    async fn lists_without_an_index_are_told(app: App) {
        let fields = json!([{"name": "title", "type": "text"}, {"name": "stage", "type": "text"}, {"name": "amount", "type": "integer"},
            {"name": "number", "type": "text"}]);
        app.publish(json!([{"kind": "entity", "name": "deal", "title": "title", "fields": fields, "indexes": [["number"]]},
            {"kind": "role", "name": "reader", "rights": ["use"], "entities": {"deal": {"read": true}}}])).await;
        let reader = app.user("reader@example.com", &["reader"]).await;
        let ask = async |body: Value| reader.post("/api/records/deal/query", body).await.expect(200);
        ask(json!({"filter": "stage == \"won\"", "sort": ["amount"]})).await;
        let advice = async || app.admin.get("/api/meta/advice/deal").await.expect(200)["items"].clone();
        assert_eq!(advice().await, json!([]), "few records are read quickly anyway");
        let many: Vec<Value> = (0..1000).map(|at| json!({"op": "create", "entity": "deal", "values": {"title": format!("D{at}")}})).collect();
        app.admin.post("/api/records/batch", json!({"operations": many})).await.expect(200);
        for _ in 0..2 {
            ask(json!({"filter": "stage == \"won\" && stage != \"new\"", "sort": ["amount"]})).await;
        }
        ask(json!({"filter": "stage == \"new\""})).await;
        ask(json!({"filter": "number == \"7\""})).await;
        assert_eq!(advice().await, json!([{"fields": ["stage", "amount"], "times": 4, "records": 1000}]));
        assert_eq!(reader.get("/api/meta/advice/deal").await.status, 403);
        assert_eq!(app.admin.get("/api/meta/advice/nothing").await.status, 404);
        let mut document = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        let members = document.as_object_mut().expect("a document");
        ["state", "problems"].iter().for_each(|name| drop(members.remove(*name)));
        document["indexes"] = json!([["number"], ["stage", "amount"]]);
        app.publish(json!([document])).await;
        assert_eq!(advice().await, json!([]), "an index there serves them");
    }
}
