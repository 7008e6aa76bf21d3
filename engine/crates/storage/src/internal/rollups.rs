//! What the aggregates of stored formulas have come to exactly, by record, field of the formula and place in it: the total or the
//! extreme, of how many values, and of how many of these the extreme. What is not known has no row; a total that nothing holds is none.

use expression::Value;
use serde_json::{Value as Json, json};
use sql::rollup::TABLE;
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{places, statement, text};

pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS verstak_rollup (record {uuid} NOT NULL, field TEXT NOT NULL, \
     part {integer} NOT NULL, total {number}, count {integer} NOT NULL, ties {integer} NOT NULL, PRIMARY KEY (record, field, part)) {end}",
];

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
    /// Values came and went, of which the least counts.
    Min(Farthest, Farthest),
    /// Values came and went, of which the greatest counts.
    Max(Farthest, Farthest),
}

/// The farthest of some values, and how many of them are as far.
pub type Farthest = Option<(String, i64)>;

impl Move {
    fn json(&self) -> Json {
        let value = |farthest: &Farthest| farthest.as_ref().map(|(value, _)| value.clone());
        let ties = |farthest: &Farthest| farthest.as_ref().map_or(0, |(_, ties)| *ties);
        let (kind, came, went) = match &self.by {
            By::Sum(total) => ("+", &Some((total.clone(), 0)), &None),
            By::Min(came, went) => ("<", came, went),
            By::Max(came, went) => (">", came, went),
        };
        json!({"r": self.record, "f": self.field, "p": self.part, "c": self.count, "k": kind,
               "t": value(came), "a": ties(came), "o": value(went), "b": ties(went)})
    }
}

/// Moves what is known: rows of record and field for each that is known then. An extreme is not when all values went that were
/// it and none came that is as far, unless none is left at all.
pub fn advance(dialect: Dialect, moves: &[Move]) -> Statement {
    let count = moves.len();
    let moves = Value::Json(std::sync::Arc::new(moves.iter().map(Move::json).collect()));
    let parameter = sql::parameter(&moves, ColumnType::Json, dialect);
    // PostgreSQL presumes a hundred rows of a list of JSON, for which it would read a small table from end to end.
    let rows = count.next_power_of_two();
    let (from, sum) = match dialect {
        Dialect::Sqlite => (
            "(SELECT value ->> 'r' AS r, value ->> 'f' AS f, value ->> 'p' AS p, value ->> 'c' AS c, value ->> 'k' AS k, \
             dec_parse(value ->> 't') AS t, value ->> 'a' AS a, dec_parse(value ->> 'o') AS o, value ->> 'b' AS b \
             FROM json_each($1)) AS d"
                .to_owned(),
            "exact_add(total, d.t)",
        ),
        Dialect::Postgres => (
            format!(
                "(SELECT m.r, m.f, m.p, m.c, m.k, m.t, m.a, m.o, m.b FROM jsonb_to_recordset($1) AS m(r UUID, f TEXT, \
                 p BIGINT, c BIGINT, k TEXT, t NUMERIC, a BIGINT, o NUMERIC, b BIGINT) LIMIT {rows}) AS d"
            ),
            "total + d.t",
        ),
    };
    let is_farther = "CASE d.k WHEN '<' THEN d.t < total ELSE d.t > total END";
    let left = "ties - CASE WHEN d.o = total THEN d.b ELSE 0 END";
    let text = format!(
        "UPDATE verstak_rollup SET count = count + d.c, \
         total = CASE WHEN d.k = '+' THEN {sum} WHEN count + d.c = 0 THEN NULL \
         WHEN total IS NULL OR {is_farther} THEN d.t ELSE total END, \
         ties = CASE WHEN d.k = '+' OR count + d.c = 0 THEN 0 WHEN total IS NULL OR {is_farther} THEN d.a \
         WHEN d.t = total THEN {left} + d.a ELSE {left} END FROM {from} \
         WHERE record = d.r AND field = d.f AND part = d.p AND CASE WHEN d.k = '+' THEN {sum} IS NOT NULL \
         WHEN count + d.c = 0 OR {is_farther} OR d.t = total THEN true WHEN total IS NULL THEN d.t IS NOT NULL \
         ELSE {left} > 0 END RETURNING record, field"
    );
    statement(&text, [parameter], &[ColumnType::Uuid, ColumnType::Text])
}

/// Keeps what a statement gives: record, field, part, total, count and ties.
pub fn keep(rows: Statement) -> Statement {
    let text = format!(
        "INSERT INTO {TABLE} (record, field, part, total, count, ties) {} \
         ON CONFLICT (record, field, part) DO UPDATE SET total = excluded.total, count = excluded.count, \
         ties = excluded.ties",
        rows.text
    );
    Statement { text, columns: Vec::new(), ..rows }
}

/// Lists the fields of whose aggregates something is known.
pub fn fields() -> Statement {
    statement(&format!("SELECT DISTINCT field FROM {TABLE}"), [], &[ColumnType::Text])
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
