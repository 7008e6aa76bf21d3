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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// All records of an entity, by its name when the expression was checked; only measures are over them, and only a
    /// database knows them.
    All(EntityId, Arc<str>),
    /// A field of a record: a value, a linked record or related records. Of an empty record it is empty.
    Field(Box<Expr>, FieldRef),
    /// An operator of one argument.
    Unary(Unary, Box<Expr>),
    /// An operator of two arguments; both sides have been brought to one type, but that in equality [`Type::Empty`] stands
    /// beside any type and [`Type::Id`] beside a record, and that a date or an instant takes a [`Type::Duration`] on the
    /// right of `+` and `-`.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `if condition { then } else { otherwise }`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The record of an [`Type::AnyRecord`] when it is one of this entity, by its name when the expression was
    /// checked; else empty: `subject.as_company`.
    As(Box<Expr>, EntityId, Arc<str>),
    /// A function of the library, by its name in [`crate::function`].
    Call(&'static str, Vec<Expr>),
    /// Whether the value equals one of the list, totally: `stage in ["new", "won"]`.
    OneOf(Box<Expr>, Vec<Expr>),
    /// The related records for which the body is true: `items.filter(|i| …)`.
    Filter(Box<Expr>, Variable, Box<Expr>),
    /// A value over related records, or the first of them.
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
    /// `+`: numbers, texts, durations, a duration to a date or an instant.
    Add,
    /// `-`: numbers, durations, a duration from a date or an instant; two dates or instants give a duration.
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
    /// The first record in the order of identities for which the body is true, of all when there is none.
    First,
}

impl Expr {
    /// Makes a node.
    pub fn new(kind: ExprKind, ty: Type) -> Self {
        Self { kind, ty }
    }

    /// Makes a constant.
    pub fn literal(value: Value, ty: Type) -> Self {
        Self::new(ExprKind::Literal(value), ty)
    }

    /// Makes the constant `()`.
    pub fn empty() -> Self {
        Self::literal(Value::Empty, Type::Empty)
    }

    /// Gives the children in the order of their evaluation.
    pub fn children(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Variable(_) | ExprKind::User | ExprKind::All(..) => Vec::new(),
            ExprKind::Field(of, _) | ExprKind::As(of, ..) | ExprKind::Unary(_, of) | ExprKind::ToDecimal(of) => {
                vec![of]
            }
            ExprKind::Binary(_, left, right) => vec![left, right],
            ExprKind::If(condition, then, otherwise) => vec![condition, then, otherwise],
            ExprKind::Call(_, arguments) => arguments.iter().collect(),
            ExprKind::OneOf(value, list) => std::iter::once(&**value).chain(list).collect(),
            ExprKind::Filter(of, _, body) => vec![of, body],
            ExprKind::Aggregate(_, of, _, body) => std::iter::once(&**of).chain(body.as_deref()).collect(),
        }
    }
}

impl Expr {
    /// Gives the children, to be replaced.
    pub fn children_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            ExprKind::Literal(_) | ExprKind::Variable(_) | ExprKind::User | ExprKind::All(..) => Vec::new(),
            ExprKind::Field(of, _) | ExprKind::As(of, ..) | ExprKind::Unary(_, of) | ExprKind::ToDecimal(of) => {
                vec![of]
            }
            ExprKind::Binary(_, left, right) => vec![left, right],
            ExprKind::If(condition, then, otherwise) => vec![condition, then, otherwise],
            ExprKind::Call(_, arguments) => arguments.iter_mut().collect(),
            ExprKind::OneOf(value, list) => std::iter::once(&mut **value).chain(list).collect(),
            ExprKind::Filter(of, _, body) => vec![of, body],
            ExprKind::Aggregate(_, of, _, body) => std::iter::once(&mut **of).chain(body.as_deref_mut()).collect(),
        }
    }
}

impl Binary {
    /// Writes the operator as the language does.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Coalesce => "??",
        }
    }

    /// How tightly the operator binds, as in rhai.
    pub(crate) fn precedence(self) -> u8 {
        match self {
            Self::Or => 30,
            Self::And => 60,
            Self::Equal | Self::NotEqual => 90,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 130,
            Self::Coalesce => 135,
            Self::Add | Self::Subtract => 150,
            Self::Multiply | Self::Divide | Self::Remainder => 180,
        }
    }
}

impl Aggregate {
    /// Writes the aggregate as the language does.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::First => "first",
        }
    }
}
