//! The typed, resolved tree that evaluation, reduction, lowering and the browser all take.

use std::sync::Arc;

use crate::{EntityId, FieldId, Type, Value};

/// A typed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// The type of its value.
    pub ty: Type,
}

/// A field as an expression holds it: by identity, with the name it had when the expression was checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldRef {
    /// Entity the field belongs to.
    pub entity: EntityId,
    /// Identity of the field. System attributes have fixed identities, such as `owner`; an inverse relation has that of
    /// its link followed by `~`.
    pub id: FieldId,
    /// Name at the time of checking.
    pub name: Arc<str>,
}

/// A record in scope: 0 is the record the expression is about, each closure adds the next number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Variable(pub u32);

impl Variable {
    /// The record the expression is about.
    pub const RECORD: Self = Self(0);
}

/// The node kinds.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Value),
    /// The record of a variable.
    Variable(Variable),
    /// The current user, a record.
    User,
    /// A field of a record: a value, a linked record or related records. Of an empty record it is empty.
    Field(Box<Expr>, FieldRef),
    /// An operator of one argument.
    Unary(Unary, Box<Expr>),
    /// An operator of two arguments; both sides have been brought to one type.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `if condition { then } else { otherwise }`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A function of the library, by its name in [`crate::function`].
    Call(&'static str, Vec<Expr>),
    /// The related records for which the body is true: `items.filter(|i| …)`.
    Filter(Box<Expr>, Variable, Box<Expr>),
    /// A value over related records.
    Aggregate(Aggregate, Box<Expr>, Variable, Option<Box<Expr>>),
    /// An integer as a decimal.
    ToDecimal(Box<Expr>),
}

/// Operators of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// `!`; of `()` it is true.
    Not,
    /// `-`.
    Negate,
}

/// Operators of two arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `||`.
    Or,
    /// `&&`.
    And,
    /// `==`, total.
    Equal,
    /// `!=`, total.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `+`: numbers, texts, date and duration.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`, always a decimal.
    Divide,
    /// `%` of integers.
    Remainder,
    /// `??`: the left value unless it is empty.
    Coalesce,
}

/// What an aggregate computes over related records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// Whether the body is true for some record.
    Any,
    /// Whether the body is true for every record.
    All,
    /// How many records there are; no body.
    Count,
    /// Sum of the body, 0 over nothing.
    Sum,
    /// Mean of the body.
    Avg,
    /// Least value of the body.
    Min,
    /// Greatest value of the body.
    Max,
}
