//! Registers, each behind the dataset whose rows it keeps.

use std::collections::HashSet;
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::{EntityId, Expr, FieldId, FieldRef};
use schemas::suggest::nearest;

use super::Stage;
use super::made::bare;
use crate::dataset::{fields_of, taken};
use crate::register::field_id;
use crate::resolve::fields::attribute;
use crate::{Catalog, Entity, Field, FieldKind, Index, Register};

/// Fields by which rows are in order when nobody asks for another one.
const USUAL_KEYS: usize = 3;

impl<'a> Stage<'a, '_> {
    /// Resolves a register once, its dataset before.
    pub(super) fn register(&mut self, name: &'a str) {
        let Some(written) = self.gathered.registers.get(name).copied().filter(|_| self.done.insert(name)) else {
            return;
        };
        let path = format!("register/{name}");
        let mut found = Vec::new();
        match self.before(name, std::iter::once(&written.dataset)) {
            Err(circle) => found.push(Diagnostic::error("dataset.circle").at("/dataset").with("found", circle)),
            Ok(()) => self.kept(written, &mut found),
        }
        if found.iter().any(Diagnostic::is_error) {
            self.broken.insert(EntityId::new(written.id.as_deref().unwrap_or(name)));
        }
        self.problems.extend(found.into_iter().map(|problem| problem.in_document(path.clone())));
    }

    fn kept(&mut self, written: &schemas::Register, found: &mut Vec<Diagnostic>) {
        let id = EntityId::new(written.id.as_deref().unwrap_or(&written.name));
        if let Some(problem) = self.taken_name(&written.name, &id) {
            return found.push(problem);
        }
        let Some(dataset) = self.catalog.entity(&written.dataset).filter(|it| it.dataset.is_some()).cloned() else {
            let datasets = self.gathered.datasets.keys().copied();
            if !self.gathered.datasets.contains_key(written.dataset.as_str()) {
                let problem = Diagnostic::error("register.unknown_dataset").at("/dataset");
                let near = nearest(&written.dataset, datasets);
                found.push(problem.with("found", &written.dataset).with_some("nearest", near));
            }
            return;
        };
        // Of a dataset with mistakes it is not known what there would be to keep.
        if self.broken.contains(&dataset.id) {
            self.broken.insert(id);
            return;
        }
        let mut entity = self.entity(written, id, &dataset);
        let index = |set: &[FieldId], at: usize| Index { fields: set.to_vec(), index: format!("r{at}") };
        let sets = indexed(written, &entity, found);
        entity.indexes = sets.iter().enumerate().map(|(at, set)| index(set, at)).collect();
        if let (Some(first), Some(register)) = (sets.into_iter().next(), &mut entity.register) {
            Arc::make_mut(register).order = first;
        }
        let names = written.inverses.iter().map(|(link, name)| (link.as_str(), name.as_str()));
        let names: Vec<(&str, &str, String)> =
            names.map(|(link, name)| (link, name, format!("/inverses/{link}"))).collect();
        self.inverses(&names, &mut entity, found);
        self.catalog.put_dataset(entity);
    }

    fn entity(&self, written: &schemas::Register, id: EntityId, dataset: &Entity) -> Entity {
        let mut columns = Vec::new();
        let mut fields = vec![attribute("id")];
        for of_dataset in dataset.fields.iter().filter(|field| !field.is_attribute()) {
            let Some(kind) = taken(&of_dataset.kind) else { continue };
            let own = field_id(&id, &of_dataset.id);
            fields.push(Field {
                id: own.clone(),
                kind,
                columns: vec![format!("c{}", columns.len())],
                formula: None,
                conditions: crate::Conditions::default(),
                ..of_dataset.clone()
            });
            columns.push((own, of_dataset.id.clone()));
        }
        let is_key = |field: &&(FieldId, FieldId)| {
            let of_dataset = dataset.dataset.iter().flat_map(|dataset| &dataset.columns);
            of_dataset.clone().any(|column| column.field == field.1 && column.aggregate.is_none())
        };
        let order = columns.iter().filter(is_key).take(USUAL_KEYS).map(|(own, _)| own.clone()).collect();
        let title = dataset.title.as_ref().map(|title| field_id(&id, title));
        let refresh = written.refresh.clone().unwrap_or_default();
        let delay = refresh.on_change.as_deref().and_then(schemas::duration::milliseconds);
        let register = Register {
            dataset: dataset.id.clone(),
            columns,
            order,
            cron: refresh.cron,
            on_change: delay.and_then(|delay| u64::try_from(delay).ok()),
            open: written.open,
        };
        let or = |own: &schemas::Label, of_dataset: &schemas::Label| {
            if own.is_empty() { of_dataset.clone() } else { own.clone() }
        };
        let label = or(&written.label, &dataset.label);
        let plural = if written.label.is_empty() { &dataset.plural } else { &label };
        let mut entity = Entity {
            plural: or(&written.plural, plural),
            description: or(&written.description, &dataset.description),
            icon: written.icon.clone().or_else(|| dataset.icon.clone()),
            title,
            fields,
            register: Some(Arc::new(register)),
            ..bare(id, &written.name, label)
        };
        entity.index();
        entity
    }
}

/// Refuses registers whose rows depend on who asks: they are composed for everybody.
pub(in crate::resolve) fn of_everybody(catalog: &Catalog, problems: &mut Vec<Diagnostic>) {
    for entity in &catalog.entities {
        let Some(dataset) = entity.register.as_ref().and_then(|register| catalog.entity_by_id(&register.dataset))
        else {
            continue;
        };
        if asks(catalog, dataset, &mut HashSet::new()) {
            let problem = Diagnostic::error("register.reads_user").with("found", &dataset.name).at("/dataset");
            problems.push(problem.in_document(format!("register/{}", entity.name)));
        }
    }
}

/// Says whether the rows of a dataset, or of those that it reads, are made of who asks.
fn asks(catalog: &Catalog, entity: &Entity, seen: &mut HashSet<FieldRef>) -> bool {
    let Some(dataset) = &entity.dataset else { return false };
    let of_row = entity.fields.iter().filter_map(|field| Some(&*field.formula.as_ref()?.expr));
    let in_sql = dataset
        .sql
        .as_ref()
        .is_some_and(|sql| sql.asks || sql.fields().any(|field| formula_reads_user(catalog, field, seen)));
    in_sql
        || dataset.exprs().chain(of_row).any(|expr| reads_user(catalog, expr, seen))
        || dataset.entities().any(|of| catalog.entity_by_id(of).is_some_and(|of| asks(catalog, of, seen)))
}

/// Says whether an expression reads who asks, itself or by a formula that is calculated when it is read.
fn reads_user(catalog: &Catalog, expr: &Expr, seen: &mut HashSet<FieldRef>) -> bool {
    let mut read = HashSet::new();
    fields_of(expr, &mut read);
    expression::paths::reads(expr).user || read.iter().any(|field| formula_reads_user(catalog, field, seen))
}

fn formula_reads_user(catalog: &Catalog, field: &FieldRef, seen: &mut HashSet<FieldRef>) -> bool {
    let known = catalog.entity_by_id(&field.entity).and_then(|entity| entity.field_by_id(&field.id));
    let formula = known.and_then(|field| field.formula.as_ref()).filter(|formula| !formula.is_kept());
    formula.is_some_and(|formula| seen.insert(field.clone()) && reads_user(catalog, &formula.expr, seen))
}

/// The sets of fields by which rows are found.
fn indexed(written: &schemas::Register, entity: &Entity, found: &mut Vec<Diagnostic>) -> Vec<Vec<FieldId>> {
    let mut sets: Vec<Vec<FieldId>> = Vec::new();
    for (at, names) in written.indexes.iter().enumerate() {
        let mut set = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let pointer = format!("/indexes/{at}/{place}");
            match entity.field(name) {
                None => {
                    let near = nearest(name, entity.fields.iter().map(|field| field.name.as_str()));
                    let problem = Diagnostic::error("reference.unknown_field").at(pointer).with("found", name);
                    found.push(problem.with("entity", &written.name).with_some("nearest", near));
                }
                Some(field) if matches!(field.kind, FieldKind::LongText { .. }) => {
                    let problem = Diagnostic::error("field.not_indexable").at(pointer);
                    found.push(problem.with("field", name).with("type", field.type_name()));
                }
                Some(field) => set.push(field.id.clone()),
            }
        }
        if set.len() == names.len() {
            sets.push(set);
        }
    }
    sets
}
