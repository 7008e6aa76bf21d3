//! The functions of the library.

use expression::{Binary, Expr, Type};

use super::Term;
use crate::plan::source::Draft;

impl Draft<'_> {
    /// Lowers a call of a library function.
    pub(crate) fn call(&mut self, name: &'static str, arguments: &[Expr], ty: &Type) -> Term {
        let _ = (arguments, ty);
        self.unsupported(name)
    }

    /// Lowers `+` and `-` of dates, instants and lengths of time.
    pub(crate) fn temporal(&mut self, operator: Binary, left: &Expr, right: &Expr, ty: &Type) -> Term {
        let _ = (left, right, ty);
        self.unsupported(if operator == Binary::Add { "+" } else { "-" })
    }

    /// Writes a value as text, for joining texts.
    pub(crate) fn as_text(&mut self, term: Term) -> Term {
        term
    }
}
