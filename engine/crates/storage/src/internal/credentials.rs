//! Hashes of passwords, kept apart from the records of users so that no query of people can reach them.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, statement, text, uuid};

pub(super) const TABLES: &[&str] = &["CREATE TABLE IF NOT EXISTS verstak_credential (user_id {uuid} PRIMARY KEY, \
     hash TEXT NOT NULL, changed_at {integer} NOT NULL) {end}"];

/// Reads the hash of a user's password.
pub fn get(dialect: Dialect, user: Uuid) -> Statement {
    statement("SELECT hash FROM verstak_credential WHERE user_id = $1", [uuid(dialect, user)], &[ColumnType::Text])
}

/// Sets the hash of a user's password.
pub fn put(dialect: Dialect, user: Uuid, hash: &str, at: i64) -> Statement {
    statement(
        "INSERT INTO verstak_credential (user_id, hash, changed_at) VALUES ($1, $2, $3) \
         ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at",
        [uuid(dialect, user), text(hash), integer(at)],
        &[],
    )
}

/// Replaces a hash by another of the same password, unless the password was changed meanwhile.
pub fn rehash(dialect: Dialect, user: Uuid, old: &str, new: &str) -> Statement {
    statement(
        "UPDATE verstak_credential SET hash = $1 WHERE user_id = $2 AND hash = $3",
        [text(new), uuid(dialect, user), text(old)],
        &[],
    )
}
