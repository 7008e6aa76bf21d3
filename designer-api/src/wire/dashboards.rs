//! Dashboards on the wire: which there are, what is on them for the caller, and what it shows.

use engine::Context;
use engine::catalog::Label;
use engine::catalog::dashboard::{Filter, FilterKind, Shows, Widget};
use engine::dashboards::{self, Data, Known, Outcome, Period, Shown};
use engine::measures::period::Span;
use serde_json::{Value, json};

use super::catalog::label;
use super::measures;
use crate::problem;

/// A dashboard among others.
pub(crate) fn listed(ctx: &Context, known: &Known) -> Value {
    let dashboard = &known.dashboard;
    json!({
        "name": dashboard.name, "label": label(ctx, &dashboard.label), "icon": dashboard.icon,
        "description": label(ctx, &dashboard.description)
    })
}

/// What is on a dashboard for the caller.
pub(crate) fn definition(ctx: &Context, known: &Known) -> Value {
    let mut whole = listed(ctx, known);
    whole["filters"] = known.filters.iter().map(|found| filter(ctx, found)).collect();
    whole["widgets"] = known.widgets.iter().map(|found| widget(ctx, known, found)).collect();
    whole
}

fn filter(ctx: &Context, filter: &Filter) -> Value {
    let mut whole = json!({"name": filter.name, "label": label(ctx, &filter.label)});
    let (kind, default) = match &filter.kind {
        FilterKind::Period { default } => ("period", json!(default.map(engine::schemas::Period::as_str))),
        FilterKind::Person { mine } => ("person", json!(mine.then_some("me"))),
        FilterKind::Field { entity, field, default } => {
            let entity = ctx.catalog().entity_by_id(entity);
            whole["entity"] = json!(entity.map(|entity| &entity.name));
            whole["field"] = json!(entity.and_then(|entity| entity.field_by_id(field)).map(|field| &field.name));
            ("field", json!(default))
        }
    };
    whole["type"] = json!(kind);
    whole["default"] = default;
    whole
}

/// A widget as it was written, its texts in one language, with what its measure, its view or its entity says.
pub(crate) fn widget(ctx: &Context, known: &Known, widget: &Widget) -> Value {
    let written = &widget.written;
    let mut whole = serde_json::to_value(written).unwrap_or_default();
    let entity = widget.entity().and_then(|id| ctx.catalog().entity_by_id(id));
    let none = Label::default();
    let inherited = match &widget.shows {
        Shows::Indicator(measure) => {
            whole["about"] = measures::known(ctx, measure);
            &measure.label
        }
        Shows::List(_, view) => {
            whole["entity"] = json!(entity.map(|entity| &entity.name));
            whole["columns"] = json!(dashboards::columns(ctx, widget));
            if let Some(view) = view {
                whole["filter"] = json!(view.filter);
                whole["sort"] = json!(view.sort);
            }
            view.as_ref().map_or_else(|| entity.map_or(&none, |entity| &entity.plural), |view| &view.label)
        }
        Shows::Groups(_) => entity.map_or(&none, |entity| &entity.plural),
        Shows::Text => {
            whole["text"] = json!(label(ctx, &written.text));
            &none
        }
    };
    whole["label"] = json!(label(ctx, if written.label.is_empty() { inherited } else { &written.label }));
    if let Some(columns) = whole.get_mut("measures").and_then(Value::as_array_mut) {
        for (json, column) in std::iter::zip(columns, &written.measures) {
            json["label"] = json!(label(ctx, &column.label.or_name(&column.name)));
            json["format"] = json!(column.format.as_ref().map(|format| measures::format(ctx, format)));
        }
    }
    if let Some(ways) = whole.get_mut("filters").and_then(Value::as_object_mut) {
        ways.retain(|name, _| known.filters.iter().any(|filter| filter.name == *name));
    }
    let acts = dashboards::acting(known, widget).map(|(filter, _)| filter.name.clone());
    whole["acts"] = json!(acts.collect::<Vec<_>>());
    whole
}

/// What widgets show. Records and groups are JSON texts already.
pub(crate) fn data(ctx: &Context, data: &Data) -> String {
    let at = data.at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    format!(r#"{{"at":{},"period":{},"widgets":{}}}"#, json!(at), days(data.span), widgets(ctx, data))
}

/// What each widget shows, by name.
pub(crate) fn widgets(ctx: &Context, data: &Data) -> String {
    let mut text = String::from("{");
    for (at, (name, kind, outcome)) in data.widgets.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&json!(name).to_string());
        text.push(':');
        text.push_str(&shown(ctx, kind.as_str(), outcome));
    }
    text.push('}');
    text
}

fn shown(ctx: &Context, kind: &str, outcome: &Outcome) -> String {
    let found = match outcome {
        Ok(found) => found,
        Err(error) => return json!({"type": kind, "problem": problem::among(error, ctx.locale)}).to_string(),
    };
    match found {
        Shown::Indicator(answer, trend) => {
            let mut whole = measures::answer(ctx, answer);
            whole["type"] = json!(kind);
            if let Some(trend) = trend {
                whole["trend"] = trend.iter().map(period).collect();
            }
            whole.to_string()
        }
        Shown::Chart { items, filter, more } => {
            format!(r#"{{"type":"{kind}","items":{},"filter":{},"more":{more}}}"#, list(items), json!(filter))
        }
        Shown::Pivot { items, rows, columns, total, filter, more } => format!(
            r#"{{"type":"{kind}","items":{},"rows":{},"columns":{},"total":{},"filter":{},"more":{more}}}"#,
            list(items),
            list(rows),
            list(columns),
            total.as_deref().unwrap_or("null"),
            json!(filter)
        ),
        Shown::List { items, count, filter, sort } => format!(
            r#"{{"type":"{kind}","items":{},"count":{},"filter":{},"sort":{}}}"#,
            list(items),
            json!(count),
            json!(filter),
            json!(sort)
        ),
    }
}

fn list(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

fn period(period: &Period) -> Value {
    let mut whole = days(Some(period.span));
    whole["value"] = json!(period.value.map(|value| value.to_string()));
    whole
}

fn days(span: Option<Span>) -> Value {
    span.map_or(Value::Null, |span| json!({"from": span.from.to_string(), "to": span.to.to_string()}))
}
