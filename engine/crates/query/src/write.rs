//! Images to statements: what saving a record reads and writes, each under a grant.

pub mod rows;
pub mod links;
pub mod lookup;
pub mod rules;
pub mod formulas;
pub mod postings;

pub use formulas::{Calculated, count, former, give, leading_to, live_after, recalculate, rolled, values};
pub use links::{links_all, links_delete, links_insert, links_read};
pub use lookup::{by_key, exists_live, holders, lines, linked, referencing, referencing_deleted};
pub use postings::{clear, facts, insert_missing, linked_values, load_from};
pub(crate) use rows::{PARAMETERS, ROWS, values_of};
pub use rows::{columns, images, insert, load, of_version, purge, update, update_all, update_each, vacate};
pub use rules::{conditions_met, rule_violations, targets_met};

/// Whether the rows read are held against others until the end of the transaction.
///
/// SQLite needs no row locks: its one writer holds the whole database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Not held.
    None,
    /// Held against changes: the records that a saved record links to.
    Share,
    /// Held for a change.
    Update,
}

/// Which side of the recycle bin records are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bin {
    /// Outside: the records that people work with.
    Live,
    /// Inside.
    Deleted,
    /// Either.
    Any,
}
