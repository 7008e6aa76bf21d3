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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_inside_its_quotes() {
        for hostile in ["'); DROP TABLE deal; --", "'||pg_sleep(5)||'", "\\'", "a''b", "\u{202e}"] {
            for dialect in [Dialect::Sqlite, Dialect::Postgres] {
                let written = literal(&Value::Text(hostile.into()), ColumnType::Text, dialect);
                let inside = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap();
                assert_eq!(inside.replace("''", ""), hostile.replace('\'', ""), "{written}");
                assert_eq!(inside.replace("''", "'"), hostile);
            }
        }
    }

    #[test]
    fn values_are_written_as_each_database_keeps_them() {
        let amount = sql::number::from_scaled(125, 1).map(Value::Decimal).unwrap();
        let money = ColumnType::Decimal { precision: 18, scale: 2 };
        assert_eq!(literal(&amount, money, Dialect::Sqlite), "1250");
        assert_eq!(literal(&amount, money, Dialect::Postgres), "12.5");
        assert_eq!(literal(&Value::Boolean(true), ColumnType::Boolean, Dialect::Sqlite), "1");
        assert_eq!(literal(&Value::Bytes([0, 255].into()), ColumnType::Bytes, Dialect::Sqlite), "X'00ff'");
        assert_eq!(literal(&Value::Empty, ColumnType::Text, Dialect::Postgres), "NULL");
    }
}
