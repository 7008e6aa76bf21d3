//! Second factors: the sealed secret of a person's authenticator, and the recovery codes beside it.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, rows_of, statement, text, uuid};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_factor (user_id {uuid} PRIMARY KEY, secret {bytes} NOT NULL, \
     created_at {integer} NOT NULL, confirmed_at {integer}, last_step {integer} NOT NULL, \
     failures {integer} NOT NULL, blocked_until {integer} NOT NULL) {end}",
    "CREATE TABLE IF NOT EXISTS verstak_recovery (hash TEXT PRIMARY KEY, user_id {uuid} NOT NULL) {end}",
    "CREATE INDEX IF NOT EXISTS verstak_recovery_user ON verstak_recovery (user_id)",
];

/// Reads a person's factor: sealed secret, when it was confirmed, last step used, failures, blocked until.
pub fn get(dialect: Dialect, user: Uuid) -> Statement {
    statement(
        "SELECT secret, confirmed_at, last_step, failures, blocked_until FROM verstak_factor WHERE user_id = $1",
        [uuid(dialect, user)],
        &[ColumnType::Bytes, ColumnType::Integer, ColumnType::Integer, ColumnType::Integer, ColumnType::Integer],
    )
}

/// Keeps a new secret, not confirmed yet, in place of one that never was.
pub fn put(dialect: Dialect, user: Uuid, secret: &[u8], at: i64) -> Statement {
    statement(
        "INSERT INTO verstak_factor (user_id, secret, created_at, last_step, failures, blocked_until) \
         VALUES ($1, $2, $3, 0, 0, 0) ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, \
         created_at = excluded.created_at, last_step = 0 WHERE verstak_factor.confirmed_at IS NULL",
        [uuid(dialect, user), sea_query::Value::from(secret.to_vec()), integer(at)],
        &[],
    )
}

/// Says that the person has shown a code of the secret: from now on it is asked for.
pub fn confirm(dialect: Dialect, user: Uuid, at: i64) -> Statement {
    statement("UPDATE verstak_factor SET confirmed_at = $1 WHERE user_id = $2", [integer(at), uuid(dialect, user)], &[])
}

/// Uses up a step and forgets the failures: of many who show the same code, one changes a row.
pub fn use_step(dialect: Dialect, user: Uuid, step: i64) -> Statement {
    statement(
        "UPDATE verstak_factor SET last_step = $1, failures = 0, blocked_until = 0 WHERE user_id = $2 AND last_step < $1",
        [integer(step), uuid(dialect, user)],
        &[],
    )
}

/// Notes failures, and until when no code is looked at.
pub fn note(dialect: Dialect, user: Uuid, failures: i64, blocked_until: i64) -> Statement {
    statement(
        "UPDATE verstak_factor SET failures = $1, blocked_until = $2 WHERE user_id = $3",
        [integer(failures), integer(blocked_until), uuid(dialect, user)],
        &[],
    )
}

/// Removes a person's factor.
pub fn remove(dialect: Dialect, user: Uuid) -> Statement {
    statement("DELETE FROM verstak_factor WHERE user_id = $1", [uuid(dialect, user)], &[])
}

/// Keeps recovery codes by their hashes.
pub fn insert_codes(dialect: Dialect, user: Uuid, hashes: &[String]) -> Statement {
    let sql = format!("INSERT INTO verstak_recovery (hash, user_id) VALUES {}", rows_of(2, hashes.len()));
    let values = hashes.iter().flat_map(|hash| [text(hash), uuid(dialect, user)]);
    statement(&sql, values, &[])
}

/// Uses up a recovery code: of many who show it, one changes a row.
pub fn use_code(dialect: Dialect, user: Uuid, hash: &str) -> Statement {
    statement("DELETE FROM verstak_recovery WHERE hash = $1 AND user_id = $2", [text(hash), uuid(dialect, user)], &[])
}

/// Counts the recovery codes a person has left.
pub fn count_codes(dialect: Dialect, user: Uuid) -> Statement {
    statement("SELECT COUNT(*) FROM verstak_recovery WHERE user_id = $1", [uuid(dialect, user)], &[ColumnType::Integer])
}

/// Removes a person's recovery codes.
pub fn remove_codes(dialect: Dialect, user: Uuid) -> Statement {
    statement("DELETE FROM verstak_recovery WHERE user_id = $1", [uuid(dialect, user)], &[])
}

/// Lists the people who have a confirmed factor.
pub fn holders() -> Statement {
    statement("SELECT user_id FROM verstak_factor WHERE confirmed_at IS NOT NULL", [], &[ColumnType::Uuid])
}
