//! What the aggregates of stored formulas have come to exactly, by record, field of the formula and place in it: the total, and
//! of how many values. What is not known has no row, or no total.

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
    /// What is added to the total, a decimal as text.
    pub total: String,
    /// How many values there are more.
    pub count: i64,
}

impl Move {
    fn json(&self) -> Json {
        json!({"r": self.record, "f": self.field, "p": self.part, "t": self.total, "c": self.count})
    }
}

/// Moves totals that are there: rows of record, field, and whether the total is known then.
pub fn advance(dialect: Dialect, moves: &[Move]) -> Statement {
    let text = match dialect {
        Dialect::Sqlite => {
            "UPDATE verstak_rollup SET total = exact_add(total, d.t), count = count + d.c FROM (\
             SELECT value ->> 'r' AS r, value ->> 'f' AS f, value ->> 'p' AS p, dec_parse(value ->> 't') AS t, \
             value ->> 'c' AS c FROM json_each($1)) AS d \
             WHERE record = d.r AND field = d.f AND part = d.p RETURNING record, field, total IS NOT NULL"
        }
        Dialect::Postgres => {
            "UPDATE verstak_rollup AS s SET total = s.total + d.t, count = s.count + d.c \
             FROM jsonb_to_recordset($1) AS d(r UUID, f TEXT, p BIGINT, t NUMERIC, c BIGINT) \
             WHERE s.record = d.r AND s.field = d.f AND s.part = d.p RETURNING s.record, s.field, s.total IS NOT NULL"
        }
    };
    let moves = Value::Json(std::sync::Arc::new(moves.iter().map(Move::json).collect()));
    let parameter = sql::parameter(&moves, ColumnType::Json, dialect);
    statement(text, [parameter], &[ColumnType::Uuid, ColumnType::Text, ColumnType::Boolean])
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
