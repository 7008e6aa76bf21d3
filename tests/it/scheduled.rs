//! Formulas with times: when they are calculated, what follows them, who sees and who starts them.

use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn scheduled(expression: &str, cron: &str) -> Value {
    json!({"mode": "scheduled", "expression": expression, "cron": cron})
}

/// Tasks of projects: a word about each that is made at a time that no test meets, and what builds on it by itself.
fn documents(cron: &str) -> Value {
    json!([
        {"kind": "entity", "name": "project", "title": "name", "fields": [
            {"name": "name", "type": "text"},
            {"name": "longest", "type": "integer", "formula": {"mode": "stored", "expression": "tasks.max(|t| t.note.len())"}}]},
        {"kind": "entity", "name": "task", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "due", "type": "date"},
            {"name": "project", "type": "link", "target": "project", "inverse": "tasks"},
            {"name": "note", "type": "text", "formula": scheduled("name + \"!\"", cron)},
            {"name": "loud", "type": "text", "formula": {"mode": "stored", "expression": "note.to_upper()"}},
            {"name": "title", "type": "text", "formula": {"mode": "stored", "expression": "name + \".\""}},
            {"name": "days_left", "type": "integer", "formula": scheduled("in_days(due - today())", "0 5 1 1 *")},
            {"name": "seen_at", "type": "datetime", "formula": scheduled("now()", "0 5 1 1 *")}]}
    ])
}

async fn schedule(client: &Client, field: &str) -> Value {
    let found = client.get("/api/meta/schedules").await.expect(200);
    let items = found["items"].as_array().expect("items");
    items.iter().find(|item| item["field"]["name"] == field).cloned().unwrap_or(Value::Null)
}

async fn value(client: &Client, entity: &str, record: &Value, field: &str) -> Value {
    let path = format!("/api/records/{entity}/{}", record["id"].as_str().expect("an id"));
    client.get(&path).await.expect(200)[field].clone()
}

async fn rename(client: &Client, record: &Value, name: &str) {
    let path = format!("/api/records/task/{}", record["id"].as_str().expect("an id"));
    let version = client.get(&path).await.expect(200)["version"].clone();
    let request = client.request(reqwest::Method::PATCH, &path).json(&json!({"version": version, "name": name}));
    client.send(request).await.expect(200);
}

async fn run(app: &App, field: &str) -> Value {
    let id = schedule(&app.admin, field).await["id"].as_str().expect("an id").to_owned();
    let job = app.admin.post(&format!("/api/meta/schedules/{id}/run"), json!({})).await.expect(202);
    app.finish(job["job"].as_str().expect("a job")).await
}

/// Waits until a schedule was done by another job than this one.
async fn done_since(app: &App, field: &str, last: &Value) -> Value {
    for _ in 0..1000 {
        let now = schedule(&app.admin, field).await;
        if now["last"]["id"] != *last && now["last"]["state"] == "done" {
            return now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nothing was done: {:#}", schedule(&app.admin, field).await);
}

every_database! {
    async fn values_are_made_with_the_record_and_at_their_times(app: App) {
        app.publish(documents("0 3 1 1 *")).await;
        let project = app.admin.post("/api/records/project", json!({"name": "House"})).await.expect(201);
        let values = json!({"name": "Roof", "due": "2030-01-01", "project": project["id"]});
        let task = app.admin.post("/api/records/task", values).await.expect(201);
        assert_eq!((&task["note"], &task["loud"]), (&json!("Roof!"), &json!("ROOF!")), "a new record has its value");
        assert_eq!(value(&app.admin, "project", &project, "longest").await, json!(5));
        rename(&app.admin, &task, "Cellar").await;
        assert_eq!(value(&app.admin, "task", &task, "note").await, json!("Roof!"), "it waits for its time");
        let before = value(&app.admin, "task", &task, "seen_at").await;

        let done = run(&app, "note").await;
        assert_eq!((&done["state"], &done["result"]), (&json!("done"), &json!({"records": 1, "changed": 2})), "{done:#}");
        let path = format!("/api/records/task/{}", task["id"].as_str().expect("an id"));
        let now = app.admin.get(&path).await.expect(200);
        assert_eq!((&now["note"], &now["loud"]), (&json!("Cellar!"), &json!("CELLAR!")), "what builds on it follows");
        assert_eq!(value(&app.admin, "project", &project, "longest").await, json!(7));
        assert_eq!(now["version"], json!(2), "nobody changed the record");
        // Neither does a value come before its time because another record is made beside.
        let operations = json!([
            {"op": "update", "entity": "task", "id": task["id"], "version": 2, "values": {"name": "Garden"}},
            {"op": "create", "entity": "task", "values": {"name": "Fence"}}]);
        let both = app.admin.post("/api/records/batch", json!({"operations": operations})).await.expect(200);
        assert_eq!(both["items"][1]["record"]["note"], json!("Fence!"), "{both:#}");
        assert_eq!(value(&app.admin, "task", &task, "note").await, json!("Cellar!"));
        assert_eq!(value(&app.admin, "task", &task, "title").await, json!("Garden."), "what follows changes does so");
        rename(&app.admin, &task, "Cellar").await;
        assert_eq!(now["seen_at"], before, "another formula has its own times");

        assert_eq!(run(&app, "note").await["result"], json!({"records": 2, "changed": 0}), "nothing was different");
        run(&app, "seen_at").await;
        assert!(value(&app.admin, "task", &task, "seen_at").await.as_str() > before.as_str(), "the clock goes on");
        let days = value(&app.admin, "task", &task, "days_left").await.as_i64().expect("a number");
        assert!((1_000..1_400).contains(&days), "days until 2030: {days}");
    }

    async fn what_is_due_is_done_once_by_whichever_node(app: App) {
        app.publish(documents("0 3 1 1 *")).await;
        let (_other, elsewhere) = app.another_node().await;
        let task = app.admin.post("/api/records/task", json!({"name": "Roof"})).await.expect(201);
        rename(&app.admin, &task, "Cellar").await;
        // The row is made by a node that looks.
        let id = schedule(&app.admin, "note").await["id"].as_str().expect("an id").to_owned();
        run(&app, "days_left").await;
        let before = schedule(&app.admin, "note").await;
        assert_eq!((&before["last"], &before["cron"], &before["time_zone"]), (&Value::Null, &json!("0 3 1 1 *"), &json!("UTC")));
        app.run(&format!("UPDATE verstak_schedule SET next_at = 1000 WHERE name = '{id}'")).await;
        let done = done_since(&app, "note", &Value::Null).await;
        assert_eq!(value(&app.admin, "task", &task, "note").await, json!("Cellar!"));
        assert_eq!(done["last"]["result"], json!({"records": 1, "changed": 1}));
        let now = chrono::Utc::now().to_rfc3339();
        assert!(done["next_at"].as_str() > Some(now.as_str()), "a time that passed is made up for once: {done:#}");
        tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
        assert_eq!(schedule(&elsewhere, "note").await["last"]["id"], done["last"]["id"], "no node did it again");

        app.run(&format!("UPDATE verstak_schedule SET next_at = 2000 WHERE name = '{id}'")).await;
        let again = done_since(&app, "note", &done["last"]["id"]).await;
        let gone = done["last"]["id"].as_str().expect("an id");
        app.admin.get(&format!("/api/jobs/{gone}")).await.expect(404);
        assert_eq!(again["last"]["result"]["changed"], json!(0));
    }

    async fn times_follow_what_is_published(app: App) {
        app.publish(documents("0 3 1 1 *")).await;
        let before = schedule(&app.admin, "note").await;
        assert!(before["next_at"].as_str().expect("a time").ends_with("T03:00:00Z"), "{before:#}");
        run(&app, "note").await;

        let mut changed = documents("30 4 1 1 *");
        let plan = {
            app.admin.put("/api/meta/drafts", changed.clone()).await.expect(200);
            app.admin.post("/api/meta/plan", json!({})).await.expect(200)
        };
        let calculates = |step: &Value| step["summary"].as_str().is_some_and(|text| text.contains("calculated"));
        assert!(!plan["steps"].as_array().expect("steps").iter().any(calculates), "the values are as good as they were");
        app.publish_draft().await;
        let after = schedule(&app.admin, "note").await;
        assert!(after["next_at"].as_str().expect("a time").ends_with("T04:30:00Z"), "{after:#}");
        assert_eq!(after["last"]["state"], json!("done"), "how it went last is known on");

        let before = app.admin.post("/api/records/task", json!({"name": "Stairs"})).await.expect(201);
        rename(&app.admin, &before, "Steps").await;
        changed[1]["fields"][3]["formula"] = json!({"mode": "stored", "expression": "name + \"!\""});
        app.publish(changed).await;
        assert_eq!(value(&app.admin, "task", &before, "note").await, json!("Steps!"), "what had waited is made up for");
        assert_eq!(value(&app.admin, "task", &before, "loud").await, json!("STEPS!"), "with what builds on it");
        assert_eq!(schedule(&app.admin, "note").await, Value::Null);
        let task = app.admin.post("/api/records/task", json!({"name": "Roof"})).await.expect(201);
        rename(&app.admin, &task, "Cellar").await;
        assert_eq!(value(&app.admin, "task", &task, "note").await, json!("Cellar!"), "now it follows");
    }

    async fn a_publish_gives_the_records_that_are_there_their_values(app: App) {
        let mut without = documents("0 3 1 1 *");
        let fields = without[1]["fields"].as_array_mut().expect("fields");
        fields.retain(|field| field["formula"].is_null());
        without[0]["fields"].as_array_mut().expect("fields").truncate(1);
        app.publish(without).await;
        let task = app.admin.post("/api/records/task", json!({"name": "Roof", "due": "2030-01-01"})).await.expect(201);
        app.publish(documents("0 3 1 1 *")).await;
        assert_eq!(value(&app.admin, "task", &task, "note").await, json!("Roof!"));
        let seen = value(&app.admin, "task", &task, "seen_at").await;
        assert!(seen.as_str().expect("a time").starts_with("20"), "{seen}");
        assert!(value(&app.admin, "task", &task, "days_left").await.as_i64().expect("a number") < 1_400);
        // Lists find and sort by it as by any column.
        let found = app.admin.get("/api/records/task?filter=note%20==%20%22Roof!%22&sort=-days_left&select=note").await;
        assert_eq!(found.expect(200)["items"], json!([{"note": "Roof!"}]));
    }

    async fn only_designers_see_and_start_what_has_its_times(app: App) {
        app.publish(documents("0 3 1 1 *")).await;
        app.publish(json!([{"kind": "role", "name": "worker", "rights": ["use"], "entities": {
            "task": {"read": true, "create": true, "update": true, "fields": {"name": "none"}}}}]))
        .await;
        let worker = app.user("worker@example.com", &["worker"]).await;
        worker.get("/api/meta/schedules").await.expect(403);
        let id = schedule(&app.admin, "note").await["id"].as_str().expect("an id").to_owned();
        worker.post(&format!("/api/meta/schedules/{id}/run"), json!({})).await.expect(403);
        let unknown = app.admin.post("/api/meta/schedules/nothing/run", json!({})).await;
        assert_eq!(unknown.problem(404), ["schedule.unknown"]);
        // A value tells of what it is made of.
        let task = app.admin.post("/api/records/task", json!({"name": "Roof"})).await.expect(201);
        let path = format!("/api/records/task/{}", task["id"].as_str().expect("an id"));
        let seen = worker.get(&path).await.expect(200);
        assert!(seen.get("note").is_none() && seen.get("loud").is_none() && seen.get("seen_at").is_some(), "{seen:#}");
        let written = worker.post("/api/records/task", json!({"days_left": 3})).await;
        assert_eq!(written.problem(422), ["/days_left record.read_only_field"]);

        let catalog = app.admin.get("/api/meta/catalog").await.expect(200);
        let task = catalog["entities"].as_array().expect("entities").iter().find(|entity| entity["name"] == "task");
        let fields = task.expect("tasks")["fields"].as_array().expect("fields");
        let note = fields.iter().find(|field| field["name"] == "note").expect("the field");
        assert_eq!((&note["formula"], &note["calculated"]), (&Value::Null, &json!(true)), "no form calculates it");
    }

    async fn mistakes_in_times_are_told_where_they_are(app: App) {
        let formula = |formula: Value| json!({"kind": "entity", "name": "task", "fields": [{"name": "a", "type": "text", "formula": formula}]});
        let put = async |body: Value| app.admin.put("/api/meta/drafts/entity/task", body).await;
        let without = put(formula(json!({"mode": "scheduled", "expression": "\"a\""}))).await;
        assert_eq!(without.problem(422), ["/fields/0/formula formula.cron_missing"]);
        let wrong = put(formula(scheduled("\"a\"", "at six"))).await;
        assert_eq!(wrong.problem(422), ["/fields/0/formula/cron formula.bad_cron"]);
        let stored = put(formula(json!({"mode": "stored", "expression": "\"a\"", "cron": "0 6 * * *"}))).await;
        assert_eq!(stored.problem(422), ["/fields/0/formula/cron formula.cron_without_schedule"]);
        let nobody = put(formula(scheduled("user.email", "0 6 * * *"))).await.expect(200);
        assert_eq!(nobody["problems"][0]["code"], "formula.scheduled_reads_user", "{nobody:#}");
        let plan = app.admin.post("/api/meta/plan", json!({})).await;
        assert_eq!(plan.problem(422), ["/fields/0/formula/expression formula.scheduled_reads_user"]);
    }
}
