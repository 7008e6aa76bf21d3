//! What a formula costs, as the catalog knows it: what it reads, and which changes have it calculated.

use std::collections::BTreeSet;

use expression::{EntityId, Expr, FieldId, FieldRef, Type};

use crate::rollup::Obstacle;
use crate::trigger::{Change, Reads, field_of, is_owned};
use crate::{Catalog, Formula, FormulaMode};

/// What a formula costs.
#[derive(Debug, Clone)]
pub struct Cost {
    /// When it is calculated, and of what.
    pub class: Class,
    /// The relations that it goes along, the nearer before the farther.
    pub reads: Vec<Way>,
    /// Whether it reads a measure, which goes over records of its own.
    pub measures: bool,
    /// The changes that have a stored one calculated, its own record's first.
    pub written_by: Vec<WrittenBy>,
    /// Whether all its aggregates are moved by what changed, so that the records below are not read.
    pub is_incremental: bool,
    /// Why not, of a stored one that aggregates.
    pub obstacle: Option<Obstacle>,
    /// Whether two who change at the same time what it is made of may have to wait for one another.
    pub waits: bool,
}

/// When a formula is calculated, and of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// At each reading, of its own record.
    Record,
    /// At each reading, of single records that its own leads to.
    Linked,
    /// At each reading, of any number of records.
    Related,
    /// When what it is made of changes.
    Stored,
    /// At set times.
    Scheduled,
}

/// Relations that lead from the formula's record to what it reads.
#[derive(Debug, Clone)]
pub struct Way {
    /// The relations.
    pub fields: Vec<FieldRef>,
    /// The entity at their end.
    pub entity: EntityId,
    /// Whether any number of records is there.
    pub is_many: bool,
}

/// A change of a record that has the formula calculated.
#[derive(Debug, Clone)]
pub struct WrittenBy {
    /// The entity of the record.
    pub entity: EntityId,
    /// Its fields; none where only that it is made or goes counts.
    pub fields: Vec<FieldId>,
    /// The relations that lead to it from the formula's record.
    pub way: Vec<FieldRef>,
    /// Whether one such change may have any number of records calculated.
    pub spreads: bool,
    /// Whether it moves the value by what changed.
    pub is_incremental: bool,
}

impl Cost {
    /// Tells it of a field that has a formula.
    pub fn of(catalog: &Catalog, entity: &EntityId, field: &FieldId) -> Option<Self> {
        let formula = catalog.entity_by_id(entity)?.field_by_id(field)?.formula.as_ref()?;
        let reads = ways(catalog, formula);
        let class = match formula.mode {
            FormulaMode::Stored => Class::Stored,
            FormulaMode::Scheduled => Class::Scheduled,
            FormulaMode::Dynamic if reads.is_empty() => Class::Record,
            FormulaMode::Dynamic if reads.iter().any(|way| way.is_many) => Class::Related,
            FormulaMode::Dynamic => Class::Linked,
        };
        let triggers = &catalog.triggers;
        let at = triggers.formulas.iter().position(|kept| kept.entity == *entity && kept.field == *field);
        let kept = at.map(|at| &triggers.formulas[at]).filter(|_| formula.is_stored());
        Some(Self {
            class,
            reads,
            measures: measures(catalog, &formula.expr, &mut BTreeSet::new()),
            written_by: at.filter(|_| kept.is_some()).map(|at| written_by(catalog, at)).unwrap_or_default(),
            is_incremental: kept.is_some_and(|kept| !kept.rollups.is_empty()),
            obstacle: kept.and_then(|kept| kept.obstacle.clone()),
            waits: kept.is_some_and(|kept| kept.is_shared),
        })
    }
}

fn ways(catalog: &Catalog, formula: &Formula) -> Vec<Way> {
    let mut reads = Reads::default();
    reads.gather(catalog, &formula.expr, &[]);
    let mut found: Vec<Way> = Vec::new();
    for (way, entity, _) in reads.values {
        let is_known = found.iter().any(|known| known.fields == way);
        if way.is_empty() || is_known {
            continue;
        }
        let is_many = way.iter().any(|step| leads_to_many(catalog, step));
        found.push(Way { fields: way, entity, is_many });
    }
    found.sort_by_key(|way| way.fields.len());
    found
}

fn leads_to_many(catalog: &Catalog, step: &FieldRef) -> bool {
    field_of(catalog, step).is_some_and(|field| matches!(field.expression_type(), Type::Records(_)))
}

/// Says whether an expression reads a measure, itself or by a formula that is calculated with it.
fn measures(catalog: &Catalog, expr: &Expr, seen: &mut BTreeSet<(EntityId, FieldId)>) -> bool {
    let reads = expression::paths::reads(expr);
    let last = |path: expression::paths::Path| path.fields.into_iter().next_back();
    reads.measures
        || reads.paths.into_iter().filter_map(last).any(|field| {
            let formula = field_of(catalog, &field).and_then(|field| field.formula.as_ref());
            formula.filter(|formula| !formula.is_kept()).is_some_and(|formula| {
                seen.insert((field.entity.clone(), field.id.clone())) && measures(catalog, &formula.expr, seen)
            })
        })
}

fn written_by(catalog: &Catalog, at: usize) -> Vec<WrittenBy> {
    let mut found: Vec<WrittenBy> = Vec::new();
    for (entity, trigger) in catalog.triggers.concerning(at) {
        let (fields, way) = match &trigger.on {
            Change::Values(fields) => (fields.iter().cloned().collect(), trigger.way.clone()),
            Change::Link(link) => (vec![link.clone()], trigger.way.clone()),
        };
        let spreads = way.iter().any(|step| !is_owned(catalog, step));
        let known = found.iter_mut().find(|known| known.entity == *entity && known.spreads == spreads);
        match known {
            Some(known) => {
                known
                    .fields
                    .extend(fields.into_iter().filter(|field| !known.fields.contains(field)).collect::<Vec<_>>());
                known.is_incremental &= trigger.is_rolled;
                if way.len() > known.way.len() {
                    known.way = way;
                }
            }
            None => {
                let is_incremental = trigger.is_rolled;
                found.push(WrittenBy { entity: entity.clone(), fields, way, spreads, is_incremental });
            }
        }
    }
    let name = |entity: &EntityId| catalog.entity_by_id(entity).map(|entity| entity.name.clone());
    found.sort_by_key(|one| (one.way.len(), name(&one.entity)));
    found
}
