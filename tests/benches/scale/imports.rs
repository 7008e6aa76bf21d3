//! Rows a second of an import, beside bare inserts of the same rows into the same table.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use engine::jobs;
use engine::transfer::import::{self, ImportRequest, Mapping};
use engine::{Context, Engine};
use serde_json::{Value, json};
use sqlx::Executor;
use sqlx::postgres::PgPool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteSynchronous};
use uuid::Uuid;

const COMPANIES: usize = 5_000;
const ROWS: usize = 100_000;

/// Imports companies, then deals that name their company, then inserts as many bare rows.
pub(crate) async fn run(database: &str, ctx: &Context, folder: &Path, url: Option<&str>) {
    let mut companies = "name,city\n".to_owned();
    for at in 0..COMPANIES {
        writeln!(companies, "Company {at},City {}", at % 50).expect("a line");
    }
    imported(ctx, "company", companies, json!({"name": "name", "city": "city"})).await;
    let mut deals = "title,amount,stage,close_date,company\n".to_owned();
    for at in 0..ROWS {
        let stage = ["new", "proposal", "won", "lost"][at % 4];
        writeln!(
            deals,
            "Deal {at},{}.{:02},{stage},2026-{:02}-{:02},Company {}",
            at % 9_999,
            at % 100,
            at % 12 + 1,
            at % 28 + 1,
            at % COMPANIES
        )
        .expect("a line");
    }
    let mapping = json!({"title": "title", "amount": "amount", "stage": "stage", "close_date": "close_date", "company": {"field": "company", "by": "name"}});
    let took = imported(ctx, "deal", deals, mapping).await;
    println!(
        "| import of 100,000 rows, links by name, with audit | {database} | {:.0} rows a second | 20,000 on SQLite |",
        rate(took)
    );
    let took = inserted(&ctx.engine, folder, url).await;
    println!(
        "| 100,000 bare inserts into the same table, one transaction | {database} | {:.0} rows a second | |",
        rate(took)
    );
}

fn rate(took: Duration) -> f64 {
    ROWS as f64 / took.as_secs_f64()
}

async fn imported(ctx: &Context, entity: &str, csv: String, columns: Value) -> Duration {
    let mapping: Mapping = serde_json::from_value(json!({"columns": columns})).expect("a mapping");
    let request = ImportRequest {
        entity: entity.to_owned(),
        name: "rows.csv".to_owned(),
        mapping: Some(mapping),
        key: None,
        problems: engine::transfer::import::PROBLEMS,
        dry_run: false,
    };
    let rows = csv.lines().count() as u64 - 1;
    let start = Instant::now();
    let job = import::start(ctx, request, csv.into_bytes()).await.expect("an import");
    let ended = loop {
        let found = jobs::get(ctx, job).await.expect("the job");
        if found.state.is_over() {
            break found;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let took = start.elapsed();
    assert_eq!(ended.result.expect("a result")["created"], rows, "every row is imported");
    took
}

/// One prepared statement a row, as a program without a product would.
async fn inserted(engine: &Engine, folder: &Path, url: Option<&str>) -> Duration {
    let catalog = engine.catalog();
    let deal = catalog.entity("deal").expect("deals");
    let column = |name: &str| deal.field(name).expect("a field").columns[0].clone();
    let now = if url.is_some() { "'2026-11-22T00:00:00Z'" } else { "1795305600000" };
    let text = format!(
        "INSERT INTO {} (id, created_at, updated_at, version, {}, {}, {}, {}) VALUES ($1, {now}, {now}, 1, $2, {}, 'won', '2026-11-22')",
        deal.table,
        column("title"),
        column("amount"),
        column("stage"),
        column("close_date"),
        if url.is_some() { "$3::numeric / 100" } else { "$3" },
    );
    let query = |at: usize| (Uuid::now_v7(), format!("Deal {at}"), (at % 999_999) as i64);
    match url {
        Some(url) => {
            let pool = PgPool::connect(url).await.expect("the server answers");
            let mut tx = pool.begin().await.expect("a transaction");
            let start = Instant::now();
            for at in 0..ROWS {
                let (id, title, amount) = query(at);
                let query = sqlx::query(sqlx::AssertSqlSafe(text.clone())).bind(id).bind(title).bind(amount);
                tx.execute(query).await.expect("a row");
            }
            tx.commit().await.expect("a commit");
            start.elapsed()
        }
        None => {
            let options = SqliteConnectOptions::new()
                .filename(folder.join("verstak.db"))
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(60))
                .collation("verstak", |left, right| expression::collation::compare("ru", left, right));
            let pool = SqlitePool::connect_with(options).await.expect("the file opens");
            // What the engine still does for the imported rows is waited for, and not measured.
            let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.expect("a transaction");
            let start = Instant::now();
            for at in 0..ROWS {
                let (id, title, amount) = query(at);
                let query =
                    sqlx::query(sqlx::AssertSqlSafe(text.clone())).bind(id.to_string()).bind(title).bind(amount);
                tx.execute(query).await.expect("a row");
            }
            tx.commit().await.expect("a commit");
            start.elapsed()
        }
    }
}
