//! Statements over the product's own tables, `verstak_*`: what is no entity, because people never query it.
//!
//! Every function gives a [`Statement`]; nothing here runs one. Times are milliseconds since 1970.

pub mod asked;
pub mod attempts;
pub mod audit;
pub mod backfill;
pub mod credentials;
pub mod documents;
pub mod drafts;
pub mod factors;
pub mod file_contents;
pub mod idempotency;
pub mod identities;
pub mod jobs;
pub mod outbox;
pub mod owed;
pub mod people;
pub mod registers;
pub mod rollups;
pub mod schedules;
pub mod search;
pub mod sequences;
pub mod sessions;
pub mod settings;
pub mod solutions;
pub mod tokens;
pub mod views;

use sea_query::{Value, Values};
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

/// Lists the statements that make the tables and indexes that are absent.
pub fn tables(dialect: Dialect) -> Vec<Statement> {
    let parts = [
        settings::TABLES,
        documents::TABLES,
        drafts::TABLES,
        credentials::TABLES,
        factors::TABLES,
        sessions::TABLES,
        tokens::TABLES,
        attempts::TABLES,
        audit::TABLES,
        backfill::TABLES,
        jobs::TABLES,
        solutions::TABLES,
        outbox::TABLES,
        owed::TABLES,
        registers::TABLES,
        rollups::TABLES,
        sequences::TABLES,
        schedules::TABLES,
        idempotency::TABLES,
        identities::TABLES,
        file_contents::TABLES,
        views::TABLES,
        asked::TABLES,
    ];
    let shared = parts.concat().into_iter().map(|text| typed(dialect, text));
    shared.chain(search::tables(dialect)).map(|text| statement(&text, [], &[])).collect()
}

/// Writes the dialect's types into the text of a table: `{integer}`, `{number}`, `{uuid}`, `{bytes}`, `{serial}`, `{end}`.
fn typed(dialect: Dialect, text: &str) -> String {
    let (integer, number, uuid, bytes, serial, end) = match dialect {
        Dialect::Sqlite => ("INTEGER", "BLOB", "TEXT", "BLOB", "INTEGER PRIMARY KEY", "STRICT"),
        Dialect::Postgres => {
            ("BIGINT", "NUMERIC", "UUID", "BYTEA", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "")
        }
    };
    text.replace("{integer}", integer)
        .replace("{number}", number)
        .replace("{uuid}", uuid)
        .replace("{bytes}", bytes)
        .replace("{serial}", serial)
        .replace("{end}", end)
}

fn statement(text: &str, parameters: impl IntoIterator<Item = Value>, columns: &[ColumnType]) -> Statement {
    let parameters = Values(parameters.into_iter().collect());
    Statement { text: text.to_owned(), parameters, columns: columns.to_vec() }
}

fn text(value: &str) -> Value {
    Value::from(value)
}

fn optional_text(value: Option<&str>) -> Value {
    Value::from(value.map(str::to_owned))
}

fn integer(value: i64) -> Value {
    Value::from(value)
}

fn uuid(dialect: Dialect, value: Uuid) -> Value {
    match dialect {
        Dialect::Sqlite => Value::from(value.to_string()),
        Dialect::Postgres => Value::from(value),
    }
}

fn optional_uuid(dialect: Dialect, value: Option<Uuid>) -> Value {
    match dialect {
        Dialect::Sqlite => Value::from(value.map(|id| id.to_string())),
        Dialect::Postgres => Value::from(value),
    }
}

/// Gives `($1, $2), ($3, $4)` for rows of so many values.
fn rows_of(width: usize, count: usize) -> String {
    let row = |at: usize| {
        let places: Vec<String> = (1..=width).map(|column| format!("${}", at * width + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..count).map(row).collect::<Vec<_>>().join(", ")
}

/// Gives `$3, $4` for so many values after others; `NULL`, which nothing equals, for none.
fn places(count: usize, after: usize) -> String {
    if count == 0 {
        return "NULL".to_owned();
    }
    (1..=count).map(|at| format!("${}", at + after)).collect::<Vec<_>>().join(", ")
}
