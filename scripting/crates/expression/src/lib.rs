//! The one language of filters, formulas, rules and conditions: text to a typed tree, and the tree's value.
//!
//! Nothing here does input or output. `query` lowers the same [`Expr`] to SQL, `web` evaluates it in the browser, and the
//! conformance suite holds all of them to one meaning.

pub mod identity;
pub mod types;
pub mod scope;
pub mod expr;
pub mod collation;
pub mod value;
pub mod decimal;

pub use collation::Collation;
pub use decimal::Decimal;
pub use expr::{Aggregate, Binary, Expr, ExprKind, FieldRef, Unary, Variable};
pub use identity::{EntityId, FieldId};
pub use scope::{Member, Scope};
pub use types::Type;
pub use value::{RecordRef, Value};
