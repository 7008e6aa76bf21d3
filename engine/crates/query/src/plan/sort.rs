//! The order of records: paths through links and expressions, empty values last either way, the identity at the end.

use catalog::FieldKind;
use diagnostic::Diagnostic;
use sea_query::{Expr, NullOrdering, Order, SelectStatement};
use sql::ColumnType;

use super::path::{Step, is_many, is_path};
use super::source::{Draft, SourceId};
use crate::request::named_expression;
use crate::{SelectItem, SortKey};

/// Most keys of an order: each is a level of the condition that a cursor becomes.
const MAX_KEYS: usize = 64;

/// One lowered key of an order.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) expr: Expr,
    pub(crate) form: ColumnType,
    pub(crate) descending: bool,
    pub(crate) nullable: bool,
}

impl Draft<'_> {
    /// Lowers the keys of an order; those that cannot be sorted by are noted under the pointer. A key may be the name of an
    /// expression that is selected.
    pub(crate) fn order(
        &mut self,
        source: SourceId,
        keys: &[SortKey],
        select: Option<&[SelectItem]>,
        pointer: &str,
    ) -> Vec<Key> {
        let mut order: Vec<Key> = Vec::new();
        if keys.len() > MAX_KEYS {
            self.mistakes.push(Diagnostic::error("query.too_complex").at(pointer));
            return order;
        }
        for (at, key) in keys.iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            match self.keys(source, key, select, &pointer) {
                Ok(keys) => {
                    for key in keys {
                        if order.iter().all(|known| known.expr != key.expr) {
                            order.push(key);
                        }
                    }
                }
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
        order
    }

    /// Lowers one key, which of a link to one of several entities may be several: a title that is a number is in no order
    /// with one that is a text.
    fn keys(
        &mut self,
        source: SourceId,
        key: &SortKey,
        select: Option<&[SelectItem]>,
        pointer: &str,
    ) -> Result<Vec<Key>, Diagnostic> {
        if !is_path(&key.path) {
            return Ok(self.computed_key(source, key, &key.path, pointer));
        }
        let steps = match (self.path(&self.entity(source), &key.path, pointer), named_expression(select, &key.path)) {
            (Err(_), Some(expression)) => return Ok(self.computed_key(source, key, expression, pointer)),
            (steps, _) => steps?,
        };
        let refused = || Diagnostic::error("query.not_sortable").at(pointer).with("name", &key.path);
        let (last, links) = steps.split_last().ok_or_else(refused)?;
        if links.is_empty() && pointer.starts_with("/sort") {
            self.asked.push(last.field().id.clone());
        }
        if steps.iter().any(|step| is_many(step.field())) || !is_sortable(last) {
            return Err(refused());
        }
        let mut here = source;
        for step in links {
            match self.walk(here, step) {
                Some(next) => here = next,
                None => return Ok(Vec::new()),
            }
        }
        let descending = key.descending;
        if let (FieldKind::AnyLink { targets, .. }, None) = (&last.field().kind, last.narrowed()) {
            let titles = self.any_titles(here, last.field(), targets);
            let key = |(expr, form, _)| Key { expr, form, descending, nullable: true };
            return Ok(titles.into_iter().map(key).collect());
        }
        let (holder, id) = match last.target() {
            None => (here, last.field().id.clone()),
            // A link sorts by what people see of it.
            Some(_) => match self.walk(here, last).and_then(|linked| self.title_of(linked)) {
                Some(place) => place,
                None => return Ok(Vec::new()),
            },
        };
        let entity = self.entity(holder);
        let field = entity.field_by_id(&id).ok_or_else(refused)?;
        let term = self.one_value(holder, field).ok_or_else(refused)?;
        Ok(vec![Key { expr: term.expr, form: term.form, descending, nullable: term.nullable }])
    }

    /// Lowers a key that is an expression; its mistakes are noted under the pointer.
    fn computed_key(&mut self, source: SourceId, key: &SortKey, text: &str, pointer: &str) -> Vec<Key> {
        let refused = || Diagnostic::error("query.not_sortable").with("name", text);
        // A value that all records share orders none, and a database would take a number for the place of a column.
        let computed = self.computed(source, text, pointer, &refused).filter(|(_, term)| term.constant.is_none());
        let descending = key.descending;
        computed
            .map(|(_, term)| Key { expr: term.expr, form: term.form, descending, nullable: true })
            .into_iter()
            .collect()
    }

    /// Adds the keys to a select.
    pub(crate) fn sort_keys(&self, select: &mut SelectStatement, keys: &[Key]) {
        let language = self.language();
        for key in keys {
            let order = if key.descending { Order::Desc } else { Order::Asc };
            let expr = match key.form {
                ColumnType::Text => sql::order::collate(key.expr.clone(), self.dialect(), &language),
                _ => key.expr.clone(),
            };
            if key.nullable {
                select.order_by_expr_with_nulls(expr, order, NullOrdering::Last);
            } else {
                select.order_by_expr(expr, order);
            }
        }
    }
}

fn is_sortable(step: &Step) -> bool {
    if step.narrowed().is_some() || matches!(step.field().kind, FieldKind::AnyLink { .. }) {
        return true;
    }
    let types = sql::ColumnType::of(&step.field().kind);
    let [kind] = types.as_slice() else { return false };
    !matches!(kind, ColumnType::Json | ColumnType::Bytes)
}
