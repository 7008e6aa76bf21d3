//! Stored formulas: whatever is done to the records that they are made of, each has the value that a calculation from scratch
//! gives.

use std::collections::BTreeSet;

use engine::Config;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::access::worlds::questions::Dice;
use crate::support::{App, Client, every_database};

fn stored(expression: &str) -> Value {
    json!({"mode": "stored", "expression": expression})
}

/// Regions of companies, their deals with lines and tags: roll-ups over roll-ups, along links and many-to-many relations.
fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "region", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "rate", "type": "decimal", "scale": 2},
            {"name": "total", "type": "money", "formula": stored("companies.sum(|c| c.total)")},
            {"name": "count", "type": "integer", "formula": stored("companies.sum(|c| c.deals.count())")}]},
        {"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "region", "type": "link", "target": "region", "inverse": "companies"},
            {"name": "total", "type": "money", "formula": stored("deals.filter(|d| d.stage == \"won\").sum(|d| d.total)")},
            {"name": "first", "type": "text", "formula": stored("deals.first(|d| d.total > 0).title")},
            {"name": "mean", "type": "decimal", "scale": 4, "formula": stored("deals.avg(|d| d.total)")},
            {"name": "least", "type": "money", "formula": stored("deals.min(|d| d.total)")},
            {"name": "big", "type": "boolean", "formula": stored("deals.any(|d| d.total > 100)")},
            {"name": "all_won", "type": "boolean", "formula": stored("deals.all(|d| d.stage == \"won\")")}]},
        {"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"}, {"name": "stage", "type": "choice", "default": "new", "choices": [{"value": "new"}, {"value": "won"}]},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals", "on_delete": "set_empty"},
            {"name": "tags", "type": "links", "target": "tag", "inverse": "deals"},
            {"name": "about", "type": "any_link", "targets": ["company", "tag"], "inverse": "mentions"},
            {"name": "items", "type": "children", "target": "item", "inverse": "deal"},
            {"name": "total", "type": "money", "formula": stored("items.sum(|i| i.amount)")},
            {"name": "net", "type": "money", "formula": stored("total * (1 - (company.region.rate ?? 0))")},
            {"name": "weight", "type": "integer", "formula": stored("tags.sum(|t| t.weight)")},
            {"name": "next", "type": "money", "formula": {"mode": "dynamic", "expression": "total + 1"}},
            {"name": "twice", "type": "money", "formula": stored("next * 2")},
            {"name": "shout", "type": "text", "formula": stored("title.to_upper()")},
            {"name": "place", "type": "text", "formula": stored("about.as_company.name + \"/\" + company.name")}],
         "indexes": [["total"]], "rules": [{"name": "small", "when": "total > 1000000", "message": {"en": "Too big"}}]},
        {"kind": "entity", "name": "item", "fields": [
            {"name": "price", "type": "money"}, {"name": "quantity", "type": "integer"},
            {"name": "amount", "type": "money", "formula": stored("price * quantity")}]},
        {"kind": "entity", "name": "tag", "title": "name", "fields": [
            {"name": "name", "type": "text"}, {"name": "weight", "type": "integer"},
            {"name": "count", "type": "integer", "formula": stored("deals.count()")},
            {"name": "total", "type": "money", "formula": stored("deals.sum(|d| d.total)")},
            {"name": "mentioned", "type": "integer", "formula": stored("mentions.count()")}]}
    ])
}

/// Compares each stored formula of each record with what its expression gives when it is asked for.
async fn compare(app: &App, documents: &Value, after: &str) {
    let mut wrong = Vec::new();
    for document in documents.as_array().expect("documents").iter().filter(|document| document["kind"] == "entity") {
        let is_stored = |field: &&Value| field["formula"]["mode"] == "stored";
        let fields: Vec<&Value> = document["fields"].as_array().expect("fields").iter().filter(is_stored).collect();
        let mut select = vec![json!("id")];
        for field in &fields {
            let expression = field["formula"]["expression"].as_str().expect("an expression");
            let scale = field["scale"].as_i64().unwrap_or(2);
            let expression = match field["type"].as_str() {
                Some("money" | "decimal") => format!("round({expression}, {scale})"),
                _ => expression.to_owned(),
            };
            select.push(field["name"].clone());
            let name = format!("asked_{}", field["name"].as_str().expect("a name"));
            select.push(json!({"name": name, "expression": expression}));
        }
        let name = document["name"].as_str().expect("a name");
        let body = json!({"select": select, "limit": 5000});
        let page = app.admin.post(&format!("/api/records/{name}/query"), body).await.expect(200);
        for item in page["items"].as_array().expect("items") {
            for field in &fields {
                let field = field["name"].as_str().expect("a name");
                let plain = |value: &Value| match value.as_str() {
                    Some(text) if text.contains('.') && text.parse::<f64>().is_ok() => {
                        text.trim_end_matches('0').trim_end_matches('.').to_owned()
                    }
                    Some(text) => text.to_owned(),
                    None => value.to_string(),
                };
                let (kept, asked) = (plain(&item[field]), plain(&item[format!("asked_{field}").as_str()]));
                // Empty text is no value where it is kept.
                if kept != asked && !(kept == "null" && asked.is_empty()) {
                    wrong.push(format!("{name}.{field}: {kept}, not {asked}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "after {after}: {wrong:#?}");
}

async fn make(client: &Client, entity: &str, values: Value) -> Value {
    client.post(&format!("/api/records/{entity}"), values).await.expect(201)
}

async fn change(client: &Client, entity: &str, record: &Value, mut values: Value) -> Value {
    let path = format!("/api/records/{entity}/{}", record["id"].as_str().expect("an id"));
    values["version"] = client.get(&path).await.expect(200)["version"].clone();
    let request = client.request(reqwest::Method::PATCH, &path).json(&values);
    client.send(request).await.expect(200)
}

async fn remove(client: &Client, entity: &str, record: &Value) {
    let path = format!("/api/records/{entity}/{}", record["id"].as_str().expect("an id"));
    client.send(client.request(reqwest::Method::DELETE, &path)).await.expect(204);
}

async fn bring_back(client: &Client, entity: &str, record: &Value) {
    let path = format!("/api/records/{entity}/{}/restore", record["id"].as_str().expect("an id"));
    client.post(&path, json!({})).await.expect(200);
}

/// A longer run asks for so many rounds: `make soak`.
fn rounds() -> u64 {
    let soak = std::env::var("VERSTAK_SOAK").ok().and_then(|number| number.parse::<u64>().ok());
    soak.map_or(2, |questions| (questions / 1_000).max(2))
}

/// Has six writers at a time do whatever can be done.
async fn acts(client: &Client, round: u64) {
    let writers = (0..6_u64).map(|number| async move {
        let dice = Dice((round * 6 + number + 1).wrapping_mul(104_729));
        let mut writer = Writer { client, dice, made: Vec::new(), binned: Vec::new() };
        for entity in ["region", "company", "deal", "tag"] {
            // All writers work on the records that there are.
            let page = client.get(&format!("/api/records/{entity}?select=id&limit=12")).await.expect(200);
            writer.made.extend(page["items"].as_array().expect("items").iter().map(|item| (entity, item.clone())));
        }
        for _ in 0..ACTS {
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
async fn identity(app: &App, entity: &str, field: &str) -> String {
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
    async fn values_follow_whatever_they_are_made_of(app: App) {
        let documents = documents();
        app.publish(documents.clone()).await;
        let (one, two) = (make(&app.admin, "region", json!({"name": "R1", "rate": "0.10"})).await, make(&app.admin, "region", json!({"name": "R2"})).await);
        let (north, south) = (make(&app.admin, "company", json!({"name": "North", "region": one["id"]})).await, make(&app.admin, "company", json!({"name": "South", "region": two["id"]})).await);
        let (red, blue) = (make(&app.admin, "tag", json!({"name": "red", "weight": 3})).await, make(&app.admin, "tag", json!({"name": "blue", "weight": 4})).await);
        let deal = make(&app.admin, "deal", json!({
            "title": "чай", "stage": "won", "company": north["id"], "tags": [red["id"], blue["id"]], "about": {"entity": "company", "id": south["id"]},
            "items": [{"price": "10.55", "quantity": 3}, {"price": "1", "quantity": 2}]})).await;
        // The answer to the save has the values that the save gave.
        let told = ["total", "net", "weight", "next", "twice", "shout", "place"].map(|name| deal[name].clone());
        assert_eq!(told, [json!("33.65"), json!("30.29"), json!(7), json!("34.65"), json!("69.30"), json!("ЧАЙ"), json!("South/North")]);
        let other = make(&app.admin, "deal", json!({"title": "other", "company": north["id"], "tags": [red["id"]], "items": [{"price": "100", "quantity": 2}]})).await;
        compare(&app, &documents, "making").await;
        let region = app.admin.get(&format!("/api/records/region/{}", one["id"].as_str().expect("an id"))).await.expect(200);
        assert_eq!((&region["total"], &region["count"], &region["version"]), (&json!("33.65"), &json!(2), &json!(1)), "nobody changed it");
        // A list has them beside what people write, in the order of an index.
        let list = app.admin.get("/api/records/deal?sort=-total").await.expect(200);
        assert_eq!((&list["items"][0]["total"], &list["items"][0]["next"]), (&json!("200.00"), &Value::Null));

        let line = app.admin.get(&format!("/api/records/deal/{}", deal["id"].as_str().expect("an id"))).await.expect(200)["items"][0].clone();
        change(&app.admin, "item", &line, json!({"quantity": 30})).await;
        compare(&app, &documents, "a line").await;
        change(&app.admin, "deal", &deal, json!({"stage": "new"})).await;
        compare(&app, &documents, "a stage").await;
        change(&app.admin, "deal", &other, json!({"stage": "won", "company": south["id"]})).await;
        compare(&app, &documents, "a move to another parent").await;
        change(&app.admin, "company", &south, json!({"region": one["id"], "name": "Sud"})).await;
        compare(&app, &documents, "a move in the middle").await;
        change(&app.admin, "region", &one, json!({"rate": "0.5"})).await;
        compare(&app, &documents, "what many link to").await;
        change(&app.admin, "tag", &red, json!({"weight": 10})).await;
        change(&app.admin, "deal", &deal, json!({"tags": [blue["id"]], "about": {"entity": "tag", "id": red["id"]}})).await;
        compare(&app, &documents, "many to many").await;
        remove(&app.admin, "deal", &other).await;
        compare(&app, &documents, "a deletion").await;
        bring_back(&app.admin, "deal", &other).await;
        compare(&app, &documents, "a restoration").await;
        remove(&app.admin, "tag", &blue).await;
        remove(&app.admin, "company", &south).await;
        compare(&app, &documents, "deletions that empty links").await;
        bring_back(&app.admin, "tag", &blue).await;
        bring_back(&app.admin, "company", &south).await;
        compare(&app, &documents, "restorations").await;
        let batch = json!({"operations": [
            {"op": "create", "entity": "deal", "values": {"title": "b", "company": north["id"], "stage": "won"}},
            {"op": "create", "entity": "item", "values": {"deal": "$0", "price": "5", "quantity": 5}},
            {"op": "create", "entity": "item", "values": {"deal": "$0", "price": "7", "quantity": 1}},
            {"op": "delete", "entity": "item", "id": line["id"]}]});
        app.admin.post("/api/records/batch", batch).await.expect(200);
        compare(&app, &documents, "a batch").await;
        // A rule sees what the save makes of the value, and a refused save leaves everything as it was.
        let deal = app.admin.get(&format!("/api/records/deal/{}", other["id"].as_str().expect("an id"))).await.expect(200);
        let big = json!({"version": deal["version"], "items": [{"price": "999999", "quantity": 2}]});
        let request = app.admin.request(reqwest::Method::PATCH, &format!("/api/records/deal/{}", other["id"].as_str().expect("an id"))).json(&big);
        assert_eq!(app.admin.send(request).await.problem(422), ["record.rule"]);
        compare(&app, &documents, "a refusal").await;
        // A file of lines is as good as lines one by one, and taken back as well.
        let file = format!("deal,price,quantity\n{0},1.50,2\n{0},2.25,4\n", other["id"].as_str().expect("an id"));
        let part = reqwest::multipart::Part::bytes(file.into_bytes()).file_name("items.csv");
        let form = reqwest::multipart::Form::new().text("entity", "item").part("file", part);
        let started = app.admin.send(app.admin.request(reqwest::Method::POST, "/api/imports").multipart(form)).await.expect(202);
        let job = started["id"].as_str().expect("a job").to_owned();
        assert_eq!(app.finish(&job).await["state"], "done");
        compare(&app, &documents, "an import").await;
        let undone = app.admin.post(&format!("/api/imports/{job}/undo"), json!({})).await;
        assert!(undone.status.is_success(), "{:#}", undone.body);
        if let Some(job) = undone.body["id"].as_str() {
            app.finish(job).await;
        }
        compare(&app, &documents, "an import taken back").await;
        // Nobody writes what is calculated.
        let written = make(&app.admin, "region", json!({"name": "R3"})).await;
        let request = app.admin.request(reqwest::Method::PATCH, &format!("/api/records/region/{}", written["id"].as_str().expect("an id"))).json(&json!({"total": "5", "version": 1}));
        assert_eq!(app.admin.send(request).await.problem(422), ["/total record.read_only_field"]);
        let history = app.admin.get(&format!("/api/records/region/{}/history", one["id"].as_str().expect("an id"))).await.expect(200);
        assert_eq!(history["items"].as_array().map(Vec::len), Some(2), "what follows is no change of the record: {history:#}");
        let (engine, client) = app.another_node().await;
        assert_eq!(client.get(&format!("/api/records/region/{}", one["id"].as_str().expect("an id"))).await.expect(200)["count"], 2);
        engine.close().await;
    }

    async fn any_acts_of_writers_at_a_time_leave_the_values_as_from_scratch(app: App) {
        app.publish(documents()).await;
        for round in 0..rounds() {
            acts(&app.admin, round).await;
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
            acts(&client, round).await;
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

    async fn a_value_is_as_hidden_as_what_it_is_made_of(app: App) {
        let open = json!({"mode": "stored", "expression": "deals.sum(|d| d.amount)", "open": true});
        let documents = json!([
            {"kind": "entity", "name": "company", "title": "name", "fields": [
                {"name": "name", "type": "text"},
                {"name": "won", "type": "money", "formula": stored("deals.sum(|d| d.amount)")},
                {"name": "told", "type": "money", "formula": open},
                {"name": "twice", "type": "money", "formula": stored("won * 2")},
                {"name": "more", "type": "money", "formula": {"mode": "dynamic", "expression": "won + 1"}},
                {"name": "shown", "type": "money", "formula": stored("told * 2")},
                {"name": "number", "type": "integer", "formula": stored("deals.count()")}]},
            {"kind": "entity", "name": "deal", "title": "title", "fields": [
                {"name": "title", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "cost", "type": "money"},
                {"name": "company", "type": "link", "target": "company", "inverse": "deals"},
                {"name": "gain", "type": "money", "formula": stored("amount - cost")},
                {"name": "of", "type": "text", "formula": stored("company.name")}]},
            {"kind": "role", "name": "all", "rights": ["use"], "entities": {"*": {"read": true}}},
            {"kind": "role", "name": "own", "rights": ["use"], "entities": {"company": {"read": true}, "deal": {"read": "owner == user"}}},
            {"kind": "role", "name": "no_cost", "rights": ["use"], "entities": {"company": {"read": true}, "deal": {"read": true, "fields": {"cost": "none"}}}},
            {"kind": "role", "name": "closed", "rights": ["use"], "entities": {"company": {"read": true}}}
        ]);
        app.admin.put("/api/meta/drafts", documents).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let opened = plan["warnings"].as_array().expect("warnings").iter().filter(|it| it["code"] == "plan.opens_formula").count();
        assert_eq!(opened, 1, "{plan:#}");
        app.publish_draft().await;
        let company = make(&app.admin, "company", json!({"name": "Acme"})).await;
        let path = format!("/api/records/company/{}", company["id"].as_str().expect("an id"));
        let all = app.user("all@example.com", &["all"]).await;
        let own = app.user("own@example.com", &["own"]).await;
        let no_cost = app.user("no_cost@example.com", &["no_cost"]).await;
        let closed = app.user("closed@example.com", &["closed"]).await;
        let me = own.get("/api/auth/me").await.expect(200)["user"]["id"].clone();
        make(&app.admin, "deal", json!({"title": "theirs", "amount": "100", "cost": "40", "company": company["id"]})).await;
        let mine = make(&app.admin, "deal", json!({"title": "mine", "amount": "10", "cost": "4", "company": company["id"], "owner": me})).await;
        let mine = format!("/api/records/deal/{}", mine["id"].as_str().expect("an id"));

        const OF_COMPANY: [&str; 6] = ["won", "told", "twice", "more", "shown", "number"];
        for (client, seen) in [
            (&all, &["won", "told", "twice", "more", "shown", "number"][..]),
            (&no_cost, &["won", "told", "twice", "more", "shown", "number"]),
            (&own, &["told", "shown"]),
            (&closed, &["told", "shown"]),
        ] {
            let record = client.get(&path).await.expect(200);
            let shown: Vec<&str> = OF_COMPANY.into_iter().filter(|name| record.get(name).is_some()).collect();
            assert_eq!(shown, seen);
            assert_eq!((&record["told"], &record["shown"]), (&json!("110.00"), &json!("220.00")));
            let catalog = client.get("/api/meta/catalog").await.expect(200);
            let entity = catalog["entities"].as_array().expect("entities").iter().find(|it| it["name"] == "company").expect("it").clone();
            let fields = entity["fields"].as_array().expect("fields");
            let known: Vec<&str> = OF_COMPANY.into_iter().filter(|name| fields.iter().any(|field| field["name"] == *name)).collect();
            assert_eq!(known, seen);
            let told = fields.iter().find(|field| field["name"] == "told").expect("the field");
            // What an open one is made of is told to those who may know it.
            assert_eq!(told.get("formula").is_some(), !std::ptr::eq(client, &closed));
            for name in OF_COMPANY.into_iter().filter(|name| !seen.contains(name)) {
                for query in [format!("filter={name}%20%3E%200"), format!("sort={name}"), format!("select={name}")] {
                    client.get(&format!("/api/records/company?{query}")).await.expect(400);
                }
                let body = json!({"measures": [{"name": "m", "expression": format!("sum({name})")}]});
                client.post("/api/records/company/aggregate", body).await.expect(400);
            }
        }
        // Of its own record a value is as open as the fields that it reads, record by record.
        assert_eq!(own.get(&mine).await.expect(200)["gain"], "6.00");
        assert_eq!(own.get("/api/records/deal?select=title,gain,of&count=exact").await.expect(200)["items"], json!([{"title": "mine", "gain": "6.00", "of": "Acme"}]));
        assert_eq!(no_cost.get(&mine).await.expect(200).get("gain"), None);
        no_cost.get("/api/records/deal?sort=gain").await.expect(400);
        closed.get(&mine).await.expect(404);
    }

    async fn a_publish_calculates_what_means_something_else(app: App) {
        let thing = |extra: Value| {
            let mut fields = vec![json!({"name": "name", "type": "text"}), json!({"name": "price", "type": "text"}), json!({"name": "up", "type": "link", "target": "thing", "inverse": "down"})];
            fields.extend(extra.as_array().cloned().unwrap_or_default());
            json!([{"kind": "entity", "name": "thing", "title": "name", "fields": fields, "indexes": []}])
        };
        app.publish(thing(json!([]))).await;
        let top = make(&app.admin, "thing", json!({"name": "top", "price": "1"})).await;
        for number in 0..3 {
            make(&app.admin, "thing", json!({"name": format!("n{number}"), "price": format!("{number}.5"), "up": top["id"]})).await;
        }
        let fields = |mode: &str| json!([
            {"name": "size", "type": "integer", "formula": {"mode": mode, "expression": "price.len()"}},
            {"name": "sizes", "type": "integer", "formula": {"mode": "stored", "expression": "down.sum(|d| d.size)"}}]);
        let document = async |extra: Value| {
            let mut next = thing(extra).as_array().expect("documents")[0].clone();
            let known = app.admin.get("/api/meta/drafts/entity/thing").await.expect(200);
            for field in next["fields"].as_array_mut().expect("fields") {
                let same = known["fields"].as_array().expect("fields").iter().find(|it| it["name"] == field["name"]);
                if let Some(same) = same {
                    field["id"] = same["id"].clone();
                }
            }
            next
        };
        let sizes = async || app.admin.get(&format!("/api/records/thing/{}", top["id"].as_str().expect("an id"))).await.expect(200)["sizes"].clone();
        app.admin.put("/api/meta/drafts", json!([document(fields("stored")).await])).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let steps: Vec<(&str, i64)> = plan["steps"].as_array().expect("steps").iter().filter(|step| step["code"] == "plan.calculate").map(|step| (step["summary"].as_str().expect("a text"), step["rows_affected"].as_i64().expect("rows"))).collect();
        assert_eq!(steps, [("Calculate “Thing › Size” for the records there are", 4), ("Calculate “Thing › Sizes” for the records there are", 4)]);
        app.publish_draft().await;
        assert_eq!(sizes().await, 9);
        // Nothing is calculated again that means what it meant.
        let mut noted = document(fields("stored")).await;
        noted["description"] = json!({"en": "Things"});
        app.admin.put("/api/meta/drafts", json!([noted])).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        assert!(plan["steps"].as_array().expect("steps").iter().all(|step| step["code"] != "plan.calculate"), "{plan:#}");
        app.publish_draft().await;
        // From stored to calculated when it is read and back, and with another meaning.
        for mode in ["dynamic", "stored"] {
            app.admin.put("/api/meta/drafts", json!([document(fields(mode)).await])).await.expect(200);
            app.publish_draft().await;
            assert_eq!(sizes().await, 9);
            make(&app.admin, "thing", json!({"name": "one more", "price": "", "up": top["id"]})).await;
            assert_eq!(sizes().await, 9);
        }
        let mut changed = fields("stored");
        changed[0]["formula"]["expression"] = json!("if price == () { 1 } else { price.len() + 1 }");
        app.admin.put("/api/meta/drafts", json!([document(changed).await])).await.expect(200);
        app.publish_draft().await;
        assert_eq!(sizes().await, 14);

        // Many records are calculated by a job.
        for part in 0..11 {
            let operations: Vec<Value> = (0..1000).map(|at| json!({"op": "create", "entity": "thing", "values": {"name": format!("{part}.{at}"), "price": "4"}})).collect();
            app.admin.post("/api/records/batch", json!({"operations": operations})).await.expect(200);
        }
        let mut changed = fields("stored");
        changed[0]["formula"]["expression"] = json!("if price == () { 2 } else { price.len() + 2 }");
        app.admin.put("/api/meta/drafts", json!([document(changed).await])).await.expect(200);
        let plan = app.admin.post("/api/meta/plan", json!({})).await.expect(200);
        let begun = app.admin.post("/api/meta/publish", json!({"plan_id": plan["plan_id"]})).await.expect(202);
        assert_eq!(app.finish(begun["job"].as_str().expect("a job")).await["state"], "done");
        assert_eq!(sizes().await, 19);
        let sum = json!({"measures": [{"name": "sum", "expression": "sum(size)"}]});
        assert_eq!(app.admin.post("/api/records/thing/aggregate", sum).await.expect(200)["items"][0]["sum"], 11_000 * 3 + 19 + 3);
    }

    async fn what_cannot_be_stored_is_told(app: App) {
        let thing = |formula: Value, more: Value| {
            let mut document = json!({"kind": "entity", "name": "thing", "fields": [
                {"name": "on", "type": "date"}, {"name": "n", "type": "integer"}, {"name": "up", "type": "link", "target": "thing", "inverse": "down"},
                {"name": "f", "type": "integer", "formula": formula}]});
            document.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
            json!([document])
        };
        let problems = async |documents: Value| {
            let answer = app.admin.put("/api/meta/drafts", documents).await;
            if answer.status == 422 {
                return answer.problem(422);
            }
            app.admin.post("/api/meta/plan", json!({})).await.problem(422)
        };
        let around = "/fields/3/formula/expression formula.stored_looks_around";
        assert_eq!(problems(thing(stored("today().year()"), json!({}))).await, [around]);
        assert_eq!(problems(thing(stored("if user.name == \"x\" { 1 } else { 2 }"), json!({}))).await, [around]);
        let open = json!({"mode": "dynamic", "expression": "n + 1", "open": true});
        assert_eq!(problems(thing(open, json!({}))).await, ["/fields/3/formula/open formula.open_dynamic"]);
        assert_eq!(problems(thing(stored("down.sum(|d| d.f)"), json!({}))).await, ["/fields/3/formula/expression formula.circle"]);
        assert_eq!(problems(thing(stored("n + 1"), json!({"unique": [["f"]]}))).await, ["/unique/0/0 field.calculated_not_unique"]);
        assert_eq!(problems(thing(stored("n + 1"), json!({"title": "f"}))).await, ["/title entity.calculated_title"]);
        let dynamic = json!({"mode": "dynamic", "expression": "n + 1"});
        assert_eq!(problems(thing(dynamic, json!({"indexes": [["f"]]}))).await, ["/indexes/0/0 field.calculated_not_indexable"]);
        app.publish(thing(stored("n + 1"), json!({"indexes": [["f"]]}))).await;
        assert_eq!(make(&app.admin, "thing", json!({"n": i64::MAX})).await["f"], Value::Null, "what overflows is empty");
    }
}
