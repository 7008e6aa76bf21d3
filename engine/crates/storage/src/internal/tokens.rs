//! Tokens by which programs sign in: found by their SHA-256.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, statement, text, uuid};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_token (id {uuid} PRIMARY KEY, hash TEXT NOT NULL UNIQUE, user_id {uuid} NOT NULL, \
     name TEXT NOT NULL, created_at {integer} NOT NULL, expires_at {integer}, last_used_at {integer}) {end}",
    "CREATE INDEX IF NOT EXISTS verstak_token_user ON verstak_token (user_id)",
];

/// A new token.
pub struct Row<'a> {
    /// Identity by which it is shown and revoked.
    pub id: Uuid,
    /// SHA-256 of the token.
    pub hash: &'a str,
    /// Who it signs in as.
    pub user: Uuid,
    /// What its owner calls it.
    pub name: &'a str,
    /// When it was made.
    pub created_at: i64,
    /// When it ends; `None` for never.
    pub expires_at: Option<i64>,
}

/// Keeps a new token.
pub fn insert(dialect: Dialect, row: &Row<'_>) -> Statement {
    statement(
        "INSERT INTO verstak_token (id, hash, user_id, name, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            uuid(dialect, row.id),
            text(row.hash),
            uuid(dialect, row.user),
            text(row.name),
            integer(row.created_at),
            sea_query::Value::from(row.expires_at),
        ],
        &[],
    )
}

/// Notes that a token was used.
pub fn touch(hash: &str, at: i64) -> Statement {
    statement("UPDATE verstak_token SET last_used_at = $1 WHERE hash = $2", [integer(at), text(hash)], &[])
}

/// Lists a user's tokens: id, name, created, expires, last used.
pub fn of(dialect: Dialect, user: Uuid) -> Statement {
    statement(
        "SELECT id, name, created_at, expires_at, last_used_at FROM verstak_token WHERE user_id = $1 ORDER BY created_at",
        [uuid(dialect, user)],
        &[ColumnType::Uuid, ColumnType::Text, ColumnType::Integer, ColumnType::Integer, ColumnType::Integer],
    )
}

/// Revokes one token of a user.
pub fn revoke(dialect: Dialect, user: Uuid, id: Uuid) -> Statement {
    statement("DELETE FROM verstak_token WHERE user_id = $1 AND id = $2", [uuid(dialect, user), uuid(dialect, id)], &[])
}
