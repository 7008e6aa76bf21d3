//! What stands in a FROM clause under an alias: a table, or a select.

use access::Grant;
use sea_query::{Expr, JoinType, SelectStatement};

use super::{Draft, FrameId, Join, SourceId};
use crate::build::iden;
use crate::kept;
use crate::plan::dataset;

/// The rows of a source.
#[derive(Debug, Clone)]
pub(crate) enum Rows {
    /// Those of a table.
    Table(String),
    /// Those of a select.
    Select(Box<SelectStatement>),
}

impl Rows {
    /// The table; empty of a select.
    pub(super) fn table(&self) -> &str {
        match self {
            Self::Table(table) => table,
            Self::Select(_) => "",
        }
    }

    pub(super) fn from<'s>(&self, select: &'s mut SelectStatement, alias: &str) -> &'s mut SelectStatement {
        match self {
            Self::Table(table) => select.from_as(iden(table), iden(alias)),
            Self::Select(rows) => select.from_subquery((**rows).clone(), iden(alias)),
        }
    }

    pub(super) fn join(&self, select: &mut SelectStatement, kind: JoinType, alias: &str, on: Expr) {
        match self {
            Self::Table(table) => select.join_as(kind, iden(table), iden(alias), on),
            Self::Select(rows) => select.join_subquery(kind, (**rows).clone(), iden(alias), on),
        };
    }
}

impl<'a> Draft<'a> {
    /// The rows of a grant's entity: those of its table, those that are kept of it, or composed with the rights of this draft.
    pub(super) fn rows_of(&mut self, grant: &Grant) -> Rows {
        let entity = grant.entity();
        if entity.register.is_some() {
            return kept::rows(self.access.catalog(), entity, self.dialect());
        }
        let Some(composition) = &entity.dataset else { return Rows::Table(entity.table.clone()) };
        let composed = dataset::compose(&self.access, self.settings, grant, composition, self.parts);
        self.parts = composed.parts;
        self.mistakes.extend(composed.mistakes);
        Rows::Select(Box::new(composed.select))
    }

    /// Joins a source's rows; what narrows them stands in the condition.
    pub(crate) fn add_open_join(&mut self, frame: FrameId, source: SourceId, kind: JoinType, on: Expr) {
        let grant = self.sources[source.0].grant.clone();
        let rows = self.rows_of(&grant);
        let alias = self.sources[source.0].alias.clone();
        self.frames[frame.0].joins.push(Join { kind, rows, alias, on });
    }

    /// Joins a select of one row as a source under the grant.
    pub(crate) fn join_row(&mut self, frame: FrameId, grant: Grant, row: SelectStatement) -> SourceId {
        let source = self.reserve(frame, grant, true);
        let alias = self.sources[source.0].alias.clone();
        let (kind, rows) = (JoinType::InnerJoin, Rows::Select(Box::new(row)));
        self.frames[frame.0].joins.push(Join { kind, rows, alias, on: crate::lower::always() });
        source
    }

    /// Joins a select; gives its alias.
    pub(crate) fn join_rows(
        &mut self,
        frame: FrameId,
        kind: JoinType,
        rows: SelectStatement,
        on: impl FnOnce(&str) -> Expr,
    ) -> String {
        let alias = self.alias();
        let on = on(&alias);
        self.frames[frame.0].joins.push(Join { kind, rows: Rows::Select(Box::new(rows)), alias: alias.clone(), on });
        alias
    }

    /// How many joins a clause has by now.
    pub(crate) fn joins_of(&self, frame: FrameId) -> usize {
        self.frames[frame.0].joins.len()
    }

    /// Takes joins back, but so many, that nothing refers to.
    pub(crate) fn forget_joins(&mut self, frame: FrameId, keep: usize) {
        self.frames[frame.0].joins.truncate(keep);
    }

    /// A draft with the same rights, of a select that stands in this statement.
    pub(crate) fn nested(&self) -> Draft<'a> {
        Draft { parts: self.parts, ..Draft::with(self.access.clone(), self.settings) }
    }

    /// Takes over what a nested draft has found out.
    pub(crate) fn take(&mut self, nested: Draft<'_>) {
        self.parts = nested.parts;
        self.mistakes.extend(nested.mistakes);
    }
}
