//! A statement ready to run, and what it gives back.

use expression::Value;

use crate::ColumnType;

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

/// Rows of an answer, decoded by the statement's column types.
pub type Rows = Vec<Vec<Value>>;
