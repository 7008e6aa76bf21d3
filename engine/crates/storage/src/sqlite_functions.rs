//! What SQLite lacks, registered on each connection: the language's order of texts.

use sqlx::sqlite::LockedSqliteHandle;

/// Registers everything on a connection.
pub(crate) fn register(handle: &mut LockedSqliteHandle<'_>, language: &str) -> Result<(), sqlx::Error> {
    let collation = expression::Collation::of(language);
    handle.create_collation(sql::order::SQLITE_COLLATION, move |left, right| collation.compare(left, right))
}
