//! Records that an expression chooses, by `first`, `if` or `??`: each is joined once for all that is read of it.

use std::collections::HashMap;

use expression::{EntityId, Variable};
use sea_query::Expr;

use super::{Draft, FrameId, SourceId};

/// A place where a record that an expression gives is read: the same one needs no other join.
#[derive(Debug, PartialEq)]
pub(crate) struct Place {
    clauses: (FrameId, FrameId),
    record: expression::Expr,
    variables: HashMap<Variable, SourceId>,
}

impl Draft<'_> {
    /// Joins the record of an identity that is no plain link, in the innermost clause.
    pub(crate) fn join_identity(&mut self, place: Place, target: &EntityId, identity: Expr) -> Option<SourceId> {
        let grant = self.access.read(target)?;
        let source = self.attach(self.innermost, grant, identity);
        self.joined.placed.push((place, source));
        Some(source)
    }

    /// Where an expression that gives a record stands here, and its source when it is joined already.
    pub(crate) fn place_of(&self, record: &expression::Expr) -> (Place, Option<SourceId>) {
        let place =
            Place { clauses: (self.innermost, self.floor), record: record.clone(), variables: self.variables.clone() };
        let known = self.joined.placed.iter().find(|(known, _)| *known == place).map(|(_, source)| *source);
        (place, known)
    }
}
