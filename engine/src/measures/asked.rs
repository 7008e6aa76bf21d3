//! What is asked of measures, read from JSON: the body of a request, or what a script gives.

use catalog::measure::Period;
use diagnostic::Diagnostic;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Asked, Wanted};

/// Reads what is asked of one measure, every mistake at its place.
pub fn one(name: String, body: Value) -> Result<Asked, Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    let asked = read(Some(name), body, "", &mut mistakes);
    if mistakes.is_empty() { Ok(asked) } else { Err(mistakes) }
}

/// Reads what is asked of many, every mistake at its place.
pub fn many(body: Value) -> Result<Vec<Asked>, Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    let Value::Array(items) = body else { return Err(vec![wrong("", "an array", &body.to_string())]) };
    let asked = items.into_iter().enumerate();
    let asked = asked.map(|(at, item)| read(None, item, &format!("/{at}"), &mut mistakes)).collect();
    if mistakes.is_empty() { Ok(asked) } else { Err(mistakes) }
}

fn read(known: Option<String>, body: Value, here: &str, mistakes: &mut Vec<Diagnostic>) -> Asked {
    let is_named = known.is_some();
    let mut asked = Asked { name: known.unwrap_or_default(), ..Asked::default() };
    let Value::Object(body) = body else {
        mistakes.push(wrong(here, "an object", &body.to_string()));
        return asked;
    };
    for (name, value) in body {
        let path = format!("{here}/{name}");
        match (name.as_str(), value) {
            ("name", Value::String(name)) if !is_named => asked.name = name,
            ("parameters" | "period", Value::Null) => {}
            ("parameters", Value::Object(values)) => asked.parameters = values,
            ("parameters", value) => mistakes.push(wrong(&path, "an object", &value.to_string())),
            ("period", value) => asked.period = period(&value, &path, mistakes),
            ("person", Value::Null) => asked.person = Some(None),
            ("person", value) => match value.as_str().and_then(|id| Uuid::parse_str(id).ok()) {
                Some(id) => asked.person = Some(Some(id)),
                None => mistakes.push(wrong(&path, "the identity of a user, or `null`", &value.to_string())),
            },
            ("name", value) if !is_named => mistakes.push(wrong(&path, "a name", &value.to_string())),
            _ => mistakes.push(unknown(&path)),
        }
    }
    if !is_named && asked.name.is_empty() && mistakes.is_empty() {
        mistakes.push(wrong(&format!("{here}/name"), "a name", "null"));
    }
    asked
}

/// A period by its word, or by its first and last day.
fn period(value: &Value, path: &str, mistakes: &mut Vec<Diagnostic>) -> Option<Wanted> {
    let words = || Period::ALL.map(Period::as_str).join(", ");
    match value {
        Value::String(word) => {
            let found = Period::of(word).map(Wanted::Word);
            if found.is_none() {
                mistakes.push(wrong(path, &words(), word));
            }
            found
        }
        Value::Object(days) => {
            let mut side = |name: &str| {
                let day = days.get(name).and_then(Value::as_str).and_then(|day| day.parse().ok());
                if day.is_none() {
                    let found = days.get(name).unwrap_or(&Value::Null);
                    mistakes.push(wrong(&format!("{path}/{name}"), "a date", &found.to_string()));
                }
                day
            };
            let (from, to) = (side("from"), side("to"));
            strangers(days, path, mistakes);
            Some(Wanted::Days(from?, to?))
        }
        other => {
            mistakes.push(wrong(path, &words(), &other.to_string()));
            None
        }
    }
}

fn strangers(days: &Map<String, Value>, path: &str, mistakes: &mut Vec<Diagnostic>) {
    let strange = days.keys().filter(|name| !["from", "to"].contains(&name.as_str()));
    mistakes.extend(strange.map(|name| unknown(&format!("{path}/{name}"))));
}

fn unknown(path: &str) -> Diagnostic {
    Diagnostic::error("request.unknown_parameter").at(path).with("name", path.trim_start_matches('/'))
}

/// The mistake of a value of the wrong form.
fn wrong(path: &str, expected: &str, found: &str) -> Diagnostic {
    let found: String = found.chars().take(80).collect();
    Diagnostic::error("request.wrong_value").at(path).with("expected", expected).with("found", found)
}
