//! Stored and dynamic formulas under load, beside the same statements written by hand.
//!
//! 1,000,000 lines of 50,000 deals of 500 companies on each database, one more deal of 100 lines and one of 1,000,000. The save of
//! a line moves three roll-ups on two levels; the floor changes the line and computes the three by hand, over the same tables and
//! indexes, in a transaction of its own. Values are compared before anything is measured. Rows of `five kinds` have a
//! count, a mean and both extremes besides, and compare the engine with itself: the large deal beside that of 100 lines. Run it by
//! `make bench`.

#![expect(clippy::print_stdout, reason = "the figures are the program's answer")]

#[path = "records/asked.rs"]
mod asked;
#[path = "records/load.rs"]
mod load;
#[path = "records/seed.rs"]
mod seed;
#[path = "records/turns.rs"]
mod turns;
mod formulas {
    pub(crate) mod floor;
}

use std::sync::Arc;
use std::time::Instant;

use asked::is_asked;
use engine::{Context, Engine, Request, SelectItem, SortKey};
use formulas::floor::{ALL, Floor, Parent};
use load::{Figures, measure};
use serde_json::{Value, json};
use turns::{both, tell};
use uuid::Uuid;

const SECONDS: u64 = 3;

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

fn documents(amount: &str) -> Vec<Value> {
    let stored = |expression: &str| json!({"mode": "stored", "expression": expression});
    vec![
        json!({"kind": "entity", "name": "company", "title": "name", "fields": [
            {"name": "name", "type": "text"},
            {"name": "total", "type": "money", "formula": stored("deals.sum(|d| d.total)")}]}),
        json!({"kind": "entity", "name": "deal", "title": "title", "fields": [
            {"name": "title", "type": "text"},
            {"name": "company", "type": "link", "target": "company", "inverse": "deals"},
            {"name": "lines", "type": "children", "target": "line", "inverse": "deal"},
            {"name": "total", "type": "money", "formula": stored("lines.sum(|l| l.amount)")},
            {"name": "pieces", "type": "integer", "formula": stored("lines.sum(|l| l.quantity)")}]}),
        json!({"kind": "entity", "name": "line", "fields": [
            {"name": "deal", "type": "link", "target": "deal", "required": true, "on_delete": "cascade"},
            {"name": "price", "type": "money"}, {"name": "quantity", "type": "integer"},
            {"name": "amount", "type": "money", "formula": stored(amount)},
            {"name": "fresh", "type": "money", "formula": {"mode": "dynamic", "expression": "price * quantity"}}]}),
    ]
}

struct Bench {
    ctx: Context,
    floor: Floor,
}

async fn run(database: &'static str) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = match database {
        "SQLite" => None,
        _ => Some(seed::create_database().await),
    };
    let engine = seed::open(folder.path(), url.clone()).await;
    let ctx = seed::administrator(&engine).await;
    seed::publish(&ctx, documents("price * quantity")).await;
    let ctx = seed::again(&engine, &ctx);
    let floor = Floor::open(&engine, folder.path(), url.as_deref(), ctx.user.expect("a user")).await;
    floor.fill().await;
    let bench = Arc::new(Bench { ctx, floor });
    bench.floor.calculate().await;
    compare(&bench).await;
    for connections in [1, 16] {
        for (operation, parent) in
            [("line of 20", Parent::Usual), ("line of 100", Parent::Hundred), ("line of 1,000,000", Parent::Large)]
        {
            if is_asked("save") {
                let (by_engine, by_floor) =
                    both(&bench, connections, SECONDS, move |bench, through_engine, at| async move {
                        let line = bench.floor.line(parent, at);
                        if through_engine {
                            bench.save(line, at).await
                        } else {
                            bench.floor.save(line, parent, at).await
                        }
                    })
                    .await;
                tell(database, &format!("save a {operation}"), connections, &by_engine, &by_floor);
            }
        }
    }
    if is_asked("list") {
        let (by_engine, by_floor) = both(&bench, 1, SECONDS, |bench, through_engine, _| async move {
            if through_engine { drop(bench.list("fresh").await) } else { drop(bench.floor.list_by_hand().await) }
        })
        .await;
        tell(database, "list of two million by a dynamic formula", 1, &by_engine, &by_floor);
    }
    if is_asked("recompute") {
        recompute(database, &engine, &bench).await;
    }
    if is_asked("sizes") {
        let bench = with_five_kinds(&engine, &bench).await;
        for parent in [Parent::Hundred, Parent::Large] {
            // What nobody has counted yet is counted once.
            bench.save(bench.floor.line(parent, 3), 41).await;
        }
        for connections in [1, 16] {
            let (large, small) = both(&bench, connections, SECONDS, |bench, is_large, at| async move {
                let parent = if is_large { Parent::Large } else { Parent::Hundred };
                bench.save(bench.floor.line(parent, at), at).await;
            })
            .await;
            tell(database, "five kinds: a line of 1,000,000 beside one of 100", connections, &large, &small);
        }
    }
    let engine: Engine = bench.ctx.engine.clone();
    drop(bench);
    engine.close().await;
}

/// Publishes every kind of roll-up on both levels.
async fn with_five_kinds(engine: &Engine, bench: &Bench) -> Arc<Bench> {
    let ctx = seed::again(engine, &bench.ctx);
    let mut deal =
        engine::publishing::drafts::get(&ctx, "entity".parse().expect("a kind"), "deal").await.expect("deals").document;
    let more = [
        ("lines_there", "integer", "lines.count()"),
        ("mean", "money", "lines.avg(|l| l.price)"),
        ("few", "integer", "lines.min(|l| l.quantity)"),
        ("dear", "money", "lines.max(|l| l.amount)"),
    ];
    let fields = deal["fields"].as_array_mut().expect("fields");
    for (name, kind, expression) in more {
        let formula = json!({"mode": "stored", "expression": expression});
        fields.push(json!({"name": name, "type": kind, "formula": formula}));
    }
    publish(&ctx, deal).await;
    Arc::new(Bench { ctx: seed::again(engine, &ctx), floor: bench.floor.clone() })
}

/// Publishes formulas of another meaning over all lines, beside one statement that writes as much; and again, while people save.
async fn recompute(database: &str, engine: &Engine, bench: &Arc<Bench>) {
    let begun = Instant::now();
    bench.floor.recompute().await;
    let floor = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let at_once = mean_another(engine, bench, "price * quantity * 2").await;
    finished(engine, bench).await;
    let ours = begun.elapsed().as_secs_f64();
    println!(
        "| {database} | recompute {ALL} values, and the totals above (publish {at_once:.2} s, then a job; seconds) | 1 | {ours:.1} | | {:.0} | {floor:.1} | | {:.0} | {:.2} |",
        ALL as f64 / ours,
        ALL as f64 / floor,
        ours / floor
    );
    for connections in [1, 16] {
        let alone = Bench::saves(bench, connections, SECONDS).await;
        mean_another(engine, bench, if connections == 1 { "price * quantity * 3" } else { "price * quantity * 4" })
            .await;
        let beside = Bench::saves(bench, connections, 2 * SECONDS).await;
        let left = calculating(engine, bench).await;
        finished(engine, bench).await;
        tell(
            database,
            &format!("save a line beside the job, and alone (still at work: {left})"),
            connections,
            &beside,
            &alone,
        );
    }
}

/// Publishes another meaning of the lines' amounts; gives how long that took.
async fn mean_another(engine: &Engine, bench: &Bench, expression: &str) -> f64 {
    let ctx = seed::again(engine, &bench.ctx);
    let known = engine::publishing::drafts::get(&ctx, "entity".parse().expect("a kind"), "line").await.expect("lines");
    let mut line = known.document;
    for field in line["fields"].as_array_mut().expect("fields") {
        if field["name"] == "amount" {
            field["formula"]["expression"] = json!(expression);
        }
    }
    let begun = Instant::now();
    publish(&ctx, line).await;
    begun.elapsed().as_secs_f64()
}

/// Says whether a job still calculates what a publish left.
async fn calculating(engine: &Engine, bench: &Bench) -> bool {
    let ctx = seed::again(engine, &bench.ctx);
    let revisions = engine::publishing::revisions::list(&ctx).await.expect("the revisions");
    revisions.iter().any(|revision| revision.calculating.is_some())
}

async fn finished(engine: &Engine, bench: &Bench) {
    while calculating(engine, bench).await {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn publish(ctx: &Context, document: Value) {
    engine::publishing::drafts::put(ctx, vec![document]).await.expect("a draft");
    let plan = engine::publishing::plan(ctx).await.expect("a plan");
    let published = engine::publishing::publish(ctx, &plan.plan_id, false, None).await.expect("a publish");
    if let engine::publishing::Published::Job(job) = published {
        while !engine::jobs::get(ctx, job).await.expect("the job").state.is_over() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

/// What the engine keeps must be what the floor computes.
async fn compare(bench: &Bench) {
    for parent in [Parent::Usual, Parent::Hundred, Parent::Large] {
        let line = bench.floor.line(parent, 3);
        bench.save(line, 41).await;
        let by_engine = bench.floor.totals(parent, 3).await;
        bench.floor.save(line, parent, 42).await;
        bench.floor.save(line, parent, 41).await;
        assert_eq!(by_engine, bench.floor.totals(parent, 3).await, "the same values by hand");
    }
    let by_hand = bench.floor.list_by_hand().await;
    assert_eq!(bench.list("fresh").await.len(), by_hand.len());
}

impl Bench {
    /// Saves lines of the usual deals.
    async fn saves(bench: &Arc<Self>, connections: usize, seconds: u64) -> Figures {
        let ctx = seed::again(&bench.ctx.engine, &bench.ctx);
        let bench = Arc::new(Self { ctx, floor: bench.floor.clone() });
        let save = move |at| {
            let bench = Arc::clone(&bench);
            async move { bench.save(bench.floor.line(Parent::Usual, at), at).await }
        };
        Figures::of(vec![measure(connections, seconds, save).await])
    }

    async fn save(&self, line: Uuid, at: usize) {
        loop {
            let select = vec![SelectItem::Path("version".to_owned())];
            let found = engine::records::get(&self.ctx, "line", line, Some(select)).await.expect("the line is there");
            let version = serde_json::from_str::<Value>(&found).expect("JSON")["version"].as_i64();
            let Value::Object(values) = json!({"quantity": at % 97}) else { unreachable!("an object") };
            match engine::records::update(&self.ctx, "line", line, values, version).await {
                Ok(_) => return,
                Err(engine::Error::StaleVersion { .. }) => {}
                Err(error) => panic!("the save failed: {error:?}"),
            }
        }
    }

    async fn list(&self, by: &str) -> Vec<String> {
        let request = Request {
            select: Some([SelectItem::Path("price".to_owned()), SelectItem::Path(by.to_owned())].to_vec()),
            sort: vec![SortKey { path: by.to_owned(), descending: true }],
            limit: Some(50),
            ..Request::default()
        };
        engine::records::list(&self.ctx, "line", request).await.expect("a page").page.items
    }
}
