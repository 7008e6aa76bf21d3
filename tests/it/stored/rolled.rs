//! Roll-ups that follow from what changed: exact at any time, whatever is rounded for the eye, and found out anew where they are
//! not known.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::writers::identity;
use super::{bring_back, change, compare, make, remove, stored};
use crate::support::{App, Backend, every_database};

/// Companies of deals of lines, with every kind of roll-up on both levels.
fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"},
            {"name": "total", "type": "money", "formula": stored("deals.sum(|d| d.total)")},
            {"name": "count", "type": "integer", "formula": stored("deals.filter(|d| d.total > 10).filter(|d| d.open ?? true).count()")},
            {"name": "mean", "type": "decimal", "scale": 4, "formula": stored("deals.avg(|d| d.total)")},
            {"name": "least", "type": "money", "formula": stored("deals.min(|d| d.total)")},
            {"name": "most", "type": "integer", "formula": stored("deals.max(|d| d.lines)")}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "open", "type": "boolean"}, {"name": "discount", "type": "money"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals", "on_delete": "set_empty"},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal"},
            {"name": "total", "type": "money", "formula": stored("items.sum(|i| i.price * i.part) - (discount ?? 0)")},
            {"name": "exact", "type": "decimal", "scale": 12, "formula": stored("items.sum(|i| i.price * i.part)")},
            {"name": "pieces", "type": "integer", "formula": stored("items.sum(|i| i.pieces)")},
            {"name": "lines", "type": "integer", "formula": stored("items.count()")},
            {"name": "mean", "type": "decimal", "scale": 6, "formula": stored("items.filter(|i| i.kind != \"b\").avg(|i| i.part)")},
            {"name": "mixed", "type": "decimal", "scale": 4, "formula": stored("if items.count() > 2 { items.avg(|i| i.pieces) } else { items.sum(|i| i.part) + items.max(|i| i.pieces) }")},
            {"name": "least", "type": "decimal", "scale": 2, "formula": stored("items.min(|i| i.part * 2)")},
            {"name": "most", "type": "integer", "formula": stored("items.filter(|i| i.kind == \"a\").max(|i| i.pieces)")},
            {"name": "last", "type": "date", "formula": stored("items.max(|i| i.on)")}]},
        {"kind": "entity", "name": "item", "fields": [
            {"name": "price", "type": "decimal", "scale": 6, "precision": 18}, {"name": "part", "type": "decimal", "scale": 12, "precision": 28},
            {"name": "pieces", "type": "integer"}, {"name": "on", "type": "date"},
            {"name": "kind", "type": "choice", "choices": [{"value": "a"}, {"value": "b"}]}]}
    ])
}

async fn read(app: &App, entity: &str, record: &Value) -> Value {
    app.admin.get(&format!("/api/records/{entity}/{}", record["id"].as_str().expect("an id"))).await.expect(200)
}

every_database! {
    async fn what_did_not_change_is_not_read(app: App) {
        app.publish(documents()).await;
        let company = make(&app.admin, "company", json!({"name": "C"})).await;
        let deal = make(&app.admin, "deal", json!({"title": "D", "company": company["id"]})).await;
        let item = make(&app.admin, "item", json!({"deal": deal["id"], "price": "2", "part": "3", "pieces": 4})).await;
        make(&app.admin, "item", json!({"deal": deal["id"], "price": "1", "part": "1", "pieces": 1})).await;
        // What is written past everything is noticed by nobody who reads the others; so the totals go on from there.
        let more = match app.backend {
            Backend::Sqlite => "UPDATE verstak_rollup SET total = exact_add(total, dec_parse('1000')), count = count + 10",
            Backend::Postgres => "UPDATE verstak_rollup SET total = total + 1000, count = count + 10",
        };
        app.run(more).await;
        change(&app.admin, "item", &item, json!({"price": "3", "pieces": 5})).await;
        make(&app.admin, "item", json!({"deal": deal["id"], "price": "1", "part": "1", "pieces": 1})).await;
        let found = read(&app, "deal", &deal).await;
        assert_eq!((&found["total"], &found["pieces"], &found["lines"]), (&json!("1011.00"), &json!(1007), &json!(13)));
        // A company's total follows from what the deal's was and is.
        let above = read(&app, "company", &company).await;
        assert_eq!(above["total"], "2011.00");
        // What is not known is found out, once, and followed from there.
        app.run("DELETE FROM verstak_rollup").await;
        make(&app.admin, "item", json!({"deal": deal["id"], "price": "1", "part": "1", "pieces": 1})).await;
        change(&app.admin, "deal", &deal, json!({"open": false})).await;
        compare(&app, &documents(), "forgetting").await;
        let statement = sql::Statement::text("SELECT count(*) FROM verstak_rollup WHERE total IS NULL", Vec::new(), vec![sql::ColumnType::Integer]);
        let unknown = app.engine.database().fetch(&statement).await.expect("an answer");
        assert_eq!(unknown, [[engine::expression::Value::Integer(0)]]);
        change(&app.admin, "item", &item, json!({"price": "5"})).await;
        compare(&app, &documents(), "going on").await;
    }

    async fn what_is_rounded_and_what_overflows_stays_exact(app: App) {
        app.publish(documents()).await;
        let deal = make(&app.admin, "deal", json!({"title": "D"})).await;
        let mut items = Vec::new();
        for _ in 0..3 {
            items.push(make(&app.admin, "item", json!({"deal": deal["id"], "price": "0.001", "part": "1.5"})).await);
        }
        // Each is less than a cent, and together they are half of one.
        assert_eq!(read(&app, "deal", &deal).await["total"], "0.00");
        items.push(make(&app.admin, "item", json!({"deal": deal["id"], "price": "0.0005", "part": "1"})).await);
        assert_eq!(read(&app, "deal", &deal).await["total"], "0.01");
        // Each product is rounded by itself, half away from zero.
        items.push(make(&app.admin, "item", json!({"deal": deal["id"], "price": "0.5", "part": "0.000000000001"})).await);
        items.push(make(&app.admin, "item", json!({"deal": deal["id"], "price": "-0.5", "part": "0.000000000003"})).await);
        assert_eq!(read(&app, "deal", &deal).await["exact"], "0.004999999999");
        // Beyond sixteen digits there is no value, and less is one again.
        let large = make(&app.admin, "item", json!({"deal": deal["id"], "price": "1", "part": "9999999999999999", "pieces": i64::MAX})).await;
        let larger = make(&app.admin, "item", json!({"deal": deal["id"], "price": "1", "part": "9999999999999999", "pieces": i64::MAX})).await;
        let found = read(&app, "deal", &deal).await;
        assert_eq!((&found["exact"], &found["pieces"]), (&Value::Null, &Value::Null));
        compare(&app, &documents(), "overflowing").await;
        make(&app.admin, "item", json!({"deal": deal["id"], "price": "1", "part": "-9999999999999999", "pieces": -5})).await;
        compare(&app, &documents(), "taking away").await;
        remove(&app.admin, "item", &large).await;
        compare(&app, &documents(), "removing one").await;
        remove(&app.admin, "item", &larger).await;
        compare(&app, &documents(), "removing both").await;
        bring_back(&app.admin, "item", &large).await;
        change(&app.admin, "item", &large, json!({"price": null, "part": null, "pieces": 3})).await;
        compare(&app, &documents(), "emptying").await;
        for item in &items {
            remove(&app.admin, "item", item).await;
        }
        compare(&app, &documents(), "removing the rest").await;
        assert_eq!(read(&app, "deal", &deal).await["pieces"], -2);
    }

    async fn an_extreme_is_looked_for_only_when_it_goes(app: App) {
        let documents = documents();
        app.publish(documents.clone()).await;
        let deal = make(&app.admin, "deal", json!({"title": "D"})).await;
        let mut items = Vec::new();
        for part in ["3", "3", "5", "9"] {
            items.push(make(&app.admin, "item", json!({"deal": deal["id"], "part": part, "pieces": 1})).await);
        }
        let field = identity(&app, "deal", "least").await;
        // From scratch it is four values; a count that is wrong stays wrong as long as nobody counts anew.
        app.run(&format!("UPDATE verstak_rollup SET count = count + 100 WHERE field = '{field}'")).await;
        let seen = async || {
            let text = format!("SELECT count FROM verstak_rollup WHERE field = '{field}'");
            let statement = sql::Statement::text(text, Vec::new(), vec![sql::ColumnType::Integer]);
            let rows = app.engine.database().fetch(&statement).await.expect("an answer");
            let engine::expression::Value::Integer(count) = rows[0][0] else { panic!("no count") };
            (read(&app, "deal", &deal).await["least"].as_str().expect("a number").to_owned(), count)
        };
        remove(&app.admin, "item", &items[0]).await;
        assert_eq!(seen().await, ("6.00".to_owned(), 103), "another is as little");
        change(&app.admin, "item", &items[3], json!({"part": "2.5"})).await;
        assert_eq!(seen().await, ("5.00".to_owned(), 103), "what is less is the least");
        change(&app.admin, "item", &items[2], json!({"part": "4"})).await;
        make(&app.admin, "item", json!({"deal": deal["id"], "part": "2.5"})).await;
        assert_eq!(seen().await, ("5.00".to_owned(), 104), "what is more or as little changes nothing");
        remove(&app.admin, "item", &items[3]).await;
        assert_eq!(seen().await, ("5.00".to_owned(), 103));
        bring_back(&app.admin, "item", &items[3]).await;
        change(&app.admin, "item", &items[3], json!({"part": "1"})).await;
        assert_eq!(seen().await, ("2.00".to_owned(), 104));
        change(&app.admin, "item", &items[3], json!({"part": "100"})).await;
        assert_eq!(seen().await, ("5.00".to_owned(), 4), "the least is gone, so all are looked at");
        compare(&app, &documents, "all that").await;
        for item in app.admin.get("/api/records/item?limit=100").await.expect(200)["items"].as_array().expect("items") {
            remove(&app.admin, "item", item).await;
            compare(&app, &documents, "removing one after the other").await;
        }
        assert_eq!(read(&app, "deal", &deal).await["least"], Value::Null);
        bring_back(&app.admin, "item", &items[1]).await;
        compare(&app, &documents, "bringing one back").await;
    }

    async fn what_moves_leaves_one_and_joins_the_other(app: App) {
        let documents = documents();
        app.publish(documents.clone()).await;
        let mut companies = Vec::new();
        let mut deals = Vec::new();
        for name in ["A", "B"] {
            companies.push(make(&app.admin, "company", json!({"name": name})).await);
        }
        for at in 0..4 {
            let items: Vec<Value> = (0..=at).map(|item| json!({"price": "7.25", "part": item.to_string(), "pieces": item, "kind": if item % 2 == 0 { "a" } else { "b" }, "on": format!("2026-01-0{}", item + 1)})).collect();
            deals.push(make(&app.admin, "deal", json!({"title": format!("D{at}"), "company": companies[at % 2]["id"], "items": items, "open": at != 2})).await);
        }
        compare(&app, &documents, "making").await;
        let page = app.admin.get("/api/records/item?limit=100&sort=-pieces").await.expect(200);
        let item = page["items"][0].clone();
        for to in [&deals[0]["id"], &deals[2]["id"], &deals[3]["id"]] {
            change(&app.admin, "item", &item, json!({"deal": to, "kind": "a"})).await;
            compare(&app, &documents, "moving an item").await;
        }
        change(&app.admin, "deal", &deals[3], json!({"company": companies[0]["id"], "discount": "3.10"})).await;
        compare(&app, &documents, "moving a deal").await;
        change(&app.admin, "deal", &deals[1], json!({"company": null, "open": false})).await;
        compare(&app, &documents, "leaving").await;
        // With everything below it, and back.
        remove(&app.admin, "deal", &deals[3]).await;
        compare(&app, &documents, "removing a deal").await;
        bring_back(&app.admin, "deal", &deals[3]).await;
        compare(&app, &documents, "bringing it back").await;
        remove(&app.admin, "company", &companies[0]).await;
        bring_back(&app.admin, "company", &companies[0]).await;
        compare(&app, &documents, "bringing a company back").await;
        // The same record twice in one transaction, and others with it.
        let path = |entity: &str, record: &Value| (entity.to_owned(), record["id"].clone());
        let ((_, first), (_, second)) = (path("deal", &deals[0]), path("deal", &deals[2]));
        let known = read(&app, "item", &item).await;
        let operations = json!({"operations": [
            {"op": "create", "entity": "item", "values": {"deal": first, "price": "1", "part": "11", "pieces": 100, "kind": "a"}},
            {"op": "update", "entity": "item", "id": item["id"], "version": known["version"], "values": {"deal": second, "price": "3"}},
            {"op": "create", "entity": "item", "values": {"deal": second, "price": "2", "part": "-11", "pieces": -100, "kind": "a"}},
            {"op": "delete", "entity": "item", "id": item["id"]}
        ]});
        app.admin.post("/api/records/batch", operations).await.expect(200);
        compare(&app, &documents, "a batch").await;
    }

    async fn a_publish_of_another_meaning_begins_anew(app: App) {
        let mut documents = documents();
        app.publish(documents.clone()).await;
        let deal = make(&app.admin, "deal", json!({"title": "D"})).await;
        let item = make(&app.admin, "item", json!({"deal": deal["id"], "price": "2", "part": "3", "pieces": 4})).await;
        let publish = async |documents: &Value| {
            let mut next = documents.clone();
            for document in next.as_array_mut().expect("documents") {
                let known = app.admin.get(&format!("/api/meta/drafts/entity/{}", document["name"].as_str().expect("a name"))).await.expect(200);
                document["id"] = known["id"].clone();
                for field in document["fields"].as_array_mut().expect("fields") {
                    if let Some(same) = known["fields"].as_array().expect("fields").iter().find(|it| it["name"] == field["name"]) {
                        field["id"] = same["id"].clone();
                    }
                }
            }
            app.publish(next).await;
        };
        let meanings = ["items.sum(|i| i.price)", "items.sum(|i| i.price * i.part) - (discount ?? 0)", "items.sum(|i| i.price * i.part)"];
        for (at, meaning) in meanings.into_iter().enumerate() {
            documents[1]["fields"][5]["formula"]["expression"] = json!(meaning);
            publish(&documents).await;
            compare(&app, &documents, meaning).await;
            change(&app.admin, "item", &item, json!({"price": format!("{}", at + 5)})).await;
            compare(&app, &documents, meaning).await;
        }
        // Fewer digits of what is added up, and another type of it.
        change(&app.admin, "item", &item, json!({"price": "1.236"})).await;
        make(&app.admin, "item", json!({"deal": deal["id"], "price": "0.125", "part": "3", "pieces": 4})).await;
        documents[2]["fields"][0] = json!({"name": "price", "type": "decimal", "scale": 2, "precision": 18});
        publish(&documents).await;
        compare(&app, &documents, "rounding").await;
        change(&app.admin, "item", &item, json!({"price": "2"})).await;
        compare(&app, &documents, "rounding and changing").await;
        documents[2]["fields"][0] = json!({"name": "price", "type": "integer"});
        publish(&documents).await;
        change(&app.admin, "item", &item, json!({"price": 12})).await;
        compare(&app, &documents, "retyping").await;
    }

    async fn what_is_known_of_totals_is_forgotten_only_when_it_may_be_another(app: App) {
        let documents = documents();
        app.publish(documents.clone()).await;
        let deal = make(&app.admin, "deal", json!({"title": "D"})).await;
        make(&app.admin, "item", json!({"deal": deal["id"], "price": "2", "part": "3", "pieces": 4})).await;
        let fields = async || {
            let statement = sql::Statement::text("SELECT DISTINCT field FROM verstak_rollup", Vec::new(), vec![sql::ColumnType::Text]);
            let rows = app.engine.database().fetch(&statement).await.expect("an answer");
            rows.into_iter().map(|row| format!("{:?}", row[0])).collect::<std::collections::BTreeSet<String>>()
        };
        let known = fields().await;
        assert!(known.len() > 4, "{known:?}");
        app.admin.patch("/api/workspace", json!({"name": "Another", "currency": "CHF"})).await.expect(200);
        assert_eq!(fields().await, known, "what a name and a currency do not touch is kept");
        // A publish forgets what means something else, and a purge what is there no more.
        let mut next = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
        next.as_object_mut().expect("an object").remove("state");
        let members = next["fields"].as_array_mut().expect("fields");
        members.retain(|field| field["name"] != "pieces");
        let lines = members.iter_mut().find(|field| field["name"] == "lines").expect("the field");
        lines["formula"]["expression"] = json!("items.count() + 1");
        app.publish(json!([next])).await;
        let (lines, left) = (identity(&app, "deal", "lines").await, fields().await);
        let forgotten: Vec<&String> = known.difference(&left).collect();
        assert!(forgotten.len() == 1 && forgotten[0].contains(&lines), "{forgotten:?}");
        let hidden = app.admin.get("/api/meta/hidden").await.expect(200);
        let id = hidden["items"][0]["id"].as_str().expect("an id").to_owned();
        app.admin.post("/api/meta/purge", json!({"ids": [id], "allow_destructive": true})).await.expect(200);
        let now = fields().await;
        assert!(left.difference(&now).all(|field| field.contains(&id)) && now.len() + 1 == left.len(), "{left:?}, then {now:?}");
        app.admin.patch("/api/workspace", json!({"time_zone": "Asia/Vladivostok"})).await.expect(200);
        assert!(fields().await.is_empty(), "days of another time zone may be other totals");
    }

    async fn sixteen_writers_of_one_parent_add_up(app: App) {
        let documents = documents();
        app.publish(documents.clone()).await;
        let company = make(&app.admin, "company", json!({"name": "C"})).await;
        let mut deals = Vec::new();
        for title in ["one", "two"] {
            deals.push(make(&app.admin, "deal", json!({"title": title, "company": company["id"]})).await);
        }
        let write = |number: usize| {
            let (client, deals) = (&app.admin, &deals);
            async move {
                for at in 0..6 {
                    let deal = &deals[(number + at) % 2]["id"];
                    let item = make(client, "item", json!({"deal": deal, "price": "1.1", "part": number.to_string(), "pieces": at * number, "kind": "a"})).await;
                    match (number + at) % 3 {
                        0 => drop(change(client, "item", &item, json!({"deal": deals[(number + at + 1) % 2]["id"]})).await),
                        1 => remove(client, "item", &item).await,
                        _ => drop(change(client, "item", &item, json!({"price": "0.35", "pieces": 1})).await),
                    }
                }
            }
        };
        join_all((0..16).map(write)).await;
        compare(&app, &documents, "sixteen writers").await;
    }
}
