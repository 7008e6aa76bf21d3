//! Values as each database binds them.

use chrono::{DateTime, Utc};
use expression::{Decimal, Value};
use rust_decimal::Decimal as Numeric;

use crate::{ColumnType, Dialect, number};

/// Gives the parameter that carries `value` to a column of this type.
///
/// A value of another kind than the column's becomes NULL: the types were checked long before.
pub fn parameter(value: &Value, column: ColumnType, dialect: Dialect) -> sea_query::Value {
    match dialect {
        Dialect::Sqlite => sqlite(value, column),
        Dialect::Postgres => postgres(value, column),
    }
}

fn sqlite(value: &Value, column: ColumnType) -> sea_query::Value {
    use sea_query::Value as Bound;
    match column {
        ColumnType::Text | ColumnType::Json => Bound::String(text(value)),
        ColumnType::Uuid => Bound::String(identity(value).map(|id| id.to_string())),
        ColumnType::Boolean => Bound::Bool(boolean(value)),
        ColumnType::Integer | ColumnType::Duration => Bound::BigInt(integer(value)),
        ColumnType::DateTime => Bound::BigInt(instant(value).map(|at| at.timestamp_millis())),
        ColumnType::Decimal { precision, scale } if precision <= 18 => {
            Bound::BigInt(decimal(value).and_then(|value| number::to_scaled(value, scale)))
        }
        ColumnType::Decimal { .. } | ColumnType::Number => {
            Bound::Bytes(decimal(value).map(|value| number::encode(value).to_vec()))
        }
        ColumnType::Real => Bound::Double(real(value)),
        ColumnType::Date | ColumnType::Time => Bound::String(text(value)),
        ColumnType::Bytes => Bound::Bytes(bytes(value)),
    }
}

fn postgres(value: &Value, column: ColumnType) -> sea_query::Value {
    use sea_query::Value as Bound;
    match column {
        ColumnType::Text => Bound::String(text(value)),
        ColumnType::Json => Bound::Json(json(value).map(Box::new)),
        ColumnType::Uuid => Bound::Uuid(identity(value)),
        ColumnType::Boolean => Bound::Bool(boolean(value)),
        ColumnType::Integer | ColumnType::Duration => Bound::BigInt(integer(value)),
        ColumnType::DateTime => Bound::ChronoDateTimeUtc(instant(value)),
        ColumnType::Decimal { .. } | ColumnType::Number => {
            Bound::Decimal(decimal(value).map(|number| Numeric::from_i128_with_scale(number.units(), 12).normalize()))
        }
        ColumnType::Real => Bound::Double(real(value)),
        ColumnType::Date => Bound::ChronoDate(if let Value::Date(date) = value { Some(*date) } else { None }),
        ColumnType::Time => Bound::ChronoTime(if let Value::Time(time) = value { Some(*time) } else { None }),
        ColumnType::Bytes => Bound::Bytes(bytes(value)),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Date(date) => Some(date.format("%Y-%m-%d").to_string()),
        Value::Time(time) => Some(time.format("%H:%M:%S").to_string()),
        Value::Id(id) => Some(id.to_string()),
        Value::Choices(_) | Value::Json(_) => json(value).map(|json| json.to_string()),
        _ => None,
    }
}

fn json(value: &Value) -> Option<serde_json::Value> {
    match value {
        Value::Json(json) => Some(serde_json::Value::clone(json)),
        Value::Choices(choices) => Some(choices.iter().map(|choice| choice.to_string()).collect()),
        _ => None,
    }
}

fn identity(value: &Value) -> Option<uuid::Uuid> {
    match value {
        Value::Id(id) => Some(*id),
        Value::Record(record) => Some(record.id),
        _ => None,
    }
}

fn boolean(value: &Value) -> Option<bool> {
    if let Value::Boolean(value) = value { Some(*value) } else { None }
}

fn integer(value: &Value) -> Option<i64> {
    if let Value::Integer(value) | Value::Duration(value) = value { Some(*value) } else { None }
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    if let Value::DateTime(value) = value { Some(*value) } else { None }
}

fn real(value: &Value) -> Option<f64> {
    if let Value::Json(json) = value { json.as_f64() } else { None }
}

fn bytes(value: &Value) -> Option<Vec<u8>> {
    if let Value::Bytes(value) = value { Some(value.to_vec()) } else { None }
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(number) => Some(*number),
        Value::Integer(number) => Decimal::from_units(i128::from(*number) * 10_i128.pow(12)),
        _ => None,
    }
}
