//! What is in the database, hidden things included.

use std::collections::{HashMap, HashSet};

use sql::{ColumnType, Dialect, Rows, Statement, Value};

/// Tables with their columns as the database has them: those of the published catalog and hidden ones.
#[derive(Debug, Clone, Default)]
pub struct Existing {
    tables: HashMap<String, HashSet<String>>,
}

impl Existing {
    /// Lists tables and columns: table, column.
    pub fn statement(dialect: Dialect) -> Statement {
        let text = match dialect {
            Dialect::Sqlite => {
                "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
                 WHERE t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_' AND substr(t.name, 1, 8) <> 'verstak_'"
            }
            Dialect::Postgres => {
                "SELECT t.relname::text, c.attname::text FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid \
                 WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r' AND c.attnum > 0 \
                 AND NOT c.attisdropped AND left(t.relname::text, 8) <> 'verstak_'"
            }
        };
        Statement::text(text, Vec::new(), vec![ColumnType::Text, ColumnType::Text])
    }

    /// Reads the rows of [`Self::statement`].
    pub fn from_rows(rows: &Rows) -> Self {
        let mut existing = Self::default();
        for row in rows {
            if let [Value::Text(table), Value::Text(column)] = row.as_slice() {
                existing.add(table, column);
            }
        }
        existing
    }

    /// Adds a column.
    pub fn add(&mut self, table: &str, column: &str) {
        self.tables.entry(table.to_owned()).or_default().insert(column.to_owned());
    }

    /// Lists the tables with their columns.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &HashSet<String>)> {
        self.tables.iter().map(|(name, columns)| (name.as_str(), columns))
    }

    /// Says whether the table is there.
    pub fn has_table(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// Says whether the column is there.
    pub fn has_column(&self, table: &str, column: &str) -> bool {
        self.tables.get(table).is_some_and(|columns| columns.contains(column))
    }
}
