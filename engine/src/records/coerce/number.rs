//! Whole and exact numbers, as JSON numbers or as texts.

use diagnostic::Diagnostic;
use expression::{Decimal, Value};
use serde_json::Value as Json;

use super::{shown, wrong_type};
use crate::records::wire::number_text;

pub(super) fn integer(json: &Json, min: Option<i64>, max: Option<i64>) -> Result<Value, Diagnostic> {
    let number = match json {
        Json::Number(number) => number.as_i64().or_else(|| whole(&number.to_string())),
        Json::String(text) => whole(text),
        _ => None,
    };
    let number = number.ok_or_else(|| wrong_type("record.not_a_whole_number", json))?;
    if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
        return Err(out_of_range(json, min, max));
    }
    Ok(Value::Integer(number))
}

/// Reads a whole number that may be written with zeros after the point, as spreadsheets do.
fn whole(text: &str) -> Option<i64> {
    let (digits, fraction) = text.split_once('.').unwrap_or((text, ""));
    fraction.bytes().all(|b| b == b'0').then(|| digits.parse().ok()).flatten()
}

pub(super) fn decimal(
    json: &Json,
    precision: u8,
    scale: u8,
    min: Option<Decimal>,
    max: Option<Decimal>,
) -> Result<Value, Diagnostic> {
    let text = match json {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => return Err(wrong_type("record.not_a_number", json)),
    };
    let plain = plain_digits(&text).ok_or_else(|| match is_number(&text) {
        true => too_many_digits(&text, precision, scale),
        false => wrong_type("record.not_a_number", json),
    })?;
    // A JSON number passes through binary floating point, which is exact up to 15 digits only.
    if json.is_f64() && plain.bytes().filter(u8::is_ascii_digit).count() > 16 {
        return Err(Diagnostic::error("record.number_not_exact").with("found", shown(json)));
    }
    let number = decimal_within(&plain, precision, scale)?;
    if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
        return Err(out_of_range(json, min.map(number_text), max.map(number_text)));
    }
    Ok(Value::Decimal(number))
}

/// Reads plain digits into a number of at most `scale` digits after the point and `precision - scale` before it.
fn decimal_within(plain: &str, precision: u8, scale: u8) -> Result<Decimal, Diagnostic> {
    let unsigned = plain.trim_start_matches('-');
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let before = whole.trim_start_matches('0').len();
    let after = fraction.trim_end_matches('0').len();
    if before > usize::from(precision.saturating_sub(scale)) || after > usize::from(scale) {
        return Err(too_many_digits(plain, precision, scale));
    }
    let digits = format!("{whole}{:0<12.12}", fraction.trim_end_matches('0'));
    let units = digits.parse::<i128>().ok().map(|units| if plain.starts_with('-') { -units } else { units });
    units.and_then(Decimal::from_units).ok_or_else(|| Diagnostic::error("record.not_a_number").with("found", plain))
}

fn too_many_digits(text: &str, precision: u8, scale: u8) -> Diagnostic {
    Diagnostic::error("record.too_many_digits")
        .with("found", shown(&Json::from(text)))
        .with("before", precision.saturating_sub(scale))
        .with("after", scale)
}

/// Says whether a text too long to be read is a number for all that.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    !whole.is_empty() && [whole, fraction].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()))
}

/// Rewrites a number with an exponent into digits and a point; `None` when it is no number or absurdly long.
fn plain_digits(text: &str) -> Option<String> {
    // One sign is enough.
    let text = text.strip_prefix('+').filter(|rest| !rest.starts_with('-')).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|e| e.abs() <= 60)?),
        None => (text, 0),
    };
    let (sign, unsigned) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 60 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let (padded, point) = if point <= 0 {
        (format!("{}{digits}", "0".repeat(usize::try_from(1 - point).ok()?)), 1)
    } else {
        (digits, usize::try_from(point).ok()?)
    };
    let padded = format!("{padded:0<point$}");
    let (whole, fraction) = padded.split_at(point);
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

fn out_of_range(json: &Json, min: Option<impl ToString>, max: Option<impl ToString>) -> Diagnostic {
    let code = match (&min, &max) {
        (Some(_), Some(_)) => "record.out_of_range",
        (Some(_), None) => "record.too_small",
        _ => "record.too_great",
    };
    Diagnostic::error(code)
        .with("found", shown(json))
        .with_some("min", min.map(|min| min.to_string()))
        .with_some("max", max.map(|max| max.to_string()))
}
