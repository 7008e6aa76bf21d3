//! Values as JSON: the one place that writes numbers, dates and texts, so that both databases answer the same digits.

use std::fmt::Write;

use chrono::{Datelike, Timelike};
use expression::{Decimal, Value};

use crate::plan::output::Format;

/// Writes a value.
pub(crate) fn push_value(json: &mut String, value: &Value, format: Format) {
    match value {
        Value::Empty => json.push_str("null"),
        Value::Boolean(value) => json.push_str(if *value { "true" } else { "false" }),
        _ if format == Format::Secret => json.push_str(r#"{"has_value":true}"#),
        Value::Integer(value) => push_display(json, value),
        Value::Json(value) => push_display(json, value),
        Value::Choices(values) => {
            json.push('[');
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                push_text(json, value);
            }
            json.push(']');
        }
        Value::Text(text) => push_text(json, text),
        Value::Bytes(_) => json.push_str(r#"{"has_value":true}"#),
        _ => {
            json.push('"');
            push_plain(json, value, format);
            json.push('"');
        }
    }
}

/// Writes the trace that a masked value leaves: of a longer text its last two characters, of an address the host, else
/// only that there is something. Its length tells nothing of the value's.
pub(crate) fn push_trace(json: &mut String, value: &Value) {
    let trace = match value {
        Value::Empty => return json.push_str("null"),
        Value::Text(text) => match text.rsplit_once('@') {
            Some((_, host)) => format!("•••@{host}"),
            None if text.chars().count() >= 6 => {
                let end: String = text.chars().skip(text.chars().count() - 2).collect();
                format!("••••{end}")
            }
            None => "••••".to_owned(),
        },
        _ => "••••".to_owned(),
    };
    push_text(json, &trace);
}

/// Writes a title: always a text, whatever kind of field names the record.
fn push_title(json: &mut String, value: &Value, format: Format) {
    match value {
        Value::Integer(_) | Value::Boolean(_) => {
            json.push('"');
            push_value(json, value, format);
            json.push('"');
        }
        Value::Json(_) | Value::Choices(_) | Value::Bytes(_) => json.push_str("null"),
        _ => push_value(json, value, format),
    }
}

/// Writes a link: the entity where it leads to one of several, the identity, and the title with its format where there is
/// one to be seen.
pub(crate) fn push_link(json: &mut String, entity: Option<&str>, id: &Value, title: Option<(&Value, Format)>) {
    json.push('{');
    if let Some(entity) = entity {
        json.push_str(r#""entity":"#);
        push_text(json, entity);
        json.push(',');
    }
    json.push_str(r#""id":"#);
    push_value(json, id, Format::Plain);
    json.push_str(r#","title":"#);
    match title {
        Some((title, format)) => push_title(json, title, format),
        None => json.push_str("null"),
    }
    json.push('}');
}

/// Writes a value whose text needs no escaping, without quotes.
fn push_plain(json: &mut String, value: &Value, format: Format) {
    match value {
        Value::Decimal(number) => push_decimal(json, *number, format),
        Value::Date(date) => push_date(json, *date),
        Value::DateTime(at) => {
            let at = at.naive_utc();
            push_date(json, at.date());
            json.push('T');
            push_time(json, at.time());
            push_formatted(json, format_args!(".{:03}Z", at.and_utc().timestamp_subsec_millis()));
        }
        Value::Time(time) => push_time(json, *time),
        Value::Duration(milliseconds) => push_duration(json, *milliseconds),
        Value::Id(id) => push_formatted(json, format_args!("{id}")),
        Value::Record(record) => push_formatted(json, format_args!("{}", record.id)),
        _ => {}
    }
}

/// Writes a JSON string.
pub(crate) fn push_text(json: &mut String, text: &str) {
    json.push('"');
    let mut clean = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        json.push_str(&text[clean..at]);
        clean = at + 1;
        match byte {
            b'"' => json.push_str("\\\""),
            b'\\' => json.push_str("\\\\"),
            b'\n' => json.push_str("\\n"),
            b'\r' => json.push_str("\\r"),
            b'\t' => json.push_str("\\t"),
            _ => push_formatted(json, format_args!("\\u{byte:04x}")),
        }
    }
    json.push_str(&text[clean..]);
    json.push('"');
}

fn push_decimal(json: &mut String, number: Decimal, format: Format) {
    let scale = match format {
        Format::Digits(scale) => Some(usize::from(scale)),
        _ => None,
    };
    let units = number.units();
    if units < 0 {
        json.push('-');
    }
    let (whole, part) = (units.unsigned_abs() / 10_u128.pow(12), units.unsigned_abs() % 10_u128.pow(12));
    push_formatted(json, format_args!("{whole}"));
    let digits = format!("{part:012}");
    let digits = match scale {
        Some(scale) => &digits[..scale.min(12)],
        None => digits.trim_end_matches('0'),
    };
    if !digits.is_empty() {
        json.push('.');
        json.push_str(digits);
    }
}

fn push_date(json: &mut String, date: chrono::NaiveDate) {
    push_formatted(json, format_args!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()));
}

fn push_time(json: &mut String, time: chrono::NaiveTime) {
    push_formatted(json, format_args!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second()));
}

/// Writes an ISO 8601 duration in hours, minutes and seconds; days are not always 24 hours.
fn push_duration(json: &mut String, milliseconds: i64) {
    let all = milliseconds.unsigned_abs();
    let (hours, minutes, rest) = (all / 3_600_000, all / 60_000 % 60, all % 60_000);
    json.push_str(if milliseconds < 0 { "-PT" } else { "PT" });
    if hours > 0 {
        push_formatted(json, format_args!("{hours}H"));
    }
    if minutes > 0 {
        push_formatted(json, format_args!("{minutes}M"));
    }
    if rest > 0 || all < 60_000 && minutes == 0 && hours == 0 {
        push_formatted(json, format_args!("{}", rest / 1_000));
        if rest % 1_000 > 0 {
            push_formatted(json, format_args!(".{:03}", rest % 1_000));
        }
        json.push('S');
    }
}

fn push_display(json: &mut String, value: &impl std::fmt::Display) {
    push_formatted(json, format_args!("{value}"));
}

fn push_formatted(json: &mut String, text: std::fmt::Arguments<'_>) {
    json.write_fmt(text).expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, NaiveTime};

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
    fn written(value: Value, format: Format) -> String {
        let mut json = String::new();
        push_value(&mut json, &value, format);
        json
    }

    #[test]
    fn values_have_the_digits_of_the_contract() {
        let number = |units: i128| Value::Decimal(Decimal::from_units(units).unwrap());
        assert_eq!(written(number(1_250_000_000_000_000), Format::Digits(2)), r#""1250.00""#);
        assert_eq!(written(number(-50_000_000_000), Format::Digits(2)), r#""-0.05""#);
        assert_eq!(written(number(7_000_000_000_000), Format::Digits(0)), r#""7""#);
        assert_eq!(written(number(1_250_000_000_000), Format::Plain), r#""1.25""#);
        assert_eq!(written(number(0), Format::Plain), r#""0""#);
        assert_eq!(
            written(Value::DateTime(DateTime::from_timestamp_millis(0).unwrap()), Format::Plain),
            r#""1970-01-01T00:00:00.000Z""#
        );
        assert_eq!(
            written(Value::Date(NaiveDate::from_ymd_opt(2026, 1, 31).unwrap()), Format::Plain),
            r#""2026-01-31""#
        );
        assert_eq!(written(Value::Time(NaiveTime::from_hms_opt(9, 30, 0).unwrap()), Format::Plain), r#""09:30:00""#);
        assert_eq!(written(Value::Duration(5_400_000), Format::Plain), r#""PT1H30M""#);
        assert_eq!(written(Value::Duration(-1_500), Format::Plain), r#""-PT1.500S""#);
        assert_eq!(written(Value::Duration(0), Format::Plain), r#""PT0S""#);
        assert_eq!(written(Value::Text("a\"\\\n\u{1}ё".into()), Format::Plain), "\"a\\\"\\\\\\n\\u0001ё\"");
        assert_eq!(written(Value::Bytes(Vec::new().into()), Format::Secret), r#"{"has_value":true}"#);
        assert_eq!(written(Value::Empty, Format::Secret), "null");
    }
}
