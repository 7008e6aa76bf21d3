//! The tree as written: names not yet resolved, every node with its place.

use std::ops::Range;
use std::sync::Arc;

use crate::{Binary, Decimal, Unary};

/// Bytes of the text, from the first to the one after the last.
pub type Span = Range<usize>;

/// A node of the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Ast {
    /// What is written.
    pub kind: AstKind,
    /// Where.
    pub span: Span,
    /// Nodes on the longest way down, itself included.
    pub(crate) height: u16,
}

/// A name with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub name: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// What can be written.
#[derive(Debug, Clone, PartialEq)]
pub enum AstKind {
    /// `()`.
    Empty,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a point.
    Decimal(Decimal),
    /// A text.
    Text(Arc<str>),
    /// A name that stands alone.
    Name(Arc<str>),
    /// `of.name`.
    Member(Box<Ast>, Ident),
    /// `of.name(arguments)`.
    Method(Box<Ast>, Ident, Vec<Ast>),
    /// `name(arguments)`; a function of a script is called `script::name`.
    Call(Ident, Vec<Ast>),
    /// `|name| body`.
    Closure(Ident, Box<Ast>),
    /// `[a, b]`.
    List(Vec<Ast>),
    /// An operator before its argument.
    Unary(Unary, Box<Ast>),
    /// An operator between its arguments.
    Binary(Binary, Box<Ast>, Box<Ast>),
    /// `value in list`.
    In(Box<Ast>, Box<Ast>),
    /// `if condition { then } else { otherwise }`; without `else` the other value is `()`.
    If(Box<Ast>, Box<Ast>, Option<Box<Ast>>),
    /// `let name = value; rest`: only the bodies of functions have it.
    Let(Ident, Box<Ast>, Box<Ast>),
}

impl Ast {
    /// Makes a node.
    pub fn new(kind: AstKind, span: Span) -> Self {
        let height = match &kind {
            AstKind::Member(of, _) | AstKind::Unary(_, of) | AstKind::Closure(_, of) => of.height,
            AstKind::Binary(_, a, b) | AstKind::In(a, b) | AstKind::Let(_, a, b) => a.height.max(b.height),
            AstKind::Method(of, _, list) => tallest(list).max(of.height),
            AstKind::Call(_, list) | AstKind::List(list) => tallest(list),
            AstKind::If(condition, then, otherwise) => {
                condition.height.max(then.height).max(otherwise.as_ref().map_or(0, |other| other.height))
            }
            _ => 0,
        };
        Self { kind, span, height: height.saturating_add(1) }
    }

    /// Gives the nodes directly below.
    pub(crate) fn children(&self) -> Vec<&Self> {
        match &self.kind {
            AstKind::Member(of, _) | AstKind::Unary(_, of) | AstKind::Closure(_, of) => vec![of],
            AstKind::Binary(_, left, right) | AstKind::In(left, right) | AstKind::Let(_, left, right) => {
                vec![left, right]
            }
            AstKind::Method(of, _, list) => std::iter::once(&**of).chain(list).collect(),
            AstKind::Call(_, list) | AstKind::List(list) => list.iter().collect(),
            AstKind::If(condition, then, otherwise) => {
                [&**condition, then].into_iter().chain(otherwise.as_deref()).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn tallest(list: &[Ast]) -> u16 {
    list.iter().map(|ast| ast.height).max().unwrap_or(0)
}
