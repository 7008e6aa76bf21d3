//! Values as text of DDL, where parameters cannot stand.

use std::fmt::Write;

use sql::{ColumnType, Dialect, Value, parameter};

/// Writes a value of a column as a literal.
pub(crate) fn literal(value: &Value, column: ColumnType, dialect: Dialect) -> String {
    let bound = parameter(value, column, dialect);
    use sea_query::Value as Bound;
    match bound {
        Bound::Bool(Some(value)) => match dialect {
            Dialect::Sqlite => i32::from(value).to_string(),
            Dialect::Postgres => value.to_string(),
        },
        Bound::BigInt(Some(value)) => value.to_string(),
        Bound::Double(Some(value)) => format!("{value:?}"),
        Bound::Decimal(Some(value)) => value.to_string(),
        Bound::String(Some(value)) => text(&value),
        Bound::ChronoDate(Some(value)) => format!("DATE '{value}'"),
        Bound::ChronoTime(Some(value)) => format!("TIME '{}'", value.format("%H:%M:%S")),
        Bound::ChronoDateTimeUtc(Some(value)) => format!("TIMESTAMPTZ '{}'", value.to_rfc3339()),
        Bound::Uuid(Some(value)) => format!("'{value}'"),
        Bound::Json(Some(value)) => format!("{}::jsonb", text(&value.to_string())),
        Bound::Bytes(Some(value)) => {
            let digits = value.iter().fold(String::new(), |mut digits, byte| {
                write!(digits, "{byte:02x}").expect("writing to a string does not fail");
                digits
            });
            match dialect {
                Dialect::Sqlite => format!("X'{digits}'"),
                Dialect::Postgres => format!("'\\x{digits}'::bytea"),
            }
        }
        _ => "NULL".to_owned(),
    }
}

/// Quotes a text. Doubled quotes are all there is: `standard_conforming_strings` is on, and text never holds NUL.
pub(crate) fn text(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "''"))
}
