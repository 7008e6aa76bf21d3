//! Typed expressions as SQL, with the language's meaning on both dialects.
//!
//! A boolean is lowered in one of three ways: [`Draft::holds`] is true exactly where the expression is true,
//! [`Draft::fails`] exactly where it is not, and both may be NULL elsewhere, which a WHERE takes as false; only
//! [`Draft::value`] gives the exact value. So conditions stay plain enough for indexes.

mod term;
mod boolean;
mod compare;
mod record;
mod number;
mod text;
mod aggregate;
pub(crate) mod exact;
mod call;
mod library;
pub(crate) mod weight;

pub(crate) use boolean::{always, is_true, never, same};
pub(crate) use number::function;
pub(crate) use term::{Term, form_of, typed_parameter};
pub(crate) use text::like;
pub use weight::too_large;

use expression::{Binary, Expr, ExprKind, Type, Unary};
use sea_query::{CaseStatement, Expr as Sql, Func};

use crate::plan::source::Draft;

impl Draft<'_> {
    /// Lowers an expression to its value.
    pub(crate) fn value(&mut self, expr: &Expr) -> Term {
        if expr.ty == Type::Boolean && !matches!(expr.kind, ExprKind::Literal(_)) {
            return self.boolean_value(expr);
        }
        match &expr.kind {
            ExprKind::Literal(value) => self.literal(value, &expr.ty),
            ExprKind::Variable(_) | ExprKind::User => self.identity(expr),
            ExprKind::Field(record, field) => self.field(record, field),
            ExprKind::As(any, target, _) => self.of_entity(any, target),
            ExprKind::Binary(Binary::Coalesce, ..) | ExprKind::If(..) if matches!(expr.ty, Type::AnyRecord(_)) => {
                Term::new(self.any_record(expr).1, sql::ColumnType::Uuid)
            }
            ExprKind::Unary(Unary::Negate, number) => self.negate(number),
            ExprKind::Binary(Binary::Coalesce, left, right) => self.coalesce(left, right),
            ExprKind::Binary(operator, left, right) => self.arithmetic(*operator, left, right, &expr.ty),
            ExprKind::If(condition, then, otherwise) => self.choose(condition, then, otherwise),
            ExprKind::Call(name, arguments) => self.call(name, arguments, &expr.ty),
            ExprKind::Aggregate(aggregate, records, variable, body) => {
                self.aggregate(*aggregate, records, *variable, body.as_deref(), &expr.ty)
            }
            ExprKind::ToDecimal(whole) => {
                let whole = self.value(whole);
                self.number(whole)
            }
            ExprKind::Unary(Unary::Not, _) | ExprKind::OneOf(..) | ExprKind::Filter(..) | ExprKind::All(..) => {
                self.unsupported("filter")
            }
        }
    }

    fn coalesce(&mut self, left: &Expr, right: &Expr) -> Term {
        let (left, right) = (self.value(left), self.value(right));
        let (left, right) = self.unify(left, right);
        let nullable = left.nullable && right.nullable;
        let expr = Sql::FunctionCall(Func::coalesce([left.expr, right.expr]));
        Term { nullable, ..Term::new(expr, left.form) }
    }

    fn choose(&mut self, condition: &Expr, then: &Expr, otherwise: &Expr) -> Term {
        let condition = self.holds(condition);
        let (then, otherwise) = (self.value(then), self.value(otherwise));
        let (then, otherwise) = self.unify(then, otherwise);
        let nullable = then.nullable || otherwise.nullable;
        let form = then.form;
        let case = CaseStatement::new().case(condition, then.expr).finally(otherwise.expr);
        Term { nullable, ..Term::new(case, form) }
    }

    /// Brings two terms to one form: decimals of different scales to the form of expressions.
    pub(crate) fn unify(&self, left: Term, right: Term) -> (Term, Term) {
        let plain = |term: &Term| !term.is_literal_number() && !term.widened;
        if left.form == right.form && plain(&left) && plain(&right) {
            return (left, right);
        }
        if left.is_empty() {
            return (Term::empty(right.form, self.dialect()), right);
        }
        if right.is_empty() {
            let form = left.form;
            return (left, Term::empty(form, self.dialect()));
        }
        if left.is_number() || right.is_number() {
            return (self.number(left), self.number(right));
        }
        (left, right)
    }
}
