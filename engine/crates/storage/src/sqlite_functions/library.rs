//! The functions of the library as the evaluator has them, for those that SQLite cannot write as well by itself.

use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::function::{self, Function, period::Period};
use expression::{Decimal, Recordless, Type, Value};

use super::arithmetic::units;
use super::{Answer, Argument, Named, named};

/// Functions of values and of a time zone, which is the last argument. Those of the clock are ranges of constants.
pub(super) fn all() -> Vec<Named> {
    let of_values = function::all().filter(|function| {
        !function.parameters.is_empty()
            && !function.parameters.contains(&Type::Choices)
            && Period::of(function.name).is_none()
    });
    of_values.map(registered).collect()
}

fn registered(function: &'static Function) -> Named {
    let name = sql::function::of_library(function.name, function.parameters);
    let count = function.parameters.len();
    // INVARIANT: no function has more parameters than `MOST_ARGUMENTS` less one.
    named(name, count as i32 + 1, move |given| {
        let values: Option<Vec<Value>> =
            function.parameters.iter().zip(given).map(|(ty, argument)| value(*argument, ty)).collect();
        let zone = given.get(count).and_then(|zone| zone.text()).and_then(|zone| zone.parse().ok());
        match (values, zone) {
            (Some(values), Some(zone)) => (function.evaluate)(&values, &Recordless { zone, ..Recordless::default() })
                .map_or(Answer::Null, |value| answer(value, &function.result)),
            _ => Answer::Null,
        }
    })
}

fn value(argument: Argument<'_>, ty: &Type) -> Option<Value> {
    Some(match ty {
        Type::Boolean => Value::Boolean(argument.integer()? != 0),
        Type::Integer => Value::Integer(argument.integer()?),
        Type::Decimal => Value::Decimal(Decimal::from_units(units(argument)?)?),
        Type::Text => Some(Value::text(argument.text()?)).filter(|text| !text.is_empty())?,
        Type::Date => Value::Date(NaiveDate::parse_from_str(argument.text()?, "%Y-%m-%d").ok()?),
        Type::DateTime => Value::DateTime(DateTime::from_timestamp_millis(argument.integer()?)?),
        Type::Time => Value::Time(NaiveTime::parse_from_str(argument.text()?, "%H:%M:%S").ok()?),
        Type::Duration => Value::Duration(argument.integer()?),
        _ => return None,
    })
}

fn answer(value: Value, ty: &Type) -> Answer {
    match value.normalized() {
        Value::Boolean(value) => value.into(),
        Value::Integer(value) if *ty != Type::Decimal => Answer::Integer(value),
        Value::Duration(value) => Answer::Integer(value),
        Value::Decimal(value) => Answer::Number(sql::number::encode(value)),
        Value::Text(text) => Answer::Text(text.to_string()),
        Value::Date(date) => Answer::Text(date.format("%Y-%m-%d").to_string()),
        Value::DateTime(instant) => Answer::Integer(instant.timestamp_millis()),
        Value::Time(time) => Answer::Text(time.format("%H:%M:%S").to_string()),
        _ => Answer::Null,
    }
}
