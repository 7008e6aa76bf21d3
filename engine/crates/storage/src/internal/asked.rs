//! What lists are filtered and sorted by: sets of fields and how often, never the values.

use sql::{ColumnType, Statement};

use super::{integer, statement, text};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_asked (entity TEXT NOT NULL, fields TEXT NOT NULL, times {integer} NOT NULL, \
     last_at {integer} NOT NULL, PRIMARY KEY (entity, fields)) {end}",
];

/// Adds to how often a set of fields of an entity was asked by.
pub fn add(entity: &str, fields: &str, times: i64, at: i64) -> Statement {
    statement(
        "INSERT INTO verstak_asked (entity, fields, times, last_at) VALUES ($1, $2, $3, $4) ON CONFLICT (entity, fields) \
         DO UPDATE SET times = verstak_asked.times + excluded.times, last_at = excluded.last_at",
        [text(entity), text(fields), integer(times), integer(at)],
        &[],
    )
}

/// Lists the sets of an entity that were asked by since a moment, the most frequent first: fields, times.
pub fn of_entity(entity: &str, since: i64) -> Statement {
    statement(
        "SELECT fields, times FROM verstak_asked WHERE entity = $1 AND last_at >= $2 ORDER BY times DESC, fields LIMIT 50",
        [text(entity), integer(since)],
        &[ColumnType::Text, ColumnType::Integer],
    )
}

/// Forgets what was not asked by since a moment.
pub fn forget(before: i64) -> Statement {
    statement("DELETE FROM verstak_asked WHERE last_at < $1", [integer(before)], &[])
}
