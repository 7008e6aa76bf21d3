//! Contents of files in numbered chunks, so that every node has them.

use sea_query::Value;
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, statement, uuid};

pub(super) const TABLES: &[&str] =
    &["CREATE TABLE IF NOT EXISTS verstak_file_content (file {uuid} NOT NULL, number {integer} NOT NULL, \
     bytes {bytes} NOT NULL, PRIMARY KEY (file, number)) {end}"];

/// Keeps one chunk.
pub fn put(dialect: Dialect, file: Uuid, number: i64, bytes: Vec<u8>) -> Statement {
    statement(
        "INSERT INTO verstak_file_content (file, number, bytes) VALUES ($1, $2, $3)",
        [uuid(dialect, file), integer(number), Value::from(bytes)],
        &[],
    )
}

/// Reads one chunk.
pub fn get(dialect: Dialect, file: Uuid, number: i64) -> Statement {
    statement(
        "SELECT bytes FROM verstak_file_content WHERE file = $1 AND number = $2",
        [uuid(dialect, file), integer(number)],
        &[ColumnType::Bytes],
    )
}

/// Forgets the content of a file.
pub fn remove(dialect: Dialect, file: Uuid) -> Statement {
    statement("DELETE FROM verstak_file_content WHERE file = $1", [uuid(dialect, file)], &[])
}
