//! Rows to commands: each cell into its field, every mistake at its column.

use catalog::{Field, FieldKind};
use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::layout::{Layout, Part, Slot, Source};
use crate::Locale;
use crate::records::coerce;
use crate::records::command::{Command, Reference, Target, field_label, identity};

/// One row as a command, with links to other rows of the file that are still to be found.
pub(super) struct Row {
    /// Number of the row in the file.
    pub(super) number: u64,
    /// What it asks for; whether it makes or changes a record is decided later.
    pub(super) command: Command,
    /// Fields whose cells are empty: no value for a new record, emptied in an existing one.
    pub(super) emptied: Vec<FieldId>,
    /// Links to records of the same entity by a field of the file: slot and text.
    pub(super) to_itself: Vec<(usize, String)>,
}

/// Where the mistakes of a row are shown.
pub(super) fn place(number: u64) -> String {
    format!("/rows/{number}")
}

/// Reads one row.
pub(super) fn row(layout: &Layout, locale: Locale, number: u64, cells: &[String]) -> Row {
    let command = Command::empty(&place(number), Uuid::now_v7(), None);
    let mut row = Row { number, command, emptied: Vec::new(), to_itself: Vec::new() };
    let mut parts: Vec<(&Slot, Map<String, Json>)> = Vec::new();
    for (at, slot) in layout.slots.iter().enumerate() {
        let Some(given) = given(layout, slot, cells) else {
            if matches!(slot.source, Source::Column { .. }) && slot.part.is_none() {
                row.emptied.push(slot.field.id.clone());
            }
            continue;
        };
        if let Some(part) = &slot.part {
            let text = given.into_json();
            match parts.iter_mut().find(|(other, _)| other.field.id == slot.field.id) {
                Some((_, lines)) => drop(lines.insert(part.clone(), text)),
                None => parts.push((slot, Map::from_iter([(part.clone(), text)]))),
            }
            continue;
        }
        if let Err(mistake) = put(layout, at, slot, given, &mut row) {
            blame(&mut row.command, &slot.field, locale, mistake);
        }
    }
    for (slot, lines) in parts {
        match coerce::value(&slot.field.kind, &Json::Object(lines)) {
            Ok(value) => drop(row.command.values.insert(slot.field.id.clone(), value)),
            Err(mistake) => blame(&mut row.command, &slot.field, locale, mistake),
        }
    }
    row
}

/// What a source gives: a text of the file, or JSON of the mapping.
enum Given<'a> {
    Text(std::borrow::Cow<'a, str>),
    Json(&'a Json),
}

impl Given<'_> {
    fn into_json(self) -> Json {
        match self {
            Self::Text(text) => Json::from(text.into_owned()),
            Self::Json(json) => json.clone(),
        }
    }
}

fn given<'a>(layout: &Layout, slot: &'a Slot, cells: &'a [String]) -> Option<Given<'a>> {
    let cell = |at: usize| cells.get(at).map(|cell| cell.trim()).unwrap_or_default();
    match &slot.source {
        Source::Constant(json) => Some(Given::Json(json)),
        Source::Template(parts) => {
            let texts = parts.iter().map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Column(at) => cell(*at),
            });
            Some(Given::Text(texts.collect::<String>().into()))
        }
        Source::Column { at, otherwise } => {
            let text = cell(*at);
            let text = slot.values.get(text).map_or(text, String::as_str);
            if text.is_empty() || layout.empty.iter().any(|empty| empty == text) {
                return otherwise.as_ref().map(Given::Json);
            }
            Some(Given::Text(text.into()))
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
fn put(layout: &Layout, at: usize, slot: &Slot, given: Given<'_>, row: &mut Row) -> Result<(), Diagnostic> {
    let command = &mut row.command;
    match (&slot.link, &given) {
        (Some((entity, by)), given) => {
            let text = match given {
                Given::Text(text) => text.as_ref(),
                Given::Json(json) => json.as_str().ok_or_else(|| coerce::wrong_type("record.not_a_text", json))?,
            };
            if layout.is_to_itself(slot) {
                row.to_itself.push((at, text.to_owned()));
                return Ok(());
            }
            let is_many = matches!(slot.field.kind, FieldKind::Links { .. });
            let texts: Vec<&str> = if is_many { slot.reading.parts(text).collect() } else { vec![text] };
            if is_many {
                command.links.entry(slot.field.id.clone()).or_default();
            }
            for text in texts {
                let target = match (by, identity(text)) {
                    (Some(field), _) => Target::Key { field: field.clone(), value: text.to_owned() },
                    (None, Some(id)) => Target::Id(id),
                    (None, None) => return Err(Diagnostic::error("import.not_an_id").with("found", text)),
                };
                let at = format!("{}/{}", command.at, slot.field.name);
                command.references.push(Reference { field: slot.field.id.clone(), at, entity: entity.clone(), target });
            }
            Ok(())
        }
        (None, Given::Text(text)) if matches!(slot.field.kind, FieldKind::Id) => {
            let id = identity(text).ok_or_else(|| Diagnostic::error("record.not_an_id").with("found", text))?;
            command.values.insert(slot.field.id.clone(), Value::Id(id));
            Ok(())
        }
        (None, Given::Text(text)) => {
            let (kind, reading) = (&slot.field.kind, &slot.reading);
            let value = coerce::value(kind, &reading.json(kind, text));
            let value = value.map_err(|mistake| reading.of_cell(kind, text, mistake))?;
            command.values.insert(slot.field.id.clone(), value);
            Ok(())
        }
        (None, Given::Json(json)) => {
            let value = coerce::value(&slot.field.kind, json)?;
            command.values.insert(slot.field.id.clone(), value);
            Ok(())
        }
    }
}

fn blame(command: &mut Command, field: &Field, locale: Locale, mistake: Diagnostic) {
    let at = format!("{}/{}", command.at, field.name);
    command.mistakes.push(mistake.with("field", field_label(field, locale)).at(at));
}

/// Empties the fields of a record that is changed; a new one gets the defaults there.
pub(super) fn empty(row: &mut Row) {
    for field in std::mem::take(&mut row.emptied) {
        row.command.values.entry(field).or_insert(Value::Empty);
    }
}
