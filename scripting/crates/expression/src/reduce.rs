//! Partial evaluation: what is known beforehand is computed once, and the rest of the expression remains.

use crate::evaluate::{Recordless, evaluate};
use crate::{Binary, Expr, ExprKind, Type, Unary, Value, function};

/// Reduces an expression. `known` gives the value of a node when it is known without any record, such as a field of the
/// current user; it is asked for every node from the outermost on.
pub fn reduce(expr: &Expr, known: &dyn Fn(&Expr) -> Option<Value>) -> Expr {
    if let ExprKind::Literal(_) = expr.kind {
        return expr.clone();
    }
    if let Some(value) = known(expr) {
        return Expr::literal(value, expr.ty.clone());
    }
    let again = |expr: &Expr| Box::new(reduce(expr, known));
    let all = |list: &[Expr]| list.iter().map(|expr| reduce(expr, known)).collect::<Vec<_>>();
    let kind = match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Variable(_) | ExprKind::User | ExprKind::All(..) => expr.kind.clone(),
        ExprKind::Field(of, field) => ExprKind::Field(again(of), field.clone()),
        ExprKind::As(of, entity, name) => ExprKind::As(again(of), entity.clone(), name.clone()),
        ExprKind::Unary(operator, argument) => ExprKind::Unary(*operator, again(argument)),
        ExprKind::Binary(operator, left, right) => ExprKind::Binary(*operator, again(left), again(right)),
        ExprKind::If(condition, then, otherwise) => ExprKind::If(again(condition), again(then), again(otherwise)),
        ExprKind::Call(name, arguments) => ExprKind::Call(name, all(arguments)),
        ExprKind::OneOf(value, list) => ExprKind::OneOf(again(value), all(list)),
        ExprKind::Filter(of, variable, body) => ExprKind::Filter(again(of), *variable, again(body)),
        ExprKind::Aggregate(aggregate, of, variable, body) => {
            ExprKind::Aggregate(*aggregate, again(of), *variable, body.as_deref().map(again))
        }
        ExprKind::ToDecimal(of) => ExprKind::ToDecimal(again(of)),
    };
    simplify(Expr::new(kind, expr.ty.clone()))
}

fn simplify(expr: Expr) -> Expr {
    if foldable(&expr) {
        return Expr::literal(evaluate(&expr, None, &Recordless::default()), expr.ty);
    }
    match expr.kind {
        ExprKind::Binary(operator @ (Binary::And | Binary::Or), left, right) => {
            let ends = operator == Binary::Or;
            match (truth(&left), truth(&right)) {
                (Some(known), _) | (_, Some(known)) if known == ends => {
                    Expr::literal(Value::Boolean(ends), Type::Boolean)
                }
                (Some(_), None) if is_total(&right) => *right,
                (None, Some(_)) if is_total(&left) => *left,
                _ => Expr::new(ExprKind::Binary(operator, left, right), expr.ty),
            }
        }
        ExprKind::If(condition, then, otherwise) => match truth(&condition) {
            Some(true) => *then,
            Some(false) => *otherwise,
            None => Expr::new(ExprKind::If(condition, then, otherwise), expr.ty),
        },
        kind => Expr::new(kind, expr.ty),
    }
}

/// Says whether the value depends on the node's constants alone. The order of texts depends on the workspace.
fn foldable(expr: &Expr) -> bool {
    let constant = |expr: &&Expr| matches!(expr.kind, ExprKind::Literal(_));
    let depends = match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Variable(_) | ExprKind::User | ExprKind::All(..) => true,
        ExprKind::Field(..) | ExprKind::As(..) | ExprKind::Filter(..) | ExprKind::Aggregate(..) => true,
        ExprKind::Call(name, arguments) if function::looks_around(name, arguments) => true,
        ExprKind::Binary(Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual, left, _) => {
            left.ty == Type::Text
        }
        _ => false,
    };
    !depends && expr.children().iter().all(constant)
}

fn truth(expr: &Expr) -> Option<bool> {
    match &expr.kind {
        ExprKind::Literal(value) => Some(value.is_true()),
        _ => None,
    }
}

/// Says whether a condition is never empty, so that it may stand for `true && condition`.
fn is_total(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Unary(Unary::Not, _) | ExprKind::OneOf(..) | ExprKind::Aggregate(..) => true,
        ExprKind::Binary(operator, ..) => *operator != Binary::Coalesce,
        _ => false,
    }
}

/// Joins conditions by `&&`; nothing joined is true.
pub fn all_of(conditions: impl IntoIterator<Item = Expr>) -> Expr {
    join(Binary::And, true, conditions)
}

/// Joins conditions by `||`; nothing joined is false.
pub fn any_of(conditions: impl IntoIterator<Item = Expr>) -> Expr {
    join(Binary::Or, false, conditions)
}

fn join(operator: Binary, nothing: bool, conditions: impl IntoIterator<Item = Expr>) -> Expr {
    let joined = conditions.into_iter().reduce(|left, right| {
        simplify(Expr::new(ExprKind::Binary(operator, Box::new(left), Box::new(right)), Type::Boolean))
    });
    joined.unwrap_or_else(|| Expr::literal(Value::Boolean(nothing), Type::Boolean))
}
