//! How much SQL an expression becomes, told before any is written: some functions name an argument twice, and nested in
//! themselves they would double it again and again.

use expression::function::period::Period;
use expression::{Aggregate, Binary, Expr, ExprKind, Type, Value};

/// Most parts that the expressions of one statement become; SQLite binds 32,766 values.
pub(crate) const MAX_PARTS: u64 = 30_000;
/// Deepest nesting of SQL that an expression becomes; SQLite takes 1,000, some of which conditions of access need.
pub(crate) const MAX_DEPTH: u32 = 800;

/// What an expression becomes, at most, on either database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) parts: u64,
    pub(crate) depth: u32,
}

/// Weighs an expression.
pub(crate) fn weigh(expr: &Expr) -> Weight {
    let mut weight = Weight { parts: 0, depth: 0 };
    for (at, child) in expr.children().into_iter().enumerate() {
        let inner = weigh(child);
        weight.parts = weight.parts.saturating_add(inner.parts.saturating_mul(times(expr, at)));
        weight.depth = weight.depth.max(inner.depth);
    }
    Weight { parts: weight.parts.saturating_add(1), depth: weight.depth.saturating_add(levels(expr)) }
}

/// How often the SQL of an expression names what its child becomes.
fn times(expr: &Expr, child: usize) -> u64 {
    match (&expr.kind, child) {
        // What is written is bound beside the others; anything else is compared on its own.
        (ExprKind::OneOf(_, list), 0) => 1 + list.iter().filter(|item| !is_written(item)).count() as u64,
        (ExprKind::OneOf(_, list), item) => 1 + u64::from(!list.get(item - 1).is_some_and(is_written)),
        (ExprKind::Aggregate(Aggregate::Sum | Aggregate::Avg, ..), 1) => 2,
        (ExprKind::If(..), 0) if matches!(expr.ty, Type::AnyRecord(_)) => 2,
        // A whole number as a decimal has two ends in an order.
        (
            ExprKind::Binary(
                Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual,
                left,
                right,
            ),
            _,
        ) if [left, right].iter().any(|side| matches!(side.kind, ExprKind::ToDecimal(_))) => 2,
        (ExprKind::Call("ends_with", _), 1) | (ExprKind::Call("sub_string", _), 2) => 2,
        (ExprKind::Call(name, _), 0) if Period::of(name).is_some() => 2,
        _ => 1,
    }
}

fn is_written(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Literal(value) if *value != Value::Empty)
}

/// How many levels of SQL an expression puts around its children.
fn levels(expr: &Expr) -> u32 {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Variable(_) | ExprKind::User => 1,
        ExprKind::Field(..) | ExprKind::As(..) | ExprKind::Unary(..) | ExprKind::ToDecimal(_) => 2,
        ExprKind::Binary(operator, ..) => match operator {
            Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder => 2,
            _ => 3,
        },
        ExprKind::If(..) | ExprKind::OneOf(..) | ExprKind::Call(..) => 4,
        ExprKind::Filter(..) => 3,
        ExprKind::Aggregate(..) => 8,
    }
}
