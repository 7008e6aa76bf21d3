//! Last stage: dashboards, which show measures, views and the records of finished entities.

use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::{Expected, Type};
use schemas::suggest::nearest;
use schemas::{DashboardFilterType, WidgetColumn, WidgetType};

use super::gather::Gathered;
use super::groups;
use super::references::{self, unknown_entity};
use crate::dashboard::{Dashboard, Filter, FilterKind, On, Shows, Way, Widget};
use crate::measure::{self, DatePath};
use crate::{Catalog, CatalogScope, Entity, EntityId, Field, FieldKind};

pub(super) fn resolve(gathered: &Gathered, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Vec<Arc<Dashboard>> {
    let mut dashboards = Vec::with_capacity(gathered.dashboards.len());
    for written in gathered.dashboards.values() {
        // With a mistake in it, it would show something else than what was meant.
        match dashboard(catalog, written) {
            Ok(found) => dashboards.push(Arc::new(found)),
            Err(found) => problems.extend(found),
        }
    }
    dashboards
}

/// Resolves a dashboard as it is drawn over a finished catalog; every mistake at its place.
pub fn dashboard(catalog: &Catalog, written: &schemas::Dashboard) -> Result<Dashboard, Vec<Diagnostic>> {
    let mut stage = Stage { catalog, problems: Vec::new() };
    let roles = references::roles(catalog, &written.roles, "/roles", &mut stage.problems);
    let filters: Vec<Option<Filter>> = written
        .filters
        .iter()
        .enumerate()
        .map(|(at, filter)| stage.filter(filter, &format!("/filters/{at}")))
        .collect();
    let mut widgets = Vec::with_capacity(written.widgets.len());
    for (at, widget) in written.widgets.iter().enumerate() {
        let before = stage.problems.len();
        widgets.extend(stage.widget(widget, &written.filters, &filters, &format!("/widgets/{at}")).map(Arc::new));
        for problem in &mut stage.problems[before..] {
            problem.arguments.entry("widget").or_insert_with(|| widget.name.clone());
        }
    }
    if !stage.problems.is_empty() {
        let document = format!("dashboard/{}", written.name);
        return Err(stage.problems.into_iter().map(|problem| problem.in_document(document.clone())).collect());
    }
    Ok(Dashboard {
        id: written.id.clone().unwrap_or_else(|| written.name.clone()),
        name: written.name.clone(),
        label: written.label.or_name(&written.name),
        description: written.description.clone(),
        icon: written.icon.clone(),
        roles,
        filters: filters.into_iter().flatten().collect(),
        widgets,
    })
}

/// Resolves one widget on which no filter acts, with every mistake at its place below `here`.
pub(super) fn widget(catalog: &Catalog, written: &schemas::Widget, here: &str) -> Result<Widget, Vec<Diagnostic>> {
    let mut stage = Stage { catalog, problems: Vec::new() };
    let found = stage.widget(written, &[], &[], here);
    let mut problems = stage.problems;
    for problem in &mut problems {
        problem.arguments.entry("widget").or_insert_with(|| written.name.clone());
    }
    found.filter(|_| problems.is_empty()).ok_or(problems)
}

struct Stage<'a> {
    catalog: &'a Catalog,
    problems: Vec<Diagnostic>,
}

impl Stage<'_> {
    fn filter(&mut self, written: &schemas::DashboardFilter, here: &str) -> Option<Filter> {
        let default = written.default.as_ref();
        let (kind, label) = match written.kind {
            DashboardFilterType::Period => {
                let default = default.and_then(|word| schemas::Period::of(word.as_str()?));
                (FilterKind::Period { default }, written.label.clone())
            }
            DashboardFilterType::Person => {
                (FilterKind::Person { mine: default.is_some_and(|it| it == "me") }, written.label.clone())
            }
            DashboardFilterType::Field => {
                let entity = self.entity(written.entity.as_deref()?, &format!("{here}/entity"))?;
                let field = self.field(&entity, written.field.as_deref()?, &format!("{here}/field"))?;
                let default = default.and_then(|values| values.as_array().cloned());
                for (at, value) in default.iter().flatten().enumerate() {
                    self.value(&field, value, &format!("{here}/default/{at}"));
                }
                let label = if written.label.is_empty() { field.label.clone() } else { written.label.clone() };
                (FilterKind::Field { entity: entity.id.clone(), field: field.id, default }, label)
            }
        };
        Some(Filter { name: written.name.clone(), label, kind })
    }

    /// A field of which values can be chosen.
    fn field(&mut self, entity: &Entity, name: &str, here: &str) -> Option<Field> {
        let Some(field) = entity.field(name).filter(|field| !field.write_only) else {
            let near = nearest(name, entity.fields.iter().map(|field| field.name.as_str()));
            let problem = Diagnostic::error("reference.unknown_field").with("found", name);
            self.report(problem.with("entity", &entity.name).with_some("nearest", near), here);
            return None;
        };
        let can = matches!(field.expression_type(), Type::Text | Type::Boolean | Type::Choices | Type::Record(_))
            && !matches!(field.kind, FieldKind::LongText { .. } | FieldKind::RichText);
        if !can {
            self.report(Diagnostic::error("dashboard.not_a_filter").with("type", field.type_name()), here);
        }
        can.then(|| field.clone())
    }

    fn value(&mut self, field: &Field, value: &serde_json::Value, here: &str) {
        if let Some(problem) = wrong_value(field, value) {
            self.report(problem, here);
        }
    }

    fn widget(
        &mut self,
        widget: &schemas::Widget,
        written: &[schemas::DashboardFilter],
        filters: &[Option<Filter>],
        here: &str,
    ) -> Option<Widget> {
        let (shows, entity) = match widget.kind {
            WidgetType::Text => (Shows::Text, None),
            WidgetType::Indicator => {
                let measure = self.measure(widget, here)?;
                let entity = self.catalog.entity_by_id(&measure.entity).cloned()?;
                (Shows::Indicator(measure), Some(entity))
            }
            WidgetType::Chart | WidgetType::Pivot => {
                let entity = self.entity(widget.entity.as_deref()?, &format!("{here}/entity"))?;
                self.groups(widget, &entity, here);
                (Shows::Groups(entity.id.clone()), Some(entity))
            }
            WidgetType::List => self.list(widget, here)?,
        };
        let mut ways = Vec::new();
        if let Some(entity) = &entity {
            let date = widget
                .date
                .as_ref()
                .and_then(|path| self.take(groups::date(self.catalog, entity, path), &format!("{here}/date")));
            let is_person = widget.person.as_ref().is_some_and(|path| {
                self.take(groups::person(self.catalog, entity, path), &format!("{here}/person")).is_some()
            });
            let own = Own { entity, date, person: widget.person.clone().filter(|_| is_person) };
            for (at, filter) in written.iter().enumerate() {
                let found = filters[at].as_ref();
                let on = self.way(widget, &shows, &own, (filter, found), &format!("{here}/filters/{}", filter.name));
                ways.extend(on.map(|on| Way { filter: at, on }));
            }
        }
        Some(Widget { name: widget.name.clone(), written: widget.clone(), shows, ways })
    }

    fn measure(&mut self, widget: &schemas::Widget, here: &str) -> Option<Arc<measure::Measure>> {
        let name = widget.measure.as_deref()?;
        let measures = &self.catalog.measures;
        let Some(found) = measure::named(measures, name).cloned() else {
            // Of one with a mistake in it that mistake is told.
            if self.catalog.measured(name).is_none() {
                let near = nearest(name, measures.iter().map(|measure| measure.name.as_str()));
                let problem = Diagnostic::error("reference.unknown_measure").with("found", name);
                self.report(problem.with_some("nearest", near), &format!("{here}/measure"));
            }
            return None;
        };
        let wanted = [
            ("trend", widget.trend.is_some(), found.date.is_some(), "measure.no_periods"),
            (
                "period",
                widget.period.is_some_and(|period| period != schemas::Period::All),
                found.date.is_some(),
                "measure.no_periods",
            ),
            ("mine", widget.mine == Some(true), found.person.is_some(), "measure.no_person"),
        ];
        for (key, is_given, can, code) in wanted {
            if is_given && !can {
                self.report(Diagnostic::error(code).with("name", name), &format!("{here}/{key}"));
            }
        }
        for parameter in widget.parameters.keys() {
            if found.parameters.iter().all(|known| known.name != *parameter) {
                let near = nearest(parameter, found.parameters.iter().map(|known| known.name.as_str()));
                let problem = Diagnostic::error("measure.unknown_parameter").with("name", parameter);
                self.report(problem.with_some("nearest", near), &format!("{here}/parameters/{parameter}"));
            }
        }
        Some(found)
    }

    fn groups(&mut self, widget: &schemas::Widget, entity: &Entity, here: &str) {
        let keys = [("group_by", &widget.group_by), ("rows", &widget.rows), ("columns", &widget.columns)];
        for (key, columns) in keys {
            for (at, column) in columns.iter().enumerate() {
                self.group(entity, column, &format!("{here}/{key}/{at}"));
            }
        }
        for (at, measure) in widget.measures.iter().enumerate() {
            let found = groups::value(self.catalog, entity, &measure.expression);
            self.take(found, &format!("{here}/measures/{at}/expression"));
        }
        self.filter_of(widget, entity, here);
        let names: Vec<&str> = keys
            .iter()
            .flat_map(|(_, columns)| columns.iter().map(WidgetColumn::path))
            .chain(widget.measures.iter().map(|measure| measure.name.as_str()))
            .collect();
        for (at, key) in widget.sort.iter().enumerate() {
            let name = key.strip_prefix('-').unwrap_or(key);
            if !names.contains(&name) {
                let problem = Diagnostic::error("query.unknown_name").with("name", name);
                let problem = problem.with_some("nearest", nearest(name, names.iter().copied()));
                self.report(problem, &format!("{here}/sort/{at}"));
            }
        }
        for (at, measure) in widget.measures.iter().enumerate() {
            if names.iter().filter(|name| **name == measure.name).count() > 1 {
                let problem = Diagnostic::error("query.selected_twice").with("name", &measure.name);
                self.report(problem, &format!("{here}/measures/{at}/name"));
            }
        }
    }

    fn group(&mut self, entity: &Entity, column: &WidgetColumn, here: &str) {
        let pointer = column.pointer(here);
        let Some(ty) = self.take(groups::path(self.catalog, entity, column.path()), &pointer) else { return };
        match (&ty, column.by()) {
            (Type::Records(_), _) => {
                self.report(Diagnostic::error("query.group_by_many").with("name", column.path()), &pointer);
            }
            (Type::Opaque | Type::Choices, _) => {
                self.report(Diagnostic::error("query.not_groupable").with("name", column.path()), &pointer);
            }
            (Type::Date | Type::DateTime, _) | (_, None) => {}
            (_, Some(_)) => {
                self.report(Diagnostic::error("query.parts_of_dates").with("name", column.path()), &pointer);
            }
        }
    }

    fn list(&mut self, widget: &schemas::Widget, here: &str) -> Option<(Shows, Option<Arc<Entity>>)> {
        if let Some(name) = &widget.view {
            let views = &self.catalog.views;
            let Some(view) = views.iter().find(|view| view.name == *name).cloned() else {
                let near = nearest(name, views.iter().map(|view| view.name.as_str()));
                let problem = Diagnostic::error("reference.unknown_view").with("found", name);
                self.report(problem.with_some("nearest", near), &format!("{here}/view"));
                return None;
            };
            let entity = self.catalog.entity_by_id(&view.entity).cloned()?;
            return Some((Shows::List(entity.id.clone(), Some(view)), Some(entity)));
        }
        let entity = self.entity(widget.entity.as_deref()?, &format!("{here}/entity"))?;
        for (at, column) in widget.columns.iter().enumerate() {
            let found = groups::path(self.catalog, &entity, column.path());
            self.take(found, &format!("{here}/columns/{at}"));
        }
        let scope = CatalogScope::of_record(self.catalog, &entity.id);
        for (at, key) in widget.sort.iter().enumerate() {
            let found = expression::check(key.strip_prefix('-').unwrap_or(key), &scope, &Expected::Anything);
            self.take(found, &format!("{here}/sort/{at}"));
        }
        self.filter_of(widget, &entity, here);
        Some((Shows::List(entity.id.clone(), None), Some(entity)))
    }

    fn filter_of(&mut self, widget: &schemas::Widget, entity: &Entity, here: &str) {
        let Some(text) = &widget.filter else { return };
        let scope = CatalogScope::of_record(self.catalog, &entity.id);
        self.take(expression::check(text, &scope, &Expected::Condition), &format!("{here}/filter"));
    }

    /// How a filter acts on a widget; `None` where it does not.
    fn way(
        &mut self,
        widget: &schemas::Widget,
        shows: &Shows,
        own: &Own,
        (written, found): (&schemas::DashboardFilter, Option<&Filter>),
        here: &str,
    ) -> Option<On> {
        let given = widget.filters.get(&written.name);
        // It is said that it does not act.
        let given = match given {
            Some(None) => return None,
            Some(Some(path)) => Some(path),
            None => None,
        };
        match (written.kind, shows, given) {
            (DashboardFilterType::Period | DashboardFilterType::Person, Shows::Indicator(_), Some(_)) => {
                self.report(Diagnostic::error("dashboard.way_of_measure").with("name", &written.name), here);
                None
            }
            (DashboardFilterType::Period, Shows::Indicator(measure), None) => {
                measure.date.is_some().then_some(On::Measure)
            }
            (DashboardFilterType::Person, Shows::Indicator(measure), None) => {
                measure.person.is_some().then_some(On::Measure)
            }
            (DashboardFilterType::Period, _, None) => own.date.clone().map(On::Date),
            (DashboardFilterType::Period, _, Some(path)) => {
                self.take(groups::date(self.catalog, own.entity, path), here).map(On::Date)
            }
            (DashboardFilterType::Person, _, None) => own.person.clone().map(On::Path),
            (DashboardFilterType::Person, _, Some(path)) => {
                self.take(groups::person(self.catalog, own.entity, path), here).map(|()| On::Path(path.clone()))
            }
            (DashboardFilterType::Field, _, given) => {
                let FilterKind::Field { entity, field, .. } = &found?.kind else { return None };
                let field = self.catalog.entity_by_id(entity)?.field_by_id(field)?.clone();
                match given {
                    Some(path) => self.same_values(own.entity, &field, path, here).map(|ty| on(&ty, path.clone())),
                    None => (own.entity.id == *entity).then(|| on(&field.expression_type(), field.name.clone())),
                }
            }
        }
    }

    /// Checks that a path leads to values such as those of a field; gives their type.
    fn same_values(&mut self, entity: &Entity, field: &Field, path: &str, here: &str) -> Option<Type> {
        let ty = self.take(groups::path(self.catalog, entity, path), here)?;
        let wanted = field.expression_type();
        let is_same = match (&ty, &wanted) {
            // Values of one choice may be looked for among those of many.
            (Type::Text | Type::Choices, Type::Text | Type::Choices) => true,
            (ty, wanted) => ty == wanted,
        };
        if !is_same {
            let problem = Diagnostic::error("dashboard.way_of_other").with("found", ty.name());
            self.report(problem.with("expected", wanted.name()), here);
        }
        is_same.then_some(ty)
    }

    fn entity(&mut self, name: &str, here: &str) -> Option<Arc<Entity>> {
        let found = self.catalog.entity(name).cloned();
        if found.is_none() {
            self.report(unknown_entity(self.catalog, name), here);
        }
        found
    }

    fn take<T>(&mut self, found: Result<T, Vec<Diagnostic>>, here: &str) -> Option<T> {
        found.map_err(|found| found.into_iter().for_each(|one| self.report(one, here))).ok()
    }

    fn report(&mut self, problem: Diagnostic, here: &str) {
        self.problems.push(problem.at(here));
    }
}

fn on(ty: &Type, path: String) -> On {
    if *ty == Type::Choices { On::Many(path) } else { On::Path(path) }
}

/// What a widget says of itself.
struct Own<'a> {
    entity: &'a Entity,
    date: Option<DatePath>,
    person: Option<String>,
}

/// Says what is wrong with a value of a field that is chosen; empty is a value.
pub fn wrong_value(field: &Field, value: &serde_json::Value) -> Option<Diagnostic> {
    use serde_json::Value as Json;
    let mistake = |code: &'static str| {
        Diagnostic::error(code).with("found", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    match (&field.kind, value) {
        (_, Json::Null) => None,
        (FieldKind::Choice(set) | FieldKind::MultiChoice(set), Json::String(word)) => {
            let is_known = set.choices.iter().any(|choice| *choice.value == **word);
            let near = nearest(word, set.choices.iter().map(|choice| &*choice.value));
            (!is_known).then(|| mistake("dashboard.unknown_choice").with_some("nearest", near))
        }
        (FieldKind::Link { .. }, Json::String(id)) => {
            uuid::Uuid::parse_str(id).is_err().then(|| mistake("dashboard.not_an_identity"))
        }
        (FieldKind::Boolean, Json::Bool(_)) => None,
        (FieldKind::Boolean | FieldKind::Link { .. }, _) => Some(mistake("dashboard.bad_value")),
        (_, Json::String(_)) => None,
        _ => Some(mistake("dashboard.bad_value")),
    }
}

/// Says of which entity the records of a widget are, by names alone.
pub(crate) fn entity_of(catalog: &Catalog, widget: &schemas::Widget) -> Option<EntityId> {
    if let Some(name) = &widget.entity {
        return catalog.entity(name).map(|entity| entity.id.clone());
    }
    if let Some(name) = &widget.measure {
        return measure::named(&catalog.measures, name).map(|measure| measure.entity.clone());
    }
    let view = widget.view.as_ref()?;
    catalog.views.iter().find(|found| found.name == *view).map(|view| view.entity.clone())
}
