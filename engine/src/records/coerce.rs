//! JSON of a client to the value that is stored, field type by field type.
//!
//! Each function decides one value and says what is wrong with it; the place and the label are added by
//! [`super::command`]. Relations are not values and are read there too.

mod text;
mod number;
mod moment;
mod structure;

use catalog::FieldKind;
use diagnostic::Diagnostic;
use expression::Value;
use serde_json::Value as Json;

pub(crate) use moment::duration_text;

/// Greatest length of one text in bytes.
pub(crate) const TEXT_LIMIT: usize = 1 << 20;

/// Reads the value of a field that is no relation; `null` and empty text give `Empty`.
pub(crate) fn value(kind: &FieldKind, json: &Json) -> Result<Value, Diagnostic> {
    if json.is_null() || json.as_str() == Some("") {
        return Ok(Value::Empty);
    }
    match kind {
        FieldKind::Text { max_length, pattern } => text::plain(json, *max_length, pattern.as_ref()),
        FieldKind::LongText { max_length } => text::plain(json, *max_length, None),
        FieldKind::RichText => text::rich(json),
        FieldKind::Email => text::email(json),
        FieldKind::Phone => text::phone(json),
        FieldKind::Url => text::url(json),
        FieldKind::Color => text::color(json),
        FieldKind::Secret => text::plain(json, None, None),
        FieldKind::Choice(set) => text::choice(json, set),
        FieldKind::MultiChoice(set) => text::choices(json, set),
        FieldKind::Integer { min, max } => number::integer(json, *min, *max),
        FieldKind::Rating { max } => number::integer(json, Some(1), Some(i64::from(*max))),
        FieldKind::Decimal { precision, scale, min, max } | FieldKind::Money { precision, scale, min, max, .. } => {
            number::decimal(json, *precision, *scale, *min, *max)
        }
        FieldKind::Percent { precision, scale } => number::decimal(json, *precision, *scale, None, None),
        FieldKind::Boolean => {
            json.as_bool().map(Value::Boolean).ok_or_else(|| wrong_type("record.not_a_boolean", json))
        }
        FieldKind::Date => moment::date(json),
        FieldKind::DateTime => moment::date_time(json),
        FieldKind::Time => moment::time(json),
        FieldKind::Duration => moment::duration(json),
        FieldKind::Location => structure::location(json),
        FieldKind::Address => structure::address(json),
        FieldKind::Json => structure::json(json),
        FieldKind::Id
        | FieldKind::AutoNumber { .. }
        | FieldKind::Link { .. }
        | FieldKind::Links { .. }
        | FieldKind::Children { .. }
        | FieldKind::Inverse { .. }
        | FieldKind::AnyLink { .. } => Err(Diagnostic::error("record.read_only_field")),
    }
}

/// Makes the mistake of another JSON type than the field takes; the code says what it takes.
pub(crate) fn wrong_type(code: &'static str, found: &Json) -> Diagnostic {
    Diagnostic::error(code).with("found", shown(found))
}

/// Shows a value in a message, shortened.
pub(crate) fn shown(json: &Json) -> String {
    let text = match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Checks what holds for every text: no NUL, which no database stores alike, and a length that a message can carry.
pub(crate) fn checked_text(text: &str) -> Result<&str, Diagnostic> {
    if text.len() > TEXT_LIMIT {
        return Err(Diagnostic::error("record.text_too_large").with("found", text.len()).with("max", TEXT_LIMIT));
    }
    if text.contains('\0') {
        return Err(Diagnostic::error("record.text_with_nul"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
