//! Records beyond the joins that a clause takes: each is found in a sub-select of its own wherever it is read.
//!
//! Within that sub-select its record is a plain table; whatever leaves it does so through [`Draft::outward`].

use access::Grant;
use catalog::Field;
use sea_query::{Expr, ExprTrait, Query};

use super::{Draft, Frame, FrameId, SourceId};

/// Joins of one FROM clause; SQLite takes 64 tables in one.
const JOINS: usize = 40;

impl Draft<'_> {
    /// Writes an expression over a source's record so that it can stand outside the source's clause: of a record read in
    /// a sub-select of its own, that sub-select.
    pub(crate) fn outward(&mut self, source: SourceId, expr: Expr) -> Expr {
        let frame = FrameId(self.sources[source.0].frame);
        let Some(found) = self.frames[frame.0].apart.clone().filter(|_| !self.inside.contains(&frame)) else {
            return expr;
        };
        let mut select = Query::select();
        select.expr(expr);
        self.write_from(&mut select, frame);
        select.and_where(found);
        Expr::SubQuery(None, Box::new(select.into()))
    }

    /// Joins the record whose identity a column of another holds, in the clause of that one while it takes more.
    pub(super) fn follow(&mut self, from: SourceId, field: &Field, column: &str, grant: Grant) -> SourceId {
        let frame = self.frame_of(from);
        let is_full = self.is_full(frame);
        if !is_full {
            self.inside.push(frame);
        }
        let identity = self.cell(from, field, column);
        if !is_full {
            self.inside.pop();
        }
        self.attach(frame, grant, identity)
    }

    pub(super) fn is_full(&self, frame: FrameId) -> bool {
        self.frames[frame.0].joins.len() >= JOINS
    }

    /// Finds a record in a clause of its own, which becomes a sub-select wherever the record is read.
    pub(super) fn set_apart(&mut self, grant: Grant, identity: Expr) -> SourceId {
        let frame = FrameId(self.frames.len());
        let rows = self.rows_of(&grant);
        self.frames.push(Frame::default());
        let source = self.reserve(frame, grant, false);
        self.frames[frame.0].root = Some((rows, self.sources[source.0].alias.clone()));
        let on = self.attribute(source, "id").eq(identity);
        let found = self.guard(source).into_iter().fold(on, Expr::and);
        self.frames[frame.0].apart = Some(found);
        source
    }
}
