//! What can be read of a document with mistakes, so that one look shows the mistakes of every sort.

use diagnostic::Diagnostic;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::kind;
use crate::{DashboardFilter, Document, Field, Kind, Rule, Widget};

/// A document without what could not be read of it.
#[derive(Debug, Clone)]
pub struct Part {
    /// What could be read.
    pub document: Document,
    /// Where the items of its lists stand in what was written.
    positions: Vec<(&'static str, Vec<usize>)>,
    /// Names of the fields that could not be read; `None` when one has no name.
    missing: Option<Vec<String>>,
}

/// Reads what can be read of a document with these mistakes, to judge it beside others all the same; `None` when too
/// little can be.
pub fn part(json: &Value, problems: &[Diagnostic]) -> Option<Part> {
    let kind = kind(json).ok()?;
    let whole = Document::stored(kind, json.clone()).ok();
    let whole = whole.map(|document| Part { document, positions: Vec::new(), missing: Some(Vec::new()) });
    whole.or_else(|| Part::sound(kind, json, problems)).filter(|part| part.missing.is_some())
}

impl Part {
    /// Takes away what the schema refused.
    pub(super) fn sound(kind: Kind, json: &Value, problems: &[Diagnostic]) -> Option<Self> {
        let mut rest = json.clone();
        problems.iter().for_each(|problem| remove(&mut rest, &problem.place.pointer));
        let (mut positions, mut missing) = (Vec::new(), Some(Vec::new()));
        if kind == Kind::Entity {
            let kept = keep(&mut rest, "fields", reads::<Field>);
            let fields = json["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
            let unread = fields.iter().enumerate().filter(|(at, _)| !kept.contains(at));
            missing = unread.map(|(_, field)| Some(field["name"].as_str()?.to_owned())).collect();
            // References to fields that could not be read would only look wrong.
            let may_miss = |name: &Value| missing.as_ref().is_none_or(|names| names.iter().any(|it| name == it));
            let is_told = |key: &Value| {
                reads::<Vec<String>>(key) && !key.as_array().is_some_and(|names| names.iter().any(may_miss))
            };
            positions.push(("fields", kept));
            positions.push(("rules", keep(&mut rest, "rules", reads::<Rule>)));
            positions.extend(["unique", "indexes"].map(|key| (key, keep(&mut rest, key, is_told))));
            if let Some(object) = rest.as_object_mut().filter(|object| object.get("title").is_some_and(may_miss)) {
                object.shift_remove("title");
            }
        }
        if kind == Kind::Dashboard {
            let written = rest["filters"].as_array().map_or(0, Vec::len);
            // What lacks a value that was refused would look as if it had none.
            let widgets = rest["widgets"].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
            for (at, widget) in widgets.iter_mut().enumerate() {
                let here = format!("/widgets/{at}/");
                let is_refused =
                    |it: &Diagnostic| it.place.pointer.starts_with(&here) && it.code != "document.unknown_key";
                if problems.iter().any(is_refused) {
                    *widget = Value::Null;
                }
            }
            let filters = keep(&mut rest, "filters", reads::<DashboardFilter>);
            let widgets = keep(&mut rest, "widgets", reads::<Widget>);
            // References to filters that could not be read would only look wrong.
            if filters.len() < written {
                let widgets = rest["widgets"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
                widgets.for_each(|widget| drop(widget.shift_remove("filters")));
            }
            positions.extend([("filters", filters), ("widgets", widgets)]);
        }
        if kind == Kind::Form {
            stand_in(&mut rest, problems);
        }
        let document = Document::stored(kind, rest).ok()?;
        Some(Self { document, positions, missing })
    }

    /// Says whether a mistake found beside other documents may come of what could not be read.
    pub fn explains(&self, problem: &Diagnostic) -> bool {
        let missing = self.missing.as_deref().unwrap_or_default();
        problem.arguments.values().any(|value| missing.contains(value))
    }

    /// Gives a mistake in the document its place in what was written.
    pub fn restore(&self, problem: &mut Diagnostic) {
        let mut steps = problem.place.pointer.splitn(4, '/').skip(1);
        let (Some(list), Some(at), rest) = (steps.next(), steps.next(), steps.next()) else { return };
        let positions = self.positions.iter().find(|(key, _)| *key == list);
        let written = positions.and_then(|(_, positions)| positions.get(at.parse::<usize>().ok()?));
        if let Some(written) = written {
            let rest = rest.map(|rest| format!("/{rest}")).unwrap_or_default();
            problem.place.pointer = format!("/{list}/{written}{rest}");
        }
    }
}

/// Puts something that cannot be wrong in the place of each component of a form of which something was refused, so that the
/// others stay where they are.
fn stand_in(form: &mut Value, problems: &[Diagnostic]) {
    for problem in problems.iter().filter(|problem| problem.code != "document.unknown_key") {
        let mut steps: Vec<&str> = problem.place.pointer.split('/').collect();
        while let [.., list, at] = steps.as_slice() {
            let is_item = at.parse::<usize>().is_ok();
            let stand_in = match *list {
                "components" | "side" if is_item => serde_json::json!({"type": "history"}),
                "tabs" if is_item => serde_json::json!({"name": problem.place.pointer}),
                _ => {
                    steps.pop();
                    continue;
                }
            };
            if let Some(item) = form.pointer_mut(&steps.join("/")) {
                *item = stand_in;
            }
            break;
        }
    }
}

/// Keeps the items of a list that will do, and gives the positions they had.
fn keep(json: &mut Value, key: &str, will_do: impl Fn(&Value) -> bool) -> Vec<usize> {
    let Some(items) = json.get_mut(key).and_then(Value::as_array_mut) else { return Vec::new() };
    let kept: Vec<usize> = (0..items.len()).filter(|at| will_do(&items[*at])).collect();
    items.retain(will_do);
    kept
}

fn reads<T: DeserializeOwned>(json: &Value) -> bool {
    T::deserialize(json).is_ok()
}

fn remove(json: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    match json.pointer_mut(parent) {
        Some(Value::Object(object)) => {
            object.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(items)) => {
            if let Some(item) = key.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                *item = Value::Null;
            }
        }
        _ => {}
    }
}
