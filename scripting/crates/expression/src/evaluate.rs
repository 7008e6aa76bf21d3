//! A typed expression and a record to a value.
//!
//! The evaluator is one of the judges of the conformance suite. It never panics and never fails: what cannot be computed
//! is `()`, and a problem is told to the environment.

mod arithmetic;
mod collection;

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::{Binary, Decimal, Expr, ExprKind, FieldRef, RecordRef, Type, Unary, Value, Variable, collation, function};

/// What an evaluation asks of the world.
pub trait Environment {
    /// Gives the value of a stored field; a link as [`Value::Record`] or [`Value::Id`], a link to one of several entities
    /// as [`Value::Record`].
    fn field(&self, record: &RecordRef, field: &FieldRef) -> Value;

    /// Gives what calculates a field that is not stored.
    fn formula(&self, _field: &FieldRef) -> Option<Arc<Expr>> {
        None
    }

    /// Gives the records of a to-many relation.
    fn related(&self, record: &RecordRef, field: &FieldRef) -> Vec<RecordRef>;

    /// Gives the current user, when there is one.
    fn user(&self) -> Option<RecordRef>;

    /// Gives today's date in the time zone that counts here.
    fn today(&self) -> NaiveDate;

    /// Gives the time zone that counts here, in which [`Self::today`] is the date.
    fn zone(&self) -> Tz;

    /// Gives the present instant.
    fn now(&self) -> DateTime<Utc>;

    /// Gives the code of the workspace's language, whose order texts have.
    fn language(&self) -> &str;

    /// Hears of a value that became `()` because it could not be computed.
    fn problem(&self, _problem: Problem) {}
}

/// A world without records: what a function of values asks of its surroundings.
#[derive(Debug, Clone, Copy)]
pub struct Recordless<'a> {
    /// Time zone that counts.
    pub zone: Tz,
    /// Today's date in it.
    pub today: NaiveDate,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// Code of the language whose order texts have.
    pub language: &'a str,
}

impl Default for Recordless<'_> {
    /// What constants are computed in: nothing of it may matter to them.
    fn default() -> Self {
        Self { zone: Tz::UTC, today: NaiveDate::default(), now: DateTime::default(), language: "en" }
    }
}

impl Environment for Recordless<'_> {
    fn field(&self, _: &RecordRef, _: &FieldRef) -> Value {
        Value::Empty
    }

    fn related(&self, _: &RecordRef, _: &FieldRef) -> Vec<RecordRef> {
        Vec::new()
    }

    fn user(&self) -> Option<RecordRef> {
        None
    }

    fn today(&self) -> NaiveDate {
        self.today
    }

    fn zone(&self) -> Tz {
        self.zone
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn language(&self) -> &str {
        self.language
    }
}

/// Why a value could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The value is beyond what its type holds.
    #[error("the value is too large")]
    Overflow,
    /// A number is divided by nought.
    #[error("division by zero")]
    DivisionByZero,
}

/// Computes the value for a record; without one, fields are empty.
pub fn evaluate(expr: &Expr, record: Option<&RecordRef>, environment: &dyn Environment) -> Value {
    let record = record.map_or(Value::Empty, |record| Value::Record(record.clone()));
    Evaluation { environment, variables: vec![(Variable::RECORD, record)] }.value(expr)
}

/// Says whether a condition holds for a record: an empty value does not.
pub fn holds(expr: &Expr, record: Option<&RecordRef>, environment: &dyn Environment) -> bool {
    evaluate(expr, record, environment).is_true()
}

struct Evaluation<'a> {
    environment: &'a dyn Environment,
    variables: Vec<(Variable, Value)>,
}

impl Evaluation<'_> {
    fn value(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Literal(value) => value.clone(),
            ExprKind::Variable(variable) => self.variable(*variable),
            ExprKind::User => self.environment.user().map_or(Value::Empty, Value::Record),
            ExprKind::Field(of, field) => self.field(of, field, &expr.ty),
            ExprKind::As(of, entity, _) => match self.value(of) {
                Value::Record(record) if record.entity == *entity => Value::Record(record),
                _ => Value::Empty,
            },
            ExprKind::Unary(operator, argument) => self.unary(*operator, argument),
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right),
            ExprKind::If(condition, then, otherwise) => {
                let branch = if self.value(condition).is_true() { then } else { otherwise };
                self.value(branch)
            }
            ExprKind::Call(name, arguments) => self.call(name, arguments),
            ExprKind::OneOf(value, list) => {
                let value = self.value(value);
                list.iter().any(|item| equal(&value, &self.value(item))).into()
            }
            // Related records are walked by the aggregates over them; alone they have no value.
            ExprKind::Filter(..) | ExprKind::All(..) => Value::Empty,
            ExprKind::Aggregate(aggregate, of, variable, body) => {
                self.aggregate(*aggregate, of, *variable, body.as_deref(), &expr.ty)
            }
            ExprKind::ToDecimal(of) => match self.value(of) {
                Value::Integer(number) => self.outcome(Decimal::from_i64(number).ok_or(Problem::Overflow)),
                _ => Value::Empty,
            },
        }
    }

    fn variable(&self, variable: Variable) -> Value {
        let found = self.variables.iter().rev().find(|(name, _)| *name == variable);
        found.map_or(Value::Empty, |(_, value)| value.clone())
    }

    fn field(&mut self, of: &Expr, field: &FieldRef, ty: &Type) -> Value {
        let Value::Record(record) = self.value(of) else { return Value::Empty };
        if let Some(formula) = self.environment.formula(field) {
            return evaluate(&formula, Some(&record), self.environment).normalized();
        }
        match (self.environment.field(&record, field).normalized(), ty) {
            (Value::Id(id), Type::Record(entity)) => Value::Record(RecordRef { entity: entity.clone(), id }),
            (value, _) => value,
        }
    }

    fn unary(&mut self, operator: Unary, argument: &Expr) -> Value {
        let argument = self.value(argument);
        match (operator, argument) {
            (Unary::Not, argument) => (!argument.is_true()).into(),
            (Unary::Negate, Value::Integer(number)) => {
                self.outcome(number.checked_neg().map(Value::Integer).ok_or(Problem::Overflow))
            }
            (Unary::Negate, Value::Decimal(number)) => number.negated().into(),
            (Unary::Negate, _) => Value::Empty,
        }
    }

    fn binary(&mut self, operator: Binary, left: &Expr, right: &Expr) -> Value {
        let left = self.value(left);
        match operator {
            Binary::And => return (left.is_true() && self.value(right).is_true()).into(),
            Binary::Or => return (left.is_true() || self.value(right).is_true()).into(),
            Binary::Coalesce if !left.is_empty() => return left,
            Binary::Coalesce => return self.value(right),
            _ => (),
        }
        let right = self.value(right);
        match operator {
            Binary::Equal => equal(&left, &right).into(),
            Binary::NotEqual => (!equal(&left, &right)).into(),
            Binary::Less => self.ordered(&left, &right, Ordering::is_lt),
            Binary::LessOrEqual => self.ordered(&left, &right, Ordering::is_le),
            Binary::Greater => self.ordered(&left, &right, Ordering::is_gt),
            Binary::GreaterOrEqual => self.ordered(&left, &right, Ordering::is_ge),
            _ if left.is_empty() || right.is_empty() => Value::Empty,
            _ => self.outcome(arithmetic::compute(operator, &left, &right)),
        }
    }

    fn ordered(&self, left: &Value, right: &Value, holds: fn(Ordering) -> bool) -> Value {
        order(left, right, self.environment.language()).is_some_and(holds).into()
    }

    fn call(&mut self, name: &str, arguments: &[Expr]) -> Value {
        let Some(function) = function::find(name, arguments) else { return Value::Empty };
        let values: Vec<Value> = arguments.iter().map(|argument| self.value(argument)).collect();
        if values.iter().any(Value::is_empty) {
            return Value::Empty;
        }
        self.outcome((function.evaluate)(&values, self.environment))
    }

    fn outcome<T: Into<Value>>(&self, outcome: Result<T, Problem>) -> Value {
        match outcome {
            Ok(value) => value.into(),
            Err(problem) => {
                self.environment.problem(problem);
                Value::Empty
            }
        }
    }
}

/// Compares for the total equality of the language: `()` equals `()` only, records and their identities are one.
pub fn equal(left: &Value, right: &Value) -> bool {
    match (left.id(), right.id()) {
        (Some(left), Some(right)) => left == right,
        _ => left == right || (left.is_empty() && right.is_empty()),
    }
}

/// Orders two values of one ordered type; nothing is above or below `()`.
pub fn order(left: &Value, right: &Value, language: &str) -> Option<Ordering> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
        (Value::Decimal(left), Value::Decimal(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Some(collation::compare(language, left, right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) => Some(left.cmp(right)),
        (Value::Duration(left), Value::Duration(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
