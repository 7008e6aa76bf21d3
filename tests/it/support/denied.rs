//! Denied is unchanged: whatever a test sends, an answer of 4xx must leave the database as it was.
//!
//! [`Client::send`](super::Client::send) looks before and after each request that could write. Requests that fly beside
//! others, or beside a job at work, are not judged, for what changes then may be theirs.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use engine::Engine;
use expression::Value;
use sql::{ColumnType, Statement};

use super::Backend;

/// What a refusal may note, and what works on in the background: attempts, when somebody was last seen, denied acts in the
/// audit, jobs and messages on their way, rows of registers.
const SKIPPED: [&str; 13] = [
    "verstak_attempt",
    "verstak_audit_",
    "verstak_session",
    "verstak_token",
    "verstak_job",
    "verstak_outbox",
    "verstak_search",
    "verstak_asked",
    "verstak_register",
    "verstak_kept_",
    "verstak_file_content",
    "sqlite_",
    "sys_audit_event",
];

/// An application that is looked at.
#[derive(Clone)]
struct Watched {
    engine: Engine,
    backend: Backend,
    /// Requests begun.
    asked: Arc<AtomicU64>,
    /// Requests under way.
    flying: Arc<AtomicUsize>,
}

static APPS: LazyLock<Mutex<HashMap<String, Watched>>> = LazyLock::new(Mutex::default);

/// Begins to look at an application.
pub(super) fn watch(base: &str, engine: &Engine, backend: Backend) {
    let watched = Watched { engine: engine.clone(), backend, asked: Arc::default(), flying: Arc::default() };
    APPS.lock().expect("no test panics here").insert(base.to_owned(), watched);
}

/// Looks away.
pub(super) fn forget(base: &str) {
    APPS.lock().expect("no test panics here").remove(base);
}

/// A request under way, with what the database held before it.
pub(super) struct Flight {
    watched: Watched,
    number: u64,
    before: Option<String>,
}

impl Flight {
    /// Notes that a request begins.
    pub(super) async fn begin(base: &str, may_write: bool) -> Option<Self> {
        let watched = APPS.lock().expect("no test panics here").get(base).cloned()?;
        let alone = watched.flying.fetch_add(1, Ordering::SeqCst) == 0;
        let number = watched.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut flight = Self { watched, number, before: None };
        if alone && may_write && !is_at_work(&flight.watched.engine).await {
            flight.before = Some(contents(&flight.watched.engine, flight.watched.backend).await);
        }
        Some(flight)
    }

    /// Judges the answer.
    pub(super) async fn end(self, status: u16, what: &str) {
        let Some(before) = self.before.as_ref().filter(|_| (400..500).contains(&status)) else { return };
        let after = contents(&self.watched.engine, self.watched.backend).await;
        let alone = self.watched.asked.load(Ordering::SeqCst) == self.number;
        if alone && *before != after {
            panic!("{what} answers {status} and changes data\n{}", first_difference(before, &after));
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.watched.flying.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether a job of the application waits or runs.
async fn is_at_work(engine: &Engine) -> bool {
    let text = "SELECT id FROM verstak_job WHERE state IN ('waiting', 'running') LIMIT 1";
    let statement = Statement::text(text, Vec::new(), vec![ColumnType::Uuid]);
    !engine.database().fetch(&statement).await.expect("the database answers").is_empty()
}

/// Everything the database holds, a line for each table, but for what is skipped.
pub(crate) async fn contents(engine: &Engine, backend: Backend) -> String {
    let fetch = async |statement: String, width: usize| {
        let statement = Statement::text(statement, Vec::new(), vec![ColumnType::Text; width]);
        engine.database().fetch(&statement).await.expect("the database answers")
    };
    let columns = match backend {
        Backend::Sqlite => {
            "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid"
        }
        Backend::Postgres => "SELECT tablename::text, '' FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
    };
    let mut tables: Vec<(String, Vec<String>)> = Vec::new();
    for row in fetch(columns.to_owned(), 2).await {
        let (table, column) = (plain(row.first()), plain(row.get(1)));
        if SKIPPED.iter().any(|skipped| table.starts_with(skipped)) {
            continue;
        }
        match tables.last_mut().filter(|(last, _)| *last == table) {
            Some((_, columns)) => columns.push(column),
            None => tables.push((table, vec![column])),
        }
    }
    let selects: Vec<String> = tables.iter().map(|(table, columns)| select(table, columns, backend)).collect();
    let mut contents = String::new();
    // SQLite joins at most so many selects.
    for selects in selects.chunks(200) {
        for row in fetch(selects.join(" UNION ALL "), 2).await {
            writeln!(contents, "{} {}", plain(row.first()), plain(row.get(1))).expect("a text grows");
        }
    }
    contents
}

fn select(table: &str, columns: &[String], backend: Backend) -> String {
    match backend {
        Backend::Postgres => {
            format!("SELECT '{table}', coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM \"{table}\" t")
        }
        Backend::Sqlite => {
            let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
            let row = quoted.join(" || ',' || ");
            format!(
                "SELECT '{table}', (SELECT coalesce(group_concat(r, '|'), '') FROM (SELECT {row} AS r FROM \"{table}\" ORDER BY 1))"
            )
        }
    }
}

fn plain(value: Option<&Value>) -> String {
    if let Some(Value::Text(text)) = value { text.to_string() } else { String::new() }
}

/// The first line in which two texts differ.
pub(crate) fn first_difference(expected: &str, found: &str) -> String {
    let pair = std::iter::zip(expected.lines(), found.lines()).find(|(expected, found)| expected != found);
    pair.map_or_else(
        || "one is longer".to_owned(),
        |(expected, found)| format!("expected: {expected}\nfound:    {found}"),
    )
}
