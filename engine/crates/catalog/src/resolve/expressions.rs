//! Last stage: rules, conditions of access and defaults are checked against the finished catalog.

use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::check::{Mention, Named, mentions};
use expression::{EntityId, Expected, Expr, Scope, Type};
use schemas::suggest::nearest;

use super::formulas;
use super::texts::Expressions;
use crate::{
    Access, Catalog, CatalogScope, Condition, Default, Entity, FieldCondition, FieldKind, FormulaMode, Rule, condition,
};

pub(super) fn resolve(catalog: &mut Catalog, sources: &[Expressions], problems: &mut Vec<Diagnostic>) {
    for (at, source) in sources.iter().enumerate() {
        let is_plain = source.rules.is_empty() && source.defaults.is_empty() && source.access.is_empty();
        let is_plain = is_plain && source.conditions.is_empty();
        if is_plain && source.formulas.is_empty() && source.sequences.is_empty() {
            continue;
        }
        let mut stage = Stage { catalog, entity: &catalog.entities[at], problems };
        let formulas = stage.formulas(source);
        let rules = stage.rules(source);
        let access = stage.access(source);
        let defaults = stage.defaults(source);
        let sequences = stage.sequences(source);
        let conditions = stage.conditions(source);
        let entity = Arc::make_mut(&mut catalog.entities[at]);
        entity.rules = rules;
        entity.access = access;
        for (field, default) in defaults {
            entity.fields[field].default = Some(Default::Expression(default));
        }
        for (field, key, condition) in conditions {
            entity.fields[field].conditions.put(key, condition);
        }
        for (field, expr) in sequences {
            if let FieldKind::AutoNumber { sequence, .. } = &mut entity.fields[field].kind {
                *sequence = Some(Arc::new(expr));
            }
        }
        for (field, expr) in formulas {
            if let Some(formula) = &mut entity.fields[field].formula {
                formula.cause = expression::cause::cause(&expr).map(Arc::new);
                formula.expr = Arc::new(expr);
            }
        }
    }
    formulas::order(catalog, sources, problems);
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

    fn access(&mut self, source: &Expressions) -> Access {
        let mut access = Access::default();
        for written in &source.access {
            for (name, text, conditions) in [
                ("read", &written.read, &mut access.read),
                ("create", &written.create, &mut access.create),
                ("update", &written.update, &mut access.update),
                ("delete", &written.delete, &mut access.delete),
                ("export", &written.export, &mut access.export),
            ] {
                let Some(text) = text else { continue };
                let document = format!("entity/{}", self.entity.name);
                let pointer = format!("/access/{name}");
                conditions.extend(condition(self.catalog, &self.entity.id, text, &document, &pointer, self.problems));
            }
        }
        access
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

    fn sequences(&mut self, source: &Expressions) -> Vec<(usize, Expr)> {
        let scope = CatalogScope::of_record(self.catalog, &self.entity.id).without_measures();
        let mut sequences = Vec::new();
        for (at, pointer, text) in &source.sequences {
            let Some(expr) = self.check(text, &scope, Expected::Anything, pointer) else { continue };
            let is_kind = |ty: &Type| {
                matches!(ty, Type::Text | Type::Integer | Type::Boolean | Type::Date | Type::Record(_) | Type::Id)
            };
            if is_kind(&expr.ty) {
                sequences.push((*at, expr));
                continue;
            }
            let problem = Diagnostic::error("field.sequence_of_no_kind").with("found", expr.ty.name());
            self.problems.push(problem.in_document(format!("entity/{}", self.entity.name)).at(pointer));
        }
        sequences
    }

    fn conditions(&mut self, source: &Expressions) -> Vec<(usize, &'static str, FieldCondition)> {
        let mut conditions = Vec::new();
        for (at, pointer, key, written) in &source.conditions {
            let scope = CatalogScope::of_condition(self.catalog, self.entity, &self.entity.fields[*at], key);
            let Some(when) = self.check(&written.when, &scope, Expected::Condition, pointer) else { continue };
            conditions.push((*at, *key, FieldCondition { when, message: written.message.clone() }));
        }
        conditions
    }

    fn formulas(&mut self, source: &Expressions) -> Vec<(usize, Expr)> {
        let scope = CatalogScope::of_record(self.catalog, &self.entity.id);
        let mut formulas = Vec::new();
        for (at, pointer, text) in &source.formulas {
            let field = &self.entity.fields[*at];
            let expected = Expected::Value(field.expression_type());
            let Some(expr) = self.check(text, &scope, expected, pointer) else { continue };
            let reads = expression::paths::reads(&expr);
            if let Some(code) =
                field.formula.as_ref().and_then(|formula| looks_around(self.catalog, formula.mode, &reads))
            {
                let problem = Diagnostic::error(code).with("field", &field.name);
                self.problems.push(problem.in_document(format!("entity/{}", self.entity.name)).at(pointer));
                continue;
            }
            formulas.push((*at, formulas::fitted(&field.kind, expr)));
        }
        formulas
    }

    #[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
    fn check(&mut self, text: &str, scope: &dyn Scope, expected: Expected, pointer: &str) -> Option<Expr> {
        let document = format!("entity/{}", self.entity.name);
        check(self.catalog, text, scope, &expected, &document, pointer, self.problems)
    }
}

/// Tells why a formula of this kind may not read who asks, the time of day, or rows that nobody writes.
pub(super) fn looks_around(
    catalog: &Catalog,
    mode: FormulaMode,
    reads: &expression::paths::Reads,
) -> Option<&'static str> {
    match mode {
        // What changes a measure is anywhere.
        FormulaMode::Stored if reads.measures => Some("formula.stored_reads_measure"),
        // Nothing tells when these have become another.
        FormulaMode::Stored if reads.user || reads.time => Some("formula.stored_looks_around"),
        FormulaMode::Stored if reads_dataset(catalog, reads) => Some("formula.stored_reads_dataset"),
        // Nobody asks.
        FormulaMode::Scheduled if reads.user => Some("formula.scheduled_reads_user"),
        _ => None,
    }
}

fn reads_dataset(catalog: &Catalog, reads: &expression::paths::Reads) -> bool {
    let mut fields = reads.paths.iter().flat_map(|path| &path.fields);
    fields.any(|field| catalog.entity_by_id(&field.entity).is_some_and(|entity| entity.is_derived()))
}

/// Checks a condition of access on the records of an entity.
pub(super) fn condition(
    catalog: &Catalog,
    entity: &EntityId,
    text: &str,
    document: &str,
    pointer: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<Arc<Condition>> {
    let scope = CatalogScope::of_record(catalog, entity).without_measures();
    let expr = check(catalog, text, &scope, &Expected::Condition, document, pointer, problems)?;
    Some(Arc::new(Condition { text: text.to_owned(), expr }))
}

pub(super) fn check(
    catalog: &Catalog,
    text: &str,
    scope: &dyn Scope,
    expected: &Expected,
    document: &str,
    pointer: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<Expr> {
    let place = |problem: Diagnostic| problem.in_document(document).at(pointer);
    match mentions(text, scope, expected) {
        Ok((expr, mentions)) => {
            problems.extend(unknown_choices(catalog, &mentions).into_iter().map(place));
            Some(expr)
        }
        Err(mistakes) => {
            problems.extend(mistakes.into_iter().map(place));
            None
        }
    }
}

/// Lists the comparisons with values that the fields cannot have, as warnings.
pub fn unknown_choices(catalog: &Catalog, mentions: &[Mention]) -> Vec<Diagnostic> {
    mentions.iter().filter_map(|mention| unknown_choice(catalog, mention)).collect()
}

/// A comparison with a value that the field cannot have is never true, and hardly meant.
fn unknown_choice(catalog: &Catalog, mention: &Mention) -> Option<Diagnostic> {
    let Named::Choice(field, value) = &mention.named else { return None };
    let field = match condition::is_chosen(field) {
        true => catalog.entities().iter().find_map(|entity| entity.field_by_id(&field.id))?,
        false => catalog.entity_by_id(&field.entity)?.field_by_id(&field.id)?,
    };
    let known = || field.choices().into_iter().flat_map(|set| set.choices.iter().map(|choice| &*choice.value));
    if field.choices().is_none() || known().any(|choice| choice == &**value) {
        return None;
    }
    let problem = Diagnostic::warning("expression.unknown_choice").with("found", &**value).with("field", &field.name);
    Some(problem.with_some("nearest", nearest(value, known())))
}
