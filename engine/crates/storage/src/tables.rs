//! Internal tables `verstak_*`: made when a database is opened; [`crate::internal`] says which and what runs over them.
use expression::Value;
use sql::{ColumnType, Dialect, Statement};

use crate::{Database, Error, internal};

/// Version of the internal tables; a database of a greater one belongs to a newer program.
pub const VERSION: i64 = 1;

/// Makes the tables that are missing; does not write when there are none.
pub(crate) async fn create(database: &Database) -> Result<(), Error> {
    let statements = statements(database.dialect());
    let fingerprint = fingerprint(&statements);
    if exists(database).await? && is_current(database, &fingerprint).await? {
        return Ok(());
    }
    let mut tx = database.begin().await?;
    tx.lock("verstak.tables").await?;
    tx.execute_script(&statements).await?;
    tx.execute(&Statement::text(
        "INSERT INTO verstak_schema (version, fingerprint) VALUES ($1, $2) \
         ON CONFLICT (version) DO UPDATE SET fingerprint = excluded.fingerprint",
        vec![VERSION.into(), fingerprint.into()],
        Vec::new(),
    ))
    .await?;
    tx.commit().await
}

async fn exists(database: &Database) -> Result<bool, Error> {
    let text = match database.dialect() {
        Dialect::Sqlite => "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'verstak_schema'",
        Dialect::Postgres => "SELECT count(*) FROM pg_class WHERE oid = to_regclass('verstak_schema')",
    };
    let rows = database.fetch(&Statement::text(text, Vec::new(), vec![ColumnType::Integer])).await?;
    Ok(rows.first().and_then(|row| row.first()) == Some(&Value::Integer(1)))
}

async fn is_current(database: &Database, fingerprint: &str) -> Result<bool, Error> {
    let statement = Statement::text(
        "SELECT version, fingerprint FROM verstak_schema ORDER BY version DESC LIMIT 1",
        Vec::new(),
        vec![ColumnType::Integer, ColumnType::Text],
    );
    match database.fetch(&statement).await?.first().map(Vec::as_slice) {
        Some([Value::Integer(version), _]) if *version > VERSION => Err(Error::Unsupported(format!(
            "the database was written by a newer Verstak (its tables are of version {version}, this program knows \
             {VERSION}); start that version instead"
        ))),
        Some([Value::Integer(version), Value::Text(found)]) => Ok(*version == VERSION && **found == *fingerprint),
        _ => Ok(false),
    }
}

fn statements(dialect: Dialect) -> Vec<String> {
    let version_table = match dialect {
        Dialect::Sqlite => {
            "CREATE TABLE IF NOT EXISTS verstak_schema (version INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL) STRICT"
        }
        Dialect::Postgres => {
            "CREATE TABLE IF NOT EXISTS verstak_schema (version BIGINT PRIMARY KEY, fingerprint TEXT NOT NULL)"
        }
    };
    let others = internal::tables(dialect).into_iter().map(|statement| statement.text);
    std::iter::once(version_table.to_owned()).chain(others).collect()
}

fn fingerprint(statements: &[String]) -> String {
    let bytes = statements.iter().flat_map(|statement| statement.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
