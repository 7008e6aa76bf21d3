//! Arithmetic of two values that are not empty.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::Problem;
use crate::function::date::DAY;
use crate::{Binary, Decimal, Value};

pub(super) fn compute(operator: Binary, left: &Value, right: &Value) -> Result<Value, Problem> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => integers(operator, *left, *right),
        (Value::Decimal(left), Value::Decimal(right)) => decimals(operator, *left, *right),
        (Value::Text(left), Value::Text(right)) => Ok(Value::text(format!("{left}{right}"))),
        (Value::Duration(left), Value::Duration(right)) => {
            moved(operator, *left, *right).map(Value::Duration).ok_or(Problem::Overflow)
        }
        (Value::Date(date), Value::Duration(length)) => {
            moved(operator, 0, *length).and_then(|length| add_days(*date, length / DAY)).ok_or(Problem::Overflow)
        }
        (Value::DateTime(instant), Value::Duration(length)) => {
            moved(operator, 0, *length).and_then(|length| add_time(*instant, length)).ok_or(Problem::Overflow)
        }
        (Value::Date(left), Value::Date(right)) => Ok(Value::Duration((*left - *right).num_milliseconds())),
        (Value::DateTime(left), Value::DateTime(right)) => Ok(Value::Duration((*left - *right).num_milliseconds())),
        _ => Ok(Value::Empty),
    }
}

fn integers(operator: Binary, left: i64, right: i64) -> Result<Value, Problem> {
    let value = match operator {
        Binary::Add => left.checked_add(right),
        Binary::Subtract => left.checked_sub(right),
        Binary::Multiply => left.checked_mul(right),
        Binary::Remainder if right == 0 => return Err(Problem::DivisionByZero),
        // The least integer by -1 leaves nothing, though the processor's division overflows.
        Binary::Remainder => Some(left.wrapping_rem(right)),
        _ => None,
    };
    value.map(Value::Integer).ok_or(Problem::Overflow)
}

fn decimals(operator: Binary, left: Decimal, right: Decimal) -> Result<Value, Problem> {
    let value = match operator {
        Binary::Add => left.checked_add(right),
        Binary::Subtract => left.checked_sub(right),
        Binary::Multiply => left.checked_mul(right),
        Binary::Divide if right == Decimal::ZERO => return Err(Problem::DivisionByZero),
        Binary::Divide => left.checked_div(right),
        _ => None,
    };
    value.map(Value::Decimal).ok_or(Problem::Overflow)
}

fn moved(operator: Binary, from: i64, by: i64) -> Option<i64> {
    if operator == Binary::Subtract { from.checked_sub(by) } else { from.checked_add(by) }
}

fn add_days(date: NaiveDate, days: i64) -> Option<Value> {
    let date = date.checked_add_signed(TimeDelta::try_days(days)?)?;
    (1..=9999).contains(&date.year()).then_some(Value::Date(date))
}

fn add_time(instant: DateTime<Utc>, milliseconds: i64) -> Option<Value> {
    let instant = instant.checked_add_signed(TimeDelta::try_milliseconds(milliseconds)?)?;
    (1..=9999).contains(&instant.year()).then_some(Value::DateTime(instant))
}
