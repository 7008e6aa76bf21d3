//! Registers of balances while documents are renamed, dropped and brought back, and ways of saving beside the card.

use serde_json::{Value, json};

use super::{all, make, text, units};
use crate::support::{App, every_database};

fn visit(posted: &str) -> Value {
    json!({"kind": "entity", "id": "visits", "name": "visit", "title": "code", "fields": [
        {"name": "code", "type": "text", "unique": true}, {"name": "guest", "type": "text"}, {"name": "day", "type": "date"},
        {"id": "visitkind", "name": "kind", "type": "choice", "choice_set": "service"},
        {"name": "status", "type": "choice", "choices": [{"id": "open", "value": "open"}, {"id": "posted", "value": posted}]},
        {"name": "points", "type": "integer"}]})
}

fn service(kinds: [&str; 2]) -> Value {
    json!({"kind": "choice_set", "id": "services", "name": "service", "choices": [
        {"id": "sauna", "value": kinds[0]}, {"id": "pool", "value": kinds[1]}]})
}

fn points(dimension: &str, posted: &str) -> Value {
    let posting = |name: &str, sign: &str, way: &str| {
        json!({"id": name, "name": name, "entity": "visit", "when": format!("status == \"{posted}\" && points {sign} 0"), "date": "day",
            "direction": way, "values": {"guest": "guest", dimension: "kind", "points": if way == "in" { "points" } else { "-points" }}})
    };
    json!({"kind": "register", "id": "allpoints", "name": "score", "label": {"en": "Points"}, "balance": {
        "dimensions": [{"id": "byguest", "name": "guest", "type": "text", "required": true},
            {"id": "bykind", "name": dimension, "type": "choice", "choice_set": "service"}],
        "resources": [{"id": "inpoints", "name": "points", "type": "integer", "refuse_negative": true}],
        "postings": [posting("gain", ">", "in"), posting("spend", "<", "out")]}})
}

async fn open(app: &App) {
    app.publish(json!([service(["sauna", "pool"]), visit("posted"), points("kind", "posted")])).await;
}

fn came(code: &str, kind: &str, points: i64) -> Value {
    json!({"code": code, "guest": "Ann", "day": "2026-03-10", "kind": kind, "status": "posted", "points": points})
}

/// Balances as `what → points`, whose movements and turnovers come to the same.
async fn balances(app: &App, dimension: &str) -> Vec<(String, i64)> {
    let sums = |rows: Vec<Value>, of: &str| {
        let mut found = std::collections::BTreeMap::<String, i64>::new();
        for row in rows {
            *found.entry(text(&row[dimension])).or_default() += units(&row[of]) / 1_000_000;
        }
        found.into_iter().filter(|(_, sum)| *sum != 0).collect::<Vec<_>>()
    };
    let rows = all(app, "score", &["id", dimension, "points"]).await;
    let mut keys: Vec<String> = rows.iter().map(|row| text(&row[dimension])).collect();
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count, "a balance for each: {rows:?}");
    let found = sums(rows, "points");
    assert_eq!(sums(all(app, "score_movement", &["id", dimension, "points"]).await, "points"), found);
    // The last of each is what is there.
    let mut last = std::collections::BTreeMap::<String, (String, Value)>::new();
    for row in all(app, "score_turnover", &["id", dimension, "period", "points_closing"]).await {
        let (key, period) = (text(&row[dimension]), text(&row["period"]));
        if last.get(&key).is_none_or(|(known, _)| *known < period) {
            last.insert(key, (period, json!({dimension: row[dimension], "closing": row["points_closing"]})));
        }
    }
    assert_eq!(sums(last.into_values().map(|(_, row)| row).collect(), "closing"), found);
    found
}

fn held(of: &[(&str, i64)]) -> Vec<(String, i64)> {
    of.iter().map(|(what, sum)| ((*what).to_owned(), *sum)).collect()
}

every_database! {
    async fn renames_carry_balances_over(app: App) {
        open(&app).await;
        for (code, kind, sum) in [("1", "sauna", 5), ("2", "pool", 7)] {
            make(&app.admin, "visit", came(code, kind, sum)).await;
        }
        app.publish(json!([points("what", "posted")])).await;
        assert_eq!(balances(&app, "what").await, held(&[("pool", 7), ("sauna", 5)]), "another name of a dimension");
        let spent = make(&app.admin, "visit", came("3", "pool", -2)).await;
        assert_eq!(balances(&app, "what").await, held(&[("pool", 5), ("sauna", 5)]));

        // A choice has another value: what posts goes on with its balance.
        app.publish(json!([service(["banya", "pool"])])).await;
        assert_eq!(balances(&app, "what").await, held(&[("banya", 5), ("pool", 5)]), "another value of a dimension");
        let more = make(&app.admin, "visit", came("3a", "banya", 1)).await;
        assert_eq!(balances(&app, "what").await, held(&[("banya", 6), ("pool", 5)]), "one balance");
        app.admin.send(app.admin.request(reqwest::Method::DELETE, &format!("/api/records/visit/{more}"))).await.expect(204);
        app.publish(json!([visit("done")])).await;
        assert_eq!(balances(&app, "what").await, held(&[("banya", 5), ("pool", 5)]), "another value of a choice");
        make(&app.admin, "visit", json!({"code": "4", "guest": "Ann", "day": "2026-04-01", "kind": "banya", "status": "done", "points": 4})).await;
        assert_eq!(balances(&app, "what").await, held(&[("banya", 9), ("pool", 5)]));
        app.admin.send(app.admin.request(reqwest::Method::DELETE, &format!("/api/records/visit/{spent}"))).await.expect(204);
        assert_eq!(balances(&app, "what").await, held(&[("banya", 9), ("pool", 7)]));
        let short = json!({"code": "5", "guest": "Ann", "day": "2026-04-01", "kind": "banya", "status": "done", "points": -10});
        app.admin.post("/api/records/visit", short).await.problem(422);
        let held_now = app.admin.get("/api/meta/drafts/register/score").await.expect(200);
        assert!(held_now.to_string().contains(r#"status == \"done\""#), "what posts follows the rename: {held_now}");
    }

    async fn a_dimension_has_every_choice_that_a_record_may_give(app: App) {
        let mut own = points("kind", "posted");
        let dimension = &mut own["balance"]["dimensions"][1];
        dimension.as_object_mut().expect("a dimension").remove("choice_set");
        dimension["choices"] = json!([{"value": "sauna"}]);
        let drafted = app.admin.put("/api/meta/drafts", json!([service(["sauna", "pool"]), visit("posted"), own])).await.expect(200);
        let told: Vec<&str> = drafted["problems"].as_array().expect("problems").iter().filter_map(|it| it["path"].as_str()).collect();
        assert_eq!(told, ["/balance/postings/0/values/kind", "/balance/postings/1/values/kind"], "{drafted:#}");
        assert!(drafted.to_string().contains("lacks choices that a record may give: pool"), "{drafted:#}");
    }

    async fn what_is_dropped_comes_back_true(app: App) {
        open(&app).await;
        make(&app.admin, "visit", came("1", "sauna", 5)).await;
        let whole = app.engine.catalog().revision;
        app.admin.delete("/api/meta/drafts/register/score").await.expect(204);
        app.publish_draft().await;
        app.admin.get("/api/records/score").await.expect(404);
        let other = make(&app.admin, "visit", came("2", "pool", 3)).await;
        app.admin.post(&format!("/api/meta/revisions/{whole}/restore"), json!({})).await.expect(200);
        app.publish_draft().await;
        assert_eq!(balances(&app, "kind").await, held(&[("pool", 3), ("sauna", 5)]), "what was saved meanwhile counts");

        // The document that posts goes with the register, and comes back with its records.
        app.admin.delete("/api/meta/drafts/entity/visit").await.expect(204);
        app.admin.delete("/api/meta/drafts/register/score").await.expect(204);
        app.publish_draft().await;
        app.admin.post(&format!("/api/meta/revisions/{whole}/restore"), json!({})).await.expect(200);
        app.publish_draft().await;
        assert_eq!(balances(&app, "kind").await, held(&[("pool", 3), ("sauna", 5)]));
        app.admin.send(app.admin.request(reqwest::Method::DELETE, &format!("/api/records/visit/{other}"))).await.expect(204);
        assert_eq!(balances(&app, "kind").await, held(&[("sauna", 5)]));
        app.admin.post(&format!("/api/records/visit/{other}/restore"), json!({})).await.expect(200);
        assert_eq!(balances(&app, "kind").await, held(&[("pool", 3), ("sauna", 5)]));
    }

    async fn imports_post(app: App) {
        open(&app).await;
        let file = "code,guest,day,kind,status,points\n1,Ann,2026-01-05,sauna,posted,4\n2,Ann,2026-01-06,sauna,posted,-9\n3,Ann,2026-02-07,pool,posted,6\n4,,2026-02-07,pool,posted,6\n5,Ann,2026-02-08,pool,open,1\n";
        for dry_run in [true, false] {
            let done = import(&app, file, dry_run).await;
            let told: Vec<(&Value, &Value)> = done["errors"].as_array().expect("errors").iter().map(|it| (&it["row"], &it["code"])).collect();
            assert_eq!(told, [(&json!(3), &json!("register.short")), (&json!(5), &json!("register.record_lacks"))], "{done:#}");
            let state = if dry_run { "done" } else { "failed" };
            assert_eq!((&done["state"], &done["created"], &done["bad_rows"]), (&json!(state), &json!(0), &json!(2)), "{done:#}");
        }
        assert_eq!(balances(&app, "kind").await, held(&[]));
        let sound = file.replace("-9", "-1").replace("4,,", "4,Ann,");
        assert_eq!(import(&app, &sound, true).await["created"], 5);
        assert_eq!(balances(&app, "kind").await, held(&[]), "a trial leaves nothing");
        let done = import(&app, &sound, false).await;
        assert_eq!((&done["created"], &done["errors"]), (&json!(5), &json!([])), "{done:#}");
        assert_eq!(balances(&app, "kind").await, held(&[("pool", 12), ("sauna", 3)]));
        let again = import(&app, "code,points,status\n1,10,posted\n5,2,posted\n", false).await;
        assert_eq!((&again["updated"], &again["errors"]), (&json!(2), &json!([])), "{again:#}");
        assert_eq!(balances(&app, "kind").await, held(&[("pool", 14), ("sauna", 9)]));
        app.admin.post(&format!("/api/imports/{}/undo", again["id"].as_str().unwrap()), json!({})).await.expect(200);
        assert_eq!(balances(&app, "kind").await, held(&[("pool", 12), ("sauna", 3)]));
    }

    async fn scripts_post_and_are_refused(app: App) {
        open(&app).await;
        let source = "fn spend(record, parameters) {\n    let visit = create(\"visit\", #{code: `${record.code} spent ${parameters.points}`, guest: record.guest, day: record.day, kind: record.kind, status: \"posted\", points: parameters.points});\n    record.points = 6;\n}";
        app.publish(json!([{"kind": "script", "name": "points", "source": source, "buttons": [
            {"name": "spend", "entity": "visit", "function": "spend", "parameters": [{"name": "points", "type": "integer"}]}]}])).await;
        let id = make(&app.admin, "visit", came("1", "sauna", 5)).await;
        let press = |points: i64| {
            let body = json!({"records": [id], "parameters": {"points": points}});
            app.admin.post("/api/records/visit/buttons/points/spend", body)
        };
        press(-4).await.expect(200);
        assert_eq!(balances(&app, "kind").await, held(&[("sauna", 2)]));
        let refused = press(-3).await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.body);
        assert!(refused.body.to_string().contains("register.short"), "{}", refused.body);
        assert_eq!(balances(&app, "kind").await, held(&[("sauna", 2)]));
    }
}

async fn import(app: &App, file: &str, dry_run: bool) -> Value {
    let file = reqwest::multipart::Part::bytes(file.as_bytes().to_vec()).file_name("file.csv");
    let form = reqwest::multipart::Form::new().text("entity", "visit").text("key", "code");
    let form = form.text("dry_run", dry_run.to_string()).part("file", file);
    let send = app.admin.request(reqwest::Method::POST, "/api/imports").multipart(form);
    let id = app.admin.send(send).await.expect(202)["id"].as_str().expect("an id").to_owned();
    app.finish(&id).await;
    app.admin.get(&format!("/api/imports/{id}")).await.expect(200)
}
