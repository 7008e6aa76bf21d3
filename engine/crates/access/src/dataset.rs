//! What of a dataset an actor may read, by what it is made of.

use std::collections::{BTreeSet, HashSet};

use catalog::dataset::{Part, fields_of};
use catalog::sql::{Deciding, Sql};
use catalog::{Dataset, DatasetAggregate, Entity};
use expression::{Expr, FieldId, FieldRef};

use crate::Access;

impl Access {
    /// Says whether rows of a part may be read: its records, what has to be joined to them, and all that decides which of
    /// them there are.
    pub fn opens(&self, part: &Part) -> bool {
        let joined = part.joins.iter().filter(|join| !join.optional || self.read(&join.target).is_some());
        let needed = part.joins.iter().filter(|join| !join.optional).map(|join| &join.target);
        std::iter::once(&part.entity).chain(needed).all(|entity| self.read(entity).is_some())
            && part.deciding(joined).iter().all(|field| self.knows_field(field))
    }

    /// The fields of a dataset that the actor may not know; nothing when no row of it may be read.
    pub(crate) fn closed(&self, entity: &Entity, dataset: &Dataset) -> Option<HashSet<FieldId>> {
        if let Some(sql) = &dataset.sql {
            return self.closed_in(entity, dataset, sql);
        }
        let parts: Vec<&Part> = dataset.parts.iter().filter(|part| self.opens(part)).collect();
        if parts.is_empty() {
            return None;
        }
        let mut closed = HashSet::new();
        for (at, column) in dataset.columns.iter().enumerate() {
            let mut values = parts.iter().filter_map(|part| part.values.get(at)?.as_ref()).peekable();
            let counts_rows = column.aggregate == Some(DatasetAggregate::Count)
                && dataset.parts.iter().all(|part| part.values.get(at).is_none_or(Option::is_none));
            let is_there = values.peek().is_some() || counts_rows;
            if !is_there || !values.all(|value| self.knows_all(value)) {
                closed.insert(column.field.clone());
            }
        }
        Some(Self::with_calculated(entity, closed))
    }

    /// The same of a dataset that is written in SQL: of each select whose rows may be read.
    fn closed_in(&self, entity: &Entity, dataset: &Dataset, sql: &Sql) -> Option<HashSet<FieldId>> {
        let open: Vec<bool> = sql.branches.iter().map(|deciding| self.opens_rows(deciding)).collect();
        if !open.contains(&true) {
            return None;
        }
        let fields = entity.fields.iter().filter(|field| !field.is_attribute() && field.formula.is_none());
        let is_closed = |field: &&catalog::Field| {
            let mut made_of = dataset.made_of(field).iter().zip(&open);
            made_of.any(|(made_of, open)| *open && !self.opens_all(made_of))
        };
        Some(Self::with_calculated(entity, fields.filter(is_closed).map(|field| field.id.clone()).collect()))
    }

    /// Says whether the actor may know all that decides which rows a select gives. What need not be joined counts where it
    /// can be: without it there would be other rows, or fewer.
    pub fn opens_rows(&self, deciding: &Deciding) -> bool {
        let is_there = |field: &FieldRef| self.read(&field.entity).is_some();
        let mut joined = deciding.optional.iter().filter(|fields| fields.iter().all(is_there));
        self.opens_all(&deciding.fields) && joined.all(|fields| self.opens_all(fields))
    }

    fn opens_all(&self, fields: &BTreeSet<FieldRef>) -> bool {
        fields.iter().all(|field| self.knows_field(field))
    }

    /// What is calculated from closed fields is closed, and what is calculated from that.
    fn with_calculated(entity: &Entity, mut closed: HashSet<FieldId>) -> HashSet<FieldId> {
        loop {
            let more = entity.fields.iter().filter(|field| !closed.contains(&field.id)).filter(|field| {
                field.formula.as_ref().is_some_and(|formula| formula.own.iter().any(|own| closed.contains(own)))
            });
            let more: Vec<FieldId> = more.map(|field| field.id.clone()).collect();
            if more.is_empty() {
                return closed;
            }
            closed.extend(more);
        }
    }

    fn knows_all(&self, expr: &Expr) -> bool {
        let mut fields = HashSet::new();
        fields_of(expr, &mut fields);
        fields.iter().all(|field| self.knows_field(field))
    }

    /// Says whether the actor may know of a field.
    pub(crate) fn knows_field(&self, field: &FieldRef) -> bool {
        let entity = self.catalog().entity_by_id(&field.entity);
        let known = entity.and_then(|entity| Some((entity, entity.field_by_id(&field.id)?)));
        known.is_some_and(|(entity, field)| self.field(entity, &field.name).is_some())
    }
}
