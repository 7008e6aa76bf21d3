//! Operators: which types they take, what they give.

use std::sync::Arc;

use super::{Checked, Checker, Mention, Named};
use crate::ast::{Ast, AstKind, Span};
use crate::mistake::Mistake;
use crate::{Aggregate, Binary, Expr, ExprKind, Type, Unary, Value};

impl Checker<'_> {
    pub(super) fn unary(&mut self, operator: Unary, argument: &Ast) -> Checked {
        if operator == Unary::Not {
            let condition = self.condition(argument)?;
            return Some(Expr::new(ExprKind::Unary(Unary::Not, Box::new(condition)), Type::Boolean));
        }
        let expr = self.value(argument)?;
        match expr.ty.clone() {
            Type::Empty => Some(expr),
            ty @ (Type::Integer | Type::Decimal) => Some(Expr::new(ExprKind::Unary(Unary::Negate, Box::new(expr)), ty)),
            ty => self.wrong_type(argument, &Type::Decimal, &ty),
        }
    }

    pub(super) fn binary(&mut self, operator: Binary, left: &Ast, right: &Ast, span: &Span) -> Checked {
        if matches!(operator, Binary::And | Binary::Or) {
            let (left, right) = (self.condition(left), self.condition(right));
            return Some(node(operator, left?, right?, Type::Boolean));
        }
        let (left_expr, right_expr) = (self.value(left), self.value(right));
        let (left_expr, right_expr) = (left_expr?, right_expr?);
        let (left_type, right_type) = (left_expr.ty.clone(), right_expr.ty.clone());
        let fitting = match operator {
            Binary::Equal | Binary::NotEqual => self.equality(operator, (left_expr, left), (right_expr, right))?,
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => self
                .unify((left_expr, left), (right_expr, right))?
                .filter(|(left, _)| left.ty.is_ordered())
                .map(|(left, right)| compared(operator, left, right)),
            Binary::Coalesce => self.unify((left_expr, left), (right_expr, right))?.map(|(left, right)| {
                let ty = left.ty.clone();
                node(operator, left, right, ty)
            }),
            _ => self.arithmetic(operator, (left_expr, left), (right_expr, right))?,
        };
        match fitting {
            Some(expr) if expr.ty == Type::Empty => Some(Expr::empty()),
            Some(expr) => Some(expr),
            None => {
                let are_numbers =
                    [&left_type, &right_type].iter().all(|ty| matches!(ty, Type::Integer | Type::Decimal));
                // `%` is of whole numbers; the library has the other.
                let nearest = (operator == Binary::Remainder && are_numbers).then_some("mod(a, b)");
                self.mistake(
                    Mistake::new("expression.operands", span.clone())
                        .with("operator", operator.symbol())
                        .with("left", left_type.name())
                        .with("right", right_type.name())
                        .with_some("nearest", nearest),
                )
            }
        }
    }

    fn equality(&mut self, operator: Binary, left: (Expr, &Ast), right: (Expr, &Ast)) -> Option<Option<Expr>> {
        self.note_choice(&left.0, right.1);
        self.note_choice(&right.0, left.1);
        Some(self.comparable(left, right)?.map(|(left, right)| node(operator, left, right, Type::Boolean)))
    }

    /// Brings two values to where they can be equal; the results as for `coerce`.
    fn comparable(&mut self, left: (Expr, &Ast), right: (Expr, &Ast)) -> Option<Option<(Expr, Expr)>> {
        let empty = left.0.ty == Type::Empty || right.0.ty == Type::Empty;
        let identities = left.0.ty.is_identity() && right.0.ty.is_identity();
        let related = left.0.ty == right.0.ty
            || left.0.ty == Type::Id
            || right.0.ty == Type::Id
            || may_be(&left.0.ty, &right.0.ty)
            || may_be(&right.0.ty, &left.0.ty);
        if empty || (identities && related) {
            return Some(Some((left.0, right.0)));
        }
        let unified = self.unify(left, right)?;
        Some(unified.filter(|(left, _)| !matches!(left.ty, Type::Opaque | Type::Choices)))
    }

    /// Notes that a text stands for a choice of the field it is compared with.
    fn note_choice(&mut self, field: &Expr, text: &Ast) {
        if let (ExprKind::Field(_, field), AstKind::Text(choice)) = (&field.kind, &text.kind) {
            let named = Named::Choice(field.clone(), Arc::clone(choice));
            self.mentions.push(Mention { span: text.span.clone(), named });
        }
    }

    fn arithmetic(&mut self, operator: Binary, left: (Expr, &Ast), right: (Expr, &Ast)) -> Option<Option<Expr>> {
        if let Some(ty) = moment(operator, &left.0.ty, &right.0.ty) {
            return Some(Some(node(operator, left.0, right.0, ty)));
        }
        let Some((left, right)) = (match operator {
            Binary::Divide => self.decimals(left, right)?,
            _ => self.unify(left, right)?,
        }) else {
            return Some(None);
        };
        let ty = match (operator, &left.ty) {
            (_, Type::Empty) => return Some(Some(Expr::empty())),
            (Binary::Divide, Type::Decimal) => Type::Decimal,
            (Binary::Remainder, Type::Integer) => Type::Integer,
            (Binary::Add | Binary::Subtract | Binary::Multiply, ty @ (Type::Integer | Type::Decimal)) => ty.clone(),
            (Binary::Add, Type::Text) => Type::Text,
            (Binary::Add | Binary::Subtract, Type::Duration) => Type::Duration,
            (Binary::Subtract, Type::Date | Type::DateTime) => Type::Duration,
            _ => return Some(None),
        };
        // Arithmetic with a written `()` is `()`: no other part needs to know such nodes.
        let empty = [&left, &right].iter().any(|side| side.kind == ExprKind::Literal(Value::Empty));
        Some(Some(if empty { Expr::literal(Value::Empty, ty) } else { node(operator, left, right, ty) }))
    }

    fn decimals(&mut self, left: (Expr, &Ast), right: (Expr, &Ast)) -> Option<Option<(Expr, Expr)>> {
        let numeric = |ty: &Type| ty.is_number() || *ty == Type::Empty;
        if !numeric(&left.0.ty) || !numeric(&right.0.ty) {
            return Some(None);
        }
        let left = self.coerce(left.0, left.1, &Type::Decimal)?;
        let right = self.coerce(right.0, right.1, &Type::Decimal)?;
        Some(left.zip(right))
    }

    pub(super) fn one_of(&mut self, value: &Ast, list: &Ast) -> Checked {
        let AstKind::List(items) = &list.kind else { return self.inside(value, list) };
        let value_expr = self.value(value)?;
        let mut exprs = Vec::with_capacity(items.len());
        for item in items {
            let Some(expr) = self.value(item) else { continue };
            self.note_choice(&value_expr, item);
            let found = expr.ty.clone();
            match self.comparable((value_expr.clone(), value), (expr, item)) {
                // The value itself must not change from item to item: a decimal among whole numbers is a mistake.
                Some(Some((same, item))) if same == value_expr => exprs.push(item),
                Some(_) => drop(self.wrong_type::<Expr>(item, &value_expr.ty, &found)),
                None => (),
            }
        }
        (exprs.len() == items.len()).then(|| Expr::new(ExprKind::OneOf(Box::new(value_expr), exprs), Type::Boolean))
    }

    /// `value in many`: a multiple choice, a text or related records.
    fn inside(&mut self, value: &Ast, many: &Ast) -> Checked {
        let (value_expr, many_expr) = (self.value(value), self.expression(many));
        let (value_expr, many_expr) = (value_expr?, many_expr?);
        match (&many_expr.ty, &value_expr.ty) {
            (Type::Text | Type::Choices, Type::Text) => {
                if let Type::Choices = many_expr.ty {
                    self.note_choice(&many_expr, value);
                }
                Some(Expr::new(ExprKind::Call("contains", vec![many_expr, value_expr]), Type::Boolean))
            }
            (Type::Records(entity), found)
                if *found == Type::Record(entity.clone()) || may_be(found, &Type::Record(entity.clone())) =>
            {
                let variable = self.fresh();
                let record = Expr::new(ExprKind::Variable(variable), Type::Record(entity.clone()));
                let body = node(Binary::Equal, record, value_expr, Type::Boolean);
                let kind = ExprKind::Aggregate(Aggregate::Any, Box::new(many_expr), variable, Some(Box::new(body)));
                Some(Expr::new(kind, Type::Boolean))
            }
            (many_type, value_type) => {
                let mistake = Mistake::new("expression.operands", value.span.start..many.span.end)
                    .with("operator", "in")
                    .with("left", value_type.name())
                    .with("right", many_type.name());
                self.mistake(mistake)
            }
        }
    }
}

/// Says whether a record of one of several entities may be one of the other type.
fn may_be(any: &Type, other: &Type) -> bool {
    match (any, other) {
        (Type::AnyRecord(targets), Type::Record(entity)) => targets.contains(entity),
        (Type::AnyRecord(targets), Type::AnyRecord(others)) => targets.iter().any(|target| others.contains(target)),
        _ => false,
    }
}

fn node(operator: Binary, left: Expr, right: Expr, ty: Type) -> Expr {
    Expr::new(ExprKind::Binary(operator, Box::new(left), Box::new(right)), ty)
}

/// Nothing is above or below `()`, so that a comparison with a written one is false.
fn compared(operator: Binary, left: Expr, right: Expr) -> Expr {
    let empty = [&left, &right].iter().any(|side| side.kind == ExprKind::Literal(Value::Empty));
    if empty {
        return Expr::literal(Value::Boolean(false), Type::Boolean);
    }
    node(operator, left, right, Type::Boolean)
}

/// A date or an instant moved by a length of time.
fn moment(operator: Binary, left: &Type, right: &Type) -> Option<Type> {
    let moves = matches!(operator, Binary::Add | Binary::Subtract) && *right == Type::Duration;
    (moves && matches!(left, Type::Date | Type::DateTime)).then(|| left.clone())
}
