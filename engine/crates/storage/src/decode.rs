//! Columns of an answer to values, by the column types of the statement.
//!
//! What does not fit its type (written behind our back) reads as empty, so that one bad row does not take a list down.

mod postgres;
mod sqlite;

pub(crate) use postgres::decode as postgres;
pub(crate) use sqlite::decode as sqlite;
