//! JSON to a [`Document`], or every mistake with its place.
//!
//! The shape is checked by the JSON Schema of the kind; then what is sound is checked for its meaning, so that one look
//! shows the mistakes of both sorts.

mod spans;
mod shape;
mod meaning;
mod values;
#[cfg(test)]
mod tests;

use diagnostic::{Diagnostic, Position};
use serde_json::Value;

use crate::document::is_system_entity;
use crate::suggest::nearest;
use crate::{Document, Entity, Kind, Solution};

pub use spans::Spans;

/// Checks the JSON of a document of any kind.
pub fn value(json: &Value) -> Result<Document, Vec<Diagnostic>> {
    let kind = kind(json).map_err(|problem| vec![problem])?;
    let mut problems = shape::of_kind(kind, json);
    nuls(json, "", &mut problems);
    match Document::stored(kind, json.clone()) {
        Ok(document) if problems.is_empty() => {
            problems = meaning::of_document(&document, &every_position(&document));
            if problems.is_empty() {
                return Ok(document);
            }
        }
        _ if kind == Kind::Entity => {
            if let Some((entity, positions)) = sound_part(json, &problems) {
                problems.extend(meaning::of_entity(&entity, &positions));
            }
        }
        _ => {}
    }
    if problems.is_empty() {
        // `200.0` is a whole number to the schema and none to the type.
        problems.push(Diagnostic::error("document.bad_value").with("found", shape::short(json)));
    }
    let name = json["name"].as_str().unwrap_or_default();
    for problem in &mut problems {
        problem.place.document = Some(format!("{kind}/{name}"));
    }
    Err(problems)
}

/// Checks the text of a document of any kind; mistakes have line and column.
pub fn text(text: &str) -> Result<Document, Vec<Diagnostic>> {
    let (json, spans) = parse(text)?;
    value(&json).map_err(|problems| spans.located(problems))
}

/// Checks the text of `solution.json`; mistakes have line and column.
pub fn solution(text: &str) -> Result<Solution, Vec<Diagnostic>> {
    let (json, spans) = parse(text)?;
    let mut problems = shape::of_solution(&json);
    problems.extend(meaning::name(json["name"].as_str().unwrap_or_default(), "/name"));
    match serde_json::from_value(json) {
        Ok(solution) if problems.is_empty() => Ok(solution),
        _ => Err(spans.located(problems)),
    }
}

/// Reads JSON and where each of its values stands; refuses what is no JSON and keys that are given twice.
pub fn parse(text: &str) -> Result<(Value, Spans), Vec<Diagnostic>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = serde_json::from_str(text).map_err(|error| vec![not_json(text, &error)])?;
    let spans = Spans::of(text);
    let problems = spans.repeated_keys();
    if problems.is_empty() { Ok((json, spans)) } else { Err(problems) }
}

fn not_json(text: &str, error: &serde_json::Error) -> Diagnostic {
    let before = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let before = before.get(..error.column().saturating_sub(1)).unwrap_or(before);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let code = if error.is_eof() { "document.cut_off" } else { "document.not_json" };
    Diagnostic::error(code)
        .on(Position { line: number(error.line()).max(1), column: number(before.chars().count()) + 1 })
}

fn kind(json: &Value) -> Result<Kind, Diagnostic> {
    if !json.is_object() {
        return Err(Diagnostic::error("document.not_object").with("found", shape::short(json)));
    }
    let words = || Kind::ALL.iter().map(|kind| kind.as_str());
    let Some(found) = json.get("kind") else {
        return Err(Diagnostic::error("document.missing_key").with("name", "kind"));
    };
    let word = found.as_str().unwrap_or_default();
    word.parse().map_err(|()| {
        Diagnostic::error("document.unknown_kind")
            .at("/kind")
            .with("found", shape::short(found))
            .with("expected", words().collect::<Vec<_>>().join(", "))
            .with_some("nearest", nearest(word, words()))
    })
}

/// Finds texts that hold NUL, which PostgreSQL keeps nowhere.
fn nuls(json: &Value, here: &str, problems: &mut Vec<Diagnostic>) {
    match json {
        Value::String(text) if text.contains('\0') => {
            problems.push(Diagnostic::error("document.text_with_nul").at(here));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| nuls(item, &format!("{here}/{at}"), problems))
        }
        Value::Object(object) => object.iter().for_each(|(key, value)| nuls(value, &format!("{here}/{key}"), problems)),
        _ => {}
    }
}

/// Says whether a document can be found by this name.
pub fn is_name(text: &str) -> bool {
    (1..=48).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Cuts a text to what fits into a sentence.
pub fn short(text: &str) -> String {
    shape::cut(text)
}

fn every_position(document: &Document) -> Vec<usize> {
    match &document.body {
        crate::Body::Entity(entity) => (0..entity.fields.len()).collect(),
        _ => Vec::new(),
    }
}

/// Takes away what the schema refused, and gives the rest with the positions its fields have in the document.
fn sound_part(json: &Value, problems: &[Diagnostic]) -> Option<(Entity, Vec<usize>)> {
    let mut json = json.clone();
    for problem in problems {
        remove(&mut json, &problem.place.pointer);
    }
    let fields = json.get_mut("fields").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    let rules = json.get_mut("rules").and_then(Value::as_array_mut);
    if let Some(rules) = rules {
        rules.retain(|rule| serde_json::from_value::<crate::Rule>(rule.clone()).is_ok());
    }
    let mut entity: Entity = serde_json::from_value(json).ok()?;
    let mut positions = Vec::new();
    for (at, field) in fields.into_iter().enumerate() {
        if let Ok(field) = serde_json::from_value(field) {
            entity.fields.push(field);
            positions.push(at);
        }
    }
    let incomplete = entity.fields.len() < json_fields(problems);
    if incomplete || is_system_entity(&entity.name) {
        // References to fields that could not be read would only look wrong.
        entity.title = None;
        entity.unique.clear();
        entity.indexes.clear();
    }
    Some((entity, positions))
}

/// Counts the fields that the problems touch.
fn json_fields(problems: &[Diagnostic]) -> usize {
    let touched = problems.iter().filter_map(|problem| problem.place.pointer.strip_prefix("/fields/"));
    touched.filter_map(|rest| rest.split('/').next()?.parse::<usize>().ok()).map(|at| at + 1).max().unwrap_or(0)
}

fn remove(json: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    match json.pointer_mut(parent) {
        Some(Value::Object(object)) => {
            object.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(items)) => {
            if let Some(item) = key.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                *item = Value::Null;
            }
        }
        _ => {}
    }
}
