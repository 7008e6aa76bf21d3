//! Dates, instants, times of day and lengths of time.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SubsecRound, Timelike, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use serde_json::Value as Json;

use super::{shown, wrong_type};

pub(super) fn date(json: &Json) -> Result<Value, Diagnostic> {
    let text = json.as_str().ok_or_else(|| wrong_type("record.date_malformed", json))?;
    parse_date(text).map(Value::Date).ok_or_else(|| malformed("record.date_malformed", json))
}

/// Reads `2026-01-31`, years 1 to 9999.
fn parse_date(text: &str) -> Option<NaiveDate> {
    (text.len() == 10)
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
        .filter(|date| date.year() >= 1)
}

pub(super) fn date_time(json: &Json) -> Result<Value, Diagnostic> {
    let text = json.as_str().ok_or_else(|| wrong_type("record.datetime_malformed", json))?;
    let read = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"))
        .or_else(|_| DateTime::parse_from_str(&text.replace(['Z', 'z'], "+00:00"), "%Y-%m-%dT%H:%M%:z"));
    match read {
        Ok(moment) if (1..=9999).contains(&moment.naive_utc().year()) => {
            Ok(Value::DateTime(moment.with_timezone(&Utc).trunc_subsecs(3)))
        }
        _ => Err(malformed("record.datetime_malformed", json)),
    }
}

pub(super) fn time(json: &Json) -> Result<Value, Diagnostic> {
    let text = json.as_str().ok_or_else(|| wrong_type("record.time_malformed", json))?;
    parse_time(text).map(Value::Time).ok_or_else(|| malformed("record.time_malformed", json))
}

/// Reads `09:30` or `09:30:00`, whole seconds.
fn parse_time(text: &str) -> Option<NaiveTime> {
    let read = NaiveTime::parse_from_str(text, "%H:%M:%S%.f").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M"));
    read.ok().filter(|time| time.nanosecond() == 0)
}

pub(super) fn duration(json: &Json) -> Result<Value, Diagnostic> {
    let text = json.as_str().ok_or_else(|| wrong_type("record.duration_malformed", json))?;
    parse_duration(text).map(Value::Duration).ok_or_else(|| malformed("record.duration_malformed", json))
}

/// Reads an ISO 8601 length of time of weeks, days, hours, minutes and seconds into milliseconds.
fn parse_duration(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let body = text.strip_prefix('P')?;
    let (days, times) = match body.split_once('T') {
        Some((_, "")) => return None,
        Some((days, times)) => (days, times),
        None => (body, ""),
    };
    if body.is_empty() {
        return None;
    }
    let days = parts(days, &[('W', 604_800_000), ('D', 86_400_000)])?;
    let times = parts(times, &[('H', 3_600_000), ('M', 60_000), ('S', 1_000)])?;
    days.checked_add(times).map(|total| sign * total)
}

/// Sums `12H30M` by units that must come in this order; only seconds may have a fraction, of at most three digits.
fn parts(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut total: i64 = 0;
    for (unit, milliseconds) in units {
        let Some((number, rest)) = text.split_once(*unit) else { continue };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() || !number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return None;
        }
        if !fraction.is_empty() && (*unit != 'S' || fraction.len() > 3) {
            return None;
        }
        let thousandths: i64 = format!("{fraction:0<3}").parse().ok()?;
        let amount = whole.parse::<i64>().ok()?.checked_mul(*milliseconds)?;
        total = total.checked_add(amount)?.checked_add(thousandths)?;
        text = rest;
    }
    text.is_empty().then_some(total)
}

/// Writes milliseconds as an ISO 8601 length of time: `P1DT2H`, `PT0S`.
pub(crate) fn duration_text(milliseconds: i64) -> String {
    use std::fmt::Write;
    let mut text = String::from(if milliseconds < 0 { "-P" } else { "P" });
    let total = milliseconds.unsigned_abs();
    let (days, rest) = (total / 86_400_000, total % 86_400_000);
    if days > 0 {
        let _ = write!(text, "{days}D");
    }
    if rest > 0 || days == 0 {
        text.push('T');
        let (hours, minutes) = (rest / 3_600_000, rest / 60_000 % 60);
        let (seconds, thousandths) = (rest / 1_000 % 60, rest % 1_000);
        if hours > 0 {
            let _ = write!(text, "{hours}H");
        }
        if minutes > 0 {
            let _ = write!(text, "{minutes}M");
        }
        if thousandths > 0 {
            let _ = write!(text, "{}S", format!("{seconds}.{thousandths:03}").trim_end_matches('0'));
        } else if seconds > 0 || rest == 0 {
            let _ = write!(text, "{seconds}S");
        }
    }
    text
}

fn malformed(code: &'static str, json: &Json) -> Diagnostic {
    Diagnostic::error(code).with("found", shown(json))
}
