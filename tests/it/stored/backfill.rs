//! What a publish makes of too many records is calculated by a job after it: whoever saves meanwhile, whatever stops it and whatever is
//! published in the middle, each value is as from scratch in the end.

use engine::{Config, Engine};
use futures_util::future::join;
use serde_json::{Value, json};

use super::writers::{acts, identity};
use super::{compare, documents, make, stored};
use crate::support::{App, Client, every_database};

/// Makes the only node of the workspace one that calculates few records at once, with records to calculate.
async fn few_at_once(app: &mut App, most: usize) {
    app.publish(documents()).await;
    let mut operations = Vec::new();
    let mut add =
        |entity: &str, values: Value| operations.push(json!({"op": "create", "entity": entity, "values": values}));
    add("region", json!({"name": "R0", "rate": "0.10"}));
    (1..11).for_each(|at| add("company", json!({"name": format!("C{at}"), "region": "$0"})));
    for at in 11..91 {
        add(
            "deal",
            json!({"title": format!("D{at}"), "stage": if at % 3 == 0 { "new" } else { "won" }, "company": format!("${}", at % 10 + 1)}),
        );
    }
    (0..400).for_each(|at| {
        add("item", json!({"deal": format!("${}", 11 + at % 80), "price": format!("{at}.25"), "quantity": at % 7}))
    });
    app.admin.post("/api/records/batch", json!({"operations": operations})).await.expect(200);
    another(app, most).await;
}

/// Stops the node and goes on with another one.
async fn another(app: &mut App, most: usize) {
    app.engine.close().await;
    let config = Config { calculated_at_once: Some(most), ..app.config.clone() };
    (app.engine, app.admin) = app.another_node_with(config).await;
}

/// Puts documents into the draft in place of those that there are.
async fn put(client: &Client, documents: &Value) {
    let mut next = documents.clone();
    for document in next.as_array_mut().expect("documents") {
        let path = format!(
            "/api/meta/drafts/{}/{}",
            document["kind"].as_str().expect("a kind"),
            document["name"].as_str().expect("a name")
        );
        let known = client.get(&path).await;
        if known.status == 404 {
            continue;
        }
        document["id"] = known.body["id"].clone();
        for field in document.get_mut("fields").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(same) =
                known.body["fields"].as_array().expect("fields").iter().find(|it| it["name"] == field["name"])
            {
                field["id"] = same["id"].clone();
            }
        }
    }
    assert_eq!(client.put("/api/meta/drafts", next).await.expect(200)["problems"], json!([]));
}

/// Publishes the draft, which is done at once; gives the steps that calculate: code, summary, records.
async fn publish(client: &Client) -> Vec<(String, String, i64)> {
    let plan = client.post("/api/meta/plan", json!({})).await.expect(200);
    let body = json!({"plan_id": plan["plan_id"], "allow_destructive": true});
    client.post("/api/meta/publish", body).await.expect(200);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let steps = plan["steps"].as_array().expect("steps").iter();
    let steps = steps.filter(|step| step["code"].as_str().is_some_and(|code| code.starts_with("plan.calculate")));
    steps
        .map(|step| (text(&step["code"]), text(&step["summary"]), step["rows_affected"].as_i64().expect("rows")))
        .collect()
}

/// The number of a question.
async fn number(engine: &Engine, text: &str) -> i64 {
    let statement = sql::Statement::text(text, Vec::new(), vec![sql::ColumnType::Integer]);
    match engine.database().fetch(&statement).await.expect("an answer")[0][0] {
        engine::expression::Value::Integer(number) => number,
        _ => panic!("no number"),
    }
}

/// Values that are left.
const LEFT: &str = "SELECT CAST(coalesce(sum(remaining), 0) AS BIGINT) FROM verstak_backfill";

/// Waits until nothing is left to calculate and nothing is told as such.
async fn settled(app: &App) {
    for _ in 0..1500 {
        let left = "SELECT (SELECT count(*) FROM verstak_backfill) + (SELECT count(*) FROM verstak_owed)";
        let open = "SELECT count(*) FROM verstak_job WHERE kind IN ('backfill', 'recalculation') AND state IN ('waiting', 'running')";
        if number(&app.engine, left).await == 0
            && number(&app.engine, open).await == 0
            && pending(app, "deal").await.is_empty()
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("something is left for ever");
}

/// The fields of a record that are told as being calculated.
async fn pending(app: &App, entity: &str) -> Vec<String> {
    let list = app.admin.get(&format!("/api/records/{entity}?limit=1")).await.expect(200);
    let told = list["items"][0]["_pending"].as_array().cloned().unwrap_or_default();
    told.iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
}

/// The documents with other formulas of these fields.
fn with(formulas: &[(usize, &str, &str)]) -> Value {
    let mut documents = documents();
    for (document, name, expression) in formulas {
        let fields = documents[*document]["fields"].as_array_mut().expect("fields");
        let field = fields.iter_mut().find(|field| field["name"] == *name).expect("the field");
        field["formula"]["expression"] = json!(expression);
    }
    documents
}

/// Acts of each writer.
const ACTS: usize = 6;

const TWICE: &[(usize, &str, &str)] = &[(3, "amount", "price * quantity * 2")];

every_database! {
    async fn saves_beside_a_job_and_publishes_in_its_middle_leave_the_values_as_from_scratch(app: App) {
        let mut app = app;
        few_at_once(&mut app, 5).await;
        let twice = with(TWICE);
        put(&app.admin, &twice).await;
        let steps = publish(&app.admin).await;
        let later = "Calculate “Item › Amount” after publishing, while people work; until then records show its former value";
        assert_eq!(steps[0], ("plan.calculate_later".to_owned(), later.to_owned(), 400));
        // What is of few records is the job's as well when it builds on what is of many.
        assert!(steps.iter().any(|(code, text, records)| code == "plan.calculate_later" && text.contains("Region › Total") && *records == 1), "{steps:#?}");
        assert!(pending(&app, "item").await.contains(&"amount".to_owned()));
        acts(&app.admin, 7, ACTS).await;
        settled(&app).await;
        compare(&app, &twice, "saves beside the job").await;

        // The next ones change a formula again, take one away and add one, while the first is still being calculated.
        put(&app.admin, &with(&[(3, "amount", "price * quantity + 1")])).await;
        publish(&app.admin).await;
        let mut third = with(&[(3, "amount", "price * quantity + 1"), (2, "lines", "items.filter(|i| i.quantity > 2).count()")]);
        let company = third[1]["fields"].as_array_mut().expect("fields");
        company.retain(|field| field["name"] != "won");
        company.push(json!({"name": "pieces", "type": "integer", "formula": stored("deals.sum(|d| d.pieces + d.lines)")}));
        third[0]["fields"].as_array_mut().expect("fields").retain(|field| field["name"] != "won");
        let writers = acts(&app.admin, 8, ACTS);
        let publishing = async {
            put(&app.admin, &third).await;
            assert!(number(&app.engine, "SELECT count(*) FROM verstak_backfill").await > 0, "it came too late");
            publish(&app.admin).await;
        };
        join(writers, publishing).await;
        settled(&app).await;
        compare(&app, &third, "publishes in the middle").await;
        // And whoever saves then goes on with what is kept.
        acts(&app.admin, 9, ACTS).await;
        settled(&app).await;
        compare(&app, &third, "saves after it").await;
        app.engine.close().await;
    }

    async fn a_job_goes_on_where_it_was_stopped(app: App) {
        let mut app = app;
        few_at_once(&mut app, 2).await;
        let twice = with(TWICE);
        put(&app.admin, &twice).await;
        publish(&app.admin).await;
        let total = number(&app.engine, LEFT).await;
        let mut left = total;
        while left > total - 50 {
            left = number(&app.engine, LEFT).await;
        }
        another(&mut app, 2).await;
        let now = number(&app.engine, LEFT).await;
        assert!(now > 0 && now <= left, "{now} of {total} are left");
        // Nobody waits until it is certain that the first node is gone.
        app.run("UPDATE verstak_job SET leased_until = 0 WHERE kind = 'backfill'").await;
        let revisions = app.admin.get("/api/meta/revisions").await.expect(200);
        let told = &revisions["items"][0]["calculating"];
        assert_eq!(told["total"], total, "{revisions:#}");
        assert!(told["done"].as_i64().is_some_and(|done| done < total), "{told:#}");
        assert!(pending(&app, "deal").await.contains(&"total".to_owned()));
        settled(&app).await;
        compare(&app, &twice, "two nodes, one after the other").await;
        let job = app.admin.get(&format!("/api/jobs/{}", told["id"].as_str().expect("a job"))).await.expect(200);
        assert_eq!((&job["state"], &job["done"], &job["total"]), (&json!("done"), &json!(total), &json!(total)));
        assert_eq!(app.admin.get("/api/meta/revisions").await.expect(200)["items"][0]["calculating"], Value::Null);
        app.engine.close().await;
    }

    async fn what_decides_who_may_read_is_calculated_at_once(app: App) {
        let mut app = app;
        few_at_once(&mut app, 1).await;
        let role = |condition: &str| json!({"kind": "role", "name": "seller", "rights": ["use"], "entities": {"company": {"read": true}, "deal": {"read": condition}}});
        let codes = |steps: Vec<(String, String, i64)>, field: &str| -> Vec<String> {
            steps.into_iter().filter(|(_, text, _)| text.contains(field)).map(|(code, ..)| code).collect()
        };
        let mut first = with(&[(2, "weight", "1 + tags.sum(|t| t.weight)"), (3, "amount", "price * quantity * 2")]);
        first.as_array_mut().expect("documents").push(role("weight > 5"));
        put(&app.admin, &first).await;
        let steps = publish(&app.admin).await;
        assert_eq!(codes(steps.clone(), "Deal › Weight"), ["plan.calculate"]);
        assert_eq!(codes(steps, "Deal › Total"), ["plan.calculate_later"]);
        assert!(!pending(&app, "deal").await.contains(&"weight".to_owned()));
        // What is still being calculated when it begins to decide is calculated then.
        let field = identity(&app, "item", "amount").await;
        first[5] = role("twice > 100");
        put(&app.admin, &first).await;
        let standing = format!("SELECT count(*) FROM verstak_backfill WHERE field = '{field}'");
        assert_eq!(number(&app.engine, &standing).await, 1, "it came too late");
        let steps = publish(&app.admin).await;
        assert_eq!(codes(steps, "Deal › T"), ["plan.calculate", "plan.calculate"]);
        let left = pending(&app, "deal").await;
        assert!(!left.contains(&"total".to_owned()) && !left.contains(&"twice".to_owned()), "{left:?}");
        make(&app.admin, "deal", json!({"title": "one more"})).await;
        settled(&app).await;
        let entities = Value::Array(first.as_array().expect("documents")[..5].to_vec());
        compare(&app, &entities, "formulas that decide").await;
        app.engine.close().await;
    }
}
