//! Registers of balances: their three entities are documents like any other, made of theirs; what posts is checked against the
//! finished catalog.

use std::collections::BTreeSet;
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::{EntityId, Expected, Expr, FieldId};
use schemas::balance::{Expanded, derived};
use schemas::suggest::nearest;
use schemas::{Body, Document};

use super::expressions::check;
use super::formulas::fitted;
use super::references::unknown_entity;
use crate::balance::{Balances, Dimension, Part, Posting, Resource};
use crate::{Catalog, CatalogScope, Entity};

/// A register of balances with the entities that it comes to.
pub(super) struct Written<'a> {
    pub(super) register: &'a schemas::Register,
    pub(super) balance: &'a schemas::Balance,
    pub(super) entities: Expanded,
}

impl Written<'_> {
    /// Lists the entities with which they are.
    pub(super) fn parts(&self) -> [(Part, &schemas::Entity); 3] {
        let Expanded { balances, movements, turnovers } = &self.entities;
        [(Part::Balances, balances), (Part::Movements, movements), (Part::Turnovers, turnovers)]
    }
}

/// Finds the registers of balances among documents.
pub(super) fn written(documents: &[Document]) -> Vec<Written<'_>> {
    documents.iter().filter_map(of_document).collect()
}

fn of_document(document: &Document) -> Option<Written<'_>> {
    let Body::Register(register) = &document.body else { return None };
    let balance = register.balance.as_ref()?;
    Some(Written { register, balance, entities: balance.expand(register) })
}

/// What stands in place of the path of a document for entities of a register that people did not write field by field.
pub(super) const BESIDE: char = '#';

/// Names the places of mistakes in the document of the register; what only repeats them goes.
pub(super) fn place(problems: &mut Vec<Diagnostic>, written: &[Written<'_>]) {
    problems.retain(|problem| !problem.place.document.as_deref().is_some_and(|path| path.contains(BESIDE)));
    for problem in problems {
        let Some(name) = problem.place.document.as_deref().and_then(|path| path.strip_prefix("register/")) else {
            continue;
        };
        let Some(found) = written.iter().find(|found| found.register.name == name) else { continue };
        let Some(rest) = problem.place.pointer.strip_prefix("/fields/") else { continue };
        let (at, key) = rest.split_once('/').map_or((rest, String::new()), |(at, key)| (at, format!("/{key}")));
        let Ok(at) = at.parse::<usize>() else { continue };
        let dimensions = found.balance.dimensions.len();
        problem.place.pointer = match at.checked_sub(dimensions) {
            None => format!("/balance/dimensions/{at}{key}"),
            Some(at) => format!("/balance/resources/{at}{key}"),
        };
    }
}

/// Resolves what posts to the registers, and refuses what would go in circles.
pub(super) fn resolve(catalog: &mut Catalog, written: &[Written<'_>], problems: &mut Vec<Diagnostic>) {
    let mut all = Vec::new();
    for found in written {
        let path = format!("register/{}", found.register.name);
        let mut mistakes = Vec::new();
        if let Some(balances) = of_register(catalog, found, &mut mistakes) {
            all.push(Arc::new(balances));
        }
        problems.extend(mistakes.into_iter().map(|problem| problem.in_document(path.clone())));
    }
    catalog.balances = all;
    // What a stored formula reads is followed by the changes of records that people make.
    for entity in catalog.entities() {
        for field in &entity.fields {
            let Some(formula) = field.formula.as_ref().filter(|formula| formula.is_stored()) else { continue };
            if formula.reads.iter().any(|read| is_kept(catalog, read)) {
                let problem = Diagnostic::error("formula.stored_reads_register").with("field", &field.name);
                problems.push(problem.in_document(format!("{}/{}", entity.kind(), entity.name)));
            }
        }
    }
}

/// Says whether a field is of a register of balances, or leads to one.
fn is_kept(catalog: &Catalog, (entity, field): &(EntityId, FieldId)) -> bool {
    let is_part = |id: &EntityId| catalog.entity_by_id(id).is_some_and(|entity| entity.balances.is_some());
    let relation = catalog.entity_by_id(entity).and_then(|entity| entity.field_by_id(field)?.relation());
    is_part(entity) || relation.is_some_and(|relation| is_part(&relation.target))
}

fn of_register(catalog: &Catalog, written: &Written<'_>, found: &mut Vec<Diagnostic>) -> Option<Balances> {
    let entities = &written.entities;
    let [balances, movements, turnovers] =
        [&entities.balances, &entities.movements, &entities.turnovers].map(|entity| catalog.entity(&entity.name));
    let (balances, movements, turnovers) = (balances?, movements?, turnovers?);
    let id = |entity: &Entity, name: &str| Some(entity.field(name)?.id.clone());
    let dimension = |one: &schemas::Dimension| {
        Some(Dimension {
            balance: id(balances, &one.name)?,
            movement: id(movements, &one.name)?,
            turnover: id(turnovers, &one.name)?,
            required: one.required,
        })
    };
    let resource = |one: &schemas::Resource| {
        let part = |what: &str| id(turnovers, &format!("{}_{what}", one.name));
        Some(Resource {
            balance: id(balances, &one.name)?,
            movement: id(movements, &one.name)?,
            turnover: [part("opening")?, part("in")?, part("out")?, part("closing")?],
            refuse_negative: one.refuse_negative,
            message: one.message.clone(),
        })
    };
    let dimensions = written.balance.dimensions.iter().map(dimension).collect::<Option<_>>()?;
    let resources = written.balance.resources.iter().map(resource).collect::<Option<_>>()?;
    let postings = written.balance.postings.iter().enumerate();
    let postings = postings.filter_map(|(at, posting)| self::posting(catalog, written, balances, (at, posting), found));
    Some(Balances {
        entity: balances.id.clone(),
        movements: movements.id.clone(),
        turnovers: turnovers.id.clone(),
        by: written.balance.by,
        dimensions,
        resources,
        postings: postings.collect(),
    })
}

fn posting(
    catalog: &Catalog,
    written: &Written<'_>,
    balances: &Entity,
    (at, posting): (usize, &schemas::Posting),
    found: &mut Vec<Diagnostic>,
) -> Option<Posting> {
    let here = format!("/balance/postings/{at}");
    let Some(entity) = catalog.entity(&posting.entity) else {
        found.push(unknown_entity(catalog, &posting.entity).at(format!("{here}/entity")));
        return None;
    };
    if entity.dataset.is_some() || entity.balances.is_some() || entity.read_only || entity.register.is_some() {
        let problem = Diagnostic::error("register.posts_nothing").with("found", &posting.entity);
        found.push(problem.at(format!("{here}/entity")));
        return None;
    }
    let before = found.len();
    let mut reads = BTreeSet::new();
    let mut one = |text: &str, expected: &Expected, key: String| {
        expression(catalog, entity, text, expected, &format!("{here}/{key}"), &mut reads, found)
    };
    let when = posting.when.as_deref().and_then(|text| one(text, &Expected::Condition, "when".to_owned()));
    let date = one(&posting.date, &Expected::Value(expression::Type::Date), "date".to_owned());
    let mut value = |name: &str, empty: bool| {
        let field = balances.field(name)?;
        match posting.values.get(name) {
            Some(text) => {
                let expected = Expected::Value(field.expression_type());
                let expr = one(text, &expected, format!("values/{name}"))?;
                Some(fitted(&field.kind, expr))
            }
            None if empty => Some(Expr::literal(expression::Value::Empty, field.expression_type())),
            None => None,
        }
    };
    let dimensions: Vec<Option<Expr>> = written.balance.dimensions.iter().map(|one| value(&one.name, true)).collect();
    let resources: Vec<Option<Expr>> = written.balance.resources.iter().map(|one| value(&one.name, true)).collect();
    for name in posting.values.keys() {
        let names = || {
            let dimensions = written.balance.dimensions.iter().map(|one| one.name.as_str());
            dimensions.chain(written.balance.resources.iter().map(|one| one.name.as_str()))
        };
        if names().all(|known| known != name) {
            let problem = Diagnostic::error("register.unknown_value").with("found", name);
            found.push(problem.with_some("nearest", nearest(name, names())).at(format!("{here}/values/{name}")));
        }
    }
    if found.len() > before && found[before..].iter().any(Diagnostic::is_error) {
        return None;
    }
    Some(Posting {
        id: posting.id.clone().unwrap_or_else(|| derived(balances.id.as_str(), &posting.name)),
        name: posting.name.clone(),
        entity: entity.id.clone(),
        direction: posting.direction,
        when,
        date: date?,
        dimensions: dimensions.into_iter().collect::<Option<_>>()?,
        resources: resources.into_iter().collect::<Option<_>>()?,
        reads: reads.into_iter().collect(),
    })
}

/// Checks an expression that a stored formula might have.
fn expression(
    catalog: &Catalog,
    entity: &Entity,
    text: &str,
    expected: &Expected,
    pointer: &str,
    all: &mut BTreeSet<(EntityId, FieldId)>,
    found: &mut Vec<Diagnostic>,
) -> Option<Expr> {
    let scope = CatalogScope::of_record(catalog, &entity.id).without_measures();
    let expr = check(catalog, text, &scope, expected, "", pointer, found)?;
    let reads = expression::paths::reads(&expr);
    let mut read = BTreeSet::new();
    for field in reads.paths.iter().flat_map(|path| &path.fields) {
        read.insert((field.entity.clone(), field.id.clone()));
        let known = catalog.entity_by_id(&field.entity).and_then(|entity| entity.field_by_id(&field.id));
        read.extend(known.and_then(|field| field.formula.as_ref()).into_iter().flat_map(|it| it.reads.iter().cloned()));
    }
    let is_around = |key: &(EntityId, FieldId)| {
        let formula = catalog.entity_by_id(&key.0).and_then(|entity| entity.field_by_id(&key.1)?.formula.as_ref());
        let reads = formula.filter(|formula| !formula.is_kept()).map(|formula| expression::paths::reads(&formula.expr));
        reads.is_some_and(|reads| reads.user || reads.time || reads.measures)
    };
    let is_composed = |(entity, field): &(EntityId, FieldId)| {
        let is_derived = |id: &EntityId| catalog.entity_by_id(id).is_some_and(|entity| entity.is_derived());
        let relation = catalog.entity_by_id(entity).and_then(|entity| entity.field_by_id(field)?.relation());
        is_derived(entity) || relation.is_some_and(|relation| is_derived(&relation.target))
    };
    let code = if reads.user || reads.time || read.iter().any(is_around) {
        Some("register.posting_looks_around")
    } else if read.iter().any(|key| is_kept(catalog, key) || is_composed(key)) {
        Some("register.posting_reads_composed")
    } else {
        None
    };
    all.extend(read);
    match code {
        Some(code) => {
            found.push(Diagnostic::error(code).at(pointer));
            None
        }
        None => Some(expr),
    }
}
