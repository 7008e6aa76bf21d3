//! Internal tables `verstak_*`: made when a database is opened; [`crate::internal`] says which and what runs over them.
use expression::Value;
use sql::{ColumnType, Dialect, Rows, Statement};

use crate::{Database, Error, examine, internal};

/// Version of the internal tables; a database of a greater one belongs to a newer program.
pub const VERSION: i64 = 1;

/// SQLSTATE by which PostgreSQL says that something a bundle presumed is not so.
pub(crate) const UNMET: &str = "VK001";

/// What statements ask on PostgreSQL; the first two are for the one statement of a bundle. The second waits for nobody:
/// who changes the setting may wait for tables that the statement already holds. It reads what is true now, not when the
/// statement began.
const FUNCTIONS: [&str; 3] = [
    "CREATE OR REPLACE FUNCTION verstak_met(met BOOLEAN) RETURNS BOOLEAN LANGUAGE plpgsql AS $$ BEGIN \
     IF met IS NOT TRUE THEN RAISE EXCEPTION USING ERRCODE = 'VK001'; END IF; RETURN TRUE; END $$",
    "CREATE OR REPLACE FUNCTION verstak_held(lock TEXT, setting TEXT, wanted TEXT) RETURNS BOOLEAN LANGUAGE plpgsql AS $$ \
     BEGIN IF NOT pg_try_advisory_xact_lock_shared(hashtextextended(lock, 0)) THEN RETURN FALSE; END IF; \
     RETURN (SELECT value FROM verstak_setting WHERE name = setting) IS NOT DISTINCT FROM wanted; END $$",
    // A change of type reads texts as JSON, and PostgreSQL 15 cannot ask first whether a text is any.
    "CREATE OR REPLACE FUNCTION verstak_json(given TEXT) RETURNS JSONB LANGUAGE plpgsql IMMUTABLE AS $$ \
     BEGIN RETURN given::jsonb; EXCEPTION WHEN data_exception OR program_limit_exceeded THEN RETURN to_jsonb(given); END $$",
];

/// Makes the tables and columns that are missing; does not write when there are none.
pub(crate) async fn create(database: &Database) -> Result<(), Error> {
    let statements = statements(database.dialect());
    let fingerprint = fingerprint(&statements);
    if exists(database).await? && is_current(database, &fingerprint).await? {
        return Ok(());
    }
    let mut tx = database.begin().await?;
    tx.lock("verstak.tables").await?;
    let (tables, indexes): (Vec<String>, Vec<String>) =
        statements.into_iter().partition(|text| text.starts_with("CREATE TABLE"));
    tx.execute_script(&tables).await?;
    let rows = tx.fetch(&examine::columns(tx.dialect())).await?;
    tx.execute_script(&missing_columns(&tables, &rows)).await?;
    tx.execute_script(&indexes).await?;
    // Another version may have written records since, without what follows from them.
    tx.execute(&internal::rollups::forget_all()).await?;
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
    let functions = FUNCTIONS.iter().filter(|_| dialect == Dialect::Postgres).map(|text| (*text).to_owned());
    std::iter::once(version_table.to_owned()).chain(others).chain(functions).collect()
}

/// Adds the columns that a table of an older program lacks. A new column of a table that was there must be allowed to be
/// empty, or have a default: SQLite adds no other.
fn missing_columns(tables: &[String], existing: &Rows) -> Vec<String> {
    let mut statements = Vec::new();
    for text in tables {
        let Some((table, columns)) = columns_of(text) else { continue };
        for column in columns {
            let name = column.split(' ').next().unwrap_or_default();
            let is_there = |row: &Vec<Value>| matches!(row.as_slice(), [Value::Text(its), Value::Text(known)] if **its == *table && **known == *name);
            if !existing.iter().any(is_there) {
                statements.push(format!("ALTER TABLE {table} ADD COLUMN {column}"));
            }
        }
    }
    statements
}

/// Splits `CREATE TABLE IF NOT EXISTS name (column …, PRIMARY KEY …)` into the name and the columns.
fn columns_of(text: &str) -> Option<(&str, Vec<&str>)> {
    let (name, rest) = text.strip_prefix("CREATE TABLE IF NOT EXISTS ")?.split_once(" (")?;
    let body = &rest[..rest.rfind(')')?];
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_u32, 0);
    for (at, character) in body.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(body[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(body[from..].trim());
    parts.retain(|part| !["PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK"].iter().any(|word| part.starts_with(word)));
    Some((name, parts))
}

fn fingerprint(statements: &[String]) -> String {
    let bytes = statements.iter().flat_map(|statement| statement.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
