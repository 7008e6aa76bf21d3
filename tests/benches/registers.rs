//! Registers beside what they spare.
//!
//! A register of 5,000,000 rows on each database: how long composing takes beside one `INSERT … SELECT` of the same columns, and
//! how fast a page of it opens beside the same SQL by hand over its table and beside the dataset that it keeps. Then saves that post
//! to a register of balances by 1,000 products beside saves of an entity that posts nothing. Run it by `make bench`.

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
use std::time::{Duration, Instant};

use asked::is_asked;
use engine::{Context, Engine, Request, SortKey, registers};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use turns::{both, tell};

const ROWS: usize = 5_000_000;
/// Rows that one statement writes where rows are only there to be read.
const AT_ONCE: usize = 250_000;
const PRODUCTS: usize = 1_000;
const SECONDS: u64 = 5;

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

fn documents() -> Vec<Value> {
    let moved = |name: &str| {
        json!({"kind": "entity", "id": name, "name": name, "fields": [
            {"name": "product", "type": "link", "target": "product"}, {"name": "quantity", "type": "integer"},
            {"name": "day", "type": "date"}]})
    };
    vec![
        json!({"kind": "entity", "id": "product", "name": "product", "title": "name", "fields": [{"name": "name", "type": "text"}]}),
        json!({"kind": "entity", "id": "sale", "name": "sale", "title": "title", "fields": [
            {"id": "sale_title", "name": "title", "type": "text"}, {"id": "sale_amount", "name": "amount", "type": "integer"},
            {"id": "sale_city", "name": "city", "type": "text"}]}),
        json!({"kind": "dataset", "id": "sales", "name": "sales",
            "parts": [{"entity": "sale", "values": {"title": "title", "amount": "amount", "city": "city"}}],
            "fields": [{"name": "title"}, {"name": "amount"}, {"name": "city"}, {"name": "tax", "type": "integer", "expression": "amount * 2"}]}),
        json!({"kind": "register", "id": "kept", "name": "kept", "dataset": "sales", "indexes": [["amount"], ["city", "amount"]]}),
        moved("receipt"),
        moved("note"),
        json!({"kind": "register", "id": "stock", "name": "stock", "balance": {
            "dimensions": [{"name": "product", "type": "link", "target": "product"}],
            "resources": [{"name": "quantity", "type": "integer", "refuse_negative": true}],
            "postings": [{"name": "receipts", "entity": "receipt", "direction": "in", "date": "day",
                "values": {"product": "product", "quantity": "quantity"}}]}}),
    ]
}

struct Bench {
    ctx: Context,
    pool: Pool,
    /// The table of the register's rows, and its columns of amount and city.
    kept: (String, String, String),
    products: Vec<String>,
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
    let mut bench = Bench { ctx, pool, kept: Default::default(), products: Vec::new() };
    if is_asked("register") {
        bench.fill(&engine, database).await;
        bench.compose(&engine, database).await;
    }
    for number in 0..PRODUCTS {
        let values = json!({"name": format!("Product {number}")});
        bench.products.push(bench.save("product", values).await);
    }
    let bench = Arc::new(bench);
    if is_asked("register") {
        for (what, by) in [("the usual order", None), ("an indexed order", Some("amount"))] {
            let (page, floor) = both(&bench, 1, SECONDS, move |bench, ours, _| async move {
                if ours { bench.page("kept", by).await } else { bench.by_hand(by).await }
            })
            .await;
            tell(database, &format!("first page of {ROWS} kept rows, {what}; the floor by hand"), 1, &page, &floor);
        }
        let (narrow, wide) = both(&bench, 1, SECONDS, |bench, ours, at| async move {
            if ours { bench.of_city("kept", at).await } else { bench.of_city("sales", at).await }
        })
        .await;
        tell(database, "rows of one city by amount; beside the dataset itself", 1, &narrow, &wide);
    }
    if is_asked("balance") {
        for connections in [1, 16] {
            let (posting, plain) = both(&bench, connections, SECONDS, |bench, posts, at| async move {
                let product = bench.products[at * 7919 % PRODUCTS].clone();
                let day = format!("2026-{:02}-{:02}", 1 + at % 12, 1 + at % 28);
                let values = json!({"product": product, "quantity": at % 97, "day": day});
                bench.save(if posts { "receipt" } else { "note" }, values).await;
            })
            .await;
            tell(
                database,
                "save what posts to a register of balances; beside what does not",
                connections,
                &posting,
                &plain,
            );
        }
    }
    drop(bench);
    engine.close().await;
}

impl Bench {
    async fn execute(&self, text: String) {
        self.pool.execute(text).await;
    }

    /// Fills the sales by SQL: identities in order, amounts and cities that are spread.
    async fn fill(&self, engine: &Engine, database: &str) {
        let catalog = engine.catalog();
        let sale = catalog.entity("sale").expect("sales");
        let column = |name: &str| sale.field(name).expect("a field").columns[0].clone();
        let (title, amount, city) = (column("title"), column("amount"), column("city"));
        let user = self.ctx.user.expect("a person");
        let (id, now) = match database {
            "SQLite" => ("printf('01900000-0000-7000-8000-%012x', i)", "CAST(unixepoch('subsec') * 1000 AS INTEGER)"),
            _ => ("CAST('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0') AS uuid)", "now()"),
        };
        for first in (1..=ROWS).step_by(AT_ONCE) {
            let last = first + AT_ONCE - 1;
            let numbers =
                format!("WITH RECURSIVE s(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM s WHERE i < {last})");
            self.execute(format!(
                "INSERT INTO {} (id, created_at, created_by, updated_at, updated_by, owner, version, {title}, {amount}, {city}) \
                 {numbers} SELECT {id}, {now}, '{user}', {now}, '{user}', '{user}', 1, 'Sale ' || i, CAST(i AS bigint) * 104729 % 1000003, \
                 'City ' || (i * 31 % 500) FROM s",
                sale.table
            ))
            .await;
        }
        self.execute(format!("ANALYZE {}", sale.table)).await;
    }

    /// Composes the register, beside one statement that copies the same columns.
    async fn compose(&mut self, engine: &Engine, database: &str) {
        let begun = Instant::now();
        let job = registers::refresh(&self.ctx, "kept").await.expect("a job");
        while !engine::jobs::get(&self.ctx, job).await.expect("the job").state.is_over() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let ours = begun.elapsed().as_secs_f64();
        let catalog = engine.catalog();
        let sale = catalog.entity("sale").expect("sales");
        let column = |name: &str| sale.field(name).expect("a field").columns[0].clone();
        let (title, amount, city) = (column("title"), column("amount"), column("city"));
        let begun = Instant::now();
        let table = &sale.table;
        self.execute(format!(
            "CREATE TABLE copied AS SELECT id, {title}, {amount}, {city}, {amount} * 2 AS tax FROM {table}"
        ))
        .await;
        for (name, columns) in [("c_amount", amount.clone()), ("c_city", format!("{city}, {amount}"))] {
            self.execute(format!("CREATE INDEX {name} ON copied ({columns}, id)")).await;
        }
        let floor = begun.elapsed().as_secs_f64();
        println!(
            "| {database} | compose {ROWS} rows with two indexes (seconds); the floor by hand | 1 | {ours:.1} | | {:.0} | {floor:.1} | | {:.0} | {:.2} |",
            ROWS as f64 / ours,
            ROWS as f64 / floor,
            ours / floor
        );
        self.execute("ANALYZE copied".to_owned()).await;
        self.kept = ("copied".to_owned(), amount, city);
    }

    /// A page of an entity, in its usual order or by a field.
    async fn page(&self, entity: &str, by: Option<&str>) {
        let by = by.map(|by| SortKey { path: by.to_owned(), descending: true });
        let request = Request { sort: by.into_iter().collect(), limit: Some(50), ..Request::default() };
        let page = engine::records::list(&self.ctx, entity, request).await.expect("a page").page;
        assert_eq!(page.items.len(), 50);
    }

    async fn of_city(&self, entity: &str, at: usize) {
        let request = Request {
            filter: Some(format!("city == \"City {}\"", at % 500)),
            sort: vec![SortKey { path: "amount".to_owned(), descending: true }],
            limit: Some(50),
            ..Request::default()
        };
        let page = engine::records::list(&self.ctx, entity, request).await.expect("a page").page;
        assert_eq!(page.items.len(), 50);
    }

    /// The same page by SQL over a table of the same rows.
    async fn by_hand(&self, by: Option<&str>) {
        let (table, amount, _) = &self.kept;
        let order = if by.is_some() { format!("{amount} DESC, id") } else { format!("{amount}, id") };
        let text = format!("SELECT * FROM {table} ORDER BY {order} LIMIT 51");
        assert_eq!(self.pool.count(text).await, 51);
    }

    /// Makes a record; gives its identity.
    async fn save(&self, entity: &str, values: Value) -> String {
        let Value::Object(values) = values else { unreachable!("an object") };
        let made = engine::records::create(&self.ctx, entity, values).await.expect("a record");
        made.id.to_string()
    }
}
