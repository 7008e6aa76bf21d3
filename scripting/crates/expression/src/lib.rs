//! The one language of filters, formulas, rules and conditions: text to a typed tree, and the tree's value.
//!
//! [`check()`] reads a text against a [`Scope`]; [`evaluate()`] gives the tree's value for a record. Nothing here does input
//! or output. `query` lowers the same [`Expr`] to SQL, `web` evaluates it in the browser from its [`json`], and the
//! conformance suite holds all of them to one meaning.

pub mod identity;
pub mod types;
pub mod scope;
pub mod ast;
mod lexer;
pub mod parser;
pub mod print;
pub mod check;
pub mod expr;
pub mod value;
pub mod decimal;
pub mod collation;
pub mod function;
pub mod evaluate;
pub mod reduce;
pub mod cause;
pub mod paths;
pub mod rename;
pub mod groups;
pub mod functions;
pub mod parameters;
pub mod json;
pub mod suggest;
pub mod mistake;
pub mod zone;

pub use ast::Ast;
pub use check::{Expected, check};
pub use chrono_tz::Tz;
pub use collation::Collation;
pub use decimal::{Decimal, DecimalError};
pub use evaluate::{Environment, Problem, Recordless, evaluate, holds};
pub use expr::{Aggregate, Binary, Expr, ExprKind, FieldRef, Unary, Variable};
pub use functions::{Functions, Signature};
pub use identity::{EntityId, FieldId};
pub use mistake::Mistake;
pub use parser::{is_reserved, operands, parse};
pub use rename::rename;
pub use scope::{Measured, Member, Scope};
pub use types::Type;
pub use value::{RecordRef, Value};
