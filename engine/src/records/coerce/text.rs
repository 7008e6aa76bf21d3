//! Texts of every flavour, and choices.

use std::sync::Arc;

use catalog::{ChoiceSet, texts};
use diagnostic::Diagnostic;
use expression::Value;
use schemas::Pattern;
use serde_json::Value as Json;

use super::{checked_text, shown, wrong_type};

pub(super) fn plain(json: &Json, max_length: Option<u32>, pattern: Option<&Pattern>) -> Result<Value, Diagnostic> {
    let text = text_of(json)?;
    if let Some(max) = max_length {
        // Bytes are never fewer than characters: the count is only made where it can matter.
        let length = if text.len() > max as usize { text.chars().count() } else { 0 };
        if length > max as usize {
            return Err(Diagnostic::error("record.too_long").with("max", max).with("found", length));
        }
    }
    if let Some(pattern) = pattern
        && !pattern.is_match(text)
    {
        return Err(Diagnostic::error("record.pattern_mismatch")
            .with("expected", pattern.as_str())
            .with("found", shown(json)));
    }
    Ok(stored(text))
}

pub(super) fn rich(json: &Json) -> Result<Value, Diagnostic> {
    Ok(stored(&catalog::rich_text::clean(text_of(json)?)))
}

pub(super) fn email(json: &Json) -> Result<Value, Diagnostic> {
    let text = text_of(json)?.trim();
    if texts::is_email(text) { Ok(stored(text)) } else { Err(malformed("record.email_malformed", json)) }
}

pub(super) fn phone(json: &Json) -> Result<Value, Diagnostic> {
    let text = text_of(json)?.trim();
    if texts::is_phone(text) { Ok(stored(text)) } else { Err(malformed("record.phone_malformed", json)) }
}

pub(super) fn url(json: &Json) -> Result<Value, Diagnostic> {
    let text = text_of(json)?.trim();
    if texts::is_url(text) { Ok(stored(text)) } else { Err(malformed("record.url_malformed", json)) }
}

pub(super) fn color(json: &Json) -> Result<Value, Diagnostic> {
    let text = text_of(json)?;
    if texts::is_color(text) {
        Ok(stored(&text.to_ascii_lowercase()))
    } else {
        Err(malformed("record.color_malformed", json))
    }
}

pub(super) fn choice(json: &Json, set: &ChoiceSet) -> Result<Value, Diagnostic> {
    let text = text_of(json)?;
    match set.choices.iter().find(|choice| &*choice.value == text) {
        Some(choice) => Ok(Value::Text(Arc::clone(&choice.value))),
        None => Err(not_a_choice(text, set)),
    }
}

pub(super) fn choices(json: &Json, set: &ChoiceSet) -> Result<Value, Diagnostic> {
    let items = json.as_array().ok_or_else(|| wrong_type("record.not_a_list", json))?;
    let mut given = Vec::with_capacity(items.len());
    for item in items {
        let text = text_of(item)?;
        if !set.choices.iter().any(|choice| &*choice.value == text) {
            return Err(not_a_choice(text, set));
        }
        given.push(text);
    }
    let chosen: Vec<_> = set
        .choices
        .iter()
        .filter(|choice| given.contains(&&*choice.value))
        .map(|choice| Arc::clone(&choice.value))
        .collect();
    Ok(if chosen.is_empty() { Value::Empty } else { Value::Choices(chosen) })
}

fn not_a_choice(text: &str, set: &ChoiceSet) -> Diagnostic {
    let values: Vec<&str> = set.choices.iter().take(20).map(|choice| &*choice.value).collect();
    Diagnostic::error("record.not_a_choice")
        .with("found", shown(&Json::from(text)))
        .with("expected", values.join(", "))
        .with_some("nearest", schemas::suggest::nearest(text, values.iter().copied()))
}

fn text_of(json: &Json) -> Result<&str, Diagnostic> {
    checked_text(json.as_str().ok_or_else(|| wrong_type("record.not_a_text", json))?)
}

fn stored(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.into()) }
}

fn malformed(code: &'static str, json: &Json) -> Diagnostic {
    Diagnostic::error(code).with("found", shown(json))
}
