//! Registers of balances: whatever is done to the records that post, movements, balances and turnovers are those that a
//! calculation from scratch gives, and nothing is sold that is not in stock.

mod changes;
mod order;

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::access::worlds::questions::Dice;
use crate::support::{App, Client, every_database};

fn paper(name: &str) -> [Value; 2] {
    let line = format!("{name}_line");
    [
        json!({"kind": "entity", "name": name, "title": "number", "fields": [
            {"name": "number", "type": "text"}, {"name": "date", "type": "date"},
            {"name": "status", "type": "choice", "default": "draft", "choices": [{"value": "draft"}, {"value": "posted"}]},
            {"name": "warehouse", "type": "link", "target": "warehouse"},
            {"name": "items", "type": "children", "target": line, "inverse": name}]}),
        json!({"kind": "entity", "name": line, "fields": [
            {"name": "product", "type": "link", "target": "product"}, {"name": "quantity", "type": "decimal", "scale": 3},
            {"name": "cost", "type": "money", "formula": {"mode": "stored", "expression": "quantity * product.price"}}]}),
    ]
}

fn posting(name: &str, direction: &str) -> Value {
    json!({"name": name, "entity": format!("{name}_line"), "when": format!("{name}.status == \"posted\""), "date": format!("{name}.date"),
        "direction": direction, "values": {"product": "product", "warehouse": format!("{name}.warehouse"), "quantity": "quantity", "cost": "cost"}})
}

fn stock() -> Value {
    json!({"kind": "register", "name": "stock", "label": {"en": "Stock"}, "balance": {
        "dimensions": [{"name": "product", "type": "link", "target": "product", "required": true, "inverse": "stock"},
            {"name": "warehouse", "type": "link", "target": "warehouse"}],
        "resources": [{"name": "quantity", "type": "decimal", "scale": 3, "refuse_negative": true}, {"name": "cost", "type": "money"}],
        "postings": [posting("receipt", "in"), posting("shipment", "out")]}})
}

fn papers() -> Vec<Value> {
    let mut documents = vec![
        json!({"kind": "entity", "name": "product", "title": "name", "fields": [{"name": "name", "type": "text"}, {"name": "price", "type": "money"}]}),
        json!({"kind": "entity", "name": "warehouse", "title": "name", "fields": [{"name": "name", "type": "text"}]}),
    ];
    documents.extend(paper("receipt"));
    documents.extend(paper("shipment"));
    documents
}

fn documents() -> Value {
    let mut documents = papers();
    documents.push(stock());
    Value::Array(documents)
}

async fn make(client: &Client, entity: &str, values: Value) -> String {
    let made = client.post(&format!("/api/records/{entity}"), values).await.expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

async fn change(client: &Client, entity: &str, id: &str, mut values: Value) -> (u16, Value) {
    let path = format!("/api/records/{entity}/{id}");
    let known = client.get(&path).await;
    if known.status.as_u16() != 200 {
        return (known.status.as_u16(), Value::Null);
    }
    values["version"] = known.body["version"].clone();
    let answer = client.patch(&path, values).await;
    (answer.status.as_u16(), answer.body)
}

/// A paper with lines: product, quantity.
async fn enter(
    client: &Client,
    kind: &str,
    (date, place): (&str, &str),
    lines: &[(&str, &str)],
    status: &str,
) -> String {
    let items: Vec<Value> =
        lines.iter().map(|(product, quantity)| json!({"product": product, "quantity": quantity})).collect();
    make(client, kind, json!({"date": date, "status": status, "warehouse": place, "items": items})).await
}

/// A number in millionths.
fn units(value: &Value) -> i64 {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if text == "null" {
        return 0;
    }
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    sign * format!("{whole}{part:0<6}").parse::<i64>().expect("a number")
}

async fn all(app: &App, entity: &str, select: &[&str]) -> Vec<Value> {
    let body = json!({"select": select, "limit": 5000});
    let page = app.admin.post(&format!("/api/records/{entity}/query"), body).await.expect(200);
    page["items"].as_array().expect("items").clone()
}

fn text(value: &Value) -> String {
    value.get("id").unwrap_or(value).as_str().unwrap_or_default().to_owned()
}

type Key = (String, String);

/// Compares the register with what the papers there are come to.
async fn compare(app: &App, after: &str) -> BTreeMap<Key, (i64, i64)> {
    let mut movements: BTreeMap<String, (String, Key, i64, i64)> = BTreeMap::new();
    for (kind, sign) in [("receipt", 1), ("shipment", -1)] {
        let of = |name: &str| format!("{kind}.{name}");
        let (status, date, place) = (of("status"), of("date"), of("warehouse"));
        let select = ["id", "product", "quantity", "cost", &status, &date, &place];
        for line in all(app, &format!("{kind}_line"), &select).await {
            let paper = |name: &str| {
                line.get(kind).and_then(|paper| paper.get(name)).or(line.get(of(name))).cloned().unwrap_or_default()
            };
            if paper("status") == "posted" {
                let key = (text(&line["product"]), text(&paper("warehouse")));
                let moved = (text(&paper("date")), key, sign * units(&line["quantity"]), sign * units(&line["cost"]));
                movements.insert(text(&line["id"]), moved);
            }
        }
    }
    let mut found = BTreeMap::new();
    for row in all(app, "stock_movement", &["id", "date", "record", "product", "warehouse", "quantity", "cost"]).await {
        let key = (text(&row["product"]), text(&row["warehouse"]));
        found.insert(text(&row["record"]), (text(&row["date"]), key, units(&row["quantity"]), units(&row["cost"])));
    }
    assert_eq!(found, movements, "movements after {after}");
    let (mut balances, mut turned) = (BTreeMap::<Key, (i64, i64)>::new(), BTreeMap::<(Key, String), [i64; 4]>::new());
    for (date, key, quantity, cost) in movements.values() {
        let balance = balances.entry(key.clone()).or_default();
        *balance = (balance.0 + quantity, balance.1 + cost);
        let of = turned.entry((key.clone(), format!("{}-01", &date[..7]))).or_default();
        let at = usize::from(*quantity < 0);
        of[at] += quantity.abs();
        of[2 + at] += cost.abs();
    }
    balances.retain(|_, sums| *sums != (0, 0));
    let mut kept = BTreeMap::new();
    for row in all(app, "stock", &["id", "product", "warehouse", "quantity", "cost"]).await {
        let sums = (units(&row["quantity"]), units(&row["cost"]));
        kept.insert((text(&row["product"]), text(&row["warehouse"])), sums);
    }
    kept.retain(|_, sums| *sums != (0, 0));
    assert_eq!(kept, balances, "balances after {after}");
    turned.retain(|_, of| *of != [0; 4]);
    let names = [
        "quantity_opening",
        "quantity_in",
        "quantity_out",
        "quantity_closing",
        "cost_opening",
        "cost_in",
        "cost_out",
        "cost_closing",
    ];
    let mut rows = BTreeMap::new();
    for row in all(app, "stock_turnover", &[&["id", "product", "warehouse", "period"], &names[..]].concat()).await {
        let key = ((text(&row["product"]), text(&row["warehouse"])), text(&row["period"]));
        rows.insert(key, names.map(|name| units(&row[name])));
    }
    let mut running: BTreeMap<&Key, (i64, i64)> = BTreeMap::new();
    let mut wanted = BTreeMap::new();
    for ((key, period), [came, went, cost_in, cost_out]) in &turned {
        let (quantity, cost) = running.entry(key).or_default();
        let before = (*quantity, *cost);
        (*quantity, *cost) = (before.0 + came - went, before.1 + cost_in - cost_out);
        wanted.insert(
            (key.clone(), period.clone()),
            [before.0, *came, *went, *quantity, before.1, *cost_in, *cost_out, *cost],
        );
    }
    assert_eq!(rows, wanted, "turnovers after {after}");
    balances
}

async fn world(app: &App) -> (Vec<String>, Vec<String>) {
    let (mut products, mut places) = (Vec::new(), Vec::new());
    for (name, price) in [("Bolt", "0.10"), ("Nut", "1.25"), ("Washer", "3")] {
        products.push(make(&app.admin, "product", json!({"name": name, "price": price})).await);
    }
    for name in ["Main", "Far"] {
        places.push(make(&app.admin, "warehouse", json!({"name": name})).await);
    }
    (products, places)
}

every_database! {
    async fn registers_follow_whatever_posts(app: App) {
        app.publish(documents()).await;
        let (products, places) = world(&app).await;
        let (bolt, nut, main) = (products[0].as_str(), products[1].as_str(), places[0].as_str());
        let receipt = enter(&app.admin, "receipt", ("2026-03-10", main), &[(bolt, "10.125"), (nut, "5")], "draft").await;
        assert!(compare(&app, "a draft").await.is_empty());
        change(&app.admin, "receipt", &receipt, json!({"status": "posted"})).await;
        assert_eq!(compare(&app, "a posted paper").await.len(), 2);
        let shipment = enter(&app.admin, "shipment", ("2026-05-02", main), &[(bolt, "4.005")], "posted").await;
        compare(&app, "a shipment").await;
        enter(&app.admin, "receipt", ("2026-01-31", main), &[(bolt, "1"), (bolt, "0.001")], "posted").await;
        compare(&app, "a back-dated receipt").await;
        change(&app.admin, "receipt", &receipt, json!({"date": "2026-04-01"})).await;
        compare(&app, "another date").await;
        for values in [json!({"warehouse": places[1]}), json!({"status": "draft"})] {
            let (status, body) = change(&app.admin, "receipt", &receipt, values).await;
            assert_eq!(status, 422, "what is sold cannot leave: {body}");
        }
        compare(&app, "what was refused").await;
        change(&app.admin, "product", bolt, json!({"price": "0.33"})).await;
        compare(&app, "another price").await;
        let delete = app.admin.request(reqwest::Method::DELETE, &format!("/api/records/receipt/{receipt}"));
        app.admin.send(delete).await.problem(422);
        compare(&app, "a refusal").await;
        app.admin.send(app.admin.request(reqwest::Method::DELETE, &format!("/api/records/shipment/{shipment}"))).await.expect(204);
        compare(&app, "a paper that went").await;
        app.admin.post(&format!("/api/records/shipment/{shipment}/restore"), json!({})).await.expect(200);
        compare(&app, "a paper that came back").await;
        let card = app.admin.get(&format!("/api/records/product/{bolt}?select=stock.quantity")).await.expect(200);
        assert!(card.to_string().contains("quantity"), "{card}");
    }

    async fn what_is_short_is_told_and_nothing_changes(app: App) {
        app.publish(documents()).await;
        app.publish(json!([{"kind": "role", "name": "seller", "rights": ["use"], "entities": {
            "shipment": {"read": true, "create": true}, "shipment_line": {"read": true, "create": true}, "product": {"read": true}, "warehouse": {"read": true}}},
            {"kind": "role", "name": "blind", "rights": ["use"], "entities": {"stock": {"read": "warehouse.name == \"Far\""}}}])).await;
        let (products, places) = world(&app).await;
        enter(&app.admin, "receipt", ("2026-03-10", &places[0]), &[(&products[0], "3")], "posted").await;
        let sale = json!({"date": "2026-03-11", "status": "posted", "warehouse": places[0], "items": [{"product": products[1], "quantity": "1"}, {"product": products[0], "quantity": "5"}]});
        let answer = app.admin.post("/api/records/shipment", sale.clone()).await;
        assert_eq!(answer.status.as_u16(), 422, "{}", answer.body);
        let told: Vec<&Value> = answer.body["errors"].as_array().expect("errors").iter().collect();
        assert_eq!(told.len(), 2, "one for each balance: {}", answer.body);
        let bolt = told.iter().find(|it| it["message"].as_str().is_some_and(|text| text.contains("Bolt"))).expect("the bolt");
        assert!(bolt["message"].as_str().expect("a text").contains("There is 3.000, 2.000 is missing"), "{bolt}");
        assert_eq!(bolt["path"], "/items/1", "{bolt}");
        compare(&app, "a refusal").await;
        let seller = app.user("seller@example.com", &["seller"]).await;
        let answer = seller.post("/api/records/shipment", sale).await;
        assert_eq!(answer.status.as_u16(), 422);
        assert!(!answer.body.to_string().contains("3.000"), "what is there is for those who may read it: {}", answer.body);
        seller.get("/api/records/stock").await.problem(404);
        seller.get("/api/records/stock_movement").await.problem(404);
        let blind = app.user("blind@example.com", &["blind"]).await;
        assert_eq!(blind.get("/api/records/stock").await.expect(200)["items"], json!([]), "the condition holds for none");
        app.admin.post("/api/records/stock", json!({"product": products[0]})).await.problem(403);
        let lacking = json!({"date": "2026-03-11", "status": "posted", "items": [{"quantity": "1"}]});
        assert_eq!(app.admin.post("/api/records/receipt", lacking).await.problem(422), ["/items/0 register.record_lacks"]);
    }

    async fn the_last_item_is_sold_once(app: App) {
        app.publish(documents()).await;
        let (products, places) = world(&app).await;
        for round in 0..4 {
            let lines: Vec<(&str, &str)> = products.iter().map(|product| (product.as_str(), "1")).collect();
            enter(&app.admin, "receipt", ("2026-03-10", &places[0]), &lines, "posted").await;
            let sale = |turn: usize| {
                let mut items: Vec<Value> = products.iter().map(|product| json!({"product": product, "quantity": "1"})).collect();
                items.rotate_left(turn % 3);
                json!({"date": "2026-03-11", "status": "posted", "warehouse": places[0], "items": items})
            };
            let client = &app.admin;
            let answers = join_all((0..5).map(|turn| client.post("/api/records/shipment", sale(turn)))).await;
            let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 422, 422, 422, 422], "round {round}");
        }
        assert!(compare(&app, "all sales").await.is_empty());
    }

    async fn writers_leave_what_a_calculation_from_scratch_gives(app: App) {
        app.publish(documents()).await;
        let (products, places) = world(&app).await;
        for product in &products {
            enter(&app.admin, "receipt", ("2026-02-01", &places[0]), &[(product, "6")], "posted").await;
        }
        for round in 0..2 {
            join_all((0..4).map(|number| acts(&app.admin, Dice((round * 4 + number + 1) * 7919), &products, &places))).await;
            compare(&app, "many writers").await;
        }
    }

    async fn a_register_is_made_of_the_records_there_are(app: App) {
        app.publish(Value::Array(papers())).await;
        let (products, places) = world(&app).await;
        enter(&app.admin, "receipt", ("2026-03-10", &places[0]), &[(&products[0], "3"), (&products[1], "1.5")], "posted").await;
        enter(&app.admin, "shipment", ("2026-04-10", &places[0]), &[(&products[0], "4"), (&products[1], "1")], "posted").await;
        app.admin.put("/api/meta/drafts/register/stock", stock()).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let warning = plan["warnings"].as_array().expect("warnings").iter().find(|it| it["code"] == "plan.register_negative").expect("a warning");
        assert!(warning.to_string().contains("Bolt"), "{warning}");
        assert!(plan["steps"].to_string().contains("Make the movements"), "{plan}");
        app.publish_draft().await;
        compare(&app, "a publish").await;
        // What was less than nothing before may grow, and shrinks no more.
        let (product, place) = (products[0].as_str(), places[0].as_str());
        enter(&app.admin, "receipt", ("2026-03-11", place), &[(product, "0.5")], "posted").await;
        let sale = json!({"date": "2026-03-11", "status": "posted", "warehouse": place, "items": [{"product": product, "quantity": "0.1"}]});
        app.admin.post("/api/records/shipment", sale).await.problem(422);
        compare(&app, "what was less than nothing").await;
        let mut next = stock();
        next["balance"]["postings"][1]["when"] = json!("shipment.status == \"posted\" && quantity > 2");
        app.publish(json!([next])).await;
        let rows = all(&app, "stock_movement", &["id", "posting"]).await;
        assert_eq!(rows.len(), 4, "of the shipments one line is left: {rows:?}");
    }
}

/// Does whatever can be done to the papers there are; only what is short or was changed meanwhile is refused.
async fn acts(client: &Client, dice: Dice, products: &[String], places: &[String]) {
    let mut dice = dice;
    let mut made: Vec<(&str, String)> = Vec::new();
    let mut binned: Vec<(&str, String)> = Vec::new();
    for _ in 0..12 {
        let product = &products[dice.below(products.len())];
        let place = &places[dice.below(places.len())];
        let date = ["2026-01-05", "2026-02-10", "2026-02-20", "2026-06-01"][dice.below(4)];
        let kind = ["receipt", "shipment"][dice.below(2)];
        let status = match dice.below(6) {
            0 | 1 => {
                let quantity = ["1", "2.5", "0.125"][dice.below(3)];
                let items = json!([{"product": product, "quantity": quantity}, {"product": products[dice.below(3)], "quantity": "1"}]);
                let status = ["draft", "posted"][dice.below(2)];
                let body = json!({"date": date, "status": status, "warehouse": place, "items": items});
                let answer = client.post(&format!("/api/records/{kind}"), body).await;
                if answer.status.as_u16() == 201 {
                    made.push((kind, text(&answer.body["id"])));
                }
                answer.status.as_u16()
            }
            2 if !made.is_empty() => {
                let (kind, id) = &made[dice.below(made.len())];
                let status = ["draft", "posted"][dice.below(2)];
                change(client, kind, id, json!({"status": status, "date": date})).await.0
            }
            3 if !made.is_empty() => {
                let (kind, id) = &made[dice.below(made.len())];
                change(
                    client,
                    kind,
                    id,
                    json!({"warehouse": place, "items": [{"product": product, "quantity": "1.5"}]}),
                )
                .await
                .0
            }
            4 if !made.is_empty() => {
                let at = dice.below(made.len());
                let (kind, id) = made[at].clone();
                let answer =
                    client.send(client.request(reqwest::Method::DELETE, &format!("/api/records/{kind}/{id}"))).await;
                if answer.status.as_u16() == 204 {
                    binned.push(made.swap_remove(at));
                }
                answer.status.as_u16()
            }
            _ if !binned.is_empty() => {
                let at = dice.below(binned.len());
                let (kind, id) = binned[at].clone();
                let answer = client.post(&format!("/api/records/{kind}/{id}/restore"), json!({})).await;
                if answer.status.as_u16() == 200 {
                    made.push(binned.swap_remove(at));
                }
                answer.status.as_u16()
            }
            _ => {
                let price = ["0.5", "2", "1.37"][dice.below(3)];
                change(client, "product", product, json!({"price": price})).await.0
            }
        };
        assert!([200, 201, 204, 409, 422].contains(&status), "answered {status}");
    }
}
