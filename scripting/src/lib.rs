//! The rhai host: expressions and, later, scripts run by rhai itself, within limits and with a closed list of functions.
//!
//! An expression of `LANGUAGE.md` means here what it means in SQL and in the browser. [`Runtime`] is one of the judges of
//! the conformance suite, so nothing here calls the evaluator of the crate `expression`; they share exact decimals and
//! the order of texts only.

mod host;
mod limits;
mod runtime;
mod literal;
mod native;
mod syntax;
mod library;
mod error;

pub use error::Error;
pub use host::{Host, Member};
pub use library::visible;
pub use limits::Limits;
pub use runtime::Runtime;
