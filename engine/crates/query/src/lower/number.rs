//! Numbers: exact decimals of 12 digits after the point, whole numbers of 64 bits, empty beyond either.

use expression::{Binary, Decimal, Expr, Type, Value};
use sea_query::{BinOper, CaseStatement, Expr as Sql, ExprTrait, Func, Query, SelectStatement};
use sql::{ColumnType, Dialect};

use super::Term;
use super::term::form_of;
use crate::build::{bound, iden};
use crate::plan::source::Draft;

impl Draft<'_> {
    /// Brings a number to the form of expressions.
    pub(crate) fn number(&self, term: Term) -> Term {
        let dialect = self.dialect();
        if let Some(number) = written(&term) {
            return Term::constant(&Value::Decimal(number), ColumnType::Number, dialect);
        }
        let expr = match (term.form, dialect) {
            (ColumnType::Integer, Dialect::Sqlite) => from_scaled(term.expr, 0),
            (ColumnType::Decimal { precision, scale }, Dialect::Sqlite) if precision <= 18 => {
                from_scaled(term.expr, scale)
            }
            (ColumnType::Integer, Dialect::Postgres) => self.number_in_range(term.expr.cast_as("numeric")),
            _ => term.expr,
        };
        Term { nullable: true, ..Term::new(expr, ColumnType::Number) }
    }

    pub(crate) fn negate(&mut self, number: &Expr) -> Term {
        let term = self.value(number);
        let expr = match (term.form, self.dialect()) {
            (ColumnType::Integer | ColumnType::Duration, Dialect::Sqlite) => {
                function(sql::number::INTEGER_NEGATE, [term.expr])
            }
            (ColumnType::Integer | ColumnType::Duration, Dialect::Postgres) => {
                self.whole_in_range(Sql::cust("0::numeric").sub(term.expr))
            }
            (_, Dialect::Sqlite) => {
                let number = self.number(term);
                return Term::new(function(sql::number::NEGATE, [number.expr]), ColumnType::Number);
            }
            (_, Dialect::Postgres) => {
                return Term::new(Sql::cust("0::numeric").sub(term.expr), ColumnType::Number);
            }
        };
        Term::new(expr, term.form)
    }

    /// Lowers `+ - * / %` of numbers and texts; dates are in `call`.
    pub(crate) fn arithmetic(&mut self, operator: Binary, left: &Expr, right: &Expr, ty: &Type) -> Term {
        match (&left.ty, &right.ty, ty) {
            (_, _, Type::Text) => self.concatenate(left, right),
            (_, _, Type::Decimal) => self.decimal(operator, left, right),
            (Type::Integer | Type::Duration, Type::Integer | Type::Duration, _) => {
                self.whole(operator, left, right, ty)
            }
            _ => self.temporal(operator, left, right, ty),
        }
    }

    fn decimal(&mut self, operator: Binary, left: &Expr, right: &Expr) -> Term {
        let (left, right) = (self.value(left), self.value(right));
        let (left, right) = (self.number(left).expr, self.number(right).expr);
        let expr = match (operator, self.dialect()) {
            (Binary::Divide, Dialect::Postgres) => self.quotient(left, right),
            (Binary::Multiply, Dialect::Postgres) => self.number_in_range(round(left.mul(right))),
            (Binary::Subtract, Dialect::Postgres) => self.number_in_range(left.sub(right)),
            (_, Dialect::Postgres) => self.number_in_range(left.add(right)),
            (Binary::Divide, Dialect::Sqlite) => function(sql::number::DIVIDE, [left, right]),
            (Binary::Multiply, Dialect::Sqlite) => function(sql::number::MULTIPLY, [left, right]),
            (Binary::Subtract, Dialect::Sqlite) => function(sql::number::SUBTRACT, [left, right]),
            (_, Dialect::Sqlite) => function(sql::number::ADD, [left, right]),
        };
        Term::new(expr, ColumnType::Number)
    }

    fn whole(&mut self, operator: Binary, left: &Expr, right: &Expr, ty: &Type) -> Term {
        let (left, right) = (self.value(left).expr, self.value(right).expr);
        let expr = match self.dialect() {
            Dialect::Sqlite => {
                let name = match operator {
                    Binary::Subtract => sql::number::INTEGER_SUBTRACT,
                    Binary::Multiply => sql::number::INTEGER_MULTIPLY,
                    Binary::Remainder => sql::number::INTEGER_REMAINDER,
                    Binary::Divide => sql::number::INTEGER_DIVIDE,
                    _ => sql::number::INTEGER_ADD,
                };
                function(name, [left, right])
            }
            Dialect::Postgres => {
                let (left, right) = (left.cast_as("numeric"), right.cast_as("numeric"));
                let zero = Sql::cust("0");
                self.whole_in_range(match operator {
                    Binary::Subtract => left.sub(right),
                    Binary::Multiply => left.mul(right),
                    Binary::Remainder => left.modulo(function("nullif", [right, zero])),
                    Binary::Divide => function("div", [left, function("nullif", [right, zero])]),
                    _ => left.add(right),
                })
            }
        };
        Term::new(expr, form_of(ty))
    }

    /// Divides exactly and rounds to 12 digits, half away from zero; PostgreSQL's own division keeps too few digits.
    pub(crate) fn quotient(&self, left: Sql, right: Sql) -> Sql {
        let mut pair = Query::select();
        pair.expr_as(left, iden("a")).expr_as(function("nullif", [right, Sql::cust("0")]), iden("b"));
        let twice = "div(abs(n.a) * 2000000000000, abs(n.b))";
        let rounded = Sql::cust(format!("sign(n.a) * sign(n.b) * div({twice} + 1, 2) * 0.000000000001"));
        self.number_in_range(select_from(pair, rounded))
    }

    /// Makes a NUMERIC of more than 16 digits before the point NULL. The value is written and computed once.
    pub(crate) fn number_in_range(&self, value: Sql) -> Sql {
        in_range(value, "n.v", "n.v > -10000000000000000 AND n.v < 10000000000000000")
    }

    /// Makes a NUMERIC beyond 64 bits NULL, else BIGINT.
    pub(crate) fn whole_in_range(&self, value: Sql) -> Sql {
        in_range(value, "n.v::bigint", "n.v BETWEEN -9223372036854775808 AND 9223372036854775807")
    }
}

fn in_range(value: Sql, result: &'static str, condition: &'static str) -> Sql {
    let mut inner = Query::select();
    inner.expr_as(value, iden("v"));
    select_from(inner, CaseStatement::new().case(Sql::cust(condition), Sql::cust(result)).into())
}

/// Computes `result` from the columns of `inner`, which it calls `n`.
pub(crate) fn select_from(inner: SelectStatement, result: Sql) -> Sql {
    let mut select = Query::select();
    select.expr(result).from_subquery(fenced(inner), iden("n"));
    Sql::SubQuery(None, Box::new(select.into()))
}

/// Keeps PostgreSQL from pulling the inner select up, which would compute its value once for every mention.
fn fenced(mut select: SelectStatement) -> SelectStatement {
    select.limit(1);
    select
}

pub(crate) fn round(value: Sql) -> Sql {
    function("round", [value, Sql::cust("12")])
}

pub(crate) fn function<const N: usize>(name: &'static str, arguments: [Sql; N]) -> Sql {
    Func::cust(name).args(arguments).into()
}

fn from_scaled(value: Sql, scale: u8) -> Sql {
    function(sql::number::FROM, [value, Sql::cust(scale.to_string())])
}

fn written(term: &Term) -> Option<Decimal> {
    match term.constant.as_ref()? {
        Value::Decimal(number) => Some(*number),
        Value::Integer(number) => Decimal::from_units(i128::from(*number).checked_mul(10_i128.pow(12))?),
        _ => None,
    }
}

impl Draft<'_> {
    /// Joins two texts; empty with either.
    fn concatenate(&mut self, left: &Expr, right: &Expr) -> Term {
        let (left, right) = (self.value(left), self.value(right));
        let nullable = left.nullable || right.nullable;
        let joined = left.expr.binary(BinOper::Custom("||"), right.expr);
        Term { nullable, ..Term::new(joined, ColumnType::Text) }
    }

    /// A zero of whole numbers, for sums over nothing.
    pub(crate) fn zero(&self) -> Sql {
        bound(&Value::Integer(0), ColumnType::Integer, self.dialect())
    }
}
