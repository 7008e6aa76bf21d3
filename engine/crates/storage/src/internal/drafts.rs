//! The shared draft: documents changed or marked for removal beside the published revision.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, optional_text, optional_uuid, places, rows_of, statement, text};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_draft (kind TEXT NOT NULL, id TEXT NOT NULL, \
     name TEXT NOT NULL, document TEXT, updated_at {integer} NOT NULL, updated_by {uuid}, PRIMARY KEY (kind, id)) {end}",
];

/// One changed document.
pub struct Row<'a> {
    /// Kind.
    pub kind: &'a str,
    /// Identity.
    pub id: &'a str,
    /// Name in the draft; of a removal, the published one.
    pub name: &'a str,
    /// The JSON; `None` marks the document for removal.
    pub document: Option<&'a str>,
}

/// Most documents one [`put`] takes.
pub const ROWS: usize = 500;

/// Reads the draft: kind, id, name, JSON, when, by whom.
pub fn all() -> Statement {
    statement(&format!("SELECT {COLUMNS} FROM verstak_draft ORDER BY kind, name, id"), [], &TYPES)
}

/// Keeps documents in the draft.
pub fn put(dialect: Dialect, rows: &[Row<'_>], at: i64, by: Option<Uuid>) -> Statement {
    let sql = format!(
        "INSERT INTO verstak_draft (kind, id, name, document, updated_at, updated_by) VALUES {} \
         ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, document = excluded.document, \
         updated_at = excluded.updated_at, updated_by = excluded.updated_by",
        rows_of(6, rows.len())
    );
    let values = rows.iter().flat_map(|row| {
        let document = optional_text(row.document);
        [text(row.kind), text(row.id), text(row.name), document, integer(at), optional_uuid(dialect, by)]
    });
    statement(&sql, values, &[])
}

/// Gives one change up.
pub fn remove(kind: &str, id: &str) -> Statement {
    statement("DELETE FROM verstak_draft WHERE kind = $1 AND id = $2", [text(kind), text(id)], &[])
}

/// Gives all changes up.
pub fn clear() -> Statement {
    statement("DELETE FROM verstak_draft", [], &[])
}

const COLUMNS: &str = "kind, id, name, document, updated_at, updated_by";

const TYPES: [ColumnType; 6] =
    [ColumnType::Text, ColumnType::Text, ColumnType::Text, ColumnType::Text, ColumnType::Integer, ColumnType::Uuid];

/// Finds changes by name or identity, of any kind; columns as [`all`] has them.
pub fn matching(names: &[&str], ids: &[&str]) -> Statement {
    let (by_name, by_id) = (places(names.len(), 0), places(ids.len(), names.len()));
    let sql = format!("SELECT {COLUMNS} FROM verstak_draft WHERE name IN ({by_name}) OR id IN ({by_id})");
    statement(&sql, names.iter().chain(ids).map(|value| text(value)), &TYPES)
}

/// Finds entities of the draft with a field that leads to the entity of this name.
pub fn leading_to(name: &str) -> Statement {
    let sql = format!("SELECT {COLUMNS} FROM verstak_draft WHERE kind = 'entity' AND document LIKE $1");
    statement(&sql, [text(&format!("%\"target\":\"{name}\"%"))], &TYPES)
}
