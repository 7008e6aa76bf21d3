//! What people give a button, checked before it runs.

use catalog::script::{Button, Parameter, ParameterType};
use diagnostic::Diagnostic;
use expression::{Decimal, RecordRef, Value};
use serde_json::{Map, Value as Json};

use crate::records::command::identity;
use crate::records::{coerce, label};
use crate::{Context, Error};

/// Reads the values; every mistake at once, each at `/parameters/NAME`.
pub(super) fn read(ctx: &Context, button: &Button, given: &Map<String, Json>) -> Result<Vec<(String, Value)>, Error> {
    let mut mistakes = Vec::new();
    let mut values = Vec::with_capacity(button.parameters.len());
    for parameter in &button.parameters {
        let about = |mistake: Diagnostic| {
            let name = label(&parameter.label, ctx.locale).unwrap_or(&parameter.name);
            mistake.with("field", name).at(format!("/parameters/{}", parameter.name))
        };
        match given.get(&parameter.name).filter(|json| !json.is_null() && **json != "") {
            None if parameter.required => mistakes.push(about(Diagnostic::error("record.required"))),
            None => values.push((parameter.name.clone(), Value::Empty)),
            Some(json) => match value(ctx, parameter, json) {
                Ok(value) => values.push((parameter.name.clone(), value)),
                Err(mistake) => mistakes.push(about(mistake)),
            },
        }
    }
    for name in given.keys().filter(|name| button.parameters.iter().all(|parameter| parameter.name != **name)) {
        let names = button.parameters.iter().map(|parameter| parameter.name.as_str());
        let near = schemas::suggest::nearest(name, names);
        let unknown = Diagnostic::error("button.unknown_parameter").with("name", name).with_some("nearest", near);
        mistakes.push(unknown.at(format!("/parameters/{name}")));
    }
    if mistakes.is_empty() { Ok(values) } else { Err(Error::Invalid(mistakes)) }
}

fn value(ctx: &Context, parameter: &Parameter, json: &Json) -> Result<Value, Diagnostic> {
    let wrong = |code: &'static str| coerce::wrong_type(code, json);
    let text = || json.as_str().ok_or_else(|| wrong("record.not_a_text"));
    match parameter.kind {
        ParameterType::Text | ParameterType::LongText => Ok(Value::Text(coerce::checked_text(text()?)?.into())),
        ParameterType::Integer => json.as_i64().map(Value::Integer).ok_or_else(|| wrong("record.not_a_whole_number")),
        ParameterType::Decimal => {
            let written = match json {
                Json::Number(number) => number.to_string(),
                Json::String(text) => text.clone(),
                _ => return Err(wrong("record.not_a_number")),
            };
            Decimal::parse(&written).map(Value::Decimal).map_err(|_| wrong("record.not_a_number"))
        }
        ParameterType::Boolean => json.as_bool().map(Value::Boolean).ok_or_else(|| wrong("record.not_a_boolean")),
        ParameterType::Date => coerce::value(&catalog::FieldKind::Date, json),
        ParameterType::Choice => {
            let text = text()?;
            let is_one = parameter.choices.iter().any(|choice| choice.value == text);
            let options = parameter.choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>().join(", ");
            let unknown = || wrong("record.not_a_choice").with("expected", options);
            if is_one { Ok(Value::Text(text.into())) } else { Err(unknown()) }
        }
        ParameterType::Link => {
            let id = json.as_str().or_else(|| json["id"].as_str()).and_then(identity);
            let id = id.ok_or_else(|| wrong("record.not_an_id"))?;
            // Whether the caller may read it the function finds out: to it, what may not be read is not there.
            let target = parameter.target.clone().filter(|target| ctx.access.read(target).is_some());
            let target = target.ok_or_else(|| wrong("record.link_not_found"))?;
            Ok(Value::Record(RecordRef { entity: target, id }))
        }
    }
}
