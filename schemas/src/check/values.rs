//! Whether the default of a field fits its type.

use std::collections::HashSet;
use std::sync::LazyLock;

use diagnostic::Diagnostic;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::shape::short;
use crate::suggest::nearest;
use crate::{Default, Field, FieldType, Pattern, duration};

static DATE: LazyLock<Validator> = LazyLock::new(|| format("date"));
static DATE_TIME: LazyLock<Validator> = LazyLock::new(|| format("date-time"));
static EMAIL: LazyLock<Validator> = LazyLock::new(|| format("email"));

fn format(name: &str) -> Validator {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(&json!({"type": "string", "format": name})).expect("the formats are known")
}

/// Counts a number of at most 16 digits before the point and 12 after it in 10^-12.
pub(super) fn units(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let sound = !whole.is_empty() && whole.len() <= 16 && fraction.len() <= 12;
    let plain = [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    (sound && plain).then(|| format!("{whole}{fraction:0<12}").parse::<i128>().ok()).flatten().map(|units| sign * units)
}

/// Checks the literal default of a field.
pub(super) fn default(field: &Field) -> Option<Diagnostic> {
    let Some(Default::Value(value)) = &field.default else { return None };
    if matches!(field.kind, FieldType::Link | FieldType::User) {
        return Some(Diagnostic::error("field.default_needs_expression").with("found", short(value)));
    }
    if let (FieldType::Choice | FieldType::MultiChoice, Some(choices)) = (field.kind, &field.choices) {
        let known: HashSet<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
        let given = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let stranger = given.iter().filter_map(Value::as_str).find(|word| !known.contains(word));
        if let Some(word) = stranger {
            let near = nearest(word, choices.iter().map(|choice| choice.value.as_str()));
            return Some(
                Diagnostic::error("field.default_not_a_choice").with("found", word).with_some("nearest", near),
            );
        }
    }
    let wrong = || {
        Diagnostic::error("field.default_does_not_fit").with("found", short(value)).with("type", field.kind.as_str())
    };
    (!fits(field, value)).then(wrong)
}

fn fits(field: &Field, value: &Value) -> bool {
    let text = value.as_str();
    let within = |units: i128| {
        let limit = |number: &Option<crate::Number>| number.as_ref().and_then(|number| self::units(&number.digits()));
        limit(&field.min).is_none_or(|min| units >= min) && limit(&field.max).is_none_or(|max| units <= max)
    };
    match field.kind {
        FieldType::Text => text.is_some_and(|text| {
            let short_enough = text.chars().count() <= field.max_length.unwrap_or(500) as usize;
            let matches = |pattern: &str| Pattern::compile(pattern).is_none_or(|pattern| pattern.is_match(text));
            short_enough && field.pattern.as_deref().is_none_or(matches)
        }),
        FieldType::LongText | FieldType::RichText | FieldType::Phone | FieldType::Url => text.is_some(),
        FieldType::Email => EMAIL.is_valid(value),
        FieldType::Integer => value.as_i64().is_some_and(|number| within(i128::from(number) * 1_000_000_000_000)),
        FieldType::Decimal | FieldType::Money | FieldType::Percent => number_fits(field, value).is_some_and(within),
        FieldType::Boolean => value.is_boolean(),
        FieldType::Date => DATE.is_valid(value),
        FieldType::DateTime => DATE_TIME.is_valid(value),
        FieldType::Time => text.is_some_and(is_time),
        FieldType::Duration => text.is_some_and(|text| duration::milliseconds(text).is_some()),
        FieldType::Choice => text.is_some(),
        FieldType::MultiChoice => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        FieldType::Color => text.is_some_and(is_color),
        FieldType::Rating => {
            value.as_i64().is_some_and(|stars| stars >= 1 && within(i128::from(stars) * 1_000_000_000_000))
        }
        _ => true,
    }
}

fn number_fits(field: &Field, value: &Value) -> Option<i128> {
    if !value.is_number() && !value.is_string() {
        return None;
    }
    let units = units(&short(value))?;
    let (precision, scale) = field.precision_and_scale();
    let step = 10_i128.pow(12 - u32::from(scale).min(12));
    let whole = u32::from(precision.saturating_sub(scale));
    (units % step == 0 && units.abs() < 10_i128.pow(12 + whole)).then_some(units)
}

fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let below = |part: &str, limit: u8| part.len() == 2 && part.parse::<u8>().is_ok_and(|number| number < limit);
    matches!(parts.as_slice(), [hours, minutes, seconds] if below(hours, 24) && below(minutes, 60) && below(seconds, 60))
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
