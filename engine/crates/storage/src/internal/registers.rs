//! The tables that hold the rows of registers, one for each time they were composed, and what changed since.

use sea_query::Value;
use sql::{ColumnType, Statement};

use super::{integer, statement, text};

pub(super) const TABLES: &[&str] = &[
    // `state` is `building`, `current` or `old`; `columns` is JSON, and so is `refreshed`, which tells how the rows were composed last.
    // `traces` says of how many records each row is told to be made of, `revision` by which catalog the rows were composed: none
    // when they cannot be brought up to date but as a whole.
    "CREATE TABLE IF NOT EXISTS verstak_register (name TEXT PRIMARY KEY, register TEXT NOT NULL, state TEXT NOT NULL, \
     definition TEXT NOT NULL, columns TEXT NOT NULL, as_of {integer} NOT NULL, place {integer} NOT NULL, \
     finished_at {integer}, records {integer}, left_at {integer}, traces {integer}, revision {integer}, refreshed TEXT) {end}",
    "CREATE UNIQUE INDEX IF NOT EXISTS verstak_register_current ON verstak_register (register) WHERE state = 'current'",
    "CREATE TABLE IF NOT EXISTS verstak_register_change (register TEXT PRIMARY KEY, at {integer} NOT NULL, \
     times {integer} NOT NULL DEFAULT 1) {end}",
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
    /// Number of a message up to which all are part of what its rows are made of.
    pub place: i64,
    /// Of how many records each row is told to be made of; `None` when that is not known.
    pub traces: Option<i64>,
    /// The revision of the catalog.
    pub revision: i64,
}

/// Reads all tables: name, register, state, definition, columns, as of, place, finished, records, left,
/// traces, revision, refreshed.
pub fn all() -> Statement {
    let (text, number) = (ColumnType::Text, ColumnType::Integer);
    statement(
        "SELECT name, register, state, definition, columns, as_of, place, finished_at, records, left_at, traces, revision, \
         refreshed FROM verstak_register ORDER BY as_of, name",
        [],
        &[text, text, text, text, text, number, number, number, number, number, number, number, text],
    )
}

/// Writes a table down before it is made.
pub fn begin(begun: &Begun<'_>) -> Statement {
    statement(
        "INSERT INTO verstak_register (name, register, state, definition, columns, as_of, place, traces, revision) \
         VALUES ($1, $2, 'building', $3, $4, $5, $6, $7, $8)",
        [
            text(begun.name),
            text(begun.register),
            text(begun.definition),
            text(begun.columns),
            integer(begun.as_of),
            integer(begun.place),
            Value::from(begun.traces),
            integer(begun.revision),
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
pub fn finish(name: &str, records: i64, refreshed: &str, at: i64) -> Statement {
    statement(
        "UPDATE verstak_register SET state = 'current', records = $1, finished_at = $2, refreshed = $3 \
         WHERE name = $4 AND state = 'building'",
        [integer(records), integer(at), text(refreshed), text(name)],
        &[],
    )
}

/// What brought the rows of a table up to date.
#[derive(Debug)]
pub struct Advanced<'a> {
    /// Name of the table.
    pub name: &'a str,
    /// Up to which message its rows were made of, before and now.
    pub places: (i64, i64),
    /// The moment whose records its rows are made of.
    pub as_of: i64,
    /// How many rows there are.
    pub records: i64,
    /// How, as JSON.
    pub refreshed: &'a str,
    /// When it was done.
    pub at: i64,
}

/// Says that the rows of a table are of a later moment; changes no row when another was faster, or it is read no more.
pub fn advance(of: &Advanced<'_>) -> Statement {
    let (before, now) = of.places;
    statement(
        "UPDATE verstak_register SET place = $1, as_of = $2, records = $3, refreshed = $4, finished_at = $5 \
         WHERE name = $6 AND state = 'current' AND place = $7 AND revision IS NOT NULL",
        [
            integer(now),
            integer(of.as_of),
            integer(of.records),
            text(of.refreshed),
            integer(of.at),
            text(of.name),
            integer(before),
        ],
        &[],
    )
}

/// Says that the rows of registers cannot be brought up to date but as a whole: what they are made of changed without messages.
pub fn spoil(registers: &[&str]) -> Statement {
    let places = super::places(registers.len(), 0);
    statement(
        &format!("UPDATE verstak_register SET revision = NULL WHERE register IN ({places}) AND state <> 'old'"),
        registers.iter().map(|register| text(register)),
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

/// Reads since when rows are made of what changed: register, moment, how often that was told.
pub fn changes() -> Statement {
    let (text, number) = (ColumnType::Text, ColumnType::Integer);
    statement("SELECT register, at, times FROM verstak_register_change", [], &[text, number, number])
}

/// Keeps that something changed; the first moment stays.
pub fn changed(registers: &[&str], at: i64) -> Statement {
    let rows = super::rows_of(2, registers.len());
    let values = registers.iter().flat_map(|register| [text(register), integer(at)]);
    let insert = format!("INSERT INTO verstak_register_change (register, at) VALUES {rows}");
    let again = "ON CONFLICT (register) DO UPDATE SET times = verstak_register_change.times + 1";
    statement(&format!("{insert} {again}"), values, &[])
}

/// Forgets what changed: from now on rows are composed of what is there.
pub fn settled(register: &str) -> Statement {
    statement("DELETE FROM verstak_register_change WHERE register = $1", [text(register)], &[])
}

/// Forgets what changed, unless that was told more often than this.
pub fn settled_of(register: &str, times: i64) -> Statement {
    statement(
        "DELETE FROM verstak_register_change WHERE register = $1 AND times = $2",
        [text(register), integer(times)],
        &[],
    )
}

/// Says that what is still told to have changed did so after a moment.
pub fn changed_since(register: &str, at: i64) -> Statement {
    statement(
        "UPDATE verstak_register_change SET at = $1 WHERE register = $2 AND at < $1",
        [integer(at), text(register)],
        &[],
    )
}
