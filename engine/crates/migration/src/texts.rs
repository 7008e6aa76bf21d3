//! The texts of a column, page by page, for what no database can decide.

use sql::names::quote;
use sql::{ColumnType, Dialect, Rows, Statement, Value, parameter};
use uuid::Uuid;

/// Rows of one page.
const PAGE: usize = 1_000;

/// Gives what the next page comes after; `None` when a page was the last.
pub fn next(page: &Rows) -> Option<Uuid> {
    match page.last().map(Vec::as_slice) {
        Some([Value::Id(id), ..]) if page.len() == PAGE => Some(*id),
        _ => None,
    }
}

/// A column of texts.
#[derive(Debug, Clone)]
pub struct Texts {
    pub(crate) table: String,
    pub(crate) column: String,
}

impl Texts {
    /// Names the column of a table.
    pub fn new(table: &str, column: &str) -> Self {
        Self { table: table.to_owned(), column: column.to_owned() }
    }

    /// Reads a page of the texts that are not in the recycle bin: rows of identity and text, in the order of identities.
    pub fn live(&self, after: Option<Uuid>, dialect: Dialect) -> Statement {
        self.page(&format!("\"deleted_at\" IS NULL AND {} IS NOT NULL", quote(&self.column)), after, dialect)
    }

    pub(crate) fn page(&self, condition: &str, after: Option<Uuid>, dialect: Dialect) -> Statement {
        let (place, parameters) = match (after, dialect) {
            (None, _) => ("", Vec::new()),
            (Some(id), dialect) => {
                let place = if dialect == Dialect::Sqlite { " AND \"id\" > ?1" } else { " AND \"id\" > $1" };
                (place, vec![parameter(&Value::Id(id), ColumnType::Uuid, dialect)])
            }
        };
        let text = format!(
            "SELECT \"id\", {} FROM {} WHERE {condition}{place} ORDER BY \"id\" LIMIT {PAGE}",
            quote(&self.column),
            quote(&self.table),
        );
        Statement::text(text, parameters, vec![ColumnType::Uuid, ColumnType::Text])
    }
}
