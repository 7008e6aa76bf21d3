//! Documents and catalogs in a three-line notation, for tests.
//!
//! One entity a line: `deal: title text!, amount money, company -> company.deals, items [] deal_item.deal, stage {new, won}`.
//! `name type` is a plain field, `(200)` or `(18, 4)` after a type its length or digits, `->` a link, `->>` links, `[]`
//! children, `{a, b}` choices, `{{a, b}}` several choices, `any a|b` a link to one of several. After a field `!` means
//! required, `*` unique, `?` searchable; ` = price * 2` behind a field calculates it. Entities and fields have no ids, so they are known by `deal` and `deal.title`.
//! A line that begins with `{` is a document as it is written: a role, or an entity with more than the notation says.

use schemas::{Body, Document, Entity, Field, FieldType, Kind, check};
use serde_json::{Map, Value, json};

use crate::{Catalog, Physical, Workspace, resolve};

/// Makes the catalog of the notation; panics with every mistake.
pub fn catalog(text: &str) -> Catalog {
    let resolution = resolve(1, &Workspace::default(), &documents(text), &Physical::default());
    let mistakes: Vec<String> = resolution.diagnostics.iter().map(ToString::to_string).collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    resolution.catalog
}

/// Makes the documents of the notation, one entity a line.
pub fn documents(text: &str) -> Vec<Document> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(document).collect()
}

fn document(line: &str) -> Document {
    let json = match line.starts_with('{') {
        true => serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}\n{error}")),
        false => entity(line),
    };
    check::value(&json).unwrap_or_else(|mistakes| {
        let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{line}\n{}", mistakes.join("\n"))
    })
}

fn entity(line: &str) -> Value {
    let (name, fields) = line.split_once(':').unwrap_or((line, ""));
    let fields: Vec<Value> = split(fields).into_iter().map(field).collect();
    json!({"kind": "entity", "name": name.trim(), "fields": fields})
}

/// Splits at the commas outside brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '{' | '(' => depth += 1,
            '}' | ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

fn field(text: &str) -> Value {
    let mut keys = Map::new();
    // A calculated field has its expression behind a sign.
    if let Some((calculated, expression)) = text.split_once(" = ") {
        let mut field = field(calculated);
        field["formula"] = json!({"mode": "dynamic", "expression": expression.trim()});
        return field;
    }
    let plain = text.trim_end_matches(['!', '*', '?', ' ']);
    for mark in text[plain.len()..].chars() {
        match mark {
            '!' => keys.insert("required".to_owned(), json!(true)),
            '*' => keys.insert("unique".to_owned(), json!(true)),
            '?' => keys.insert("searchable".to_owned(), json!(true)),
            _ => None,
        };
    }
    let (name, kind) = plain.split_once(' ').unwrap_or((plain, "text"));
    keys.insert("name".to_owned(), json!(name));
    let kind = kind.trim();
    if let Some(far) = kind.strip_prefix("->>") {
        relation(&mut keys, "links", far);
    } else if let Some(far) = kind.strip_prefix("->") {
        relation(&mut keys, "link", far);
    } else if let Some(far) = kind.strip_prefix("[]") {
        relation(&mut keys, "children", far);
    } else if let Some(targets) = kind.strip_prefix("any ") {
        let (targets, inverse) = targets.split_once('.').map_or((targets, None), |(it, inverse)| (it, Some(inverse)));
        keys.insert("type".to_owned(), json!("any_link"));
        keys.extend(inverse.map(|inverse| ("inverse".to_owned(), json!(inverse))));
        keys.insert("targets".to_owned(), targets.split('|').map(str::trim).collect());
    } else if kind.starts_with('{') {
        let several = kind.starts_with("{{");
        let values = kind.trim_matches(['{', '}']).split(',').map(|value| json!({"value": value.trim()}));
        keys.insert("type".to_owned(), json!(if several { "multi_choice" } else { "choice" }));
        keys.insert("choices".to_owned(), values.collect());
    } else {
        with_digits(&mut keys, kind);
    }
    Value::Object(keys)
}

fn relation(keys: &mut Map<String, Value>, kind: &str, far: &str) {
    let (target, inverse) = match far.trim().split_once('.') {
        Some((target, inverse)) => (target, Some(inverse)),
        None => (far.trim(), None),
    };
    keys.insert("type".to_owned(), json!(kind));
    keys.insert("target".to_owned(), json!(target));
    if let Some(inverse) = inverse {
        keys.insert("inverse".to_owned(), json!(inverse));
    }
}

fn with_digits(keys: &mut Map<String, Value>, kind: &str) {
    let (word, digits) = kind.split_once('(').unwrap_or((kind, ""));
    keys.insert("type".to_owned(), json!(word.trim()));
    let digits: Vec<u32> =
        digits.trim_end_matches(')').split(',').filter_map(|digit| digit.trim().parse().ok()).collect();
    match digits.as_slice() {
        [length] => keys.insert("max_length".to_owned(), json!(length)),
        [precision, scale] => {
            keys.insert("precision".to_owned(), json!(precision));
            keys.insert("scale".to_owned(), json!(scale))
        }
        _ => None,
    };
}

/// Makes an entity document with one field of every type, for tests that must meet them all.
pub fn every_type() -> Document {
    let fields = FieldType::ALL.into_iter().filter(|kind| *kind != FieldType::Children).map(sample).collect();
    let entity = json!({"kind": Kind::Entity, "name": "sample", "title": "text_field"});
    let mut entity: Entity = serde_json::from_value(entity).expect("an entity without fields is an entity");
    entity.fields = fields;
    Document::of(Body::Entity(entity))
}

fn sample(kind: FieldType) -> Field {
    let mut json = json!({"name": format!("{}_field", kind.as_str()), "type": kind});
    match kind {
        FieldType::Choice | FieldType::MultiChoice => {
            json["choices"] = json!([{"value": "a"}, {"value": "b"}, {"value": "c"}])
        }
        FieldType::Link | FieldType::Links => json["target"] = json!("team"),
        FieldType::AnyLink => json["targets"] = json!(["team", "user"]),
        _ => {}
    }
    serde_json::from_value(json).expect("the sample follows the types")
}
