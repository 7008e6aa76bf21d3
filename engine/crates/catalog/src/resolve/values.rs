//! Values written in documents: limits and defaults.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use expression::{Decimal, Value};
use serde_json::Value as Json;

use crate::{Default, FieldKind};

/// Reads a number with at most 16 digits before the point and 12 after it.
pub(super) fn decimal(number: &schemas::Number) -> Option<Decimal> {
    decimal_text(&number.digits())
}

fn decimal_text(text: &str) -> Option<Decimal> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if fraction.len() > 12 || !(whole.to_owned() + fraction).bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let units: i128 = format!("{whole}{fraction:0<12}").parse().ok()?;
    Decimal::from_units(sign * units)
}

/// Reads the literal default of a field; expressions are read when the catalog stands.
pub(super) fn default(field: &schemas::Field, kind: &FieldKind) -> Option<Default> {
    match &field.default {
        Some(schemas::Default::Value(json)) => value(json, kind).map(Default::Value),
        _ => None,
    }
}

fn value(json: &Json, kind: &FieldKind) -> Option<Value> {
    let text = json.as_str();
    Some(match kind {
        FieldKind::Text { .. }
        | FieldKind::LongText { .. }
        | FieldKind::Email
        | FieldKind::Phone
        | FieldKind::Url
        | FieldKind::Choice(_)
        | FieldKind::Color => Value::Text(text?.into()),
        // A default never passes through a save of its own: it is cleaned here for all who use it.
        FieldKind::RichText => Value::Text(crate::rich_text::clean(text?).into()),
        FieldKind::Integer { .. } | FieldKind::Rating { .. } => Value::Integer(json.as_i64()?),
        FieldKind::Decimal { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. } => {
            Value::Decimal(decimal(&schemas::Number(json.clone()))?)
        }
        FieldKind::Boolean => Value::Boolean(json.as_bool()?),
        FieldKind::Date => Value::Date(text?.parse::<NaiveDate>().ok()?),
        FieldKind::DateTime => Value::DateTime(text?.parse::<DateTime<Utc>>().ok()?),
        FieldKind::Time => Value::Time(NaiveTime::parse_from_str(text?, "%H:%M:%S").ok()?),
        FieldKind::Duration => Value::Duration(schemas::duration::milliseconds(text?)?),
        FieldKind::MultiChoice(set) => {
            let given: Vec<&str> = json.as_array()?.iter().filter_map(Json::as_str).collect();
            let chosen = set.choices.iter().filter(|choice| given.contains(&&*choice.value));
            Value::Choices(chosen.map(|choice| Arc::clone(&choice.value)).collect())
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::decimal_text;

    #[test]
    fn decimals_keep_every_digit() {
        let units = |text| decimal_text(text).map(expression::Decimal::units);
        assert_eq!(units("1.5"), Some(1_500_000_000_000));
        assert_eq!(units("-0.000000000001"), Some(-1));
        assert_eq!(units("1.0000000000001"), None);
        assert_eq!(units("1e3"), None);
    }
}
