//! Records under load, beside the same SQL written by hand.
//!
//! 100,000 deals over 5,000 companies on each database. Every operation runs through the engine and through the floor: hand-written
//! SQL over the same tables and indexes, its rows turned into the same JSON, in the same process and in turns. The answers are
//! compared before anything is measured. Run it by `make bench`.

#![expect(clippy::print_stdout, reason = "the figures are the program's answer")]

mod records {
    pub(crate) mod asked;
    pub(crate) mod deals;
    pub(crate) mod floor;
    pub(crate) mod load;
    pub(crate) mod readers;
    pub(crate) mod seed;
}

use std::sync::Arc;

use engine::{Context, Engine, Request, SelectItem, SortKey};
use records::asked::is_asked;
use records::floor::Floor;
use records::load::{Figures, measure};
use serde_json::{Value, json};
use uuid::Uuid;

const SECONDS: u64 = 2;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        println!("| database | operation | connections | engine p50 ms | p99 ms | per second | floor p50 ms | p99 ms | per second | ratio of p50 |");
        println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for database in ["SQLite", "PostgreSQL"].into_iter().filter(|database| is_asked(database)) {
            run(database).await;
        }
    });
}

/// What the operations need.
struct Bench {
    ctx: Context,
    floor: Floor,
    companies: Vec<Uuid>,
    deals: Vec<Uuid>,
}

async fn run(database: &'static str) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = match database {
        "SQLite" => None,
        _ => Some(records::seed::create_database().await),
    };
    let engine = records::seed::open(folder.path(), url.clone()).await;
    let ctx = records::seed::administrator(&engine).await;
    records::seed::publish(&ctx, records::deals::documents()).await;
    let ctx = records::seed::again(&engine, &ctx);
    let floor = Floor::open(&engine, folder.path(), url.as_deref()).await;
    let (companies, deals) = floor.fill(ctx.user.expect("a user")).await;
    let bench = Arc::new(Bench { ctx, floor, companies, deals });
    compare(&bench).await;
    for connections in [1, 16] {
        for operation in ["read one", "list 50", "create", "update"].into_iter().filter(|name| is_asked(name)) {
            let (by_engine, by_floor) = both(&bench, operation, connections).await;
            println!(
                "| {database} | {operation} | {connections} | {} | {} | {:.2} |",
                by_engine,
                by_floor,
                by_engine.p50 / by_floor.p50
            );
        }
    }
    close(bench).await;
}

async fn close(bench: Arc<Bench>) {
    let engine: Engine = bench.ctx.engine.clone();
    drop(bench);
    engine.close().await;
}

/// The two answers must be equal, else the floor measures something else.
async fn compare(bench: &Bench) {
    for at in [0, 777, 99_999] {
        let engine: Value = serde_json::from_str(&bench.read_one(at).await).expect("JSON");
        let floor: Value = serde_json::from_str(&bench.floor.read_one(bench.deals[at]).await).expect("JSON");
        assert_eq!(engine, floor, "read one");
    }
    for at in 0..5 {
        let engine: Vec<Value> =
            bench.list(at).await.iter().map(|item| serde_json::from_str(item).expect("JSON")).collect();
        let floor: Vec<Value> =
            bench.floor.list(at).await.iter().map(|item| serde_json::from_str(item).expect("JSON")).collect();
        assert!(!floor.is_empty(), "the list has rows");
        assert_eq!(engine, floor, "list 50");
    }
    // What differs between two records of the same values is their identity and the moment.
    let same = |text: String| {
        let mut record: Value = serde_json::from_str(&text).expect("JSON");
        for name in ["id", "created_at", "updated_at"] {
            assert!(record.as_object_mut().expect("an object").remove(name).is_some(), "{name}");
        }
        record
    };
    let (company, deal) = (bench.companies[7], bench.deals[7]);
    assert_eq!(
        same(bench.create(company, 1).await),
        same(bench.floor.create(company, 1, bench.user()).await),
        "create"
    );
    let mut by_engine = same(bench.update(deal, 2).await);
    by_engine["version"] = json!(3);
    assert_eq!(by_engine, same(bench.floor.update(deal, 2, bench.user()).await), "update");
}

/// Engine and floor in turns, so that both see the same machine.
async fn both(bench: &Arc<Bench>, operation: &'static str, connections: usize) -> (Figures, Figures) {
    let (mut by_engine, mut by_floor) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        for (through_engine, samples) in [(true, &mut by_engine), (false, &mut by_floor)] {
            let bench = Arc::clone(bench);
            let work = move |at: usize| {
                let bench = Arc::clone(&bench);
                async move { bench.once(operation, through_engine, at).await }
            };
            samples.push(measure(connections, SECONDS, work).await);
        }
    }
    (Figures::of(by_engine), Figures::of(by_floor))
}

impl Bench {
    async fn once(&self, operation: &str, through_engine: bool, at: usize) {
        let deal = self.deals[at * 7919 % self.deals.len()];
        let company = self.companies[at * 31 % self.companies.len()];
        match (operation, through_engine) {
            ("read one", true) => drop(self.read_one(at * 7919 % self.deals.len()).await),
            ("read one", false) => drop(self.floor.read_one(deal).await),
            ("list 50", true) => drop(self.list(at % 50).await),
            ("list 50", false) => drop(self.floor.list(at % 50).await),
            ("create", true) => drop(self.create(company, at).await),
            ("create", false) => drop(self.floor.create(company, at, self.user()).await),
            ("update", true) => drop(self.update(deal, at).await),
            _ => drop(self.floor.update(deal, at, self.user()).await),
        }
    }

    async fn read_one(&self, at: usize) -> String {
        let select = ["id", "title", "amount", "stage", "close_date", "company", "version"];
        let select = select.map(|path| SelectItem::Path(path.to_owned())).to_vec();
        engine::records::get(&self.ctx, "deal", self.deals[at], Some(select)).await.expect("the deal is there")
    }

    async fn list(&self, city: usize) -> Vec<String> {
        let request = Request {
            select: Some(["title", "amount", "company.name"].map(|path| SelectItem::Path(path.to_owned())).to_vec()),
            filter: Some(format!("stage == \"won\" && company.city == \"City {city}\"")),
            sort: vec![SortKey { path: "amount".to_owned(), descending: true }],
            limit: Some(50),
            ..Request::default()
        };
        engine::records::list(&self.ctx, "deal", request).await.expect("a page").page.items
    }

    fn user(&self) -> Uuid {
        self.ctx.user.expect("a user")
    }

    async fn create(&self, company: Uuid, at: usize) -> String {
        let values = json!({"title": format!("Deal made {at}"), "amount": "1250.50", "stage": "new", "company": company, "close_date": "2026-11-30"});
        let Value::Object(values) = values else { unreachable!("an object") };
        engine::records::create(&self.ctx, "deal", values).await.expect("the deal is made").json
    }

    async fn update(&self, deal: Uuid, at: usize) -> String {
        let values = json!({"amount": format!("{}.25", at % 100_000), "stage": "proposal"});
        let Value::Object(values) = values else { unreachable!("an object") };
        // Sixteen writers meet on a record now and then: the version is read anew, as a program would.
        loop {
            let select = vec![SelectItem::Path("version".to_owned())];
            let found = engine::records::get(&self.ctx, "deal", deal, Some(select)).await.expect("the deal is there");
            let version = serde_json::from_str::<Value>(&found).expect("JSON")["version"].as_i64();
            match engine::records::update(&self.ctx, "deal", deal, values.clone(), version).await {
                Ok(saved) => return saved.json,
                Err(engine::Error::StaleVersion { .. }) => {}
                Err(error) => panic!("the update failed: {error:?}"),
            }
        }
    }
}
