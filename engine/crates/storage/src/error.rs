//! What a database may answer instead of rows.

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached.
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// A unique index refused a row.
    #[error("unique index `{index}` violated")]
    Unique {
        /// Physical name of the index (PostgreSQL), or `table.column, …` as SQLite says it.
        index: String,
    },
    /// A foreign key refused a change.
    #[error("foreign key `{constraint}` violated")]
    ForeignKey {
        /// Physical name of the constraint; empty on SQLite, which does not say.
        constraint: String,
    },
    /// Serialization failure or deadlock: the whole unit of work may be tried again.
    #[error("the transaction must be tried again")]
    Retry(#[source] sqlx::Error),
    /// The statement passed its deadline.
    #[error("the statement passed its deadline")]
    Deadline,
    /// Anything else.
    #[error(transparent)]
    Other(#[from] sqlx::Error),
}
