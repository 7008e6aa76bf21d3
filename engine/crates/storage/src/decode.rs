//! Columns of an answer to values, by the column types of the statement.
//!
//! What does not fit its type (written behind our back) reads as empty, so that one bad row does not take a list down.

mod postgres;
mod sqlite;

use expression::Value;
use sql::ColumnType;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

pub(crate) use postgres::decode as postgres;
pub(crate) use sqlite::decode as sqlite;

/// Decodes a whole row of SQLite.
pub(crate) fn sqlite_row(row: &SqliteRow, columns: &[ColumnType]) -> Result<Vec<Value>, sqlx::Error> {
    columns.iter().enumerate().map(|(at, column)| sqlite(row, at, *column)).collect()
}

/// Decodes a whole row of PostgreSQL.
pub(crate) fn postgres_row(row: &PgRow, columns: &[ColumnType]) -> Result<Vec<Value>, sqlx::Error> {
    columns.iter().enumerate().map(|(at, column)| postgres(row, at, *column)).collect()
}
