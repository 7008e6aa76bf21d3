//! Statements of single things: tables, columns, indexes, foreign keys.

use std::collections::HashSet;

use sql::names::{derived, quote, quote_list};
use sql::{ColumnType, Dialect, Statement, order};

use crate::plan::Later;
use crate::{Column, Index, Table};

/// What DDL is written for.
#[derive(Clone, Copy)]
pub(crate) struct Ddl<'a> {
    pub(crate) dialect: Dialect,
    /// Language of sort indexes.
    pub(crate) language: &'a str,
}

impl Ddl<'_> {
    /// Makes a table. On PostgreSQL it names its foreign keys to tables that stand already, itself among them; they cost
    /// less here than one by one.
    pub(crate) fn create_table(self, table: &Table<'_>, standing: &HashSet<String>) -> String {
        let mut parts: Vec<String> =
            table.columns.iter().map(|column| self.column(column, table.junction.is_some())).collect();
        if table.junction.is_some() {
            parts.push("PRIMARY KEY (\"source\", \"target\")".to_owned());
        }
        let links = table.columns.iter().filter(|column| column.target.is_some_and(|it| standing.contains(it)));
        parts.extend(links.filter_map(|column| self.foreign_key(table, column)));
        let end = match (self.dialect, table.junction.is_some()) {
            (Dialect::Sqlite, true) => " STRICT, WITHOUT ROWID",
            (Dialect::Sqlite, false) => " STRICT",
            (Dialect::Postgres, _) => "",
        };
        format!("CREATE TABLE IF NOT EXISTS {} ({}){end}", quote(table.name), parts.join(", "))
    }

    pub(crate) fn drop_table(self, table: &Table<'_>) -> String {
        let cascade = if self.dialect == Dialect::Postgres { " CASCADE" } else { "" };
        format!("DROP TABLE IF EXISTS {}{cascade}", quote(table.name))
    }

    /// Makes what stands beside a table: indexes of its links, its own indexes.
    pub(crate) fn table_indexes(self, table: &Table<'_>) -> Vec<String> {
        let own = table.indexes.iter().map(|index| self.create_index(table, index));
        self.link_indexes(table).into_iter().chain(own).collect()
    }

    /// Makes the indexes by which links are looked up from their targets.
    pub(crate) fn link_indexes(self, table: &Table<'_>) -> Vec<String> {
        let links = table.columns.iter().filter(|column| column.target.is_some());
        // The primary key of a junction begins with the source.
        let links = links.filter(|column| table.junction.is_none() || column.name == "target");
        links.map(|column| self.lookup_index(table, column)).collect()
    }

    pub(crate) fn add_column(self, table: &Table<'_>, column: &Column<'_>) -> String {
        format!("ALTER TABLE {} ADD COLUMN {}", quote(table.name), self.column(column, false))
    }

    pub(crate) fn drop_column(self, table: &Table<'_>, column: &str) -> String {
        let if_exists = if self.dialect == Dialect::Postgres { "IF EXISTS " } else { "" };
        format!("ALTER TABLE {} DROP COLUMN {if_exists}{}", quote(table.name), quote(column))
    }

    pub(crate) fn foreign_keys(self, table: &Table<'_>) -> Vec<String> {
        table.columns.iter().filter_map(|column| self.add_foreign_key(table, column)).collect()
    }

    /// Adds the foreign key of a link; `None` on SQLite, where it belongs to the column.
    pub(crate) fn add_foreign_key(self, table: &Table<'_>, column: &Column<'_>) -> Option<String> {
        Some(format!("ALTER TABLE {} ADD {}", quote(table.name), self.foreign_key(table, column)?))
    }

    fn foreign_key(self, table: &Table<'_>, column: &Column<'_>) -> Option<String> {
        let target = column.target.filter(|_| self.dialect == Dialect::Postgres)?;
        Some(format!(
            "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} (\"id\")",
            quote(&foreign_key(table.name, column.name)),
            quote(column.name),
            quote(target)
        ))
    }

    /// Lifts the foreign key of a link; `None` on SQLite, where only a rebuilt table would lose it.
    pub(crate) fn drop_foreign_key(self, table: &str, column: &str) -> Option<String> {
        if self.dialect == Dialect::Sqlite {
            return None;
        }
        let name = quote(&foreign_key(table, column));
        Some(format!("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {name}", quote(table)))
    }

    pub(crate) fn lookup_index(self, table: &Table<'_>, column: &Column<'_>) -> String {
        let name = quote(&lookup_index(table.name, column.name));
        format!("CREATE INDEX IF NOT EXISTS {name} ON {} ({})", quote(table.name), quote(column.name))
    }

    pub(crate) fn drop_lookup_index(self, table: &str, column: &str) -> String {
        format!("DROP INDEX IF EXISTS {}", quote(&lookup_index(table, column)))
    }

    /// Builds an index beside others; `None` on SQLite, whose one writer waits either way.
    pub(crate) fn later(self, table: &Table<'_>, index: &Index<'_>) -> Option<Later> {
        if self.dialect == Dialect::Sqlite {
            return None;
        }
        let name = quote(&index.name);
        Some(Later {
            index: index.name.clone(),
            sql: self.create_index(table, index).replacen("INDEX", "INDEX CONCURRENTLY", 1),
            drop: format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"),
            count: Statement::text(
                format!("SELECT count(*) FROM {}", quote(table.name)),
                Vec::new(),
                vec![ColumnType::Integer],
            ),
        })
    }

    pub(crate) fn create_index(self, table: &Table<'_>, index: &Index<'_>) -> String {
        let mut columns = quote_list(index.columns.iter().copied());
        if index.collated {
            columns.push_str(&order::collate_clause(self.dialect, self.language));
        }
        let (unique, part) = match index.columns.first() {
            _ if index.unique => ("UNIQUE ", " WHERE \"deleted_at\" IS NULL".to_owned()),
            Some(first) if index.sparse => ("", format!(" WHERE {} IS NOT NULL", quote(first))),
            _ => ("", String::new()),
        };
        let (name, table) = (quote(&index.name), quote(table.name));
        format!("CREATE {unique}INDEX IF NOT EXISTS {name} ON {table} ({columns}){part}")
    }

    pub(crate) fn drop_index(self, index: &Index<'_>) -> String {
        format!("DROP INDEX IF EXISTS {}", quote(&index.name))
    }

    fn column(self, column: &Column<'_>, of_junction: bool) -> String {
        let key = if column.name == "id" && !of_junction { " PRIMARY KEY" } else { "" };
        let not_null = if column.not_null { " NOT NULL" } else { "" };
        let reference = match (self.dialect, column.target) {
            (Dialect::Sqlite, Some(target)) => format!(" REFERENCES {} (\"id\")", quote(target)),
            _ => String::new(),
        };
        format!("{} {}{key}{not_null}{reference}", quote(column.name), column.column.ddl(self.dialect))
    }
}

/// Names the index by which a link is looked up.
fn lookup_index(table: &str, column: &str) -> String {
    derived("lk", table, &[column])
}

/// Names the foreign key of a link.
fn foreign_key(table: &str, column: &str) -> String {
    derived("fk", table, &[column])
}
