//! What is done at set times: when it is due next, and the job that did it last.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, optional_uuid, statement, text, uuid};

pub(super) const TABLES: &[&str] =
    &["CREATE TABLE IF NOT EXISTS verstak_schedule (name TEXT PRIMARY KEY, cron TEXT NOT NULL, zone TEXT NOT NULL, \
     next_at {integer}, job {uuid}) {end}"];

/// Reads all: name, cron, zone, next, job.
pub fn all() -> Statement {
    let types = [ColumnType::Text, ColumnType::Text, ColumnType::Text, ColumnType::Integer, ColumnType::Uuid];
    statement("SELECT name, cron, zone, next_at, job FROM verstak_schedule ORDER BY name", [], &types)
}

/// Keeps when something is due next, by which times of which zone; what did it last stays.
pub fn put(name: &str, cron: &str, zone: &str, next: Option<i64>) -> Statement {
    statement(
        "INSERT INTO verstak_schedule (name, cron, zone, next_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (name) DO UPDATE SET cron = excluded.cron, zone = excluded.zone, next_at = excluded.next_at",
        [text(name), text(cron), text(zone), sea_query::Value::BigInt(next)],
        &[],
    )
}

/// Takes what is due at a moment for one who does it; changes no row when another took it before.
pub fn take(name: &str, due: i64, next: Option<i64>) -> Statement {
    statement(
        "UPDATE verstak_schedule SET next_at = $1 WHERE name = $2 AND next_at = $3",
        [sea_query::Value::BigInt(next), text(name), integer(due)],
        &[],
    )
}

/// Names the job that does it instead of the one that did; changes no row when another was named meanwhile.
pub fn begin(dialect: Dialect, name: &str, last: Option<Uuid>, job: Uuid) -> Statement {
    statement(
        "UPDATE verstak_schedule SET job = $1 WHERE name = $2 AND job IS NOT DISTINCT FROM $3",
        [uuid(dialect, job), text(name), optional_uuid(dialect, last)],
        &[],
    )
}

/// Forgets what is done no more.
pub fn remove(name: &str) -> Statement {
    statement("DELETE FROM verstak_schedule WHERE name = $1", [text(name)], &[])
}
