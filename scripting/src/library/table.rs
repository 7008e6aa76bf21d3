//! The functions that rhai has none of by itself: those of the registry of expressions, found by the values at hand.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::function::{self, Function};
use expression::{Decimal, Recordless, Type, Value};
use rhai::{Dynamic, Engine};

use super::{Answer, refused};
use crate::Host;
use crate::native::{from_rhai, into_rhai};

/// Functions with a body of their own in the other files.
const OWN: &[&str] = &[
    "len/1",
    "to_upper/1",
    "to_lower/1",
    "trim/1",
    "contains/2",
    "starts_with/2",
    "ends_with/2",
    "like/2",
    "sub_string/2",
    "sub_string/3",
    "to_string/1",
    "abs/1",
    "round/1",
    "round/2",
    "floor/1",
    "ceiling/1",
    "div/2",
    "min/2",
    "max/2",
    "today/0",
    "now/0",
    "year/1",
    "month/1",
    "day/1",
    "days/1",
    "hours/1",
    "minutes/1",
    "in_days/1",
];

pub(super) fn install(engine: &mut Engine, host: &Arc<dyn Host>) {
    let mut known: Vec<String> = OWN.iter().map(|own| (*own).to_owned()).collect();
    for function in function::all() {
        let (name, count) = (function.name, function.parameters.len());
        let key = format!("{name}/{count}");
        if known.contains(&key) {
            continue;
        }
        known.push(key);
        let host = Arc::clone(host);
        match count {
            1 => engine.register_fn(name, move |a: Dynamic| call(name, &[&a], &host)),
            2 => engine.register_fn(name, move |a: Dynamic, b: Dynamic| call(name, &[&a, &b], &host)),
            _ => engine.register_fn(name, move |a: Dynamic, b: Dynamic, c: Dynamic| call(name, &[&a, &b, &c], &host)),
        };
    }
}

/// Calls the function of a name that takes the values; with an empty one the value is `()`.
pub(super) fn call(name: &'static str, arguments: &[&Dynamic], host: &Arc<dyn Host>) -> Answer {
    let values: Option<Vec<Value>> = arguments.iter().map(|argument| from_rhai(argument)).collect();
    let Some(values) = values else { return Err(refused(name)) };
    if values.iter().any(Value::is_empty) {
        return Ok(Dynamic::UNIT);
    }
    let candidates = || function::named(name).filter(|function| function.parameters.len() == values.len());
    let exact = candidates().find_map(|function| Some((function, fitted(function, &values, same)?)));
    let found = exact.or_else(|| candidates().find_map(|function| Some((function, fitted(function, &values, near)?))));
    let Some((function, values)) = found else { return Err(refused(name)) };
    if values.iter().any(Value::is_empty) {
        return Ok(Dynamic::UNIT);
    }
    let world = Recordless { zone: host.zone(), today: host.today(), now: host.now(), language: host.language() };
    // As everywhere in the language: what cannot be computed is `()`.
    let value = (function.evaluate)(&values, &world).unwrap_or(Value::Empty);
    Ok(into_rhai(value, host))
}

fn fitted(function: &Function, values: &[Value], fit: fn(&Value, &Type) -> Option<Value>) -> Option<Vec<Value>> {
    values.iter().zip(function.parameters).map(|(value, ty)| fit(value, ty)).collect()
}

fn same(value: &Value, ty: &Type) -> Option<Value> {
    let fits = matches!(
        (value, ty),
        (Value::Boolean(_), Type::Boolean)
            | (Value::Integer(_), Type::Integer)
            | (Value::Decimal(_), Type::Decimal)
            | (Value::Text(_), Type::Text)
            | (Value::Date(_), Type::Date)
            | (Value::DateTime(_), Type::DateTime)
            | (Value::Time(_), Type::Time)
            | (Value::Duration(_), Type::Duration)
            | (Value::Choices(_), Type::Choices)
    );
    fits.then(|| value.clone())
}

/// A whole number stands for a decimal, and a text for a date, an instant or a time.
fn near(value: &Value, ty: &Type) -> Option<Value> {
    match (value, ty) {
        (Value::Integer(number), Type::Decimal) => {
            Some(Decimal::from_i64(*number).map_or(Value::Empty, Value::Decimal))
        }
        (Value::Text(text), Type::Date) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Value::Date),
        (Value::Text(text), Type::DateTime) => {
            DateTime::parse_from_rfc3339(text).ok().map(|instant| Value::DateTime(instant.to_utc()))
        }
        (Value::Text(text), Type::Time) => NaiveTime::parse_from_str(text, "%H:%M:%S").ok().map(Value::Time),
        _ => same(value, ty),
    }
}
