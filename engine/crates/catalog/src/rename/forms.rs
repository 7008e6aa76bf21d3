//! The expressions of forms: those on the record, and those on the records that a component shows.

use expression::{EntityId, Expected};
use schemas::{Body, Component, ComponentType, Document};

use super::{Expressions, Renamed};
use crate::{CatalogScope, form};

impl Expressions<'_> {
    /// The names of entities, measures and scripts are in order by now, so that the paths of components can be read.
    pub(super) fn form(&self, mut written: schemas::Form, document: &mut Document, renamed: &mut Renamed) {
        let path = document.path();
        let before = renamed.rewrites.len();
        let Some(entity) = self.after.entity(&written.entity).map(|entity| entity.id.clone()) else { return };
        let old = CatalogScope::of_record(self.before, &entity);
        let new = CatalogScope::of_record(self.after, &entity);
        let mut text = |text: &mut String, pointer: String| {
            let many = [&old, &new].map(|scope| form::expected(text, scope));
            let expected = if many.contains(&Expected::Relation) { Expected::Relation } else { Expected::Anything };
            self.text_of(&expected, text, (&old, &new), &path, pointer, renamed)
        };
        for (at, header) in written.header.iter_mut().enumerate() {
            text(header, format!("/header/{at}"));
        }
        if let Some(stage) = &mut written.stage {
            text(stage, "/stage".to_owned());
        }
        written.each_tab_mut(&mut |tab, here| {
            if let Some(show) = &mut tab.show {
                text(show, format!("{here}/show"));
            }
        });
        written.each_mut(&mut |component, here| {
            for (key, found) in [("path", &mut component.path), ("show", &mut component.show)] {
                if let Some(found) = found {
                    text(found, format!("{here}/{key}"));
                }
            }
            for (at, style) in component.style.iter_mut().enumerate() {
                text(&mut style.when, format!("{here}/style/{at}/when"));
            }
        });
        written.each_mut(&mut |component, here| self.shown(component, (&new, &entity), &path, here, renamed));
        if renamed.rewrites.len() > before {
            *document = Document::of(Body::Form(written));
        }
    }

    /// What a component says of the records that it shows; its path has its new names by now.
    fn shown(
        &self,
        component: &mut Component,
        (scope, entity): (&CatalogScope, &EntityId),
        document: &str,
        here: &str,
        renamed: &mut Renamed,
    ) {
        let far = component.path.as_ref().and_then(|path| expression::check(path, scope, &Expected::Relation).ok());
        let far = far.as_ref().and_then(form::target);
        if let (ComponentType::Widget, Some(name), Some(written)) =
            (component.kind, &component.name, &mut component.widget)
        {
            let far = far.unwrap_or(entity);
            let entity = self.after.entity_by_id(far).map(|entity| entity.name.as_str());
            let mut widget = written.on_dashboard(name, entity);
            self.widget(&mut widget, document, &format!("{here}/widget"), renamed);
            written.take(widget);
        }
        let Some(far) = far else { return };
        let old = CatalogScope::of_record(self.before, far);
        let new = CatalogScope::of_record(self.after, far);
        let mut text = |text: &mut String, pointer: String| self.text(text, &old, &new, document, pointer, renamed);
        for (at, column) in component.paths_mut().iter_mut().enumerate() {
            text(column, format!("{here}/columns/{at}"));
        }
        for (at, total) in component.totals.iter_mut().enumerate() {
            text(total, format!("{here}/totals/{at}"));
        }
        if let Some(filter) = &mut component.filter {
            text(filter, format!("{here}/filter"));
        }
        for (at, key) in component.sort.iter_mut().enumerate() {
            let (sign, name) = key.strip_prefix('-').map_or(("", key.as_str()), |name| ("-", name));
            let mut name = name.to_owned();
            if text(&mut name, format!("{here}/sort/{at}")) {
                *key = format!("{sign}{name}");
            }
        }
    }
}
