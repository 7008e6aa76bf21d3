//! JSON to a [`Document`], or every mistake with its place.
//!
//! The shape is checked by the JSON Schema of the kind; then what is sound is checked for its meaning, so that one look
//! shows the mistakes of both sorts.

mod spans;
mod shape;
mod dashboard;
mod dataset;
mod form;
mod meaning;
mod measure;
mod part;
mod balance;
mod register;
mod values;
#[cfg(test)]
mod tests;

use diagnostic::{Diagnostic, Position};
use serde_json::Value;

use crate::suggest::nearest;
use crate::{Document, Kind, Solution};

pub use part::{Part, part};
pub use spans::Spans;

/// Checks the JSON of a document of any kind.
pub fn value(json: &Value) -> Result<Document, Vec<Diagnostic>> {
    let kind = kind(json).map_err(|problem| vec![problem])?;
    let mut problems = shape::of_kind(kind, json);
    nuls(json, "", &mut problems);
    match Document::stored(kind, json.clone()) {
        Ok(document) if problems.is_empty() => {
            problems = meaning::of_document(&document);
            if problems.is_empty() {
                return Ok(document);
            }
        }
        _ => {
            if let Some(part) = Part::sound(kind, json, &problems) {
                let mut more = meaning::of_document(&part.document);
                more.iter_mut().for_each(|problem| part.restore(problem));
                problems.append(&mut more);
            }
        }
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
