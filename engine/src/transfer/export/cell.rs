//! Values of records as the cells of a file.

use catalog::{ChoiceSet, Field, FieldKind};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use serde_json::Value as Json;

use crate::Locale;
use crate::records::label;

/// What parts several values of one cell; imports part at it again.
const SEPARATOR: &str = "; ";
/// What a spreadsheet takes for the beginning of a formula, in narrow and full width.
const FORMULAS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// An exact number, written with a point.
    Number(String),
    /// A date.
    Date(NaiveDate),
    /// A moment, in the time of the workspace.
    Moment(NaiveDateTime),
}

/// How values are written for people.
pub(super) struct Writing {
    /// Language of labels.
    pub(super) locale: Locale,
    /// Time zone of moments.
    pub(super) zone: Tz,
}

impl Writing {
    /// Makes the cell of a value, as the wire has it, of a field; without one it is what it looks like.
    pub(super) fn cell(&self, field: Option<&Field>, value: &Json) -> Cell {
        match (value, field.map(|field| &field.kind)) {
            (Json::Null, _) => Cell::Empty,
            (Json::Array(items), _) => self.joined(field, items),
            (Json::String(text), Some(FieldKind::Choice(set) | FieldKind::MultiChoice(set))) => {
                Cell::Text(self.choice(set, text))
            }
            (Json::String(text), Some(kind)) if is_number(kind) => {
                // A trace of a hidden number is no number.
                if text.starts_with('•') { Cell::Text(text.clone()) } else { Cell::Number(text.clone()) }
            }
            (Json::String(text), Some(FieldKind::Date)) => {
                text.parse().map_or_else(|_| Cell::Text(text.clone()), Cell::Date)
            }
            (Json::String(text), Some(FieldKind::DateTime)) => match DateTime::parse_from_rfc3339(text) {
                Ok(moment) => Cell::Moment(expression::zone::local(moment.to_utc(), self.zone)),
                Err(_) => Cell::Text(text.clone()),
            },
            (Json::String(text), _) => Cell::Text(text.clone()),
            (Json::Number(number), _) => Cell::Number(number.to_string()),
            (Json::Bool(truth), _) => Cell::Text(self.truth(*truth).to_owned()),
            (Json::Object(object), kind) => match kind {
                Some(FieldKind::Json) | None => Cell::Text(value.to_string()),
                Some(FieldKind::Secret) => Cell::Text("•••".to_owned()),
                _ => thing(object),
            },
        }
    }

    fn joined(&self, field: Option<&Field>, items: &[Json]) -> Cell {
        let texts: Vec<String> = items.iter().filter_map(|item| self.cell(field, item).text()).collect();
        if texts.is_empty() { Cell::Empty } else { Cell::Text(texts.join(SEPARATOR)) }
    }

    fn choice(&self, set: &ChoiceSet, value: &str) -> String {
        let found = set.choices.iter().find(|choice| &*choice.value == value);
        found.and_then(|choice| label(&choice.label, self.locale)).unwrap_or(value).to_owned()
    }

    fn truth(&self, truth: bool) -> &'static str {
        match (self.locale, truth) {
            (Locale::En, true) => "yes",
            (Locale::En, false) => "no",
            (Locale::Ru, true) => "да",
            (Locale::Ru, false) => "нет",
        }
    }
}

impl Cell {
    /// The cell as a text; `None` of nothing.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Empty => None,
            Self::Text(text) | Self::Number(text) => Some(text.clone()),
            Self::Date(date) => Some(date.format("%Y-%m-%d").to_string()),
            Self::Moment(moment) => Some(moment.format("%Y-%m-%d %H:%M:%S").to_string()),
        }
    }

    /// The cell as a text that no spreadsheet takes for a formula.
    pub(super) fn guarded(&self) -> Option<String> {
        match self {
            Self::Text(text) if text.starts_with(FORMULAS) => Some(format!("'{text}")),
            other => other.text(),
        }
    }
}

/// Takes off the apostrophe with which an export guards what a spreadsheet would take for a formula.
pub(in crate::transfer) fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULAS)).unwrap_or(text)
}

fn is_number(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Decimal { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. })
}

/// A link by its title, a file by its name, a point by its coordinates, an address by its lines.
fn thing(object: &serde_json::Map<String, Json>) -> Cell {
    let text = |key: &str| object.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    if let (Some(lat), Some(lon)) = (object.get("lat"), object.get("lon")) {
        return Cell::Text(format!("{lat}, {lon}").replace('"', ""));
    }
    if object.contains_key("id") {
        return text("title")
            .or_else(|| text("name"))
            .or_else(|| text("id"))
            .map_or(Cell::Empty, |text| Cell::Text(text.to_owned()));
    }
    Some(in_one_line(object)).filter(|line| !line.is_empty()).map_or(Cell::Empty, Cell::Text)
}

/// The lines of an address in one.
pub(in crate::transfer) fn in_one_line(address: &serde_json::Map<String, Json>) -> String {
    let lines = address.values().filter_map(Json::as_str).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_numbers_are_left() {
        for text in ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"] {
            assert_eq!(Cell::Text(text.to_owned()).guarded(), Some(format!("'{text}")));
            assert_eq!(unguarded(&format!("'{text}")), text);
        }
        assert_eq!(Cell::Number("-5.00".to_owned()).guarded().as_deref(), Some("-5.00"));
        assert_eq!(Cell::Text("a=b".to_owned()).guarded().as_deref(), Some("a=b"));
        assert_eq!(unguarded("'tis"), "'tis");
    }
}
