//! Points, addresses and free JSON.

use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::Value;
use serde_json::{Map, Value as Json};

use super::{TEXT_LIMIT, checked_text, wrong_type};

/// Greatest nesting of a `json` value.
const DEPTH: usize = 32;

pub(super) fn location(json: &Json) -> Result<Value, Diagnostic> {
    let expected = "record.location_malformed";
    let object = json.as_object().filter(|object| object.len() == 2).ok_or_else(|| wrong_type(expected, json))?;
    let coordinate = |name: &str| object.get(name).and_then(number).ok_or_else(|| wrong_type(expected, json));
    let (lat, lon) = (coordinate("lat")?, coordinate("lon")?);
    if lat.abs() > 90.0 || lon.abs() > 180.0 {
        return Err(Diagnostic::error("record.location_off_earth"));
    }
    Ok(Value::Json(Arc::new(serde_json::json!({"lat": lat, "lon": lon}))))
}

fn number(json: &Json) -> Option<f64> {
    json.as_f64().or_else(|| json.as_str()?.parse().ok()).filter(|number| number.is_finite())
}

pub(super) fn address(json: &Json) -> Result<Value, Diagnostic> {
    let object = json.as_object().ok_or_else(|| wrong_type("record.address_malformed", json))?;
    let mut lines = Map::new();
    for (name, line) in object {
        let sound = (1..=32).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !sound {
            return Err(
                Diagnostic::error("record.address_line_name").with("name", super::shown(&Json::from(name.as_str())))
            );
        }
        match line {
            Json::Null => {}
            Json::String(text) if text.is_empty() => {}
            Json::String(text) if text.len() <= 4_000 => {
                lines.insert(name.clone(), Json::from(checked_text(text)?));
            }
            Json::String(text) => {
                return Err(Diagnostic::error("record.too_long")
                    .with("max", 1_000)
                    .with("found", text.chars().count()));
            }
            other => return Err(wrong_type("record.address_malformed", other)),
        }
    }
    Ok(if lines.is_empty() { Value::Empty } else { Value::Json(Arc::new(Json::Object(lines))) })
}

pub(super) fn json(json: &Json) -> Result<Value, Diagnostic> {
    check_nested(json, 0)?;
    let size = json.to_string().len();
    if size > TEXT_LIMIT {
        return Err(Diagnostic::error("record.text_too_large").with("found", size).with("max", TEXT_LIMIT));
    }
    Ok(Value::Json(Arc::new(json.clone())))
}

fn check_nested(json: &Json, depth: usize) -> Result<(), Diagnostic> {
    if depth > DEPTH {
        return Err(Diagnostic::error("record.json_too_deep").with("max", DEPTH));
    }
    match json {
        Json::String(text) => checked_text(text).map(drop),
        Json::Array(items) => items.iter().try_for_each(|item| check_nested(item, depth + 1)),
        Json::Object(members) => members.iter().try_for_each(|(name, item)| {
            checked_text(name)?;
            check_nested(item, depth + 1)
        }),
        _ => Ok(()),
    }
}
