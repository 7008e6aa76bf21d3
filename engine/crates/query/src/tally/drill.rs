//! The way back from a group to its records: a filter in the language, which the list understands.

use chrono::{Datelike, Days, LocalResult, Months, NaiveDate};
use expression::{Tz, Value};

use super::{plain, range_of};
use crate::plan::aggregate::{Key, Moment, Part, Shape};

/// The last year that has dates.
const LAST_YEAR: i32 = 9999;

/// Writes the filter of a group; `None` when the language has no words for one of its keys.
pub(super) fn filter<'a>(
    keys: impl Iterator<Item = (&'a Key, &'a Vec<Value>)>,
    own: Option<&str>,
    zone: &str,
) -> Option<String> {
    let mut conditions: Vec<String> = own.map(|own| format!("({own})")).into_iter().collect();
    for (key, cells) in keys {
        conditions.push(condition(key, cells.first()?, zone)?);
    }
    Some(if conditions.is_empty() { "true".to_owned() } else { conditions.join(" && ") })
}

fn condition(key: &Key, value: &Value, zone: &str) -> Option<String> {
    let path = &key.path;
    if *value == Value::Empty {
        return Some(format!("{path} == ()"));
    }
    match &key.shape {
        Shape::Value(_) | Shape::Link(_) | Shape::AnyLink(..) => Some(format!("{path} == {}", literal(value)?)),
        Shape::Weekday(moment) => {
            let Value::Integer(number) = value else { return None };
            let date = match moment {
                Moment::Date => path.clone(),
                Moment::Instant => format!("date({path}, {})", quoted(zone)),
            };
            Some(format!("{date}.weekday() == {number}"))
        }
        Shape::Hour => {
            let Value::Integer(number) = value else { return None };
            Some(format!("time({path}, {}).hour() == {number}", quoted(zone)))
        }
        Shape::Begins(part, moment) => {
            let Value::Date(date) = value else { return None };
            let written = |date: NaiveDate| match moment {
                Moment::Date => Some(date.to_string()),
                Moment::Instant => midnight(date, zone),
            };
            let from = format!("{path} >= \"{}\"", written(*date)?);
            // No date is written beyond the year 9999, and none is stored.
            match end(*part, *date).filter(|to| to.year() <= LAST_YEAR) {
                Some(to) => Some(format!("{from} && {path} < \"{}\"", written(to)?)),
                None => Some(from),
            }
        }
        Shape::Range(bounds) => {
            let (from, to) = range_of(value, bounds);
            let from = from.map(|from| format!("{path} >= {from}"));
            let to = to.map(|to| format!("{path} < {to}"));
            Some(from.into_iter().chain(to).collect::<Vec<_>>().join(" && "))
        }
    }
}

/// Writes a value as the language does.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(quoted(text)),
        // No literal is written for it.
        Value::Integer(i64::MIN) => Some(format!("(-{} - 1)", i64::MAX)),
        Value::Boolean(_) | Value::Integer(_) => Some(plain(value)),
        Value::Duration(length) if length % 60_000 == 0 => Some(format!("minutes({})", length / 60_000)),
        Value::Duration(length) if length % 1_000 == 0 => Some(format!("seconds({})", length / 1_000)),
        Value::Decimal(number) => Some(number.to_string()),
        Value::Date(_) | Value::DateTime(_) | Value::Time(_) | Value::Id(_) => Some(plain(value)),
        Value::Record(record) => Some(format!("\"{}\"", record.id)),
        _ => None,
    }
}

/// Writes a text as the language does.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// The beginning of what follows a part of a date.
fn end(part: Part, from: NaiveDate) -> Option<NaiveDate> {
    match part {
        Part::Year => from.with_year(from.year() + 1),
        Part::Quarter => from.checked_add_months(Months::new(3)),
        Part::Month => from.checked_add_months(Months::new(1)),
        Part::Week => from.checked_add_days(Days::new(7)),
        Part::Day => from.checked_add_days(Days::new(1)),
    }
}

fn midnight(date: NaiveDate, zone: &str) -> Option<String> {
    begins(date, zone.parse().ok()?)
}

/// Writes the instant at which a day begins in a time zone; where the clocks skip midnight, when they are through.
pub fn begins(date: NaiveDate, zone: Tz) -> Option<String> {
    let begins = (0..3).find_map(|hour| match expression::zone::instants(date.and_hms_opt(hour, 0, 0)?, zone) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
        LocalResult::None => None,
    })?;
    Some(begins.to_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string())
}
