//! Mistakes in an expression, from a span of bytes to a diagnostic with line and column.

use std::fmt;

use diagnostic::{Diagnostic, Position};

use crate::ast::Span;

/// A mistake before its line and column are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Permanent code.
    pub code: &'static str,
    /// Named values for the text of the code.
    pub arguments: Vec<(&'static str, String)>,
    /// Bytes of the text where it is wrong.
    pub span: Span,
}

impl Mistake {
    /// Makes a mistake at a place.
    pub fn new(code: &'static str, span: Span) -> Self {
        Self { code, arguments: Vec::new(), span }
    }

    /// Adds a named argument of the text.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.arguments.push((name, value.to_string()));
        self
    }

    /// Adds the argument when there is one.
    pub fn with_some(self, name: &'static str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Gives the diagnostic with the line and column of its beginning in `text`.
    pub fn locate(self, text: &str) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code).on(position(text, self.span.start));
        self.arguments.into_iter().fold(diagnostic, |diagnostic, (name, value)| diagnostic.with(name, value))
    }
}

/// Gives line and column, both from 1, of a byte of the text.
pub fn position(text: &str, at: usize) -> Position {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position { line: count(before.matches('\n').count() + 1), column: count(before[line_start..].chars().count() + 1) }
}
