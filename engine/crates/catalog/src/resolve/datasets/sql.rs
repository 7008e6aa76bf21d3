//! Datasets that are written in SQL.

use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::EntityId;
use schemas::suggest::nearest;

use super::made::{entity, field_id};
use super::{Made, Stage, inverse_at, kinds};
use crate::dataset::Column;
use crate::resolve::expressions::unknown_choices;
use crate::sql::{Checked, MAX_ROWS, check};
use crate::{Dataset, Entity};

impl Stage<'_, '_> {
    /// Resolves the text; its columns are the fields, and what the document says of one of them goes before.
    pub(super) fn in_sql(&mut self, written: &schemas::Dataset, text: &str, id: EntityId) {
        let before = self.problems.len();
        let Checked { sql, problems, mentions } = check(self.catalog, text, written.max_rows.unwrap_or(MAX_ROWS));
        for problem in problems {
            // A dataset with mistakes of its own is told there.
            let is_told = problem.code == "sql.unknown_entity"
                && problem.arguments.get("name").is_some_and(|name| self.gathered.datasets.contains_key(name.as_str()));
            if !is_told {
                self.report(written, problem.at("/sql"));
            }
        }
        for named in &mentions {
            let place = expression::mistake::position(text, named.mention.span.start);
            for problem in unknown_choices(self.catalog, std::slice::from_ref(&named.mention)) {
                self.report(written, problem.at("/sql").on(place));
            }
        }
        let mut whole = written.clone();
        let mut entity = entity(written, id);
        let Some(sql) = sql else {
            entity.dataset = Some(Arc::new(Dataset::default()));
            let made = whole.fields.iter().map(|_| None).collect();
            self.fields(&whole, &mut entity, made, false);
            return self.catalog.put_dataset(entity);
        };
        for column in &sql.columns {
            if whole.fields.iter().all(|field| field.name != column.name) {
                whole.fields.push(named(&column.name));
            }
        }
        let mut columns = Vec::new();
        let mut made = Vec::new();
        for (at, field) in whole.fields.iter().enumerate() {
            let here = format!("/fields/{at}");
            let column = sql.columns.iter().find(|column| column.name == field.name);
            let (column, is_calculated) = (column, field.expression.is_some());
            let found = match (column, is_calculated) {
                (None, true) => None,
                (Some(_), true) => {
                    let problem = Diagnostic::error("sql.expression_beside_column").at(format!("{here}/expression"));
                    self.report(written, problem.with("field", &field.name));
                    None
                }
                (None, false) => {
                    let known = sql.columns.iter().map(|column| column.name.as_str());
                    let problem = Diagnostic::error("sql.no_such_column").at(format!("{here}/name"));
                    let near = nearest(&field.name, known);
                    self.report(written, problem.with("field", &field.name).with_some("nearest", near));
                    None
                }
                (Some(column), false) => match kinds::declared(field, column.kind.clone()) {
                    Ok(kind) => Some(Made { kind, label: column.label.clone() }),
                    Err((_, problem)) => {
                        self.report(written, problem.at(here).with("field", &field.name));
                        None
                    }
                },
            };
            if !is_calculated {
                columns.push(Column { field: field_id(&whole, field), aggregate: None });
            }
            made.push(found);
        }
        let order: Vec<String> = sql.columns.iter().map(|column| column.name.clone()).collect();
        let tables = sql.tables;
        let dataset = Dataset { columns, sql: Some(Arc::new(sql)), tables, ..Dataset::default() };
        entity.dataset = Some(Arc::new(dataset));
        let is_sound = self.problems[before..].iter().all(|problem| !problem.is_error());
        self.finish(&whole, entity, made, (&order, is_sound));
    }

    /// Makes the fields, which stand as in the SELECT whatever of them the document lists; those that are calculated follow.
    fn finish(
        &mut self,
        whole: &schemas::Dataset,
        mut entity: Entity,
        made: Vec<Option<Made>>,
        (order, is_sound): (&[String], bool),
    ) {
        self.fields(whole, &mut entity, made, is_sound);
        let place = |name: &str| order.iter().position(|column| column == name).unwrap_or(order.len());
        entity.fields.sort_by_key(|field| if field.is_attribute() { 0 } else { 1 + place(&field.name) });
        entity.index();
        let mut sorted = whole.clone();
        sorted.fields.sort_by_key(|field| place(&field.name));
        entity.title = self.title(&sorted, &entity);
        let names = whole.fields.iter().enumerate();
        let names = names.filter_map(|(at, it)| Some((&*it.name, it.inverse.as_deref()?, inverse_at(at))));
        let (names, mut found) = (names.collect::<Vec<_>>(), Vec::new());
        self.inverses(&names, &mut entity, &mut found);
        found.into_iter().for_each(|problem| self.report(whole, problem));
        self.catalog.put_dataset(entity);
    }
}

fn named(name: &str) -> schemas::DatasetField {
    schemas::DatasetField {
        name: name.to_owned(),
        id: None,
        label: schemas::Label::default(),
        description: schemas::Label::default(),
        kind: None,
        scale: None,
        currency: None,
        inverse: None,
        aggregate: None,
        expression: None,
    }
}
