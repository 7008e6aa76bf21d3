//! Publishes that write many rows beside those who read and save.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use expression::Value as Kept;
use serde_json::{Value, json};
use sql::{ColumnType, Statement};

use crate::support::{App, Backend, Client, every_database};

/// More than one transaction writes.
const ROWS: usize = 11_000;

fn deal() -> Value {
    json!({"kind": "entity", "name": "deal", "fields": [
        {"name": "title", "type": "text"}, {"name": "number", "type": "text"}, {"name": "rank", "type": "integer"},
        {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}]},
        {"name": "marks", "type": "multi_choice", "choices": [{"value": "hot"}, {"value": "cold"}]}],
        "indexes": [["stage"]]})
}

fn values(at: usize) -> Value {
    json!({"title": format!("deal {at}"), "number": at.to_string(), "rank": at, "stage": if at.is_multiple_of(2) { "new" } else { "won" },
        "marks": if at.is_multiple_of(3) { json!(["cold", "hot"]) } else { Value::Null }})
}

async fn fill(app: &App) {
    app.publish(json!([deal()])).await;
    for from in (0..ROWS).step_by(1000) {
        let create = |at| json!({"op": "create", "entity": "deal", "values": values(at)});
        let operations: Vec<Value> = (from..from + 1000).map(create).collect();
        app.admin.post("/api/records/batch", json!({"operations": operations})).await.expect(200);
    }
}

async fn draft(app: &App, change: impl FnOnce(&mut Value)) -> Value {
    let mut document = app.admin.get("/api/meta/drafts/entity/deal").await.expect(200);
    change(&mut document);
    app.admin.put("/api/meta/drafts", json!([document])).await.expect(200);
    app.admin.post("/api/meta/plan", json!({})).await.expect(200)
}

async fn publish(app: &App, plan: &Value) -> String {
    let body = json!({"plan_id": plan["plan_id"], "allow_destructive": true});
    app.admin.post("/api/meta/publish", body).await.expect(202)["job"].as_str().unwrap().to_owned()
}

/// Makes and changes records until it is told to stop; gives how many it made.
async fn save_on(client: Client, id: String, stop: Arc<AtomicBool>) -> usize {
    let mut made = 0;
    while !stop.load(Ordering::Relaxed) {
        for stage in ["new", "fresh"] {
            let values = json!({"title": "meanwhile", "number": "7", "stage": stage});
            // One of the two is a choice at any moment.
            if client.post("/api/records/deal", values).await.status == 201 {
                made += 1;
            }
        }
        let version = client.get(&format!("/api/records/deal/{id}")).await.expect(200)["version"].clone();
        let change = json!({"version": version, "number": format!("{made}")});
        client.patch(&format!("/api/records/deal/{id}"), change).await;
    }
    made
}

async fn columns(app: &App) -> BTreeSet<(String, String)> {
    let database = app.engine.database();
    let rows = database.fetch(&storage::examine::columns(database.dialect())).await.unwrap();
    let text = |value: &Kept| if let Kept::Text(text) = value { text.to_string() } else { String::new() };
    rows.iter().map(|row| (text(&row[0]), text(&row[1]))).filter(|(table, _)| !table.starts_with("sqlite_")).collect()
}

async fn one(app: &App, text: &str) -> Option<i64> {
    let statement = Statement::text(text, Vec::new(), vec![ColumnType::Integer]);
    match app.engine.database().fetch(&statement).await.unwrap().first().map(Vec::as_slice) {
        Some([Kept::Integer(count)]) => Some(*count),
        _ => None,
    }
}

/// Waits until the job that builds indexes is over.
async fn indexed(app: &App) {
    for _ in 0..1000 {
        if one(app, "SELECT count(*) FROM verstak_job WHERE kind = 'indexes' AND state <> 'done'").await == Some(0) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the indexes are not built");
}

async fn first(app: &App) -> Value {
    app.admin.get("/api/records/deal?filter=rank%20%3D%3D%200").await.expect(200)["items"][0].clone()
}

every_database! {
    async fn renamed_choices_and_indexes_come_beside_saves(app: App) {
        fill(&app).await;
        let record = first(&app).await;
        let id = record["id"].as_str().unwrap().to_owned();
        let plan = draft(&app, |document| {
            document["fields"][3]["choices"][0]["value"] = json!("fresh");
            document["fields"][4]["choices"][0]["value"] = json!("warm");
            document["indexes"] = json!([["stage"], ["rank"]]);
        })
        .await;
        let steps: Vec<(&str, i64)> = plan["steps"].as_array().unwrap().iter().map(|step| (step["code"].as_str().unwrap(), step["rows_affected"].as_i64().unwrap())).collect();
        assert_eq!(steps, [("plan.rename_choices", 5500), ("plan.rename_choices", 3667), ("plan.add_index", 0)]);
        let concurrently = plan["steps"][2]["sql"][0].as_str().unwrap().contains("CONCURRENTLY");
        assert_eq!(concurrently, app.backend == Backend::Postgres);

        let before = columns(&app).await;
        let stop = Arc::new(AtomicBool::new(false));
        let saver = tokio::spawn(save_on(app.admin.clone(), id.clone(), Arc::clone(&stop)));
        // Nine thousand rows alone would be few: a default for a new field makes them many.
        let plan = draft(&app, |document| document["fields"].as_array_mut().unwrap().push(json!({"name": "extra", "type": "integer", "default": 1}))).await;
        let job = publish(&app, &plan).await;
        let ended = app.finish(&job).await;
        assert_eq!(ended["state"], "done", "{ended}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        stop.store(true, Ordering::Relaxed);
        let made = saver.await.unwrap();

        let body = json!({"group_by": ["stage"], "measures": [{"name": "n", "expression": "count()"}], "sort": ["stage"]});
        let groups = app.admin.post("/api/records/deal/aggregate", body).await.expect(200);
        assert_eq!(groups["items"], json!([{"stage": "fresh", "n": 5500 + made}, {"stage": "won", "n": 5500}]));
        let warm = app.admin.get("/api/records/deal?filter=marks.any(%7Cm%7C%20m%20%3D%3D%20%22warm%22)&count=exact&limit=1").await;
        if warm.status == 200 {
            assert_eq!(warm.body["count"], 3667);
        }
        let record = first(&app).await;
        assert_eq!((&record["stage"], &record["marks"], &record["extra"]), (&json!("fresh"), &json!(["warm", "cold"]), &json!(1)));
        // History tells what was so then.
        let history = app.admin.get(&format!("/api/records/deal/{id}/history")).await.expect(200);
        let created = history["items"].as_array().unwrap().iter().find(|it| it["operation"] == "create").unwrap();
        assert!(created["changes"].as_array().unwrap().iter().any(|it| it["field"] == "stage" && it["to"] == "new"), "{created}");
        let after = columns(&app).await;
        assert_eq!(after.difference(&before).count(), 1, "nothing of the preparation is left");
        assert_eq!(before.difference(&after).count(), 0);

        // The index is there; one that an interrupted building left is taken away and built again.
        indexed(&app).await;
        if app.backend == Backend::Postgres {
            let whole = "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_attribute a ON a.attrelid = c.oid \
                         WHERE i.indisvalid AND c.relname LIKE 'ix_deal%' AND a.attname LIKE 'rank%'";
            assert_eq!(one(&app, whole).await, Some(1));
            let mut tx = app.engine.database().begin().await.unwrap();
            for text in [
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid IN (SELECT a.attrelid FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
                 WHERE c.relname LIKE 'ix_deal%' AND a.attname LIKE 'rank%')",
                "UPDATE verstak_job SET state = 'running', leased_until = 0 WHERE kind = 'indexes'",
            ] {
                tx.execute(&Statement::text(text, Vec::new(), Vec::new())).await.unwrap();
            }
            tx.commit().await.unwrap();
            assert_eq!(one(&app, whole).await, Some(0));
            indexed(&app).await;
            assert_eq!(one(&app, whole).await, Some(1));
        }
    }

    async fn a_large_conversion_catches_up_with_saves_and_can_be_stopped(app: App) {
        fill(&app).await;
        let id = first(&app).await["id"].as_str().unwrap().to_owned();
        let (before, revision) = (columns(&app).await, app.engine.catalog().revision);
        let change = |document: &mut Value| document["fields"][1]["type"] = json!("integer");
        let plan = draft(&app, change).await;
        assert_eq!(plan["steps"][0]["rows_affected"], ROWS);

        // Stopped before its end, nothing is left: neither columns nor a revision; the draft is still there.
        let job = publish(&app, &plan).await;
        let held = app.engine.database().begin().await.unwrap();
        let asked = tokio::spawn({
            let (admin, path) = (app.admin.clone(), format!("/api/jobs/{job}/cancel"));
            async move { admin.post(&path, json!({})).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        held.rollback().await.unwrap();
        asked.await.unwrap().expect(200);
        let ended = app.finish(&job).await;
        assert_eq!(ended["state"], "cancelled", "{ended}");
        assert_eq!(columns(&app).await, before);

        // What another node was told holds too, though this one learns of it only where the work ends.
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let job = publish(&app, &plan).await;
        let cancel = storage::internal::jobs::cancel(app.engine.database().dialect(), job.parse().unwrap(), 0);
        let mut tx = app.engine.database().begin().await.unwrap();
        assert_eq!(tx.execute(&cancel).await.unwrap(), 1);
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        tx.commit().await.unwrap();
        let ended = app.finish(&job).await;
        assert_eq!((&ended["state"], &ended["result"]), (&json!("cancelled"), &Value::Null), "{ended}");
        assert_eq!(columns(&app).await, before);
        assert_eq!(app.admin.post(&format!("/api/jobs/{job}/cancel"), json!({})).await.problem(409), ["job.over"]);
        assert_eq!(app.engine.catalog().revision, revision);
        assert_eq!(first(&app).await["number"], "0");

        // To its end, what is saved meanwhile is converted too.
        let stop = Arc::new(AtomicBool::new(false));
        let saver = tokio::spawn(save_on(app.admin.clone(), id.clone(), Arc::clone(&stop)));
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let job = publish(&app, &plan).await;
        let ended = app.finish(&job).await;
        assert_eq!(ended["state"], "done", "{ended}");
        stop.store(true, Ordering::Relaxed);
        saver.await.unwrap();
        let body = json!({"measures": [{"name": "n", "expression": "count()"}], "filter": "number == ()"});
        let lost = app.admin.post("/api/records/deal/aggregate", body).await.expect(200);
        assert_eq!(lost["items"], json!([{"n": 0}]), "texts that were no numbers any more were none to begin with");
        assert!(first(&app).await["number"].is_i64());
    }

    async fn a_choice_that_goes_stays_where_it_is_and_cannot_be_chosen_anew(app: App) {
        app.publish(json!([deal()])).await;
        let won = app.admin.post("/api/records/deal", values(1)).await.expect(201);
        let plan = draft(&app, |document| drop(document["fields"][3]["choices"].as_array_mut().unwrap().pop())).await;
        let warning = &plan["warnings"][0];
        assert_eq!((&warning["code"], warning["message"].as_str().unwrap().contains("1 records hold values")), (&json!("migration.choice_removed"), true));
        app.publish_draft().await;
        let path = format!("/api/records/deal/{}", won["id"].as_str().unwrap());
        assert_eq!(app.admin.get(&path).await.expect(200)["stage"], "won");
        let saved = app.admin.patch(&path, json!({"version": 1, "title": "other"})).await.expect(200);
        assert_eq!((&saved["title"], &saved["stage"]), (&json!("other"), &json!("won")));
        assert_eq!(app.admin.post("/api/records/deal", values(1)).await.problem(422), ["/stage record.not_a_choice"]);
        let moved = app.admin.patch(&path, json!({"version": 2, "stage": "new"})).await.expect(200);
        assert_eq!(moved["stage"], "new");
        app.admin.patch(&path, json!({"version": 3, "stage": "won"})).await.expect(422);
    }

    async fn a_designer_opens_nothing_that_others_closed(app: App) {
        let note = json!({"kind": "entity", "name": "note", "fields": [{"name": "text", "type": "text"}, {"name": "code", "type": "text"}], "access": {"read": "text != \"secret\""}});
        let role = json!({"kind": "role", "name": "reader", "rights": ["use"], "entities": {"note": {"read": "code == ()", "fields": {"code": "read"}}}});
        app.publish(json!([note, role])).await;
        for code in ["x", "x"] {
            app.admin.post("/api/records/note", json!({"text": "secret", "code": code})).await.expect(201);
        }
        let designer = app.user("d@example.com", &["designer"]).await;
        let put = async |client: &Client, change: &dyn Fn(&mut Value)| {
            let mut note = client.get("/api/meta/drafts/entity/note").await.expect(200);
            change(&mut note);
            client.put("/api/meta/drafts/entity/note", note).await.expect(200);
            client.post("/api/meta/plan", json!({})).await.expect(200)
        };
        // A rename that a role follows is a designer's to publish.
        let plan = put(&designer, &|note| note["fields"][1]["name"] = json!("mark")).await;
        designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
        let role = app.admin.get("/api/meta/drafts/role/reader").await.expect(200);
        assert_eq!(role["entities"]["note"]["read"], "mark == ()");
        // What a plan found in records is not told to who may not read them.
        let plan = put(&designer, &|note| note["fields"][1]["unique"] = json!(true)).await;
        let told = |plan: &Value| plan["warnings"].as_array().unwrap().iter().map(|it| it["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ");
        assert!(told(&plan).contains("2 records share") && !told(&plan).contains(": x"), "{}", told(&plan));
        let seen = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        assert!(told(&seen).contains(": x"), "{}", told(&seen));
        let refused = designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(422);
        assert!(!refused.to_string().contains(": x"), "{refused}");
        // Conditions of an entity that administrators made are theirs to loosen.
        app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
        let plan = put(&designer, &|note| drop(note.as_object_mut().unwrap().remove("access"))).await;
        assert_eq!(designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.problem(403), ["access.administer_widening"]);
        app.publish_draft().await;
        // Of what a designer made, a designer's.
        let own = json!({"kind": "entity", "name": "own", "fields": [{"name": "text", "type": "text"}], "access": {"read": "text != ()"}});
        for document in [own.clone(), { let mut open = own; open.as_object_mut().unwrap().remove("access"); open }] {
            designer.put("/api/meta/drafts/entity/own", document).await.expect(200);
            let plan = designer.post("/api/meta/plan", json!({})).await.expect(200);
            designer.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(200);
        }
    }
}
