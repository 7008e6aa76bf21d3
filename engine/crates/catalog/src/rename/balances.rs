//! The expressions of what posts to registers of balances, whose names begin at the record that posts.

use schemas::{Body, Document};

use super::{Expressions, Renamed};
use crate::CatalogScope;

impl Expressions<'_> {
    /// Rewrites what each posting reads of its record.
    pub(super) fn register(&self, mut register: schemas::Register, document: &mut Document, renamed: &mut Renamed) {
        let path = document.path();
        let before = renamed.rewrites.len();
        for (at, posting) in register.balance.iter_mut().flat_map(|balance| &mut balance.postings).enumerate() {
            let Some(entity) = self.after.entity(&posting.entity) else { continue };
            let old = CatalogScope::of_record(self.before, &entity.id);
            let new = CatalogScope::of_record(self.after, &entity.id);
            let here = format!("/balance/postings/{at}");
            if let Some(when) = &mut posting.when {
                self.text(when, &old, &new, &path, format!("{here}/when"), renamed);
            }
            self.text(&mut posting.date, &old, &new, &path, format!("{here}/date"), renamed);
            for (name, value) in &mut posting.values {
                self.text(value, &old, &new, &path, format!("{here}/values/{name}"), renamed);
            }
        }
        if renamed.rewrites.len() > before {
            *document = Document::of(Body::Register(register));
        }
    }
}
