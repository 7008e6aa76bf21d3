//! Statements by which `verstak doctor` looks at a database; they change nothing.

use sql::{ColumnType, Dialect, Statement};

/// Version of the database program.
pub fn version(dialect: Dialect) -> Statement {
    match dialect {
        Dialect::Sqlite => texts("SELECT sqlite_version()", 1),
        Dialect::Postgres => texts("SELECT current_setting('server_version')", 1),
    }
}

/// Writes the whole of a SQLite database, as it is at one moment, into a file that is not there yet.
pub fn copy_into(file: &str) -> String {
    format!("VACUUM INTO '{}'", file.replace('\'', "''"))
}

/// Damage the database finds in itself: one row `ok` when there is none. PostgreSQL checks its pages as it reads them.
pub fn integrity(dialect: Dialect) -> Statement {
    match dialect {
        Dialect::Sqlite => texts("PRAGMA quick_check(20)", 1),
        Dialect::Postgres => texts("SELECT 'ok'", 1),
    }
}

/// Tables of rows whose references lead nowhere, none when all is well.
pub fn broken_references(dialect: Dialect) -> Statement {
    match dialect {
        Dialect::Sqlite => texts("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check", 1),
        Dialect::Postgres => texts(
            "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND NOT convalidated \
             AND connamespace = current_schema()::regnamespace",
            1,
        ),
    }
}

/// Every column there is: table and column.
pub fn columns(dialect: Dialect) -> Statement {
    match dialect {
        Dialect::Sqlite => texts(
            "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
            2,
        ),
        Dialect::Postgres => texts(
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = current_schema()",
            2,
        ),
    }
}

/// Locks one transaction of PostgreSQL may hold, and whether the order of Russian texts is known; no row on SQLite.
pub fn settings(dialect: Dialect) -> Statement {
    match dialect {
        Dialect::Sqlite => texts("SELECT '', '' WHERE 0", 2),
        Dialect::Postgres => texts(
            "SELECT current_setting('max_locks_per_transaction'), \
             CASE WHEN EXISTS (SELECT 1 FROM pg_collation WHERE collname = 'ru-x-icu') THEN 'yes' ELSE 'no' END",
            2,
        ),
    }
}

/// Says whether an index of PostgreSQL is there and whole: no row when it is not there, and on SQLite.
pub fn index(dialect: Dialect, name: &str) -> Statement {
    let (text, values) = match dialect {
        Dialect::Sqlite => ("SELECT 0 WHERE 0", Vec::new()),
        Dialect::Postgres => (
            "SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
             WHERE c.relname = $1 AND c.relnamespace = current_schema()::regnamespace",
            vec![name.into()],
        ),
    };
    Statement::text(text, values, vec![ColumnType::Boolean])
}

fn texts(text: &str, count: usize) -> Statement {
    Statement::text(text, Vec::new(), vec![ColumnType::Text; count])
}
