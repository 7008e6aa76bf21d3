//! Identities: kept from the document of before where names match, made where there is none.

use std::collections::HashSet;

use crate::document::is_system_entity;
use crate::{Balance, Body, Choice, DatasetField, Dimension, Document, Field, FormulaFunction};

/// Gives every entity, field, choice, set, role and application of a document an id. What has none takes that of the same
/// name in the first of the `previous` documents that has it, else one from `make`. An id that a previous document gives to
/// another name is left alone: the writer has named a rename.
pub fn fill(document: &Document, previous: &[&Document], make: &mut dyn FnMut() -> String) -> Document {
    let mut body = document.body.clone();
    let known = previous.iter().find_map(|document| document.id()).map(str::to_owned);
    let id = match &mut body {
        Body::Entity(entity) => {
            if is_system_entity(&entity.name) {
                entity.id = Some(entity.name.clone());
            }
            &mut entity.id
        }
        Body::ChoiceSet(set) => &mut set.id,
        Body::Dashboard(dashboard) => &mut dashboard.id,
        Body::Dataset(dataset) => &mut dataset.id,
        Body::Form(form) => &mut form.id,
        Body::Measure(measure) => &mut measure.id,
        Body::Register(register) => &mut register.id,
        Body::Role(role) => &mut role.id,
        Body::Application(application) => &mut application.id,
        Body::Script(script) => &mut script.id,
        Body::View(view) => &mut view.id,
    };
    if id.is_none() {
        *id = Some(known.unwrap_or_else(&mut *make));
    }
    match &mut body {
        Body::Entity(entity) => {
            let known = previous.iter().filter_map(|document| match &document.body {
                Body::Entity(entity) => Some(&entity.fields),
                _ => None,
            });
            fields(&mut entity.fields, &known.flatten().collect::<Vec<_>>(), make);
        }
        Body::ChoiceSet(set) => {
            let known = previous.iter().filter_map(|document| match &document.body {
                Body::ChoiceSet(set) => Some(&set.choices),
                _ => None,
            });
            choices(&mut set.choices, &known.flatten().collect::<Vec<_>>(), make);
        }
        Body::Dataset(dataset) => {
            let known = previous.iter().filter_map(|document| match &document.body {
                Body::Dataset(dataset) => Some(&dataset.fields),
                _ => None,
            });
            dataset_fields(&mut dataset.fields, &known.flatten().collect::<Vec<_>>(), make);
        }
        Body::Script(script) => {
            let known = previous.iter().filter_map(|document| match &document.body {
                Body::Script(script) => Some(&script.formulas),
                _ => None,
            });
            formulas(&mut script.formulas, &known.flatten().collect::<Vec<_>>(), make);
        }
        Body::Register(register) => {
            let known = previous.iter().filter_map(|document| match &document.body {
                Body::Register(register) => register.balance.as_ref(),
                _ => None,
            });
            if let Some(own) = &mut register.balance {
                balance(own, &known.collect::<Vec<_>>(), make);
            }
        }
        Body::Application(_)
        | Body::Dashboard(_)
        | Body::Form(_)
        | Body::Measure(_)
        | Body::Role(_)
        | Body::View(_) => {}
    }
    Document::of(body)
}

fn fields(fields: &mut [Field], previous: &[&Field], make: &mut dyn FnMut() -> String) {
    let mut used: HashSet<String> = fields.iter().filter_map(|field| field.id.clone()).collect();
    for field in fields {
        let mut named = previous.iter().filter(|other| other.name == field.name);
        if field.id.is_none() {
            let known = named.clone().find_map(|other| other.id.clone().filter(|id| !used.contains(id)));
            field.id = Some(known.unwrap_or_else(&mut *make));
        }
        used.extend(field.id.clone());
        // The choices of a renamed field are found by the field's id.
        let same: Vec<&&Field> = previous.iter().filter(|other| other.id.is_some() && other.id == field.id).collect();
        let same = if same.is_empty() { named.next().into_iter().collect() } else { same };
        if let Some(own) = &mut field.choices {
            choices(own, &same.into_iter().flat_map(|other| other.choices.iter().flatten()).collect::<Vec<_>>(), make);
        }
    }
}

fn dataset_fields(fields: &mut [DatasetField], previous: &[&DatasetField], make: &mut dyn FnMut() -> String) {
    let mut used: HashSet<String> = fields.iter().filter_map(|field| field.id.clone()).collect();
    for field in fields.iter_mut().filter(|field| field.id.is_none()) {
        let mut same = previous.iter().filter(|other| other.name == field.name);
        let known = same.find_map(|other| other.id.clone().filter(|id| !used.contains(id)));
        let id = known.unwrap_or_else(&mut *make);
        used.insert(id.clone());
        field.id = Some(id);
    }
}

fn formulas(functions: &mut [FormulaFunction], previous: &[&FormulaFunction], make: &mut dyn FnMut() -> String) {
    let known = previous.iter().map(|it| (&it.function, &it.id));
    named(functions.iter_mut().map(|it| (&it.function, &mut it.id)), &known.collect::<Vec<_>>(), make);
}

fn balance(own: &mut Balance, previous: &[&Balance], make: &mut dyn FnMut() -> String) {
    // The choices of a renamed dimension are found by its id.
    let dimensions = |balance: &Balance| -> Vec<Field> {
        let field = |one: &Dimension| Field { id: one.id.clone(), ..one.field() };
        balance.dimensions.iter().map(field).collect()
    };
    let mut filled = dimensions(own);
    let known: Vec<Field> = previous.iter().flat_map(|balance| dimensions(balance)).collect();
    fields(&mut filled, &known.iter().collect::<Vec<_>>(), make);
    for (dimension, field) in own.dimensions.iter_mut().zip(filled) {
        (dimension.id, dimension.choices) = (field.id, field.choices);
    }
    let known = previous.iter().flat_map(|balance| &balance.resources).map(|it| (&it.name, &it.id));
    named(own.resources.iter_mut().map(|it| (&it.name, &mut it.id)), &known.collect::<Vec<_>>(), make);
    let known = previous.iter().flat_map(|balance| &balance.postings).map(|it| (&it.name, &it.id));
    named(own.postings.iter_mut().map(|it| (&it.name, &mut it.id)), &known.collect::<Vec<_>>(), make);
}

/// Gives what has none the id of the same name, else a new one.
fn named<'a>(
    own: impl Iterator<Item = (&'a String, &'a mut Option<String>)>,
    previous: &[(&String, &Option<String>)],
    make: &mut dyn FnMut() -> String,
) {
    let own: Vec<_> = own.collect();
    let mut used: HashSet<String> = own.iter().filter_map(|(_, id)| (*id).clone()).collect();
    for (name, id) in own.into_iter().filter(|(_, id)| id.is_none()) {
        let mut same = previous.iter().filter(|(other, _)| *other == name);
        let known = same.find_map(|(_, id)| (*id).clone().filter(|id| !used.contains(id)));
        let made = known.unwrap_or_else(&mut *make);
        used.insert(made.clone());
        *id = Some(made);
    }
}

fn choices(choices: &mut [Choice], previous: &[&Choice], make: &mut dyn FnMut() -> String) {
    let mut used: HashSet<String> = choices.iter().filter_map(|choice| choice.id.clone()).collect();
    for choice in choices.iter_mut().filter(|choice| choice.id.is_none()) {
        let mut same = previous.iter().filter(|other| other.value == choice.value);
        let known = same.find_map(|other| other.id.clone().filter(|id| !used.contains(id)));
        let id = known.unwrap_or_else(&mut *make);
        used.insert(id.clone());
        choice.id = Some(id);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::fill;
    use crate::{Document, Kind};

    fn entity(fields: &serde_json::Value) -> Document {
        Document::stored(Kind::Entity, json!({"kind": "entity", "name": "deal", "fields": fields})).unwrap()
    }

    fn filled(document: &Document, previous: &[&Document]) -> Document {
        let mut number = 0;
        fill(document, previous, &mut || {
            number += 1;
            format!("id{number}")
        })
    }

    #[test]
    fn ids_are_made_once_and_follow_names() {
        let choices = json!([{"value": "new"}, {"value": "won"}]);
        let first = filled(
            &entity(
                &json!([{"name": "title", "type": "text"}, {"name": "stage", "type": "choice", "choices": choices}]),
            ),
            &[],
        );
        assert_eq!(first.json["id"], "id1");
        assert_eq!(first.json["fields"][1]["choices"][1]["id"], "id5");
        let without = entity(
            &json!([{"name": "stage", "type": "choice", "choices": choices}, {"name": "amount", "type": "money"}]),
        );
        let second = filled(&without, &[&first]);
        assert_eq!(second.json["id"], "id1");
        assert_eq!(second.json["fields"][0]["id"], "id3");
        assert_eq!(second.json["fields"][0]["choices"][0]["id"], "id4");
        assert_eq!(second.json["fields"][1]["id"], "id1", "the first one made for the second document");
    }

    #[test]
    fn an_id_with_another_name_is_a_rename_and_its_old_name_is_free() {
        let first = entity(&json!([{"name": "title", "id": "t1", "type": "text"}]));
        let renamed =
            entity(&json!([{"name": "subject", "id": "t1", "type": "text"}, {"name": "title", "type": "text"}]));
        let second = filled(&renamed, &[&first]);
        assert_eq!(second.json["fields"][0]["id"], "t1");
        assert_ne!(second.json["fields"][1]["id"], "t1");
    }

    #[test]
    fn what_one_document_does_not_know_another_may() {
        let base = entity(&json!([{"name": "title", "id": "t1", "type": "text"}]));
        let here = entity(
            &json!([{"name": "subject", "id": "t1", "type": "text"}, {"name": "stage", "id": "s1", "type": "choice",
            "choices": [{"value": "new", "id": "n1"}]}, {"name": "title", "id": "t2", "type": "text"}]),
        );
        let written = entity(&json!([{"name": "title", "type": "text"}, {"name": "stage", "type": "choice",
            "choices": [{"value": "new"}, {"value": "won"}]}]));
        let filled = filled(&written, &[&base, &here]);
        assert_eq!((&filled.json["fields"][0]["id"], &filled.json["fields"][1]["id"]), (&json!("t1"), &json!("s1")));
        let choices = &filled.json["fields"][1]["choices"];
        assert_eq!((&choices[0]["id"], &choices[1]["id"]), (&json!("n1"), &json!("id2")));
    }
}
