//! The rhai host: expressions and scripts run by rhai itself, within limits and with a closed list of functions.
//!
//! An expression of `LANGUAGE.md` means here what it means in SQL and in the browser. [`Runtime`] is one of the judges of
//! the conformance suite, so nothing here calls the evaluator of the crate `expression`; they share exact decimals and
//! the order of texts only.

mod host;
mod world;
mod limits;
mod runtime;
mod programs;
mod imports;
mod functions;
mod literal;
mod native;
mod syntax;
mod library;
mod json;
mod error;
mod failure;

pub use error::Error;
pub use failure::{Failure, FailureKind};
pub use functions::{Written, known_as, written};
pub use host::{Host, Member};
pub use imports::{Import, imports, words};
pub use library::{visible, visible_to_scripts};
pub use limits::Limits;
pub use programs::{Argument, Function, Programs};
pub use runtime::Runtime;
pub use world::{Measured, Question, Refusal, Stop, World};
