//! What the schema cannot say of a dashboard: places, names, and what belongs to each type of widget.

use std::collections::HashSet;

use diagnostic::Diagnostic;
use serde_json::Value;

use super::meaning::name;
use super::measure;
use crate::suggest::nearest;
use crate::{
    ChartType, Dashboard, DashboardFilter, DashboardFilterType, Period, Place, Widget, WidgetColumn, WidgetType,
};

/// Checks a dashboard on its own.
pub(super) fn of_dashboard(dashboard: &Dashboard) -> Vec<Diagnostic> {
    let mut problems = name(&dashboard.name, "/name");
    // An address of its own among the dashboards.
    if dashboard.name == "attempt" {
        problems.push(Diagnostic::error("document.reserved_word").at("/name").with("found", &dashboard.name));
    }
    let mut names = HashSet::new();
    for (at, filter) in dashboard.filters.iter().enumerate() {
        let here = format!("/filters/{at}");
        if !names.insert(filter.name.as_str()) {
            let problem = Diagnostic::error("dashboard.duplicate_filter").at(format!("{here}/name"));
            problems.push(problem.with("name", &filter.name));
        }
        let same = dashboard.filters[..at].iter().find(|other| other.kind == filter.kind);
        if let Some(other) = same.filter(|_| filter.kind != DashboardFilterType::Field) {
            problems
                .push(Diagnostic::error("dashboard.one_of_type").at(format!("{here}/type")).with("other", &other.name));
        }
        problems.extend(of_filter(filter, &here));
    }
    let mut widgets = HashSet::new();
    for (at, widget) in dashboard.widgets.iter().enumerate() {
        let here = format!("/widgets/{at}");
        let before = problems.len();
        if !widgets.insert(widget.name.as_str()) {
            let problem = Diagnostic::error("dashboard.duplicate_widget").at(format!("{here}/name"));
            problems.push(problem.with("name", &widget.name));
        }
        problems.extend(place(dashboard, at, &format!("{here}/place")));
        problems.extend(of_widget(widget, &here));
        for filter in widget.filters.keys().filter(|filter| !names.contains(filter.as_str())) {
            let problem = Diagnostic::error("dashboard.unknown_filter").at(format!("{here}/filters/{filter}"));
            problems.push(problem.with("name", filter).with_some("nearest", nearest(filter, names.iter().copied())));
        }
        for problem in &mut problems[before..] {
            problem.arguments.entry("widget").or_insert_with(|| widget.name.clone());
        }
    }
    problems
}

fn of_filter(filter: &DashboardFilter, here: &str) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let is_field = filter.kind == DashboardFilterType::Field;
    for (key, given) in [("entity", filter.entity.is_some()), ("field", filter.field.is_some())] {
        let problem = match (is_field, given) {
            (true, false) => Diagnostic::error("dashboard.filter_key_missing").at(here),
            (false, true) => Diagnostic::error("dashboard.filter_key_not_for_type").at(format!("{here}/{key}")),
            _ => continue,
        };
        problems.push(problem.with("key", key).with("name", &filter.name));
    }
    let Some(default) = &filter.default else { return problems };
    let is_sound = match filter.kind {
        DashboardFilterType::Period => default.as_str().is_some_and(|word| Period::of(word).is_some()),
        DashboardFilterType::Person => default == "me",
        DashboardFilterType::Field => default.as_array().is_some_and(|values| values.iter().all(is_plain)),
    };
    if !is_sound {
        let code = match filter.kind {
            DashboardFilterType::Period => "dashboard.default_period",
            DashboardFilterType::Person => "dashboard.default_person",
            DashboardFilterType::Field => "dashboard.default_values",
        };
        let words = Period::ALL.map(Period::as_str).join(", ");
        let problem = Diagnostic::error(code).at(format!("{here}/default")).with("expected", words);
        problems.push(problem.with("found", super::shape::short(default)));
    }
    problems
}

fn is_plain(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Bool(_) | Value::Null)
}

/// Checks that a widget stands inside, and on no widget before it.
fn place(dashboard: &Dashboard, at: usize, here: &str) -> Vec<Diagnostic> {
    let own = &dashboard.widgets[at].place;
    let mut problems = Vec::new();
    if own.x + own.width > Place::COLUMNS {
        let problem = Diagnostic::error("dashboard.overhangs").at(here);
        problems.push(problem.with("found", own.x + own.width).with("expected", Place::COLUMNS));
    }
    for other in dashboard.widgets[..at].iter().filter(|other| other.place.overlaps(own)) {
        problems.push(Diagnostic::error("dashboard.overlaps").at(here).with("other", &other.name));
    }
    problems
}

/// A key of widgets with the types that have it, those that must have it, and whether it is given.
type Key = (&'static str, &'static [WidgetType], &'static [WidgetType], bool);

/// Checks that a widget has what belongs to its type, and nothing else.
pub(super) fn of_widget(widget: &Widget, here: &str) -> Vec<Diagnostic> {
    use WidgetType::{Chart, Indicator, List, Pivot, Text};
    let mut problems = Vec::new();
    // A list has either of the two.
    let has_entity: &[WidgetType] = if widget.view.is_some() { &[Chart, Pivot] } else { &[Chart, Pivot, List] };
    let keys: [Key; 18] = [
        ("measure", &[Indicator], &[Indicator], widget.measure.is_some()),
        ("parameters", &[Indicator], &[], !widget.parameters.is_empty()),
        ("period", &[Indicator], &[], widget.period.is_some()),
        ("mine", &[Indicator], &[], widget.mine.is_some()),
        ("trend", &[Indicator], &[], widget.trend.is_some()),
        ("entity", has_entity, has_entity, widget.entity.is_some()),
        ("chart", &[Chart], &[Chart], widget.chart.is_some()),
        ("stacked", &[Chart], &[], widget.stacked),
        ("group_by", &[Chart], &[Chart], !widget.group_by.is_empty()),
        ("measures", &[Chart, Pivot], &[Chart, Pivot], !widget.measures.is_empty()),
        ("rows", &[Pivot], &[Pivot], !widget.rows.is_empty()),
        ("columns", &[Pivot, List], &[], !widget.columns.is_empty()),
        ("heat", &[Pivot], &[], widget.heat),
        ("view", &[List], &[], widget.view.is_some()),
        ("limit", &[Chart, Pivot, List], &[], widget.limit.is_some()),
        ("date", &[Chart, Pivot, List], &[], widget.date.is_some()),
        ("person", &[Chart, Pivot, List], &[], widget.person.is_some()),
        ("text", &[Text], &[Text], !widget.text.is_empty()),
    ];
    let more: [Key; 3] = [
        ("filter", &[Chart, Pivot, List], &[], widget.filter.is_some()),
        ("sort", &[Chart, Pivot, List], &[], !widget.sort.is_empty()),
        ("filters", &[Indicator, Chart, Pivot, List], &[], !widget.filters.is_empty()),
    ];
    for (key, types, needed, given) in keys.into_iter().chain(more) {
        let problem = match given {
            true if !types.contains(&widget.kind) => {
                Diagnostic::error("dashboard.key_not_for_type").at(format!("{here}/{key}"))
            }
            false if needed.contains(&widget.kind) => Diagnostic::error("dashboard.key_missing").at(here),
            _ => continue,
        };
        problems.push(problem.with("name", key).with("shown", widget.kind.as_str()));
    }
    if widget.view.is_some() {
        for (key, given) in [
            ("columns", !widget.columns.is_empty()),
            ("filter", widget.filter.is_some()),
            ("sort", !widget.sort.is_empty()),
        ] {
            if given {
                problems.push(Diagnostic::error("dashboard.beside_view").at(format!("{here}/{key}")).with("name", key));
            }
        }
    }
    problems.extend(groups(widget, here));
    let mut names = HashSet::new();
    for (at, one) in widget.measures.iter().enumerate() {
        let here = format!("{here}/measures/{at}");
        if !names.insert(one.name.as_str()) {
            let problem = Diagnostic::error("dashboard.duplicate_measure").at(format!("{here}/name"));
            problems.push(problem.with("name", &one.name));
        }
        let format = one.format.as_ref().map(measure::format).unwrap_or_default();
        problems.extend(format.into_iter().map(|mut problem| {
            problem.place.pointer.insert_str(0, &here);
            problem
        }));
    }
    problems
}

/// Checks how many groups and measures there are for what is drawn, and that no group is there twice.
fn groups(widget: &Widget, here: &str) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let (groups, measures) = (widget.group_by.len(), widget.measures.len());
    if let Some(chart) = widget.chart.filter(|_| widget.kind == WidgetType::Chart) {
        let mut report = |code: &'static str, key: &str| {
            problems.push(Diagnostic::error(code).at(format!("{here}/{key}")).with("shown", chart.as_str()));
        };
        match chart {
            ChartType::HeatMap if groups == 1 => report("dashboard.two_groups", "group_by"),
            ChartType::Pie | ChartType::Funnel | ChartType::Scatter if groups > 1 => {
                report("dashboard.one_group", "group_by");
            }
            _ => {}
        }
        match chart {
            ChartType::Scatter if measures > 0 && measures != 2 => report("dashboard.two_measures", "measures"),
            ChartType::Pie | ChartType::Funnel if measures > 1 => report("dashboard.one_measure", "measures"),
            ChartType::Bar | ChartType::Row | ChartType::Line | ChartType::Area | ChartType::HeatMap
                if measures > 1 && groups > 1 =>
            {
                report("dashboard.one_measure_of_series", "measures");
            }
            _ => {}
        }
        let can_stack = matches!(chart, ChartType::Bar | ChartType::Row | ChartType::Line | ChartType::Area);
        if widget.stacked && !can_stack {
            report("dashboard.not_stacked", "stacked");
        }
    }
    let mut paths: Vec<&str> = Vec::new();
    let lists = [("group_by", &widget.group_by), ("rows", &widget.rows), ("columns", &widget.columns)];
    for (key, columns) in lists {
        for (at, column) in columns.iter().enumerate() {
            let here = format!("{here}/{key}/{at}");
            if paths.contains(&column.path()) {
                let problem = Diagnostic::error("dashboard.group_twice").at(column.pointer(&here));
                problems.push(problem.with("name", column.path()));
            }
            paths.push(column.path());
            if widget.kind == WidgetType::List && matches!(column, WidgetColumn::Cut(_)) {
                problems.push(Diagnostic::error("dashboard.column_is_path").at(here));
            }
        }
    }
    problems
}
