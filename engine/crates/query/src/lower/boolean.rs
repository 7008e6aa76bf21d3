//! Conditions: where an expression is true, and where it is not.

use expression::{Aggregate, Binary, Expr, ExprKind, Unary, Value};
use sea_query::{BinOper, Expr as Sql, ExprTrait};
use sql::{ColumnType, Dialect};

use super::Term;
use crate::plan::source::Draft;

impl Draft<'_> {
    /// Lowers a condition: true exactly where the expression is true; false or NULL elsewhere.
    pub(crate) fn holds(&mut self, expr: &Expr) -> Sql {
        match &expr.kind {
            ExprKind::Literal(Value::Boolean(true)) => always(),
            ExprKind::Literal(_) => never(),
            ExprKind::Unary(Unary::Not, inner) => self.fails(inner),
            ExprKind::Binary(Binary::And, left, right) => self.holds(left).and(self.holds(right)),
            ExprKind::Binary(Binary::Or, left, right) => self.holds(left).or(self.holds(right)),
            ExprKind::Binary(Binary::Equal, left, right) => self.equal(left, right),
            ExprKind::Binary(Binary::NotEqual, left, right) => self.unequal(left, right),
            ExprKind::Binary(operator, left, right) if is_order(*operator) => self.ordered(*operator, left, right).expr,
            ExprKind::OneOf(value, list) => self.one_of(value, list),
            ExprKind::Aggregate(Aggregate::Any | Aggregate::All, ..) => self.quantified(expr, true),
            _ => self.exact_boolean(expr).expr,
        }
    }

    /// Lowers the opposite of a condition: true exactly where the expression is false or empty.
    pub(crate) fn fails(&mut self, expr: &Expr) -> Sql {
        match &expr.kind {
            ExprKind::Literal(Value::Boolean(true)) => never(),
            ExprKind::Literal(_) => always(),
            ExprKind::Unary(Unary::Not, inner) => self.holds(inner),
            ExprKind::Binary(Binary::And, left, right) => self.fails(left).or(self.fails(right)),
            ExprKind::Binary(Binary::Or, left, right) => self.fails(left).and(self.fails(right)),
            ExprKind::Binary(Binary::Equal, left, right) => self.unequal(left, right),
            ExprKind::Binary(Binary::NotEqual, left, right) => self.equal(left, right),
            ExprKind::Binary(operator, left, right) if is_order(*operator) => {
                let compared = self.ordered(*operator, left, right);
                if compared.nullable { is_not_true(compared.expr, self.dialect()) } else { compared.expr.not() }
            }
            ExprKind::OneOf(value, list) => is_not_true(self.one_of(value, list), self.dialect()),
            ExprKind::Aggregate(Aggregate::Any | Aggregate::All, ..) => self.quantified(expr, false),
            _ => {
                let term = self.exact_boolean(expr);
                if term.nullable { is_not_true(term.expr, self.dialect()) } else { term.expr.not() }
            }
        }
    }

    /// Lowers a boolean to its exact value: true, false or NULL for empty.
    pub(crate) fn boolean_value(&mut self, expr: &Expr) -> Term {
        match &expr.kind {
            ExprKind::Unary(Unary::Not, inner) => {
                Term::certain(is_true(self.fails(inner), self.dialect()), ColumnType::Boolean)
            }
            ExprKind::Binary(Binary::Coalesce, ..) => self.exact_boolean(expr),
            ExprKind::Binary(..) | ExprKind::OneOf(..) => {
                Term::certain(is_true(self.holds(expr), self.dialect()), ColumnType::Boolean)
            }
            ExprKind::Aggregate(Aggregate::Any | Aggregate::All, ..) => {
                Term::certain(self.quantified(expr, true), ColumnType::Boolean)
            }
            _ => self.exact_boolean(expr),
        }
    }

    /// The booleans that are values: fields, functions, choices between booleans.
    fn exact_boolean(&mut self, expr: &Expr) -> Term {
        match &expr.kind {
            ExprKind::Literal(value) => self.literal(value, &expr.ty),
            ExprKind::Field(record, field) => self.field(record, field),
            ExprKind::Binary(Binary::Coalesce, left, right) => self.coalesce(left, right),
            ExprKind::If(condition, then, otherwise) => self.choose(condition, then, otherwise),
            ExprKind::Call(name, arguments) => self.call(name, arguments, &expr.ty),
            ExprKind::Aggregate(aggregate, records, variable, body) => {
                self.aggregate(*aggregate, records, *variable, body.as_deref(), &expr.ty)
            }
            _ => self.unsupported("boolean"),
        }
    }
}

pub(crate) fn always() -> Sql {
    Sql::cust("TRUE")
}

pub(crate) fn never() -> Sql {
    Sql::cust("FALSE")
}

/// Makes a condition exact: false where it was NULL.
pub(crate) fn is_true(condition: Sql, dialect: Dialect) -> Sql {
    condition.binary(same(dialect), always())
}

fn is_not_true(condition: Sql, dialect: Dialect) -> Sql {
    condition.binary(different(dialect), always())
}

/// The operator of total equality.
pub(crate) fn same(dialect: Dialect) -> BinOper {
    match dialect {
        Dialect::Sqlite => BinOper::Is,
        Dialect::Postgres => BinOper::Custom("IS NOT DISTINCT FROM"),
    }
}

/// The operator of total inequality.
pub(crate) fn different(dialect: Dialect) -> BinOper {
    match dialect {
        Dialect::Sqlite => BinOper::IsNot,
        Dialect::Postgres => BinOper::Custom("IS DISTINCT FROM"),
    }
}

fn is_order(operator: Binary) -> bool {
    matches!(operator, Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual)
}
