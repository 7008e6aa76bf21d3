//! Forms on the wire: how a record stands on its card for the caller.

use engine::Context;
use engine::catalog::form::{Component, Shows, Tab, Variant, is_here};
use engine::catalog::{Condition, Label};
use engine::dashboards::Data;
use engine::forms::Known;
use serde_json::{Map, Value, json};

use super::catalog::{button, label};
use super::dashboards;

/// A form with its texts in one language, and nothing that the caller may not know.
pub(crate) fn definition(ctx: &Context, known: &Known) -> Value {
    let form = &known.form;
    let header: Vec<&str> = form.header.iter().map(|path| path.text.as_str()).collect();
    json!({
        "name": form.name, "label": label(ctx, &form.label), "help": text(ctx, &form.help), "header": header, "stage": form.stage,
        "tabs": tabs(ctx, known, &form.tabs), "side": components(ctx, known, &form.side), "reads": known.reads
    })
}

/// What widgets show, by name.
pub(crate) fn data(ctx: &Context, found: &Data) -> String {
    format!(r#"{{"widgets":{}}}"#, dashboards::widgets(ctx, found))
}

fn tabs(ctx: &Context, known: &Known, tabs: &[Tab]) -> Vec<Value> {
    let tab = |tab: &Tab| {
        json!({
            "name": tab.name, "label": label(ctx, &tab.label), "icon": tab.icon, "show": tab.show.as_deref().map(|show| condition(ctx, show)),
            "in": words(&tab.variants), "components": components(ctx, known, &tab.components)
        })
    };
    tabs.iter().map(tab).collect()
}

fn components(ctx: &Context, known: &Known, components: &[Component]) -> Vec<Value> {
    components.iter().map(|found| component(ctx, known, found)).collect()
}

/// A component as it was written, its texts in one language, with what is inside.
fn component(ctx: &Context, known: &Known, component: &Component) -> Value {
    let written = &*component.written;
    let mut whole = match serde_json::to_value(written) {
        Ok(Value::Object(whole)) => whole,
        _ => Map::new(),
    };
    for (key, theirs) in [("label", &written.label), ("hint", &written.hint), ("text", &written.text)] {
        if !theirs.is_empty() {
            whole.insert(key.to_owned(), json!(label(ctx, theirs)));
        }
    }
    let mut put = |key: &str, value: Value| {
        whole.insert(key.to_owned(), value);
    };
    put("in", json!(words(&component.variants)));
    if let Some(show) = &component.show {
        put("show", condition(ctx, show));
    }
    match &component.shows {
        Shows::Section(inside) => {
            put("columns", json!(written.count()));
            put("components", json!(components(ctx, known, inside)));
        }
        Shows::Tabs(inside) => put("tabs", json!(tabs(ctx, known, inside))),
        Shows::Field(_, style) if !style.is_empty() => {
            let one = |(style, found): (&engine::schemas::Style, &std::sync::Arc<Condition>)| {
                let mut whole = condition(ctx, found);
                whole["color"] = json!(style.color.as_str());
                whole
            };
            put("style", std::iter::zip(&written.style, style).map(one).collect());
        }
        Shows::Button(found) => put("button", button(ctx, found)),
        Shows::Widget(_) => {
            let name = written.name.as_deref().unwrap_or_default();
            if let Some(found) = known.board.widgets.iter().find(|widget| widget.name == name) {
                let mut whole = dashboards::widget(ctx, &known.board, found);
                // Whoever looks cannot choose what narrows it.
                whole["acts"] = json!([]);
                put("widget", whole);
            }
        }
        Shows::Field(..) | Shows::Lines(..) | Shows::Related(..) | Shows::Plain => {}
    }
    Value::Object(whole)
}

/// A condition as written, and typed where a browser can tell its value.
fn condition(ctx: &Context, condition: &Condition) -> Value {
    let when = is_here(ctx.catalog(), &condition.expr).then(|| engine::expression::json::to_json(&condition.expr));
    json!({"when": when, "text": condition.text})
}

fn words(variants: &[Variant]) -> Vec<&'static str> {
    variants.iter().map(|variant| variant.as_str()).collect()
}

fn text(ctx: &Context, theirs: &Label) -> Option<String> {
    (!theirs.is_empty()).then(|| label(ctx, theirs))
}
