//! Records, related records and values over them.

use std::cmp::Ordering;
use std::sync::Arc;

use expression::{Collation, Decimal};
use rhai::{Array, Dynamic, Engine, EvalAltResult, FnPtr, ImmutableString, NativeCallContext, Position};

use super::operators::{equal, order_of, truth};
use super::{Answer, refused};
use crate::Host;
use crate::native::{AnyRecord, Choices, Native, Record, Records};

pub(super) fn install(engine: &mut Engine, host: &Arc<dyn Host>) {
    engine.register_indexer_get(|record: &mut Record, name: ImmutableString| -> Answer {
        let missing = || EvalAltResult::ErrorPropertyNotFound(name.to_string(), Position::NONE).into();
        record.get(&name).ok_or_else(missing)
    });
    engine.register_indexer_get(|record: &mut AnyRecord, name: ImmutableString| -> Answer {
        let missing = || EvalAltResult::ErrorPropertyNotFound(name.to_string(), Position::NONE).into();
        record.narrowed(&name).ok_or_else(missing)
    });
    // A path through an empty link is empty.
    engine.register_indexer_get(|_: &mut (), _: ImmutableString| Dynamic::UNIT);
    engine.register_fn("is_empty", |value: Dynamic| Native::of(&value).is_empty());
    engine.register_fn("contains", |many: Dynamic, one: Dynamic| contains(&many, &one));
    quantifiers(engine);
    engine.register_fn("sum", |context: NativeCallContext<'_>, records: Records, body: FnPtr| {
        measured(&context, &records, &body).and_then(|values| sum(&values))
    });
    engine.register_fn("avg", |context: NativeCallContext<'_>, records: Records, body: FnPtr| {
        measured(&context, &records, &body).and_then(|values| average(&values))
    });
    let collation = Arc::new(Collation::of(host.language()));
    for (name, wanted) in [("min", Ordering::Less), ("max", Ordering::Greater)] {
        let collation = Arc::clone(&collation);
        engine.register_fn(name, move |context: NativeCallContext<'_>, records: Records, body: FnPtr| -> Answer {
            let values = measured(&context, &records, &body)?;
            let best = values.into_iter().reduce(|best, value| {
                let order = order_of(&Native::of(&value), &Native::of(&best), &collation);
                if order == wanted { value } else { best }
            });
            Ok(best.unwrap_or(Dynamic::UNIT))
        });
    }
}

fn quantifiers(engine: &mut Engine) {
    engine.register_fn("count", |records: Records| records.list.len() as i64);
    engine.register_fn("any", |context: NativeCallContext<'_>, records: Records, body: FnPtr| -> Answer {
        for record in records.each() {
            if holds(&context, &body, record)? {
                return Ok(true.into());
            }
        }
        Ok(false.into())
    });
    engine.register_fn("all", |context: NativeCallContext<'_>, records: Records, body: FnPtr| -> Answer {
        for record in records.each() {
            if !holds(&context, &body, record)? {
                return Ok(false.into());
            }
        }
        Ok(true.into())
    });
    engine.register_fn("filter", |context: NativeCallContext<'_>, records: Records, body: FnPtr| -> Answer {
        let mut list = Vec::new();
        for (record, reference) in records.each().zip(records.list.iter()) {
            if holds(&context, &body, record)? {
                list.push(reference.clone());
            }
        }
        Ok(Dynamic::from(Records { list: list.into(), ..records }))
    });
    engine.register_fn("first", |records: Records| records.in_order().next().unwrap_or(Dynamic::UNIT));
    engine.register_fn("first", |context: NativeCallContext<'_>, records: Records, body: FnPtr| -> Answer {
        for record in records.in_order() {
            if holds(&context, &body, record.clone())? {
                return Ok(record);
            }
        }
        Ok(Dynamic::UNIT)
    });
    // A relation reached through an empty link has no records.
    engine.register_fn("first", |(): ()| Dynamic::UNIT);
    engine.register_fn("count", |(): ()| 0_i64);
    engine.register_fn("any", |(): (), _: FnPtr| false);
    engine.register_fn("all", |(): (), _: FnPtr| true);
    engine.register_fn("filter", |(): (), _: FnPtr| Dynamic::UNIT);
    engine.register_fn("sum", |(): (), _: FnPtr| 0_i64);
    for name in ["avg", "min", "max", "first"] {
        engine.register_fn(name, |(): (), _: FnPtr| Dynamic::UNIT);
    }
}

fn holds(context: &NativeCallContext<'_>, body: &FnPtr, record: Dynamic) -> Result<bool, Box<EvalAltResult>> {
    let value: Dynamic = body.call_within_context(context, (record,))?;
    Ok(truth(&Native::of(&value)))
}

/// Gives the values that are not empty.
fn measured(
    context: &NativeCallContext<'_>,
    records: &Records,
    body: &FnPtr,
) -> Result<Vec<Dynamic>, Box<EvalAltResult>> {
    let mut values = Vec::with_capacity(records.list.len());
    for record in records.each() {
        let value: Dynamic = body.call_within_context(context, (record,))?;
        if !Native::of(&value).is_empty() {
            values.push(value);
        }
    }
    Ok(values)
}

/// Adds exactly; only the whole can be too large.
fn sum(values: &[Dynamic]) -> Answer {
    let whole: Option<Vec<i64>> = values.iter().map(|value| value.flatten_clone().as_int().ok()).collect();
    if let Some(whole) = whole {
        let sum: i128 = whole.into_iter().map(i128::from).sum();
        return Ok(i64::try_from(sum).map_or(Dynamic::UNIT, Dynamic::from));
    }
    // 10^28 a number, 10^10 numbers at most: the sum of units fits into 128 bits.
    let sum = units(values, "sum")?.into_iter().sum();
    Ok(Decimal::from_units(sum).map_or(Dynamic::UNIT, Dynamic::from))
}

fn average(values: &[Dynamic]) -> Answer {
    if values.is_empty() {
        return Ok(Dynamic::UNIT);
    }
    let sum: i128 = units(values, "avg")?.into_iter().sum();
    let count = values.len() as i128;
    let (quotient, rest) = (sum / count, sum % count);
    let away = if rest.abs() * 2 >= count { sum.signum() } else { 0 };
    Ok(Decimal::from_units(quotient + away).map_or(Dynamic::UNIT, Dynamic::from))
}

fn units(values: &[Dynamic], name: &str) -> Result<Vec<i128>, Box<EvalAltResult>> {
    values.iter().map(|value| Native::of(value).decimal().map(Decimal::units).ok_or_else(|| refused(name))).collect()
}

fn contains(many: &Dynamic, one: &Dynamic) -> Answer {
    let sought = Native::of(one);
    if let Ok(list) = many.as_array_ref() {
        let list: &Array = &list;
        return Ok(list.iter().any(|item| equal(&Native::of(item), &sought)).into());
    }
    if let Some(records) = many.clone().flatten().try_cast::<Records>() {
        return Ok(records.each().any(|record| equal(&Native::of(&record), &sought)).into());
    }
    Ok(match (Native::of(many), sought) {
        (Native::Empty, _) | (_, Native::Empty) => Dynamic::UNIT,
        (Native::Text(text), Native::Text(part)) => text.contains(part.as_str()).into(),
        (Native::Choices(Choices(choices)), Native::Text(choice)) => {
            choices.iter().any(|held| **held == *choice.as_str()).into()
        }
        _ => return Err(refused("contains")),
    })
}
