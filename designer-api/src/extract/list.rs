//! The parameters of a list, from the address or from a body.

use engine::diagnostic::Diagnostic;
use engine::{Count, Error, Request, SelectItem, SortKey};
use serde_json::{Map, Value};

use crate::problem::Failure;

/// Reads a list request from the query part of an address.
pub(crate) fn from_address(query: Option<&str>) -> Result<Request, Failure> {
    let mut mistakes = Vec::new();
    let mut request = Request::default();
    for (name, value) in pairs(query, &mut mistakes) {
        match name.as_str() {
            "select" => request.select = Some(split(&value).map(SelectItem::Path).collect()),
            "filter" => request.filter = Some(value),
            "quick" => request.quick = Some(value),
            "sort" => request.sort = split(&value).map(|key| sort_key(&key)).collect(),
            "limit" => match value.parse() {
                Ok(limit) => request.limit = Some(limit),
                Err(_) => mistakes.push(wrong("/limit", "a whole number", &value)),
            },
            "cursor" => request.cursor = Some(value),
            "count" => match count(&value) {
                Some(count) => request.count = count,
                None => mistakes.push(wrong("/count", "`none`, `exact` or `estimated`", &value)),
            },
            "deleted" => request.deleted = yes_or_no("/deleted", &value, &mut mistakes),
            "with_problems" => request.with_problems = yes_or_no("/with_problems", &value, &mut mistakes),
            _ => mistakes.push(unknown(&name)),
        }
    }
    finish(request, mistakes)
}

fn yes_or_no(path: &str, value: &str, mistakes: &mut Vec<Diagnostic>) -> bool {
    if !["true", "false"].contains(&value) {
        mistakes.push(wrong(path, "`true` or `false`", value));
    }
    value == "true"
}

/// Reads a list request from a JSON body.
pub(crate) fn from_body(body: Value) -> Result<Request, Failure> {
    let Value::Object(body) = body else {
        return Err(Error::Malformed(vec![wrong("", "an object", &body.to_string())]).into());
    };
    let mut mistakes = Vec::new();
    let mut request = Request::default();
    for (name, value) in body {
        let path = format!("/{name}");
        match (name.as_str(), value) {
            (
                "select" | "filter" | "quick" | "sort" | "limit" | "cursor" | "count" | "deleted" | "with_problems",
                Value::Null,
            ) => {}
            ("select", Value::Array(items)) => request.select = Some(select(items, &path, &mut mistakes)),
            ("filter", Value::String(text)) => request.filter = Some(text),
            ("quick", Value::String(text)) => request.quick = Some(text),
            ("sort", Value::Array(items)) => request.sort = sort(items, &path, &mut mistakes),
            ("limit", value) => request.limit = limit(&value, &path, &mut mistakes),
            ("cursor", Value::String(text)) => request.cursor = Some(text),
            ("count", Value::String(text)) if count(&text).is_some() => {
                request.count = count(&text).unwrap_or_default()
            }
            ("deleted", Value::Bool(deleted)) => request.deleted = deleted,
            ("with_problems", Value::Bool(with)) => request.with_problems = with,
            ("select" | "sort", value) => mistakes.push(wrong(&path, "an array", &value.to_string())),
            ("filter" | "quick" | "cursor", value) => mistakes.push(wrong(&path, "a text", &value.to_string())),
            ("count", value) => mistakes.push(wrong(&path, "`none`, `exact` or `estimated`", &value.to_string())),
            ("deleted" | "with_problems", value) => {
                mistakes.push(wrong(&path, "`true` or `false`", &value.to_string()))
            }
            _ => mistakes.push(unknown(&name)),
        }
    }
    finish(request, mistakes)
}

/// Reads the `select` of a single record from an address; nothing else is known there.
pub(crate) fn select_only(query: Option<&str>) -> Result<Option<Vec<SelectItem>>, Failure> {
    let mut mistakes = Vec::new();
    let mut selected = None;
    for (name, value) in pairs(query, &mut mistakes) {
        match name.as_str() {
            "select" => selected = Some(split(&value).map(SelectItem::Path).collect()),
            _ => mistakes.push(unknown(&name)),
        }
    }
    finish(selected, mistakes)
}

/// Reads the named parameters from an address; any other is a mistake.
pub(crate) fn named<const N: usize>(query: Option<&str>, names: [&str; N]) -> Result<[Option<String>; N], Failure> {
    let mut mistakes = Vec::new();
    let mut found = [const { None }; N];
    for (name, value) in pairs(query, &mut mistakes) {
        match names.iter().position(|known| *known == name) {
            Some(at) => found[at] = Some(value),
            None => mistakes.push(unknown(&name)),
        }
    }
    finish(found, mistakes)
}

/// Splits the query part of an address into names and values; a name given twice is a mistake.
pub(crate) fn pairs(query: Option<&str>, mistakes: &mut Vec<Diagnostic>) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or("").as_bytes()) {
        if pairs.iter().any(|(known, _)| *known == name) {
            mistakes.push(Diagnostic::error("request.repeated_parameter").at(format!("/{name}")).with("name", &name));
        }
        pairs.push((name.into_owned(), value.into_owned()));
    }
    pairs
}

/// The mistake of a parameter nobody knows.
pub(crate) fn unknown(name: &str) -> Diagnostic {
    Diagnostic::error("request.unknown_parameter").at(format!("/{name}")).with("name", name)
}

/// Gives the value unless there are mistakes.
pub(crate) fn finish<T>(value: T, mistakes: Vec<Diagnostic>) -> Result<T, Failure> {
    if mistakes.is_empty() { Ok(value) } else { Err(Error::Malformed(mistakes).into()) }
}

/// The mistake of a value of the wrong form.
pub(crate) fn wrong(path: &str, expected: &str, found: &str) -> Diagnostic {
    let found: String = found.chars().take(80).collect();
    Diagnostic::error("request.wrong_value").at(path).with("expected", expected).with("found", found)
}

fn split(list: &str) -> impl Iterator<Item = String> + '_ {
    list.split(',').map(str::trim).filter(|path| !path.is_empty()).map(str::to_owned)
}

fn sort_key(text: &str) -> SortKey {
    match text.strip_prefix('-') {
        Some(path) => SortKey { path: path.to_owned(), descending: true },
        None => SortKey { path: text.to_owned(), descending: false },
    }
}

fn count(text: &str) -> Option<Count> {
    match text {
        "none" => Some(Count::None),
        "exact" => Some(Count::Exact),
        "estimated" => Some(Count::Estimated),
        _ => None,
    }
}

pub(crate) fn limit(value: &Value, path: &str, mistakes: &mut Vec<Diagnostic>) -> Option<u32> {
    let limit = value.as_u64().and_then(|limit| u32::try_from(limit).ok());
    if limit.is_none() {
        mistakes.push(wrong(path, "a whole number", &value.to_string()));
    }
    limit
}

pub(crate) fn sort(items: Vec<Value>, path: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<SortKey> {
    let mut keys = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        match item {
            Value::String(text) => keys.push(sort_key(&text)),
            other => mistakes.push(wrong(&format!("{path}/{at}"), "a path", &other.to_string())),
        }
    }
    keys
}

fn select(items: Vec<Value>, path: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<SelectItem> {
    let mut selected = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        let path = format!("{path}/{at}");
        match item {
            Value::String(text) => selected.push(SelectItem::Path(text)),
            Value::Object(item) => selected.extend(select_object(item, &path, mistakes)),
            other => mistakes.push(wrong(&path, "a path or an object", &other.to_string())),
        }
    }
    selected
}

fn select_object(item: Map<String, Value>, path: &str, mistakes: &mut Vec<Diagnostic>) -> Option<SelectItem> {
    let (mut name, mut expression, mut relation, mut filter) = (None, None, None, None);
    let (mut selected, mut keys, mut most) = (None, Vec::new(), None);
    for (key, value) in item {
        let path = format!("{path}/{key}");
        match (key.as_str(), value) {
            ("name", Value::String(text)) => name = Some(text),
            ("expression", Value::String(text)) => expression = Some(text),
            ("path", Value::String(text)) => relation = Some(text),
            ("filter", Value::String(text)) => filter = Some(text),
            ("select", Value::Array(items)) => selected = Some(select(items, &path, mistakes)),
            ("sort", Value::Array(items)) => keys = sort(items, &path, mistakes),
            ("filter" | "select" | "sort" | "limit", Value::Null) => {}
            ("limit", value) => most = limit(&value, &path, mistakes),
            (_, value) => mistakes.push(wrong(&path, "a key of a selection", &value.to_string())),
        }
    }
    match (name, expression, relation) {
        (Some(name), Some(expression), None) => Some(SelectItem::Expression { name, expression }),
        (None, None, Some(path)) => {
            Some(SelectItem::Related { path, select: selected, filter, sort: keys, limit: most })
        }
        _ => {
            mistakes.push(wrong(path, "`name` and `expression`, or `path`", ""));
            None
        }
    }
}
