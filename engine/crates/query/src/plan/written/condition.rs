//! Conditions of three values: NULL where SQL says unknown, on both databases.

use catalog::sql::Condition;
use expression::{Binary, Expr, ExprKind, Value};
use sea_query::{Expr as Sql, ExprTrait};

use super::{Lowered, Writer};
use crate::lower::{Term, always, never, same};

impl Writer<'_, '_> {
    pub(super) fn condition(&mut self, condition: &Condition) -> Sql {
        match condition {
            Condition::And(parts) => {
                let parts: Vec<Sql> = parts.iter().map(|part| self.condition(part)).collect();
                halved(parts, Sql::and).unwrap_or_else(always)
            }
            Condition::Or(parts) => {
                let parts: Vec<Sql> = parts.iter().map(|part| self.condition(part)).collect();
                halved(parts, Sql::or).unwrap_or_else(never)
            }
            Condition::Not(of) => self.condition(of).not(),
            Condition::Compare(operator, left, right) => self.compare(*operator, left, right),
            Condition::Empty(value) => self.value(value).expr.is_null(),
            Condition::Same(left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                let (left, right) = self.draft.unify(left, right);
                left.expr.binary(same(self.dialect()), right.expr)
            }
            Condition::In(value, items) => self.one_of(value, items),
            Condition::Among(value, query) => {
                let term = self.value(value);
                let Lowered { select, forms } = self.query(query, false);
                let form = forms.first().copied().unwrap_or(term.form);
                if form == term.form && term.constant.is_none() {
                    return term.expr.in_subquery(select);
                }
                let is_number = term.is_number();
                let value = if is_number { self.draft.number(term) } else { term };
                let forms = vec![value.form];
                let select = self.in_forms(Lowered { select, forms: vec![form] }, &forms);
                value.expr.in_subquery(select)
            }
            Condition::Exists(query) => {
                let Lowered { select, .. } = self.query(query, false);
                Sql::exists(select)
            }
            Condition::Value(value) => match &value.kind {
                ExprKind::Literal(Value::Boolean(true)) => always(),
                ExprKind::Literal(Value::Boolean(false)) => never(),
                _ => self.value(value).expr,
            },
            Condition::Is(of, Some(true)) => self.condition(of).binary(same(self.dialect()), always()),
            Condition::Is(of, Some(false)) => self.condition(of).binary(same(self.dialect()), never()),
            Condition::Is(of, None) => self.condition(of).is_null(),
        }
    }

    fn compare(&mut self, operator: Binary, left: &Expr, right: &Expr) -> Sql {
        self.prepare(left);
        self.prepare(right);
        if !matches!(operator, Binary::Equal | Binary::NotEqual) {
            return self.draft.ordered(operator, left, right).expr;
        }
        let (left, right) = (self.draft.comparand(left), self.draft.comparand(right));
        let known = if left.constant.is_some() { right.clone() } else { left.clone() };
        let equal = operator == Binary::Equal;
        match self.draft.align(left, right) {
            Some((left, right)) if equal => left.expr.eq(right.expr),
            Some((left, right)) => left.expr.ne(right.expr),
            None => never_of(known, equal),
        }
    }

    fn one_of(&mut self, value: &Expr, items: &[Expr]) -> Sql {
        let parts: Vec<Sql> = items.iter().map(|item| self.compare(Binary::Equal, value, item)).collect();
        halved(parts, Sql::or).unwrap_or_else(never)
    }
}

/// What is equal to no number of its form: not where there is a value, unknown where there is none.
fn never_of(value: Term, equal: bool) -> Sql {
    let unknown = value.expr.clone().ne(value.expr.clone());
    if equal { unknown } else { value.expr.clone().eq(value.expr) }
}

/// Joins conditions in a tree that is as flat as it can be: a list may be long.
fn halved(mut parts: Vec<Sql>, join: fn(Sql, Sql) -> Sql) -> Option<Sql> {
    let rest = parts.split_off(parts.len().div_ceil(2));
    match rest.is_empty() {
        true => parts.pop(),
        false => Some(join(halved(parts, join)?, halved(rest, join)?)),
    }
}
