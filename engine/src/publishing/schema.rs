//! Tables and columns of catalogs in the database.

use catalog::{Catalog, FieldKind, Physical};
use expression::Value;
use storage::Transaction;
use storage::internal::documents;

use crate::Error;

/// Makes all tables of a catalog.
pub(crate) async fn create(tx: &mut Transaction, catalog: &Catalog) -> Result<(), Error> {
    let dialect = tx.dialect();
    let strict = if dialect == sql::Dialect::Sqlite { " STRICT" } else { "" };
    let mut script = Vec::new();
    for entity in catalog.entities() {
        let mut columns = Vec::new();
        for field in &entity.fields {
            for (name, kind) in sql::field_columns(field) {
                let key = if name == "id" { " PRIMARY KEY" } else { "" };
                columns.push(format!("{} {}{key}", sql::names::quote(name), kind.ddl(dialect)));
            }
            if let FieldKind::Links { junction, .. } = &field.kind {
                let uuid = sql::ColumnType::Uuid.ddl(dialect);
                script.push(format!(
                    "CREATE TABLE \"{junction}\" (source {uuid} NOT NULL, target {uuid} NOT NULL, PRIMARY KEY (source, target)){strict}"
                ));
            }
        }
        script.push(format!("CREATE TABLE \"{}\" ({}){strict}", entity.table, columns.join(", ")));
    }
    Ok(tx.execute_script(&script).await?)
}

/// Keeps the physical names that are new.
pub(crate) async fn keep_names(tx: &mut Transaction, before: &Physical, next: &Physical) -> Result<(), Error> {
    let fresh = next.names.iter().filter(|(id, name)| before.names.get(*id) != Some(name));
    let fresh: Vec<(&str, &str)> = fresh.map(|(id, name)| (id.as_str(), name.as_str())).collect();
    for batch in fresh.chunks(1000) {
        tx.execute(&documents::put_physical(batch)).await?;
    }
    Ok(())
}

/// Reads physical names out of rows of identity, name.
pub(crate) fn names(rows: &[Vec<Value>]) -> Physical {
    let name = |row: &Vec<Value>| match row.as_slice() {
        [Value::Text(id), Value::Text(name)] => Some((id.to_string(), name.to_string())),
        _ => None,
    };
    Physical { names: rows.iter().filter_map(name).collect() }
}
