//! What people do until the program dies, and what it told them.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::program::Program;
use crate::support::{Answer, Client};

/// Names of the tags that every order has.
pub(super) const TAGS: [&str; 2] = ["red", "blue"];

/// An entity of these fields.
pub(super) fn entity(name: &str, fields: &Value) -> Value {
    json!({"kind": "entity", "name": name, "fields": fields})
}

/// Orders with lines, tags and a file; with a rank in the next revision.
pub(super) fn order(ranked: bool) -> Value {
    let mut fields = vec![
        json!({"name": "title", "type": "text", "required": true, "unique": true}),
        json!({"name": "quantity", "type": "integer"}),
        json!({"name": "tags", "type": "links", "target": "tag"}),
        json!({"name": "lines", "type": "children", "target": "line", "inverse": "order"}),
        json!({"name": "attachment", "type": "file"}),
        json!({"name": "count", "type": "integer", "formula": {"mode": "stored", "expression": "lines.count()"}}),
    ];
    if ranked {
        fields.push(json!({"name": "rank", "type": "integer", "default": 7}));
    }
    json!({"kind": "entity", "name": "order", "title": "title", "fields": fields})
}

/// Many rows, all of one tag, and what is made of its name.
pub(super) fn bulk(kind: &str) -> Value {
    let shout = json!({"mode": "stored", "expression": "tag.name.to_upper()"});
    let tag = json!({"name": "tag", "type": "link", "target": "tag", "on_delete": "set_empty"});
    entity("bulk", &json!([{"name": "code", "type": kind}, tag, {"name": "shout", "type": "text", "formula": shout}]))
}

/// The documents of the workspace.
pub(super) fn documents() -> Value {
    json!([
        {"kind": "entity", "name": "tag", "title": "name", "fields": [{"name": "name", "type": "text", "required": true}]},
        order(false),
        entity("line", &json!([
            {"name": "order", "type": "link", "target": "order", "required": true, "on_delete": "cascade"},
            {"name": "text", "type": "text"}])),
        bulk("text"),
    ])
}

/// Puts documents into the draft and publishes them; `None` when the program died.
pub(super) async fn publish(program: &Program<'_>, documents: Value) -> Option<Value> {
    let admin = &program.admin;
    let mut known = documents;
    for document in known.as_array_mut().expect("documents") {
        // What is there already is changed: its fields are known by their identities.
        let path = format!("/api/meta/drafts/entity/{}", document["name"].as_str().expect("a name"));
        let there = admin.get(&path).await;
        if there.status == 200 {
            join(document, &there.body);
        }
    }
    admin.put("/api/meta/drafts", known).await.expect(200);
    let plan = admin.post("/api/meta/plan", json!({})).await.expect(200);
    let body = json!({"plan_id": plan["plan_id"], "allow_destructive": true});
    let answer = admin.attempt(admin.request(Method::POST, "/api/meta/publish").json(&body)).await?;
    assert!(answer.status.is_success(), "{:#}", answer.body);
    Some(answer.body)
}

fn join(document: &mut Value, there: &Value) {
    document["id"] = there["id"].clone();
    for field in document["fields"].as_array_mut().expect("fields") {
        let same = there["fields"].as_array().into_iter().flatten().find(|known| known["name"] == field["name"]);
        if let Some(id) = same.and_then(|known| known.get("id")) {
            field["id"] = id.clone();
        }
    }
}

/// Imports so many tags and waits until it is done or the program is gone; gives the job.
pub(super) async fn import(program: &Program<'_>, rows: usize) -> String {
    let lines: String = (0..rows).map(|at| format!("imported {at}\n")).collect();
    let file = reqwest::multipart::Part::bytes(format!("name\n{lines}").into_bytes()).file_name("tags.csv");
    let form = reqwest::multipart::Form::new().text("entity", "tag").part("file", file);
    let admin = &program.admin;
    let started = admin.send(admin.request(Method::POST, "/api/imports").multipart(form)).await.expect(202);
    let job = started["id"].as_str().expect("a job").to_owned();
    while let Some(answer) = admin.attempt(admin.request(Method::GET, &format!("/api/jobs/{job}"))).await {
        assert_eq!(answer.expect(200)["state"], "running");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    job
}

/// What somebody was told of a record.
#[derive(Debug, Clone)]
struct Told {
    version: i64,
    /// The record as it was answered; `None` where only its version was.
    record: Option<Value>,
    deleted: bool,
}

/// Somebody who saves one thing after the other.
pub(super) struct Writer {
    client: Client,
    number: usize,
    acts: usize,
    tags: Vec<Value>,
    told: BTreeMap<String, Told>,
    /// The last live order.
    last: Option<String>,
    /// Records that the act touched that was never answered.
    doubtful: Vec<String>,
}

impl Writer {
    /// Somebody of a number of their own.
    pub(super) fn new(program: &Program<'_>, number: usize) -> Self {
        Self {
            client: program.admin.clone(),
            number,
            acts: 0,
            tags: Vec::new(),
            told: BTreeMap::new(),
            last: None,
            doubtful: Vec::new(),
        }
    }

    /// Does the next thing; false when the program did not answer.
    pub(super) async fn act(&mut self) -> bool {
        let done = self.try_act().await;
        if done.is_some() {
            self.doubtful.clear();
            self.acts += 1;
        }
        done.is_some()
    }

    /// Saves once more, at the program that was started again.
    pub(super) async fn goes_on(&mut self, program: &Program<'_>) {
        self.client = program.admin.clone();
        let doubtful = self.doubtful.clone();
        self.acts += 100;
        self.create(None).await.expect("a save after the restart");
        self.doubtful = doubtful;
    }

    async fn try_act(&mut self) -> Option<()> {
        match (self.acts % 7, self.last.clone()) {
            (1, Some(id)) => self.update(&id).await,
            (2, Some(id)) => self.batch(&id).await,
            (3, _) => self.create(Some(format!("key {} {}", self.number, self.acts))).await,
            (4, Some(id)) => self.attach(&id).await,
            (5, Some(id)) => self.recount(&id).await,
            (6, Some(id)) => self.delete(&id).await,
            _ => self.create(None).await,
        }
    }

    async fn values(&mut self, title: &str) -> Option<Value> {
        if self.tags.is_empty() {
            let path = "/api/records/tag?select=id&filter=name%20==%20%22red%22%20||%20name%20==%20%22blue%22";
            let tags = self.client.attempt(self.client.request(Method::GET, path)).await?.expect(200);
            self.tags = tags["items"].as_array().expect("tags").iter().map(|tag| tag["id"].clone()).collect();
            assert_eq!(self.tags.len(), TAGS.len());
        }
        Some(json!({"title": title, "quantity": self.acts, "tags": self.tags, "lines": [{"text": "a"}, {"text": "b"}]}))
    }

    async fn create(&mut self, key: Option<String>) -> Option<()> {
        let title = format!("{} {}", self.number, self.acts);
        let values = self.values(&title).await?;
        let mut request = self.client.request(Method::POST, "/api/records/order").json(&values);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let record = self.client.attempt(request).await?.expect(201);
        self.last = Some(id_of(&record));
        self.hear(record);
        Some(())
    }

    async fn update(&mut self, id: &str) -> Option<()> {
        let values =
            json!({"version": self.told[id].version, "quantity": self.acts, "lines": [{"text": "c"}, {"text": "d"}]});
        let record = self.patch(id, values).await?.expect(200);
        self.hear(record);
        Some(())
    }

    /// A change of nothing but a value of its own, which goes to the database in one message.
    async fn recount(&mut self, id: &str) -> Option<()> {
        let values = json!({"version": self.told[id].version, "quantity": self.acts});
        let record = self.patch(id, values).await?.expect(200);
        self.hear(record);
        Some(())
    }

    async fn patch(&mut self, id: &str, values: Value) -> Option<Answer> {
        self.doubtful = vec![id.to_owned()];
        let request = self.client.request(Method::PATCH, &format!("/api/records/order/{id}")).json(&values);
        self.client.attempt(request).await
    }

    async fn batch(&mut self, id: &str) -> Option<()> {
        let values = self.values(&format!("{} {} batch", self.number, self.acts)).await?;
        self.doubtful = vec![id.to_owned()];
        let operations = json!({"operations": [
            {"op": "create", "entity": "order", "values": values},
            {"op": "create", "entity": "line", "values": {"order": "$0", "text": "to go"}},
            {"op": "update", "entity": "order", "id": id, "version": self.told[id].version, "values": {"quantity": -1}},
        ]});
        let request = self.client.request(Method::POST, "/api/records/batch").json(&operations);
        let done = self.client.attempt(request).await?.expect(200);
        for (at, item) in done["items"].as_array().expect("items").iter().enumerate().filter(|(at, _)| *at != 1) {
            let record = Some(item["record"].clone()).filter(|_| at == 2);
            let told = Told { version: item["version"].as_i64().expect("a version"), record, deleted: false };
            self.told.insert(id_of(item), told);
        }
        Some(())
    }

    async fn attach(&mut self, id: &str) -> Option<()> {
        let file = reqwest::multipart::Part::bytes(vec![7_u8; 300_000]).file_name("a.bin");
        let form = reqwest::multipart::Form::new().part("file", file);
        let request = self.client.request(Method::POST, "/api/files").multipart(form);
        let file = self.client.attempt(request).await?.expect(201);
        let record =
            self.patch(id, json!({"version": self.told[id].version, "attachment": file["id"]})).await?.expect(200);
        self.hear(record);
        Some(())
    }

    async fn delete(&mut self, id: &str) -> Option<()> {
        self.doubtful = vec![id.to_owned()];
        self.last = None;
        let request = self.client.request(Method::DELETE, &format!("/api/records/order/{id}"));
        assert_eq!(self.client.attempt(request).await?.status, 204);
        let told = self.told.get_mut(id).expect("a record");
        told.deleted = true;
        Some(())
    }

    fn hear(&mut self, record: Value) {
        let version = record["version"].as_i64().expect("a version");
        self.told.insert(id_of(&record), Told { version, record: Some(record), deleted: false });
    }

    /// Every acknowledged save is there with its values and its history; only the last act may or may not be.
    pub(super) async fn finds_what_it_was_told(&self) {
        for (id, told) in &self.told {
            let found = self.client.get(&format!("/api/records/order/{id}")).await;
            let is_doubtful = self.doubtful.contains(id);
            if told.deleted || (is_doubtful && found.status == 404) {
                assert_eq!(found.status, 404, "what was deleted stays deleted");
                continue;
            }
            let mut found = found.expect(200);
            let version = found["version"].as_i64().expect("a version");
            assert!(version == told.version || (is_doubtful && version == told.version + 1), "{told:?} {found:#}");
            if let Some(mut record) = told.record.clone().filter(|_| version == told.version) {
                // A revision that came meanwhile may have brought fields.
                let known: Vec<String> = record.as_object().expect("a record").keys().cloned().collect();
                found.as_object_mut().expect("a record").retain(|name, _| known.contains(name));
                assert_eq!(in_order(&mut found), in_order(&mut record));
            }
            let history = self.client.get(&format!("/api/records/order/{id}/history")).await.expect(200);
            assert_eq!(history["items"].as_array().map(Vec::len), usize::try_from(version).ok(), "{history:#}");
        }
    }
}

/// Lines made at one moment have no order of their own.
fn in_order(record: &mut Value) -> &Value {
    if let Some(lines) = record["lines"].as_array_mut() {
        lines.sort_by_key(|line| line["id"].as_str().map(str::to_owned));
    }
    record
}

fn id_of(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}
