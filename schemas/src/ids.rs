//! Identities: kept from the document of before where names match, made where there is none.

use std::collections::{HashMap, HashSet};

use crate::document::is_system_entity;
use crate::{Body, Choice, Document, Field};

/// Gives every entity, field, choice, set, role and application of a document an id. What has none takes that of the same
/// name in `previous`, else one from `make`. An id that the previous document gives to another name is left alone: the
/// writer has named a rename.
pub fn fill(document: &Document, previous: Option<&Document>, make: &mut dyn FnMut() -> String) -> Document {
    let mut body = document.body.clone();
    let previous = previous.map(|document| &document.body);
    match (&mut body, previous) {
        (Body::Entity(entity), previous) => {
            let previous = match previous {
                Some(Body::Entity(previous)) => Some(previous),
                _ => None,
            };
            if is_system_entity(&entity.name) {
                entity.id = Some(entity.name.clone());
            }
            one(&mut entity.id, previous.and_then(|entity| entity.id.as_ref()), make);
            fields(&mut entity.fields, previous.map(|entity| entity.fields.as_slice()).unwrap_or_default(), make);
        }
        (Body::ChoiceSet(set), previous) => {
            let previous = match previous {
                Some(Body::ChoiceSet(previous)) => Some(previous),
                _ => None,
            };
            one(&mut set.id, previous.and_then(|set| set.id.as_ref()), make);
            choices(&mut set.choices, previous.map(|set| set.choices.as_slice()).unwrap_or_default(), make);
        }
        (Body::Role(role), previous) => {
            let known = match previous {
                Some(Body::Role(previous)) => previous.id.as_ref(),
                _ => None,
            };
            one(&mut role.id, known, make);
        }
        (Body::Application(application), previous) => {
            let known = match previous {
                Some(Body::Application(previous)) => previous.id.as_ref(),
                _ => None,
            };
            one(&mut application.id, known, make);
        }
        (Body::View(view), previous) => {
            let known = match previous {
                Some(Body::View(previous)) => previous.id.as_ref(),
                _ => None,
            };
            one(&mut view.id, known, make);
        }
    }
    Document::of(body)
}

fn one(id: &mut Option<String>, known: Option<&String>, make: &mut dyn FnMut() -> String) {
    if id.is_none() {
        *id = Some(known.cloned().unwrap_or_else(make));
    }
}

fn fields(fields: &mut [Field], previous: &[Field], make: &mut dyn FnMut() -> String) {
    let mut used: HashSet<String> = fields.iter().filter_map(|field| field.id.clone()).collect();
    let known: HashMap<&str, &Field> = previous.iter().map(|field| (field.name.as_str(), field)).collect();
    for field in fields {
        let before = known.get(field.name.as_str()).copied();
        if field.id.is_none() {
            let id = before.and_then(|before| before.id.clone()).filter(|id| !used.contains(id));
            field.id = Some(id.unwrap_or_else(&mut *make));
        }
        used.extend(field.id.clone());
        // The choices of a renamed field are found by the field's id.
        let same = previous.iter().find(|other| other.id.is_some() && other.id == field.id).or(before);
        if let Some(own) = &mut field.choices {
            choices(own, same.and_then(|field| field.choices.as_deref()).unwrap_or_default(), make);
        }
    }
}

fn choices(choices: &mut [Choice], previous: &[Choice], make: &mut dyn FnMut() -> String) {
    let mut used: HashSet<String> = choices.iter().filter_map(|choice| choice.id.clone()).collect();
    for choice in choices.iter_mut().filter(|choice| choice.id.is_none()) {
        let before = previous.iter().find(|other| other.value == choice.value).and_then(|other| other.id.clone());
        let id = before.filter(|id| !used.contains(id)).unwrap_or_else(&mut *make);
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

    fn filled(document: &Document, previous: Option<&Document>) -> Document {
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
            None,
        );
        assert_eq!(first.json["id"], "id1");
        assert_eq!(first.json["fields"][1]["choices"][1]["id"], "id5");
        let without = entity(
            &json!([{"name": "stage", "type": "choice", "choices": choices}, {"name": "amount", "type": "money"}]),
        );
        let second = filled(&without, Some(&first));
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
        let second = filled(&renamed, Some(&first));
        assert_eq!(second.json["fields"][0]["id"], "t1");
        assert_ne!(second.json["fields"][1]["id"], "t1");
    }
}
