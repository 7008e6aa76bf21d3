//! A form without what somebody may not know: what is hidden looks like what was never drawn.

use std::sync::Arc;

use access::AccessScope;
use catalog::form::{self, Component, Path, Shows, Tab};
use catalog::{Condition, Entity, Form};
use expression::paths;
use expression::{EntityId, Expected};

use super::Known;
use crate::{Context, dashboards, scripts};

/// What of a form the caller may know.
pub(super) fn to(ctx: &Context, form: &Form) -> Known {
    let board = dashboards::as_known(ctx, &form.board);
    let mut known =
        Known { form: Form { tabs: Vec::new(), side: Vec::new(), ..form.clone() }, board, reads: Vec::new() };
    let Some(entity) = ctx.catalog().entity_by_id(&form.entity).cloned() else { return known };
    let eyes = Eyes { ctx, entity: &entity, board: &known.board };
    known.form.tabs = eyes.tabs(&form.tabs);
    known.form.side = eyes.components(&form.side);
    known.form.header.retain(|path| eyes.shows(path));
    known.form.stage = known.form.stage.filter(|name| ctx.access.shown_field(&entity, name).is_some());
    known.reads = reads(ctx, &known.form);
    known
}

/// Says whether the caller may know every name of a condition on records of an entity.
fn knows(ctx: &Context, entity: &EntityId, condition: &Condition) -> bool {
    // A measure is for its roles as well, which only its name tells.
    if paths::reads(&condition.expr).measures {
        return understands(ctx, entity, &condition.text, &Expected::Condition);
    }
    ctx.access.knows(&condition.expr)
}

fn understands(ctx: &Context, entity: &EntityId, text: &str, expected: &Expected) -> bool {
    expression::check(text, &AccessScope::of_record(&ctx.access, entity), expected).is_ok()
}

struct Eyes<'a> {
    ctx: &'a Context,
    entity: &'a Arc<Entity>,
    board: &'a dashboards::Known,
}

impl Eyes<'_> {
    fn tabs(&self, tabs: &[Tab]) -> Vec<Tab> {
        let left = tabs.iter().filter(|tab| self.may_know(tab.show.as_ref()));
        let left = left.map(|tab| Tab { components: self.components(&tab.components), ..tab.clone() });
        left.filter(|tab| !tab.components.is_empty()).collect()
    }

    fn components(&self, components: &[Component]) -> Vec<Component> {
        components.iter().filter_map(|component| self.component(component)).collect()
    }

    fn component(&self, component: &Component) -> Option<Component> {
        if !self.may_know(component.show.as_ref()) {
            return None;
        }
        let mut written = Arc::clone(&component.written);
        let shows = match &component.shows {
            Shows::Section(inside) => {
                let inside = self.components(inside);
                (!inside.is_empty()).then_some(Shows::Section(inside))?
            }
            Shows::Tabs(tabs) => {
                let tabs = self.tabs(tabs);
                (!tabs.is_empty()).then_some(Shows::Tabs(tabs))?
            }
            Shows::Field(path, style) => {
                // What colours it is as much a condition as what shows it.
                let is_known = style.iter().all(|condition| self.may_know(Some(condition)));
                (is_known && self.shows(path)).then(|| component.shows.clone())?
            }
            Shows::Lines(path, lines) => {
                let lines = self.ctx.access.read(lines).filter(|_| self.shows(path))?;
                let own = Arc::make_mut(&mut written);
                let is_shown = |name: &str| self.ctx.access.shown_field(lines.entity(), name).is_some();
                columns(own, is_shown);
                own.totals.retain(|name| is_shown(name));
                component.shows.clone()
            }
            Shows::Related(path, entity) => {
                let understands = |text: &str, expected: &Expected| understands(self.ctx, entity, text, expected);
                let filter = written.filter.as_ref();
                let is_known = filter.is_none_or(|filter| understands(filter, &Expected::Condition));
                (is_known && self.leads(path)).then_some(())?;
                let own = Arc::make_mut(&mut written);
                columns(own, |path| understands(path, &Expected::Anything));
                own.sort.retain(|key| understands(key.strip_prefix('-').unwrap_or(key), &Expected::Anything));
                component.shows.clone()
            }
            Shows::Button(button) => {
                let mut known = scripts::buttons::known(self.ctx, self.entity);
                known.any(|it| Arc::ptr_eq(it, button)).then(|| component.shows.clone())?
            }
            Shows::Widget(path) => {
                let name = written.name.as_deref().unwrap_or_default();
                let is_there = self.board.widgets.iter().any(|widget| widget.name == name);
                let leads = path.as_ref().is_none_or(|path| self.leads(path));
                (is_there && leads).then(|| component.shows.clone())?
            }
            Shows::Plain => Shows::Plain,
        };
        Some(Component { written, show: component.show.clone(), variants: component.variants.clone(), shows })
    }

    fn may_know(&self, condition: Option<&Arc<Condition>>) -> bool {
        condition.is_none_or(|condition| knows(self.ctx, &self.entity.id, condition))
    }

    /// Says whether the value that a path leads to is shown, or a trace of it; one that is only written is told to everybody.
    fn shows(&self, path: &Path) -> bool {
        let access = &self.ctx.access;
        let fields = path.fields();
        let Some((last, steps)) = fields.split_last() else { return false };
        let of = |field: &expression::FieldRef| self.ctx.catalog().entity_by_id(&field.entity);
        let is_shown = of(last).is_some_and(|entity| {
            let is_written = entity.field(&last.name).is_some_and(|field| field.write_only);
            access.read(&entity.id).is_some() && (is_written || access.shown_field(entity, &last.name).is_some())
        });
        is_shown && steps.iter().all(|step| of(step).is_some_and(|entity| access.field(entity, &step.name).is_some()))
    }

    /// Says whether the records that a path leads to may be read.
    fn leads(&self, path: &Path) -> bool {
        understands(self.ctx, &self.entity.id, &path.text, &Expected::Relation)
    }
}

/// Leaves the columns that may be known; the list's own where none is left.
fn columns(component: &mut schemas::Component, is_known: impl Fn(&str) -> bool) {
    if let Some(schemas::Columns::Paths(paths)) = &mut component.columns {
        paths.retain(|path| is_known(path));
        if paths.is_empty() {
            component.columns = None;
        }
    }
}

/// The paths through links that what is left of a form needs beside the record.
fn reads(ctx: &Context, form: &Form) -> Vec<String> {
    let catalog = ctx.catalog();
    let mut found: Vec<String> = Vec::new();
    let mut conditions: Vec<&Arc<Condition>> = form.tabs.iter().filter_map(|tab| tab.show.as_ref()).collect();
    let mut paths: Vec<&str> = form.header.iter().map(|path| path.text.as_str()).collect();
    form.each(&mut |component| {
        conditions.extend(&component.show);
        match &component.shows {
            Shows::Field(path, style) => {
                paths.push(&path.text);
                conditions.extend(style);
            }
            Shows::Related(path, _) | Shows::Widget(Some(path)) => paths.push(path.before()),
            Shows::Tabs(tabs) => conditions.extend(tabs.iter().filter_map(|tab| tab.show.as_ref())),
            _ => {}
        }
    });
    found.extend(paths.into_iter().filter(|path| path.contains('.')).map(str::to_owned));
    let here = conditions.into_iter().filter(|condition| form::is_here(catalog, &condition.expr));
    found.extend(here.flat_map(|condition| form::through_links(catalog, &condition.expr)));
    found.sort_unstable();
    found.dedup();
    found
}
