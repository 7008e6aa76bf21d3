//! Targets: who may set and see them, what they add up to, and what may not be one.

use serde_json::{Value, json};

use super::{World, ask, days, fill};
use crate::support::{Client, every_database};

async fn measure_id(client: &Client, name: &str) -> Value {
    let list = client.get("/api/measures").await.expect(200);
    let found = list["items"].as_array().expect("items").iter().find(|item| item["name"] == name);
    found.expect("the measure")["id"].clone()
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
