//! Whatever writers do at a time, and whatever jobs calculate afterwards, each value is as from scratch.

use std::collections::BTreeSet;

use engine::Config;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{change, compare, documents, make};
use crate::access::worlds::questions::Dice;
use crate::support::{App, Client, every_database};

/// A longer run asks for so many rounds: `make soak`.
fn rounds() -> u64 {
    let soak = std::env::var("VERSTAK_SOAK").ok().and_then(|number| number.parse::<u64>().ok());
    soak.map_or(2, |questions| (questions / 1_000).max(2))
}

/// Has six writers at a time do whatever can be done, each so many acts.
pub(crate) async fn acts(client: &Client, round: u64, count: usize) {
    let writers = (0..6_u64).map(|number| async move {
        let dice = Dice((round * 6 + number + 1).wrapping_mul(104_729));
        let mut writer = Writer { client, dice, made: Vec::new(), binned: Vec::new() };
        for entity in ["region", "company", "deal", "tag"] {
            // All writers work on the records that there are.
            let page = client.get(&format!("/api/records/{entity}?select=id&limit=12")).await.expect(200);
            writer.made.extend(page["items"].as_array().expect("items").iter().map(|item| (entity, item.clone())));
        }
        for _ in 0..count {
            writer.act().await;
        }
    });
    join_all(writers).await;
}

/// Waits until no job owes a value; gives how many jobs have calculated some.
async fn settled(app: &App) -> i64 {
    let number = async |text: &str| {
        let statement = sql::Statement::text(text, Vec::new(), vec![sql::ColumnType::Integer]);
        match app.engine.database().fetch(&statement).await.expect("an answer")[0][0] {
            engine::expression::Value::Integer(number) => number,
            _ => panic!("no number"),
        }
    };
    for _ in 0..1500 {
        let open = "SELECT count(*) FROM verstak_job WHERE kind = 'recalculation' AND state IN ('waiting', 'running')";
        if number("SELECT count(*) FROM verstak_owed").await == 0 && number(open).await == 0 {
            return number("SELECT count(*) FROM verstak_job WHERE kind = 'recalculation' AND state = 'done'").await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("something is owed for ever");
}

/// The identity of an entity, or of one of its fields.
pub(super) async fn identity(app: &App, entity: &str, field: &str) -> String {
    let catalog = app.admin.get("/api/meta/catalog").await.expect(200);
    let named = |list: &Value, name: &str| {
        list.as_array().expect("a list").iter().find(|one| one["name"] == name).expect("a name").clone()
    };
    let found = named(&catalog["entities"], entity);
    let found = if field.is_empty() { found } else { named(&found["fields"], field) };
    found["id"].as_str().expect("an id").to_owned()
}

/// Somebody who does whatever can be done to the records there are.
struct Writer<'a> {
    client: &'a Client,
    dice: Dice,
    made: Vec<(&'static str, Value)>,
    binned: Vec<(&'static str, Value)>,
}

impl Writer<'_> {
    fn one(&mut self, entity: &str) -> Value {
        let all: Vec<&Value> = self.made.iter().filter(|(name, _)| *name == entity).map(|(_, record)| record).collect();
        if all.is_empty() || self.dice.one_in(6) { Value::Null } else { all[self.dice.below(all.len())]["id"].clone() }
    }

    fn values(&mut self, entity: &str) -> Value {
        let number = self.dice.below(40);
        match entity {
            "region" => json!({"name": format!("r{number}"), "rate": format!("0.{:02}", number)}),
            "company" => json!({"name": format!("c{number}"), "region": self.one("region")}),
            "tag" => json!({"name": format!("t{number}"), "weight": number}),
            "item" => {
                json!({"price": format!("{number}.{number:02}"), "quantity": self.dice.below(4), "deal": self.one("deal")})
            }
            _ => {
                let tags: BTreeSet<String> =
                    (0..self.dice.below(3)).filter_map(|_| self.one("tag").as_str().map(str::to_owned)).collect();
                let about = match self.one("company") {
                    Value::Null => Value::Null,
                    id => json!({"entity": "company", "id": id}),
                };
                json!({"title": format!("d{number}"), "stage": if number.is_multiple_of(2) { "won" } else { "new" }, "company": self.one("company"), "tags": tags, "about": about})
            }
        }
    }

    /// Does one act; what another was faster with is refused, which is as well.
    async fn act(&mut self) {
        let entity = self.dice.pick(&["region", "company", "deal", "deal", "item", "item", "item", "tag"]);
        let entity =
            ["region", "company", "deal", "item", "tag"].into_iter().find(|name| *name == entity).expect("one of them");
        let there: Vec<Value> =
            self.made.iter().filter(|(name, _)| *name == entity).map(|(_, record)| record.clone()).collect();
        match self.dice.below(10) {
            0..=3 => {
                let values = self.values(entity);
                let answer = self.client.post(&format!("/api/records/{entity}"), values).await;
                if answer.status == 201 {
                    self.made.push((entity, answer.body));
                }
            }
            4..=7 if !there.is_empty() => {
                let record = there[self.dice.below(there.len())]["id"].as_str().expect("an id").to_owned();
                let path = format!("/api/records/{entity}/{record}");
                let mut values = self.values(entity);
                values["version"] = self.client.get(&path).await.body["version"].clone();
                let answer = self.client.send(self.client.request(reqwest::Method::PATCH, &path).json(&values)).await;
                assert!(!answer.status.is_server_error(), "{:#}", answer.body);
            }
            8 if !there.is_empty() => {
                let record = there[self.dice.below(there.len())].clone();
                let path = format!("/api/records/{entity}/{}", record["id"].as_str().expect("an id"));
                let answer = self.client.send(self.client.request(reqwest::Method::DELETE, &path)).await;
                assert!(!answer.status.is_server_error(), "{:#}", answer.body);
                if answer.status == 204 {
                    self.made.retain(|(_, known)| known["id"] != record["id"]);
                    self.binned.push((entity, record));
                }
            }
            _ if !self.binned.is_empty() => {
                let (entity, record) = self.binned.swap_remove(self.dice.below(self.binned.len()));
                let path = format!("/api/records/{entity}/{}/restore", record["id"].as_str().expect("an id"));
                let answer = self.client.post(&path, json!({})).await;
                assert!(!answer.status.is_server_error(), "{:#}", answer.body);
                if answer.status == 200 {
                    self.made.push((entity, record));
                }
            }
            _ => {}
        }
    }
}

/// Acts of each writer in the ordinary run.
const ACTS: usize = 60;

every_database! {
    async fn any_acts_of_writers_at_a_time_leave_the_values_as_from_scratch(app: App) {
        app.publish(documents()).await;
        for round in 0..rounds() {
            acts(&app.admin, round, ACTS).await;
            compare(&app, &documents(), &format!("round {round}")).await;
        }
        let deals = app.admin.get("/api/records/deal?count=exact&limit=1").await.expect(200)["count"].as_u64();
        assert!(deals > Some(20), "the writers did something: {deals:?}");
    }

    async fn what_jobs_calculate_after_any_acts_is_as_from_scratch(app: App) {
        app.publish(documents()).await;
        let config = Config { calculated_at_once: Some(2), ..app.config.clone() };
        let (engine, client) = app.another_node_with(config).await;
        for round in 0..rounds() {
            acts(&client, round, ACTS).await;
            let jobs = settled(&app).await;
            assert!(round == 0 || jobs > 0, "nothing was left to a job");
            compare(&app, &documents(), &format!("round {round}")).await;
        }
        engine.close().await;
    }

    async fn a_change_of_many_is_told_while_a_job_calculates_it(app: App) {
        app.publish(documents()).await;
        let region = make(&app.admin, "region", json!({"name": "R", "rate": "0.10"})).await;
        let company = make(&app.admin, "company", json!({"name": "C", "region": region["id"]})).await;
        for number in 0..30 {
            make(&app.admin, "deal", json!({"title": format!("d{number}"), "company": company["id"], "items": [{"price": "10", "quantity": 1}]})).await;
        }
        let config = Config { calculated_at_once: Some(10), ..app.config.clone() };
        let (engine, client) = app.another_node_with(config).await;
        change(&client, "region", &region, json!({"rate": "0.50"})).await;
        assert_eq!(settled(&app).await, 1, "one way, one job");
        compare(&app, &documents(), "a rate of thirty deals").await;
        let deals = app.admin.get("/api/records/deal?select=net,version,_pending&limit=1").await;
        deals.expect(400);
        // The other node has done it: this one hears of its end within a second or two.
        let mut deals = Value::Null;
        for _ in 0..500 {
            deals = app.admin.get("/api/records/deal?select=net,version&limit=1").await.expect(200);
            if deals["items"][0].get("_pending").is_none() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(deals["items"], json!([{"net": "5.00", "version": 1}]), "calculated, by nobody's change, and told as such no more");
        // A few are calculated at once.
        let other = make(&client, "company", json!({"name": "D", "region": region["id"]})).await;
        make(&client, "deal", json!({"title": "x", "company": other["id"]})).await;
        change(&client, "company", &other, json!({"name": "E"})).await;
        assert_eq!(settled(&app).await, 1, "no other job");

        // What is owed is told by every node of those fields, to those who may read them.
        app.run("INSERT INTO verstak_owed (job, entity, field) SELECT id, 'ENTITY', 'FIELD' FROM verstak_job LIMIT 1".replace("ENTITY", &identity(&app, "deal", "").await).replace("FIELD", &identity(&app, "deal", "net").await).as_str()).await;
        for node in [&app.admin, &client] {
            let mut told = Value::Null;
            for _ in 0..500 {
                let list = node.get("/api/records/deal?select=title,net&limit=1&sort=title").await.expect(200);
                told = list["items"][0]["_pending"].clone();
                if !told.is_null() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            assert_eq!(told, json!(["net"]), "a node hears of it within a second or two");
            let path = format!("/api/records/deal/{}", node.get("/api/records/deal?select=id&limit=1").await.expect(200)["items"][0]["id"].as_str().expect("an id"));
            assert_eq!(node.get(&path).await.expect(200)["_pending"], json!(["net"]));
            assert!(node.get("/api/records/deal?select=title&limit=1").await.expect(200)["items"][0].get("_pending").is_none());
            assert!(node.get("/api/records/company?limit=1").await.expect(200)["items"][0].get("_pending").is_none());
        }
        engine.close().await;
    }

    async fn writers_at_a_time_add_up(app: App) {
        let documents = documents();
        app.publish(documents.clone()).await;
        let region = make(&app.admin, "region", json!({"name": "R"})).await;
        let company = make(&app.admin, "company", json!({"name": "C", "region": region["id"]})).await;
        let deal = make(&app.admin, "deal", json!({"title": "D", "stage": "won", "company": company["id"]})).await;
        let add = |number: u64| {
            let (client, deal, company) = (&app.admin, &deal, &company);
            async move {
                for at in 0..5 {
                    make(client, "item", json!({"deal": deal["id"], "price": "1.10", "quantity": 1})).await;
                    make(client, "deal", json!({"title": format!("{number}.{at}"), "stage": "won", "company": company["id"], "items": [{"price": "2", "quantity": 1}]})).await;
                }
            }
        };
        join_all((0..16).map(add)).await;
        let region = app.admin.get(&format!("/api/records/region/{}", region["id"].as_str().expect("an id"))).await.expect(200);
        assert_eq!((&region["total"], &region["count"]), (&json!("248.00"), &json!(81)));
        compare(&app, &documents, "sixteen writers").await;
    }
}
