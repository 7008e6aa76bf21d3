//! Rows that a database could give.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::{Decimal, Value};
use sql::ColumnType;
use uuid::Uuid;

/// A row whose values tell their places: what can be empty is so unless `valued`, and no condition is true then.
pub(crate) fn row(columns: &[ColumnType], valued: bool) -> Vec<Value> {
    columns.iter().enumerate().map(|(at, kind)| value(at, *kind, valued)).collect()
}

fn value(at: usize, kind: ColumnType, valued: bool) -> Value {
    let number = i64::try_from(at).unwrap();
    match kind {
        ColumnType::Uuid => Value::Id(Uuid::from_u128(at as u128)),
        ColumnType::Boolean => Value::Boolean(valued),
        _ if !valued => Value::Empty,
        ColumnType::Text => Value::Text(format!("text {at}").into()),
        ColumnType::Integer => Value::Integer(number),
        ColumnType::Duration => Value::Duration(number * 60_000),
        ColumnType::Decimal { .. } | ColumnType::Number => {
            Value::Decimal(Decimal::from_scaled(i128::from(number) * 10 + 5, 1).unwrap())
        }
        ColumnType::Date => Value::Date(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()),
        ColumnType::DateTime => Value::DateTime(DateTime::from_timestamp_millis(number * 1_000).unwrap()),
        ColumnType::Time => Value::Time(NaiveTime::from_hms_opt(9, 30, 0).unwrap()),
        ColumnType::Real => Value::Json(Arc::new(serde_json::json!(at))),
        ColumnType::Json => Value::Json(Arc::new(serde_json::json!([]))),
        ColumnType::Bytes => Value::Bytes(Arc::from([])),
    }
}
