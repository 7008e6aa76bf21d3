//! Companies and deals.

use serde_json::{Value, json};

/// The documents.
pub(crate) fn documents() -> Vec<Value> {
    vec![company(), deal()]
}

fn company() -> Value {
    json!({"kind": "entity", "name": "company", "label": {"en": "Company"}, "title": "name", "indexes": [["city"]], "fields": [
        {"name": "name", "type": "text", "required": true, "max_length": 200},
        {"name": "city", "type": "text", "max_length": 100}]})
}

fn deal() -> Value {
    let choices: Vec<Value> = ["new", "proposal", "won", "lost"].iter().map(|value| json!({"value": value})).collect();
    json!({"kind": "entity", "name": "deal", "label": {"en": "Deal"}, "title": "title", "indexes": [["company", "stage"]], "fields": [
        {"name": "title", "type": "text", "required": true, "max_length": 200},
        {"name": "amount", "type": "money", "scale": 2},
        {"name": "stage", "type": "choice", "choices": choices, "default": "new"},
        {"name": "close_date", "type": "date"},
        {"name": "company", "type": "link", "target": "company", "inverse": "deals", "on_delete": "restrict"}]})
}
