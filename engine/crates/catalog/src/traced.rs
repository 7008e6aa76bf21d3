//! Which rows of a register a changed record has a part in: what of a dataset can be composed anew for some records alone.
//!
//! A row is traced to the record that its part begins with and to those that are joined to it. What its values are made of is
//! reached from these by links to one record each: who changed such a link changed a record on the way, so that what is there
//! now tells all rows that a change concerns. Which record another one belonged to before nobody knows afterwards, so that a
//! dataset that walks to many records is composed as a whole.

use std::collections::HashSet;

use diagnostic::Diagnostic;
use expression::paths::{self, Root};
use expression::{EntityId, Expr, FieldRef, Variable};

use crate::dataset::{Join, Part, Way};
use crate::trigger::field_of;
use crate::{Catalog, Dataset, Entity, Field, FieldKind, Register};

/// Entities of the product whose every change is told of.
const TOLD: [&str; 3] = ["user", "team", crate::system::MEASURE_TARGET];

/// What the rows of a register can be traced to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traced {
    /// The parts of its dataset.
    pub parts: Vec<TracedPart>,
    /// Whether rows are groups.
    pub is_grouped: bool,
}

/// What the rows of a part can be traced to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TracedPart {
    /// The entity that it begins with, then those of what is joined.
    pub records: Vec<EntityId>,
    /// What leads from one of these records, by its place, to records that rows are made of: links, and the entity at their end.
    pub ways: Vec<(usize, Vec<FieldRef>, EntityId)>,
}

/// Why the rows of a register are composed as a whole each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untraced {
    /// The dataset is written in SQL.
    Sql,
    /// It reads another dataset, or a register.
    Composed,
    /// It reads the clock.
    Time,
    /// It reads all records of an entity, as measures do.
    All,
    /// It walks to many records at once.
    Many,
    /// It walks on from a record that is calculated.
    Calculated,
    /// It reads records of the product that change without being told of.
    Untold,
    /// Rows are groups or made of joined records, and the register follows no changes, so that it is not kept what they are made of.
    Unasked,
}

impl Untraced {
    /// It in words.
    pub fn told(self) -> Diagnostic {
        Diagnostic::warning(match self {
            Self::Sql => "register.whole_sql",
            Self::Composed => "register.whole_composed",
            Self::Time => "register.whole_time",
            Self::All => "register.whole_all",
            Self::Many => "register.whole_many",
            Self::Calculated => "register.whole_calculated",
            Self::Untold => "register.whole_untold",
            Self::Unasked => "register.whole_unasked",
        })
    }
}

impl Traced {
    /// How many records each row is traced to at most, where that has to be kept beside the rows; 0 where a row has the identity
    /// of the one record that it is made of.
    pub fn width(&self) -> usize {
        match self.parts.as_slice() {
            [part] if part.records.len() == 1 && !self.is_grouped => 0,
            parts => parts.iter().map(|part| part.records.len()).max().unwrap_or(0),
        }
    }

    /// The entities whose changes concern rows.
    pub fn entities(&self) -> HashSet<&EntityId> {
        let on_ways = self.parts.iter().flat_map(|part| part.ways.iter().map(|(.., entity)| entity));
        self.parts.iter().flat_map(|part| &part.records).chain(on_ways).collect()
    }
}

impl Catalog {
    /// What the rows of a register can be traced to, or why they cannot.
    pub fn traced(&self, register: &Register) -> Result<Traced, Untraced> {
        let entity = self.entity_by_id(&register.dataset).ok_or(Untraced::Composed)?;
        let dataset = entity.dataset.as_ref().ok_or(Untraced::Composed)?;
        if dataset.sql.is_some() {
            return Err(Untraced::Sql);
        }
        let parts = dataset.parts.iter().map(|part| Walk::of_part(self, entity, dataset, part));
        let traced = Traced { parts: parts.collect::<Result<_, _>>()?, is_grouped: dataset.is_grouped() };
        let is_asked = register.on_change.is_some();
        if traced.width() > 0 && !is_asked { Err(Untraced::Unasked) } else { Ok(traced) }
    }

    fn is_told(&self, id: &EntityId) -> Result<(), Untraced> {
        let entity = self.entity_by_id(id).ok_or(Untraced::Composed)?;
        match () {
            () if entity.dataset.is_some() || entity.register.is_some() => Err(Untraced::Composed),
            () if entity.balances.is_some() => Err(Untraced::Untold),
            () if entity.system && !TOLD.contains(&entity.name.as_str()) => Err(Untraced::Untold),
            () => Ok(()),
        }
    }
}

/// The ways of a part, as its expressions are walked.
struct Walk<'a> {
    catalog: &'a Catalog,
    part: TracedPart,
    /// Formulas that are being walked, each where it was met.
    met: HashSet<(usize, Vec<FieldRef>)>,
}

impl<'a> Walk<'a> {
    fn of_part(
        catalog: &'a Catalog,
        entity: &'a Entity,
        dataset: &'a Dataset,
        part: &'a Part,
    ) -> Result<TracedPart, Untraced> {
        let records: Vec<EntityId> =
            std::iter::once(&part.entity).chain(part.joins.iter().map(|join| &join.target)).cloned().collect();
        records.iter().try_for_each(|record| catalog.is_told(record))?;
        let part_of = TracedPart { records, ways: Vec::new() };
        let mut walk = Self { catalog, part: part_of, met: HashSet::new() };
        let variables: Vec<Variable> =
            std::iter::once(Variable::RECORD).chain(part.joins.iter().map(|join| join.variable)).collect();
        for (at, join) in part.joins.iter().enumerate() {
            walk.joined(at + 1, join, &variables)?;
        }
        for expr in part.filter.iter().chain(part.values.iter().flatten()) {
            walk.over(expr, &variables)?;
        }
        let formulas = entity.fields.iter().filter_map(|field| Some(&*field.formula.as_ref()?.expr));
        for expr in formulas.chain(&dataset.having) {
            walk.of_row(expr, entity, dataset, part, &variables)?;
        }
        Ok(walk.part)
    }

    fn joined(&mut self, place: usize, join: &Join, variables: &[Variable]) -> Result<(), Untraced> {
        match &join.way {
            Way::Equal(pairs) => pairs.iter().try_for_each(|(left, right)| {
                self.over(left, variables)?;
                self.read(right, Variable::RECORD, place, &[])
            }),
            Way::Relation(from, relation) => {
                self.over(from, variables)?;
                // The record that the relation is of decides as well what is joined.
                for (at, variable) in variables.iter().enumerate() {
                    for path in paths::reads_of(from, *variable).1 {
                        self.add(at, &path.fields, &relation.entity)?;
                    }
                }
                Ok(())
            }
        }
    }

    /// Takes what an expression over the record and what is joined to it reads.
    fn over(&mut self, expr: &Expr, variables: &[Variable]) -> Result<(), Untraced> {
        variables.iter().enumerate().try_for_each(|(at, variable)| self.read(expr, *variable, at, &[]))
    }

    /// Takes what an expression over the record at the end of a way reads.
    fn read(&mut self, expr: &Expr, variable: Variable, place: usize, before: &[FieldRef]) -> Result<(), Untraced> {
        let (reads, _) = paths::reads_of(expr, variable);
        if reads.time {
            return Err(Untraced::Time);
        }
        if reads.measures || reads.paths.iter().any(|path| path.root == Root::All) {
            return Err(Untraced::All);
        }
        for path in reads.paths.iter().filter(|path| path.root == Root::Record) {
            let full: Vec<FieldRef> = before.iter().chain(&path.fields).cloned().collect();
            self.follow(place, &full)?;
        }
        Ok(())
    }

    /// Takes the way to a field that is read.
    fn follow(&mut self, place: usize, full: &[FieldRef]) -> Result<(), Untraced> {
        let Some((last, way)) = full.split_last() else { return Ok(()) };
        self.add(place, way, &last.entity)?;
        let field = field_of(self.catalog, last).ok_or(Untraced::Calculated)?;
        if is_many(field) {
            return Err(Untraced::Many);
        }
        let dynamic = field.formula.as_ref().filter(|formula| !formula.is_kept());
        match dynamic.filter(|_| self.met.insert((place, full.to_vec()))) {
            Some(formula) => self.read(&formula.expr, Variable::RECORD, place, way),
            None => Ok(()),
        }
    }

    /// Takes a way, which links to one record each have to make.
    fn add(&mut self, place: usize, way: &[FieldRef], end: &EntityId) -> Result<(), Untraced> {
        if way.is_empty() {
            return Ok(());
        }
        for step in way {
            let field = field_of(self.catalog, step).ok_or(Untraced::Calculated)?;
            match &field.kind {
                _ if is_many(field) => return Err(Untraced::Many),
                FieldKind::Link { .. } | FieldKind::AnyLink { .. } if !field.columns.is_empty() => {}
                _ => return Err(Untraced::Calculated),
            }
        }
        self.catalog.is_told(end)?;
        let known = (place, way.to_vec(), end.clone());
        if !self.part.ways.contains(&known) {
            self.part.ways.push(known);
        }
        Ok(())
    }

    /// Takes what an expression over the finished row reads beyond it: along its links, from where the part takes them.
    fn of_row(
        &mut self,
        expr: &Expr,
        entity: &Entity,
        dataset: &Dataset,
        part: &Part,
        variables: &[Variable],
    ) -> Result<(), Untraced> {
        let reads = paths::reads(expr);
        if reads.time {
            return Err(Untraced::Time);
        }
        if reads.measures || reads.paths.iter().any(|path| path.root == Root::All) {
            return Err(Untraced::All);
        }
        for path in reads.paths.iter().filter(|path| path.fields.len() > 1) {
            let Some((first, rest)) = path.fields.split_first() else { continue };
            let at = dataset.columns.iter().position(|column| column.field == first.id);
            if entity.field_by_id(&first.id).is_none_or(|field| field.formula.is_some()) {
                return Err(Untraced::Calculated);
            }
            let Some(value) = at.and_then(|at| part.values.get(at)?.as_ref()) else { continue };
            for (place, variable) in variables.iter().enumerate() {
                for taken in paths::reads_of(value, *variable).1 {
                    let full: Vec<FieldRef> = taken.fields.iter().chain(rest).cloned().collect();
                    self.follow(place, &full)?;
                }
            }
        }
        Ok(())
    }
}

fn is_many(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Inverse { .. } | FieldKind::Children { .. } | FieldKind::Links { .. })
}
