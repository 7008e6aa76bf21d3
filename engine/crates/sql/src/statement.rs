//! A statement ready to run, and what it gives back.

use expression::Value;
use sea_query::{PostgresQueryBuilder, QueryStatementWriter, SqliteQueryBuilder};

use crate::{ColumnType, Dialect};

/// SQL text with its parameters and the types of the columns it returns, in order.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The text; values only as parameters.
    pub text: String,
    /// The parameters, already in the form the dialect binds.
    pub parameters: sea_query::Values,
    /// Types of the returned columns; empty for a statement that returns none.
    pub columns: Vec<ColumnType>,
}

/// What a statement that reads a record as a bundle has just written it takes for the record's table, on PostgreSQL: there
/// one statement does not see what another part of it wrote.
pub const WRITTEN: &str = "written";

/// Rows of an answer, decoded by the statement's column types.
pub type Rows = Vec<Vec<Value>>;

impl Statement {
    /// Writes a statement that returns rows.
    pub fn select(query: &impl QueryStatementWriter, columns: Vec<ColumnType>, dialect: Dialect) -> Self {
        let (text, parameters) = match dialect {
            Dialect::Sqlite => query.build(SqliteQueryBuilder),
            Dialect::Postgres => query.build(PostgresQueryBuilder),
        };
        Self { text, parameters, columns }
    }

    /// Writes a statement that returns no rows.
    pub fn execute(query: &impl QueryStatementWriter, dialect: Dialect) -> Self {
        Self::select(query, Vec::new(), dialect)
    }

    /// Wraps text written for one dialect: `$1` on PostgreSQL, `?1` on SQLite.
    pub fn text(text: impl Into<String>, parameters: Vec<sea_query::Value>, columns: Vec<ColumnType>) -> Self {
        Self { text: text.into(), parameters: sea_query::Values(parameters), columns }
    }
}
