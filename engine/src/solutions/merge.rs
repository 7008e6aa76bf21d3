//! The three-way merge of one document: what the solution installed last, what is here now, what the solution brings.
//!
//! What only one side changed is taken from that side. Where both changed the same thing differently, the change made
//! here stays and its place is told.

use serde_json::{Map, Value};

/// A merged document with the pointers where both sides had changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Merged {
    pub(crate) json: Value,
    pub(crate) conflicts: Vec<String>,
}

/// Merges what the solution brings into what is here.
pub(crate) fn merge(base: Option<&Value>, here: &Value, ours: &Value) -> Merged {
    let mut conflicts = Vec::new();
    let empty = Value::Object(Map::new());
    let json = value(Some(base.unwrap_or(&empty)), Some(here), Some(ours), "", &mut conflicts);
    Merged { json: json.unwrap_or_default(), conflicts }
}

fn value(
    base: Option<&Value>,
    here: Option<&Value>,
    ours: Option<&Value>,
    pointer: &str,
    conflicts: &mut Vec<String>,
) -> Option<Value> {
    if here == ours || base == ours {
        return here.cloned();
    }
    if base == here {
        return ours.cloned();
    }
    match (here, ours) {
        (Some(Value::Object(here)), Some(Value::Object(ours))) => {
            let base = base.and_then(Value::as_object);
            Some(Value::Object(object(base, here, ours, pointer, conflicts)))
        }
        (Some(Value::Array(here)), Some(Value::Array(ours))) if identified(here) && identified(ours) => {
            let base = base.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            Some(Value::Array(list(base, here, ours, pointer, conflicts)))
        }
        _ => {
            conflicts.push(pointer.to_owned());
            here.cloned()
        }
    }
}

fn object(
    base: Option<&Map<String, Value>>,
    here: &Map<String, Value>,
    ours: &Map<String, Value>,
    pointer: &str,
    conflicts: &mut Vec<String>,
) -> Map<String, Value> {
    let mut merged = Map::new();
    let keys = here.keys().chain(ours.keys().filter(|key| !here.contains_key(*key)));
    for key in keys {
        let inner = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        let before = base.and_then(|base| base.get(key));
        if let Some(value) = value(before, here.get(key), ours.get(key), &inner, conflicts) {
            merged.insert(key.clone(), value);
        }
    }
    merged
}

/// Elements of a list that is merged one by one: fields, choices, rules. Others are taken whole.
fn identified(items: &[Value]) -> bool {
    items.iter().all(|item| identity(item).is_some())
}

fn identity(item: &Value) -> Option<&str> {
    ["id", "name", "value", "entity"].iter().find_map(|key| item.get(key)?.as_str())
}

fn list(base: &[Value], here: &[Value], ours: &[Value], pointer: &str, conflicts: &mut Vec<String>) -> Vec<Value> {
    let find = |items: &'_ [Value], id: &str| items.iter().position(|item| identity(item) == Some(id));
    let mut merged: Vec<Value> = Vec::new();
    for item in here {
        let id = identity(item).unwrap_or_default();
        let before = find(base, id).map(|at| &base[at]);
        let brought = find(ours, id).map(|at| &ours[at]);
        let inner = format!("{pointer}/{}", merged.len());
        merged.extend(value(before, Some(item), brought, &inner, conflicts));
    }
    for (at, item) in ours.iter().enumerate() {
        let id = identity(item).unwrap_or_default();
        if find(here, id).is_some() {
            continue;
        }
        match find(base, id) {
            // It was removed here.
            Some(before) if base[before] == *item => {}
            Some(_) => conflicts.push(pointer.to_owned()),
            None => {
                let after = ours[..at].iter().rev().filter_map(identity).find_map(|id| find(&merged, id));
                merged.insert(after.map_or(0, |after| after + 1), item.clone());
            }
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::merge;

    fn check(base: &Value, here: &Value, ours: &Value, expected: &Value, conflicts: &[&str]) {
        let merged = merge(Some(base), here, ours);
        assert_eq!(
            (&merged.json, merged.conflicts.iter().map(String::as_str).collect::<Vec<_>>()),
            (expected, conflicts.to_vec())
        );
    }

    #[test]
    fn changes_of_one_side_are_taken_from_it() {
        let base = json!({"name": "deal", "icon": "a", "fields": [{"id": "1", "name": "x"}, {"id": "2", "name": "y"}]});
        let here = json!({"name": "deal", "icon": "b", "fields": [{"id": "1", "name": "x"}, {"id": "2", "name": "y"}, {"id": "9", "name": "mine"}]});
        let ours = json!({"name": "deal", "icon": "a", "title": "x", "fields": [{"id": "1", "name": "x2"}, {"id": "3", "name": "z"}]});
        let merged = json!({"name": "deal", "icon": "b", "fields": [{"id": "1", "name": "x2"}, {"id": "3", "name": "z"}, {"id": "9", "name": "mine"}], "title": "x"});
        check(&base, &here, &ours, &merged, &[]);
    }

    #[test]
    fn where_both_changed_the_change_made_here_stays() {
        let base = json!({"icon": "a", "indexes": [["x"]], "fields": [{"id": "1", "max": 1}, {"id": "2", "max": 1}]});
        let here = json!({"icon": "b", "indexes": [["y"]], "fields": [{"id": "1", "max": 2}]});
        let ours = json!({"icon": "c", "indexes": [["z"]], "fields": [{"id": "1", "max": 3}, {"id": "2", "max": 3}]});
        check(&base, &here, &ours, &here.clone(), &["/icon", "/indexes", "/fields/0/max", "/fields"]);
    }

    #[test]
    fn the_same_change_on_both_sides_is_no_conflict() {
        let changed = json!({"icon": "b"});
        check(&json!({"icon": "a"}), &changed, &changed, &changed, &[]);
    }
}
