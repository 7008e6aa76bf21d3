//! What is chosen in the filters of a dashboard, and the conditions that it makes of the records of a widget.

use std::collections::HashMap;

use catalog::Field;
use catalog::dashboard::{FilterKind, On, Widget};
use catalog::measure::Period;
use catalog::resolve::wrong_value;
use diagnostic::Diagnostic;
use schemas::suggest::nearest;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{Known, acting};
use crate::Context;
use crate::measures::filter::within;
use crate::measures::period::Span;
use crate::measures::{Asked, Wanted};

/// Most values of one filter.
const MOST: usize = 200;

/// What is chosen.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// The period with its days, while one is chosen.
    period: Option<(Wanted, Option<Span>)>,
    /// The person while the dashboard has such a filter: `None` for everybody.
    person: Option<Option<Uuid>>,
    /// Values of fields as the language writes them, by the name of the filter; nothing of those that do not act.
    values: HashMap<String, Vec<String>>,
}

impl Chosen {
    /// Reads what is given, the rest by what filters begin with; every mistake at `/filters/NAME`.
    pub(super) fn read(
        ctx: &Context,
        known: &Known,
        given: &Map<String, Json>,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut chosen = Self::default();
        for name in given.keys().filter(|name| known.filters.iter().all(|filter| filter.name != **name)) {
            let near = nearest(name, known.filters.iter().map(|filter| filter.name.as_str()));
            let mistake = Diagnostic::error("dashboard.unknown_filter").with("name", name).with_some("nearest", near);
            mistakes.push(mistake.at(pointer(name)));
        }
        for filter in &known.filters {
            let given = given.get(&filter.name);
            let here = pointer(&filter.name);
            match &filter.kind {
                FilterKind::Period { default } => {
                    let wanted = match given {
                        Some(json) => period(json, &here, mistakes),
                        None => default.map(Wanted::Word),
                    };
                    chosen.period = wanted.map(|wanted| (wanted, days(ctx, wanted)));
                    if chosen.span().is_some_and(|span| span.from > span.to) {
                        mistakes.push(Diagnostic::error("measure.period_order").at(here));
                    }
                }
                FilterKind::Person { mine } => {
                    chosen.person = Some(match given {
                        None => ctx.user.filter(|_| *mine),
                        Some(json) => person(ctx, json, &here, mistakes),
                    });
                }
                FilterKind::Field { entity, field, default } => {
                    let entity = ctx.catalog().entity_by_id(entity);
                    let Some(field) = entity.and_then(|entity| entity.field_by_id(field)) else { continue };
                    let values = match given {
                        None => default.clone().unwrap_or_default(),
                        Some(json) => values(field, json, &here, mistakes),
                    };
                    if !values.is_empty() {
                        chosen.values.insert(filter.name.clone(), values.iter().map(written).collect());
                    }
                }
            }
        }
        chosen
    }

    /// The days of the period.
    pub(super) fn span(&self) -> Option<Span> {
        self.period.and_then(|(_, span)| span)
    }

    /// The conditions of the records of a widget.
    pub(super) fn conditions(&self, ctx: &Context, known: &Known, widget: &Widget) -> Vec<String> {
        let condition = |(filter, on): (&catalog::dashboard::Filter, &On)| match (&filter.kind, on) {
            (FilterKind::Period { .. }, On::Date(path)) => self.span().map(|span| within(path, span, ctx.zone)),
            (FilterKind::Person { .. }, On::Path(path)) => {
                self.person.flatten().map(|person| format!("{path} == \"{person}\""))
            }
            (FilterKind::Field { .. }, On::Path(path)) => {
                any(self.values.get(&filter.name)?, |value| format!("{path} == {value}"))
            }
            (FilterKind::Field { .. }, On::Many(path)) => any(self.values.get(&filter.name)?, |value| match value {
                "()" => format!("{path} == ()"),
                value => format!("{path}.contains({value})"),
            }),
            (FilterKind::Field { .. }, On::Records(path)) => {
                any(self.values.get(&filter.name)?, |value| format!("{path}.any(|x| x == {value})"))
            }
            _ => None,
        };
        acting(known, widget).filter_map(condition).collect()
    }

    /// What is asked of the measure of an indicator.
    pub(super) fn asked(&self, ctx: &Context, known: &Known, widget: &Widget, name: &str) -> Asked {
        let written = &widget.written;
        let acts = |is_it: fn(&FilterKind) -> bool| acting(known, widget).any(|(filter, _)| is_it(&filter.kind));
        let period =
            self.period.map(|(wanted, _)| wanted).filter(|_| acts(|kind| matches!(kind, FilterKind::Period { .. })));
        let own = written.mine.map(|mine| ctx.user.filter(|_| mine));
        let person = self.person.filter(|_| acts(|kind| matches!(kind, FilterKind::Person { .. })));
        Asked {
            name: name.to_owned(),
            parameters: written.parameters.clone(),
            period: period.or(written.period.map(Wanted::Word)),
            person: person.or(own),
            also: self.conditions(ctx, known, widget),
        }
    }
}

fn pointer(name: &str) -> String {
    format!("/filters/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn wrong(expected: &str, found: &Json, here: &str) -> Diagnostic {
    let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
    Diagnostic::error("request.wrong_value").with("expected", expected).with("found", found).at(here)
}

fn days(ctx: &Context, wanted: Wanted) -> Option<Span> {
    match wanted {
        Wanted::Word(period) => Span::of(period, ctx.today()),
        Wanted::Days(from, to) => Some(Span { from, to }),
    }
}

/// A period by its word, or by its first and last day; `null` does not act.
fn period(json: &Json, here: &str, mistakes: &mut Vec<Diagnostic>) -> Option<Wanted> {
    let words = || Period::ALL.map(Period::as_str).join(", ");
    match json {
        Json::Null => None,
        Json::String(word) => {
            let found = Period::of(word).map(Wanted::Word);
            if found.is_none() {
                mistakes.push(wrong(&words(), json, here));
            }
            found
        }
        Json::Object(days) => {
            for name in days.keys().filter(|name| !["from", "to"].contains(&name.as_str())) {
                mistakes.push(Diagnostic::error("request.unknown_key").with("name", name).at(format!("{here}/{name}")));
            }
            let mut side = |name: &str| {
                let found = days.get(name).unwrap_or(&Json::Null);
                let day = found.as_str().and_then(|day| day.parse().ok());
                if day.is_none() {
                    mistakes.push(wrong("a date", found, &format!("{here}/{name}")));
                }
                day
            };
            let (from, to) = (side("from"), side("to"));
            Some(Wanted::Days(from?, to?))
        }
        other => {
            mistakes.push(wrong(&words(), other, here));
            None
        }
    }
}

fn person(ctx: &Context, json: &Json, here: &str, mistakes: &mut Vec<Diagnostic>) -> Option<Uuid> {
    match json {
        Json::Null => None,
        Json::String(word) if word == "me" => ctx.user,
        other => {
            let found = other.as_str().and_then(|id| Uuid::parse_str(id).ok());
            if found.is_none() {
                mistakes.push(wrong("the identity of a user, `me` or `null`", other, here));
            }
            found
        }
    }
}

fn values(field: &Field, json: &Json, here: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<Json> {
    match json {
        Json::Null => Vec::new(),
        Json::Array(values) if values.len() <= MOST => {
            let wrong = values.iter().enumerate().filter_map(|(at, value)| Some((at, wrong_value(field, value)?)));
            mistakes.extend(wrong.map(|(at, mistake)| mistake.at(format!("{here}/{at}"))));
            values.clone()
        }
        other => {
            mistakes.push(wrong(&format!("a list of at most {MOST} values, or `null`"), other, here));
            Vec::new()
        }
    }
}

/// A value as the language writes it.
fn written(value: &Json) -> String {
    match value {
        Json::Null => "()".to_owned(),
        Json::String(text) => query::quoted(text),
        other => other.to_string(),
    }
}

/// One of the values will do.
fn any(values: &[String], condition: impl Fn(&str) -> String) -> Option<String> {
    let each: Vec<String> = values.iter().map(|value| condition(value)).collect();
    match each.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        _ => Some(format!("({})", each.join(" || "))),
    }
}
