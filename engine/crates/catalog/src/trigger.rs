//! What has to be recalculated when a record changes, derived from what stored formulas read; scheduled ones are calculated
//! for records that are made. What posts to a register of balances follows changes in the same way.

use std::collections::{BTreeSet, HashMap, HashSet};

use expression::paths::Root;
use expression::{EntityId, Expr, FieldId, FieldRef};

use crate::rollup::Obstacle;
use crate::{Catalog, Field, FieldKind, Formula, Rollup};

/// The formulas of a catalog whose values are kept, and the changes that concern them.
#[derive(Debug, Clone, Default)]
pub struct Triggers {
    /// Stored and scheduled formulas, those that others build on before these; those of one entity that can be calculated
    /// together stand together.
    pub formulas: Vec<KeptFormula>,
    /// What posts to registers of balances.
    pub posted: Vec<Posted>,
    by_entity: HashMap<EntityId, Vec<Trigger>>,
    posting: HashMap<EntityId, Vec<Trigger>>,
    rolled: HashMap<EntityId, BTreeSet<FieldId>>,
}

/// Records of an entity that post to a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Place of the register among [`Catalog::balances`].
    pub register: usize,
    /// Place of the posting in it.
    pub posting: usize,
    /// Whether something may change that reaches its records in ways that hold none of them: see [`Trigger::is_broad`].
    pub is_shared: bool,
}

/// A formula whose values are kept.
#[derive(Debug, Clone)]
pub struct KeptFormula {
    /// Entity of its field.
    pub entity: EntityId,
    /// Its field.
    pub field: FieldId,
    /// Number of those that it can be calculated together with, in one statement.
    pub step: usize,
    /// Whether something may change that reaches its records in ways that hold none of them: see [`Trigger::is_broad`].
    pub is_shared: bool,
    /// Its aggregates, when all of them follow from what changes of the records below.
    pub rollups: Vec<Rollup>,
    /// Else why not, of one that aggregates.
    pub obstacle: Option<Obstacle>,
}

/// A change of a record that concerns a formula.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// Place of the formula among [`Triggers::formulas`], or of what posts among [`Triggers::posted`].
    pub formula: usize,
    /// Relations that lead from the formula's record to the one that is concerned: the changed record itself, or those that
    /// it is related to by a link.
    pub way: Vec<FieldRef>,
    /// What of the record concerns the formula.
    pub on: Change,
    /// Whether another may at the same time make or move a record that the formula reads by this way, without either holding
    /// a record that the other waits for.
    pub is_broad: bool,
    /// Whether the formula follows from what changed of the record itself, by one of its [`KeptFormula::rollups`].
    pub is_rolled: bool,
}

/// What of a record concerns a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// These fields, and whether the record is there at all.
    Values(BTreeSet<FieldId>),
    /// Where this field of the changed record leads: those that it led and leads to are concerned.
    Link(FieldId),
}

impl Triggers {
    /// The changes of records of an entity that concern formulas.
    pub fn of(&self, entity: &EntityId) -> &[Trigger] {
        self.by_entity.get(entity).map(Vec::as_slice).unwrap_or_default()
    }

    /// The changes that concern one formula, with the entity whose records change.
    pub fn concerning(&self, formula: usize) -> impl Iterator<Item = (&EntityId, &Trigger)> {
        let all = self.by_entity.iter().flat_map(|(entity, triggers)| triggers.iter().map(move |one| (entity, one)));
        all.filter(move |(_, trigger)| trigger.formula == formula)
    }

    /// The changes of records of an entity that concern what posts to registers.
    pub fn posting_of(&self, entity: &EntityId) -> &[Trigger] {
        self.posting.get(entity).map(Vec::as_slice).unwrap_or_default()
    }

    /// Says whether nothing follows from changes.
    pub fn is_empty(&self) -> bool {
        self.formulas.is_empty() && self.posted.is_empty()
    }

    /// The links by which records of an entity belong to others whose formulas read them, or which post what they read of them.
    pub fn links_of(&self, entity: &EntityId) -> BTreeSet<&FieldId> {
        let links = self.of(entity).iter().chain(self.posting_of(entity)).filter_map(|trigger| match &trigger.on {
            Change::Link(link) => Some(link),
            Change::Values(_) => None,
        });
        links.collect()
    }

    /// The fields of an entity's records from which [`KeptFormula::rollups`] follow, those by which they belong included; none
    /// where nothing follows.
    pub fn rolled_of(&self, entity: &EntityId) -> Option<&BTreeSet<FieldId>> {
        self.rolled.get(entity)
    }

    /// Derives the triggers of a catalog whose formulas are checked.
    pub(crate) fn derive(catalog: &Catalog) -> Self {
        let mut triggers = Self::default();
        for (at, (step, Kept { entity, field, formula })) in in_steps(catalog).into_iter().enumerate() {
            let mut reads = Reads::default();
            // A record that is made has its value, whatever that is made of.
            reads.values(&[], entity, None);
            if formula.is_stored() {
                reads.gather(catalog, &formula.expr, &[]);
            }
            let (rollups, obstacle) = match Rollup::of(catalog, formula) {
                Ok(rollups) => (rollups, None),
                Err(obstacle) => (Vec::new(), Some(obstacle)),
            };
            let made = reads.triggers(catalog, at);
            let is_shared = made.iter().any(|(_, trigger)| trigger.is_broad);
            for rollup in &rollups {
                let rolled = triggers.rolled.entry(rollup.children.clone()).or_default();
                rolled.extend(rollup.reads.iter().chain([&rollup.link]).cloned());
            }
            for (entity, mut trigger) in made {
                trigger.is_rolled = rollups.iter().any(|rollup| is_rolled(rollup, &entity, &trigger));
                triggers.by_entity.entry(entity).or_default().push(trigger);
            }
            let (entity, field) = (entity.clone(), field.id.clone());
            triggers.formulas.push(KeptFormula { entity, field, step, is_shared, rollups, obstacle });
        }
        triggers.derive_posting(catalog);
        triggers
    }

    fn derive_posting(&mut self, catalog: &Catalog) {
        for (register, balances) in catalog.balances.iter().enumerate() {
            for (at, posting) in balances.postings.iter().enumerate() {
                let mut reads = Reads::default();
                // A record that is made or goes has its movement made or taken back.
                reads.values(&[], &posting.entity, None);
                posting.expressions().for_each(|expr| reads.gather(catalog, expr, &[]));
                let made = reads.triggers(catalog, self.posted.len());
                let is_shared = made.iter().any(|(_, trigger)| trigger.is_broad);
                self.posted.push(Posted { register, posting: at, is_shared });
                for (entity, trigger) in made {
                    self.posting.entry(entity).or_default().push(trigger);
                }
            }
        }
    }
}

fn is_rolled(rollup: &Rollup, entity: &EntityId, trigger: &Trigger) -> bool {
    rollup.children == *entity
        && match &trigger.on {
            Change::Link(link) => trigger.way.is_empty() && *link == rollup.link,
            Change::Values(_) => trigger.way == std::slice::from_ref(&rollup.relation),
        }
}

/// A formula on its way.
#[derive(Clone, Copy)]
struct Kept<'a> {
    entity: &'a EntityId,
    field: &'a Field,
    formula: &'a Formula,
}

/// Most formulas that one statement calculates.
const TOGETHER: usize = 16;

/// Orders the formulas that are kept so that none comes before what it builds on, and numbers those that go together: of one
/// entity, none of which builds on another.
fn in_steps(catalog: &Catalog) -> Vec<(usize, Kept<'_>)> {
    let mut left: Vec<Kept<'_>> = Vec::new();
    for entity in catalog.entities() {
        for field in &entity.fields {
            if let Some(formula) = field.formula.as_ref().filter(|formula| formula.is_kept()) {
                left.push(Kept { entity: &entity.id, field, formula });
            }
        }
    }
    let mut waiting: HashSet<(&EntityId, &FieldId)> = left.iter().map(|it| (it.entity, &it.field.id)).collect();
    let mut steps = Vec::with_capacity(left.len());
    let mut step = 0;
    while !left.is_empty() {
        let is_ready =
            |it: &Kept<'_>| it.formula.reads.iter().all(|(entity, field)| !waiting.contains(&(entity, field)));
        let (ready, rest): (Vec<Kept<'_>>, Vec<Kept<'_>>) = left.iter().partition(|it| is_ready(it));
        // An entity all of whose formulas are ready is done with in one go.
        let unfinished: HashSet<&EntityId> = rest.iter().map(|it| it.entity).collect();
        let whole = ready.iter().find(|it| !unfinished.contains(it.entity));
        // Circles are refused; of what is left of them any is as good as another.
        let Some(chosen) = whole.or(ready.first()).or(left.first()).map(|it| it.entity) else { break };
        let mut taken: Vec<Kept<'_>> = ready.into_iter().filter(|it| it.entity == chosen).collect();
        if taken.is_empty() {
            taken.extend(left.first());
        }
        // What has its times is calculated for other records than what follows a change.
        let mode = taken.first().map(|it| it.formula.mode);
        taken.retain(|it| Some(it.formula.mode) == mode);
        left.retain(|it| !taken.iter().any(|taken| taken.entity == it.entity && taken.field.id == it.field.id));
        for chunk in taken.chunks(TOGETHER) {
            for stored in chunk {
                waiting.remove(&(stored.entity, &stored.field.id));
                steps.push((step, *stored));
            }
            step += 1;
        }
    }
    steps
}

/// What one formula reads, by the ways that lead there.
#[derive(Default)]
pub(crate) struct Reads {
    /// Fields of the records of an entity at the end of a way.
    pub(crate) values: Vec<(Vec<FieldRef>, EntityId, BTreeSet<FieldId>)>,
    /// Links by which records of an entity belong to those at the end of a way, and the way with the relation.
    links: Vec<(Vec<FieldRef>, EntityId, FieldId, Vec<FieldRef>)>,
    seen: BTreeSet<Vec<(EntityId, FieldId)>>,
}

impl Reads {
    fn values(&mut self, way: &[FieldRef], entity: &EntityId, field: Option<&FieldId>) {
        let known = self.values.iter_mut().find(|(known, of, _)| known == way && of == entity);
        match known {
            Some((.., fields)) => fields.extend(field.cloned()),
            None => self.values.push((way.to_vec(), entity.clone(), field.cloned().into_iter().collect())),
        }
    }

    /// Gathers what an expression over the records at the end of a way reads.
    pub(crate) fn gather(&mut self, catalog: &Catalog, expr: &Expr, before: &[FieldRef]) {
        for path in expression::paths::reads(expr).paths.into_iter().filter(|path| path.root == Root::Record) {
            let full: Vec<FieldRef> = before.iter().cloned().chain(path.fields).collect();
            let key = full.iter().map(|field| (field.entity.clone(), field.id.clone())).collect();
            let Some((last, way)) = full.split_last().filter(|_| self.seen.insert(key)) else { continue };
            let Some(field) = field_of(catalog, last) else { continue };
            match (&field.formula, &field.kind) {
                (Some(formula), _) if !formula.is_kept() => self.gather(catalog, &formula.expr, way),
                (_, FieldKind::Inverse { relation } | FieldKind::Children { relation }) => {
                    if let Some(link) = &relation.inverse {
                        self.links.push((way.to_vec(), relation.target.clone(), link.clone(), full.clone()));
                    }
                    self.values(&full, &relation.target, None);
                }
                (_, FieldKind::Links { relation, .. }) => {
                    self.values(way, &last.entity, Some(&last.id));
                    self.values(&full, &relation.target, None);
                }
                _ => self.values(way, &last.entity, Some(&last.id)),
            }
        }
    }

    fn triggers(self, catalog: &Catalog, formula: usize) -> Vec<(EntityId, Trigger)> {
        let goes_on = |way: &[FieldRef]| {
            self.values.iter().any(|(longer, ..)| longer.len() > way.len() && longer.starts_with(way))
        };
        let is_apart = |way: &[FieldRef]| way.iter().any(|step| !is_owned(catalog, step));
        let links = self.links.iter().map(|(way, entity, link, full)| {
            let is_broad = is_apart(full) || goes_on(full);
            let on = Change::Link(link.clone());
            (entity.clone(), Trigger { formula, way: way.clone(), on, is_broad, is_rolled: false })
        });
        let values = self.values.iter().map(|(way, entity, fields)| {
            let on = Change::Values(fields.clone());
            (entity.clone(), Trigger { formula, way: way.clone(), on, is_broad: is_apart(way), is_rolled: false })
        });
        links.chain(values).collect()
    }
}

/// Says whether a relation is that to records which each belong to one: whoever changes one of them holds that one.
pub(crate) fn is_owned(catalog: &Catalog, step: &FieldRef) -> bool {
    let Some(field) = field_of(catalog, step) else { return false };
    let (FieldKind::Inverse { relation } | FieldKind::Children { relation }) = &field.kind else { return false };
    let back = catalog.entity_by_id(&relation.target).zip(relation.inverse.as_ref());
    let back = back.and_then(|(entity, link)| entity.field_by_id(link));
    back.is_some_and(|back| matches!(back.kind, FieldKind::Link { .. }))
}

pub(crate) fn field_of<'a>(catalog: &'a Catalog, field: &FieldRef) -> Option<&'a Field> {
    catalog.entity_by_id(&field.entity)?.field_by_id(&field.id)
}
