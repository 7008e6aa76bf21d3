//! Scripts: what a hook costs a save, and what those that never end cost everybody else.
//!
//! Run it by `make bench`. Both sides of each comparison run in the same process over the same data: saves of an entity with
//! a hook beside saves of one without; the work of a neighbour alone, then beside twenty people who press a button of
//! which the function never ends.

#![expect(clippy::print_stdout, reason = "the figures are the program's answer")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use engine::scripts::buttons::{self, Press};
use engine::{Context, Request, records};
use serde_json::{Map, Value, json};
use uuid::Uuid;

#[path = "records/seed.rs"]
mod seed;

/// Deals of each entity.
const DEALS: usize = 2_000;
/// How long each side is measured.
const WHILE: Duration = Duration::from_secs(5);
/// People whose scripts never end.
const RUNAWAYS: usize = 20;

const SOURCE: &str = r"
fn nothing(record) { }
fn own(record, before) { if record.amount > 1000 { record.rate = record.amount / 100; } }
fn linked(record, before) { record.rate = record.amount * (record.company.discount ?? 1); }
fn lines(record, before) { record.rate = record.items.sum(|i| i.price * i.count); }
fn endless(record) { let n = 0; loop { n += 1; } }
";

fn entity(name: &str) -> Value {
    json!({"kind": "entity", "name": name, "title": "title", "fields": [
        {"name": "title", "type": "text"}, {"name": "amount", "type": "money"}, {"name": "rate", "type": "decimal"},
        {"name": "company", "type": "link", "target": "company"},
        {"name": "items", "type": "children", "target": format!("{name}_item"), "inverse": "deal"}]})
}

fn documents() -> Vec<Value> {
    let mut all =
        vec![json!({"kind": "entity", "name": "company", "fields": [{"name": "discount", "type": "decimal"}]})];
    for name in NAMES {
        all.push(entity(name));
        all.push(json!({"kind": "entity", "name": format!("{name}_item"), "fields": [
            {"name": "price", "type": "money"}, {"name": "count", "type": "integer"}]}));
    }
    let hook = |name: &&str| json!({"entity": name, "event": "before_save", "function": name});
    let hooks: Vec<Value> = NAMES.iter().skip(1).map(hook).collect();
    all.push(json!({"kind": "script", "name": "bench", "source": SOURCE, "hooks": hooks,
        "buttons": [{"name": "endless", "entity": "plain", "function": "endless"}]}));
    all
}

/// The entities, each but the first with the hook of its name.
const NAMES: [&str; 5] = ["plain", "nothing", "own", "linked", "lines"];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        println!("| what | database | p50 ms | p95 ms | beside the save without a hook |");
        println!("| --- | --- | --- | --- | --- |");
        for database in ["SQLite", "PostgreSQL"] {
            let folder = tempfile::tempdir().expect("a folder");
            let url = if database == "SQLite" { None } else { Some(seed::create_database().await) };
            let engine = seed::open(folder.path(), url).await;
            let person = seed::administrator(&engine).await;
            seed::publish(&person, documents()).await;
            let ctx = seed::again(&engine, &person);
            let ids = fill(&ctx).await;
            saves(database, &ctx, &ids).await;
            neighbours(database, &ctx, &ids).await;
            engine.close().await;
        }
    });
}

fn values(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(values) => values,
        _ => Map::new(),
    }
}

/// Makes the deals, ten lines each; gives those of each entity.
async fn fill(ctx: &Context) -> Vec<Vec<Uuid>> {
    let company = records::create(ctx, "company", values(json!({"discount": "0.9"}))).await.expect("a company").id;
    let mut all = Vec::new();
    for name in NAMES {
        let items: Vec<Value> = (1..=10).map(|price| json!({"price": price, "count": 2})).collect();
        let one = |at: usize| records::Operation::Create {
            entity: name.to_owned(),
            values: values(json!({"title": format!("Deal {at}"), "amount": at, "company": company, "items": items})),
        };
        let mut ids = Vec::new();
        for from in (0..DEALS).step_by(500) {
            let saved = records::batch(ctx, (from..from + 500).map(one).collect()).await.expect("deals");
            ids.extend(saved.into_iter().map(|saved| saved.id));
        }
        all.push(ids);
    }
    all
}

/// Changes the deals of each entity in turns.
async fn saves(database: &str, ctx: &Context, ids: &[Vec<Uuid>]) {
    let mut took: Vec<Vec<Duration>> = vec![Vec::new(); NAMES.len()];
    for round in 0..DEALS {
        for (at, name) in NAMES.iter().enumerate() {
            let ctx = seed::again(&ctx.engine, ctx);
            let changes = values(json!({"amount": round + 5_000}));
            let begun = Instant::now();
            let id = ids[at].get(round).copied().expect("a deal");
            records::update(&ctx, name, id, changes, Some(1)).await.expect("it is saved");
            took[at].push(begun.elapsed());
        }
    }
    let plain = percentile(&mut took[0].clone(), 50);
    for (at, name) in NAMES.iter().enumerate() {
        let what = match *name {
            "plain" => "a save without a hook".to_owned(),
            "nothing" => "with one that does nothing".to_owned(),
            "own" => "with one that calculates of the record".to_owned(),
            "linked" => "with one that reads a linked record".to_owned(),
            _ => "with one that adds up ten lines".to_owned(),
        };
        let (half, most) = (percentile(&mut took[at], 50), percentile(&mut took[at], 95));
        println!("| {what} | {database} | {half:.3} | {most:.3} | {:.2} |", half / plain);
    }
}

/// Lists, reads and saves: alone, then while scripts run that never end.
async fn neighbours(database: &str, ctx: &Context, ids: &[Vec<Uuid>]) {
    let mut alone = work(ctx, &ids[0][..DEALS / 2]).await;
    let over = Arc::new(AtomicBool::new(false));
    let stopped = Arc::new(AtomicUsize::new(0));
    let mut people = Vec::new();
    for id in ids[0].iter().copied().take(RUNAWAYS) {
        let (ctx, over, stopped) = (ctx.clone(), Arc::clone(&over), Arc::clone(&stopped));
        people.push(tokio::spawn(async move {
            let press = Press {
                entity: "plain".to_owned(),
                script: "bench".to_owned(),
                button: "endless".to_owned(),
                records: vec![id],
                parameters: Map::new(),
            };
            while !over.load(Ordering::Relaxed) {
                buttons::press(&ctx, &press).await.expect_err("it never ends");
                stopped.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut beside = work(ctx, &ids[0][DEALS / 2..]).await;
    over.store(true, Ordering::Relaxed);
    for (what, alone, beside) in [
        ("list of 50", &mut alone.lists, &mut beside.lists),
        ("read of one", &mut alone.reads, &mut beside.reads),
        ("save", &mut alone.saves, &mut beside.saves),
    ] {
        let (a, b) = (percentile(alone, 95), percentile(beside, 95));
        println!("| {what} alone | {database} | {:.3} | {a:.3} | |", percentile(alone, 50));
        println!(
            "| {what} beside {RUNAWAYS} scripts that never end | {database} | {:.3} | {b:.3} | {:.2} of the p95 alone |",
            percentile(beside, 50),
            b / a
        );
    }
    for person in people {
        person.abort();
    }
    println!("| scripts stopped meanwhile | {database} | {} | | |", stopped.load(Ordering::Relaxed));
}

#[derive(Default)]
struct Took {
    lists: Vec<Duration>,
    reads: Vec<Duration>,
    saves: Vec<Duration>,
}

async fn work(ctx: &Context, ids: &[Uuid]) -> Took {
    let mut took = Took::default();
    let begun = Instant::now();
    let mut version = vec![2_i64; ids.len()];
    let mut at = 0;
    while begun.elapsed() < WHILE {
        let ctx = seed::again(&ctx.engine, ctx);
        let one = at % ids.len();
        at += 1;
        let start = Instant::now();
        records::list(&ctx, "plain", Request { limit: Some(50), ..Request::default() }).await.expect("a list");
        took.lists.push(start.elapsed());
        let start = Instant::now();
        records::get(&ctx, "plain", ids[one], None).await.expect("a deal");
        took.reads.push(start.elapsed());
        let start = Instant::now();
        let changes = values(json!({"title": format!("Changed {at}")}));
        let saved = records::update(&ctx, "plain", ids[one], changes, Some(version[one])).await.expect("it is saved");
        version[one] = saved.version;
        took.saves.push(start.elapsed());
    }
    took
}

fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0
}
