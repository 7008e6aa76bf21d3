//! What the schema cannot say of a dataset: names, what belongs together, references inside the document.

use std::collections::HashSet;

use diagnostic::Diagnostic;

use super::meaning::name;
use crate::document::{ATTRIBUTES, is_system_entity};
use crate::suggest::nearest;
use crate::{Dataset, DatasetAggregate, DatasetField, DatasetJoin, FieldType};

/// Checks a whole dataset.
pub(super) fn of_dataset(dataset: &Dataset) -> Vec<Diagnostic> {
    let mut problems = name(&dataset.name, "/name");
    if is_system_entity(&dataset.name) {
        problems.push(Diagnostic::error("dataset.entity_name").at("/name").with("name", &dataset.name));
    }
    problems.extend(of_source(dataset));
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    for (at, field) in dataset.fields.iter().enumerate() {
        let here = format!("/fields/{at}");
        if !names.insert(field.name.as_str()) {
            problems
                .push(Diagnostic::error("field.duplicate_name").at(format!("{here}/name")).with("name", &field.name));
        }
        if let Some(id) = field.id.as_deref().filter(|id| !ids.insert(*id)) {
            problems.push(Diagnostic::error("field.duplicate_id").at(format!("{here}/id")).with("found", id));
        }
        problems.extend(of_field(dataset, field, &here));
    }
    let known = || dataset.fields.iter().map(|field| field.name.as_str());
    let unknown = |name: &str, pointer: String| {
        (!names.contains(name)).then(|| {
            let problem = Diagnostic::error("reference.unknown_field").at(pointer).with("found", name);
            problem.with("entity", &dataset.name).with_some("nearest", nearest(name, known()))
        })
    };
    // Of a text the fields are known once it is read.
    let title = dataset.title.as_deref().filter(|_| dataset.sql.is_none());
    problems.extend(title.and_then(|title| unknown(title, "/title".to_owned())));
    for (at, part) in dataset.parts.iter().enumerate() {
        let mut joined = HashSet::new();
        for (place, join) in part.joins.iter().enumerate() {
            let here = format!("/parts/{at}/joins/{place}");
            problems.extend(of_join(join, &here));
            if !joined.insert(join.name.as_str()) || join.name == "user" {
                let problem = Diagnostic::error("dataset.join_name").at(format!("{here}/name"));
                problems.push(problem.with("name", &join.name));
            }
        }
        for field in part.values.keys() {
            let pointer = format!("/parts/{at}/values/{field}");
            problems.extend(unknown(field, pointer.clone()));
            let calculated = dataset.fields.iter().any(|it| it.name == *field && it.expression.is_some());
            if calculated {
                problems.push(Diagnostic::error("dataset.value_beside_expression").at(pointer).with("field", field));
            }
        }
    }
    problems
}

/// What a dataset is made of: either parts or a text.
fn of_source(dataset: &Dataset) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let without_parts = dataset.parts.is_empty();
    match &dataset.sql {
        None if without_parts => problems.push(Diagnostic::error("dataset.source").at("/parts")),
        Some(_) if !without_parts => problems.push(Diagnostic::error("dataset.source").at("/sql")),
        _ => {}
    }
    if dataset.sql.is_none() && dataset.fields.is_empty() {
        problems.push(Diagnostic::error("dataset.no_fields").at("/fields"));
    }
    let mut beside = |is_there: bool, name: &'static str| {
        if is_there {
            let problem = Diagnostic::error("dataset.beside_sql").at(format!("/{name}"));
            problems.push(problem.with("name", name));
        }
    };
    if dataset.sql.is_some() {
        beside(dataset.having.is_some(), "having");
        for (at, field) in dataset.fields.iter().enumerate() {
            if field.aggregate.is_some() {
                let problem = Diagnostic::error("dataset.beside_sql").at(format!("/fields/{at}/aggregate"));
                problems.push(problem.with("name", "aggregate"));
            }
        }
    } else if dataset.max_rows.is_some() {
        problems.push(Diagnostic::error("dataset.only_with_sql").at("/max_rows").with("name", "max_rows"));
    }
    problems
}

fn of_field(dataset: &Dataset, field: &DatasetField, here: &str) -> Vec<Diagnostic> {
    let mut problems = name(&field.name, &format!("{here}/name"));
    if ATTRIBUTES.contains(&field.name.as_str()) || field.name == "user" {
        problems.push(Diagnostic::error("field.reserved_name").at(format!("{here}/name")).with("found", &field.name));
    }
    if field.aggregate.is_some() && field.expression.is_some() {
        problems.push(Diagnostic::error("dataset.two_sources").at(format!("{here}/expression")));
    }
    let has_value = dataset.parts.iter().any(|part| part.values.contains_key(&field.name));
    if dataset.sql.is_none()
        && field.expression.is_none()
        && field.aggregate != Some(DatasetAggregate::Count)
        && !has_value
    {
        problems.push(Diagnostic::error("dataset.field_without_value").at(here).with("field", &field.name));
    }
    if let Some(kind) = field.kind.filter(|kind| !FieldType::OF_DATASETS.contains(kind)) {
        let problem = Diagnostic::error("dataset.type").at(format!("{here}/type")).with("found", kind.as_str());
        let known: Vec<&str> = FieldType::OF_DATASETS.iter().map(|kind| kind.as_str()).collect();
        problems.push(problem.with("expected", known.join(", ")));
    }
    let numbers = [FieldType::Decimal, FieldType::Money, FieldType::Percent];
    for (key, given, types) in
        [("scale", field.scale.is_some(), &numbers[..]), ("currency", field.currency.is_some(), &numbers[1..2])]
    {
        if given && !field.kind.is_some_and(|kind| types.contains(&kind)) {
            let problem = Diagnostic::error("dataset.option_not_for_type").at(format!("{here}/{key}"));
            let known: Vec<&str> = types.iter().map(|kind| kind.as_str()).collect();
            problems.push(problem.with("name", key).with("expected", known.join(", ")));
        }
    }
    for problem in &mut problems {
        problem.arguments.entry("field").or_insert_with(|| field.name.clone());
    }
    problems
}

fn of_join(join: &DatasetJoin, here: &str) -> Vec<Diagnostic> {
    let mut problems = name(&join.name, &format!("{here}/name"));
    match (&join.through, &join.entity) {
        (Some(_), None) if !join.on.is_empty() => {
            problems.push(Diagnostic::error("dataset.pairs_beside_relation").at(format!("{here}/on")));
        }
        (None, Some(_)) if join.on.is_empty() => {
            problems.push(Diagnostic::error("dataset.join_without_pairs").at(here));
        }
        (Some(_), None) | (None, Some(_)) => {}
        _ => problems.push(Diagnostic::error("dataset.join_source").at(here)),
    }
    for problem in &mut problems {
        problem.arguments.entry("name").or_insert_with(|| join.name.clone());
    }
    problems
}
