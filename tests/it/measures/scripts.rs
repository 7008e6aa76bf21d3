//! Measures in scripts: what they give, with the rights of the run, within a save, and in tests of a script.

use chrono::{Datelike, NaiveDate, Utc};
use serde_json::{Value, json};

use super::{World, documents, fill};
use crate::support::{Client, every_database};

const SOURCE: &str = r#"
fn told(m) { [m.value, m.target, m.share, m.previous, m.change, if m.status == () { () } else { m.status.label }] }
fn look(request) {
    let body = request.body;
    let many = measures::values([#{name: "won", period: "all"}, #{name: "large", parameters: #{least: 30.0}}, #{name: "open", person: ()}]);
    let month = measures::value("won", #{period: #{from: "2026-02-01", to: "2026-02-28"}, person: body.person});
    #{many: many.map(|m| m.value), month: told(month), from: month.from, own: measures::value("open").value, year: measures::value("average", #{period: #{from: date(2026, 1, 1), to: date(2026, 12, 31)}}).value}
}
fn caught(request) { try { measures::values(request.body.asked) } catch (why) { return `${why}`; } }
fn wrong(request) { measures::values(request.body.asked) }
fn one(request) { measures::value("won", request.body.asked).value }
fn greedy(request) { for i in 0..300 { measures::values([#{name: "won"}, #{name: "won"}, #{name: "open"}, #{name: "open"}]); } }
fn within(record) { record.name = measures::value("won", #{period: "all"}).value.to_string(); }
fn plan(record) { let m = measures::value("won", #{period: "this_month"}); record.title = `${m.value} of ${m.target}`; }
"#;

fn script(more: &Value) -> Value {
    let endpoint = |name: &str| json!({"method": "POST", "path": name, "function": name});
    let mut document = json!({"kind": "script", "name": "asks", "source": SOURCE,
        "endpoints": [endpoint("look"), endpoint("caught"), endpoint("wrong"), endpoint("one"), endpoint("greedy")]});
    document.as_object_mut().expect("a document").extend(more.as_object().expect("members").clone());
    document
}

async fn mistakes(client: &Client, path: &str, asked: Value) -> Vec<String> {
    let mut told = client.post(&format!("/api/x/{path}"), json!({"asked": asked})).await.problem(422);
    told.retain(|one| !one.ends_with("script.was_refused"));
    told
}

every_database! {
    async fn a_script_reads_measures_with_the_rights_of_whoever_sets_it_off(app: App) {
        let World { alice, boss, alice_id, .. } = fill(&app).await;
        app.publish(json!([script(&json!({}))])).await;
        let target = json!({"measure": "won", "person": alice_id, "period": "month", "start": "2026-02-01", "value": "40.4"});
        let id = app.admin.get("/api/measures").await.expect(200)["items"].as_array().expect("items").iter().find(|one| one["name"] == "won").expect("it")["id"].clone();
        let mut values = target;
        values["measure"] = id;
        app.admin.post("/api/records/measure_target", values).await.expect(201);
        let look = async |client: &Client| client.post("/api/x/look", json!({"person": alice_id})).await.expect(200);
        let found = look(&boss).await;
        assert_eq!(found["many"], json!(["160.6", 1, 3]));
        assert_eq!(found["month"], json!(["20.2", "40.4", "0.5", "10.1", "1", "Behind"]));
        assert_eq!((&found["from"], &found["own"], &found["year"]), (&json!("2026-02-01"), &json!(0), &json!("16.4")));
        assert_eq!(look(&alice).await["many"], json!(["130.3", 0, 2]));
        // Mistakes are told at once, each with its place, to whoever draws; a script may catch them.
        let asked = json!([{"name": "won", "period": "someday"}, {"name": "won", "person": "x", "more": 1}]);
        assert_eq!(mistakes(&app.admin, "wrong", asked).await, ["/0/period request.wrong_value", "/1/more request.unknown_parameter", "/1/person request.wrong_value"]);
        let asked = json!([{"name": "large", "period": "today", "parameters": {"least": "x"}}, {"name": "won"}, {"name": "bosses"}, {"name": "margins"}]);
        assert_eq!(mistakes(&app.admin, "wrong", asked.clone()).await, ["/0/period measure.no_periods", "/0/parameters/least record.not_a_number"]);
        let caught = alice.post("/api/x/caught", json!({"asked": asked})).await.expect(200).to_string();
        assert!(["/0/period measure.no_periods", "/2/name measure.unknown", "/3/name measure.unknown"].iter().all(|told| caught.contains(told)), "{caught}");
        assert_eq!(mistakes(&app.admin, "one", json!({"person": 5})).await, ["/person request.wrong_value"]);
        assert_eq!(mistakes(&app.admin, "wrong", json!(vec![json!({"name": "won"}); 51])).await, ["measure.too_many"]);
        // Each measure is a question of the run.
        assert_eq!(mistakes(&boss, "greedy", json!(null)).await, ["script.too_many_questions"]);
    }

    async fn within_a_save_a_measure_is_that_of_its_transaction(app: App) {
        fill(&app).await;
        let hooks = json!({"hooks": [{"entity": "region", "event": "before_save", "function": "within"}], "run_as": "system"});
        app.publish(json!([script(&hooks)])).await;
        let deal = json!({"op": "create", "entity": "deal", "values": {"title": "x", "amount": "1000", "stage": "won"}});
        let region = json!({"op": "create", "entity": "region", "values": {"name": "?"}});
        app.admin.post("/api/records/batch", json!({"operations": [deal, region]})).await.expect(200);
        let names = async || {
            let found = app.admin.get("/api/records/region?select=name&sort=name").await.expect(200);
            found["items"].as_array().expect("items").iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
        };
        // The region is saved behind the deal of the same transaction, of which nobody else knows yet.
        assert_eq!(names().await, ["1160.6", "North"]);
    }

    async fn a_test_gives_records_and_targets(app: App) {
        let today = Utc::now().date_naive();
        let first = NaiveDate::from_ymd_opt(today.year(), today.month(), 1).expect("a day").to_string();
        let test = |expected: &str| json!({"name": expected, "given": [
                {"entity": "deal", "values": {"title": "a", "amount": "30", "stage": "won", "close_date": today.to_string()}},
                {"as": "one", "entity": "deal", "values": {"title": "b"}},
                {"entity": "measure_target", "values": {"measure": "won", "start": first, "value": "60"}}],
            "when": {"do": "press", "button": "plan", "record": "$one"},
            "then": {"records": [{"record": "$one", "values": {"title": expected}}]}});
        let more = json!({"tests": [test("30 of 60"), test("31 of 60")], "buttons": [{"name": "plan", "entity": "deal", "function": "plan"}]});
        app.publish(documents()).await;
        app.admin.put("/api/meta/drafts/script/asks", script(&more)).await.expect(200);
        let tested = app.admin.post("/api/meta/scripts/test", json!({"script": "asks"})).await.expect(200);
        let failures: Vec<&Value> = tested["items"].as_array().expect("items").iter().map(|one| &one["failures"]).collect();
        assert_eq!((failures[0], &failures[1][0]["code"]), (&json!([]), &json!("test.another_value")), "{tested:#}");
    }
}
