//! Measures: totals and indicators that belong to no record, with the rights of whoever looks.

mod documents;
mod formulas;
mod scripts;
mod targets;

use chrono::{Datelike, Days, Months, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::support::{App, Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "region", "title": "name", "fields": [{"name": "name", "type": "text"}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"},
            {"name": "amount", "type": "money"},
            {"name": "margin", "type": "money"},
            {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}, {"value": "lost"}]},
            {"name": "region", "type": "link", "target": "region", "inverse": "deals"},
            {"name": "close_date", "type": "date"},
            {"name": "called_at", "type": "datetime"}]},
        {"kind": "role", "name": "sales", "rights": ["use"], "entities": {
            "deal": {"read": "owner == user", "create": true, "fields": {"margin": "none"}}, "region": {"read": true},
            "user": {"read": true}, "measure_target": {"read": "person == user || person == ()"}}},
        {"kind": "role", "name": "boss", "rights": ["use"], "entities": {
            "deal": {"read": true}, "region": {"read": true}, "user": {"read": true},
            "measure_target": {"read": true, "create": true, "update": true, "delete": true}}},
        {"kind": "role", "name": "guest", "rights": ["use"], "entities": {"region": {"read": true}}},
        {"kind": "measure", "name": "won", "label": {"en": "Won", "ru": "Выиграно"}, "entity": "deal", "expression": "sum(amount)",
         "filter": "stage == \"won\"", "date": "close_date", "person": "owner", "period": "this_month",
         "format": {"type": "money", "scale": 0}, "thresholds_of": "target", "thresholds": [
            {"color": "rose", "label": {"en": "Behind"}}, {"from": "0.8", "color": "amber"}, {"from": 1, "color": "green", "label": {"en": "Done"}}]},
        {"kind": "measure", "name": "open", "entity": "deal", "expression": "count()", "filter": "stage == \"new\"", "person": "owner",
         "mine": true, "thresholds": [{"color": "green"}, {"from": 2, "color": "rose", "label": {"en": "Many"}}], "better": "lower"},
        {"kind": "measure", "name": "average", "entity": "deal", "expression": "sum(amount) / count(amount)", "date": "close_date"},
        {"kind": "measure", "name": "margins", "entity": "deal", "expression": "sum(margin)"},
        {"kind": "measure", "name": "calls", "entity": "deal", "expression": "count()", "date": "called_at"},
        {"kind": "measure", "name": "bosses", "entity": "deal", "expression": "count()", "roles": ["boss"]},
        {"kind": "measure", "name": "large", "entity": "deal", "expression": "count()",
         "filter": "amount >= least && (stage == state || state == ()) && (region == where || where == ()) && (close_date >= since || since == ()) && (owner == whose || whose == ()) && (title.like(word) || word == ()) && (!priced || amount != ())",
         "parameters": [
            {"name": "least", "type": "decimal", "default": "20"},
            {"name": "state", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}]},
            {"name": "where", "type": "link", "target": "region"},
            {"name": "since", "type": "date", "default": {"expression": "date(2026, 1, 1)"}},
            {"name": "whose", "type": "user"},
            {"name": "word", "type": "text"},
            {"name": "priced", "type": "boolean", "default": true}]}
    ])
}

/// Title, amount, stage, close date, whether it is Alice's.
const DEALS: [(&str, Option<&str>, &str, &str, bool); 7] = [
    ("a", Some("10.10"), "won", "2026-01-31", true),
    ("b", Some("20.20"), "won", "2026-02-01", true),
    ("c", Some("30.30"), "won", "2026-02-28", false),
    ("d \"quoted\"", Some("5"), "new", "2026-02-28", true),
    ("e", None, "new", "2026-03-01", false),
    ("f", Some("100"), "won", "2024-02-29", true),
    ("g", Some("1000"), "new", "2024-03-01", true),
];

/// People, and who Alice is.
struct World {
    alice: Client,
    boss: Client,
    alice_id: Value,
    bob_id: Value,
    region: Value,
}

async fn fill(app: &App) -> World {
    app.publish(documents()).await;
    let alice = app.user("alice@example.com", &["sales"]).await;
    let bob = app.user("bob@example.com", &["sales"]).await;
    let boss = app.user("boss@example.com", &["boss"]).await;
    let id = async |client: &Client| client.get("/api/auth/me").await.expect(200)["user"]["id"].clone();
    let (alice_id, bob_id) = (id(&alice).await, id(&bob).await);
    let region = app.admin.post("/api/records/region", json!({"name": "North"})).await.expect(201)["id"].clone();
    for (title, amount, stage, close, is_alices) in DEALS {
        let owner = if is_alices { &alice_id } else { &bob_id };
        let values = json!({"title": title, "amount": amount, "margin": "1", "stage": stage, "close_date": close, "owner": owner,
            "region": (title == "c").then_some(&region), "called_at": format!("{close}T23:30:00Z")});
        app.admin.post("/api/records/deal", values).await.expect(201);
    }
    World { alice, boss, alice_id, bob_id, region }
}

async fn ask(client: &Client, name: &str, body: Value) -> Value {
    client.post(&format!("/api/measures/{name}"), body).await.expect(200)
}

async fn value(client: &Client, name: &str, body: Value) -> Value {
    ask(client, name, body).await["value"].clone()
}

fn days(from: &str, to: &str) -> Value {
    json!({"period": {"from": from, "to": to}})
}

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().expect("items").iter().filter_map(|item| item["name"].as_str()).collect()
}

every_database! {
    async fn everybody_counts_what_they_may_read(app: App) {
        let World { alice, boss, alice_id, bob_id, .. } = fill(&app).await;
        let all = json!({"period": "all"});
        assert_eq!(value(&boss, "won", all.clone()).await, "160.6");
        assert_eq!(value(&alice, "won", all.clone()).await, "130.3");
        let of = |person: &Value| json!({"period": "all", "person": person});
        assert_eq!(value(&boss, "won", of(&alice_id)).await, "130.3");
        assert_eq!(value(&boss, "won", of(&bob_id)).await, "30.3");
        assert_eq!(value(&alice, "won", of(&bob_id)).await, "0", "she may not read his deals");
        // A measure of whoever looks is of somebody else, or of everybody, when that is asked for.
        assert_eq!(value(&alice, "open", json!({})).await, "2");
        assert_eq!(value(&boss, "open", json!({})).await, "0");
        assert_eq!(value(&boss, "open", json!({"person": null})).await, "3");
        // A mean of nothing is none.
        assert_eq!(value(&boss, "average", days("1999-01-01", "1999-12-31")).await, Value::Null);
        assert_eq!(value(&boss, "average", days("2026-01-01", "2026-12-31")).await, "16.4");
    }

    async fn what_is_hidden_is_not_there(app: App) {
        let World { alice, boss, .. } = fill(&app).await;
        let guest = app.user("guest@example.com", &["guest"]).await;
        let list = async |client: &Client| client.get("/api/measures").await.expect(200);
        assert_eq!(names(&list(&app.admin).await), ["average", "bosses", "calls", "large", "margins", "open", "won"]);
        assert_eq!(names(&list(&boss).await), ["average", "bosses", "calls", "large", "margins", "open", "won"]);
        assert_eq!(names(&list(&alice).await), ["average", "calls", "large", "open", "won"]);
        assert_eq!(names(&list(&guest).await), [""; 0]);
        for name in ["margins", "bosses", "nothing"] {
            assert_eq!(alice.post(&format!("/api/measures/{name}"), json!({})).await.problem(404), ["measure.unknown"]);
        }
        assert_eq!(guest.post("/api/measures/won", json!({})).await.problem(404), ["measure.unknown"]);
        let mistake = alice.post("/api/measures/opne", json!({})).await.expect(404)["errors"][0]["message"].clone();
        assert!(mistake.as_str().expect("a sentence").contains("`open`"), "{mistake}");
        let won = list(&alice).await["items"][4].clone();
        assert_eq!((&won["label"], &won["has_periods"], &won["has_person"], &won["period"]), (&json!("Won"), &json!(true), &json!(true), &json!("this_month")));
        assert_eq!(won["format"], json!({"type": "money", "scale": 0, "currency": "EUR"}));
        alice.patch("/api/auth/me", json!({"language": "ru"})).await.expect(200);
        assert_eq!(list(&alice).await["items"][4]["label"], "Выиграно");
    }

    async fn periods_end_with_the_month_and_are_compared_with_the_one_before(app: App) {
        let World { boss, .. } = fill(&app).await;
        let february = ask(&boss, "won", days("2026-02-01", "2026-02-28")).await;
        assert_eq!((&february["value"], &february["previous"], &february["word"]), (&json!("50.5"), &json!("10.1"), &Value::Null));
        assert_eq!(february["change"], "4", "it is five times as much");
        assert_eq!(february["filter"], "(stage == \"won\") && close_date >= \"2026-02-01\" && close_date <= \"2026-02-28\"");
        // The records behind a number are those that the list finds by the answer's filter.
        let body = json!({"filter": february["filter"], "select": ["title"]});
        let found = boss.post(&format!("/api/records/{}/query", february["entity"].as_str().expect("an entity")), body).await.expect(200);
        assert_eq!(found["items"], json!([{"title": "b"}, {"title": "c"}]));
        let leap = ask(&boss, "won", days("2024-02-01", "2024-02-29")).await;
        assert_eq!((&leap["value"], &leap["previous"], &leap["change"]), (&json!("100"), &json!("0"), &Value::Null));
        assert_eq!(ask(&boss, "won", days("2026-02-02", "2026-02-28")).await["previous"], "30.3", "27 days before");
        // By words, from today on.
        let today = Utc::now().date_naive();
        let first = today.with_day(1).expect("a first day");
        let last = first + Months::new(1) - Days::new(1);
        let this = ask(&boss, "won", json!({})).await;
        assert_eq!((&this["word"], &this["period"]), (&json!("this_month"), &json!({"from": first.to_string(), "to": last.to_string()})));
        let year = |date: NaiveDate| json!({"from": format!("{}-01-01", date.year()), "to": format!("{}-12-31", date.year())});
        assert_eq!(ask(&boss, "won", json!({"period": "last_year"})).await["period"], year(first - Months::new(12)));
        let all = ask(&boss, "won", json!({"period": "all"})).await;
        assert_eq!((&all["period"], &all["previous"], &all["target"]), (&Value::Null, &Value::Null, &Value::Null));
    }

    async fn a_day_is_where_the_person_is(app: App) {
        let World { boss, .. } = fill(&app).await;
        let february = days("2026-02-01", "2026-02-28");
        assert_eq!(value(&boss, "calls", february.clone()).await, "3");
        // At half past eleven in the evening it is already tomorrow in the east.
        boss.patch("/api/auth/me", json!({"time_zone": "Pacific/Kiritimati"})).await.expect(200);
        assert_eq!(value(&boss, "calls", february.clone()).await, "2");
        assert_eq!(value(&app.admin, "calls", february).await, "3");
        let today = (Utc::now() + chrono::Duration::hours(14)).date_naive().to_string();
        assert_eq!(ask(&boss, "calls", json!({"period": "today"})).await["period"], json!({"from": today, "to": today}));
    }

    async fn parameters_are_given_or_their_defaults(app: App) {
        let World { boss, alice_id, region, .. } = fill(&app).await;
        let with = async |parameters: Value| value(&boss, "large", json!({"parameters": parameters})).await;
        assert_eq!(with(json!({})).await, "2", "b and c");
        assert_eq!(with(json!({"least": 30})).await, "1");
        assert_eq!(with(json!({"least": "5.00", "state": "new"})).await, "1");
        assert_eq!(with(json!({"where": region})).await, "1");
        assert_eq!(with(json!({"since": "2024-01-01"})).await, "4");
        assert_eq!(with(json!({"since": null, "whose": alice_id})).await, "3");
        assert_eq!(with(json!({"least": "-5", "word": "D \"quo"})).await, "1");
        assert_eq!(with(json!({"least": 0, "word": "\" || true || \""})).await, "0", "a text stays a text");
        let refused = boss.post("/api/measures/large", json!({"period": "today", "person": alice_id, "parameters": {
            "least": "x", "state": "lost", "where": "north", "since": "2026-02-30", "priced": 1, "lest": 1}})).await;
        assert_eq!(refused.problem(422), [
            "/period measure.no_periods", "/person measure.no_person", "/parameters/least record.not_a_number",
            "/parameters/state record.not_a_choice", "/parameters/where record.not_an_id", "/parameters/since record.date_malformed",
            "/parameters/priced record.not_a_boolean", "/parameters/lest measure.unknown_parameter"]);
        assert_eq!(boss.post("/api/measures/won", json!({"period": "someday", "person": 5, "more": 1})).await.problem(400),
            ["/period request.wrong_value", "/person request.wrong_value", "/more request.unknown_parameter"]);
        assert_eq!(boss.post("/api/measures/won", days("2026-02-28", "2026-02-01")).await.problem(422), ["/period measure.period_order"]);
    }

    async fn many_are_asked_at_once_and_each_answers_for_itself(app: App) {
        let World { alice, boss, .. } = fill(&app).await;
        let body = json!([{"name": "won", "period": "all"}, {"name": "margins"}, {"name": "open"}, {"name": "won", "period": {"from": "2026-02-01", "to": "2026-02-28"}},
            {"name": "open", "period": "today"}]);
        let answers = alice.post("/api/measures", body.clone()).await.expect(200)["items"].clone();
        assert_eq!((&answers[0]["value"], &answers[2]["value"], &answers[3]["value"]), (&json!("130.3"), &json!("2"), &json!("20.2")));
        assert_eq!((&answers[1]["name"], &answers[1]["error"]["status"], &answers[1]["error"]["code"]), (&json!("margins"), &json!(404), &json!("measure.unknown")));
        assert_eq!(answers[4]["error"]["errors"][0]["path"], "/period");
        let answers = boss.post("/api/measures", body).await.expect(200)["items"].clone();
        assert_eq!((&answers[0]["value"], &answers[1]["value"]), (&json!("160.6"), &json!("7")));
        let many: Vec<Value> = (0..51).map(|_| json!({"name": "won"})).collect();
        assert_eq!(boss.post("/api/measures", json!(many)).await.problem(422), ["measure.too_many"]);
        assert_eq!(boss.post("/api/measures", json!([{"period": "all"}, 5])).await.problem(400), ["/0/name request.wrong_value", "/1 request.wrong_value"]);
    }

    async fn a_number_has_the_colour_of_the_threshold_it_reached(app: App) {
        let World { alice, boss, .. } = fill(&app).await;
        assert_eq!(ask(&boss, "open", json!({})).await["status"], json!({"from": null, "color": "green", "label": ""}));
        assert_eq!(ask(&alice, "open", json!({})).await["status"], json!({"from": "2", "color": "rose", "label": "Many"}));
        assert_eq!(ask(&boss, "won", json!({"period": "all"})).await["status"], Value::Null, "there is no target");
    }
}
