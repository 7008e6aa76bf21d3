//! Functions of numbers.

use std::sync::Arc;

use expression::{Decimal, DecimalError};
use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString};

use super::{Answer, refused, table};
use crate::Host;
use crate::literal::DECIMAL;
use crate::native::Native;

pub(super) fn install(engine: &mut Engine, host: &Arc<dyn Host>) {
    engine.register_fn(DECIMAL, |digits: ImmutableString| -> Result<Decimal, Box<EvalAltResult>> {
        Decimal::parse(&digits.replace('_', "")).map_err(|error: DecimalError| error.to_string().into())
    });
    engine.register_fn("abs", |value: Dynamic| match Native::of(&value) {
        Native::Empty => Ok(Dynamic::UNIT),
        Native::Integer(number) => Ok(number.checked_abs().map_or(Dynamic::UNIT, Dynamic::from)),
        Native::Decimal(number) => Ok(Dynamic::from(number.abs())),
        _ => Err(refused("abs")),
    });
    engine.register_fn("round", |value: Dynamic| round(&value, &Dynamic::from(0_i64)));
    engine.register_fn("round", |value: Dynamic, digits: Dynamic| round(&value, &digits));
    whole(engine, "floor", |units| units.div_euclid(ONE));
    whole(engine, "ceiling", |units| -(-units).div_euclid(ONE));
    engine.register_fn("div", |a: Dynamic, b: Dynamic| div(&Native::of(&a), &Native::of(&b)));
    let world = Arc::clone(host);
    engine.register_fn("min", move |a: Dynamic, b: Dynamic| either("min", &a, &b, &world, |a, b| a <= b));
    let world = Arc::clone(host);
    engine.register_fn("max", move |a: Dynamic, b: Dynamic| either("max", &a, &b, &world, |a, b| a >= b));
}

/// One whole, in the units of a decimal.
const ONE: i128 = 1_000_000_000_000;

fn round(value: &Dynamic, digits: &Dynamic) -> Answer {
    let (value, digits) = (Native::of(value), Native::of(digits));
    if value.is_empty() || digits.is_empty() {
        return Ok(Dynamic::UNIT);
    }
    let Native::Integer(digits) = digits else { return Err(refused("round")) };
    let rounded = value.decimal().and_then(|value| value.round(digits));
    Ok(rounded.map_or(Dynamic::UNIT, Dynamic::from))
}

fn whole(engine: &mut Engine, name: &'static str, compute: fn(i128) -> i128) {
    engine.register_fn(name, move |value: Dynamic| -> Answer {
        let number = Native::of(&value).decimal().map(|number| compute(number.units()));
        Ok(number.and_then(|number| i64::try_from(number).ok()).map_or(Dynamic::UNIT, Dynamic::from))
    });
}

fn div(a: &Native, b: &Native) -> Answer {
    let quotient = match (a, b) {
        (Native::Integer(a), Native::Integer(b)) => a.checked_div(*b),
        _ => a.decimal().zip(b.decimal()).and_then(|(a, b)| i64::try_from(a.units().checked_div(b.units())?).ok()),
    };
    Ok(quotient.map_or(Dynamic::UNIT, Dynamic::from))
}

fn either(
    name: &'static str,
    a: &Dynamic,
    b: &Dynamic,
    host: &Arc<dyn Host>,
    first: fn(Decimal, Decimal) -> bool,
) -> Answer {
    match (Native::of(a), Native::of(b)) {
        (Native::Empty, _) | (_, Native::Empty) => Ok(Dynamic::UNIT),
        (Native::Date(_) | Native::Instant(_), _) | (_, Native::Date(_) | Native::Instant(_)) => {
            table::call(name, &[a, b], host)
        }
        (Native::Integer(a), Native::Integer(b)) => Ok((if name == "min" { a.min(b) } else { a.max(b) }).into()),
        (a, b) => match (a.decimal(), b.decimal()) {
            (Some(a), Some(b)) => Ok(Dynamic::from(if first(a, b) { a } else { b })),
            _ => Ok(Dynamic::UNIT),
        },
    }
}
