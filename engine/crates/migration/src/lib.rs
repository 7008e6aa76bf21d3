//! One catalog to the next: the tables a catalog wants, what differs, the statements that make it so, and what in the
//! data stands against it.
//!
//! Nothing here runs a statement. A publish takes [`schema()`] of both catalogs and what is `existing` in the database,
//! makes the [`plan()`], runs its checks and counts, and then its steps in order.

pub mod schema;
pub mod existing;
pub mod leftovers;
pub mod change;
pub mod diff;
pub mod plan;
pub mod lint;
mod ddl;
mod convert;
mod fitting;
pub mod clean;
pub mod texts;
mod literal;

pub use change::Change;
pub use clean::Clean;
pub use diff::diff;
pub use existing::Existing;
pub use leftovers::{Leftover, leftovers};
pub use lint::{Check, Finding};
pub use plan::{Class, Early, Later, PORTION, Plan, Step, Timing, plan};
pub use schema::{Column, Index, Schema, Table, schema};
pub use texts::Texts;
