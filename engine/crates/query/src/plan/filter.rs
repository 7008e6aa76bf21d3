//! Conditions of a request: the filter, one typed expression, and quick search.

use std::collections::BTreeSet;

use access::AccessScope;
use diagnostic::Diagnostic;
use expression::{Binary, Expected, Expr, ExprKind, FieldId, Type, Value, Variable};
use sea_query::Expr as Sql;
use sea_query::ExprTrait;
use sql::ColumnType;

use super::source::{Draft, SourceId};
use crate::lower::weight::{MAX_DEPTH, MAX_PARTS, Weight, parts, weigh};
use crate::lower::{Term, form_of};

/// Most words of a quick search; more narrow nothing.
const MAX_WORDS: usize = 16;

/// Lists the record's own fields that a condition says the value of.
fn pinned(condition: &Expr, fields: &mut Vec<FieldId>) {
    let ExprKind::Binary(operator, left, right) = &condition.kind else { return };
    match (operator, &left.kind, &right.kind) {
        (Binary::And, ..) => [left, right].into_iter().for_each(|side| pinned(side, fields)),
        (Binary::Equal, ExprKind::Field(of, field), ExprKind::Literal(value))
        | (Binary::Equal, ExprKind::Literal(value), ExprKind::Field(of, field))
            if of.kind == ExprKind::Variable(Variable::RECORD) && *value != Value::Empty =>
        {
            fields.push(field.id.clone());
        }
        _ => {}
    }
}

impl Draft<'_> {
    /// Checks a filter and lowers it; its mistakes are noted under the pointer.
    pub(crate) fn filter(&mut self, source: SourceId, filter: Option<&str>, pointer: &str) -> Option<Sql> {
        let text = filter.filter(|text| !text.trim().is_empty())?;
        let expr = self.check(source, text, &Expected::Condition, pointer)?;
        if pointer == "/filter" {
            let reads = expression::paths::reads(&expr);
            let own = reads.paths.into_iter().filter(|path| path.root == expression::paths::Root::Record);
            self.asked.extend(own.filter_map(|path| path.fields.into_iter().next()).map(|field| field.id));
            pinned(&expr, &mut self.pinned);
        }
        let before = self.mistakes.len();
        let condition = self.holds(&expr);
        for mistake in &mut self.mistakes[before..] {
            mistake.place.pointer = pointer.to_owned();
        }
        Some(condition)
    }

    /// Type-checks an expression over the source's record against what the actor may know.
    pub(crate) fn check(&mut self, source: SourceId, text: &str, expected: &Expected, pointer: &str) -> Option<Expr> {
        let entity = self.entity(source);
        match expression::check(text, &AccessScope::of_record(&self.access, &entity.id), expected) {
            Ok(expr) => self.bearable(expr, pointer),
            Err(mistakes) => {
                self.mistakes.extend(mistakes.into_iter().map(|mistake| mistake.at(pointer)));
                None
            }
        }
    }

    /// Checks an expression that records are to be ordered or grouped by, and lowers it; what has no order is `refused`.
    /// Its mistakes are noted under the pointer.
    pub(crate) fn computed(
        &mut self,
        source: SourceId,
        text: &str,
        pointer: &str,
        refused: &dyn Fn() -> Diagnostic,
    ) -> Option<(Expr, Term)> {
        let expr = self.check(source, text, &Expected::Anything, pointer)?;
        let before = self.mistakes.len();
        let is_ordered = matches!(
            expr.ty,
            Type::Boolean
                | Type::Integer
                | Type::Decimal
                | Type::Text
                | Type::Date
                | Type::DateTime
                | Type::Time
                | Type::Duration
        );
        if !is_ordered {
            self.mistakes.push(refused().at(pointer));
            return None;
        }
        let term = self.value_of(source, &expr);
        for mistake in &mut self.mistakes[before..] {
            mistake.place.pointer = pointer.to_owned();
        }
        Some((expr, term))
    }

    /// Gives the expression unless it would make the statement too large for a database.
    fn bearable(&mut self, expr: Expr, pointer: &str) -> Option<Expr> {
        let Weight { depth, .. } = weigh(&expr, self.access.catalog());
        self.parts = self.parts.saturating_add(parts(&expr));
        if self.parts <= MAX_PARTS && depth <= MAX_DEPTH {
            return Some(expr);
        }
        self.mistakes.push(Diagnostic::error("query.too_complex").at(pointer));
        None
    }

    /// Keeps the records in whose title or searchable fields every word occurs, case ignored.
    pub(crate) fn quick(&mut self, source: SourceId, words: Option<&str>) -> Vec<Sql> {
        let words: BTreeSet<String> = words
            .unwrap_or_default()
            .replace('\0', " ")
            .split_whitespace()
            .take(MAX_WORDS)
            .map(str::to_lowercase)
            .collect();
        if words.is_empty() {
            return Vec::new();
        }
        let texts = self.searched(source);
        let dialect = self.dialect();
        let found = |word: &String, text: &Term| {
            let word = Term::constant(&Value::Text(word.as_str().into()), ColumnType::Text, dialect);
            crate::lower::like(text.clone(), word, dialect).expr
        };
        let any = |word: &String| {
            texts.iter().map(|text| found(word, text)).reduce(Sql::or).unwrap_or_else(crate::lower::never)
        };
        words.iter().map(any).collect()
    }

    /// The title and the searchable fields, as texts.
    fn searched(&mut self, source: SourceId) -> Vec<Term> {
        let entity = self.entity(source);
        let mut places = Vec::new();
        places.extend(self.title_of(source));
        let searchable = self.access.fields(&entity).into_iter().filter(|field| field.searchable);
        places.extend(searchable.map(|field| (source, field.id.clone())));
        let mut seen = BTreeSet::new();
        let mut texts = Vec::new();
        for (holder, id) in places {
            let entity = self.entity(holder);
            let Some(field) = entity.field_by_id(&id).filter(|_| seen.insert(id.clone())) else { continue };
            if let ([column], [kind]) = (field.columns.as_slice(), sql::ColumnType::of(&field.kind).as_slice())
                && *kind == ColumnType::Text
            {
                texts.push(Term::new(self.cell(holder, field, column), form_of(&Type::Text)));
            }
        }
        texts
    }
}
