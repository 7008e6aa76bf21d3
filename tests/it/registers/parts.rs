//! Rows that are brought up to date in part are those that composing all of them gives, whoever wrote what meanwhile.

use std::time::Duration;

use engine::Config;
use futures_util::future::join;
use serde_json::{Value, json};

use super::{composed, made, refresh, rows, status, until};
use crate::stored;
use crate::support::{App, every_database};

/// Datasets of every kind whose rows can be traced, each with a register that follows changes, but not within the test.
fn traced() -> Vec<Value> {
    let datasets = [
        json!({"name": "plain", "parts": [{"entity": "deal", "filter": "stage == \"won\" || total > 10", "values": {"title": "title", "total": "total",
            "net": "net", "region": "company.region.name", "about": "about.as_company.name", "company": "company", "next": "next"}}],
            "fields": [{"name": "title"}, {"name": "total"}, {"name": "net"}, {"name": "region"}, {"name": "about"}, {"name": "company"}, {"name": "next"},
                {"name": "rate", "expression": "company.region.rate"}], "having": "company.name != \"c1\""}),
        json!({"name": "lines", "parts": [{"entity": "deal", "joins": [{"name": "line", "through": "items", "optional": true}, {"name": "tag", "through": "tags", "optional": true}],
            "values": {"title": "title", "price": "line.price", "region": "line.deal.company.region.name", "tag": "tag.name", "weight": "tag.weight"}}],
            "fields": [{"name": "title"}, {"name": "price"}, {"name": "region"}, {"name": "tag"}, {"name": "weight"}]}),
        json!({"name": "below", "parts": [
            {"entity": "deal", "values": {"name": "title", "number": "pieces"}}, {"entity": "tag", "joins": [{"name": "deal", "through": "deals"}], "values": {"name": "deal.company.name", "number": "weight"}},
            {"entity": "company", "values": {"name": "region.name", "number": "won"}}], "fields": [{"name": "name"}, {"name": "number"}]}),
        json!({"name": "pairs", "parts": [{"entity": "company", "joins": [{"name": "tag", "entity": "tag", "on": [{"left": "won", "right": "weight"}]},
            {"name": "other", "entity": "deal", "on": [{"left": "region.name", "right": "company.region.name"}], "optional": true}], "values": {"company": "name", "tag": "tag.name", "other": "other.title"}}],
            "fields": [{"name": "company"}, {"name": "tag"}, {"name": "other"}]}),
        json!({"name": "grouped", "parts": [{"entity": "deal", "values": {"region": "company.region", "stage": "stage", "total": "total", "most": "net"}}],
            "fields": [{"name": "region"}, {"name": "stage"}, {"name": "total", "aggregate": "sum"}, {"name": "most", "aggregate": "max"}, {"name": "deals", "aggregate": "count"},
                {"name": "rate", "expression": "region.rate"}, {"name": "mean", "type": "money", "expression": "total / deals"}], "having": "deals > 1 && region.name != \"r3\""}),
        json!({"name": "gathered", "parts": [
            {"entity": "deal", "joins": [{"name": "line", "through": "items"}], "values": {"name": "company.name", "amount": "line.amount"}},
            {"entity": "tag", "values": {"name": "name", "amount": "total", "weight": "weight"}}],
            "fields": [{"name": "name"}, {"name": "amount", "aggregate": "sum"}, {"name": "lines", "aggregate": "count"}, {"name": "weight", "aggregate": "count_distinct"}]}),
        json!({"name": "totals", "parts": [{"entity": "item", "filter": "deal.stage == \"won\"", "values": {"amount": "amount"}}],
            "fields": [{"name": "lines", "aggregate": "count"}, {"name": "amount", "aggregate": "sum"}]}),
    ];
    let with = |(mut dataset, kind): (Value, &str)| {
        dataset["kind"] = json!(kind);
        dataset
    };
    let kept = datasets.clone().map(|dataset| {
        let name = dataset["name"].as_str().expect("a name");
        json!({"kind": "register", "name": format!("kept_{name}"), "dataset": name, "refresh": {"on_change": "P1D"}})
    });
    datasets.map(|dataset| with((dataset, "dataset"))).into_iter().chain(kept).collect()
}

const NAMES: [&str; 7] = ["plain", "lines", "below", "pairs", "grouped", "gathered", "totals"];

async fn all(app: &App, name: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.admin.get(&format!("/api/records/{name}?limit=500&cursor={cursor}")).await.expect(200);
        found.extend(page["items"].as_array().expect("items").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    found.sort_by_key(|row| row["id"].as_str().expect("an id").to_owned());
    found
}

async fn refreshed(app: &App, name: &str) {
    let job = app.admin.post(&format!("/api/meta/registers/kept_{name}/refresh"), json!({})).await.expect(202);
    let done = app.finish(job["job"].as_str().expect("a job")).await;
    assert_eq!(done["state"], "done", "{name}: {done:#}");
}

/// Brings all registers up to date in part; gives how many rows were composed of each.
async fn all_refreshed(app: &App) -> Vec<i64> {
    for name in NAMES {
        refreshed(app, name).await;
    }
    let found = app.admin.get("/api/meta/registers").await.expect(200);
    let items = found["items"].as_array().expect("items");
    let of =
        |name: &&str| items.iter().find(|it| it["register"]["name"] == format!("kept_{name}")).expect("a register");
    let count = |it: &Value| it["refreshed"]["records"].as_i64().unwrap_or_else(|| panic!("as a whole: {it:#}"));
    NAMES.iter().map(|name| count(of(name))).collect()
}

/// A dataset that cannot be traced, for the reason that the state tells.
async fn reason(app: &App, dataset: Value, more: Value) -> String {
    let name = dataset["name"].as_str().expect("a name").to_owned();
    let mut register = json!({"kind": "register", "name": format!("whole_{name}"), "dataset": name});
    register.as_object_mut().expect("a document").extend(more.as_object().expect("keys").clone());
    app.publish(json!([dataset, register])).await;
    composed(app, &format!("whole_{name}")).await;
    let found = refresh(app, &format!("whole_{name}")).await;
    assert_eq!(found["state"], "done", "{found:#}");
    status(app, &format!("whole_{name}")).await["refreshed"]["whole_because"]["code"]
        .as_str()
        .unwrap_or("in part")
        .to_owned()
}

/// Stops the node and goes on with one that calculates fewer records at once, and may compose for so long.
async fn another(app: &mut App, compose_deadline: Option<Duration>) {
    app.engine.close().await;
    let config = Config { calculated_at_once: Some(2), compose_deadline, ..app.config.clone() };
    (app.engine, app.admin) = app.another_node_with(config).await;
}

fn shouting(formula: &str) -> Value {
    json!({"kind": "entity", "id": "word", "name": "word", "fields": [{"id": "word_title", "name": "title", "type": "text"},
        {"id": "word_loud", "name": "loud", "type": "text", "formula": {"mode": "stored", "expression": formula}}]})
}

every_database! {
    async fn what_a_publish_calculates_reaches_the_rows(app: App) {
        let mut app = app;
        another(&mut app, None).await;
        app.publish(json!([shouting("title.to_upper() + \"?\""),
            {"kind": "dataset", "name": "words", "parts": [{"entity": "word", "values": {"loud": "loud"}}], "fields": [{"name": "loud"}]},
            {"kind": "register", "name": "kept_words", "dataset": "words", "refresh": {"on_change": "PT1S"}}])).await;
        for title in ["a", "b", "c"] {
            made(&app, "word", json!({"title": title})).await;
        }
        let reached = async |wanted: &str| {
            let query = format!("kept_words?filter=loud.ends_with(\"{wanted}\")");
            for _ in 0..1500 {
                if rows(&app.admin, &query).await.len() == 3 { return; }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            panic!("{wanted} is not reached: {:#}", status(&app, "kept_words").await);
        };
        reached("?").await;
        // Three records are more than two: a job calculates them, and nobody is told of them one by one.
        app.publish(json!([shouting("title.to_upper() + \"!\"")])).await;
        reached("!").await;
    }

    async fn composing_ends_in_time(app: App) {
        let mut app = app;
        app.publish(json!([shouting("title"),
            {"kind": "dataset", "name": "words", "parts": [{"entity": "word", "values": {"loud": "loud"}}], "fields": [{"name": "loud"}]}])).await;
        made(&app, "word", json!({"title": "a"})).await;
        another(&mut app, Some(Duration::ZERO)).await;
        app.publish(json!([{"kind": "register", "name": "kept_words", "dataset": "words"}])).await;
        let found = until(&app, "kept_words", |found| found["last"]["state"] == "failed").await;
        assert_eq!((&found["last"]["problems"][0]["code"], &found["as_of"]), (&json!("register.too_long"), &Value::Null), "{found:#}");
        assert!(found["last"]["problems"][0]["message"].as_str().expect("a text").contains("--compose-deadline"), "{found:#}");
    }

    async fn rows_are_composed_as_a_whole_for_a_reason(app: App) {
        app.publish(stored::documents()).await;
        let of = |name: &str, value: &str| json!({"kind": "dataset", "name": name, "parts": [{"entity": "company", "values": {"v": value}}], "fields": [{"name": "v"}]});
        let follows = || json!({"refresh": {"on_change": "P1D"}});
        assert_eq!(reason(&app, of("many", "deals.count()"), follows()).await, "register.whole_many");
        assert_eq!(reason(&app, of("timed", "if today() > date(2020, 1, 1) { name } else { \"\" }"), follows()).await, "register.whole_time");
        assert_eq!(reason(&app, of("simple", "region.name"), json!({})).await, "in part");
        let grouped = json!({"kind": "dataset", "name": "groups", "parts": [{"entity": "company", "values": {"v": "region.name"}}], "fields": [{"name": "v"}, {"name": "n", "aggregate": "count"}]});
        assert_eq!(reason(&app, grouped, json!({})).await, "register.whole_unasked");
        // After a publish all rows are composed once; only then a part is again.
        app.publish(json!([{"kind": "entity", "name": "other", "fields": [{"name": "n", "type": "integer"}]}])).await;
        refresh(&app, "whole_simple").await;
        assert_eq!(status(&app, "whole_simple").await["refreshed"]["whole_because"]["code"], "register.whole_published");
        refresh(&app, "whole_simple").await;
        assert_eq!(status(&app, "whole_simple").await["refreshed"], json!({"records": 0, "whole_because": null}));
    }


    async fn rows_brought_up_to_date_in_part_are_as_from_scratch(app: App) {
        let mut documents = stored::documents();
        documents.as_array_mut().expect("documents").extend(traced());
        app.publish(documents).await;
        for name in NAMES {
            composed(&app, &format!("kept_{name}")).await;
        }
        let mut touched = 0;
        for round in 0..3 {
            // Some are brought up to date while others write, and all of them afterwards.
            let meanwhile = async {
                for at in 0..3 {
                    refreshed(&app, NAMES[(round as usize * 3 + at) % NAMES.len()]).await;
                }
            };
            join(stored::writers::acts(&app.admin, round, 12), meanwhile).await;
            for (name, count) in NAMES.iter().zip(all_refreshed(&app).await) {
                touched += count;
                assert_eq!(all(&app, &format!("kept_{name}")).await, all(&app, name).await, "round {round}: {name}");
            }
        }
        assert!(touched > 100, "something was composed: {touched}");
        let found = status(&app, "kept_lines").await;
        assert_eq!(found["records"], all(&app, "lines").await.len(), "{found}");
        // Nothing changed since, which composes nothing; only the moment is another.
        let before = status(&app, "kept_lines").await["as_of"].clone();
        assert_eq!(all_refreshed(&app).await, [0; 7]);
        assert_ne!(status(&app, "kept_lines").await["as_of"], before);
    }
}
