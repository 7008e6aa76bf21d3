//! The order of rows, and where they are cut.

use expression::Mistake;
use expression::ast::Span;
use sqlparser::ast::{Expr as Written, LimitClause, OrderByExpr, OrderBySort, Value as Literal};

use super::names::Checker;
use super::select::is_single;
use super::text::folded;
use super::{By, Column, Key};

impl Checker<'_> {
    pub(super) fn order(&mut self, written: &[&OrderByExpr], columns: &[Column]) -> Option<Vec<Key>> {
        let mut keys = Vec::new();
        let mut is_whole = true;
        for key in written {
            let Some((descending, empty_first)) = self.direction(key) else {
                is_whole = false;
                continue;
            };
            let by = match self.place_of(&key.expr, columns) {
                Some(found) => found.map(By::Column),
                None => {
                    let place = self.place(&key.expr);
                    let value = self.value(&key.expr).and_then(|ast| self.typed(&ast));
                    match value {
                        Some(value) if is_single(&value.ty) => Some(By::Value(value)),
                        Some(value) => {
                            self.mistake(Mistake::new("sql.column_type", place).with("found", value.ty.name()))
                        }
                        None => None,
                    }
                }
            };
            match by {
                Some(by) => keys.push(Key { by, descending, empty_first }),
                None => is_whole = false,
            }
        }
        is_whole.then_some(keys)
    }

    /// An order of rows of which only the columns are left.
    pub(super) fn order_of_columns(&mut self, written: &[&OrderByExpr], columns: &[Column]) -> Option<Vec<Key>> {
        let mut keys = Vec::new();
        for key in written {
            let (descending, empty_first) = self.direction(key)?;
            match self.place_of(&key.expr, columns) {
                Some(found) => keys.push(Key { by: By::Column(found?), descending, empty_first }),
                None => {
                    let place = self.place(&key.expr);
                    return self.mistake(Mistake::new("sql.order_by_column", place));
                }
            }
        }
        Some(keys)
    }

    pub(super) fn direction(&mut self, key: &OrderByExpr) -> Option<(bool, bool)> {
        let place = self.place(&key.expr);
        if key.with_fill.is_some() {
            return self.unsupported("WITH FILL", place);
        }
        let descending = match &key.options.sort {
            None | Some(OrderBySort::Asc) => false,
            Some(OrderBySort::Desc) => true,
            Some(OrderBySort::Using(_)) => return self.unsupported("USING", place),
        };
        // As everywhere: empty values come last, either way, unless the author says otherwise.
        Some((descending, key.options.nulls_first.unwrap_or(false)))
    }

    /// The column that a key of an order names; the inner `None` when there is none of this number.
    fn place_of(&mut self, written: &Written, columns: &[Column]) -> Option<Option<usize>> {
        match written {
            Written::Identifier(ident) => columns.iter().position(|column| column.name == folded(ident)).map(Some),
            Written::Value(value) => match &value.value {
                Literal::Number(number, _) => {
                    let at = number.parse::<usize>().ok().and_then(|at| at.checked_sub(1));
                    let found = at.filter(|at| *at < columns.len());
                    if found.is_none() {
                        let place = self.place(written);
                        let mistake = Mistake::new("sql.unknown_position", place).with("found", number);
                        self.mistakes.push(mistake.with("max", columns.len()));
                    }
                    Some(found)
                }
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn cut(&mut self, clause: Option<&LimitClause>, place: &Span) -> Option<(Option<u64>, Option<u64>)> {
        let (limit, offset) = match clause {
            None => return Some((None, None)),
            Some(LimitClause::LimitOffset { limit, offset, limit_by }) if limit_by.is_empty() => {
                (limit.as_ref(), offset.as_ref().map(|offset| &offset.value))
            }
            Some(_) => return self.unsupported("LIMIT a, b", place.clone()),
        };
        let mut number = |written: Option<&Written>| match written {
            None => Some(None),
            Some(Written::Value(value)) if matches!(value.value, Literal::Number(..)) => {
                let Literal::Number(number, _) = &value.value else { return None };
                match number.parse::<u32>() {
                    Ok(number) => Some(Some(u64::from(number))),
                    Err(_) => {
                        let place = self.place(value);
                        self.mistake(Mistake::new("sql.limit", place))
                    }
                }
            }
            Some(written) => {
                let place = self.place(written);
                self.mistake(Mistake::new("sql.limit", place))
            }
        };
        let (limit, offset) = (number(limit), number(offset));
        Some((limit?, offset?))
    }
}
