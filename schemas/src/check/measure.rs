//! What the schema cannot say of a measure: what belongs together, and thresholds in order.

use std::collections::HashSet;

use diagnostic::Diagnostic;
use serde_json::json;

use super::meaning::{choices, name};
use super::values;
use crate::{Field, Measure, MeasureParameter, MeasureParameterType, NumberFormat, NumberType, Period, Threshold};

/// Checks a measure on its own.
pub(super) fn of_measure(measure: &Measure) -> Vec<Diagnostic> {
    let mut problems = name(&measure.name, "/name");
    if measure.period != Period::All && measure.date.is_none() {
        problems.push(Diagnostic::error("measure.period_without_date").at("/period"));
    }
    if measure.mine && measure.person.is_none() {
        problems.push(Diagnostic::error("measure.mine_without_person").at("/mine"));
    }
    let mut names = HashSet::new();
    for (at, parameter) in measure.parameters.iter().enumerate() {
        let here = format!("/parameters/{at}");
        if !names.insert(parameter.name.as_str()) {
            let problem = Diagnostic::error("parameter.duplicate_name").at(format!("{here}/name"));
            problems.push(problem.with("name", &parameter.name));
        }
        problems.extend(of_parameter(parameter, &here));
    }
    problems.extend(thresholds(&measure.thresholds));
    problems.extend(measure.format.as_ref().map(format).unwrap_or_default());
    problems
}

fn of_parameter(parameter: &MeasureParameter, here: &str) -> Vec<Diagnostic> {
    let mut problems = name(&parameter.name, &format!("{here}/name"));
    // The reader, whom every expression knows by this name.
    if parameter.name == "user" {
        let problem = Diagnostic::error("document.reserved_word").at(format!("{here}/name"));
        problems.push(problem.with("found", &parameter.name));
    }
    let given = [
        ("choices", MeasureParameterType::Choice, !parameter.choices.is_empty()),
        ("target", MeasureParameterType::Link, parameter.target.is_some()),
    ];
    for (key, kind, given) in given {
        let problem = match (parameter.kind == kind, given) {
            (true, false) => Diagnostic::error("parameter.option_missing").at(here),
            (false, true) => Diagnostic::error("parameter.option_not_for_type").at(format!("{here}/{key}")),
            _ => continue,
        };
        problems.push(problem.with("name", key));
    }
    problems.extend(choices(&parameter.choices, &format!("{here}/choices")));
    let field = as_field(parameter);
    problems.extend(field.and_then(|field| values::default(&field)).map(|it| it.at(format!("{here}/default"))));
    problems
}

/// A field of the parameter's type, so that its default is judged like that of a field.
fn as_field(parameter: &MeasureParameter) -> Option<Field> {
    let mut field = json!({"name": parameter.name, "type": parameter.kind, "default": parameter.default.as_ref()?});
    match parameter.kind {
        MeasureParameterType::Choice => field["choices"] = json!(parameter.choices),
        MeasureParameterType::Decimal => (field["precision"], field["scale"]) = (json!(28), json!(12)),
        _ => {}
    }
    serde_json::from_value(field).ok()
}

/// Each begins above the one before; only the first may begin nowhere.
fn thresholds(thresholds: &[Threshold]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut last = None;
    for (at, threshold) in thresholds.iter().enumerate() {
        let here = format!("/thresholds/{at}");
        let Some(from) = &threshold.from else {
            if at > 0 {
                problems.push(Diagnostic::error("measure.threshold_without_from").at(here));
            }
            continue;
        };
        let Some(units) = values::units(&from.digits()) else {
            let problem = Diagnostic::error("field.bad_number").at(format!("{here}/from"));
            problems.push(problem.with("found", from.digits()));
            continue;
        };
        if last.is_some_and(|last| units <= last) {
            let problem = Diagnostic::error("measure.thresholds_order").at(format!("{here}/from"));
            problems.push(problem.with("found", from.digits()));
        }
        last = Some(units);
    }
    problems
}

/// Checks how a number is written.
pub(super) fn format(format: &NumberFormat) -> Vec<Diagnostic> {
    let kept = [
        ("scale", format.scale.is_some() && format.kind == NumberType::Integer),
        ("currency", format.currency.is_some() && format.kind != NumberType::Money),
    ];
    let problem = |(key, _): &(&str, bool)| {
        let problem = Diagnostic::error("measure.format_option").at(format!("/format/{key}")).with("name", *key);
        problem.with("type", format.kind.as_str())
    };
    kept.iter().filter(|(_, wrong)| *wrong).map(problem).collect()
}
