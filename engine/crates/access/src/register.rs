//! What of a register an actor may read: its rows were made of everybody's records, and are the same for all who read them.

use std::collections::HashSet;

use catalog::dataset::fields_of;
use catalog::sql::Deciding;
use catalog::{Dataset, DatasetAggregate, Entity, FieldKind, Register};
use expression::{EntityId, Expr, FieldId, FieldRef};

use crate::Access;

impl Access {
    /// The fields of a register that the actor may not know; nothing when no row of it may be read. Unless it is declared
    /// open, rows are for those who may read without condition all that decides which there are, and a field for those who
    /// may so read all that it is made of.
    pub(crate) fn sealed(&self, register: &Register) -> Option<HashSet<FieldId>> {
        if register.open {
            return Some(HashSet::new());
        }
        let hidden = self.partly(self.catalog().entity_by_id(&register.dataset)?)?;
        let own = register.columns.iter().filter(|(_, of_dataset)| hidden.contains(of_dataset));
        Some(own.map(|(own, _)| own.clone()).collect())
    }

    /// The fields of a dataset that are made of what the actor may not read everywhere; nothing when which rows there are is.
    fn partly(&self, entity: &Entity) -> Option<HashSet<FieldId>> {
        let dataset = entity.dataset.as_ref()?;
        if let Some(sql) = &dataset.sql {
            let deciding = |it: &Deciding| it.fields.iter().chain(it.optional.iter().flatten()).cloned().collect();
            let fields: Vec<FieldRef> = sql.branches.iter().flat_map(|it| -> Vec<FieldRef> { deciding(it) }).collect();
            if !sql.entities().all(|it| self.reads_all(it)) || !fields.iter().all(|field| self.reads_everywhere(field))
            {
                return None;
            }
        }
        for part in &dataset.parts {
            let entities = std::iter::once(&part.entity).chain(part.joins.iter().map(|join| &join.target));
            let mut deciding = part.deciding(part.joins.iter()).into_iter();
            if !entities.into_iter().all(|it| self.reads_all(it))
                || !deciding.all(|field| self.reads_everywhere(&field))
            {
                return None;
            }
        }
        let hidden: HashSet<FieldId> = entity
            .fields
            .iter()
            .filter(|field| !field.is_attribute() && !self.is_made_of_open(entity, dataset, &field.id))
            .map(|field| field.id.clone())
            .collect();
        let kept = dataset.having.as_ref().is_none_or(|having| {
            let mut read = HashSet::new();
            fields_of(having, &mut read);
            read.iter().all(|field| {
                if field.entity == entity.id { !hidden.contains(&field.id) } else { self.reads_everywhere(field) }
            })
        });
        kept.then_some(hidden)
    }

    fn is_made_of_open(&self, entity: &Entity, dataset: &Dataset, id: &FieldId) -> bool {
        if let Some(formula) = entity.field_by_id(id).and_then(|field| field.formula.as_ref()) {
            let mut read = HashSet::new();
            fields_of(&formula.expr, &mut read);
            return read.iter().all(|field| match field.entity == entity.id {
                true => self.is_made_of_open(entity, dataset, &field.id),
                false => self.reads_everywhere(field),
            });
        }
        let Some(at) = dataset.columns.iter().position(|column| column.field == *id) else { return false };
        if dataset.sql.is_some() {
            let column = &dataset.columns[at].field;
            let made_of = entity.field_by_id(column).map(|field| dataset.made_of(field)).unwrap_or_default();
            return !made_of.is_empty() && made_of.iter().flatten().all(|field| self.reads_everywhere(field));
        }
        // Rows are counted by whatever decides that there are any.
        let counts = dataset.columns[at].aggregate == Some(DatasetAggregate::Count);
        let mut values = dataset.parts.iter().filter_map(|part| part.values.get(at)?.as_ref()).peekable();
        (values.peek().is_some() || counts) && values.all(|value| self.reads_all_of(value))
    }

    fn reads_all_of(&self, expr: &Expr) -> bool {
        let mut read = HashSet::new();
        fields_of(expr, &mut read);
        read.iter().all(|field| self.reads_everywhere(field))
    }

    /// Says whether every record of an entity may be read.
    fn reads_all(&self, id: &EntityId) -> bool {
        let Some(grant) = self.read(id) else { return false };
        let is_whole = match &grant.entity().dataset {
            Some(_) => self.partly(grant.entity()).is_some(),
            None => true,
        };
        is_whole && grant.condition().is_none()
    }

    /// Says whether a field, and all that it is made of, may be read on every record there is.
    fn reads_everywhere(&self, field: &FieldRef) -> bool {
        let Some(grant) = self.read(&field.entity) else { return false };
        let entity = grant.entity();
        let Some(known) = entity.field_by_id(&field.id) else { return false };
        if !self.knows_field(field) || !grant.is_unconditional(known) {
            return false;
        }
        if let Some(dataset) = &entity.dataset {
            return known.is_attribute() || self.is_made_of_open(entity, dataset, &known.id);
        }
        match (&known.kind, known.formula.as_ref().filter(|formula| !formula.is_kept())) {
            (
                FieldKind::Links { relation, .. } | FieldKind::Children { relation } | FieldKind::Inverse { relation },
                _,
            ) => self.reads_all(&relation.target),
            (_, Some(formula)) => self.reads_all_of(&formula.expr),
            (_, None) => true,
        }
    }
}
