//! Mapping files: which column goes where.

use std::collections::BTreeMap;

use diagnostic::{Diagnostic, Position};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// What goes where; the format is told in [`super`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// Schema of the file, for editors.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Where each column goes, by header; guessed when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<BTreeMap<String, Column>>,
    /// Values of every row; `{Header}` stands for a cell.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub constants: Map<String, Json>,
    /// Values where the cell is empty.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub defaults: Map<String, Json>,
    /// Field by whose value existing records are found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Texts that are no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty: Option<Vec<String>>,
    /// Delimiter of a text file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// Encoding of a text file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Sheet of a spreadsheet; the first when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

/// Where one column goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Column {
    /// Nowhere.
    Nowhere,
    /// Into a field, or a part of one.
    Field(String),
    /// Into a field, read in a special way.
    To(To),
    /// Into several.
    Several(Vec<Column>),
}

/// A field and how a column is read for it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct To {
    /// Path of the field: its name, or with the name of an address line or coordinate.
    pub field: String,
    /// Field of the linked record by whose value it is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Texts to replace before they are read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Form of dates and moments, as `%d.%m.%Y`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// What parts the values of one cell, for fields of several; `,` unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
}

/// Parts that say how to read a file whose columns are guessed.
const SMALL: [&str; 5] = ["key", "empty", "delimiter", "encoding", "sheet"];

impl Mapping {
    /// Reads a mapping file.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let has_parts = |json: &Json| ["columns", "constants", "defaults"].iter().any(|part| json.get(part).is_some());
        let is_small = |json: &Json| {
            let keys = json.as_object().map(|object| object.keys().map(String::as_str).collect::<Vec<_>>());
            keys.is_some_and(|keys| !keys.is_empty() && keys.iter().all(|key| SMALL.contains(key)))
        };
        let is_whole = |json: &Json| has_parts(json) || is_small(json);
        let read = match serde_json::from_str::<Json>(text) {
            Ok(json) if !is_whole(&json) => {
                serde_json::from_str(text).map(|columns| Self { columns: Some(columns), ..Self::default() })
            }
            _ => serde_json::from_str(text),
        };
        read.map_err(|error| {
            let number = |place: usize| u32::try_from(place.max(1)).unwrap_or(u32::MAX);
            let position = Position { line: number(error.line()), column: number(error.column()) };
            vec![Diagnostic::error("import.mapping_unreadable").with("found", &error).on(position)]
        })
    }
}

impl Column {
    /// Lists the fields the column goes to.
    pub(super) fn targets(&self) -> Vec<To> {
        match self {
            Self::Nowhere => Vec::new(),
            Self::Field(field) => vec![To { field: field.clone(), ..To::default() }],
            Self::To(to) => vec![to.clone()],
            Self::Several(several) => several.iter().flat_map(Self::targets).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form_of_a_column() {
        let text = r#"{"columns": {"a": "name", "b": null, "c": {"field": "company", "by": "code"}, "d": ["x", {"field": "y"}]}}"#;
        let columns = Mapping::parse(text).unwrap().columns.unwrap();
        let fields = |name: &str| columns[name].targets().into_iter().map(|to| to.field).collect::<Vec<_>>();
        assert_eq!(fields("a"), ["name"]);
        assert!(fields("b").is_empty());
        assert_eq!(columns["c"].targets()[0].by.as_deref(), Some("code"));
        assert_eq!(fields("d"), ["x", "y"]);
        assert!(Mapping::parse("{\"a\": \"name\"}").unwrap().columns.unwrap().contains_key("a"));
        let wrong = Mapping::parse("{\"columns\": {}, \"keys\": 1}").unwrap_err();
        assert_eq!(wrong[0].code, "import.mapping_unreadable");
        assert_eq!(Mapping::parse("{").unwrap_err()[0].place.position, Some(Position { line: 1, column: 1 }));
    }
}
