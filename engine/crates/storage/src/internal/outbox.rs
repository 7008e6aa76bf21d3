//! Messages written in the transaction of what they tell of, and read after it.

use sql::{ColumnType, Statement};

use super::{integer, statement, text};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_outbox (id {serial}, at {integer} NOT NULL, kind TEXT NOT NULL, \
     payload TEXT NOT NULL) {end}",
    // Every save would write it, and the numbers tell the order as well.
    "DROP INDEX IF EXISTS verstak_outbox_at",
];

/// Adds a message.
pub fn append(at: i64, kind: &str, payload: &str) -> Statement {
    statement(
        "INSERT INTO verstak_outbox (at, kind, payload) VALUES ($1, $2, $3)",
        [integer(at), text(kind), text(payload)],
        &[],
    )
}

/// Reads messages after a number, in order: number, moment, kind, payload.
pub fn after(id: i64, limit: i64) -> Statement {
    statement(
        "SELECT id, at, kind, payload FROM verstak_outbox WHERE id > $1 ORDER BY id LIMIT $2",
        [integer(id), integer(limit)],
        &[ColumnType::Integer, ColumnType::Integer, ColumnType::Text, ColumnType::Text],
    )
}

/// Gives the number of the newest message; 0 when there is none.
pub fn newest() -> Statement {
    statement("SELECT coalesce(max(id), 0) FROM verstak_outbox", [], &[ColumnType::Integer])
}

/// Counts the messages after a number, so many at most.
pub fn count_after(id: i64, most: i64) -> Statement {
    statement(
        "SELECT count(*) FROM (SELECT 1 AS one FROM verstak_outbox WHERE id > $1 LIMIT $2) AS n",
        [integer(id), integer(most)],
        &[ColumnType::Integer],
    )
}

/// Lists the transactions that have written messages and have not ended; on PostgreSQL, for SQLite has one writer. Who writes a
/// message holds its table before the message has a number.
pub fn writers() -> Statement {
    statement(
        "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted \
         AND relation = to_regclass('verstak_outbox') AND pid <> pg_backend_pid()",
        [],
        &[ColumnType::Text],
    )
}

/// Forgets the messages before the first that is no older than a moment; while there is none they are kept, so that no
/// number is given twice.
pub fn forget(before: i64) -> Statement {
    statement(
        "DELETE FROM verstak_outbox WHERE id < (SELECT id FROM verstak_outbox WHERE at >= $1 ORDER BY id LIMIT 1)",
        [integer(before)],
        &[],
    )
}
