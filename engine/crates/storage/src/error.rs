//! What a database may answer instead of rows.

use sqlx::postgres::PgDatabaseError;

use crate::tables;

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
    /// Serialization failure, deadlock or a lock that did not come free: the whole unit of work may be tried again.
    #[error("the transaction must be tried again")]
    Retry(#[source] sqlx::Error),
    /// A prepared statement no longer fits its table: the whole unit of work may be tried again after clearing caches.
    #[error("a prepared statement is out of date")]
    StalePlan(#[source] sqlx::Error),
    /// Something that a bundle presumed was not so: nothing of it became true.
    #[error("something presumed was not so")]
    Unmet,
    /// A dataset gives more rows than it may.
    #[error("a dataset gives more rows than it may")]
    TooManyRows,
    /// A statement would compute a value that no database holds.
    #[error("a statement would compute a value that is too long")]
    TooLong,
    /// The statement passed its deadline, or no connection came free in time.
    #[error("the statement passed its deadline")]
    Deadline,
    /// The database or its contents are of a version that this program does not work with.
    #[error("{0}")]
    Unsupported(String),
    /// Anything else.
    #[error(transparent)]
    Other(sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let situation = match &error {
            sqlx::Error::PoolTimedOut => Situation::Deadline,
            sqlx::Error::Database(database) => match database.try_downcast_ref::<PgDatabaseError>() {
                Some(postgres) => Situation::of_postgres(postgres),
                None => Situation::of_sqlite(database.code().as_deref(), database.message()),
            },
            _ if is_unreachable(&error) => Situation::Unreachable,
            _ => Situation::Other,
        };
        match situation {
            Situation::Unreachable => Self::Unreachable(error),
            Situation::Unique(index) => Self::Unique { index },
            Situation::ForeignKey(constraint) => Self::ForeignKey { constraint },
            Situation::Retry => Self::Retry(error),
            Situation::StalePlan => Self::StalePlan(error),
            Situation::Unmet => Self::Unmet,
            Situation::TooManyRows => Self::TooManyRows,
            Situation::TooLong => Self::TooLong,
            Situation::Deadline => Self::Deadline,
            Situation::Other => Self::Other(error),
        }
    }
}

impl Error {
    /// Says whether the database cannot be reached.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }

    /// Says whether other transactions were in the way.
    pub fn is_contended(&self) -> bool {
        matches!(self, Self::Retry(_))
    }
}

/// Says whether the connection, not the statement, failed.
pub(crate) fn is_unreachable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(database) => database
            .try_downcast_ref::<PgDatabaseError>()
            .is_some_and(|postgres| Situation::of_postgres(postgres) == Situation::Unreachable),
        _ => false,
    }
}

/// Routines of PostgreSQL that refuse a piece of memory beyond what it gives anybody.
const ALLOCATING: &[&str] =
    &["palloc", "palloc0", "repalloc", "MemoryContextAlloc", "MemoryContextSizeFailure", "enlargeStringInfo"];

#[derive(PartialEq)]
enum Situation {
    Unreachable,
    Unique(String),
    ForeignKey(String),
    Retry,
    StalePlan,
    Unmet,
    Deadline,
    TooManyRows,
    TooLong,
    Other,
}

impl Situation {
    fn of_postgres(error: &PgDatabaseError) -> Self {
        let constraint = || error.constraint().unwrap_or_default().to_owned();
        match error.code() {
            "23505" => Self::Unique(constraint()),
            "23503" => Self::ForeignKey(constraint()),
            "40001" | "40P01" | "55P03" => Self::Retry,
            tables::UNMET => Self::Unmet,
            "57014" => Self::Deadline,
            sql::function::TOO_MANY => Self::TooManyRows,
            "54000" => Self::TooLong,
            // A text of more than a gigabyte, which has no code of its own.
            "XX000" if error.routine().is_some_and(|routine| ALLOCATING.contains(&routine)) => Self::TooLong,
            // Never by the text: it is in the server's language.
            "0A000" if error.routine() == Some("RevalidateCachedQuery") => Self::StalePlan,
            // Shut down, starting up, too many connections, terminated.
            "57P01" | "57P02" | "57P03" | "53300" | "25P03" => Self::Unreachable,
            code if code.starts_with("08") => Self::Unreachable,
            _ => Self::Other,
        }
    }

    fn of_sqlite(code: Option<&str>, message: &str) -> Self {
        const PRIMARY: i32 = 0xff;
        let Some(code) = code.and_then(|code| code.parse::<i32>().ok()) else { return Self::Other };
        match code {
            libsqlite3_sys::SQLITE_CONSTRAINT_UNIQUE | libsqlite3_sys::SQLITE_CONSTRAINT_PRIMARYKEY => {
                Self::Unique(named(message))
            }
            libsqlite3_sys::SQLITE_CONSTRAINT_FUNCTION => Self::Unmet,
            libsqlite3_sys::SQLITE_CONSTRAINT_COMMITHOOK => Self::TooManyRows,
            libsqlite3_sys::SQLITE_CONSTRAINT_FOREIGNKEY => Self::ForeignKey(String::new()),
            _ => match code & PRIMARY {
                libsqlite3_sys::SQLITE_BUSY | libsqlite3_sys::SQLITE_LOCKED => Self::Retry,
                libsqlite3_sys::SQLITE_INTERRUPT => Self::Deadline,
                libsqlite3_sys::SQLITE_CANTOPEN => Self::Unreachable,
                libsqlite3_sys::SQLITE_TOOBIG => Self::TooLong,
                _ => Self::Other,
            },
        }
    }
}

/// Cuts `UNIQUE constraint failed: deal.number` to the columns, or `… index 'x'` to the index.
fn named(message: &str) -> String {
    let tail = message.rsplit_once("failed: ").map_or(message, |(_, tail)| tail);
    match tail.strip_prefix("index '").and_then(|name| name.strip_suffix('\'')) {
        Some(index) => index.to_owned(),
        None => tail.to_owned(),
    }
}
