//! What a publish makes of stored formulas: who may read them, what is calculated anew, and what is refused.

use serde_json::{Value, json};

use super::{make, stored};
use crate::support::every_database;

every_database! {
    async fn a_value_is_as_hidden_as_what_it_is_made_of(app: App) {
        let open = json!({"mode": "stored", "expression": "deals.sum(|d| d.amount)", "open": true});
        let documents = json!([
            {"kind": "entity", "name": "company", "title": "name", "fields": [
                {"name": "name", "type": "text"},
                {"name": "won", "type": "money", "formula": stored("deals.sum(|d| d.amount)")},
                {"name": "told", "type": "money", "formula": open},
                {"name": "twice", "type": "money", "formula": stored("won * 2")},
                {"name": "more", "type": "money", "formula": {"mode": "dynamic", "expression": "won + 1"}},
                {"name": "shown", "type": "money", "formula": stored("told * 2")},
                {"name": "number", "type": "integer", "formula": stored("deals.count()")}]},
            {"kind": "entity", "name": "deal", "title": "title", "fields": [
                {"name": "title", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "cost", "type": "money"},
                {"name": "company", "type": "link", "target": "company", "inverse": "deals"},
                {"name": "gain", "type": "money", "formula": stored("amount - cost")},
                {"name": "of", "type": "text", "formula": stored("company.name")}]},
            {"kind": "role", "name": "all", "rights": ["use"], "entities": {"*": {"read": true}}},
            {"kind": "role", "name": "own", "rights": ["use"], "entities": {"company": {"read": true}, "deal": {"read": "owner == user"}}},
            {"kind": "role", "name": "no_cost", "rights": ["use"], "entities": {"company": {"read": true}, "deal": {"read": true, "fields": {"cost": "none"}}}},
            {"kind": "role", "name": "closed", "rights": ["use"], "entities": {"company": {"read": true}}}
        ]);
        app.admin.put("/api/meta/drafts", documents).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let opened = plan["warnings"].as_array().expect("warnings").iter().filter(|it| it["code"] == "plan.opens_formula").count();
        assert_eq!(opened, 1, "{plan:#}");
        app.publish_draft().await;
        let company = make(&app.admin, "company", json!({"name": "Acme"})).await;
        let path = format!("/api/records/company/{}", company["id"].as_str().expect("an id"));
        let all = app.user("all@example.com", &["all"]).await;
        let own = app.user("own@example.com", &["own"]).await;
        let no_cost = app.user("no_cost@example.com", &["no_cost"]).await;
        let closed = app.user("closed@example.com", &["closed"]).await;
        let me = own.get("/api/auth/me").await.expect(200)["user"]["id"].clone();
        make(&app.admin, "deal", json!({"title": "theirs", "amount": "100", "cost": "40", "company": company["id"]})).await;
        let mine = make(&app.admin, "deal", json!({"title": "mine", "amount": "10", "cost": "4", "company": company["id"], "owner": me})).await;
        let mine = format!("/api/records/deal/{}", mine["id"].as_str().expect("an id"));

        const OF_COMPANY: [&str; 6] = ["won", "told", "twice", "more", "shown", "number"];
        for (client, seen) in [
            (&all, &["won", "told", "twice", "more", "shown", "number"][..]),
            (&no_cost, &["won", "told", "twice", "more", "shown", "number"]),
            (&own, &["told", "shown"]),
            (&closed, &["told", "shown"]),
        ] {
            let record = client.get(&path).await.expect(200);
            let shown: Vec<&str> = OF_COMPANY.into_iter().filter(|name| record.get(name).is_some()).collect();
            assert_eq!(shown, seen);
            assert_eq!((&record["told"], &record["shown"]), (&json!("110.00"), &json!("220.00")));
            let catalog = client.get("/api/meta/catalog").await.expect(200);
            let entity = catalog["entities"].as_array().expect("entities").iter().find(|it| it["name"] == "company").expect("it").clone();
            let fields = entity["fields"].as_array().expect("fields");
            let known: Vec<&str> = OF_COMPANY.into_iter().filter(|name| fields.iter().any(|field| field["name"] == *name)).collect();
            assert_eq!(known, seen);
            let told = fields.iter().find(|field| field["name"] == "told").expect("the field");
            // What an open one is made of is told to those who may know it.
            assert_eq!(told.get("formula").is_some(), !std::ptr::eq(client, &closed));
            for name in OF_COMPANY.into_iter().filter(|name| !seen.contains(name)) {
                for query in [format!("filter={name}%20%3E%200"), format!("sort={name}"), format!("select={name}")] {
                    client.get(&format!("/api/records/company?{query}")).await.expect(400);
                }
                let body = json!({"measures": [{"name": "m", "expression": format!("sum({name})")}]});
                client.post("/api/records/company/aggregate", body).await.expect(400);
            }
        }
        // Of its own record a value is as open as the fields that it reads, record by record.
        assert_eq!(own.get(&mine).await.expect(200)["gain"], "6.00");
        assert_eq!(own.get("/api/records/deal?select=title,gain,of&count=exact").await.expect(200)["items"], json!([{"title": "mine", "gain": "6.00", "of": "Acme"}]));
        assert_eq!(no_cost.get(&mine).await.expect(200).get("gain"), None);
        no_cost.get("/api/records/deal?sort=gain").await.expect(400);
        closed.get(&mine).await.expect(404);
    }

    async fn a_publish_calculates_what_means_something_else(app: App) {
        let thing = |extra: Value| {
            let mut fields = vec![json!({"name": "name", "type": "text"}), json!({"name": "price", "type": "text"}), json!({"name": "up", "type": "link", "target": "thing", "inverse": "down"})];
            fields.extend(extra.as_array().cloned().unwrap_or_default());
            json!([{"kind": "entity", "name": "thing", "title": "name", "fields": fields, "indexes": []}])
        };
        app.publish(thing(json!([]))).await;
        let top = make(&app.admin, "thing", json!({"name": "top", "price": "1"})).await;
        for number in 0..3 {
            make(&app.admin, "thing", json!({"name": format!("n{number}"), "price": format!("{number}.5"), "up": top["id"]})).await;
        }
        let fields = |mode: &str| json!([
            {"name": "size", "type": "integer", "formula": {"mode": mode, "expression": "price.len()"}},
            {"name": "sizes", "type": "integer", "formula": {"mode": "stored", "expression": "down.sum(|d| d.size)"}}]);
        let document = async |extra: Value| {
            let mut next = thing(extra).as_array().expect("documents")[0].clone();
            let known = app.admin.get("/api/meta/drafts/entity/thing").await.expect(200);
            for field in next["fields"].as_array_mut().expect("fields") {
                let same = known["fields"].as_array().expect("fields").iter().find(|it| it["name"] == field["name"]);
                if let Some(same) = same {
                    field["id"] = same["id"].clone();
                }
            }
            next
        };
        let sizes = async || app.admin.get(&format!("/api/records/thing/{}", top["id"].as_str().expect("an id"))).await.expect(200)["sizes"].clone();
        app.admin.put("/api/meta/drafts", json!([document(fields("stored")).await])).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let steps: Vec<(&str, i64)> = plan["steps"].as_array().expect("steps").iter().filter(|step| step["code"] == "plan.calculate").map(|step| (step["summary"].as_str().expect("a text"), step["rows_affected"].as_i64().expect("rows"))).collect();
        assert_eq!(steps, [("Calculate “Thing › Size” for the records there are", 4), ("Calculate “Thing › Sizes” for the records there are", 4)]);
        app.publish_draft().await;
        assert_eq!(sizes().await, 9);
        // Nothing is calculated again that means what it meant.
        let mut noted = document(fields("stored")).await;
        noted["description"] = json!({"en": "Things"});
        app.admin.put("/api/meta/drafts", json!([noted])).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        assert!(plan["steps"].as_array().expect("steps").iter().all(|step| step["code"] != "plan.calculate"), "{plan:#}");
        app.publish_draft().await;
        // From stored to calculated when it is read and back, and with another meaning.
        for mode in ["dynamic", "stored"] {
            app.admin.put("/api/meta/drafts", json!([document(fields(mode)).await])).await.expect(200);
            app.publish_draft().await;
            assert_eq!(sizes().await, 9);
            make(&app.admin, "thing", json!({"name": "one more", "price": "", "up": top["id"]})).await;
            assert_eq!(sizes().await, 9);
        }
        let mut changed = fields("stored");
        changed[0]["formula"]["expression"] = json!("if price == () { 1 } else { price.len() + 1 }");
        app.admin.put("/api/meta/drafts", json!([document(changed).await])).await.expect(200);
        app.publish_draft().await;
        assert_eq!(sizes().await, 14);

        // Many records are calculated by a job after the publish.
        for part in 0..11 {
            let operations: Vec<Value> = (0..1000).map(|at| json!({"op": "create", "entity": "thing", "values": {"name": format!("{part}.{at}"), "price": "4"}})).collect();
            app.admin.post("/api/records/batch", json!({"operations": operations})).await.expect(200);
        }
        let mut changed = fields("stored");
        changed[0]["formula"]["expression"] = json!("if price == () { 2 } else { price.len() + 2 }");
        app.admin.put("/api/meta/drafts", json!([document(changed).await])).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        app.admin.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
        while let Some(job) = app.admin.get("/api/meta/revisions").await.expect(200)["items"][0]["calculating"]["id"].as_str() {
            assert_eq!(app.finish(job).await["state"], "done");
        }
        assert_eq!(sizes().await, 19);
        let sum = json!({"measures": [{"name": "sum", "expression": "sum(size)"}]});
        assert_eq!(app.admin.post("/api/records/thing/aggregate", sum).await.expect(200)["items"][0]["sum"], 11_000 * 3 + 19 + 3);
    }

    async fn what_cannot_be_stored_is_told(app: App) {
        let thing = |formula: Value, more: Value| {
            let mut document = json!({"kind": "entity", "name": "thing", "fields": [
                {"name": "on", "type": "date"}, {"name": "n", "type": "integer"}, {"name": "up", "type": "link", "target": "thing", "inverse": "down"},
                {"name": "f", "type": "integer", "formula": formula}]});
            document.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
            json!([document])
        };
        let problems = async |documents: Value| {
            let answer = app.admin.put("/api/meta/drafts", documents).await;
            if answer.status == 422 {
                return answer.problem(422);
            }
            app.admin.post("/api/meta/plan", json!({})).await.problem(422)
        };
        let around = "/fields/3/formula/expression formula.stored_looks_around";
        assert_eq!(problems(thing(stored("today().year()"), json!({}))).await, [around]);
        assert_eq!(problems(thing(stored("if user.name == \"x\" { 1 } else { 2 }"), json!({}))).await, [around]);
        let open = json!({"mode": "dynamic", "expression": "n + 1", "open": true});
        assert_eq!(problems(thing(open, json!({}))).await, ["/fields/3/formula/open formula.open_dynamic"]);
        assert_eq!(problems(thing(stored("down.sum(|d| d.f)"), json!({}))).await, ["/fields/3/formula/expression formula.circle"]);
        assert_eq!(problems(thing(stored("n + 1"), json!({"unique": [["f"]]}))).await, ["/unique/0/0 field.calculated_not_unique"]);
        assert_eq!(problems(thing(stored("n + 1"), json!({"title": "f"}))).await, ["/title entity.calculated_title"]);
        let dynamic = json!({"mode": "dynamic", "expression": "n + 1"});
        assert_eq!(problems(thing(dynamic, json!({"indexes": [["f"]]}))).await, ["/indexes/0/0 field.calculated_not_indexable"]);
        app.publish(thing(stored("n + 1"), json!({"indexes": [["f"]]}))).await;
        assert_eq!(make(&app.admin, "thing", json!({"n": i64::MAX})).await["f"], Value::Null, "what overflows is empty");
    }
}
