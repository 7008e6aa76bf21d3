//! The search index: for each live record the words by which it is found, each beginning with its entity and field.
//!
//! PostgreSQL keeps the words in a `tsvector`, SQLite in a table of FTS5 beside the rows. Both take them as they are: the
//! words are made by `query::search`, so that both databases find alike.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, places, statement, text, typed, uuid};

const ENTITIES: &str =
    "CREATE TABLE IF NOT EXISTS verstak_search_entity (entity TEXT PRIMARY KEY, fields TEXT NOT NULL) {end}";
const RECORDS: &str = "CREATE UNIQUE INDEX IF NOT EXISTS verstak_search_record ON verstak_search (entity, record)";

/// The tables and indexes, which the dialects do not share.
pub(super) fn tables(dialect: Dialect) -> Vec<String> {
    let own: [&str; 2] = match dialect {
        Dialect::Sqlite => [
            "CREATE TABLE IF NOT EXISTS verstak_search (id {serial}, entity TEXT NOT NULL, record {uuid} NOT NULL, \
             version {integer} NOT NULL) {end}",
            "CREATE VIRTUAL TABLE IF NOT EXISTS verstak_search_words USING fts5(words, content='', \
             contentless_delete=1, detail='none', tokenize=\"ascii tokenchars ':~_.-'\")",
        ],
        Dialect::Postgres => [
            "CREATE TABLE IF NOT EXISTS verstak_search (id {serial}, entity TEXT NOT NULL, record {uuid} NOT NULL, \
             version {integer} NOT NULL, words TSVECTOR NOT NULL) {end}",
            "CREATE INDEX IF NOT EXISTS verstak_search_words ON verstak_search USING GIN (words)",
        ],
    };
    own.into_iter().chain([RECORDS, ENTITIES]).map(|text| typed(dialect, text)).collect()
}

/// One record of the index.
#[derive(Debug, Clone)]
pub struct Row {
    /// The record.
    pub record: Uuid,
    /// The version whose words these are.
    pub version: i64,
    /// The words, without white space inside.
    pub words: Vec<String>,
}

/// Keeps the words of records unless those of a later version are there; on SQLite it gives the row's number and the
/// record, and [`words`] has to follow.
pub(crate) fn put(dialect: Dialect, entity: &str, rows: &[Row]) -> Statement {
    let mut parameters = Vec::with_capacity(rows.len() * 4);
    let mut tuples = Vec::with_capacity(rows.len());
    for row in rows {
        let at = parameters.len();
        parameters.extend([text(entity), uuid(dialect, row.record), integer(row.version)]);
        match dialect {
            Dialect::Sqlite => tuples.push(format!("(${}, ${}, ${})", at + 1, at + 2, at + 3)),
            Dialect::Postgres => {
                parameters.push(text(&vector(&row.words)));
                tuples.push(format!("(${}, ${}, ${}, CAST(${} AS tsvector))", at + 1, at + 2, at + 3, at + 4));
            }
        }
    }
    let (columns, set, returning) = match dialect {
        Dialect::Sqlite => ("", "", " RETURNING id, record"),
        Dialect::Postgres => (", words", ", words = excluded.words", ""),
    };
    let types: &[ColumnType] = if returning.is_empty() { &[] } else { &[ColumnType::Integer, ColumnType::Uuid] };
    let sql = format!(
        "INSERT INTO verstak_search (entity, record, version{columns}) VALUES {} ON CONFLICT (entity, record) DO UPDATE \
         SET version = excluded.version{set} WHERE verstak_search.version <= excluded.version{returning}",
        tuples.join(", ")
    );
    statement(&sql, parameters, types)
}

/// Keeps the words of one row on SQLite.
pub(crate) fn words(id: i64, words: &[String]) -> Statement {
    statement(
        "INSERT OR REPLACE INTO verstak_search_words (rowid, words) VALUES ($1, $2)",
        [integer(id), text(&words.join(" "))],
        &[],
    )
}

/// Forgets the words of records on SQLite; [`forget`] has to follow.
pub(crate) fn forget_words(entity: &str, records: &[Uuid]) -> Statement {
    let sql = format!(
        "DELETE FROM verstak_search_words WHERE rowid IN (SELECT id FROM verstak_search WHERE entity = $1 AND record IN ({}))",
        places(records.len(), 1)
    );
    statement(&sql, of(Dialect::Sqlite, entity, records), &[])
}

/// Forgets records.
pub(crate) fn forget(dialect: Dialect, entity: &str, records: &[Uuid]) -> Statement {
    let sql = format!("DELETE FROM verstak_search WHERE entity = $1 AND record IN ({})", places(records.len(), 1));
    statement(&sql, of(dialect, entity, records), &[])
}

fn of(dialect: Dialect, entity: &str, records: &[Uuid]) -> Vec<sea_query::Value> {
    std::iter::once(text(entity)).chain(records.iter().map(|record| uuid(dialect, *record))).collect()
}

/// Finds which versions of records the index holds: record, version.
pub fn versions(dialect: Dialect, entity: &str, records: &[Uuid]) -> Statement {
    let sql = format!(
        "SELECT record, version FROM verstak_search WHERE entity = $1 AND record IN ({})",
        places(records.len(), 1)
    );
    statement(&sql, of(dialect, entity, records), &[ColumnType::Uuid, ColumnType::Integer])
}

/// Lists records of an entity in the index after one of them, in order.
pub fn records(dialect: Dialect, entity: &str, after: Uuid, limit: i64) -> Statement {
    statement(
        "SELECT record FROM verstak_search WHERE entity = $1 AND record > $2 ORDER BY record LIMIT $3",
        [text(entity), uuid(dialect, after), integer(limit)],
        &[ColumnType::Uuid],
    )
}

/// Counts the records of an entity in the index.
pub fn count(entity: &str) -> Statement {
    statement("SELECT count(*) FROM verstak_search WHERE entity = $1", [text(entity)], &[ColumnType::Integer])
}

/// The row that is of no entity: how far the outbox was read.
const PLACE: &str = "";

/// Lists the entities whose records are all in the index: identity, and the fields their words were made of.
pub fn entities() -> Statement {
    statement("SELECT entity, fields FROM verstak_search_entity", [], &[ColumnType::Text, ColumnType::Text])
}

/// Notes that the records of an entity are all in the index.
pub fn complete(entity: &str, fields: &str) -> Statement {
    statement(
        "INSERT INTO verstak_search_entity (entity, fields) VALUES ($1, $2) \
         ON CONFLICT (entity) DO UPDATE SET fields = excluded.fields",
        [text(entity), text(fields)],
        &[],
    )
}

/// Forgets of all entities that their records are in the index, so that it is made anew.
pub fn incomplete() -> Statement {
    statement("DELETE FROM verstak_search_entity WHERE entity <> $1", [text(PLACE)], &[])
}

/// Notes how far the outbox was read for the index.
pub fn put_place(place: &str) -> Statement {
    complete(PLACE, place)
}

/// Reads how far the outbox was read.
pub fn place() -> Statement {
    statement("SELECT fields FROM verstak_search_entity WHERE entity = $1", [text(PLACE)], &[ColumnType::Text])
}

/// Writes words as PostgreSQL reads a `tsvector`.
fn vector(words: &[String]) -> String {
    let quoted: Vec<String> =
        words.iter().map(|word| format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))).collect();
    quoted.join(" ")
}
