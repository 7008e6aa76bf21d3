//! What the database keeps beside the tables of a catalog: dropped, hidden, waiting to be restored or purged.

use sql::names::quote;
use sql::{ColumnType, Dialect, Statement};

use crate::{Existing, Schema};

/// A table or a column that no catalog asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leftover {
    /// The table.
    pub table: String,
    /// The column; `None` for the whole table.
    pub column: Option<String>,
}

/// Lists what is in the database and not in the schema; of a table that goes its columns too, for they may lead elsewhere.
pub fn leftovers(schema: &Schema<'_>, existing: &Existing) -> Vec<Leftover> {
    let mut found = Vec::new();
    for (table, columns) in existing.tables() {
        let wanted = schema.tables.get(table);
        if wanted.is_none() {
            found.push(Leftover { table: table.to_owned(), column: None });
        }
        let gone = columns.iter().filter(|column| wanted.is_none_or(|wanted| wanted.column(column).is_none()));
        found.extend(gone.map(|column| Leftover { table: table.to_owned(), column: Some(column.clone()) }));
    }
    found.sort();
    found
}

impl Leftover {
    /// Counts its rows, of a column those that have a value.
    pub fn count(&self) -> Statement {
        let condition = match &self.column {
            Some(column) => format!("{} IS NOT NULL", quote(column)),
            None => "TRUE".to_owned(),
        };
        let text = format!("SELECT count(*) FROM {} WHERE {condition}", quote(&self.table));
        Statement::text(text, Vec::new(), vec![ColumnType::Integer])
    }

    /// Deletes it with its data.
    pub fn drop(&self, dialect: Dialect) -> String {
        let table = quote(&self.table);
        match (&self.column, dialect) {
            (Some(column), _) => format!("ALTER TABLE {table} DROP COLUMN {}", quote(column)),
            (None, Dialect::Sqlite) => format!("DROP TABLE {table}"),
            (None, Dialect::Postgres) => format!("DROP TABLE {table} CASCADE"),
        }
    }
}
