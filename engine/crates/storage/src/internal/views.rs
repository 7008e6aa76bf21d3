//! Views that people saved: of their own, of a team, and of everybody.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, optional_uuid, places, statement, text, uuid};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_view (id {uuid} PRIMARY KEY, entity TEXT NOT NULL, label TEXT NOT NULL, \
     owner {uuid} NOT NULL, audience TEXT NOT NULL, team {uuid}, is_default {integer} NOT NULL, definition TEXT NOT NULL, \
     version {integer} NOT NULL, created_at {integer} NOT NULL, updated_at {integer} NOT NULL) {end}",
    "CREATE INDEX IF NOT EXISTS verstak_view_owner ON verstak_view (owner)",
    "CREATE INDEX IF NOT EXISTS verstak_view_audience ON verstak_view (audience)",
];

/// One view.
#[derive(Debug, Clone)]
pub struct Row {
    /// Identity.
    pub id: Uuid,
    /// Identity of the entity whose records it shows.
    pub entity: String,
    /// What people call it.
    pub label: String,
    /// Who saved it.
    pub owner: Uuid,
    /// For whom it is: `me`, `team` or `everyone`.
    pub audience: String,
    /// The team.
    pub team: Option<Uuid>,
    /// Whether the list begins with it.
    pub is_default: bool,
    /// What it shows, JSON.
    pub definition: String,
    /// Counts its changes.
    pub version: i64,
    /// When this is so.
    pub at: i64,
}

const COLUMNS: &str = "id, entity, label, owner, audience, team, is_default, definition, version, updated_at";

const TYPES: [ColumnType; 10] = [
    ColumnType::Uuid,
    ColumnType::Text,
    ColumnType::Text,
    ColumnType::Uuid,
    ColumnType::Text,
    ColumnType::Uuid,
    ColumnType::Integer,
    ColumnType::Text,
    ColumnType::Integer,
    ColumnType::Integer,
];

/// Lists the views of a person, of some teams and of everybody, in the order in which they were made.
pub fn usable(dialect: Dialect, owner: Uuid, teams: &[Uuid]) -> Statement {
    let sql = format!(
        "SELECT {COLUMNS} FROM verstak_view WHERE owner = $1 OR audience = 'everyone' \
         OR (audience = 'team' AND team IN ({})) ORDER BY created_at, id",
        places(teams.len(), 1)
    );
    let parameters = std::iter::once(owner).chain(teams.iter().copied());
    statement(&sql, parameters.map(|id| uuid(dialect, id)), &TYPES)
}

/// Reads one view.
pub fn get(dialect: Dialect, id: Uuid) -> Statement {
    statement(&format!("SELECT {COLUMNS} FROM verstak_view WHERE id = $1"), [uuid(dialect, id)], &TYPES)
}

/// Keeps a new view.
pub fn insert(dialect: Dialect, row: &Row) -> Statement {
    statement(
        "INSERT INTO verstak_view (id, entity, label, owner, audience, team, is_default, definition, version, created_at, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        [
            uuid(dialect, row.id),
            text(&row.entity),
            text(&row.label),
            uuid(dialect, row.owner),
            text(&row.audience),
            optional_uuid(dialect, row.team),
            integer(i64::from(row.is_default)),
            text(&row.definition),
            integer(row.version),
            integer(row.at),
        ],
        &[],
    )
}

/// Changes a view that still has the version before; changes no row when it has not.
pub fn update(dialect: Dialect, row: &Row) -> Statement {
    statement(
        "UPDATE verstak_view SET label = $1, audience = $2, team = $3, is_default = $4, definition = $5, version = $6, \
         updated_at = $7 WHERE id = $8 AND version = $9",
        [
            text(&row.label),
            text(&row.audience),
            optional_uuid(dialect, row.team),
            integer(i64::from(row.is_default)),
            text(&row.definition),
            integer(row.version),
            integer(row.at),
            uuid(dialect, row.id),
            integer(row.version - 1),
        ],
        &[],
    )
}

/// Leaves one default among the views for the same people.
pub fn only_default(dialect: Dialect, row: &Row) -> Statement {
    let (whose, of) = match row.audience.as_str() {
        "me" => ("owner = $4", Some(row.owner)),
        "team" => ("team = $4", row.team),
        _ => ("$4 IS NULL", None),
    };
    let of = match (of, dialect) {
        (None, Dialect::Postgres) => sea_query::Value::from(None::<String>),
        (of, _) => optional_uuid(dialect, of),
    };
    let sql = format!(
        "UPDATE verstak_view SET is_default = 0 WHERE entity = $1 AND audience = $2 AND id <> $3 AND is_default = 1 AND {whose}"
    );
    statement(&sql, [text(&row.entity), text(&row.audience), uuid(dialect, row.id), of], &[])
}

/// Forgets a view.
pub fn remove(dialect: Dialect, id: Uuid) -> Statement {
    statement("DELETE FROM verstak_view WHERE id = $1", [uuid(dialect, id)], &[])
}
