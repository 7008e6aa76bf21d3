//! Conditions of three values, as SQL has them.

use expression::ast::{AstKind, Span};
use expression::{Ast, Binary, Expr, ExprKind, Mistake, Type};
use sqlparser::ast::{BinaryOperator, Expr as Written, InTarget, Query as Read, UnaryOperator, Value as Literal};

use super::names::Checker;
use super::tables::all;
use super::value::text_of;
use super::{Body, Condition, Query};

/// Values of one list.
const MAX_LIST: usize = 500;

impl Checker<'_> {
    pub(super) fn condition(&mut self, written: &Written) -> Option<Condition> {
        let chain = self.chain(written);
        if let Some((is_and, parts)) = chain {
            let place = self.place(parts[0]);
            return self.down(place, |it| {
                let parts: Vec<Option<Condition>> = parts.into_iter().map(|part| it.condition(part)).collect();
                let parts: Vec<Condition> = parts.into_iter().collect::<Option<_>>()?;
                Some(if is_and { Condition::And(parts) } else { Condition::Or(parts) })
            });
        }
        let place = if self.depth > 40 { 0..self.text.len() } else { self.place(written) };
        self.down(place.clone(), |it| it.condition_here(written, place))
    }

    /// The parts of a row of `AND` or of `OR`, however long it is.
    fn chain<'w>(&self, written: &'w Written) -> Option<(bool, Vec<&'w Written>)> {
        let Written::BinaryOp { op: kind @ (BinaryOperator::And | BinaryOperator::Or), .. } = written else {
            return None;
        };
        let (mut parts, mut rest) = (Vec::new(), written);
        while let Written::BinaryOp { left, op, right } = rest {
            if op != kind {
                break;
            }
            parts.push(&**right);
            rest = left;
        }
        parts.push(rest);
        parts.reverse();
        Some((*kind == BinaryOperator::And, parts))
    }

    fn condition_here(&mut self, written: &Written, place: Span) -> Option<Condition> {
        match written {
            Written::Nested(inner) => self.condition(inner),
            Written::UnaryOp { op: UnaryOperator::Not, expr } => Some(not(true, self.condition(expr)?)),
            Written::BinaryOp { left, op, right } if compares(op).is_some() => {
                self.comparison(compares(op)?, left, right, place)
            }
            Written::IsNull(of) => self.single(of).map(Condition::Empty),
            Written::IsNotNull(of) => Some(not(true, Condition::Empty(self.single(of)?))),
            Written::IsTrue(of) => self.is(of, Some(true), false),
            Written::IsNotTrue(of) => self.is(of, Some(true), true),
            Written::IsFalse(of) => self.is(of, Some(false), false),
            Written::IsNotFalse(of) => self.is(of, Some(false), true),
            Written::IsUnknown(of) => self.is(of, None, false),
            Written::IsNotUnknown(of) => self.is(of, None, true),
            Written::IsDistinctFrom(left, right) => {
                let (left, right) = self.pair(Binary::Equal, left, right, place)?;
                Some(not(true, Condition::Same(left, right)))
            }
            Written::IsNotDistinctFrom(left, right) => {
                let (left, right) = self.pair(Binary::Equal, left, right, place)?;
                Some(Condition::Same(left, right))
            }
            Written::Between { expr, negated, low, high } => {
                let low = self.comparison(Binary::GreaterOrEqual, expr, low, place.clone());
                let high = self.comparison(Binary::LessOrEqual, expr, high, place);
                Some(not(*negated, Condition::And(vec![low?, high?])))
            }
            Written::In { expr, target: InTarget::List(items), negated, global: false } => {
                Some(not(*negated, self.one_of(expr, items, place)?))
            }
            Written::In { expr, target: InTarget::Subquery(query), negated, global: false } => {
                Some(not(*negated, self.among(expr, query, place)?))
            }
            Written::Exists { subquery, negated } => {
                let (query, _) = self.query(subquery)?;
                Some(not(*negated, Condition::Exists(Box::new(query))))
            }
            Written::Like { negated, any: false, expr, pattern, escape_char: None } => {
                Some(not(*negated, self.like(expr, pattern, false, place)?))
            }
            Written::ILike { negated, any: false, expr, pattern, escape_char: None } => {
                Some(not(*negated, self.like(expr, pattern, true, place)?))
            }
            Written::Value(value) if value.value == Literal::Null => {
                self.mistake(Mistake::new("sql.not_a_condition", place).with("found", "NULL"))
            }
            _ => {
                let value = self.value(written).and_then(|ast| self.typed(&ast))?;
                match value.ty {
                    Type::Boolean => Some(Condition::Value(value)),
                    _ => self.mistake(Mistake::new("sql.not_a_condition", place).with("found", value.ty.name())),
                }
            }
        }
    }

    fn is(&mut self, of: &Written, wanted: Option<bool>, negated: bool) -> Option<Condition> {
        Some(not(negated, Condition::Is(Box::new(self.condition(of)?), wanted)))
    }

    fn single(&mut self, of: &Written) -> Option<Expr> {
        let place = self.place(of);
        let value = self.value(of).and_then(|ast| self.typed(&ast))?;
        match value.ty {
            Type::Records(_) => self.mistake(Mistake::new("sql.column_type", place).with("found", value.ty.name())),
            _ => Some(value),
        }
    }

    /// Two values, brought to one type, of which the first is compared with the second.
    fn comparison(&mut self, operator: Binary, left: &Written, right: &Written, place: Span) -> Option<Condition> {
        let (left, right) = self.pair(operator, left, right, place)?;
        Some(Condition::Compare(operator, left, right))
    }

    fn pair(&mut self, operator: Binary, left: &Written, right: &Written, place: Span) -> Option<(Expr, Expr)> {
        for side in [left, right] {
            if is_nothing(side) {
                let place = self.place(side);
                self.mistakes.push(Mistake::new("sql.compared_with_null", place));
                return None;
            }
        }
        let (left, right) = (self.value(left), self.value(right));
        self.compared(operator, left?, right?, place)
    }

    fn compared(&mut self, operator: Binary, left: Ast, right: Ast, place: Span) -> Option<(Expr, Expr)> {
        let ast = Ast::new(AstKind::Binary(operator, Box::new(left), Box::new(right)), place.clone());
        match self.typed(&ast)?.kind {
            ExprKind::Binary(_, left, right) => Some((*left, *right)),
            // Only what is compared with nothing is no comparison.
            _ => self.mistake(Mistake::new("sql.compared_with_null", place)),
        }
    }

    fn one_of(&mut self, value: &Written, items: &[Written], place: Span) -> Option<Condition> {
        if items.len() > MAX_LIST {
            let mistake = Mistake::new("sql.long_list", place).with("found", items.len());
            return self.mistake(mistake.with("max", MAX_LIST));
        }
        let ast = self.value(value)?;
        let mut pairs = Vec::new();
        let mut is_whole = true;
        for item in items {
            let place = self.place(item);
            if is_nothing(item) {
                is_whole = false;
                self.mistakes.push(Mistake::new("sql.compared_with_null", place));
                continue;
            }
            let found = self.value(item).and_then(|item| self.compared(Binary::Equal, ast.clone(), item, place));
            is_whole &= found.is_some();
            pairs.extend(found);
        }
        let (first, _) = pairs.first().filter(|_| is_whole)?.clone();
        if pairs.iter().all(|(left, _)| *left == first) {
            return Some(Condition::In(first, pairs.into_iter().map(|(_, item)| item).collect()));
        }
        let parts = pairs.into_iter().map(|(left, item)| Condition::Compare(Binary::Equal, left, item));
        Some(Condition::Or(parts.collect()))
    }

    fn among(&mut self, value: &Written, query: &Read, place: Span) -> Option<Condition> {
        let value = self.single(value);
        let found = self.query(query);
        let (value, (query, columns)) = (value?, found?);
        let [column] = columns.as_slice() else {
            let mistake = Mistake::new("sql.one_column", place).with("found", columns.len());
            return self.mistake(mistake);
        };
        let is_number = |ty: &Type| matches!(ty, Type::Integer | Type::Decimal);
        let alike = value.ty == column.ty
            || is_number(&value.ty) && is_number(&column.ty)
            || value.ty.is_identity() && column.ty.is_identity() && (value.ty == Type::Id || column.ty == Type::Id);
        if !alike {
            let mistake = Mistake::new("expression.operands", place).with("operator", "IN");
            return self.mistake(mistake.with("left", value.ty.name()).with("right", column.ty.name()));
        }
        Some(Condition::Among(value, Box::new(query)))
    }

    /// A pattern of a written text, with `%` at its ends and in between.
    fn like(&mut self, value: &Written, pattern: &Written, folds: bool, place: Span) -> Option<Condition> {
        let at = self.place(pattern);
        let refused = |it: &mut Self| it.mistake(Mistake::new("sql.pattern", at.clone()));
        let Some(text) = text_of(pattern) else { return refused(self) };
        let text = if folds { text.to_lowercase() } else { text.to_owned() };
        if text.contains(['_', '\\']) || text.chars().all(|one| one == '%') {
            return refused(self);
        }
        let pieces: Vec<&str> = text.split('%').collect();
        let value = self.value(value)?;
        let word = |name: &str| expression::ast::Ident { name: name.into(), span: place.clone() };
        let call = |name: &str, arguments| Ast::new(AstKind::Call(word(name), arguments), place.clone());
        let value = if folds { call("to_lower", vec![value]) } else { value };
        let written = |piece: &str| Ast::new(AstKind::Text(piece.into()), at.clone());
        let (first, last) = (pieces[0], pieces[pieces.len() - 1]);
        let asts = match pieces.as_slice() {
            [_] => {
                let (left, right) = self.compared(Binary::Equal, value, written(first), place.clone())?;
                return Some(Condition::Compare(Binary::Equal, left, right));
            }
            ["", middle, ""] => vec![call("contains", vec![value, written(middle)])],
            [_, ""] => vec![call("starts_with", vec![value, written(first)])],
            ["", _] => vec![call("ends_with", vec![value, written(last)])],
            [_, _] => {
                let least = i64::try_from(first.chars().count() + last.chars().count()).unwrap_or(i64::MAX);
                let least = Ast::new(AstKind::Integer(least), at.clone());
                let length = call("len", vec![value.clone()]);
                let long = AstKind::Binary(Binary::GreaterOrEqual, Box::new(length), Box::new(least));
                vec![
                    call("starts_with", vec![value.clone(), written(first)]),
                    call("ends_with", vec![value, written(last)]),
                    Ast::new(long, place.clone()),
                ]
            }
            _ => return refused(self),
        };
        let mut parts = Vec::new();
        for ast in asts {
            let expr = self.typed(&ast)?;
            parts.push(match expr.kind {
                ExprKind::Binary(operator, left, right) => Condition::Compare(operator, *left, *right),
                _ => Condition::Value(expr),
            });
        }
        all(parts)
    }
}

/// Says whether a query gives exactly one row, or none: whatever it is over.
pub(super) fn is_of_one_row(query: &Query) -> bool {
    if query.limit == Some(1) {
        return true;
    }
    match &query.body {
        Body::Select(select) => select.group.as_ref().is_some_and(|group| group.keys.is_empty()),
        Body::Query(query) => is_of_one_row(query),
        Body::Union(_) => false,
    }
}

fn not(negated: bool, condition: Condition) -> Condition {
    if negated { Condition::Not(Box::new(condition)) } else { condition }
}

/// Says whether something written is no value: the empty text is none either.
fn is_nothing(written: &Written) -> bool {
    match written {
        Written::Value(value) => {
            value.value == Literal::Null || value.value == Literal::SingleQuotedString(String::new())
        }
        Written::Nested(inner) => is_nothing(inner),
        _ => false,
    }
}

pub(super) fn compares(operator: &BinaryOperator) -> Option<Binary> {
    Some(match operator {
        BinaryOperator::Eq => Binary::Equal,
        BinaryOperator::NotEq => Binary::NotEqual,
        BinaryOperator::Lt => Binary::Less,
        BinaryOperator::LtEq => Binary::LessOrEqual,
        BinaryOperator::Gt => Binary::Greater,
        BinaryOperator::GtEq => Binary::GreaterOrEqual,
        _ => return None,
    })
}
