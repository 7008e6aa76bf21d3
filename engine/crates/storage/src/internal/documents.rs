//! The documents of the published revisions: a row for each document a revision changed, and the physical names.

use sql::{ColumnType, Statement};

use super::{integer, optional_text, places, rows_of, statement, text};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_document (kind TEXT NOT NULL, id TEXT NOT NULL, revision {integer} NOT NULL, \
     name TEXT NOT NULL, document TEXT, PRIMARY KEY (kind, id, revision)) {end}",
    "CREATE INDEX IF NOT EXISTS verstak_document_revision ON verstak_document (revision)",
    "CREATE INDEX IF NOT EXISTS verstak_document_name ON verstak_document (name)",
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

/// Finds documents of a revision by name or identity, of any kind: kind, id, name, JSON.
pub fn matching(revision: u64, names: &[&str], ids: &[&str]) -> Statement {
    let (by_name, by_id) = (places(names.len(), 1), places(ids.len(), names.len() + 1));
    let sql = format!(
        "SELECT d.kind, d.id, d.name, d.document FROM verstak_document d WHERE (d.name IN ({by_name}) OR d.id IN ({by_id})) \
         AND d.document IS NOT NULL AND d.revision = (SELECT MAX(n.revision) FROM verstak_document n \
         WHERE n.kind = d.kind AND n.id = d.id AND n.revision <= $1)"
    );
    let values = std::iter::once(integer(revision as i64)).chain(names.iter().chain(ids).map(|value| text(value)));
    statement(&sql, values, &[ColumnType::Text; 4])
}

/// Reads the records of revisions, newest first: number, when, by whom, note, changes.
pub fn revisions(limit: i64) -> Statement {
    statement(
        r#"SELECT "number", "published_at", "published_by", "note", "changes" FROM "sys_revision"
           ORDER BY "number" DESC LIMIT $1"#,
        [integer(limit)],
        &[ColumnType::Integer, ColumnType::DateTime, ColumnType::Uuid, ColumnType::Text, ColumnType::Json],
    )
}

/// Reads the physical names: identity, name.
pub fn physical() -> Statement {
    statement("SELECT id, name FROM verstak_physical", [], &[ColumnType::Text, ColumnType::Text])
}

/// Reads the JSON of entities as every revision made them, the newest first.
pub fn history() -> Statement {
    statement(
        "SELECT document FROM verstak_document WHERE kind = 'entity' AND document IS NOT NULL ORDER BY revision DESC",
        [],
        &[ColumnType::Text],
    )
}

/// Lists the identities of the documents of a kind that some revision had.
pub fn known(kind: &str) -> Statement {
    statement("SELECT DISTINCT id FROM verstak_document WHERE kind = $1", [text(kind)], &[ColumnType::Text])
}

/// Forgets physical names.
pub fn forget_physical(ids: &[&str]) -> Statement {
    let sql = format!("DELETE FROM verstak_physical WHERE id IN ({})", places(ids.len(), 0));
    statement(&sql, ids.iter().map(|id| text(id)), &[])
}

/// Keeps physical names.
pub fn put_physical(names: &[(&str, &str)]) -> Statement {
    let sql = format!(
        "INSERT INTO verstak_physical (id, name) VALUES {} ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        rows_of(2, names.len())
    );
    statement(&sql, names.iter().flat_map(|(id, name)| [text(id), text(name)]), &[])
}
