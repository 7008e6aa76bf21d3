//! Numbers that are given once: a count by name.

use sql::{ColumnType, Statement};

use super::{integer, statement, text};

pub(super) const TABLES: &[&str] =
    &["CREATE TABLE IF NOT EXISTS verstak_sequence (name TEXT PRIMARY KEY, value {integer} NOT NULL) {end}"];

/// Takes so many numbers and gives the last of them.
pub fn advance(name: &str, count: i64) -> Statement {
    statement(
        "INSERT INTO verstak_sequence (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = verstak_sequence.value + excluded.value RETURNING value",
        [text(name), integer(count)],
        &[ColumnType::Integer],
    )
}
