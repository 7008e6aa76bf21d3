//! Tables and columns of catalogs in the database.

use catalog::{Catalog, Physical};
use expression::Value;
use migration::{Existing, Schema};
use storage::Transaction;
use storage::internal::documents;

use crate::Error;

/// Makes all tables of a catalog in a database that has none.
pub(crate) async fn create(tx: &mut Transaction, catalog: &Catalog) -> Result<(), Error> {
    let plan = migration::plan(&Schema::default(), &migration::schema(catalog), &Existing::default(), tx.dialect());
    for step in &plan.steps {
        tx.execute_script(&step.sql).await?;
    }
    Ok(())
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
