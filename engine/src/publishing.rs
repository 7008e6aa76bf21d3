//! From documents that people draw to the catalog that everybody works with.
//!
//! Changes gather in the shared draft, a plan says what publishing them would do, and publishing makes them true in one
//! moment: documents, tables, roles and the catalog of every node.

pub mod drafts;
pub mod plan;
pub mod publish;
pub mod revisions;
pub mod hidden;
pub(crate) mod beside;
pub(crate) mod indexes;
pub(crate) mod preview;
mod widening;
mod balances;
mod recalculate;
mod backfill;
mod unmet;
pub(crate) mod current;
pub(crate) mod documents;
pub(crate) mod follow;
pub(crate) mod mirror;
pub(crate) mod schema;
#[cfg(test)]
mod tests;

pub use plan::{PlanAnswer, PlanStep, plan};
pub use publish::{Published, publish};
