//! Attempts to sign in, counted by account and by address for all nodes together.

use sql::{ColumnType, Statement};

use super::{integer, statement, text};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_attempt (subject TEXT NOT NULL, at {integer} NOT NULL) {end}",
    "CREATE INDEX IF NOT EXISTS verstak_attempt_subject ON verstak_attempt (subject, at)",
];

/// Counts the attempts of a subject since a moment: how many, and the oldest.
pub fn count(subject: &str, since: i64) -> Statement {
    statement(
        "SELECT COUNT(*), MIN(at) FROM verstak_attempt WHERE subject = $1 AND at > $2",
        [text(subject), integer(since)],
        &[ColumnType::Integer, ColumnType::Integer],
    )
}

/// Notes an attempt.
pub fn insert(subject: &str, at: i64) -> Statement {
    statement("INSERT INTO verstak_attempt (subject, at) VALUES ($1, $2)", [text(subject), integer(at)], &[])
}

/// Forgets a subject's attempts.
pub fn forget(subject: &str) -> Statement {
    statement("DELETE FROM verstak_attempt WHERE subject = $1", [text(subject)], &[])
}

/// Forgets old attempts of everybody.
pub fn sweep(before: i64) -> Statement {
    statement("DELETE FROM verstak_attempt WHERE at <= $1", [integer(before)], &[])
}
