//! The expressions of dashboards: each widget speaks of the records of its own entity.

use expression::FieldId;
use schemas::{Body, Document, WidgetType};
use serde_json::Value;

use super::{Expressions, Renamed, Rewrite};
use crate::CatalogScope;
use crate::resolve::dashboards::entity_of;

impl Expressions<'_> {
    /// The names of entities, measures and views are in order by now, so that the paths of each widget can be read.
    pub(super) fn dashboard(&self, mut dashboard: schemas::Dashboard, document: &mut Document, renamed: &mut Renamed) {
        let path = document.path();
        let before = renamed.rewrites.len();
        for (at, filter) in dashboard.filters.iter_mut().enumerate() {
            self.choices(filter, &path, &format!("/filters/{at}/default"), renamed);
        }
        for (at, widget) in dashboard.widgets.iter_mut().enumerate() {
            self.widget(widget, &path, &format!("/widgets/{at}"), renamed);
        }
        if renamed.rewrites.len() > before {
            *document = Document::of(Body::Dashboard(dashboard));
        }
    }

    pub(super) fn widget(&self, widget: &mut schemas::Widget, document: &str, here: &str, renamed: &mut Renamed) {
        let Some(entity) = entity_of(self.after, widget) else { return };
        let old = CatalogScope::of_record(self.before, &entity);
        let new = CatalogScope::of_record(self.after, &entity);
        let mut text = |text: &mut String, pointer: String| self.text(text, &old, &new, document, pointer, renamed);
        // Groups are sorted by the paths that they are of.
        let mut moved: Vec<(String, String)> = Vec::new();
        let keys = [("group_by", &mut widget.group_by), ("rows", &mut widget.rows), ("columns", &mut widget.columns)];
        for (key, columns) in keys {
            for (at, column) in columns.iter_mut().enumerate() {
                let pointer = column.pointer(&format!("{here}/{key}/{at}"));
                let was = column.path().to_owned();
                if text(column.path_mut(), pointer) {
                    moved.push((was, column.path().to_owned()));
                }
            }
        }
        for (at, measure) in widget.measures.iter_mut().enumerate() {
            for span in expression::groups::arguments(&measure.expression).into_iter().rev() {
                let mut argument = measure.expression[span.clone()].to_owned();
                if text(&mut argument, format!("{here}/measures/{at}/expression")) {
                    measure.expression.replace_range(span, &argument);
                }
            }
        }
        let single = [("filter", &mut widget.filter), ("date", &mut widget.date), ("person", &mut widget.person)];
        for (key, found) in single {
            if let Some(found) = found {
                text(found, format!("{here}/{key}"));
            }
        }
        for (name, path) in &mut widget.filters {
            if let Some(path) = path {
                text(path, format!("{here}/filters/{name}"));
            }
        }
        for (at, key) in widget.sort.iter_mut().enumerate() {
            let (sign, name) = key.strip_prefix('-').map_or(("", key.as_str()), |name| ("-", name));
            let mut name = name.to_owned();
            let is_new = match widget.kind {
                WidgetType::List => text(&mut name, format!("{here}/sort/{at}")),
                _ => match moved.iter().find(|(was, _)| *was == name) {
                    Some((_, now)) => {
                        name.clone_from(now);
                        true
                    }
                    None => false,
                },
            };
            if is_new {
                *key = format!("{sign}{name}");
            }
        }
    }

    /// Rewrites the choices that a filter begins with.
    fn choices(&self, filter: &mut schemas::DashboardFilter, document: &str, here: &str, renamed: &mut Renamed) {
        let (Some(name), Some(field)) = (&filter.entity, &filter.field) else { return };
        let Some(entity) = self.after.entity(name) else { return };
        let id = entity.field(field).map(|field| field.id.clone()).unwrap_or_else(|| FieldId::new(field));
        let known = entity.field(field).and_then(|field| field.choices());
        let Some(Value::Array(values)) = &mut filter.default else { return };
        for (at, value) in values.iter_mut().enumerate() {
            let Some(word) = value.as_str() else { continue };
            let is_known = known.is_some_and(|set| set.choices.iter().any(|choice| *choice.value == *word));
            if is_known && !self.untouched {
                continue;
            }
            let Some(new) = self.names.of_choice(&entity.id, &id, word).cloned() else { continue };
            let (document, pointer) = (document.to_owned(), format!("{here}/{at}"));
            renamed.rewrites.push(Rewrite { document, pointer, from: word.to_owned(), to: new.clone() });
            *value = Value::String(new);
        }
    }
}
