//! The expressions of datasets, whose names begin at the records of each part and at what is joined to them.

use expression::{EntityId, Expected};
use schemas::{Body, Document};

use super::{Expressions, Renamed};
use crate::CatalogScope;
use crate::resolve::joined;

impl Expressions<'_> {
    /// Rewrites join by join: what a join leads to tells what the next expressions name.
    pub(super) fn dataset(&self, mut dataset: schemas::Dataset, document: &mut Document, renamed: &mut Renamed) {
        let path = document.path();
        let before = renamed.rewrites.len();
        for (at, part) in dataset.parts.iter_mut().enumerate() {
            let Some(entity) = self.after.entity(&part.entity) else { continue };
            let mut old = CatalogScope::of_record(self.before, &entity.id);
            let mut new = CatalogScope::of_record(self.after, &entity.id);
            for (place, join) in part.joins.iter_mut().enumerate() {
                let here = format!("/parts/{at}/joins/{place}");
                if let Some(through) = &mut join.through {
                    let pointer = format!("{here}/through");
                    self.text_of(&Expected::Relation, through, (&old, &new), &path, pointer, renamed);
                }
                let Some(target) = joined(self.after, &new, join) else { break };
                let of_target = |catalog| CatalogScope::of_record(catalog, &target);
                for (pair, on) in join.on.iter_mut().enumerate() {
                    let here = format!("{here}/on/{pair}");
                    self.text(&mut on.left, &old, &new, &path, format!("{here}/left"), renamed);
                    let (before, after) = (of_target(self.before), of_target(self.after));
                    self.text(&mut on.right, &before, &after, &path, format!("{here}/right"), renamed);
                }
                old.add_record(&join.name, &target);
                new.add_record(&join.name, &target);
            }
            if let Some(filter) = &mut part.filter {
                self.text(filter, &old, &new, &path, format!("/parts/{at}/filter"), renamed);
            }
            for (field, value) in &mut part.values {
                self.text(value, &old, &new, &path, format!("/parts/{at}/values/{field}"), renamed);
            }
        }
        let id = EntityId::new(dataset.id.as_deref().unwrap_or(&dataset.name));
        let old = CatalogScope::of_record(self.before, &id);
        let new = CatalogScope::of_record(self.after, &id);
        for (at, field) in dataset.fields.iter_mut().enumerate() {
            if let Some(expression) = &mut field.expression {
                self.text(expression, &old, &new, &path, format!("/fields/{at}/expression"), renamed);
            }
        }
        if let Some(having) = &mut dataset.having {
            self.text(having, &old, &new, &path, "/having".to_owned(), renamed);
        }
        if renamed.rewrites.len() > before {
            *document = Document::of(Body::Dataset(dataset));
        }
    }
}
