//! The differences of the two databases, and nothing else: types, names, functions, collations.

pub mod column_type;
pub mod dialect;
pub mod parameter;
pub mod statement;

pub use column_type::ColumnType;
pub use dialect::Dialect;
pub use parameter::parameter;
pub use statement::{Rows, Statement};
