//! Which database a statement is for.

/// One of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite with the functions and collations that `storage` registers.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}
