//! Some of the rows of a dataset, found by the records that they are made of, and what these records are.

use access::Access;
use catalog::{Dataset, Entity};
use sea_query::{Expr as Sql, ExprTrait, Query, SelectStatement};
use sql::{ColumnType, Dialect};
use uuid::Uuid;

use super::{Composed, Composer, RECORDS, Slot, column_of, identity};
use crate::Settings;
use crate::build::{bound_ids, iden};
use crate::lower::{Term, never};

/// The number of the part that a row comes from, where rows are told with their records.
pub(crate) const PART: &str = "p";
/// The identity of the row, or of the group that it belongs to.
pub(crate) const ROW: &str = "row_id";

/// The column of the record at a place: what the part begins with is the first.
pub(crate) fn record(place: usize) -> String {
    format!("r{place}")
}

/// Which rows are composed.
#[derive(Debug, Clone, Copy)]
pub enum Only<'a> {
    /// Those of a part in which one of these records is at a place.
    Records(usize, usize, &'a [Uuid]),
    /// Those of all parts that begin with what these rows were made of, as a table of traces tells.
    Rows(&'a str, &'a [Uuid]),
}

impl Only<'_> {
    pub(super) fn is_of(&self, part: usize) -> bool {
        !matches!(self, Self::Records(of, ..) if *of != part)
    }

    /// The condition on the identities of the records of a part.
    pub(super) fn holds(&self, part: usize, records: &[Sql], dialect: Dialect) -> Sql {
        match self {
            Self::Records(_, place, ids) => match records.get(*place) {
                Some(id) => id.clone().is_in(bound_ids(ids, dialect)),
                None => never(),
            },
            Self::Rows(table, ids) => {
                let mut made = Query::select();
                made.column(iden(&record(0))).from(iden(table));
                made.and_where(Sql::col(iden(PART)).eq(Sql::cust(part.to_string())));
                made.and_where(Sql::col(iden(ROW)).is_in(bound_ids(ids, dialect)));
                records.first().map_or_else(never, |id| id.clone().in_subquery(made))
            }
        }
    }
}

/// Composes what rows are made of in place of the rows: the part, so many records, and the row's identity.
pub(crate) fn traces(
    access: &Access,
    settings: &Settings,
    entity: &Entity,
    dataset: &Dataset,
    width: usize,
    only: Option<&Only<'_>>,
) -> Composed {
    let mut composer = Composer::new(access, settings, entity, dataset, 0);
    composer.only = only;
    composer.traces = width;
    let slots = composer.slots();
    let rows = composer.below(&slots);
    let select = composer.traced(&slots, rows, width);
    Composed { select, mistakes: composer.mistakes, parts: composer.parts }
}

impl<'a> Composer<'a> {
    /// Tells a row with the records that it is made of.
    pub(super) fn trace(&self, select: &mut SelectStatement, part: usize, records: &[Sql]) {
        select.expr_as(Sql::cust(part.to_string()), iden(PART));
        for place in 0..self.traces {
            let id = records.get(place).cloned();
            let id = id.unwrap_or_else(|| Term::empty(ColumnType::Uuid, self.settings.dialect).expr);
            select.expr_as(id, iden(&record(place)));
        }
    }

    fn traced(&self, slots: &[Slot<'a>], rows: SelectStatement, width: usize) -> SelectStatement {
        let of = |name: &str| Sql::col((iden(RECORDS), iden(name)));
        let mut select = Query::select();
        let names = std::iter::once(PART.to_owned()).chain((0..width).map(record));
        for name in names {
            select.expr_as(of(&name), iden(&name));
        }
        let row = if self.dataset.is_grouped() {
            let keys = slots.iter().filter(|slot| slot.column.aggregate.is_none());
            identity(self.settings.dialect, keys.map(|slot| of(column_of(slot.field))))
        } else {
            of("id")
        };
        select.expr_as(row, iden(ROW)).from_subquery(rows, iden(RECORDS));
        select
    }
}
