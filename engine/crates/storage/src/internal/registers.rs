//! The tables that hold the rows of registers, one for each time they were composed, and what changed since.

use sql::{ColumnType, Statement};

use super::{integer, statement, text};

pub(super) const TABLES: &[&str] = &[
    // `state` is `building`, `current` or `old`; `columns` is JSON.
    "CREATE TABLE IF NOT EXISTS verstak_register (name TEXT PRIMARY KEY, register TEXT NOT NULL, state TEXT NOT NULL, \
     definition TEXT NOT NULL, columns TEXT NOT NULL, as_of {integer} NOT NULL, place {integer} NOT NULL, \
     finished_at {integer}, records {integer}, left_at {integer}) {end}",
    "CREATE UNIQUE INDEX IF NOT EXISTS verstak_register_current ON verstak_register (register) WHERE state = 'current'",
    "CREATE TABLE IF NOT EXISTS verstak_register_change (register TEXT PRIMARY KEY, at {integer} NOT NULL) {end}",
];

/// A table as it is begun.
#[derive(Debug)]
pub struct Begun<'a> {
    /// Name of the table.
    pub name: &'a str,
    /// Identity of the register.
    pub register: &'a str,
    /// A digest of what its rows mean.
    pub definition: &'a str,
    /// Its columns, as JSON.
    pub columns: &'a str,
    /// The moment whose records its rows are made of.
    pub as_of: i64,
    /// Number of the newest message by then.
    pub place: i64,
}

/// Reads all tables: name, register, state, definition, columns, as of, place, finished, records, left.
pub fn all() -> Statement {
    let (text, number) = (ColumnType::Text, ColumnType::Integer);
    statement(
        "SELECT name, register, state, definition, columns, as_of, place, finished_at, records, left_at \
         FROM verstak_register ORDER BY as_of, name",
        [],
        &[text, text, text, text, text, number, number, number, number, number],
    )
}

/// Writes a table down before it is made.
pub fn begin(begun: &Begun<'_>) -> Statement {
    statement(
        "INSERT INTO verstak_register (name, register, state, definition, columns, as_of, place) \
         VALUES ($1, $2, 'building', $3, $4, $5, $6)",
        [
            text(begun.name),
            text(begun.register),
            text(begun.definition),
            text(begun.columns),
            integer(begun.as_of),
            integer(begun.place),
        ],
        &[],
    )
}

/// Leaves the table that is read.
pub fn leave_current(register: &str, at: i64) -> Statement {
    statement(
        "UPDATE verstak_register SET state = 'old', left_at = $1 WHERE register = $2 AND state = 'current'",
        [integer(at), text(register)],
        &[],
    )
}

/// Has a table read that is filled; changes no row when somebody took it away.
pub fn finish(name: &str, records: i64, at: i64) -> Statement {
    statement(
        "UPDATE verstak_register SET state = 'current', records = $1, finished_at = $2 \
         WHERE name = $3 AND state = 'building'",
        [integer(records), integer(at), text(name)],
        &[],
    )
}

/// Leaves a table whatever state it is in.
pub fn leave(name: &str, at: i64) -> Statement {
    statement(
        "UPDATE verstak_register SET state = 'old', left_at = $1 WHERE name = $2 AND state <> 'old'",
        [integer(at), text(name)],
        &[],
    )
}

/// Takes a table that was left, to take it away; changes no row when another took it.
pub fn take(name: &str, left: i64, at: i64) -> Statement {
    statement(
        "UPDATE verstak_register SET left_at = $1 WHERE name = $2 AND state = 'old' AND left_at = $3",
        [integer(at), text(name), integer(left)],
        &[],
    )
}

/// Forgets a table that was taken away.
pub fn forget(name: &str) -> Statement {
    statement("DELETE FROM verstak_register WHERE name = $1", [text(name)], &[])
}

/// Reads since when rows are made of what changed: register, moment.
pub fn changes() -> Statement {
    statement("SELECT register, at FROM verstak_register_change", [], &[ColumnType::Text, ColumnType::Integer])
}

/// Keeps that something changed; the first moment stays.
pub fn changed(registers: &[&str], at: i64) -> Statement {
    let rows = super::rows_of(2, registers.len());
    let values = registers.iter().flat_map(|register| [text(register), integer(at)]);
    let insert = format!("INSERT INTO verstak_register_change (register, at) VALUES {rows}");
    statement(&format!("{insert} ON CONFLICT (register) DO NOTHING"), values, &[])
}

/// Forgets what changed: from now on rows are composed of what is there.
pub fn settled(register: &str) -> Statement {
    statement("DELETE FROM verstak_register_change WHERE register = $1", [text(register)], &[])
}
