//! The body of a request for groups of records.

use engine::diagnostic::Diagnostic;
use engine::{AggregateRequest, GroupKey, Measure};
use serde_json::{Map, Value};

use super::list::{finish, limit, sort, unknown, wrong};
use crate::problem::Failure;

/// Reads a request for groups from a JSON body.
pub(crate) fn from_body(body: Value) -> Result<AggregateRequest, Failure> {
    let mut mistakes = Vec::new();
    let mut request = AggregateRequest::default();
    let Value::Object(body) = body else {
        return finish(request, vec![wrong("", "an object", &body.to_string())]);
    };
    for (name, value) in body {
        let path = format!("/{name}");
        match (name.as_str(), value) {
            (
                "group_by" | "measures" | "filter" | "having" | "sort" | "limit" | "totals" | "drill" | "others",
                Value::Null,
            ) => {}
            ("group_by", Value::Array(items)) => request.group_by = each(items, &path, &mut mistakes, key),
            ("measures", Value::Array(items)) => request.measures = each(items, &path, &mut mistakes, measure),
            ("filter", Value::String(text)) => request.filter = Some(text),
            ("having", Value::String(text)) => request.having = Some(text),
            ("sort", Value::Array(items)) => request.sort = sort(items, &path, &mut mistakes),
            ("limit", value) => request.limit = limit(&value, &path, &mut mistakes),
            ("totals", Value::Bool(totals)) => request.totals = totals,
            ("drill", Value::Bool(drill)) => request.drill = drill,
            ("others", Value::Bool(others)) => request.others = others,
            ("group_by" | "measures" | "sort", value) => mistakes.push(wrong(&path, "an array", &value.to_string())),
            ("filter" | "having", value) => mistakes.push(wrong(&path, "a text", &value.to_string())),
            ("totals" | "drill" | "others", value) => {
                mistakes.push(wrong(&path, "`true` or `false`", &value.to_string()))
            }
            _ => mistakes.push(unknown(&name)),
        }
    }
    finish(request, mistakes)
}

fn each<T>(
    items: Vec<Value>,
    path: &str,
    mistakes: &mut Vec<Diagnostic>,
    read: fn(Value, &str, &mut Vec<Diagnostic>) -> Option<T>,
) -> Vec<T> {
    items.into_iter().enumerate().filter_map(|(at, item)| read(item, &format!("{path}/{at}"), mistakes)).collect()
}

fn key(item: Value, path: &str, mistakes: &mut Vec<Diagnostic>) -> Option<GroupKey> {
    let members = match item {
        Value::String(text) => return Some(GroupKey { path: text, ..GroupKey::default() }),
        Value::Object(members) => members,
        other => {
            mistakes.push(wrong(path, "a path or an object", &other.to_string()));
            return None;
        }
    };
    let before = mistakes.len();
    let mut key = GroupKey::default();
    for (name, value) in members {
        let place = format!("{path}/{name}");
        match (name.as_str(), value) {
            ("path", Value::String(text)) => key.path = text,
            ("name", Value::String(text)) => key.name = Some(text),
            ("by", Value::String(text)) => key.by = Some(text),
            ("ranges", Value::Array(bounds)) => {
                // As text, so that no digit is lost.
                let text = |bound: Value| match bound {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                key.ranges = Some(bounds.into_iter().map(text).collect());
            }
            ("by" | "name" | "ranges", Value::Null) => {}
            (_, value) => mistakes.push(wrong(&place, "`path`, `name`, `by` or `ranges`", &value.to_string())),
        }
    }
    if key.path.is_empty() && mistakes.len() == before {
        mistakes.push(wrong(&format!("{path}/path"), "a path", "null"));
    }
    (mistakes.len() == before).then_some(key)
}

fn measure(item: Value, path: &str, mistakes: &mut Vec<Diagnostic>) -> Option<Measure> {
    let text = |members: &mut Map<String, Value>, name: &str| match members.shift_remove(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text),
        _ => None,
    };
    let Value::Object(mut members) = item else {
        mistakes.push(wrong(path, "an object", &item.to_string()));
        return None;
    };
    let (name, expression) = (text(&mut members, "name"), text(&mut members, "expression"));
    for rest in members.keys() {
        mistakes.push(unknown(rest));
    }
    match (name, expression) {
        (Some(name), Some(expression)) => Some(Measure { name, expression }),
        (name, _) => {
            let missing = if name.is_none() { "name" } else { "expression" };
            mistakes.push(wrong(&format!("{path}/{missing}"), "a text", "null"));
            None
        }
    }
}
