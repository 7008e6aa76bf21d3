//! About how many records: a sample of a large table is counted under the same conditions and scaled.
//!
//! The sample is read like any page, under the caller's grants: what is hidden is in no estimate, as it would be in the
//! planner's own statistics. Up to [`EXACT`] every estimate is exact and beyond it is rounded, on tables of any size, so
//! that the form of a number tells nothing of the records that the caller may not read.

use sea_query::{BinOper, Expr, ExprTrait};
use sql::names::quote;
use sql::{ColumnType, Dialect, Statement};

use crate::build::{iden, statement};
use crate::{Plan, select};

/// Up to how many records an estimate is exact.
pub const EXACT: u64 = 10_000;
/// Records of a sample that have to be counted for it to say anything: with fewer it is off by more than a tenth.
const LEAST: u64 = 100;

/// Smallest number of rows (SQLite) and of pages (PostgreSQL) of a table that is worth a sample.
const ROWS: u64 = 100_000;
const PAGES: u64 = 2_000;
/// Rows and pages of a sample.
const SAMPLED_ROWS: u64 = 20_000;
const SAMPLED_PAGES: u64 = 1_500;

/// A sample to count.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The statement that counts it: one row of one integer.
    pub statement: Statement,
    /// How many records of the table stand for one of the sample.
    scale: f64,
}

impl Sample {
    /// Gives the estimate for the count of the sample; `None` when too little of it was counted.
    pub fn estimate(&self, counted: u64) -> Option<u64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an estimate"
        )]
        let all = (counted as f64 * self.scale) as u64;
        (counted >= LEAST && all > EXACT).then(|| rounded(all))
    }
}

/// The statement that tells how large the plan's table is, for [`sample`]: one row of one integer; `None` of rows that are
/// composed.
pub fn extent(plan: &Plan) -> Option<Statement> {
    if plan.root.0.is_empty() {
        return None;
    }
    let table = quote(&plan.root.0);
    let text = match plan.dialect {
        Dialect::Sqlite => format!("SELECT max(rowid) FROM {table}"),
        // Of the file as it is now: the statistics know nothing of a table that was filled a moment ago.
        Dialect::Postgres => {
            format!("SELECT pg_relation_size('{table}'::regclass) / current_setting('block_size')::bigint")
        }
    };
    Some(Statement::text(text, Vec::new(), vec![ColumnType::Integer]))
}

/// Chooses a sample of a table of this size; `None` where counting everything costs little.
pub fn sample(plan: &Plan, extent: u64) -> Option<Sample> {
    match plan.dialect {
        Dialect::Sqlite if extent > ROWS => Some(sampled_rows(plan, extent)),
        Dialect::Postgres if extent > PAGES => Some(sampled_pages(plan, extent)),
        Dialect::Sqlite | Dialect::Postgres => None,
    }
}

/// Rounds to the two leading digits what is more than an estimate gives exactly.
pub fn rounded(count: u64) -> u64 {
    if count <= EXACT {
        return count;
    }
    let unit = 10_u64.pow(count.ilog10() - 1);
    count.saturating_add(unit / 2) / unit * unit
}

/// SQLite has no samples: rows of numbers spread over the whole table by a multiplication, the same each time.
fn sampled_rows(plan: &Plan, extent: u64) -> Sample {
    let numbers = format!(
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {SAMPLED_ROWS}) \
         SELECT i * 2654435761 % {extent} + 1 FROM n)"
    );
    let mut count = plan.count.clone();
    let row = Expr::col((iden(&plan.root.1), iden("rowid")));
    count.and_where(row.binary(BinOper::In, Expr::cust(numbers)));
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let scale = extent as f64 / SAMPLED_ROWS as f64;
    Sample { statement: statement(&count, vec![ColumnType::Integer], plan.dialect), scale }
}

/// PostgreSQL reads some of the table's pages, the same each time.
fn sampled_pages(plan: &Plan, extent: u64) -> Sample {
    let alias = format!(" AS {}", quote(&plan.root.1));
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let scale = extent as f64 / SAMPLED_PAGES as f64;
    let mut counting = select::count(plan);
    // The first alias of the statement is that of its records.
    let sampled = format!("{alias} TABLESAMPLE SYSTEM ({:.6}) REPEATABLE (1)", 100.0 / scale);
    counting.text = counting.text.replacen(&alias, &sampled, 1);
    Sample { statement: counting, scale }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_two_digits_beyond_what_is_exact() {
        let cases = [
            (0, 0),
            (9_999, 9_999),
            (10_000, 10_000),
            (10_449, 10_000),
            (10_500, 11_000),
            (99_600, 100_000),
            (1_234_567, 1_200_000),
        ];
        for (count, expected) in cases {
            assert_eq!(rounded(count), expected, "{count}");
        }
    }
}
