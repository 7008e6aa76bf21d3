//! The expressions of datasets, whose names begin at the records of each part and at what is joined to them.

use diagnostic::Diagnostic;
use expression::check::{Mention, Named};
use expression::{EntityId, Expected};
use schemas::{Body, Document};

use super::{Expressions, Renamed, Rewrite};
use crate::CatalogScope;
use crate::resolve::joined;

impl Expressions<'_> {
    /// Rewrites join by join: what a join leads to tells what the next expressions name.
    pub(super) fn dataset(&self, mut dataset: schemas::Dataset, document: &mut Document, renamed: &mut Renamed) {
        let path = document.path();
        let before = renamed.rewrites.len();
        if let Some(text) = &mut dataset.sql {
            self.sql(text, &path, renamed);
        }
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

    /// Rewrites the names in a text of SQL where they stand; what gave its name to something else keeps it by `AS`.
    fn sql(&self, text: &mut String, document: &str, renamed: &mut Renamed) {
        let is_sound = crate::sql::check(self.after, text, crate::sql::MAX_ROWS).problems.is_empty();
        if is_sound && !self.untouched {
            return;
        }
        let read = crate::sql::check(self.before, text, crate::sql::MAX_ROWS);
        let mut changes: Vec<(std::ops::Range<usize>, String)> = Vec::new();
        for named in &read.mentions {
            let Some(new) = self.names.of_mention(&named.mention).or_else(|| self.of_entity(&named.mention)) else {
                continue;
            };
            let span = named.mention.span.clone();
            let old = text.get(span.clone()).unwrap_or_default();
            let written = match named.mention.named {
                Named::Choice(..) => format!("'{}'", new.replace('\'', "''")),
                _ if named.names_itself => format!("{new} AS {old}"),
                _ => new,
            };
            changes.push((span, written));
        }
        changes.sort_by_key(|(span, _)| span.start);
        changes.dedup_by_key(|(span, _)| span.start);
        let mut written = text.clone();
        for (span, new) in changes.into_iter().rev() {
            written.replace_range(span, &new);
        }
        let is_read = read.problems.is_empty()
            && crate::sql::check(self.after, &written, crate::sql::MAX_ROWS).problems.is_empty();
        if is_read && written != *text {
            let from = std::mem::replace(text, written.clone());
            let pointer = "/sql".to_owned();
            renamed.rewrites.push(Rewrite { document: document.to_owned(), pointer, from, to: written });
        } else if !is_read && !is_sound {
            let warning = Diagnostic::warning("rename.not_rewritten").in_document(document).at("/sql");
            renamed.warnings.push(warning.with("found", &*text));
        }
    }

    fn of_entity(&self, mention: &Mention) -> Option<String> {
        let Named::Entity(id) = &mention.named else { return None };
        let (old, new) = (self.before.entity_by_id(id)?, self.after.entity_by_id(id)?);
        (old.name != new.name).then(|| new.name.clone())
    }
}
