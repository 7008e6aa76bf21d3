//! A thousand entities, and a small change among them.

use std::time::{Duration, Instant};

use engine::publishing::{self, Published, drafts};
use engine::schemas::Kind;
use engine::{Context, Engine, Request, jobs};
use serde_json::{Value, json};

use crate::seed;

const ENTITIES: usize = 1_000;
const FIELDS: usize = 30;

/// Publishes them, adds a field to one, and reads of it.
pub(crate) async fn run(database: &str, engine: &Engine, ctx: &Context) {
    let ctx = seed::again(engine, ctx);
    let documents: Vec<Value> = (0..ENTITIES).map(entity).collect();
    let start = Instant::now();
    drafts::put(&ctx, documents).await.expect("the documents are sound");
    println!("| 1,000 entities with 30,000 fields put into the draft | {database} | {} | |", seconds(start.elapsed()));
    let took = published(&ctx).await;
    println!("| planned and published | {database} | {} | 30 s |", seconds(took));

    let ctx = seed::again(engine, &ctx);
    let start = Instant::now();
    let mut document = drafts::get(&ctx, Kind::Entity, "entity_500").await.expect("the document").document;
    document["fields"].as_array_mut().expect("fields").push(json!({"name": "added", "type": "text"}));
    drafts::put(&ctx, vec![document]).await.expect("the document is sound");
    let put = start.elapsed();
    let took = published(&ctx).await;
    println!(
        "| a field added to one of them: put into the draft, then planned and published | {database} | {}, {} | 1 s |",
        seconds(put),
        seconds(took)
    );

    let ctx = seed::again(engine, &ctx);
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..200 {
        let start = Instant::now();
        let list = engine::records::list(&ctx, "entity_500", Request::default()).await.expect("a page");
        times.push(start.elapsed());
        assert!(list.page.items.is_empty());
    }
    times.sort_unstable();
    println!(
        "| a list of that entity: the first, the median of 200 | {database} | {:.2} ms, {:.2} ms | no metadata read |",
        times.last().expect("times").as_secs_f64() * 1000.0,
        times[100].as_secs_f64() * 1000.0
    );
}

fn seconds(took: Duration) -> String {
    format!("{:.2} s", took.as_secs_f64())
}

async fn published(ctx: &Context) -> Duration {
    let start = Instant::now();
    let plan = publishing::plan(ctx).await.expect("a plan");
    let planned = start.elapsed();
    match publishing::publish(ctx, &plan.plan_id, false, None).await.expect("the publish") {
        Published::Revision(_) => {}
        Published::Job(job) => loop {
            let found = jobs::get(ctx, job).await.expect("the job");
            if found.state.is_over() {
                assert_eq!(found.state, jobs::State::Done, "{:?}", found.problems);
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        },
    }
    let took = start.elapsed();
    if std::env::var("VERSTAK_BENCH_STEPS").is_ok() {
        println!("planned {planned:?} of {took:?}");
    }
    took
}

fn entity(at: usize) -> Value {
    let mut fields = vec![json!({"name": "title", "type": "text", "required": true, "max_length": 200})];
    for number in 1..FIELDS {
        let name = format!("field_{number}");
        fields.push(match number % 8 {
            0 => json!({"name": name, "type": "link", "target": format!("entity_{}", (at + 1) % ENTITIES), "inverse": format!("from_{at}_{number}")}),
            1 => json!({"name": name, "type": "integer"}),
            2 => json!({"name": name, "type": "money"}),
            3 => json!({"name": name, "type": "date"}),
            4 => json!({"name": name, "type": "choice", "choices": [{"value": "one"}, {"value": "two"}]}),
            5 => json!({"name": name, "type": "boolean"}),
            _ => json!({"name": name, "type": "text", "max_length": 100}),
        });
    }
    json!({"kind": "entity", "name": format!("entity_{at}"), "label": {"en": format!("Entity {at}")}, "title": "title", "fields": fields})
}
