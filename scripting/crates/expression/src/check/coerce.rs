//! Bringing values to one type: whole numbers to decimals, literal texts to dates, instants and identities.

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, Utc};
use uuid::Uuid;

use super::Checker;
use crate::ast::Ast;
use crate::mistake::Mistake;
use crate::{Decimal, Expr, ExprKind, Type, Value};

impl Checker<'_> {
    /// Brings an expression to a type. The outer `None` is a noted mistake, the inner one says that it does not fit.
    pub(super) fn coerce(&mut self, expr: Expr, ast: &Ast, ty: &Type) -> Option<Option<Expr>> {
        // What an operation made of a written text and `()` may stand where a written text may.
        let is_nothing =
            expr.ty == Type::Empty || matches!((&expr.kind, &expr.ty), (ExprKind::Literal(Value::Empty), Type::Text));
        if expr.ty == *ty || is_nothing {
            return Some(Some(Expr { ty: ty.clone(), ..expr }));
        }
        match (&expr.kind, &expr.ty, ty) {
            (ExprKind::Literal(Value::Integer(number)), _, Type::Decimal) if Decimal::from_i64(*number).is_some() => {
                Some(Some(Expr::literal(Decimal::from_i64(*number).into(), Type::Decimal)))
            }
            (_, Type::Integer, Type::Decimal) => {
                Some(Some(Expr::new(ExprKind::ToDecimal(Box::new(expr)), Type::Decimal)))
            }
            (ExprKind::Literal(Value::Text(text)), _, _) => match literal(text, ty) {
                None => Some(None),
                Some(Some(value)) => {
                    let ty = if matches!(value, Value::Id(_)) { Type::Id } else { ty.clone() };
                    Some(Some(Expr::literal(value, ty)))
                }
                Some(None) => self.mistake(
                    Mistake::new("expression.bad_literal", ast.span.clone())
                        .with("found", text)
                        .with("type", ty.name()),
                ),
            },
            _ => Some(None),
        }
    }

    /// Brings two expressions to one type; the results as for [`Self::coerce`].
    pub(super) fn unify(&mut self, left: (Expr, &Ast), right: (Expr, &Ast)) -> Option<Option<(Expr, Expr)>> {
        let ((left, left_ast), (right, right_ast)) = (left, right);
        let to_left = right.ty == Type::Empty
            || (left.ty == Type::Decimal && right.ty == Type::Integer)
            || (right.ty == Type::Text && left.ty != Type::Text && left.ty != Type::Empty);
        if to_left {
            let ty = left.ty.clone();
            return Some(self.coerce(right, right_ast, &ty)?.map(|right| (left, right)));
        }
        let ty = right.ty.clone();
        Some(self.coerce(left, left_ast, &ty)?.map(|left| (left, right)))
    }
}

/// Reads a literal text as a value of the type; `None` when no text stands for such values.
fn literal(text: &str, ty: &Type) -> Option<Option<Value>> {
    let instant = |time: DateTime<Utc>| (time.trunc_subsecs(3) == time).then_some(Value::DateTime(time));
    match ty {
        Type::Date => Some(date(text).map(Value::Date)),
        Type::DateTime => Some(DateTime::parse_from_rfc3339(text).ok().and_then(|time| instant(time.to_utc()))),
        Type::Time => Some(NaiveTime::parse_from_str(text, "%H:%M:%S").ok().map(Value::Time)),
        Type::Id | Type::Record(_) | Type::AnyRecord(_) => {
            Some(Uuid::try_parse(text).ok().filter(|_| text.len() == 36).map(Value::Id))
        }
        _ => None,
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    let canonical = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (canonical && date >= NaiveDate::from_ymd_opt(1, 1, 1)?).then_some(date)
}
