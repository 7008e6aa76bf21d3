//! Targets of measures, as they are saved: each begins with its period, and says in one text whose it is, so that the
//! database refuses a second one for everybody as well.

use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use query::Image;

use super::save::Set;
use crate::measures::period::Unit;
use crate::measures::targets::{EVERYBODY, TARGET};

/// Completes targets before they are judged.
pub(crate) fn complete(set: &mut Set) {
    if set.entity().id.as_str() != TARGET {
        return;
    }
    let [person, whose, period, start] = ["person", "whose", "period", "start"].map(field);
    for (command, after) in std::iter::zip(&mut set.commands, &mut set.after) {
        let owner = match after.values.get(&person) {
            Some(Value::Id(id)) => id.to_string(),
            Some(Value::Record(record)) => record.id.to_string(),
            _ => EVERYBODY.to_owned(),
        };
        after.values.insert(whose.clone(), Value::Text(owner.into()));
        if let Some(expected) = first_day(after, &period, &start) {
            let mistake = Diagnostic::error("measure.target_start").with("expected", expected);
            command.mistakes.push(mistake.at(format!("{}/start", command.at)));
        }
    }
}

fn field(name: &str) -> FieldId {
    FieldId::new(&format!("{TARGET}.{name}"))
}

/// The first day of the period, where the target begins on another one.
fn first_day(image: &Image, period: &FieldId, start: &FieldId) -> Option<String> {
    let (Some(Value::Text(word)), Some(Value::Date(day))) = (image.values.get(period), image.values.get(start)) else {
        return None;
    };
    let first = Unit::of(word)?.start(*day)?;
    (first != *day).then(|| first.to_string())
}
