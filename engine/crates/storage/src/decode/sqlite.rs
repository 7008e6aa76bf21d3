//! Columns of SQLite.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::{Decimal, Value};
use sql::{ColumnType, number};
use sqlx::sqlite::{SqliteRow, SqliteValueRef};
use sqlx::{Decode, Row, Sqlite, TypeInfo, ValueRef};

/// Decodes one column of a row.
pub(crate) fn decode(row: &SqliteRow, at: usize, column: ColumnType) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Empty);
    }
    let value = match column {
        ColumnType::Text => text(raw).map(|text| Value::Text(text.into())),
        ColumnType::Uuid => text(raw).and_then(|text| uuid::Uuid::parse_str(text).ok()).map(Value::Id),
        ColumnType::Boolean => integer(raw).map(|value| Value::Boolean(value != 0)),
        ColumnType::Integer => integer(raw).map(Value::Integer),
        ColumnType::Duration => integer(raw).map(Value::Duration),
        ColumnType::DateTime => integer(raw).and_then(DateTime::from_timestamp_millis).map(Value::DateTime),
        ColumnType::Decimal { .. } | ColumnType::Number => decimal(raw, column).map(Value::Decimal),
        ColumnType::Real => <f64 as Decode<Sqlite>>::decode(raw)
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map(|number| Value::Json(serde_json::Value::Number(number).into())),
        ColumnType::Date => {
            text(raw).and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).map(Value::Date)
        }
        ColumnType::Time => {
            text(raw).and_then(|text| NaiveTime::parse_from_str(text, "%H:%M:%S").ok()).map(Value::Time)
        }
        ColumnType::Json => text(raw)
            .and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok())
            .map(|json| Value::Json(json.into())),
        ColumnType::Bytes => bytes(raw).map(|bytes| Value::Bytes(bytes.into())),
    };
    Ok(value.unwrap_or(Value::Empty))
}

fn text(raw: SqliteValueRef<'_>) -> Option<&str> {
    <&str as Decode<Sqlite>>::decode(raw).ok()
}

fn bytes(raw: SqliteValueRef<'_>) -> Option<&[u8]> {
    <&[u8] as Decode<Sqlite>>::decode(raw).ok()
}

fn integer(raw: SqliteValueRef<'_>) -> Option<i64> {
    <i64 as Decode<Sqlite>>::decode(raw).ok()
}

/// An INTEGER is scaled by the column's scale, or whole when the column keeps bytes; a BLOB is the order-preserving form.
fn decimal(raw: SqliteValueRef<'_>, column: ColumnType) -> Option<Decimal> {
    let is_integer = matches!(&raw.type_info(), Cow::Borrowed(info) if info.name() == "INTEGER")
        || raw.type_info().name() == "INTEGER";
    if is_integer {
        return number::from_scaled(integer(raw)?, column.sqlite_scale().unwrap_or(0));
    }
    number::decode(bytes(raw)?)
}
