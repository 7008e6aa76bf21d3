//! Operators with the language's meaning: total equality, exact decimals, `()` where nothing can be computed.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use expression::{Collation, Decimal};
use rhai::{Dynamic, Engine, ImmutableString};
use uuid::Uuid;

use super::{Answer, refused};
use crate::Host;
use crate::native::{Length, Native};

const DAY: i64 = 86_400_000;

pub(super) fn install(engine: &mut Engine, host: &Arc<dyn Host>) {
    binary(engine, "==", |a, b| Ok(equal(&a, &b).into()));
    binary(engine, "!=", |a, b| Ok((!equal(&a, &b)).into()));
    let collation = Arc::new(Collation::of(host.language()));
    for (symbol, holds) in [
        ("<", Ordering::is_lt as fn(Ordering) -> bool),
        ("<=", Ordering::is_le),
        (">", Ordering::is_gt),
        (">=", Ordering::is_ge),
    ] {
        let collation = Arc::clone(&collation);
        binary(engine, symbol, move |a, b| Ok(order(&a, &b, &collation).is_some_and(holds).into()));
    }
    for symbol in ["+", "-", "*", "/", "%"] {
        binary(engine, symbol, move |a, b| compute(symbol, &a, &b));
    }
    binary(engine, "&&", |a, b| Ok((truth(&a) && truth(&b)).into()));
    binary(engine, "||", |a, b| Ok((truth(&a) || truth(&b)).into()));
    engine.register_fn("??", |a: Dynamic, b: Dynamic| if Native::of(&a).is_empty() { b } else { a });
    engine.register_fn("!", |a: Dynamic| !truth(&Native::of(&a)));
    engine.register_fn("!", |a: bool| !a);
    engine.register_fn("-", |a: Dynamic| negate(&Native::of(&a)));
    engine.register_fn("-", |a: i64| negate(&Native::Integer(a)));
}

/// Registers an operator for every pair of types: rhai prefers its own where both sides are of its own types.
fn binary(
    engine: &mut Engine,
    symbol: &str,
    compute: impl Fn(Native, Native) -> Answer + Clone + Send + Sync + 'static,
) {
    let any = compute.clone();
    engine.register_fn(symbol, move |a: Dynamic, b: Dynamic| any(Native::of(&a), Native::of(&b)));
    let whole = compute.clone();
    engine.register_fn(symbol, move |a: i64, b: i64| whole(Native::Integer(a), Native::Integer(b)));
    let logic = compute.clone();
    engine.register_fn(symbol, move |a: bool, b: bool| logic(Native::Boolean(a), Native::Boolean(b)));
    let text = |text: ImmutableString| if text.is_empty() { Native::Empty } else { Native::Text(text) };
    engine.register_fn(symbol, move |a: ImmutableString, b: ImmutableString| compute(text(a), text(b)));
}

pub(super) fn truth(value: &Native) -> bool {
    matches!(value, Native::Boolean(true))
}

pub(super) fn equal(a: &Native, b: &Native) -> bool {
    match (a, b) {
        (Native::Empty, Native::Empty) => true,
        (Native::Boolean(a), Native::Boolean(b)) => a == b,
        (Native::Integer(a), Native::Integer(b)) => a == b,
        (Native::Text(a), Native::Text(b)) => a == b,
        (Native::Id(a), Native::Id(b)) => a == b,
        (Native::Id(id), Native::Text(text)) | (Native::Text(text), Native::Id(id)) => {
            Uuid::try_parse(text).is_ok_and(|text| text == *id)
        }
        (Native::Integer(_) | Native::Decimal(_), _) => a.decimal().is_some_and(|a| Some(a) == b.decimal()),
        _ => moments(a, b) == Some(Ordering::Equal),
    }
}

fn order(a: &Native, b: &Native, collation: &Collation) -> Option<Ordering> {
    match (a, b) {
        (Native::Integer(a), Native::Integer(b)) => Some(a.cmp(b)),
        (Native::Text(a), Native::Text(b)) => Some(collation.compare(a, b)),
        (Native::Integer(_) | Native::Decimal(_), _) => Some(a.decimal()?.cmp(&b.decimal()?)),
        _ => moments(a, b),
    }
}

/// Orders dates, instants, times and lengths; a text beside one of them is read as one.
fn moments(a: &Native, b: &Native) -> Option<Ordering> {
    match (a, b) {
        (Native::Date(a), Native::Date(b)) => Some(a.cmp(b)),
        (Native::Instant(a), Native::Instant(b)) => Some(a.cmp(b)),
        (Native::Time(a), Native::Time(b)) => Some(a.cmp(b)),
        (Native::Length(a), Native::Length(b)) => Some(a.cmp(b)),
        (Native::Text(text), _) => moments(&read(text, b)?, b),
        (_, Native::Text(text)) => moments(a, &read(text, a)?),
        _ => None,
    }
}

fn read(text: &str, like: &Native) -> Option<Native> {
    match like {
        Native::Date(_) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Native::Date),
        Native::Instant(_) => DateTime::parse_from_rfc3339(text).ok().map(|time| Native::Instant(time.to_utc())),
        Native::Time(_) => NaiveTime::parse_from_str(text, "%H:%M:%S").ok().map(Native::Time),
        _ => None,
    }
}

pub(super) fn order_of(a: &Native, b: &Native, collation: &Collation) -> Ordering {
    order(a, b, collation).unwrap_or(Ordering::Equal)
}

fn compute(symbol: &str, a: &Native, b: &Native) -> Answer {
    let value = match (a, b) {
        (Native::Empty, _) | (_, Native::Empty) => None,
        (Native::Integer(a), Native::Integer(b)) if symbol != "/" => whole(symbol, *a, *b).map(Dynamic::from),
        (Native::Integer(_) | Native::Decimal(_), Native::Integer(_) | Native::Decimal(_)) => {
            let (Some(a), Some(b)) = (a.decimal(), b.decimal()) else { return Ok(Dynamic::UNIT) };
            exact(symbol, a, b).map(Dynamic::from)
        }
        (Native::Text(a), Native::Text(b)) if symbol == "+" => {
            Some(Dynamic::from(ImmutableString::from(format!("{a}{b}"))))
        }
        _ => return temporal(symbol, a, b),
    };
    Ok(value.unwrap_or(Dynamic::UNIT))
}

fn whole(symbol: &str, a: i64, b: i64) -> Option<i64> {
    match symbol {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        _ if b == -1 => Some(0),
        _ => a.checked_rem(b),
    }
}

fn exact(symbol: &str, a: Decimal, b: Decimal) -> Option<Decimal> {
    match symbol {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" => a.checked_div(b),
        _ => None,
    }
}

fn temporal(symbol: &str, a: &Native, b: &Native) -> Answer {
    let signed = |length: i64| match symbol {
        "+" => Some(length),
        "-" => length.checked_neg(),
        _ => None,
    };
    let value = match (a, b) {
        (Native::Date(date), Native::Length(length)) => signed(*length)
            .and_then(|length| date.checked_add_signed(TimeDelta::try_days(length / DAY)?))
            .filter(|date| (1..10_000).contains(&date.year()))
            .map(Dynamic::from),
        (Native::Instant(instant), Native::Length(length)) => signed(*length)
            .and_then(|length| instant.checked_add_signed(TimeDelta::try_milliseconds(length)?))
            .filter(|instant: &DateTime<Utc>| (1..10_000).contains(&instant.year()))
            .map(Dynamic::from),
        (Native::Length(a), Native::Length(b)) => {
            whole(symbol, *a, *b).filter(|_| matches!(symbol, "+" | "-")).map(|length| Dynamic::from(Length(length)))
        }
        (Native::Date(a), Native::Date(b)) if symbol == "-" => Some(between((*a - *b).num_milliseconds())),
        (Native::Instant(a), Native::Instant(b)) if symbol == "-" => Some(between((*a - *b).num_milliseconds())),
        (Native::Text(text), Native::Date(_) | Native::Instant(_)) => match read(text, b) {
            Some(a) => return temporal(symbol, &a, b),
            None => None,
        },
        (Native::Date(_) | Native::Instant(_), Native::Text(text)) => match read(text, a) {
            Some(b) => return temporal(symbol, a, &b),
            None => None,
        },
        _ => return Err(refused(&format!("{symbol} ({}, {})", a.word(), b.word()))),
    };
    Ok(value.unwrap_or(Dynamic::UNIT))
}

fn between(length: i64) -> Dynamic {
    Dynamic::from(Length(length))
}

fn negate(value: &Native) -> Answer {
    Ok(match value {
        Native::Empty => Dynamic::UNIT,
        Native::Integer(number) => number.checked_neg().map_or(Dynamic::UNIT, Dynamic::from),
        Native::Decimal(number) => Dynamic::from(number.negated()),
        _ => return Err(refused("-")),
    })
}
