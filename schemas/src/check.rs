//! JSON to a [`Document`], or every mistake with its place.

use diagnostic::Diagnostic;
use serde_json::Value;

use crate::{Document, Kind};

/// Checks the JSON of a document of any kind.
pub fn value(json: &Value) -> Result<Document, Vec<Diagnostic>> {
    let kind: Kind = json["kind"]
        .as_str()
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| vec![Diagnostic::error("document.unknown_kind").at("/kind")])?;
    Document::stored(kind, json.clone())
        .map_err(|error| vec![Diagnostic::error("document.malformed").with("reason", error)])
}

/// Checks the text of a document of any kind; mistakes have line and column.
pub fn text(text: &str) -> Result<Document, Vec<Diagnostic>> {
    let json = serde_json::from_str(text).map_err(|_| vec![Diagnostic::error("document.not_json")])?;
    value(&json)
}
