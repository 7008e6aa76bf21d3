//! What is given for the parameters of a measure, as the language writes it.

use std::collections::HashMap;

use catalog::measure::{Measure, MeasureParameterType, Parameter};
use diagnostic::Diagnostic;
use expression::{Decimal, Value};
use serde_json::{Map, Value as Json};

use crate::records::command::identity;
use crate::records::{coerce, label};
use crate::{Context, Locale};

/// Reads the values, those that are not given by their defaults; every mistake at once, each at `/parameters/NAME`.
pub(super) fn read(
    ctx: &Context,
    measure: &Measure,
    given: &Map<String, Json>,
) -> Result<HashMap<String, String>, Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    let mut values = HashMap::with_capacity(measure.parameters.len());
    for parameter in &measure.parameters {
        let about = |mistake: Diagnostic| about(parameter, mistake, ctx.locale);
        let written = match given.get(&parameter.name) {
            // An empty value is given too: it is no default.
            Some(json) if json.is_null() || *json == "" => Ok("()".to_owned()),
            Some(json) => value(ctx, parameter, json),
            None => match &parameter.default {
                None => Ok("()".to_owned()),
                Some(schemas::Default::Expression(default)) => Ok(default.expression.clone()),
                Some(schemas::Default::Value(json)) => value(ctx, parameter, json),
            },
        };
        match written {
            Ok(written) => drop(values.insert(parameter.name.clone(), written)),
            Err(mistake) => mistakes.push(about(mistake)),
        }
    }
    for name in given.keys().filter(|name| measure.parameters.iter().all(|parameter| parameter.name != **name)) {
        let names = measure.parameters.iter().map(|parameter| parameter.name.as_str());
        let near = schemas::suggest::nearest(name, names);
        let unknown = Diagnostic::error("measure.unknown_parameter").with("name", name).with_some("nearest", near);
        mistakes.push(unknown.at(format!("/parameters/{name}")));
    }
    if mistakes.is_empty() { Ok(values) } else { Err(mistakes) }
}

fn about(parameter: &Parameter, mistake: Diagnostic, locale: Locale) -> Diagnostic {
    let name = label(&parameter.label, locale).unwrap_or(&parameter.name);
    mistake.with("field", name).at(format!("/parameters/{}", parameter.name))
}

fn value(ctx: &Context, parameter: &Parameter, json: &Json) -> Result<String, Diagnostic> {
    let wrong = |code: &'static str| coerce::wrong_type(code, json);
    let text = || json.as_str().ok_or_else(|| wrong("record.not_a_text"));
    let written = |value: Value| expression::parameters::written(&value).ok_or_else(|| wrong("record.not_a_text"));
    match parameter.kind {
        MeasureParameterType::Text => written(Value::Text(coerce::checked_text(text()?)?.into())),
        MeasureParameterType::Integer => {
            json.as_i64().map(Value::Integer).ok_or_else(|| wrong("record.not_a_whole_number")).and_then(written)
        }
        MeasureParameterType::Decimal => {
            let digits = match json {
                Json::Number(number) => number.to_string(),
                Json::String(text) => text.clone(),
                _ => return Err(wrong("record.not_a_number")),
            };
            written(Value::Decimal(Decimal::parse(&digits).map_err(|_| wrong("record.not_a_number"))?))
        }
        MeasureParameterType::Boolean => {
            written(Value::Boolean(json.as_bool().ok_or_else(|| wrong("record.not_a_boolean"))?))
        }
        MeasureParameterType::Date => written(coerce::value(&catalog::FieldKind::Date, json)?),
        MeasureParameterType::Choice => {
            let text = text()?;
            let options =
                || parameter.choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>().join(", ");
            match parameter.choices.iter().any(|choice| choice.value == text) {
                true => written(Value::Text(text.into())),
                false => Err(wrong("record.not_a_choice").with("expected", options())),
            }
        }
        MeasureParameterType::Link | MeasureParameterType::User => {
            let id = json.as_str().or_else(|| json["id"].as_str()).and_then(identity);
            let id = id.ok_or_else(|| wrong("record.not_an_id"))?;
            // Whether there is such a record the filter does not tell: it would be that of nobody.
            let is_open = parameter.target.as_ref().is_some_and(|target| ctx.access.read(target).is_some());
            if is_open { written(Value::Id(id)) } else { Err(wrong("record.link_not_found")) }
        }
    }
}
