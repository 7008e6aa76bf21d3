//! What solutions have installed: the base of the next three-way merge.

use sql::{ColumnType, Statement};

use super::{integer, rows_of, statement, text};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_solution (name TEXT PRIMARY KEY, manifest TEXT NOT NULL, \
     installed_at {integer} NOT NULL) {end}",
    "CREATE TABLE IF NOT EXISTS verstak_solution_document (solution TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, \
     document TEXT NOT NULL, PRIMARY KEY (solution, kind, id)) {end}",
];

/// One document as a solution brought it.
pub struct Row<'a> {
    /// Kind.
    pub kind: &'a str,
    /// Identity.
    pub id: &'a str,
    /// The JSON.
    pub document: &'a str,
}

/// Most documents one [`insert`] takes.
pub const ROWS: usize = 500;

/// Reads the solutions: name, text of the manifest.
pub fn all() -> Statement {
    statement("SELECT name, manifest FROM verstak_solution ORDER BY name", [], &[ColumnType::Text, ColumnType::Text])
}

/// Keeps a solution's manifest.
pub fn put(name: &str, manifest: &str, at: i64) -> Statement {
    let sql = "INSERT INTO verstak_solution (name, manifest, installed_at) VALUES ($1, $2, $3) \
               ON CONFLICT (name) DO UPDATE SET manifest = excluded.manifest, installed_at = excluded.installed_at";
    statement(sql, [text(name), text(manifest), integer(at)], &[])
}

/// Reads the documents a solution brought last: kind, identity, JSON.
pub fn documents(solution: &str) -> Statement {
    statement(
        "SELECT kind, id, document FROM verstak_solution_document WHERE solution = $1 ORDER BY kind, id",
        [text(solution)],
        &[ColumnType::Text, ColumnType::Text, ColumnType::Text],
    )
}

/// Forgets the documents a solution brought.
pub fn forget(solution: &str) -> Statement {
    statement("DELETE FROM verstak_solution_document WHERE solution = $1", [text(solution)], &[])
}

/// Keeps documents that a solution brought.
pub fn insert(solution: &str, rows: &[Row<'_>]) -> Statement {
    let sql = format!(
        "INSERT INTO verstak_solution_document (solution, kind, id, document) VALUES {}",
        rows_of(4, rows.len())
    );
    let values = rows.iter().flat_map(|row| [text(solution), text(row.kind), text(row.id), text(row.document)]);
    statement(&sql, values, &[])
}
