//! Accounts of the company's own sign-in that are linked to people here, by issuer and subject.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, statement, text, uuid};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_identity (issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id {uuid} NOT NULL, \
     created_at {integer} NOT NULL, PRIMARY KEY (issuer, subject)) {end}",
    "CREATE INDEX IF NOT EXISTS verstak_identity_user ON verstak_identity (user_id)",
];

/// Finds the person an account is linked to.
pub fn get(issuer: &str, subject: &str) -> Statement {
    statement(
        "SELECT user_id FROM verstak_identity WHERE issuer = $1 AND subject = $2",
        [text(issuer), text(subject)],
        &[ColumnType::Uuid],
    )
}

/// Links an account to a person, unless it is linked already.
pub fn insert(dialect: Dialect, issuer: &str, subject: &str, user: Uuid, at: i64) -> Statement {
    statement(
        "INSERT INTO verstak_identity (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (issuer, subject) DO NOTHING",
        [text(issuer), text(subject), uuid(dialect, user), integer(at)],
        &[],
    )
}

/// Lists the issuers of whom a person has accounts linked.
pub fn of(dialect: Dialect, user: Uuid) -> Statement {
    statement("SELECT issuer FROM verstak_identity WHERE user_id = $1", [uuid(dialect, user)], &[ColumnType::Text])
}

/// Unlinks a person's accounts.
pub fn remove(dialect: Dialect, user: Uuid) -> Statement {
    statement("DELETE FROM verstak_identity WHERE user_id = $1", [uuid(dialect, user)], &[])
}
