//! Texts of every flavour, and choices.

use std::sync::{Arc, LazyLock};

use catalog::ChoiceSet;
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
    static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(cleaner);
    Ok(stored(&CLEANER.clean(text_of(json)?).to_string()))
}

/// Keeps formatting and pictures of our own files; a remote picture would tell its server who reads the text.
fn cleaner() -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::default();
    builder.link_rel(Some("noopener noreferrer nofollow")).attribute_filter(|element, attribute, value| {
        let own = value.starts_with("/api/files/");
        let remote = element == "img" && attribute == "src" && !own;
        (!remote).then(|| value.into())
    });
    builder
}

pub(super) fn email(json: &Json) -> Result<Value, Diagnostic> {
    let text = text_of(json)?.trim();
    let sound = text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\"[]\\".contains(c))
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.contains('@'))
        });
    if sound { Ok(stored(text)) } else { Err(malformed("record.email_malformed", json)) }
}

pub(super) fn phone(json: &Json) -> Result<Value, Diagnostic> {
    let text = text_of(json)?.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let sound = (3..=20).contains(&digits)
        && text.chars().count() <= 50
        && text.chars().all(|c| c.is_alphanumeric() || c == ' ' || "+-().,/#*;".contains(c));
    if sound { Ok(stored(text)) } else { Err(malformed("record.phone_malformed", json)) }
}

pub(super) fn url(json: &Json) -> Result<Value, Diagnostic> {
    let text = text_of(json)?.trim();
    let sound = text.len() <= 2_048
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"".contains(c))
        && text.split_once(':').is_some_and(|(scheme, rest)| match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" | "ftp" => {
                rest.strip_prefix("//").is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
            }
            "mailto" | "tel" => !rest.is_empty(),
            _ => false,
        });
    if sound { Ok(stored(text)) } else { Err(malformed("record.url_malformed", json)) }
}

pub(super) fn color(json: &Json) -> Result<Value, Diagnostic> {
    let text = text_of(json)?;
    let digits = text.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()) {
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
