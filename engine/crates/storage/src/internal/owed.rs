//! Values that a job still has to calculate: which fields of which entities, and which records are left.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, statement, text, uuid};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_owed (job {uuid} NOT NULL, entity TEXT NOT NULL, field TEXT NOT NULL, \
     PRIMARY KEY (job, field)) {end}",
    "CREATE TABLE IF NOT EXISTS verstak_owed_record (job {uuid} NOT NULL, record {uuid} NOT NULL, \
     PRIMARY KEY (job, record)) {end}",
];

/// Says that a job has to calculate a field.
pub fn insert(dialect: Dialect, job: Uuid, entity: &str, field: &str) -> Statement {
    statement(
        "INSERT INTO verstak_owed (job, entity, field) VALUES ($1, $2, $3)",
        [uuid(dialect, job), text(entity), text(field)],
        &[],
    )
}

/// Lists what is owed: entity, field, whether by a publish.
pub fn all() -> Statement {
    statement(
        "SELECT entity, field, false FROM verstak_owed UNION SELECT entity, field, true FROM verstak_backfill",
        [],
        &[ColumnType::Text, ColumnType::Text, ColumnType::Boolean],
    )
}

/// Writes down the records of a job, which a statement of one identity gives; those that are there stay.
pub fn fill(dialect: Dialect, job: Uuid, records: Statement) -> Statement {
    let mut parameters = records.parameters;
    parameters.0.push(uuid(dialect, job));
    let place = parameters.0.len();
    let text = format!(
        "INSERT INTO verstak_owed_record (job, record) SELECT ${place}, n.* FROM ({}) AS n WHERE true \
         ON CONFLICT DO NOTHING",
        records.text
    );
    Statement { text, parameters, columns: Vec::new() }
}

/// Counts what is left of a job.
pub fn left(dialect: Dialect, job: Uuid) -> Statement {
    statement("SELECT count(*) FROM verstak_owed_record WHERE job = $1", [uuid(dialect, job)], &[ColumnType::Integer])
}

/// Takes so many records of a job, and gives them.
pub fn take(dialect: Dialect, job: Uuid, count: i64) -> Statement {
    statement(
        "DELETE FROM verstak_owed_record WHERE job = $1 AND record IN (\
         SELECT record FROM verstak_owed_record WHERE job = $1 ORDER BY record LIMIT $2) RETURNING record",
        [uuid(dialect, job), integer(count)],
        &[ColumnType::Uuid],
    )
}

/// Forgets what a job owed.
pub fn settle(dialect: Dialect, job: Uuid) -> Statement {
    statement("DELETE FROM verstak_owed WHERE job = $1", [uuid(dialect, job)], &[])
}
