//! The documents of the published revisions: a row for each document a revision changed, and the physical names.

use sql::{ColumnType, Statement};

use super::{integer, optional_text, rows_of, statement, text};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_document (kind TEXT NOT NULL, id TEXT NOT NULL, revision {integer} NOT NULL, \
     name TEXT NOT NULL, document TEXT, PRIMARY KEY (kind, id, revision)) {end}",
    "CREATE INDEX IF NOT EXISTS verstak_document_revision ON verstak_document (revision)",
    "CREATE TABLE IF NOT EXISTS verstak_physical (id TEXT PRIMARY KEY, name TEXT NOT NULL) {end}",
];

/// One document as a revision made it.
pub struct Row<'a> {
    /// Kind.
    pub kind: &'a str,
    /// Identity.
    pub id: &'a str,
    /// Name at that revision.
    pub name: &'a str,
    /// The JSON; `None` when the revision removed it.
    pub document: Option<&'a str>,
}

/// Most documents one [`insert`] takes.
pub const ROWS: usize = 500;

/// Keeps the documents that a revision changed.
pub fn insert(revision: u64, rows: &[Row<'_>]) -> Statement {
    let sql =
        format!("INSERT INTO verstak_document (revision, kind, id, name, document) VALUES {}", rows_of(5, rows.len()));
    let values = rows.iter().flat_map(|row| {
        [integer(revision as i64), text(row.kind), text(row.id), text(row.name), optional_text(row.document)]
    });
    statement(&sql, values, &[])
}

/// Reads the documents of a revision: kind, id, name, JSON.
pub fn at(revision: u64) -> Statement {
    statement(
        "SELECT d.kind, d.id, d.name, d.document FROM verstak_document d \
         JOIN (SELECT kind, id, MAX(revision) AS newest FROM verstak_document WHERE revision <= $1 GROUP BY kind, id) n \
         ON n.kind = d.kind AND n.id = d.id AND n.newest = d.revision \
         WHERE d.document IS NOT NULL ORDER BY d.kind, d.name",
        [integer(revision as i64)],
        &[ColumnType::Text, ColumnType::Text, ColumnType::Text, ColumnType::Text],
    )
}

/// Reads what each revision changed, oldest first: revision, kind, id, name, and 1 where it removed the document.
pub fn changes() -> Statement {
    statement(
        "SELECT revision, kind, id, name, CASE WHEN document IS NULL THEN 1 ELSE 0 END FROM verstak_document \
         ORDER BY revision, kind, name",
        [],
        &[ColumnType::Integer, ColumnType::Text, ColumnType::Text, ColumnType::Text, ColumnType::Integer],
    )
}

/// Reads the physical names: identity, name.
pub fn physical() -> Statement {
    statement("SELECT id, name FROM verstak_physical", [], &[ColumnType::Text, ColumnType::Text])
}

/// Keeps physical names.
pub fn put_physical(names: &[(&str, &str)]) -> Statement {
    let sql = format!(
        "INSERT INTO verstak_physical (id, name) VALUES {} ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        rows_of(2, names.len())
    );
    statement(&sql, names.iter().flat_map(|(id, name)| [text(id), text(name)]), &[])
}
