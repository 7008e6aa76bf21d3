//! Comparisons: total equality, and order by the language for texts.
//!
//! A stored number is compared with a written one in the form it is stored in, so that indexes serve.

use expression::{Binary, Decimal, Expr, ExprKind, Value};
use sea_query::{BinOper, Expr as Sql, ExprTrait};
use sql::{ColumnType, Dialect};

use super::Term;
use super::boolean::{always, different, never, same};
use crate::build::bound;
use crate::plan::source::Draft;

/// Where a written number stands between the numbers of a scale.
enum Fit {
    /// It is one of them.
    Exact(Decimal),
    /// It lies above this one and below the next.
    Above(Decimal),
}

impl Draft<'_> {
    /// True exactly where the value equals one of the list.
    pub(crate) fn one_of(&mut self, value: &Expr, list: &[Expr]) -> Sql {
        let mut stored = self.comparand(value);
        let mut among = Vec::new();
        let mut others = Vec::new();
        for item in list {
            match self.comparand(item) {
                empty if empty.is_empty() => others.push(self.is_null(stored.clone())),
                term if term.constant.is_some() && !stored.is_empty() => {
                    if let Some((left, right)) = self.align(stored.clone(), term) {
                        stored = left;
                        among.push(right.expr);
                    }
                }
                _ => others.push(self.equal(value, item)),
            }
        }
        let among = (!among.is_empty()).then(|| stored.expr.is_in(among));
        among.into_iter().chain(others).reduce(Sql::or).unwrap_or_else(never)
    }

    /// Lowers a side of a comparison: a whole number that stands as a decimal keeps its stored form.
    pub(crate) fn comparand(&mut self, expr: &Expr) -> Term {
        match &expr.kind {
            ExprKind::ToDecimal(whole) if !matches!(whole.kind, ExprKind::Literal(_)) => {
                Term { widened: true, ..self.value(whole) }
            }
            _ => self.value(expr),
        }
    }

    /// True exactly where the sides are equal, two empty ones included.
    pub(crate) fn equal(&mut self, left: &Expr, right: &Expr) -> Sql {
        let (left, right) = (self.comparand(left), self.comparand(right));
        if left.is_empty() {
            return self.is_null(right);
        }
        if right.is_empty() {
            return self.is_null(left);
        }
        let Some((left, right)) = self.align(left, right) else { return never() };
        if left.nullable && right.nullable {
            left.expr.binary(same(self.dialect()), right.expr)
        } else {
            left.expr.eq(right.expr)
        }
    }

    /// True exactly where the sides differ.
    pub(crate) fn unequal(&mut self, left: &Expr, right: &Expr) -> Sql {
        let (left, right) = (self.comparand(left), self.comparand(right));
        if left.is_empty() {
            return self.is_not_null(right);
        }
        if right.is_empty() {
            return self.is_not_null(left);
        }
        let Some((left, right)) = self.align(left, right) else { return always() };
        if left.nullable || right.nullable {
            left.expr.binary(different(self.dialect()), right.expr)
        } else {
            left.expr.ne(right.expr)
        }
    }

    fn is_null(&self, term: Term) -> Sql {
        match (term.is_empty(), term.nullable) {
            (true, _) => always(),
            // As a decimal, a whole number of more than 16 digits is empty.
            _ if term.widened => self.number(term).expr.is_null(),
            (_, false) => never(),
            _ => term.expr.is_null(),
        }
    }

    fn is_not_null(&self, term: Term) -> Sql {
        match (term.is_empty(), term.nullable) {
            (true, _) => never(),
            _ if term.widened => self.number(term).expr.is_not_null(),
            (_, false) => always(),
            _ => term.expr.is_not_null(),
        }
    }

    /// True where both sides are there and stand in this order; NULL where one is empty.
    pub(crate) fn ordered(&mut self, operator: Binary, left: &Expr, right: &Expr) -> Term {
        let (left, right) = (self.comparand(left), self.comparand(right));
        if left.is_empty() || right.is_empty() {
            return Term::certain(never(), ColumnType::Boolean);
        }
        if let Some(compared) = self.against_written(operator, &left, &right) {
            let nullable = left.nullable || right.nullable;
            return Term { nullable, ..Term::new(compared, ColumnType::Boolean) };
        }
        let (left, right) = self.unify(left, right);
        let nullable = left.nullable || right.nullable;
        let collated = |side: Sql| sql::order::collate(side, self.dialect(), &self.language());
        let (left_side, right_side) = match (left.form, self.dialect()) {
            // Of two collations PostgreSQL takes neither.
            (ColumnType::Text, Dialect::Postgres) if right.constant.is_none() => {
                (collated(left.expr), collated(right.expr))
            }
            (ColumnType::Text, _) => (collated(left.expr), right.expr),
            _ => (left.expr, right.expr),
        };
        let compared = left_side.binary(order(operator), right_side);
        Term { nullable, ..Term::new(compared, ColumnType::Boolean) }
    }

    /// Compares a stored number with a written one in the stored form.
    fn against_written(&self, operator: Binary, left: &Term, right: &Term) -> Option<Sql> {
        if let (Some(scale), Some(number)) = (stored_scale(left, self.dialect()), written(right)) {
            return self.against(operator, left, number, scale);
        }
        if let (Some(number), Some(scale)) = (written(left), stored_scale(right, self.dialect())) {
            return self.against(mirrored(operator), right, number, scale);
        }
        None
    }

    fn against(&self, operator: Binary, stored: &Term, number: Decimal, scale: u8) -> Option<Sql> {
        let (operator, number) = match (fit(number, scale)?, operator) {
            (Fit::Exact(number), operator) => (operator, number),
            (Fit::Above(below), Binary::Less | Binary::LessOrEqual) => (Binary::LessOrEqual, below),
            (Fit::Above(below), _) => (Binary::Greater, below),
        };
        let compared = stored.expr.clone().binary(order(operator), self.written_as(number, stored.form)?);
        if !stored.widened {
            return Some(compared);
        }
        // As a decimal, a whole number of more than 16 digits is empty.
        let other_end = match operator {
            Binary::Less | Binary::LessOrEqual => stored.expr.clone().gt(Sql::cust("-10000000000000000")),
            _ => stored.expr.clone().lt(Sql::cust("10000000000000000")),
        };
        Some(compared.and(other_end))
    }

    /// Brings the sides of an equality to one form; `None` when they can never be equal.
    pub(crate) fn align(&self, left: Term, right: Term) -> Option<(Term, Term)> {
        let dialect = self.dialect();
        if let (Some(scale), Some(number)) = (stored_scale(&left, dialect), written(&right)) {
            return self.align_written(left, number, scale);
        }
        if let (Some(number), Some(scale)) = (written(&left), stored_scale(&right, dialect)) {
            return self.align_written(right, number, scale);
        }
        Some(self.unify(left, right))
    }

    fn align_written(&self, stored: Term, number: Decimal, scale: u8) -> Option<(Term, Term)> {
        let Fit::Exact(number) = fit(number, scale)? else { return None };
        let written = Term::certain(self.written_as(number, stored.form)?, stored.form);
        Some((stored, written))
    }

    /// Binds a written number in a stored form; `None` when the form cannot hold it.
    fn written_as(&self, number: Decimal, form: ColumnType) -> Option<Sql> {
        let whole = || i64::try_from(number.units() / 10_i128.pow(12)).ok();
        match form {
            ColumnType::Integer => Some(bound(&Value::Integer(whole()?), form, self.dialect())),
            ColumnType::Decimal { precision, scale } if precision <= 18 => {
                sql::number::to_scaled(number, scale)?;
                Some(bound(&Value::Decimal(number), form, self.dialect()))
            }
            _ => Some(bound(&Value::Decimal(number), form, self.dialect())),
        }
    }
}

/// The scale of a number that is kept as a scaled INTEGER on SQLite, or as a BIGINT on PostgreSQL.
fn stored_scale(term: &Term, dialect: Dialect) -> Option<u8> {
    if term.constant.is_some() {
        return None;
    }
    match (term.form, dialect) {
        (ColumnType::Integer, _) => Some(0),
        (ColumnType::Decimal { precision, scale }, Dialect::Sqlite) if precision <= 18 => Some(scale),
        _ => None,
    }
}

/// The written number, whole ones included.
fn written(term: &Term) -> Option<Decimal> {
    match term.constant.as_ref()? {
        Value::Decimal(number) => Some(*number),
        Value::Integer(number) => Decimal::from_units(i128::from(*number).checked_mul(10_i128.pow(12))?),
        _ => None,
    }
}

fn fit(number: Decimal, scale: u8) -> Option<Fit> {
    let unit = 10_i128.pow(12_u32.checked_sub(u32::from(scale))?);
    let below = number.units().div_euclid(unit) * unit;
    let rounded = Decimal::from_units(below)?;
    Some(if below == number.units() { Fit::Exact(rounded) } else { Fit::Above(rounded) })
}

fn order(operator: Binary) -> BinOper {
    match operator {
        Binary::Less => BinOper::SmallerThan,
        Binary::LessOrEqual => BinOper::SmallerThanOrEqual,
        Binary::Greater => BinOper::GreaterThan,
        _ => BinOper::GreaterThanOrEqual,
    }
}

fn mirrored(operator: Binary) -> Binary {
    match operator {
        Binary::Less => Binary::Greater,
        Binary::LessOrEqual => Binary::GreaterOrEqual,
        Binary::Greater => Binary::Less,
        _ => Binary::LessOrEqual,
    }
}
