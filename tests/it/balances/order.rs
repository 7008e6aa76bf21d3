//! In which order the lists of a register stand when nobody asks for one.

use serde_json::{Value, json};

use super::{documents, enter, make};
use crate::support::{App, Client, every_database};

/// The rows of a list: the title of what is at each path.
async fn rows(client: &Client, list: &str, paths: [&str; 3]) -> Vec<String> {
    let body = json!({"select": paths, "limit": 2});
    let mut rows = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let mut body = body.clone();
        body["cursor"] = cursor;
        let page = client.post(&format!("/api/records/{list}/query"), body).await.expect(200);
        for row in page["items"].as_array().expect("items") {
            let text = |path: &str| row[path].get("title").unwrap_or(&row[path]).as_str().unwrap_or("-").to_owned();
            rows.push(paths.map(text).join(" "));
        }
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            return rows;
        }
    }
}

async fn fill(app: &App) {
    app.publish(documents()).await;
    let named = async |entity: &str, name: &str| make(&app.admin, entity, json!({"name": name})).await;
    // Made in an order of its own, so that identities say nothing.
    let (tea, ale) = (named("product", "Tea").await, named("product", "Ale").await);
    let (west, east) = (named("warehouse", "West").await, named("warehouse", "East").await);
    for (date, place) in [("2026-11-03", &west), ("2026-12-24", &west), ("2026-11-20", &east)] {
        enter(&app.admin, "receipt", (date, place), &[(&tea, "2"), (&ale, "3")], "posted").await;
    }
}

every_database! {
    async fn lists_have_an_order_of_their_own(app: App) {
        fill(&app).await;
        assert_eq!(rows(&app.admin, "stock", ["product", "warehouse", "quantity"]).await, [
            "Ale East 3.000", "Ale West 6.000", "Tea East 2.000", "Tea West 4.000"]);
        assert_eq!(rows(&app.admin, "stock_turnover", ["period", "product", "warehouse"]).await, [
            "2026-12-01 Ale West", "2026-12-01 Tea West",
            "2026-11-01 Ale East", "2026-11-01 Ale West", "2026-11-01 Tea East", "2026-11-01 Tea West"]);
        let movements = rows(&app.admin, "stock_movement", ["date", "product", "warehouse"]).await;
        let days: Vec<&str> = movements.iter().filter_map(|row| row.split(' ').next()).collect();
        assert_eq!(days, ["2026-12-24", "2026-12-24", "2026-11-20", "2026-11-20", "2026-11-03", "2026-11-03"]);
        // Another order is another order.
        let found = app.admin.get("/api/records/stock?sort=-quantity&select=quantity&limit=1").await.expect(200);
        assert_eq!(found["items"], json!([{"quantity": "6.000"}]));
        // Of a dimension that is hidden nothing is told by the order.
        app.publish(json!([{"kind": "role", "name": "seller", "rights": ["use"], "entities": {"product": {"read": true}, "warehouse": {"read": true},
            "stock": {"read": true, "fields": {"product": "none"}}}}])).await;
        let seller = app.user("seller@example.com", &["seller"]).await;
        let found = seller.get("/api/records/stock?select=warehouse").await.expect(200);
        let places: Vec<&str> = found["items"].as_array().expect("items").iter().filter_map(|row| row["warehouse"]["title"].as_str()).collect();
        assert_eq!(places, ["East", "East", "West", "West"]);
        // The page is told of which period the first day stands there.
        let catalog = app.admin.get("/api/meta/catalog").await.expect(200);
        let entities = catalog["entities"].as_array().expect("entities");
        let told = |entity: &str, field: &str| {
            let found = entities.iter().find(|one| one["name"] == entity).expect("the entity");
            found["fields"].as_array().expect("fields").iter().find(|one| one["name"] == field).expect("the field")["by"].clone()
        };
        assert_eq!((told("stock_turnover", "period"), told("stock_movement", "date"), told("stock_turnover", "product")), (json!("month"), Value::Null, Value::Null));
    }
}
