//! Paging by keys: where the last page ended is where the next one begins, however many records lie before.

use catalog::Entity;
use diagnostic::Diagnostic;
use expression::Value;
use sea_query::{Expr, ExprTrait, SelectStatement};
use sql::ColumnType;

use super::output::Columns;
use super::sort::Key;
use super::source::{Draft, SourceId};
use super::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::build::bound;
use crate::cursor::{self, Cursor};
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

    /// Adds the order to a page's select.
    pub(crate) fn sort_by(&self, select: &mut SelectStatement, paging: &Paging) {
        self.sort_keys(select, &paging.keys);
    }

    /// Keeps the records after the cursor.
    pub(crate) fn after(&mut self, cursor: Option<&str>, paging: &Paging) -> Option<Expr> {
        let text = cursor.filter(|text| !text.is_empty())?;
        let forms: Vec<ColumnType> = paging.keys.iter().map(|key| key.form).collect();
        let Some(Cursor { values }) = cursor::open(text, &paging.fingerprint, &forms, &paging.secret) else {
            self.mistakes.push(Diagnostic::error("query.cursor").at("/cursor"));
            return None;
        };
        Some(self.beyond(&paging.keys, &values))
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
            key.expr.clone().eq(bound(value, key.form, self.dialect()))
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
        let value = bound(value, key.form, self.dialect());
        let side = self.ordered_side(key);
        let beyond = if key.descending { side.lt(value) } else { side.gt(value) };
        if key.nullable { beyond.or(key.expr.clone().is_null()) } else { beyond }
    }

    fn at_or_further(&self, key: &Key, value: &Value) -> Option<Expr> {
        if key.nullable || *value == Value::Empty {
            return None;
        }
        let value = bound(value, key.form, self.dialect());
        let side = self.ordered_side(key);
        Some(if key.descending { side.lte(value) } else { side.gte(value) })
    }

    fn ordered_side(&self, key: &Key) -> Expr {
        match key.form {
            ColumnType::Text => sql::order::collate(key.expr.clone(), self.dialect(), &self.language()),
            _ => key.expr.clone(),
        }
    }
}
