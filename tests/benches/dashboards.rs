//! A dashboard beside its statements by hand.
//!
//! Twelve widgets over 1,000,000 deals on each database: cold, where each asking is for other days so that nothing is remembered,
//! beside the same statements by SQL one after another; and remembered, beside the cold one. Run it by `make bench`.

#![expect(clippy::print_stdout, reason = "the figures are the program's answer")]

#[path = "records/asked.rs"]
mod asked;
#[path = "records/load.rs"]
mod load;
#[path = "records/seed.rs"]
mod seed;
#[path = "records/turns.rs"]
mod turns;

use std::sync::Arc;

use asked::is_asked;
use chrono::{Days, NaiveDate};
use engine::dashboards::{self, Asked};
use engine::{Context, Engine};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use turns::{both, tell};

const ROWS: usize = 1_000_000;
/// Rows that one statement writes where rows are only there to be read.
const AT_ONCE: usize = 250_000;
const SECONDS: u64 = 20;
const STAGES: [&str; 5] = ["new", "talks", "offer", "won", "lost"];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        println!("| database | operation | connections | p50 ms | p99 ms | per second | floor p50 ms | p99 ms | per second | ratio of p50 |");
        println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for database in ["SQLite", "PostgreSQL"].into_iter().filter(|database| is_asked(database)) {
            run(database).await;
        }
    });
}

fn measure(name: &str, expression: &str, filter: Option<&str>) -> Value {
    let mut measure = json!({"kind": "measure", "id": name, "name": name, "entity": "deal", "expression": expression, "date": "close_date"});
    if let Some(filter) = filter {
        measure["filter"] = json!(filter);
    }
    measure
}

fn documents() -> Vec<Value> {
    let choices: Vec<Value> = STAGES.iter().map(|stage| json!({"value": stage})).collect();
    let place = |at: usize| json!({"x": at % 4 * 3, "y": at / 4 * 4, "width": 3, "height": 4});
    let sum = || json!([{"name": "sum", "expression": "sum(amount)"}]);
    let count = || json!([{"name": "n", "expression": "count()"}]);
    let indicator = |measure: &str| json!({"type": "indicator", "measure": measure});
    let chart = |chart: &str, groups: Value, measures: Value| json!({"type": "chart", "entity": "deal", "chart": chart, "group_by": groups, "measures": measures, "date": "close_date"});
    let month = || json!({"path": "close_date", "by": "month"});
    let mut widgets = vec![
        indicator("won"),
        indicator("open"),
        indicator("average"),
        indicator("largest"),
        chart("funnel", json!(["stage"]), count()),
        chart("pie", json!(["city"]), count()),
        chart("bar", json!([month()]), sum()),
        chart("bar", json!([month(), "stage"]), sum()),
        chart("row", json!(["city"]), sum()),
        chart("heat_map", json!(["city", "stage"]), count()),
        json!({"type": "pivot", "entity": "deal", "rows": ["city"], "columns": ["stage"], "measures": sum(), "date": "close_date"}),
        json!({"type": "list", "entity": "deal", "columns": ["title", "amount"], "sort": ["-amount"], "limit": 10, "date": "close_date"}),
    ];
    for (at, widget) in widgets.iter_mut().enumerate() {
        (widget["name"], widget["place"]) = (json!(format!("w{at}")), place(at));
    }
    vec![
        json!({"kind": "entity", "id": "deal", "name": "deal", "title": "title", "indexes": [["amount"]], "fields": [
            {"id": "deal_title", "name": "title", "type": "text"}, {"id": "deal_amount", "name": "amount", "type": "integer"},
            {"id": "deal_city", "name": "city", "type": "text"}, {"id": "deal_close", "name": "close_date", "type": "date"},
            {"id": "deal_stage", "name": "stage", "type": "choice", "choices": choices}]}),
        measure("won", "sum(amount)", Some("stage == \"won\"")),
        measure("open", "count()", Some("stage == \"new\"")),
        measure("average", "sum(amount) / count()", None),
        measure("largest", "max(amount)", None),
        json!({"kind": "dashboard", "id": "head", "name": "head", "filters": [{"name": "period", "type": "period"}], "widgets": widgets}),
    ]
}

struct Bench {
    ctx: Context,
    pool: Pool,
    table: String,
    /// Columns of the title, amount, city, close date and stage.
    columns: [String; 5],
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    async fn execute(&self, text: String) {
        let text = AssertSqlSafe(text);
        match self {
            Self::Sqlite(pool) => drop(sqlx::raw_sql(text).execute(pool).await.expect("the statement runs")),
            Self::Postgres(pool) => drop(sqlx::raw_sql(text).execute(pool).await.expect("the statement runs")),
        }
    }

    /// Reads all rows; gives how many there are.
    async fn count(&self, text: String) -> usize {
        let text = AssertSqlSafe(text);
        match self {
            Self::Sqlite(pool) => sqlx::raw_sql(text).fetch_all(pool).await.expect("rows").len(),
            Self::Postgres(pool) => sqlx::raw_sql(text).fetch_all(pool).await.expect("rows").len(),
        }
    }
}

async fn run(database: &'static str) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = match database {
        "SQLite" => None,
        _ => Some(seed::create_database().await),
    };
    let engine = seed::open(folder.path(), url.clone()).await;
    let ctx = seed::administrator(&engine).await;
    seed::publish(&ctx, documents()).await;
    let ctx = seed::again(&engine, &ctx);
    let pool = match &url {
        Some(url) => Pool::Postgres(PgPool::connect(url).await.expect("the server answers")),
        None => {
            let address = format!("sqlite://{}", folder.path().join("verstak.db").display());
            Pool::Sqlite(SqlitePool::connect(&address).await.expect("the file"))
        }
    };
    let bench = Arc::new(Bench::of(&engine, ctx, pool));
    bench.fill(database).await;
    let (cold, floor) = both(&bench, 1, SECONDS, |bench, ours, at| async move {
        if ours { bench.ask(first_day(at)).await } else { bench.by_hand(first_day(at)).await }
    })
    .await;
    tell(database, "12 widgets, cold; the floor is their statements by hand, one after another", 1, &cold, &floor);
    let (again, cold) = both(&bench, 1, SECONDS, |bench, again, at| async move {
        bench.ask(if again { first_day(0) } else { first_day(at + 500) }).await;
    })
    .await;
    tell(database, "12 widgets, remembered; beside cold", 1, &again, &cold);
    drop(bench);
    engine.close().await;
}

/// A day before all deals, another one each time.
fn first_day(at: usize) -> NaiveDate {
    let begin = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a date");
    begin.checked_add_days(Days::new(at as u64 % 30_000)).expect("a date")
}

impl Bench {
    fn of(engine: &Engine, ctx: Context, pool: Pool) -> Self {
        let catalog = engine.catalog();
        let deal = catalog.entity("deal").expect("deals");
        let column = |name: &str| format!("\"{}\"", deal.field(name).expect("a field").columns[0]);
        let columns = ["title", "amount", "city", "close_date", "stage"].map(column);
        Self { ctx, pool, table: format!("\"{}\"", deal.table), columns }
    }

    /// Fills the deals by SQL: identities in order, everything else spread.
    async fn fill(&self, database: &str) {
        let [title, amount, city, close, stage] = &self.columns;
        let table = &self.table;
        let user = self.ctx.user.expect("a person");
        let (id, now, day) = match database {
            "SQLite" => (
                "printf('01900000-0000-7000-8000-%012x', i)",
                "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
                "date('2024-01-01', '+' || (i * 7919 % 730) || ' days')",
            ),
            _ => (
                "CAST('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0') AS uuid)",
                "now()",
                "date '2024-01-01' + CAST(CAST(i AS bigint) * 7919 % 730 AS integer)",
            ),
        };
        let of_stage = STAGES.iter().enumerate().map(|(at, stage)| format!("WHEN {at} THEN '{stage}'"));
        let of_stage = of_stage.collect::<Vec<_>>().join(" ");
        for first in (1..=ROWS).step_by(AT_ONCE) {
            let last = first + AT_ONCE - 1;
            let numbers =
                format!("WITH RECURSIVE s(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last})");
            self.pool
                .execute(format!(
                    "INSERT INTO {table} (id, created_at, created_by, updated_at, updated_by, owner, version, {title}, {amount}, {city}, {close}, {stage}) \
                     {numbers} SELECT {id}, {now}, '{user}', {now}, '{user}', '{user}', 1, 'Deal ' || i, CAST(i AS bigint) * 104729 % 1000003, \
                     'City ' || (i * 31 % 20), {day}, CASE i % 5 {of_stage} END FROM s"
                ))
                .await;
        }
        self.pool.execute(format!("ANALYZE {table}")).await;
    }

    async fn ask(&self, from: NaiveDate) {
        let period = json!({"period": {"from": from.to_string(), "to": "2030-12-31"}});
        let Value::Object(filters) = period else { unreachable!("an object") };
        let asked = Asked { filters, widgets: None };
        let data = dashboards::data(&self.ctx, "head", &asked).await.expect("data");
        assert!(data.widgets.len() == 12 && data.widgets.iter().all(|(_, _, outcome)| outcome.is_ok()));
    }

    /// What the widgets ask, as somebody would write it: the numbers over the same records in one statement, and no more.
    async fn by_hand(&self, from: NaiveDate) {
        let [title, amount, city, close, stage] = &self.columns;
        let within =
            format!("FROM {} WHERE {close} >= '{from}' AND {close} <= '2030-12-31' AND deleted_at IS NULL", self.table);
        let month = match &self.pool {
            Pool::Sqlite(_) => format!("substr({close}, 1, 7)"),
            Pool::Postgres(_) => format!("date_trunc('month', {close})"),
        };
        let groups = |what: &str, by: &str| format!("SELECT {by}, {what} {within} GROUP BY {by}");
        let sum = format!("sum({amount})");
        let statements = [
            format!("SELECT {sum} {within} AND {stage} = 'won'"),
            format!("SELECT count(*) {within} AND {stage} = 'new'"),
            format!("SELECT {sum}, count(*), max({amount}) {within}"),
            groups("count(*)", stage),
            groups("count(*)", city),
            groups(&sum, &month),
            groups(&sum, &format!("{month}, {stage}")),
            groups(&sum, city),
            groups("count(*)", &format!("{city}, {stage}")),
            groups(&sum, &format!("{city}, {stage}")),
            groups(&sum, city),
            groups(&sum, stage),
            format!("SELECT {sum} {within}"),
            format!("SELECT id, {title}, {amount} {within} ORDER BY {amount} DESC, id LIMIT 10"),
            format!("SELECT count(*) {within}"),
        ];
        for statement in statements {
            assert!(self.pool.count(statement).await > 0);
        }
    }
}
