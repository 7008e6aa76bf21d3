//! Why an expression gives nothing though all that it is made of is there: as an expression that tells the cause.

use crate::{Aggregate, Binary, Expr, ExprKind, Type, Unary, Value};

/// A number has more digits than are kept.
pub const OVERFLOW: &str = "overflow";
/// A number was divided by zero.
pub const DIVISION_BY_ZERO: &str = "division_by_zero";
/// A text is no number and no date, as it was read.
pub const UNREADABLE: &str = "unreadable";
/// A text is longer than texts become.
pub const TOO_LONG: &str = "too_long";
/// There is no such date or time, or it is beyond the years that are kept.
pub const NO_SUCH_DATE: &str = "no_such_date";

/// Gives an expression, a text, that tells by one of these words why `expr` is empty, and is itself empty where `expr` has a
/// value or is empty because something that it reads is. `None` when nothing can go wrong in it.
///
/// A row of operators is looked at as a whole, its values once each, so that the cause is hardly longer than the expression.
/// What goes wrong in a body over related records is not told: aggregates pass over it.
pub fn cause(expr: &Expr) -> Option<Expr> {
    match &expr.kind {
        _ if fails(expr) => Some(of_operators(expr)),
        ExprKind::If(condition, then, otherwise) => {
            let (then, otherwise) = (cause(then), cause(otherwise));
            if then.is_none() && otherwise.is_none() {
                return None;
            }
            let or_nothing = |cause: Option<Expr>| Box::new(cause.unwrap_or_else(nothing));
            Some(text(ExprKind::If(condition.clone(), or_nothing(then), or_nothing(otherwise))))
        }
        ExprKind::Binary(Binary::Coalesce, left, right) => {
            let found = first([cause(left), cause(right)].into_iter().flatten())?;
            Some(when(is_empty(expr), found))
        }
        ExprKind::Aggregate(Aggregate::Sum, ..) => Some(when(is_empty(expr), word(OVERFLOW))),
        ExprKind::Call(..) | ExprKind::Binary(Binary::Add, ..) => {
            let found = first(expr.children().into_iter().filter_map(cause))?;
            Some(when(is_empty(expr), found))
        }
        _ => None,
    }
}

/// Says whether an operator or function can give nothing of what is there.
fn fails(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary(operator, ..) => {
            use Binary::{Add, Divide, Multiply, Remainder, Subtract};
            matches!(operator, Add | Subtract | Multiply | Divide | Remainder) && expr.ty != Type::Text
        }
        ExprKind::Unary(Unary::Negate, _) | ExprKind::ToDecimal(_) => true,
        ExprKind::Call(name, arguments) => match *name {
            "abs" | "round" | "floor" | "ceiling" | "div" | "mod" | "days" | "hours" | "minutes" | "seconds"
            | "weeks" | "add_days" | "add_months" | "add_years" | "parse_int" | "parse_decimal" | "parse_date" => true,
            "datetime" | "pad_left" | "pad_right" | "replace" => true,
            // Of numbers; of a moment they cannot fail.
            "date" | "time" => arguments.len() > 1 && arguments.iter().all(|argument| argument.ty == Type::Integer),
            _ => false,
        },
        _ => false,
    }
}

/// The cause of a row of operators: that of the first of its values that went wrong, else of the row itself when all its values
/// are there and it is not.
fn of_operators(expr: &Expr) -> Expr {
    let (mut values, mut divisors, mut reading) = (Vec::new(), Vec::new(), false);
    gather(expr, &mut values, &mut divisors, &mut reading);
    let own = match &expr.ty {
        _ if reading => UNREADABLE,
        Type::Date | Type::DateTime | Type::Time => NO_SUCH_DATE,
        Type::Text => TOO_LONG,
        _ => OVERFLOW,
    };
    let zero = |divisor: &Expr| {
        let zero = if divisor.ty == Type::Decimal { Value::Decimal(crate::Decimal::ZERO) } else { Value::Integer(0) };
        equal(divisor, Expr::literal(zero, divisor.ty.clone()))
    };
    let own = match divisors.iter().map(|divisor| zero(divisor)).reduce(|left, right| both(Binary::Or, left, right)) {
        Some(is_zero) => {
            let (divided, own) = (Box::new(word(DIVISION_BY_ZERO)), Box::new(word(own)));
            text(ExprKind::If(Box::new(is_zero), divided, own))
        }
        None => word(own),
    };
    let is_there = |value: &&Expr| {
        let is_there = ExprKind::Binary(Binary::NotEqual, Box::new((*value).clone()), Box::new(Expr::empty()));
        Expr::new(is_there, Type::Boolean)
    };
    let constant = |value: &&&Expr| !matches!(value.kind, ExprKind::Literal(_));
    let all =
        values.iter().filter(constant).map(is_there).fold(is_empty(expr), |left, right| both(Binary::And, left, right));
    let within = values.iter().filter_map(|value| cause(value));
    first(within.chain([when(all, own)])).unwrap_or_else(nothing)
}

/// Takes a row of operators apart: what they work on, what is divided by, and whether a text is read.
fn gather<'e>(expr: &'e Expr, values: &mut Vec<&'e Expr>, divisors: &mut Vec<&'e Expr>, reading: &mut bool) {
    if let ExprKind::Binary(Binary::Divide | Binary::Remainder, _, divisor) = &expr.kind {
        divisors.push(divisor);
    }
    if let ExprKind::Call("div" | "mod", arguments) = &expr.kind {
        divisors.extend(arguments.get(1));
    }
    let reads = |expr: &Expr| matches!(expr.kind, ExprKind::Call("parse_int" | "parse_decimal" | "parse_date", _));
    *reading |= reads(expr);
    for child in expr.children() {
        // A text that is read has a cause of its own among the values.
        if fails(child) && !reads(child) {
            gather(child, values, divisors, reading);
        } else {
            values.push(child);
        }
    }
}

fn first(causes: impl Iterator<Item = Expr>) -> Option<Expr> {
    causes.reduce(|left, right| text(ExprKind::Binary(Binary::Coalesce, Box::new(left), Box::new(right))))
}

fn when(condition: Expr, then: Expr) -> Expr {
    text(ExprKind::If(Box::new(condition), Box::new(then), Box::new(nothing())))
}

fn is_empty(expr: &Expr) -> Expr {
    equal(expr, Expr::empty())
}

fn equal(left: &Expr, right: Expr) -> Expr {
    Expr::new(ExprKind::Binary(Binary::Equal, Box::new(left.clone()), Box::new(right)), Type::Boolean)
}

fn both(operator: Binary, left: Expr, right: Expr) -> Expr {
    Expr::new(ExprKind::Binary(operator, Box::new(left), Box::new(right)), Type::Boolean)
}

fn word(word: &str) -> Expr {
    Expr::literal(Value::Text(word.into()), Type::Text)
}

fn nothing() -> Expr {
    Expr::literal(Value::Empty, Type::Text)
}

fn text(kind: ExprKind) -> Expr {
    Expr::new(kind, Type::Text)
}
