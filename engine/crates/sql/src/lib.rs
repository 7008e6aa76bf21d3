//! The differences of the two databases, and nothing else: types, names, functions, collations.

pub mod dialect;
pub mod column_type;
pub mod field;
pub mod parameter;
pub mod number;
pub mod rollup;
pub mod names;
pub mod order;
pub mod function;
pub mod statement;

pub use column_type::ColumnType;
pub use dialect::Dialect;
pub use expression::Value;
pub use field::field_columns;
pub use parameter::parameter;
pub use statement::{Rows, Statement};
