//! Paging by keys: where the last page ended is where the next one begins, however many records lie before.

use catalog::{Entity, Field};
use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use sea_query::{DynIden, Expr, ExprTrait, Query, SelectStatement, UnionType};
use sql::{ColumnType, Dialect};

use super::output::Columns;
use super::sort::Key;
use super::source::{Draft, FrameId, SourceId};
use super::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::build::{bound, iden};
use crate::cursor::{self, Cursor};
use crate::lower::weight::MAX_PARTS;
use crate::{Request, lower};

/// How records are paged.
#[derive(Debug, Clone)]
pub(crate) struct Paging {
    pub(crate) keys: Vec<Key>,
    /// Places of the keys' columns in a row.
    pub(crate) places: Vec<usize>,
    pub(crate) limit: usize,
    /// What a cursor must have been made for.
    pub(crate) fingerprint: [u8; 16],
    pub(crate) secret: Vec<u8>,
}

/// What is read: a clause, its columns, and the conditions that its rows meet.
type Rows<'a> = (FrameId, &'a Columns, &'a [Expr]);

fn name(at: usize) -> DynIden {
    iden(&format!("c{at}"))
}

/// One row more than a page has: it says that there is a next one.
fn beyond_limit(limit: usize) -> u64 {
    limit as u64 + 1
}

impl Draft<'_> {
    /// Takes the limit asked for, or the default.
    pub(crate) fn limit(&mut self, limit: Option<u32>, pointer: &str) -> u32 {
        match limit {
            None => DEFAULT_LIMIT,
            Some(limit) if (1..=MAX_LIMIT).contains(&limit) => limit,
            Some(limit) => {
                let mistake =
                    Diagnostic::error("query.limit").at(pointer).with("found", limit).with("expected", MAX_LIMIT);
                self.mistakes.push(mistake);
                DEFAULT_LIMIT
            }
        }
    }

    /// Completes the order by the identity and reads its values with each row.
    pub(crate) fn paging(
        &mut self,
        columns: &mut Columns,
        root: SourceId,
        entity: &Entity,
        request: &Request,
        mut keys: Vec<Key>,
        limit: u32,
    ) -> Paging {
        let id = self.attribute(root, "id");
        let end = keys.iter().position(|key| key.expr == id);
        match end {
            // Nothing after the identity can matter.
            Some(at) => keys.truncate(at + 1),
            None => keys.push(Key { expr: id, form: ColumnType::Uuid, descending: false, nullable: false }),
        }
        let places = keys.iter().map(|key| columns.add(key.expr.clone(), key.form)).collect();
        let fingerprint = cursor::fingerprint(entity, request);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Paging { keys, places, limit, fingerprint, secret: self.settings.cursor_key.clone() }
    }

    /// Reads where the last page ended; `None` on the first page.
    pub(crate) fn after(&mut self, cursor: Option<&str>, paging: &Paging) -> Option<Vec<Value>> {
        let text = cursor.filter(|text| !text.is_empty())?;
        let forms: Vec<ColumnType> = paging.keys.iter().map(|key| key.form).collect();
        let Some(Cursor { values }) = cursor::open(text, &paging.fingerprint, &forms, &paging.secret) else {
            self.mistakes.push(Diagnostic::error("query.cursor").at("/cursor"));
            return None;
        };
        Some(values)
    }

    /// Writes the select of the page after these values.
    ///
    /// Where an index gives the order, records with and without a value of the first key are selected apart: no index of
    /// either database can be entered at a value and left at the empty ones, which come last either way.
    pub(crate) fn page(
        &mut self,
        root: SourceId,
        rows: Rows<'_>,
        paging: &Paging,
        after: Option<&[Value]>,
    ) -> SelectStatement {
        let Paging { keys, limit, .. } = paging;
        let apart = keys.split_first().filter(|(first, _)| *limit < usize::MAX && self.is_indexed(root, first));
        let Some((first, rest)) = apart else {
            let beyond = after.map(|after| self.beyond(keys, after));
            return self.in_order(rows, beyond, keys, *limit, false);
        };
        let beyond_empty = match after {
            Some([Value::Empty, after @ ..]) => Some(self.beyond(rest, after)),
            _ => None,
        };
        let is_among_empty = beyond_empty.is_some();
        let empty = self.in_order(
            rows,
            [Some(first.expr.clone().is_null()), beyond_empty].into_iter().flatten(),
            rest,
            *limit,
            !is_among_empty,
        );
        if is_among_empty {
            return empty;
        }
        let valued: Vec<Key> =
            std::iter::once(Key { nullable: false, ..first.clone() }).chain(rest.iter().cloned()).collect();
        let beyond = after.map(|after| self.beyond(&valued, after));
        let valued = self.in_order(
            rows,
            [Some(first.expr.clone().is_not_null()), beyond].into_iter().flatten(),
            &valued,
            *limit,
            true,
        );
        // The first part comes first: a part with a limit is in no parallel plan of PostgreSQL, and SQLite has none. When
        // it fills the page, the second one is not run.
        let whole = |part: SelectStatement, alias: &str| {
            let mut select = Query::select();
            select.columns((0..rows.1.len()).map(|at| (iden(alias), name(at)))).from_subquery(part, iden(alias));
            select
        };
        let mut select = whole(valued, "v");
        select.union(UnionType::All, whole(empty, "e")).limit(beyond_limit(*limit));
        select
    }

    /// Selects rows in order; the columns of a part have names.
    fn in_order(
        &mut self,
        (frame, columns, conditions): Rows<'_>,
        own: impl IntoIterator<Item = Expr>,
        keys: &[Key],
        limit: usize,
        is_part: bool,
    ) -> SelectStatement {
        let mut select = if is_part {
            let mut named = Query::select();
            for (at, expr) in columns.exprs().enumerate() {
                named.expr_as(expr.clone(), name(at));
            }
            super::over(self, named, frame, conditions)
        } else {
            super::reading(self, frame, columns, conditions)
        };
        for condition in own {
            select.and_where(condition);
        }
        self.sort_keys(&mut select, keys);
        if limit < usize::MAX {
            select.limit(beyond_limit(limit));
        }
        select
    }

    /// Says whether an index holds the source's records in the order of a key, within those that the filter leaves: one on
    /// the key's own column, behind none but fields whose value the filter says.
    fn is_indexed(&self, root: SourceId, key: &Key) -> bool {
        // Twice what fills a statement would be too much.
        if self.parts > MAX_PARTS / 2 {
            return false;
        }
        let entity = self.entity(root);
        let is_key =
            |field: &Field| matches!(field.columns.as_slice(), [column] if self.column(root, column) == key.expr);
        let Some(field) = entity.fields.iter().find(|field| key.nullable && is_key(field)) else { return false };
        let serves = |fields: &[FieldId]| {
            let at = fields.iter().position(|id| !self.pinned.contains(id));
            let is_here = at.is_some_and(|at| fields[at] == field.id);
            let is_last = at.is_some_and(|at| at + 1 == fields.len());
            // An index of one field leaves the empty ones out of what the engine alone writes.
            let is_kept = entity.register.is_some();
            let is_sparse = !is_kept && entity.read_only && fields.len() == 1 && !field.required;
            // The order of the language is that of an index's last field, of what people write, and of registers.
            let is_ordered = key.form != ColumnType::Text || is_kept || (is_last && !entity.read_only);
            is_here && is_ordered && !is_sparse
        };
        entity.indexes.iter().any(|index| serves(&index.fields))
    }

    /// Records whose first key lies beyond, or equals and whose next keys lie beyond.
    fn beyond(&self, keys: &[Key], values: &[Value]) -> Expr {
        let Some(((key, keys), (value, values))) = keys.split_first().zip(values.split_first()) else {
            return lower::never();
        };
        let further = self.further(key, value);
        if keys.is_empty() {
            return further;
        }
        let equal = if *value == Value::Empty {
            key.expr.clone().is_null()
        } else {
            key.expr.clone().eq(self.edge(value, key.form))
        };
        let rest = equal.and(self.beyond(keys, values));
        // The first bound is implied by the rest; it is written so that an index can begin there.
        match self.at_or_further(key, value) {
            Some(bound) => bound.and(further.or(rest)),
            None => further.or(rest),
        }
    }

    fn further(&self, key: &Key, value: &Value) -> Expr {
        if *value == Value::Empty {
            return lower::never();
        }
        let value = self.edge(value, key.form);
        let side = self.ordered_side(key);
        let beyond = if key.descending { side.lt(value) } else { side.gt(value) };
        if key.nullable { beyond.or(key.expr.clone().is_null()) } else { beyond }
    }

    fn at_or_further(&self, key: &Key, value: &Value) -> Option<Expr> {
        if key.nullable || *value == Value::Empty {
            return None;
        }
        let value = self.edge(value, key.form);
        let side = self.ordered_side(key);
        Some(if key.descending { side.lte(value) } else { side.gte(value) })
    }

    /// A value of the record after which a page begins. SQLite looks at a value that bounds an index and plans the statement
    /// anew whenever it is another one, which takes as long as reading the page; in a select of its own it does not.
    fn edge(&self, value: &Value, form: ColumnType) -> Expr {
        let value = bound(value, form, self.dialect());
        match self.dialect() {
            Dialect::Sqlite => Expr::SubQuery(None, Box::new(Query::select().expr(value).to_owned().into())),
            Dialect::Postgres => value,
        }
    }

    fn ordered_side(&self, key: &Key) -> Expr {
        match key.form {
            ColumnType::Text => sql::order::collate(key.expr.clone(), self.dialect(), &self.language()),
            _ => key.expr.clone(),
        }
    }
}
