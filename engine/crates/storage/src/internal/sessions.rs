//! Sessions of people who signed in: found by the SHA-256 of what the cookie holds.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, optional_text, statement, text, uuid};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_session (hash TEXT PRIMARY KEY, id {uuid} NOT NULL UNIQUE, \
     user_id {uuid} NOT NULL, created_at {integer} NOT NULL, last_used_at {integer} NOT NULL, \
     expires_at {integer} NOT NULL, user_agent TEXT, address TEXT, confirmed_at {integer} NOT NULL DEFAULT 0, \
     roles TEXT NOT NULL DEFAULT '', former_hash TEXT, renewed_at {integer} NOT NULL DEFAULT 0) {end}",
    "CREATE INDEX IF NOT EXISTS verstak_session_user ON verstak_session (user_id)",
    "CREATE INDEX IF NOT EXISTS verstak_session_former ON verstak_session (former_hash)",
];

/// A new session.
pub struct Row<'a> {
    /// SHA-256 of the token.
    pub hash: &'a str,
    /// Identity by which it is shown and ended.
    pub id: Uuid,
    /// Whose it is.
    pub user: Uuid,
    /// When it was made.
    pub created_at: i64,
    /// When it ends even if it is used.
    pub expires_at: i64,
    /// What the client calls itself.
    pub user_agent: Option<&'a str>,
    /// Address it was made from.
    pub address: Option<&'a str>,
    /// The roles its user had.
    pub roles: &'a str,
}

/// Keeps a new session.
pub fn insert(dialect: Dialect, row: &Row<'_>) -> Statement {
    statement(
        "INSERT INTO verstak_session (hash, id, user_id, created_at, last_used_at, expires_at, user_agent, address, \
         confirmed_at, roles) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            text(row.hash),
            uuid(dialect, row.id),
            uuid(dialect, row.user),
            integer(row.created_at),
            integer(row.created_at),
            integer(row.expires_at),
            optional_text(row.user_agent),
            optional_text(row.address),
            integer(row.created_at),
            text(row.roles),
        ],
        &[],
    )
}

/// Notes that a session was used.
pub fn touch(hash: &str, at: i64) -> Statement {
    statement("UPDATE verstak_session SET last_used_at = $1 WHERE hash = $2", [integer(at), text(hash)], &[])
}

/// Notes that the owner of a session has just proved again who they are.
pub fn confirm(hash: &str, at: i64) -> Statement {
    statement(
        "UPDATE verstak_session SET confirmed_at = $1 WHERE hash = $2 OR former_hash = $2",
        [integer(at), text(hash)],
        &[],
    )
}

/// Gives a session another token: of many who try at once, one changes a row.
pub fn renew(hash: &str, fresh: &str, roles: &str, at: i64) -> Statement {
    statement(
        "UPDATE verstak_session SET hash = $1, former_hash = $2, roles = $3, renewed_at = $4 WHERE hash = $2",
        [text(fresh), text(hash), text(roles), integer(at)],
        &[],
    )
}

/// Lists the live sessions of a user: id, created, last used, expires, user agent, address, hash.
pub fn of(dialect: Dialect, user: Uuid, used_after: i64, now: i64) -> Statement {
    statement(
        "SELECT id, created_at, last_used_at, expires_at, user_agent, address, hash FROM verstak_session \
         WHERE user_id = $1 AND last_used_at > $2 AND expires_at > $3 ORDER BY last_used_at DESC",
        [uuid(dialect, user), integer(used_after), integer(now)],
        &[
            ColumnType::Uuid,
            ColumnType::Integer,
            ColumnType::Integer,
            ColumnType::Integer,
            ColumnType::Text,
            ColumnType::Text,
            ColumnType::Text,
        ],
    )
}

/// Ends one session by its hash, or by the one before.
pub fn end(hash: &str) -> Statement {
    statement("DELETE FROM verstak_session WHERE hash = $1 OR former_hash = $1", [text(hash)], &[])
}

/// Ends one session of a user by its identity.
pub fn end_one(dialect: Dialect, user: Uuid, id: Uuid) -> Statement {
    statement(
        "DELETE FROM verstak_session WHERE user_id = $1 AND id = $2",
        [uuid(dialect, user), uuid(dialect, id)],
        &[],
    )
}

/// Ends all sessions of a user.
pub fn end_all(dialect: Dialect, user: Uuid) -> Statement {
    statement("DELETE FROM verstak_session WHERE user_id = $1", [uuid(dialect, user)], &[])
}

/// Ends all sessions of a user but the one with this hash.
pub fn end_others(dialect: Dialect, user: Uuid, hash: &str) -> Statement {
    statement(
        "DELETE FROM verstak_session WHERE user_id = $1 AND hash <> $2 AND COALESCE(former_hash, '') <> $2",
        [uuid(dialect, user), text(hash)],
        &[],
    )
}

/// Removes sessions that have ended by themselves.
pub fn sweep(used_before: i64, now: i64) -> Statement {
    statement(
        "DELETE FROM verstak_session WHERE last_used_at <= $1 OR expires_at <= $2",
        [integer(used_before), integer(now)],
        &[],
    )
}
