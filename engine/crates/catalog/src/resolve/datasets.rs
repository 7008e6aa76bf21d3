//! Datasets, each behind those that it reads, and registers behind theirs: what their expressions mean and what their fields
//! are.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::check::mentions;
use expression::{EntityId, Expected, Expr, ExprKind, FieldId};
use schemas::Label;
use schemas::suggest::nearest;

use super::expressions::unknown_choices;
use super::fields::attribute;
use super::gather::Gathered;
use super::references::unknown_entity;
use crate::dataset::{Column, Join, MAX_TABLES, Part};
use crate::{Catalog, CatalogScope, Dataset, Entity, Field, FieldKind, Relation};
use joins::way;
use made::{calculated, entity, field, field_id};

mod joins;
pub(crate) mod kinds;
mod made;
mod marks;
pub(super) mod registers;
mod sql;

pub(crate) use joins::{joined, scope_before};
pub(in crate::resolve) use marks::mark;

pub(super) fn resolve(gathered: &Gathered, catalog: &mut Catalog, problems: &mut Vec<Diagnostic>) {
    let mut stage = Stage {
        gathered,
        catalog,
        problems,
        open: Vec::new(),
        done: HashSet::new(),
        ids: HashMap::new(),
        broken: HashSet::new(),
    };
    for name in gathered.datasets.keys() {
        stage.dataset(name);
    }
    for name in gathered.registers.keys() {
        stage.register(name);
    }
}

struct Stage<'a, 'b> {
    gathered: &'b Gathered<'a>,
    catalog: &'b mut Catalog,
    problems: &'b mut Vec<Diagnostic>,
    /// Datasets being resolved, each read by the one before.
    open: Vec<&'a str>,
    done: HashSet<&'a str>,
    ids: HashMap<FieldId, String>,
    /// Datasets with mistakes: what their fields are is not known, so that nothing is told of who reads them.
    broken: HashSet<EntityId>,
}

/// A field on its way.
struct Made {
    kind: FieldKind,
    label: Label,
}

impl<'a> Stage<'a, '_> {
    /// Resolves a dataset once, those that it reads before.
    fn dataset(&mut self, name: &'a str) {
        let Some(written) = self.gathered.datasets.get(name).copied().filter(|_| self.done.insert(name)) else {
            return;
        };
        let reads = crate::dataset::reads(written);
        if let Err(circle) = self.before(name, reads.iter()) {
            let pointer = if written.sql.is_some() { "/sql" } else { "/parts" };
            return self.report(written, Diagnostic::error("dataset.circle").at(pointer).with("found", circle));
        }
        let id = EntityId::new(written.id.as_deref().unwrap_or(name));
        if let Some(problem) = self.taken_name(name, &id) {
            return self.report(written, problem);
        }
        let mut read = reads.iter().filter_map(|name| self.catalog.entity(name));
        let reads_broken = read.any(|entity| self.broken.contains(&entity.id));
        let before = self.problems.len();
        match &written.sql {
            None => self.resolved(written, id.clone()),
            Some(text) => self.in_sql(written, text, id.clone()),
        }
        if reads_broken {
            self.problems.truncate(before);
        }
        if reads_broken || self.problems[before..].iter().any(Diagnostic::is_error) {
            self.broken.insert(id);
        }
    }

    /// Resolves what is read before; says the circle that this leads to.
    fn before<'r>(&mut self, name: &'a str, reads: impl Iterator<Item = &'r String>) -> Result<(), String> {
        self.open.push(name);
        let mut circle = None;
        for read in reads {
            let dataset = self.gathered.datasets.get_key_value(read.as_str()).map(|(name, _)| *name);
            let register = self.gathered.registers.get_key_value(read.as_str());
            let Some(other) = dataset.or(register.map(|(name, _)| *name)) else { continue };
            // A register is a step on the way to its dataset.
            let next = register.map(|(_, register)| register.dataset.as_str()).filter(|_| dataset.is_none());
            let way: Vec<&str> = std::iter::once(other).chain(next).collect();
            if let Some(at) = self.open.iter().position(|open| way.contains(open)) {
                let end = way.iter().position(|step| *step == self.open[at]).unwrap_or_default();
                circle = Some([&self.open[at..], &way[..=end]].concat().join(" → "));
                continue;
            }
            self.dataset(other);
            self.register(other);
        }
        self.open.pop();
        circle.map_or(Ok(()), Err)
    }

    /// The mistake of a name or an identity that something else has.
    fn taken_name(&self, name: &str, id: &EntityId) -> Option<Diagnostic> {
        let other = self.catalog.entity(name).or_else(|| self.catalog.entity_by_id(id))?;
        let code = if other.name == name { "dataset.entity_name" } else { "document.duplicate_id" };
        let problem = Diagnostic::error(code).with("name", name).with("found", id).with("other", &other.name);
        Some(problem.at(if other.name == name { "/name" } else { "/id" }))
    }

    fn report(&mut self, dataset: &schemas::Dataset, problem: Diagnostic) {
        self.problems.push(problem.in_document(format!("dataset/{}", dataset.name)));
    }

    fn resolved(&mut self, written: &schemas::Dataset, id: EntityId) {
        let before = self.problems.len();
        let mut parts = Vec::new();
        for (at, part) in written.parts.iter().enumerate() {
            parts.push(self.part(written, part, at));
        }
        let mut tables = 0_usize;
        for entity in parts
            .iter()
            .flatten()
            .flat_map(|part| std::iter::once(&part.entity).chain(part.joins.iter().map(|join| &join.target)))
        {
            let dataset = self.catalog.entity_by_id(entity).and_then(|entity| entity.dataset.as_ref());
            tables = tables.saturating_add(dataset.map_or(1, |dataset| dataset.tables));
        }
        if tables > MAX_TABLES {
            let problem = Diagnostic::error("dataset.too_large").at("/parts").with("found", tables);
            self.report(written, problem.with("max", MAX_TABLES));
        }
        let mut columns = Vec::new();
        let mut made: Vec<Option<Made>> = Vec::new();
        for (at, field) in written.fields.iter().enumerate() {
            if field.expression.is_some() {
                made.push(None);
                continue;
            }
            let found = self.column(written, field, at, &mut parts);
            columns.push(Column { field: field_id(written, &written.fields[at]), aggregate: field.aggregate });
            made.push(found);
        }
        let parts: Vec<Part> = parts.into_iter().flatten().collect();
        let dataset = Dataset { parts, columns, having: None, sql: None, tables };
        let mut entity = entity(written, id);
        entity.dataset = Some(Arc::new(dataset));
        let is_sound = self.problems[before..].iter().all(|problem| !problem.is_error());
        self.fields(written, &mut entity, made, is_sound);
        entity.title = self.title(written, &entity);
        if is_sound {
            self.having(written, &mut entity);
        }
        let names = written.fields.iter().enumerate();
        let names = names.filter_map(|(at, it)| Some((&*it.name, it.inverse.as_deref()?, inverse_at(at))));
        let (names, mut found) = (names.collect::<Vec<_>>(), Vec::new());
        self.inverses(&names, &mut entity, &mut found);
        found.into_iter().for_each(|problem| self.report(written, problem));
        self.catalog.put_dataset(entity);
    }

    /// Resolves where rows come from; nothing when the entity is unknown.
    fn part(&mut self, dataset: &schemas::Dataset, part: &schemas::DatasetPart, at: usize) -> Option<Part> {
        let here = format!("/parts/{at}");
        let entity = self.named(dataset, &part.entity, &format!("{here}/entity"))?;
        let mut scope = scope_over(self.catalog, &entity);
        let mut joins = Vec::new();
        let mut found = Vec::new();
        for (place, join) in part.joins.iter().enumerate() {
            let here = format!("{here}/joins/{place}");
            if self.catalog.entity_by_id(&entity).is_some_and(|entity| entity.field(&join.name).is_some()) {
                found.push(Diagnostic::error("dataset.join_name").at(format!("{here}/name")).with("name", &join.name));
            }
            let Some((target, way)) = way(self.catalog, &scope, join, &here, &mut found) else { continue };
            let variable = scope.add_record(&join.name, &target);
            joins.push(Join { variable, target, way, optional: join.optional });
        }
        let is_whole = joins.len() == part.joins.len();
        // Without one of the joins every mention of it would be a mistake of its own.
        let filter = part.filter.as_ref().filter(|_| is_whole).and_then(|filter| {
            check(self.catalog, filter, &scope, &Expected::Condition, &format!("{here}/filter"), &mut found)
        });
        let values = dataset.fields.iter().filter(|field| field.expression.is_none());
        let values = values
            .map(|field| {
                let text = part.values.get(&field.name).filter(|_| is_whole)?;
                let pointer = format!("{here}/values/{}", field.name);
                check(self.catalog, text, &scope, &Expected::Anything, &pointer, &mut found)
            })
            .collect();
        for problem in found {
            self.report(dataset, problem);
        }
        Some(Part { entity, joins, filter, values })
    }

    fn named(&mut self, dataset: &schemas::Dataset, name: &str, pointer: &str) -> Option<EntityId> {
        let found = self.catalog.entity(name).map(|entity| entity.id.clone());
        let is_named = self.gathered.datasets.contains_key(name) || self.gathered.registers.contains_key(name);
        if found.is_none() && !is_named {
            self.report(dataset, unknown_entity(self.catalog, name).at(pointer));
        }
        found
    }

    /// Settles what a column is, and brings the values of all parts to it.
    fn column(
        &mut self,
        dataset: &schemas::Dataset,
        field: &schemas::DatasetField,
        at: usize,
        parts: &mut [Option<Part>],
    ) -> Option<Made> {
        let place = dataset.fields[..at].iter().filter(|field| field.expression.is_none()).count();
        let mut values: Vec<(usize, &mut Expr)> = parts
            .iter_mut()
            .enumerate()
            .filter_map(|(part, found)| Some((part, found.as_mut()?.values[place].as_mut()?)))
            .collect();
        let label =
            values.first().and_then(|(_, expr)| last_field(self.catalog, expr)).map(|field| field.label.clone());
        match kinds::of_column(self.catalog, field, &mut values) {
            Ok(kind) => Some(Made { kind, label: label.unwrap_or_default() }),
            Err((part, problem)) => {
                let pointer = match part {
                    Some(part) => format!("/parts/{part}/values/{}", field.name),
                    None => format!("/fields/{at}"),
                };
                self.report(dataset, problem.at(pointer).with("field", &field.name));
                None
            }
        }
    }

    /// Makes the fields; those that are expressions over the row in the order in which they read one another, and none of
    /// those while what they read is not sound.
    fn fields(&mut self, written: &schemas::Dataset, entity: &mut Entity, mut made: Vec<Option<Made>>, is_sound: bool) {
        let mut fields: Vec<Option<Field>> = Vec::new();
        for (at, made) in made.iter_mut().enumerate() {
            let id = field_id(written, &written.fields[at]);
            let here = format!("{}.{}", written.name, written.fields[at].name);
            if let Some(other) = self.ids.insert(id.clone(), here) {
                let problem = Diagnostic::error("field.duplicate_id").at(format!("/fields/{at}/id"));
                self.report(written, problem.with("found", &id).with("other", other));
            }
            // What is not known is taken for a text, so that who names the field is told of no other mistake.
            let unknown = (!is_sound).then(kinds::unknown);
            fields.push(made.take().or(unknown).map(|made| field(&written.fields[at], at, id, made)));
        }
        let mut open: Vec<usize> =
            (0..fields.len()).filter(|at| is_sound && written.fields[*at].expression.is_some()).collect();
        loop {
            entity.fields = std::iter::once(attribute("id")).chain(fields.iter().flatten().cloned()).collect();
            entity.index();
            self.catalog.put_dataset(entity.clone());
            let before = open.len();
            let mut mistakes = Vec::new();
            open.retain(|at| {
                let column = &written.fields[*at];
                match calculated(self.catalog, &entity.id, column, *at) {
                    Ok((made, formula)) => {
                        let field = field(column, *at, field_id(written, column), made);
                        fields[*at] = Some(Field { columns: Vec::new(), formula: Some(formula), ..field });
                        false
                    }
                    Err(found) => {
                        mistakes.extend(found);
                        true
                    }
                }
            });
            if open.len() == before {
                let names: Vec<&str> = open.iter().map(|at| written.fields[*at].name.as_str()).collect();
                let is_circle = |problem: &Diagnostic| {
                    problem.code == "expression.unknown_name"
                        && problem.arguments.get("name").is_some_and(|name| names.contains(&name.as_str()))
                };
                if !open.is_empty() && mistakes.iter().all(is_circle) {
                    let at = format!("/fields/{}/expression", open[0]);
                    let problem = Diagnostic::error("dataset.expression_circle").at(at);
                    return self.report(written, problem.with("found", names.join(", ")));
                }
                for problem in mistakes.into_iter().filter(|problem| !is_circle(problem)) {
                    self.report(written, problem);
                }
                return;
            }
        }
    }

    fn title(&mut self, written: &schemas::Dataset, entity: &Entity) -> Option<FieldId> {
        let Some(name) = &written.title else {
            let own = written.fields.iter().filter(|field| field.expression.is_none());
            let key = own.clone().find(|field| field.aggregate.is_none());
            return entity.field(&key.or(own.clone().next())?.name).map(|field| field.id.clone());
        };
        if written.sql.is_some() && entity.field(name).is_none() {
            let near = schemas::suggest::nearest(name, entity.fields.iter().map(|field| field.name.as_str()));
            let problem = Diagnostic::error("reference.unknown_field").at("/title").with("found", name);
            self.report(written, problem.with("entity", &written.name).with_some("nearest", near));
        }
        let field = entity.field(name)?;
        if field.formula.is_some() {
            self.report(written, Diagnostic::error("entity.calculated_title").at("/title").with("found", name));
        }
        Some(field.id.clone())
    }

    /// Gives the far sides of links the relations by which they see the rows.
    fn inverses(&mut self, names: &[(&str, &str, String)], entity: &mut Entity, found: &mut Vec<Diagnostic>) {
        for (field, name, here) in names {
            let Some(place) = entity.by_name.get(*field).copied() else {
                let near = nearest(field, entity.fields.iter().map(|field| field.name.as_str()));
                let problem = Diagnostic::error("reference.unknown_field").at(here).with("found", field);
                found.push(problem.with("entity", &entity.name).with_some("nearest", near));
                continue;
            };
            let plural = entity.plural.clone();
            let link = &mut entity.fields[place];
            let FieldKind::Link { relation, .. } = &mut link.kind else {
                found.push(Diagnostic::error("dataset.inverse_no_link").at(here).with("field", field));
                continue;
            };
            let Some(far) = self.catalog.by_id.get(&relation.target).copied() else { continue };
            if self.catalog.entities[far].field(name).is_some() {
                let problem = Diagnostic::error("relation.inverse_taken").at(here).with("found", name);
                found.push(problem.with("field", field).with("target", &self.catalog.entities[far].name));
                continue;
            }
            let inverse = FieldId::new(&format!("{}~", link.id));
            relation.inverse = Some(inverse.clone());
            let back = Relation { target: entity.id.clone(), inverse: Some(link.id.clone()) };
            let far = Arc::make_mut(&mut self.catalog.entities[far]);
            far.fields.push(Field {
                id: inverse,
                name: (*name).to_owned(),
                label: plural,
                kind: FieldKind::Inverse { relation: back },
                columns: Vec::new(),
                system: false,
                ..attribute("id")
            });
            far.index();
        }
    }

    fn having(&mut self, written: &schemas::Dataset, entity: &mut Entity) {
        let Some(text) = &written.having else { return };
        let scope = scope_over(self.catalog, &entity.id);
        let mut found = Vec::new();
        let having = check(self.catalog, text, &scope, &Expected::Condition, "/having", &mut found);
        if let Some(dataset) = &mut entity.dataset {
            Arc::make_mut(dataset).having = having;
        }
        for problem in found {
            self.report(written, problem);
        }
    }
}

fn inverse_at(at: usize) -> String {
    format!("/fields/{at}/inverse")
}

/// The names of a record in a dataset: no measures, for these may count the rows of datasets.
fn scope_over<'c>(catalog: &'c Catalog, entity: &EntityId) -> CatalogScope<'c> {
    CatalogScope::of_record(catalog, entity).without_measures()
}

fn check(
    catalog: &Catalog,
    text: &str,
    scope: &CatalogScope,
    expected: &Expected,
    pointer: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<Expr> {
    match mentions(text, scope, expected) {
        Ok((expr, mentions)) => {
            problems.extend(unknown_choices(catalog, &mentions).into_iter().map(|problem| problem.at(pointer)));
            Some(expr)
        }
        Err(mistakes) => {
            problems.extend(mistakes.into_iter().map(|mistake| mistake.at(pointer)));
            None
        }
    }
}

/// The field at the end of a path.
fn last_field<'c>(catalog: &'c Catalog, expr: &Expr) -> Option<&'c Field> {
    let ExprKind::Field(_, field) = &expr.kind else { return None };
    catalog.entity_by_id(&field.entity)?.field_by_id(&field.id)
}
