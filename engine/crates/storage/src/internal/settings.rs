//! Settings of the workspace and small facts about it: a value by name.

use sql::{ColumnType, Dialect, Statement};

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

/// Reads one setting and keeps it from changing until the end of the transaction; SQLite's one writer needs no lock.
pub fn hold(dialect: Dialect, name: &str, lock: Lock) -> Statement {
    let lock = match (dialect, lock) {
        (Dialect::Sqlite, _) => "",
        (Dialect::Postgres, Lock::Shared) => " FOR SHARE",
        (Dialect::Postgres, Lock::Alone) => " FOR UPDATE",
    };
    statement(&format!("SELECT value FROM verstak_setting WHERE name = $1{lock}"), [text(name)], &[ColumnType::Text])
}

/// Who else may hold a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Others who do not change it.
    Shared,
    /// Nobody.
    Alone,
}

/// Sets a value, whether or not there was one.
pub fn put(name: &str, value: &str) -> Statement {
    statement(
        "INSERT INTO verstak_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
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
