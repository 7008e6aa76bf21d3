//! Last stage: rules and defaults are checked against the finished catalog.

use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::check::{Mention, mentions};
use expression::{Expected, Expr, Scope};
use schemas::suggest::nearest;

use super::fields::Expressions;
use crate::{Catalog, CatalogScope, Default, Entity, Rule};

pub(super) fn resolve(catalog: &mut Catalog, sources: &[Expressions], problems: &mut Vec<Diagnostic>) {
    for (at, source) in sources.iter().enumerate() {
        if source.rules.is_empty() && source.defaults.is_empty() {
            continue;
        }
        let mut stage = Stage { catalog, entity: &catalog.entities[at], problems };
        let rules = stage.rules(source);
        let defaults = stage.defaults(source);
        let entity = Arc::make_mut(&mut catalog.entities[at]);
        entity.rules = rules;
        for (field, default) in defaults {
            entity.fields[field].default = Some(Default::Expression(default));
        }
    }
}

struct Stage<'a> {
    catalog: &'a Catalog,
    entity: &'a Entity,
    problems: &'a mut Vec<Diagnostic>,
}

impl Stage<'_> {
    fn rules(&mut self, source: &Expressions) -> Vec<Rule> {
        let scope = CatalogScope::of_record(self.catalog, &self.entity.id);
        let mut rules = Vec::new();
        for (at, rule) in source.rules.iter().enumerate() {
            if let Some(when) = self.check(&rule.when, &scope, Expected::Condition, &format!("/rules/{at}/when")) {
                rules.push(Rule { name: rule.name.clone(), when, message: rule.message.clone() });
            }
        }
        rules
    }

    fn defaults(&mut self, source: &Expressions) -> Vec<(usize, Expr)> {
        let scope = CatalogScope::without_record(self.catalog);
        let mut defaults = Vec::new();
        for (field, pointer, text) in &source.defaults {
            let expected = Expected::Value(self.entity.fields[*field].expression_type());
            defaults.extend(self.check(text, &scope, expected, pointer).map(|expr| (*field, expr)));
        }
        defaults
    }

    #[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
    fn check(&mut self, text: &str, scope: &dyn Scope, expected: Expected, pointer: &str) -> Option<Expr> {
        let document = format!("entity/{}", self.entity.name);
        let place = |problem: Diagnostic| problem.in_document(document.clone()).at(pointer);
        match mentions(text, scope, &expected) {
            Ok((expr, mentions)) => {
                let strangers = mentions.iter().filter_map(|mention| unknown_choice(self.catalog, mention));
                self.problems.extend(strangers.map(place));
                Some(expr)
            }
            Err(problems) => {
                self.problems.extend(problems.into_iter().map(place));
                None
            }
        }
    }
}

/// A comparison with a value that the field cannot have is never true, and hardly meant.
fn unknown_choice(catalog: &Catalog, mention: &Mention) -> Option<Diagnostic> {
    let value = mention.choice.as_deref()?;
    let field = catalog.entity_by_id(&mention.field.entity)?.field_by_id(&mention.field.id)?;
    let known = || field.choices().into_iter().flat_map(|set| set.choices.iter().map(|choice| &*choice.value));
    if field.choices().is_none() || known().any(|choice| choice == value) {
        return None;
    }
    let problem = Diagnostic::warning("expression.unknown_choice").with("found", value).with("field", &field.name);
    Some(problem.with_some("nearest", nearest(value, known())))
}
