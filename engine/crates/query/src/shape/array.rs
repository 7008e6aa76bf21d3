//! Arrays that the database made as JSON, back to rows of values.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::{Decimal, Value};
use serde_json::Value as Json;
use sql::{ColumnType, Dialect};
use uuid::Uuid;

use crate::plan::is_chunked;

/// Reads the rows of an array; what does not fit its type is empty, so that one bad record does not take a page down.
pub(crate) fn rows(cell: &Value, columns: &[ColumnType], dialect: Dialect) -> Vec<Vec<Value>> {
    let Value::Json(json) = cell else { return Vec::new() };
    let Some(rows) = json.as_array() else { return Vec::new() };
    rows.iter().map(|row| cells(row, columns, dialect)).collect()
}

fn cells(row: &Json, columns: &[ColumnType], dialect: Dialect) -> Vec<Value> {
    let empty = Vec::new();
    let row = row.as_array().unwrap_or(&empty);
    let mut cells: Box<dyn Iterator<Item = &Json>> = if is_chunked(columns.len()) {
        Box::new(row.iter().filter_map(Json::as_array).flatten())
    } else {
        Box::new(row.iter())
    };
    columns
        .iter()
        .map(|kind| cells.next().and_then(|cell| value(cell, *kind, dialect)).unwrap_or(Value::Empty))
        .collect()
}

fn value(cell: &Json, kind: ColumnType, dialect: Dialect) -> Option<Value> {
    if cell.is_null() {
        return Some(Value::Empty);
    }
    Some(match kind {
        ColumnType::Text => Value::Text(cell.as_str()?.into()),
        ColumnType::Uuid => Value::Id(Uuid::parse_str(cell.as_str()?).ok()?),
        ColumnType::Boolean => Value::Boolean(cell.as_bool().or_else(|| cell.as_i64().map(|bit| bit != 0))?),
        ColumnType::Integer => Value::Integer(cell.as_i64()?),
        ColumnType::Duration => Value::Duration(cell.as_i64()?),
        ColumnType::DateTime => Value::DateTime(DateTime::from_timestamp_millis(cell.as_i64()?)?),
        ColumnType::Date => Value::Date(cell.as_str()?.parse::<NaiveDate>().ok()?),
        ColumnType::Time => Value::Time(cell.as_str()?.parse::<NaiveTime>().ok()?),
        ColumnType::Real | ColumnType::Json => Value::Json(Arc::new(cell.clone())),
        ColumnType::Decimal { .. } | ColumnType::Number => decimal(cell, kind, dialect)?,
        // Whether a secret is held is all that leaves the database.
        ColumnType::Bytes => match cell.as_bool().or_else(|| cell.as_i64().map(|bit| bit != 0))? {
            true => Value::Bytes(Arc::from([])),
            false => Value::Empty,
        },
    })
}

fn decimal(cell: &Json, kind: ColumnType, dialect: Dialect) -> Option<Value> {
    let number = match (dialect, kind.sqlite_scale()) {
        (Dialect::Postgres, _) => parse(cell.as_str()?)?,
        (Dialect::Sqlite, Some(scale)) => sql::number::from_scaled(cell.as_i64()?, scale)?,
        (Dialect::Sqlite, None) => sql::number::decode(&unhex(cell.as_str()?)?)?,
    };
    Some(Value::Decimal(number))
}

/// Reads the text of a NUMERIC of at most 12 digits after the point.
fn parse(text: &str) -> Option<Decimal> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part = format!("{:0<12}", part.get(..part.len().min(12))?);
    let units = whole.parse::<i128>().ok()?.checked_mul(10_i128.pow(12))?.checked_add(part.parse().ok()?)?;
    Decimal::from_units(sign * units)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
