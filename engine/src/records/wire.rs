//! Stored values in the form clients read, for history and messages.

use catalog::FieldKind;
use chrono::{DateTime, SecondsFormat, Utc};
use expression::{Decimal, Value};
use serde_json::{Value as Json, json};

use super::coerce::duration_text;

/// Writes a value as JSON with exactly the digits of its field.
pub(crate) fn json(kind: &FieldKind, value: &Value) -> Json {
    match value {
        Value::Empty | Value::Record(_) => Json::Null,
        Value::Bytes(_) => json!({"has_value": true}),
        Value::Boolean(truth) => Json::from(*truth),
        Value::Integer(number) => Json::from(*number),
        Value::Decimal(number) => Json::from(decimal_text(*number, kind.scale().unwrap_or(12))),
        Value::Text(text) => Json::from(&**text),
        Value::Date(date) => Json::from(date.format("%Y-%m-%d").to_string()),
        Value::DateTime(moment) => Json::from(moment_text(*moment)),
        Value::Time(time) => Json::from(time.format("%H:%M:%S").to_string()),
        Value::Duration(length) => Json::from(duration_text(*length)),
        Value::Id(id) => Json::from(id.to_string()),
        Value::Choices(values) => values.iter().map(|value| Json::from(&**value)).collect(),
        Value::Json(json) => (**json).clone(),
    }
}

/// Writes an instant as clients read it.
pub(crate) fn moment_text(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Writes a number without needless zeros.
pub(crate) fn number_text(number: Decimal) -> String {
    let text = decimal_text(number, 12);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Writes a number with this many digits after the point.
pub(crate) fn decimal_text(number: Decimal, scale: u8) -> String {
    let units = number.units();
    let sign = if units < 0 { "-" } else { "" };
    let (whole, fraction) = (units.unsigned_abs() / 10_u128.pow(12), units.unsigned_abs() % 10_u128.pow(12));
    match usize::from(scale.min(12)) {
        0 => format!("{sign}{whole}"),
        digits => format!("{sign}{whole}.{}", &format!("{fraction:012}")[..digits]),
    }
}
