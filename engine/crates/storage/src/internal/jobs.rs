//! Long work with progress, leased by the node that does it so that another can take over after a crash.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, optional_text, optional_uuid, places, statement, text, uuid};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_job (id {uuid} PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, \
     input TEXT NOT NULL, done {integer} NOT NULL, total {integer} NOT NULL, message TEXT, result TEXT, owner {uuid}, \
     cancel {integer} NOT NULL, created_at {integer} NOT NULL, updated_at {integer} NOT NULL, \
     worker {uuid}, leased_until {integer} NOT NULL) {end}",
    "CREATE INDEX IF NOT EXISTS verstak_job_state ON verstak_job (state, created_at)",
];

const COLUMNS: &str = "id, kind, state, input, done, total, message, result, owner, cancel, created_at, updated_at";

const TYPES: [ColumnType; 12] = [
    ColumnType::Uuid,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Integer,
    ColumnType::Integer,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Uuid,
    ColumnType::Integer,
    ColumnType::Integer,
    ColumnType::Integer,
];

/// A new job.
pub struct Row<'a> {
    /// Identity.
    pub id: Uuid,
    /// What is to be done.
    pub kind: &'a str,
    /// `waiting`, or `running` when its worker exists already.
    pub state: &'a str,
    /// What to do it with, JSON.
    pub input: &'a str,
    /// How much there is to do; 0 when nobody knows.
    pub total: i64,
    /// Who asked.
    pub owner: Option<Uuid>,
    /// When.
    pub at: i64,
    /// Who does it already.
    pub worker: Option<Uuid>,
    /// Until when that worker is believed to be alive; of a job that waits, when it may begin.
    pub leased_until: i64,
}

/// Keeps a new job.
pub fn insert(dialect: Dialect, row: &Row<'_>) -> Statement {
    statement(
        "INSERT INTO verstak_job (id, kind, state, input, done, total, owner, cancel, created_at, updated_at, worker, \
         leased_until) VALUES ($1, $2, $3, $4, 0, $5, $6, 0, $7, $7, $8, $9)",
        [
            uuid(dialect, row.id),
            text(row.kind),
            text(row.state),
            text(row.input),
            integer(row.total),
            optional_uuid(dialect, row.owner),
            integer(row.at),
            optional_uuid(dialect, row.worker),
            integer(row.leased_until),
        ],
        &[],
    )
}

/// Reads one job: id, kind, state, input, done, total, message, result, owner, cancel, created, updated.
pub fn get(dialect: Dialect, id: Uuid) -> Statement {
    let sql = format!("SELECT {COLUMNS} FROM verstak_job WHERE id = $1");
    statement(&sql, [uuid(dialect, id)], &TYPES)
}

/// Kinds of jobs that somebody works on.
#[derive(Debug, Clone, Copy)]
pub enum Kinds<'a> {
    /// These.
    Among(&'a [&'a str]),
    /// All but these.
    Beside(&'a [&'a str]),
}

impl Kinds<'_> {
    /// The condition, with parameters after others.
    fn condition(&self, after: usize) -> (String, Vec<sea_query::Value>) {
        let (is, kinds) = match self {
            Self::Among(kinds) => ("IN", kinds),
            Self::Beside(kinds) => ("NOT IN", kinds),
        };
        (format!("kind {is} ({})", places(kinds.len(), after)), kinds.iter().map(|kind| text(kind)).collect())
    }
}

/// Finds one job of these kinds that waits or whose worker is gone: its identity.
pub fn open(now: i64, kinds: Kinds<'_>) -> Statement {
    let (condition, kinds) = kinds.condition(1);
    let sql = format!(
        "SELECT id FROM verstak_job WHERE state IN ('waiting', 'running') AND leased_until < $1 AND {condition} LIMIT 1"
    );
    statement(&sql, [integer(now)].into_iter().chain(kinds), &[ColumnType::Uuid])
}

/// Takes the oldest job of these kinds that waits or whose worker is gone, and gives it as [`get`] does.
pub fn lease(dialect: Dialect, worker: Uuid, now: i64, until: i64, kinds: Kinds<'_>) -> Statement {
    let (condition, kinds) = kinds.condition(3);
    let skip = match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let sql = format!(
        "UPDATE verstak_job SET state = 'running', worker = $1, leased_until = $2, updated_at = $3 WHERE id = (\
         SELECT id FROM verstak_job WHERE state IN ('waiting', 'running') AND leased_until < $3 AND {condition} \
         ORDER BY created_at LIMIT 1 {skip}) RETURNING {COLUMNS}"
    );
    let own = [uuid(dialect, worker), integer(until), integer(now)];
    statement(&sql, own.into_iter().chain(kinds), &TYPES)
}

/// Notes progress and prolongs the lease of the job's own worker; changes no row when another took it over.
pub fn progress(dialect: Dialect, id: Uuid, worker: Uuid, done: i64, now: i64, until: i64) -> Statement {
    statement(
        "UPDATE verstak_job SET done = CASE WHEN done > $1 THEN done ELSE $1 END, updated_at = $2, \
         leased_until = $3 WHERE id = $4 AND worker = $5 \
         AND state = 'running'",
        [integer(done), integer(now), integer(until), uuid(dialect, id), uuid(dialect, worker)],
        &[],
    )
}

/// Takes the next step of a job in the transaction that holds its work; changes no row when it was taken before.
pub fn step(dialect: Dialect, id: Uuid, from: i64) -> Statement {
    statement(
        "UPDATE verstak_job SET done = $1 WHERE id = $2 AND done = $3 AND state = 'running'",
        [integer(from.saturating_add(1)), uuid(dialect, id), integer(from)],
        &[],
    )
}

/// Sets how much there is to do.
pub fn set_total(dialect: Dialect, id: Uuid, total: i64) -> Statement {
    statement("UPDATE verstak_job SET total = $1 WHERE id = $2", [integer(total), uuid(dialect, id)], &[])
}

/// Ends a job as done in the transaction that holds its work; changes no row when somebody asked it to stop before.
pub fn complete(dialect: Dialect, id: Uuid, result: &str, now: i64) -> Statement {
    statement(
        "UPDATE verstak_job SET state = 'done', result = $1, updated_at = $2, \
         done = CASE WHEN total > 0 THEN total ELSE done END \
         WHERE id = $3 AND state = 'running' AND cancel = 0",
        [text(result), integer(now), uuid(dialect, id)],
        &[],
    )
}

/// Ends a job of a worker: `done`, `failed` or `cancelled`; changes no row when another took it over.
pub fn end(
    dialect: Dialect,
    id: Uuid,
    worker: Uuid,
    state: &str,
    message: Option<&str>,
    result: Option<&str>,
    now: i64,
) -> Statement {
    statement(
        "UPDATE verstak_job SET state = $1, message = $2, result = $3, updated_at = $4, \
         done = CASE WHEN $1 = 'done' AND total > 0 THEN total ELSE done END \
         WHERE id = $5 AND worker = $6 AND state = 'running'",
        [
            text(state),
            optional_text(message),
            optional_text(result),
            integer(now),
            uuid(dialect, id),
            uuid(dialect, worker),
        ],
        &[],
    )
}

/// Lets a running job wait until a moment, and begin anew then; changes no row when another took it over.
pub fn postpone(dialect: Dialect, id: Uuid, worker: Uuid, until: i64, now: i64) -> Statement {
    statement(
        "UPDATE verstak_job SET state = 'waiting', worker = NULL, leased_until = $1, updated_at = $2 \
         WHERE id = $3 AND worker = $4 AND state = 'running'",
        [integer(until), integer(now), uuid(dialect, id), uuid(dialect, worker)],
        &[],
    )
}

/// Writes into what came of a job what became of it since.
pub fn amend(dialect: Dialect, id: Uuid, result: &str, now: i64) -> Statement {
    statement(
        "UPDATE verstak_job SET result = $1, updated_at = $2 WHERE id = $3 AND state = 'done'",
        [text(result), integer(now), uuid(dialect, id)],
        &[],
    )
}

/// Asks a job that has not ended to stop.
pub fn cancel(dialect: Dialect, id: Uuid, now: i64) -> Statement {
    statement(
        "UPDATE verstak_job SET cancel = 1, updated_at = $1 WHERE id = $2 AND state IN ('waiting', 'running')",
        [integer(now), uuid(dialect, id)],
        &[],
    )
}

/// Lists jobs of a kind that ended before a moment.
pub fn ended_before(kind: &str, at: i64) -> Statement {
    statement(
        "SELECT id FROM verstak_job WHERE kind = $1 AND updated_at < $2 AND state NOT IN ('waiting', 'running')",
        [text(kind), integer(at)],
        &[ColumnType::Uuid],
    )
}

/// Lists jobs of a kind, the newest first, as [`get`] gives them.
pub fn newest(kind: &str, limit: u32) -> Statement {
    let sql = format!("SELECT {COLUMNS} FROM verstak_job WHERE kind = $1 ORDER BY created_at DESC LIMIT {limit}");
    statement(&sql, [text(kind)], &TYPES)
}

/// Forgets a job.
pub fn remove(dialect: Dialect, id: Uuid) -> Statement {
    statement("DELETE FROM verstak_job WHERE id = $1", [uuid(dialect, id)], &[])
}

/// Finds a job of a kind that has not ended: its identity.
pub fn unfinished(kind: &str) -> Statement {
    statement(
        "SELECT id FROM verstak_job WHERE kind = $1 AND state IN ('waiting', 'running') ORDER BY created_at LIMIT 1",
        [text(kind)],
        &[ColumnType::Uuid],
    )
}
