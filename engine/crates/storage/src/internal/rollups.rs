//! What the aggregates of stored formulas have come to exactly, by record, field of the formula and place in it: the total or the
//! extreme, and of how many values. What is not known has no row; a total that nothing holds is none.

use expression::Value;
use serde_json::{Value as Json, json};
use sql::rollup::TABLE;
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{places, statement, text};

pub(super) const TABLES: &[&str] =
    &["CREATE TABLE IF NOT EXISTS verstak_rollup (record {uuid} NOT NULL, field TEXT NOT NULL, \
     part {integer} NOT NULL, total {number}, count {integer} NOT NULL, PRIMARY KEY (record, field, part)) {end}"];

/// By how much one aggregate of a record moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The record.
    pub record: Uuid,
    /// Field of the formula.
    pub field: String,
    /// Place of the aggregate in it.
    pub part: usize,
    /// What becomes of it.
    pub by: By,
    /// How many values there are more.
    pub count: i64,
}

/// What becomes of what an aggregate has come to; numbers are decimals as texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// So much is added to the total.
    Sum(String),
    /// Of the values that came and went the least.
    Min(Option<String>, Option<String>),
    /// Of the values that came and went the greatest.
    Max(Option<String>, Option<String>),
}

impl Move {
    fn json(&self) -> Json {
        let (kind, came, went) = match &self.by {
            By::Sum(total) => ("+", Some(total), None),
            By::Min(came, went) => ("<", came.as_ref(), went.as_ref()),
            By::Max(came, went) => (">", came.as_ref(), went.as_ref()),
        };
        json!({"r": self.record, "f": self.field, "p": self.part, "k": kind, "t": came, "o": went, "c": self.count})
    }
}

/// Moves what is known: rows of record and field for each that is known then. An extreme is not when a value went that was it,
/// unless one came that is as far, or none is left.
pub fn advance(dialect: Dialect, moves: &[Move]) -> Statement {
    let moves = Value::Json(std::sync::Arc::new(moves.iter().map(Move::json).collect()));
    let parameter = sql::parameter(&moves, ColumnType::Json, dialect);
    let (from, sum, lesser, greater) = match dialect {
        Dialect::Sqlite => (
            "(SELECT value ->> 'r' AS r, value ->> 'f' AS f, value ->> 'p' AS p, value ->> 'k' AS k, \
             dec_parse(value ->> 't') AS t, dec_parse(value ->> 'o') AS o, value ->> 'c' AS c FROM json_each($1)) AS d",
            "exact_add(total, d.t)",
            "min",
            "max",
        ),
        Dialect::Postgres => (
            "jsonb_to_recordset($1) AS d(r UUID, f TEXT, p BIGINT, k TEXT, t NUMERIC, o NUMERIC, c BIGINT)",
            "total + d.t",
            "least",
            "greatest",
        ),
    };
    let text = format!(
        "UPDATE verstak_rollup SET count = count + d.c, total = CASE WHEN d.k = '+' THEN {sum} \
         WHEN count + d.c = 0 THEN NULL WHEN total IS NULL THEN d.t WHEN d.t IS NULL THEN total \
         WHEN d.k = '<' THEN {lesser}(total, d.t) ELSE {greater}(total, d.t) END FROM {from} \
         WHERE record = d.r AND field = d.f AND part = d.p AND CASE WHEN d.k = '+' THEN {sum} IS NOT NULL \
         WHEN d.o IS NULL OR count + d.c = 0 THEN true \
         WHEN d.k = '<' THEN d.o > total OR d.t <= total ELSE d.o < total OR d.t >= total END \
         RETURNING record, field"
    );
    statement(&text, [parameter], &[ColumnType::Uuid, ColumnType::Text])
}

/// Keeps what a statement gives: record, field, part, total and count.
pub fn keep(rows: Statement) -> Statement {
    let text = format!(
        "INSERT INTO {TABLE} (record, field, part, total, count) {} \
         ON CONFLICT (record, field, part) DO UPDATE SET total = excluded.total, count = excluded.count",
        rows.text
    );
    Statement { text, columns: Vec::new(), ..rows }
}

/// Forgets what fields' aggregates have come to.
pub fn forget_fields(fields: &[&str]) -> Statement {
    let text_of = format!("DELETE FROM verstak_rollup WHERE field IN ({})", places(fields.len(), 0));
    statement(&text_of, fields.iter().map(|field| text(field)), &[])
}

/// Forgets everything: it is found out again when it is needed.
pub fn forget_all() -> Statement {
    statement("DELETE FROM verstak_rollup", [], &[])
}
