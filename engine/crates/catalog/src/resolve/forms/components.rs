//! The components of a form.

use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::{EntityId, Expected, Expr, ExprKind, FieldRef, Type, Variable};
use schemas::suggest::nearest;
use schemas::{ComponentType, Variant};

use super::whom::is_needed;
use super::{Stage, variants};
use crate::dashboard::{Filter, FilterKind, On, Shows as Shown, Way};
use crate::form::{Component, Path, Shows, target};
use crate::resolve::{dashboards, groups};
use crate::{CatalogScope, Entity, Field, FieldKind};

impl Stage<'_> {
    pub(super) fn components(
        &mut self,
        written: &[schemas::Component],
        around: Option<&[Variant]>,
        here: &str,
    ) -> Vec<Component> {
        let each = written.iter().enumerate();
        each.filter_map(|(at, component)| self.component(component, around, &format!("{here}/{at}"))).collect()
    }

    fn component(&mut self, written: &schemas::Component, around: Option<&[Variant]>, here: &str) -> Option<Component> {
        let show = self.shown(written.show.as_ref(), here);
        let said = written.variants.as_deref().or(around);
        let path = written.path.as_deref();
        let at = format!("{here}/path");
        let (shows, variants) = match written.kind {
            ComponentType::Section => {
                let inside = self.components(&written.components, said, &format!("{here}/components"));
                let variants = variants(said, inside.iter().flat_map(|one| &one.variants));
                (Shows::Section(inside), variants)
            }
            ComponentType::Tabs => {
                let tabs = self.tabs(&written.tabs, said, &format!("{here}/tabs"));
                let variants = variants(said, tabs.iter().flat_map(|tab| &tab.variants));
                (Shows::Tabs(tabs), variants)
            }
            ComponentType::Field => {
                let mut style = Vec::with_capacity(written.style.len());
                for (place, one) in written.style.iter().enumerate() {
                    style.extend(self.condition(&one.when, &format!("{here}/style/{place}/when")));
                }
                // A password is written and never read, so that no expression names it.
                let own = self.entity.field(path?).filter(|field| field.write_only);
                let path = match own {
                    Some(field) => unread(self.entity, field),
                    None => self.value(path?, &at)?,
                };
                let is_needed = self.entity.field(&path.text).is_some_and(is_needed);
                let quick = if is_needed { &[Variant::Quick][..] } else { &[] };
                let variants = variants(said, quick.iter());
                (Shows::Field(path, style), variants)
            }
            ComponentType::Lines => (self.lines(written, here)?, variants(said, [].iter())),
            ComponentType::Related => (self.related(written, here)?, variants(said, [].iter())),
            ComponentType::Button => (self.button(written, here)?, variants(said, [].iter())),
            ComponentType::Widget => (self.widget(written, here)?, variants(said, [].iter())),
            ComponentType::Text | ComponentType::Image | ComponentType::History => {
                (Shows::Plain, variants(said, [].iter()))
            }
        };
        let own = schemas::Component { components: Vec::new(), tabs: Vec::new(), ..written.clone() };
        Some(Component { written: Arc::new(own), show, variants, shows })
    }

    fn lines(&mut self, written: &schemas::Component, here: &str) -> Option<Shows> {
        let text = written.path.as_deref()?;
        let pointer = format!("{here}/path");
        let path = self.path(text, &pointer)?;
        let lines = self.entity.field(text).and_then(|field| match &field.kind {
            FieldKind::Children { relation } => self.catalog.entity_by_id(&relation.target).cloned(),
            _ => None,
        });
        let Some(entity) = lines else {
            let known = self.entity.fields.iter().filter(|field| matches!(field.kind, FieldKind::Children { .. }));
            let near = nearest(text, known.map(|field| field.name.as_str()));
            let problem = Diagnostic::error("form.not_lines").with("found", text).with_some("nearest", near);
            self.report(problem, &pointer);
            return None;
        };
        for (at, name) in written.paths().iter().enumerate() {
            let here = format!("{here}/columns/{at}");
            let many = self.field(&entity, name, &here).filter(|field| target_of(field).is_some());
            if many.is_some() {
                self.report(Diagnostic::error("form.field_of_many").with("found", name), &here);
            }
        }
        for (at, name) in written.totals.iter().enumerate() {
            let here = format!("{here}/totals/{at}");
            let other = self.field(&entity, name, &here).filter(|field| !field.expression_type().is_number());
            if let Some(field) = other {
                let problem = Diagnostic::error("form.total_of_no_number").with("found", name);
                self.report(problem.with("type", field.type_name()), &here);
            }
        }
        Some(Shows::Lines(path, entity.id.clone()))
    }

    fn related(&mut self, written: &schemas::Component, here: &str) -> Option<Shows> {
        let (path, entity) = self.many(written.path.as_deref()?, &format!("{here}/path"))?;
        for (at, column) in written.paths().iter().enumerate() {
            let found = groups::path(self.catalog, &entity, column);
            self.take(found, &format!("{here}/columns/{at}"));
        }
        if let Some(filter) = &written.filter {
            self.condition_of(&entity, filter, &format!("{here}/filter"));
        }
        let scope = CatalogScope::of_record(self.catalog, &entity.id);
        for (at, key) in written.sort.iter().enumerate() {
            let found = expression::check(key.strip_prefix('-').unwrap_or(key), &scope, &Expected::Anything);
            self.take(found, &format!("{here}/sort/{at}"));
        }
        Some(Shows::Related(path, entity.id.clone()))
    }

    /// A path to many records, and their entity.
    fn many(&mut self, text: &str, here: &str) -> Option<(Path, Arc<Entity>)> {
        let path = self.path(text, here)?;
        let entity = target(&path.expr).and_then(|id| self.catalog.entity_by_id(id)).cloned();
        if entity.is_none() {
            self.report(Diagnostic::error("form.not_many").with("found", text), here);
        }
        Some((path, entity?))
    }

    fn button(&mut self, written: &schemas::Component, here: &str) -> Option<Shows> {
        let (script, name) = (written.script.as_deref()?, written.button.as_deref()?);
        let scripts = &self.catalog.scripts;
        if scripts.named(script).is_none() {
            let near = nearest(script, scripts.all.iter().map(|script| script.name.as_str()));
            let problem = Diagnostic::error("form.unknown_script").with("found", script).with_some("nearest", near);
            self.report(problem, &format!("{here}/script"));
            return None;
        }
        let own = || scripts.buttons_on(&self.entity.id).filter(|button| button.called.script == script);
        let found = own().find(|button| button.name == name).cloned();
        if found.is_none() {
            let near = nearest(name, own().map(|button| button.name.as_str())).map(str::to_owned);
            let problem = Diagnostic::error("form.unknown_button").with("found", name).with_some("nearest", near);
            let problem = problem.with("script", script).with("entity", &self.entity.name);
            self.report(problem, &format!("{here}/button"));
        }
        found.map(Shows::Button)
    }

    /// A widget as one of a dashboard, with a filter that narrows it to the records of its path.
    fn widget(&mut self, written: &schemas::Component, here: &str) -> Option<Shows> {
        let (name, widget) = (written.name.as_deref()?, written.widget.as_ref()?);
        let around = match written.path.as_deref() {
            Some(text) => Some(self.many(text, &format!("{here}/path"))?),
            None => None,
        };
        let entity = around.as_ref().map(|(_, entity)| entity.name.as_str());
        let inside = format!("{here}/widget");
        let found = dashboards::widget(self.catalog, &widget.on_dashboard(name, entity), &inside);
        let mut found = self.take_placed(found)?;
        if let Some((path, entity)) = &around {
            if let Shown::Indicator(measure) = &found.shows
                && measure.entity != entity.id
            {
                let of = self.catalog.entity_by_id(&measure.entity).map_or("", |of| of.name.as_str());
                let problem = Diagnostic::error("form.measure_of_other").with("found", of);
                self.report(problem.with("expected", &entity.name), &format!("{inside}/measure"));
                return None;
            }
            let Some((field, on)) = self.way_back(path, entity) else {
                self.report(Diagnostic::error("form.no_way_back").with("found", &path.text), &format!("{here}/path"));
                return None;
            };
            found.ways.push(Way { filter: self.filters.len(), on });
            let kind = FilterKind::Field { entity: entity.id.clone(), field, default: None };
            self.filters.push(Filter { name: name.to_owned(), label: schemas::Label::default(), kind });
        }
        self.widgets.push(Arc::new(found));
        Some(Shows::Widget(around.map(|(path, _)| path)))
    }

    /// The field of the far side that leads back over the last step of a path.
    fn way_back(&self, path: &Path, far: &Entity) -> Option<(crate::FieldId, On)> {
        let last = path.fields().pop()?;
        let relation = self.catalog.entity_by_id(&last.entity)?.field_by_id(&last.id)?.relation()?;
        let back = far.field_by_id(relation.inverse.as_ref()?)?;
        let on = match target_of(back) {
            Some(_) => On::Records(back.name.clone()),
            None => On::Path(back.name.clone()),
        };
        Some((back.id.clone(), on))
    }

    fn take_placed<T>(&mut self, found: Result<T, Vec<Diagnostic>>) -> Option<T> {
        found.map_err(|found| self.problems.extend(found)).ok()
    }
}

/// The path to a field of the record that no expression may read.
fn unread(entity: &Entity, field: &Field) -> Path {
    let reference = FieldRef { entity: entity.id.clone(), id: field.id.clone(), name: field.name.as_str().into() };
    let record = Expr::new(ExprKind::Variable(Variable::RECORD), Type::Record(entity.id.clone()));
    let expr = Expr::new(ExprKind::Field(Box::new(record), reference), field.expression_type());
    Path { text: field.name.clone(), expr: Arc::new(expr) }
}

/// The entity of the records that a field leads to, when these are many.
fn target_of(field: &Field) -> Option<&EntityId> {
    match &field.kind {
        FieldKind::Links { relation, .. } | FieldKind::Children { relation } | FieldKind::Inverse { relation } => {
            Some(&relation.target)
        }
        _ => None,
    }
}
