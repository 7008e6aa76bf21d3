//! Functions of texts, with rhai's names and meaning where rhai has them.

use std::sync::Arc;

use rhai::{Dynamic, Engine, ImmutableString};

use super::{Answer, refused, table};
use crate::Host;
use crate::native::Native;

pub(super) fn install(engine: &mut Engine, host: &Arc<dyn Host>) {
    let world = Arc::clone(host);
    one(engine, "len", |text| Dynamic::from(text.chars().count() as i64));
    one(engine, "to_upper", |text| text.to_uppercase().into());
    one(engine, "to_lower", |text| text.to_lowercase().into());
    one(engine, "trim", |text| text.trim().to_owned().into());
    two(engine, "starts_with", |text, part| text.starts_with(part));
    two(engine, "ends_with", |text, part| text.ends_with(part));
    two(engine, "like", |text, part| text.to_lowercase().contains(&part.to_lowercase()));
    engine.register_fn("sub_string", |text: Dynamic, start: Dynamic| part(&text, &start, &Dynamic::from(i64::MAX)));
    engine.register_fn("sub_string", |text: Dynamic, start: Dynamic, length: Dynamic| part(&text, &start, &length));
    engine.register_fn("to_string", move |value: Dynamic| match Native::of(&value) {
        Native::Empty => Ok(Dynamic::UNIT),
        Native::Integer(number) => Ok(number.to_string().into()),
        Native::Decimal(number) => Ok(number.to_string().into()),
        _ => table::call("to_string", &[&value], &world),
    });
}

fn one(engine: &mut Engine, name: &'static str, compute: fn(&str) -> Dynamic) {
    engine.register_fn(name, move |text: Dynamic| -> Answer {
        match Native::of(&text) {
            Native::Empty => Ok(Dynamic::UNIT),
            Native::Text(text) => Ok(compute(&text)),
            _ => Err(refused(name)),
        }
    });
}

fn two(engine: &mut Engine, name: &'static str, compute: fn(&str, &str) -> bool) {
    engine.register_fn(name, move |text: Dynamic, part: Dynamic| -> Answer {
        match (Native::of(&text), Native::of(&part)) {
            (Native::Empty, _) | (_, Native::Empty) => Ok(Dynamic::UNIT),
            (Native::Text(text), Native::Text(part)) => Ok(compute(&text, &part).into()),
            _ => Err(refused(name)),
        }
    });
}

fn part(text: &Dynamic, start: &Dynamic, length: &Dynamic) -> Answer {
    let (text, start, length) = (Native::of(text), Native::of(start), Native::of(length));
    if text.is_empty() || start.is_empty() || length.is_empty() {
        return Ok(Dynamic::UNIT);
    }
    let (Native::Text(text), Native::Integer(start), Native::Integer(length)) = (text, start, length) else {
        return Err(refused("sub_string"));
    };
    let letters: Vec<char> = text.chars().collect();
    let count = letters.len() as i64;
    let from = if start < 0 { count.saturating_add(start).max(0) } else { start.min(count) };
    let to = from.saturating_add(length.max(0)).min(count);
    Ok(ImmutableString::from(letters[from as usize..to as usize].iter().collect::<String>()).into())
}
