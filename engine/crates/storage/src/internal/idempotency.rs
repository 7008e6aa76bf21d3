//! Answers kept by the key of the request, so that a repeated request gives the first answer.

use sql::{ColumnType, Statement};

use super::{integer, statement, text};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_idempotency (actor TEXT NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL, \
     record TEXT NOT NULL, at {integer} NOT NULL, PRIMARY KEY (actor, key)) {end}",
    "CREATE INDEX IF NOT EXISTS verstak_idempotency_at ON verstak_idempotency (at)",
];

/// Reads what a key made: hash of the request, identity of the record.
pub fn find(actor: &str, key: &str) -> Statement {
    statement(
        "SELECT hash, record FROM verstak_idempotency WHERE actor = $1 AND key = $2",
        [text(actor), text(key)],
        &[ColumnType::Text, ColumnType::Text],
    )
}

/// Keeps what a key made; a second writer of the key changes no row.
pub fn keep(actor: &str, key: &str, hash: &str, record: &str, at: i64) -> Statement {
    statement(
        "INSERT INTO verstak_idempotency (actor, key, hash, record, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (actor, key) DO NOTHING",
        [text(actor), text(key), text(hash), text(record), integer(at)],
        &[],
    )
}

/// Forgets keys older than a moment.
pub fn forget(before: i64) -> Statement {
    statement("DELETE FROM verstak_idempotency WHERE at < $1", [integer(before)], &[])
}
