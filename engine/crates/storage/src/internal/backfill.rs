//! Formulas that a job calculates for the records there are, after the publish that made them what they are: each with the record
//! behind which the job goes on, and how many are left.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, places, statement, text, uuid};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_backfill (field TEXT PRIMARY KEY, entity TEXT NOT NULL, job {uuid} NOT NULL, \
     behind {uuid}, remaining {integer} NOT NULL) {end}",
];

/// Says that a job has to calculate a field of so many records, from the first one.
pub fn put(dialect: Dialect, field: &str, entity: &str, job: Uuid, remaining: i64) -> Statement {
    statement(
        "INSERT INTO verstak_backfill (field, entity, job, behind, remaining) VALUES ($1, $2, $3, NULL, $4) \
         ON CONFLICT (field) DO UPDATE SET entity = excluded.entity, job = excluded.job, behind = NULL, \
         remaining = excluded.remaining",
        [text(field), text(entity), uuid(dialect, job), integer(remaining)],
        &[],
    )
}

/// Leaves everything that is not done to another job.
pub fn take_over(dialect: Dialect, job: Uuid) -> Statement {
    statement("UPDATE verstak_backfill SET job = $1", [uuid(dialect, job)], &[])
}

/// Lists what is not done: field, how many records are left.
pub fn all() -> Statement {
    statement("SELECT field, remaining FROM verstak_backfill", [], &[ColumnType::Text, ColumnType::Integer])
}

/// Lists what a job has to do, and holds it until the end of the transaction: field, the record behind which it goes on, how many
/// are left.
pub fn hold(dialect: Dialect, job: Uuid) -> Statement {
    let lock = match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE",
    };
    let sql = format!("SELECT field, behind, remaining FROM verstak_backfill WHERE job = $1 ORDER BY field{lock}");
    statement(&sql, [uuid(dialect, job)], &[ColumnType::Text, ColumnType::Uuid, ColumnType::Integer])
}

/// Goes on behind a record, after so many.
pub fn advance(dialect: Dialect, fields: &[&str], after: Uuid, records: i64) -> Statement {
    let sql = format!(
        "UPDATE verstak_backfill SET behind = $1, remaining = CASE WHEN remaining > $2 THEN remaining - $2 ELSE 0 END \
         WHERE field IN ({})",
        places(fields.len(), 2)
    );
    let own = [uuid(dialect, after), integer(records)];
    statement(&sql, own.into_iter().chain(fields.iter().map(|field| text(field))), &[])
}

/// Forgets fields: they are calculated, or are no formulas any more.
pub fn remove(fields: &[&str]) -> Statement {
    let sql = format!("DELETE FROM verstak_backfill WHERE field IN ({})", places(fields.len(), 0));
    statement(&sql, fields.iter().map(|field| text(field)), &[])
}
