//! The order of values: collations of texts, and where empty ones stand.

use sea_query::{Expr, NullOrdering, Order, SelectStatement};

use crate::{ColumnType, Dialect};

/// Name of the collation that `storage` registers on SQLite: the order of the workspace's language, ties by bytes.
pub const SQLITE_COLLATION: &str = "verstak";

/// Names the collation of the workspace's language; used in ORDER BY, order comparisons and sort indexes only.
pub fn collation(dialect: Dialect, language: &str) -> &'static str {
    match (dialect, language) {
        (Dialect::Sqlite, _) => SQLITE_COLLATION,
        (Dialect::Postgres, "ru") => "ru-x-icu",
        (Dialect::Postgres, "en") => "en-x-icu",
        (Dialect::Postgres, _) => "und-x-icu",
    }
}

/// Gives the clause that follows a text column in an index or comparison, such as ` COLLATE "ru-x-icu"`.
pub fn collate_clause(dialect: Dialect, language: &str) -> String {
    format!(" COLLATE \"{}\"", collation(dialect, language))
}

/// Makes a text compare by the order of the workspace's language.
pub fn collate(text: Expr, dialect: Dialect, language: &str) -> Expr {
    let place = match dialect {
        Dialect::Sqlite => "(?)",
        Dialect::Postgres => "($1)",
    };
    Expr::cust_with_exprs(format!("{place}{}", collate_clause(dialect, language)), [text])
}

/// Makes a text that was computed by a collation one like all others: PostgreSQL refuses two of them in one comparison.
pub fn uncollated(text: Expr, dialect: Dialect) -> Expr {
    match dialect {
        Dialect::Sqlite => text,
        Dialect::Postgres => Expr::cust_with_exprs("($1) COLLATE \"default\"", [text]),
    }
}

/// Adds a key to the order: texts by the language, empty values last either way.
pub fn order_by(
    select: &mut SelectStatement,
    key: Expr,
    column: ColumnType,
    order: Order,
    dialect: Dialect,
    language: &str,
) {
    let key = if column == ColumnType::Text { collate(key, dialect, language) } else { key };
    select.order_by_expr_with_nulls(key, order, NullOrdering::Last);
}
