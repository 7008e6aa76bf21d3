//! Targets: who may set and see them, what they add up to, and what may not be one.

use chrono::{Datelike, Utc};
use serde_json::{Value, json};

use super::formulas::{values, with};
use super::{World, ask, days, fill};
use crate::support::{Client, every_database};

async fn measure_id(client: &Client, name: &str) -> Value {
    let list = client.get("/api/measures").await.expect(200);
    let found = list["items"].as_array().expect("items").iter().find(|item| item["name"] == name);
    found.expect("the measure")["id"].clone()
}

/// Choices that are the same in each run.
struct Choose(u32);

impl Choose {
    fn below(&mut self, count: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 16) % count
    }

    fn one_of(&mut self, count: usize) -> bool {
        self.below(u32::try_from(count).expect("a small number")) == 0
    }
}

/// Holds what expressions read to what indicators show, for everybody or for the owner of a deal.
async fn agree(client: &Client, person: &Value, stage: usize) {
    const PERIODS: [&str; 6] = ["this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year"];
    let bodies = PERIODS.map(|period| json!({"name": "won", "period": period, "person": person}));
    let answers = client.post("/api/measures", json!(bodies)).await.expect(200);
    let owner = if person.is_null() { "" } else { ", owner" };
    let select =
        PERIODS.map(|period| json!({"name": period, "expression": format!("target(\"won\", \"{period}\"{owner})")}));
    let filter = person.as_str().map(|person| format!("owner == \"{person}\""));
    let body = json!({"select": select, "filter": filter, "limit": 1});
    let found = client.post("/api/records/deal/query", body).await.expect(200)["items"][0].clone();
    let number = |value: &Value| value.as_str().map(|digits| digits.parse::<f64>().expect("a number"));
    for (at, period) in PERIODS.into_iter().enumerate() {
        let (shown, read) = (&answers["items"][at]["target"], &found[period]);
        assert_eq!(number(read), number(shown), "{stage}: {person} {period}");
    }
}

every_database! {
    async fn targets_add_up_for_periods_and_people(app: App) {
        let World { alice, boss, alice_id, bob_id, .. } = fill(&app).await;
        let won = measure_id(&boss, "won").await;
        let target = |person: &Value, period: &str, start: &str, value: &str| {
            json!({"measure": won, "person": person, "period": period, "start": start, "value": value})
        };
        let all = [
            target(&alice_id, "month", "2026-02-01", "20.2"),
            target(&bob_id, "month", "2026-02-01", "80.8"),
            target(&alice_id, "month", "2026-01-01", "5"),
            target(&bob_id, "quarter", "2026-01-01", "100"),
        ];
        for values in all {
            boss.post("/api/records/measure_target", values).await.expect(201);
        }
        let of = async |client: &Client, mut body: Value, person: Option<&Value>| {
            body["person"] = person.cloned().unwrap_or_default();
            let answer = ask(client, "won", body).await;
            (answer["target"].clone(), answer["share"].clone(), answer["status"]["color"].clone())
        };
        let february = || days("2026-02-01", "2026-02-28");
        let quarter = || days("2026-01-01", "2026-03-31");
        assert_eq!(of(&boss, february(), None).await, (json!("101"), json!("0.5"), json!("rose")));
        assert_eq!(of(&boss, february(), Some(&alice_id)).await, (json!("20.2"), json!("1"), json!("green")));
        assert_eq!(of(&boss, quarter(), Some(&alice_id)).await.0, "25.2");
        assert_eq!(of(&boss, quarter(), Some(&bob_id)).await.0, "100");
        assert_eq!(of(&boss, quarter(), None).await.0, "125.2");
        // Alice sees her own, and those of everybody; her numbers are of what she may read.
        assert_eq!(of(&alice, february(), None).await, (json!("20.2"), json!("1"), json!("green")));
        assert_eq!(of(&alice, february(), Some(&bob_id)).await.0, Value::Null);
        boss.post("/api/records/measure_target", target(&Value::Null, "quarter", "2026-01-01", "60.6")).await.expect(201);
        assert_eq!(of(&boss, quarter(), None).await, (json!("60.6"), json!("1"), json!("green")));
        assert_eq!(of(&alice, quarter(), None).await.0, "60.6");
        // Days that are no whole month, quarter or year have none.
        assert_eq!(of(&boss, days("2026-02-01", "2026-02-27"), None).await, (Value::Null, Value::Null, Value::Null));
        // Together in one call, people and periods apart.
        let body = json!([{"name": "won", "period": {"from": "2026-02-01", "to": "2026-02-28"}, "person": alice_id},
            {"name": "won", "period": {"from": "2026-01-01", "to": "2026-03-31"}}, {"name": "open"}]);
        let answers = boss.post("/api/measures", body).await.expect(200)["items"].clone();
        assert_eq!((&answers[0]["target"], &answers[1]["target"], &answers[2]["target"]), (&json!("20.2"), &json!("60.6"), &Value::Null));
    }

    async fn a_formula_reads_the_target_that_an_indicator_shows(app: App) {
        let World { alice, boss, alice_id, bob_id, .. } = fill(&app).await;
        let won = measure_id(&boss, "won").await;
        let year = Utc::now().date_naive().year();
        let mut choose = Choose(7);
        let mut all = Vec::new();
        // Everybody and people have targets of some periods, large and small ones over one another.
        for (stage, people) in [vec![&alice_id], vec![&bob_id, &alice_id], vec![&Value::Null, &bob_id]].iter().enumerate() {
            for (person, unit) in people.iter().flat_map(|person| [("month", 1), ("quarter", 3), ("year", 12)].map(|unit| (*person, unit))) {
                for (year, month) in [year - 1, year].iter().flat_map(|year| (1..=12).step_by(unit.1).map(|month| (*year, month))) {
                    let key = (person.clone(), unit.0, year, month);
                    if choose.one_of(2 + unit.1.min(4)) && !all.contains(&key) {
                        let start = format!("{year}-{month:02}-01");
                        let value = format!("{}.{month:02}", choose.below(900));
                        let values = json!({"measure": won, "person": person, "period": unit.0, "start": start, "value": value});
                        boss.post("/api/records/measure_target", values).await.expect(201);
                        all.push(key);
                    }
                }
            }
            for (client, person) in [(&alice, &Value::Null), (&alice, &alice_id), (&boss, &Value::Null), (&boss, &alice_id), (&boss, &bob_id)] {
                agree(client, person, stage).await;
            }
        }
        assert!(all.len() > 40, "{} targets", all.len());
    }

    async fn a_target_is_read_with_the_rights_of_the_reader_and_where_measures_are(app: App) {
        let World { alice, boss, alice_id, bob_id, .. } = fill(&app).await;
        let won = measure_id(&boss, "won").await;
        let start = Utc::now().date_naive().with_day(1).expect("a first day").to_string();
        for (person, value) in [(&alice_id, "100"), (&bob_id, "60")] {
            let values = json!({"measure": won, "person": person, "start": start, "value": value});
            boss.post("/api/records/measure_target", values).await.expect(201);
        }
        let fields = json!([{"name": "plan", "type": "decimal", "scale": 0, "formula": {"mode": "dynamic", "expression": "target(\"won\", \"this_month\", owner)"}},
            {"name": "share", "type": "decimal", "scale": 5, "formula": {"mode": "dynamic", "expression": "amount / target(\"won\")"}}]);
        let rules = json!([{"name": "above_plan", "when": "amount > target(\"won\", \"this_month\")", "message": {"en": "More than the plan"}}]);
        let deal = with(&app, fields, rules).await;
        app.publish(json!([deal])).await;
        assert_eq!(values(&boss, "title == \"a\" || title == \"c\"", "plan").await, [json!("100"), json!("60")]);
        assert_eq!(values(&boss, "title == \"b\"", "share").await, [json!("0.12625")], "20.20 of 160");
        assert_eq!(values(&alice, "title == \"b\"", "share").await, [json!("0.20200")], "of her own 100");
        assert_eq!(values(&boss, "amount * 2 > target(\"won\", \"this_month\", owner)", "title").await, [json!("c"), json!("f"), json!("g")]);
        let make = async |amount: &str| app.admin.post("/api/records/deal", json!({"title": "x", "stage": "new", "amount": amount})).await;
        make("160").await.expect(201);
        assert_eq!(make("160.01").await.problem(422), ["record.rule"]);
        // Who may not read targets knows of none, and of a hidden measure nobody does.
        let guest = json!([{"kind": "role", "name": "guest", "rights": ["use"], "entities": {"deal": {"read": true}, "region": {"read": true}, "user": {"read": true}}}]);
        app.publish(guest).await;
        let guest = app.user("guest@example.com", &["guest"]).await;
        let asked = |name: &str| json!({"filter": format!("amount > target(\"{name}\", \"this_month\")")});
        assert_eq!(guest.post("/api/records/deal/query", asked("won")).await.problem(400), ["/filter expression.no_targets"]);
        assert_eq!(guest.post("/api/records/deal/query", json!({"select": ["plan"]})).await.status, 400);
        assert_eq!(alice.post("/api/records/deal/query", asked("bosses")).await.problem(400), ["/filter expression.unknown_measure"]);
        // A rename is carried, and who asks what a measure is used by is told.
        let mut document = app.published("measure", "won").await;
        document["name"] = json!("revenue");
        app.publish(json!([document])).await;
        let deal = app.published("entity", "deal").await.to_string();
        assert!(deal.contains("target(\\\"revenue\\\", \\\"this_month\\\"") && !deal.contains("\\\"won\\\", \\\""), "{deal}");
        assert_eq!(values(&boss, "title == \"a\"", "plan").await, [json!("100")]);
        let used = app.admin.get("/api/meta/drafts/measure/revenue/usage").await.expect(200);
        let places = ["/fields/7/formula/expression", "/fields/8/formula/expression", "/rules/0/when"];
        let places = places.map(|path| json!({"document": "entity/deal", "path": path, "field": null}));
        assert_eq!(used["items"].as_array().expect("items").iter().filter(|one| one["document"] == "entity/deal").cloned().collect::<Vec<_>>(), places, "{used}");
        let mistakes = async |mode: &str, expression: &str| -> Vec<String> {
            let deal = with(&app, json!([{"name": "f", "type": "decimal", "formula": {"mode": mode, "expression": expression}}]), json!([])).await;
            let body = app.admin.put("/api/meta/drafts/entity/deal", deal).await.expect(200);
            app.admin.post("/api/meta/drafts/discard", json!([])).await.expect(204);
            body["problems"].as_array().expect("problems").iter().map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
        };
        assert_eq!(mistakes("dynamic", "target(\"revenue\", \"last_year\")").await, [""; 0]);
        assert_eq!(mistakes("stored", "target(\"revenue\")").await, ["formula.stored_reads_measure"]);
        for (expression, code) in [
            ("target(\"revenue\", \"this_week\")", "expression.target_period"), ("target(\"revenue\", \"all\")", "expression.target_period"),
            ("target(\"revenue\", \"this_moth\")", "expression.wrong_word"), ("target(\"wno\")", "expression.unknown_measure"),
            ("target(title)", "expression.wrong_arguments"), ("target(\"revenue\", \"this_year\", title)", "expression.wrong_type"),
            ("target(\"margins\", \"this_year\")", "expression.measure_without")] {
            assert_eq!(mistakes("dynamic", expression).await, [code], "{expression}");
        }
    }

    async fn a_target_begins_with_its_period_and_is_there_once(app: App) {
        let World { alice, boss, alice_id, .. } = fill(&app).await;
        let won = measure_id(&boss, "won").await;
        let target = |person: Option<&Value>, period: &str, start: &str| {
            json!({"measure": won, "person": person, "period": period, "start": start, "value": "1"})
        };
        let post = async |client: &Client, values: Value| client.post("/api/records/measure_target", values).await;
        for (period, start) in [("month", "2026-02-02"), ("quarter", "2026-02-01"), ("year", "2026-04-01")] {
            assert_eq!(post(&boss, target(None, period, start)).await.problem(422), ["/start measure.target_start"]);
        }
        let made = post(&boss, target(None, "month", "2026-02-01")).await.expect(201);
        assert_eq!(made["whose"], "*");
        assert_eq!(post(&boss, target(None, "month", "2026-02-01")).await.problem(409), ["/measure record.duplicate"]);
        let hers = post(&boss, target(Some(&alice_id), "month", "2026-02-01")).await.expect(201);
        assert_eq!(hers["whose"], alice_id);
        assert_eq!(post(&boss, target(Some(&alice_id), "month", "2026-02-01")).await.problem(409), ["/measure record.duplicate"]);
        // What the product keeps of it follows when it becomes everybody's.
        let path = |record: &Value| format!("/api/records/measure_target/{}", record["id"].as_str().expect("an id"));
        let moved = json!({"person": null, "start": "2026-03-01", "version": hers["version"]});
        assert_eq!(boss.patch(&path(&hers), moved).await.expect(200)["whose"], "*");
        assert_eq!(boss.patch(&path(&made), json!({"start": "2026-02-03", "version": made["version"]})).await.problem(422), ["/start measure.target_start"]);
        let mut strange = target(None, "month", "2026-05-01");
        strange["measure"] = json!("nothing");
        assert_eq!(post(&boss, strange).await.problem(422), ["/measure record.not_a_choice"]);
        assert!(post(&boss, json!({"measure": won, "start": "2026-05-01", "value": 1, "whose": "x"})).await.status.is_client_error());
        // A month unless another period is said; who may only read sets none.
        assert_eq!(post(&boss, json!({"measure": won, "start": "2026-06-01", "value": 1})).await.expect(201)["period"], "month");
        assert_eq!(post(&alice, target(None, "month", "2026-07-01")).await.status, 403);
    }
}
