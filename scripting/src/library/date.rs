//! Functions of dates and lengths of time.

use std::sync::Arc;

use chrono::Datelike;
use rhai::{Dynamic, Engine};

use super::{Answer, refused};
use crate::Host;
use crate::native::{Length, Native};

pub(super) fn install(engine: &mut Engine, host: &Arc<dyn Host>) {
    let clock = Arc::clone(host);
    engine.register_fn("today", move || Dynamic::from(clock.today()));
    let clock = Arc::clone(host);
    engine.register_fn("now", move || Dynamic::from(clock.now()));
    part(engine, "year", |date| i64::from(date.year()));
    part(engine, "month", |date| i64::from(date.month()));
    part(engine, "day", |date| i64::from(date.day()));
    length(engine, "days", 86_400_000);
    length(engine, "hours", 3_600_000);
    length(engine, "minutes", 60_000);
    engine.register_fn("in_days", |value: Dynamic| match Native::of(&value) {
        Native::Empty => Ok(Dynamic::UNIT),
        Native::Length(length) => Ok(Dynamic::from(length / 86_400_000)),
        _ => Err(refused("in_days")),
    });
}

fn part(engine: &mut Engine, name: &'static str, part: fn(&chrono::NaiveDate) -> i64) {
    engine.register_fn(name, move |value: Dynamic| -> Answer {
        match Native::of(&value) {
            Native::Empty => Ok(Dynamic::UNIT),
            Native::Date(date) => Ok(part(&date).into()),
            _ => Err(refused(name)),
        }
    });
}

fn length(engine: &mut Engine, name: &'static str, unit: i64) {
    engine.register_fn(name, move |value: Dynamic| -> Answer {
        match Native::of(&value) {
            Native::Empty => Ok(Dynamic::UNIT),
            Native::Integer(count) => {
                Ok(count.checked_mul(unit).map_or(Dynamic::UNIT, |length| Dynamic::from(Length(length))))
            }
            _ => Err(refused(name)),
        }
    });
}
