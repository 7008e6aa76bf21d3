//! Automatic numbers: apart by what the analyst says, without gaps where that is asked for.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Client, every_database};

fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "branch", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "code", "type": "text"}]},
        {"kind": "entity", "name": "invoice", "title": "number", "fields": [
            {"name": "number", "type": "auto_number", "pattern": "{sequence}-{0000}", "unique": true, "gapless": true,
                "sequence": "(branch.code ?? \"HQ\") + \"/\" + today().year().to_string()"},
            {"name": "kind", "type": "choice", "choices": [{"value": "in"}, {"value": "out"}]},
            {"name": "place", "type": "auto_number", "pattern": "{sequence}{0}", "sequence": "kind"},
            {"name": "count", "type": "auto_number"},
            {"name": "branch", "type": "link", "target": "branch", "inverse": "invoices", "on_delete": "cascade"},
            {"name": "amount", "type": "money"}],
         "rules": [{"name": "positive", "when": "amount < 0", "message": {"en": "Negative"}},
            {"name": "seen", "when": "number == () || branch.code == \"XX\"", "message": {"en": "No number"}}]},
        {"kind": "entity", "name": "note", "title": "no", "fields": [{"name": "no", "type": "auto_number", "pattern": "N{000}"}]}
    ])
}

async fn make(client: &Client, entity: &str, values: Value) -> Value {
    client.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

async fn gone(client: &Client, entity: &str, record: &Value) -> crate::support::Answer {
    let path = format!("/api/records/{entity}/{}", record["id"].as_str().expect("an id"));
    client.send(client.request(reqwest::Method::DELETE, &path)).await
}

fn year() -> String {
    chrono::Utc::now().format("%Y").to_string()
}

every_database! {
    async fn numbers_are_apart_by_what_is_said(app: App) {
        app.publish(documents()).await;
        let sam = make(&app.admin, "branch", json!({"name": "Samara", "code": "SAM"})).await;
        let ufa = make(&app.admin, "branch", json!({"name": "Ufa", "code": "UFA"})).await;
        let year = year();
        let first = make(&app.admin, "invoice", json!({"branch": sam["id"], "kind": "in"})).await;
        assert_eq!((&first["number"], &first["place"], &first["count"]), (&json!(format!("SAM/{year}-0001")), &json!("in1"), &json!("1")));
        let other = make(&app.admin, "invoice", json!({"branch": ufa["id"], "kind": "in"})).await;
        assert_eq!((&other["number"], &other["place"], &other["count"]), (&json!(format!("UFA/{year}-0001")), &json!("in2"), &json!("2")));
        let none = make(&app.admin, "invoice", json!({"kind": "out"})).await;
        assert_eq!((&none["number"], &none["place"]), (&json!(format!("HQ/{year}-0001")), &json!("out1")));
        // A batch numbers in its order, and what is refused takes no number.
        let one = |branch: &Value| json!({"op": "create", "entity": "invoice", "values": {"branch": branch["id"], "kind": "out"}});
        let refused = json!({"operations": [one(&sam), {"op": "create", "entity": "invoice", "values": {"branch": sam["id"], "amount": "-1"}}]});
        app.admin.post("/api/records/batch", refused).await.expect(422);
        app.admin.post("/api/records/batch", json!({"operations": [one(&sam), one(&ufa), one(&sam)]})).await.expect(200);
        let all = app.admin.get("/api/records/invoice?select=number,place&sort=count").await.expect(200);
        let numbers: Vec<&str> = all["items"].as_array().expect("items").iter().filter_map(|item| item["number"].as_str()).collect();
        let expected = ["SAM-1", "UFA-1", "HQ-1", "SAM-2", "UFA-2", "SAM-3"].map(|text| {
            let (code, number) = text.split_once('-').expect("a number");
            format!("{code}/{year}-000{number}")
        });
        assert_eq!(numbers, expected);
        // The history and a change later tell of the same number.
        let path = format!("/api/records/invoice/{}", first["id"].as_str().expect("an id"));
        let changed = app.admin.send(app.admin.request(reqwest::Method::PATCH, &path).json(&json!({"version": 1, "branch": ufa["id"]}))).await.expect(200);
        assert_eq!(changed["number"], first["number"], "a number stays when what it is made of changes");
        let history = app.admin.get(&format!("{path}/history")).await.expect(200);
        let made = history["items"].as_array().expect("items").last().expect("the first act").clone();
        let told = made["changes"].as_array().expect("changes").iter().find(|change| change["field"] == "number");
        assert_eq!(told.expect("the number")["to"], first["number"]);
    }

    async fn writers_at_a_time_leave_no_gap_and_no_duplicate(app: App) {
        app.publish(documents()).await;
        let sam = make(&app.admin, "branch", json!({"name": "Samara", "code": "SAM"})).await;
        let writers = (0..8).map(|writer| {
            let (client, branch) = (&app.admin, sam["id"].clone());
            async move {
                for turn in 0..5 {
                    // Some are refused after they took a number.
                    let amount = if (writer + turn) % 3 == 0 { "-1" } else { "1" };
                    let answer = client.post("/api/records/invoice", json!({"branch": branch, "amount": amount})).await;
                    assert!([201, 422].contains(&answer.status.as_u16()), "{:#}", answer.body);
                }
            }
        });
        join_all(writers).await;
        let all = app.admin.get("/api/records/invoice?select=number&sort=number&limit=100").await.expect(200);
        let numbers: Vec<&str> = all["items"].as_array().expect("items").iter().filter_map(|item| item["number"].as_str()).collect();
        let expected: Vec<String> = (1..=numbers.len()).map(|number| format!("SAM/{}-{number:04}", year())).collect();
        assert_eq!(numbers, expected);
        assert!(numbers.len() > 20, "{} numbers", numbers.len());
    }

    async fn what_is_numbered_without_gaps_stays(app: App) {
        app.publish(documents()).await;
        let sam = make(&app.admin, "branch", json!({"name": "Samara", "code": "SAM"})).await;
        let invoice = make(&app.admin, "invoice", json!({"branch": sam["id"]})).await;
        assert_eq!(gone(&app.admin, "invoice", &invoice).await.problem(409), ["record.numbered_without_gaps"]);
        assert_eq!(gone(&app.admin, "branch", &sam).await.problem(409), ["record.numbered_without_gaps"], "not with another either");
        let path = format!("/api/records/invoice/{}", invoice["id"].as_str().expect("an id"));
        assert_eq!(app.admin.get(&path).await.expect(200)["number"], invoice["number"]);
        let note = make(&app.admin, "note", json!({})).await;
        gone(&app.admin, "note", &note).await.expect(204);
        assert_eq!(make(&app.admin, "note", json!({})).await["no"], json!("N002"), "elsewhere a number is not given twice");
    }

    async fn a_sequence_follows_a_rename_and_mistakes_are_told(app: App) {
        app.publish(documents()).await;
        let mut branch = app.admin.get("/api/meta/drafts/entity/branch").await.expect(200);
        for key in ["state", "problems"] {
            branch.as_object_mut().expect("a document").remove(key);
        }
        branch["fields"][1]["name"] = json!("short");
        app.publish(json!([branch])).await;
        let invoice = app.admin.get("/api/meta/drafts/entity/invoice").await.expect(200);
        assert_eq!(invoice["fields"][0]["sequence"], json!("(branch.short ?? \"HQ\") + \"/\" + today().year().to_string()"));
        let usage = app.admin.get("/api/meta/drafts/entity/branch/usage").await.expect(200);
        assert!(usage.to_string().contains("/fields/0/sequence"), "{usage:#}");

        let number = |extra: Value| {
            let mut field = json!({"name": "no", "type": "auto_number"});
            field.as_object_mut().expect("a field").extend(extra.as_object().expect("settings").clone());
            json!({"kind": "entity", "name": "paper", "fields": [{"name": "title", "type": "text"}, field, {"name": "lines", "type": "json"}]})
        };
        let put = async |body: Value| app.admin.put("/api/meta/drafts/entity/paper", body).await;
        assert_eq!(put(number(json!({"pattern": "{sequence}-{0}"}))).await.problem(422), ["/fields/1/pattern field.number_without_sequence"]);
        assert_eq!(put(number(json!({"pattern": "{week}-{0}"}))).await.problem(422), ["/fields/1/pattern field.bad_number_pattern"]);
        let unknown = put(number(json!({"sequence": "titel"}))).await.expect(200);
        assert_eq!(unknown["problems"][0]["path"], json!("/fields/1/sequence"), "{unknown:#}");
        let of_no_kind = put(number(json!({"sequence": "lines"}))).await.expect(200);
        assert_eq!(of_no_kind["problems"][0]["code"], json!("field.sequence_of_no_kind"));
        let text = json!({"kind": "entity", "name": "paper", "fields": [{"name": "title", "type": "text", "sequence": "1"}]});
        assert_eq!(put(text).await.problem(422), ["/fields/0/sequence field.option_not_for_type"]);
    }
}
