//! The JSON Schema's verdict as diagnostics.

use std::sync::LazyLock;

use diagnostic::Diagnostic;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::suggest::nearest;
use crate::{Kind, schema};

/// A compiled schema with the JSON it was made of.
struct Compiled {
    schema: Value,
    validator: Validator,
}

static KINDS: [LazyLock<Compiled>; 11] = [
    LazyLock::new(|| compile(schema::of_kind(Kind::Application))),
    LazyLock::new(|| compile(schema::of_kind(Kind::ChoiceSet))),
    LazyLock::new(|| compile(schema::of_kind(Kind::Dashboard))),
    LazyLock::new(|| compile(schema::of_kind(Kind::Dataset))),
    LazyLock::new(|| compile(schema::of_kind(Kind::Entity))),
    LazyLock::new(|| compile(schema::of_kind(Kind::Form))),
    LazyLock::new(|| compile(schema::of_kind(Kind::Measure))),
    LazyLock::new(|| compile(schema::of_kind(Kind::Register))),
    LazyLock::new(|| compile(schema::of_kind(Kind::Role))),
    LazyLock::new(|| compile(schema::of_kind(Kind::Script))),
    LazyLock::new(|| compile(schema::of_kind(Kind::View))),
];

static SOLUTION: LazyLock<Compiled> = LazyLock::new(|| compile(schema::of_solution()));

fn compile(schema: Value) -> Compiled {
    let validator = jsonschema::draft202012::new(&schema).expect("our own schemas are schemas");
    Compiled { schema, validator }
}

/// Checks the JSON against the schema of its kind.
pub(super) fn of_kind(kind: Kind, json: &Value) -> Vec<Diagnostic> {
    let at = Kind::ALL.iter().position(|other| *other == kind).expect("every kind is among all kinds");
    problems(&KINDS[at], json)
}

/// Checks the JSON of `solution.json`.
pub(super) fn of_solution(json: &Value) -> Vec<Diagnostic> {
    problems(&SOLUTION, json)
}

fn problems(compiled: &Compiled, json: &Value) -> Vec<Diagnostic> {
    compiled.validator.iter_errors(json).flat_map(|error| translate(&compiled.schema, &error)).collect()
}

fn translate(schema: &Value, error: &ValidationError) -> Vec<Diagnostic> {
    let pointer = error.instance_path().as_str().to_owned();
    let found = error.instance();
    let problem = |code: &'static str| Diagnostic::error(code).at(pointer.clone()).with("found", short(found));
    vec![match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            return unexpected.iter().map(|name| unknown_key(schema, error, &pointer, name)).collect();
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            Diagnostic::error("document.missing_key").at(pointer).with("name", name)
        }
        ValidationErrorKind::AnyOf { .. } if is_permission(&pointer) => problem("role.bad_permission"),
        ValidationErrorKind::AnyOf { .. } if is_column(&pointer) => problem("dashboard.bad_group"),
        ValidationErrorKind::AnyOf { .. } if pointer.ends_with("/columns") => problem("form.bad_columns"),
        ValidationErrorKind::Type { kind } => problem(type_code(kind)),
        ValidationErrorKind::Enum { options } => {
            unknown_value(&pointer, found, options.as_array().into_iter().flatten())
        }
        ValidationErrorKind::Constant { expected_value } => unknown_value(&pointer, found, [&**expected_value]),
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            unknown_value(&pointer, found, context.iter().flatten().filter_map(constant))
        }
        ValidationErrorKind::Pattern { .. } => problem(pattern_code(&pointer)),
        ValidationErrorKind::MinLength { .. } => problem("document.empty_text"),
        ValidationErrorKind::MaxLength { limit } => problem("document.text_too_long").with("expected", limit),
        ValidationErrorKind::MinItems { .. } => problem("document.empty_list"),
        ValidationErrorKind::MaxItems { limit } => problem("document.list_too_long").with("expected", limit),
        ValidationErrorKind::MinProperties { .. } => problem("document.empty_object"),
        ValidationErrorKind::Minimum { limit } => problem("document.too_small").with("expected", limit),
        ValidationErrorKind::Maximum { limit } => problem("document.too_large").with("expected", limit),
        ValidationErrorKind::UniqueItems => problem("document.repeated_item"),
        ValidationErrorKind::Not { .. } => problem("document.empty_value"),
        _ => problem("document.bad_value"),
    }]
}

fn unknown_key(schema: &Value, error: &ValidationError, pointer: &str, name: &str) -> Diagnostic {
    let escaped = name.replace('~', "~0").replace('/', "~1");
    let place = format!("{pointer}/{escaped}");
    let around = error.schema_path().as_str().rsplit_once('/').map_or("", |(around, _)| around);
    let keys = || {
        schema.pointer(around).and_then(|part| part["properties"].as_object()).into_iter().flat_map(|keys| keys.keys())
    };
    Diagnostic::error("document.unknown_key")
        .at(place)
        .with("name", name)
        .with("expected", keys().filter(|key| *key != "$schema").cloned().collect::<Vec<_>>().join(", "))
        .with_some("nearest", nearest(name, keys().map(String::as_str)))
}

fn unknown_value<'a>(pointer: &str, found: &Value, options: impl IntoIterator<Item = &'a Value>) -> Diagnostic {
    let words: Vec<&str> = options.into_iter().filter_map(Value::as_str).collect();
    let near = found.as_str().and_then(|word| nearest(word, words.iter().copied()));
    Diagnostic::error("document.unknown_value")
        .at(pointer)
        .with("found", short(found))
        .with("expected", words.join(", "))
        .with_some("nearest", near)
}

fn constant<'a>(error: &'a ValidationError) -> Option<&'a Value> {
    match error.kind() {
        ValidationErrorKind::Constant { expected_value } => Some(expected_value),
        _ => None,
    }
}

fn type_code(kind: &TypeKind) -> &'static str {
    let expected = match kind {
        TypeKind::Single(only) => only.to_string(),
        TypeKind::Multiple(_) => return "document.not_number",
    };
    match expected.as_str() {
        "string" => "document.not_text",
        "integer" => "document.not_integer",
        "number" => "document.not_number",
        "boolean" => "document.not_boolean",
        "array" => "document.not_list",
        _ => "document.not_object",
    }
}

/// Names of entities are keys in roles, so the pointer has them in the middle: `/entities/deal/read`.
fn is_permission(pointer: &str) -> bool {
    pointer.starts_with("/entities/") && pointer.split('/').count() == 4
}

/// A path, or a path and a part of dates: `/widgets/0/group_by/1`, `/side/0/widget/group_by/1`.
fn is_column(pointer: &str) -> bool {
    let steps: Vec<&str> = pointer.split('/').collect();
    matches!(
        steps.as_slice(),
        ["", "widgets", _, "group_by" | "rows" | "columns", _] | [.., "widget", "group_by" | "rows" | "columns", _]
    )
}

fn pattern_code(pointer: &str) -> &'static str {
    match pointer.rsplit('/').next().unwrap_or_default() {
        "name" | "inverse" => "document.bad_name",
        "id" => "document.bad_id",
        "currency" => "field.bad_currency",
        "icon" => "document.bad_icon",
        "file" => "form.bad_file",
        "version" => "solution.bad_version",
        "min" | "max" => "field.bad_number",
        "value" => "choice.bad_value",
        "path" => "endpoint.bad_path",
        _ if pointer.starts_with("/hosts/") => "script.bad_host",
        _ => "document.bad_value",
    }
}

/// Writes a value short enough for a sentence; texts stand without quotes.
pub(super) fn short(value: &Value) -> String {
    match value {
        Value::String(text) => cut(text),
        other => cut(&other.to_string()),
    }
}

/// Cuts a text to what fits into a sentence.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}
