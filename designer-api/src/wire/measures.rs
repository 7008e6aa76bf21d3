//! Measures on the wire: what there is, and what they came to.

use std::sync::Arc;

use engine::catalog::measure::{Better, Compared, Measure, NumberFormat, NumberType, Parameter, Threshold};
use engine::expression::Decimal;
use engine::measures::{Answer, Outcome};
use engine::{Context, schemas};
use serde_json::{Value, json};

use super::catalog::label;
use crate::problem;

/// A measure that the caller may have.
pub(crate) fn known(ctx: &Context, measure: &Measure) -> Value {
    let entity = ctx.catalog().entity_by_id(&measure.entity);
    json!({
        "id": measure.id, "name": measure.name, "label": label(ctx, &measure.label),
        "description": label(ctx, &measure.description), "icon": measure.icon,
        "entity": entity.map(|entity| &entity.name), "period": measure.period.as_str(),
        "has_periods": measure.date.is_some(), "has_person": measure.person.is_some(), "mine": measure.mine,
        "parameters": measure.parameters.iter().map(|it| parameter(ctx, it)).collect::<Vec<_>>(),
        "better": if measure.better == Better::Higher { "higher" } else { "lower" },
        "thresholds_of": if measure.thresholds_of == Compared::Value { "value" } else { "target" },
        "thresholds": measure.thresholds.iter().map(|it| threshold(ctx, it)).collect::<Vec<_>>(),
        "format": format(ctx, &measure.format)
    })
}

fn parameter(ctx: &Context, parameter: &Parameter) -> Value {
    let choice = |choice: &schemas::Choice| json!({"value": choice.value, "label": label(ctx, &choice.label.or_name(&choice.value)), "color": choice.color});
    let target = parameter.target.as_ref().and_then(|target| ctx.catalog().entity_by_id(target));
    // A calculated default is the server's to know.
    let default = match &parameter.default {
        Some(schemas::Default::Value(value)) => value.clone(),
        _ => Value::Null,
    };
    json!({
        "name": parameter.name, "label": label(ctx, &parameter.label), "type": parameter.kind, "default": default,
        "calculated": matches!(parameter.default, Some(schemas::Default::Expression(_))),
        "choices": parameter.choices.iter().map(choice).collect::<Vec<_>>(), "target": target.map(|target| &target.name)
    })
}

fn threshold(ctx: &Context, threshold: &Threshold) -> Value {
    json!({"from": digits(threshold.from), "color": threshold.color, "label": label(ctx, &threshold.label)})
}

/// How a number is written.
pub(crate) fn format(ctx: &Context, format: &NumberFormat) -> Value {
    let scale = match format.kind {
        NumberType::Integer => 0,
        NumberType::Percent => format.scale.unwrap_or(0),
        NumberType::Decimal | NumberType::Money => format.scale.unwrap_or(2),
    };
    let currency = format.currency.as_ref().unwrap_or(&ctx.catalog().workspace.currency);
    let currency = (format.kind == NumberType::Money).then_some(currency);
    json!({"type": format.kind.as_str(), "scale": scale, "currency": currency})
}

/// What a measure came to.
pub(crate) fn answer(ctx: &Context, answer: &Answer) -> Value {
    let entity = ctx.catalog().entity_by_id(&answer.measure.entity);
    let period = answer.span.map(|span| json!({"from": span.from.to_string(), "to": span.to.to_string()}));
    json!({
        "name": answer.measure.name, "value": digits(answer.value), "target": digits(answer.target),
        "share": digits(answer.share()), "status": answer.status().map(|it| threshold(ctx, it)),
        "previous": digits(answer.previous), "change": digits(answer.change()), "period": period,
        "word": answer.period.map(engine::catalog::measure::Period::as_str), "person": answer.person,
        "entity": entity.map(|entity| &entity.name), "filter": answer.filter,
        "format": format(ctx, &answer.measure.format)
    })
}

/// What one of many came to, or why it did not.
pub(crate) fn outcome(ctx: &Context, name: &str, outcome: &Outcome) -> Value {
    match outcome {
        Ok(found) => answer(ctx, found),
        Err(error) => json!({"name": name, "error": problem::among(error, ctx.locale)}),
    }
}

/// Lists those of the caller.
pub(crate) fn all(ctx: &Context, measures: &[Arc<Measure>]) -> Value {
    json!({"items": measures.iter().map(|measure| known(ctx, measure)).collect::<Vec<_>>()})
}

fn digits(number: Option<Decimal>) -> Option<String> {
    number.map(|number| number.to_string())
}
