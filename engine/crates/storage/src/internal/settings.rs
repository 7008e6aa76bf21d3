//! Settings of the workspace and small facts about it: a value by name.

use sql::{ColumnType, Statement};

use super::{statement, text};

pub(super) const TABLES: &[&str] =
    &["CREATE TABLE IF NOT EXISTS verstak_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) {end}"];

/// Reads all settings: name, value.
pub fn all() -> Statement {
    statement("SELECT name, value FROM verstak_setting", [], &[ColumnType::Text, ColumnType::Text])
}

/// Reads one setting.
pub fn get(name: &str) -> Statement {
    statement("SELECT value FROM verstak_setting WHERE name = $1", [text(name)], &[ColumnType::Text])
}

/// The text that begins a transaction of PostgreSQL and holds a setting, together with others who do not change it.
pub(crate) fn begin_holding(name: &'static str) -> String {
    let name = name.replace('\'', "''");
    // By a lock of its own: one on the row would be written into the row by every save.
    format!(
        "BEGIN; SELECT pg_advisory_xact_lock_shared(hashtextextended('{}', 0)); \
         SELECT value FROM verstak_setting WHERE name = '{name}'",
        lock_of(&name)
    )
}

/// Name of the lock that whoever changes a setting takes alone.
pub(crate) fn lock_of(name: &str) -> String {
    format!("setting {name}")
}

/// Sets a value, whether or not there was one.
pub fn put(name: &str, value: &str) -> Statement {
    statement(
        "INSERT INTO verstak_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [text(name), text(value)],
        &[],
    )
}

/// Sets a value where there is none.
pub fn put_first(name: &str, value: &str) -> Statement {
    statement(
        "INSERT INTO verstak_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        [text(name), text(value)],
        &[],
    )
}

/// Removes a setting if it still has this value: of many who try, one changes a row.
pub fn take(name: &str, value: &str) -> Statement {
    statement("DELETE FROM verstak_setting WHERE name = $1 AND value = $2", [text(name), text(value)], &[])
}

/// Removes a setting.
pub fn remove(name: &str) -> Statement {
    statement("DELETE FROM verstak_setting WHERE name = $1", [text(name)], &[])
}

/// Counts a number up by one: what changed is told by it to those who look.
pub fn count_up(name: &str) -> Statement {
    statement(
        "INSERT INTO verstak_setting (name, value) VALUES ($1, '1') ON CONFLICT (name) DO UPDATE \
         SET value = CAST(CAST(verstak_setting.value AS BIGINT) + 1 AS TEXT)",
        [text(name)],
        &[],
    )
}
