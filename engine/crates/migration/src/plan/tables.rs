//! Tables and indexes that come and go.

use sql::names::quote;
use sql::{ColumnType, Statement};

use super::{Class, Planner, Step, Timing};
use crate::{Check, Index, Table};

impl Planner<'_> {
    pub(super) fn create_table(&mut self, table: &Table<'_>) {
        let mut step = about("plan.create_entity", "plan.create_junction", table);
        self.standing.insert(table.name.to_owned());
        step.sql.push(self.ddl.create_table(table, &self.standing));
        step.sql.extend(self.ddl.table_indexes(table));
        step.undo.push(self.ddl.drop_table(table));
        step.timing = Timing::Ahead;
        self.steps.push(step);
        let later = table.columns.iter().filter(|column| column.target.is_some_and(|it| !self.standing.contains(it)));
        for column in later {
            let Some(reference) = self.ddl.add_foreign_key(table, column) else { continue };
            let undo = self.ddl.drop_foreign_key(table.name, column.name).unwrap_or_default();
            self.references.push((reference, undo));
        }
    }

    pub(super) fn restore_table(&mut self, table: &Table<'_>) {
        let mut step = about("plan.restore_entity", "plan.restore_junction", table);
        step.sql.extend(table.columns.iter().filter_map(|column| self.ddl.drop_foreign_key(table.name, column.name)));
        step.sql.extend(self.ddl.foreign_keys(table));
        step.sql.extend(self.ddl.link_indexes(table));
        step.count = Some(count(table, "TRUE"));
        self.standing.insert(table.name.to_owned());
        self.steps.push(step);
    }

    pub(super) fn hide_table(&mut self, table: &Table<'_>) {
        let mut step = about("plan.hide_entity", "plan.hide_junction", table);
        for column in table.columns.iter().filter(|column| column.target.is_some()) {
            step.sql.extend(self.ddl.drop_foreign_key(table.name, column.name));
            step.sql.push(self.ddl.drop_lookup_index(table.name, column.name));
        }
        step.sql.extend(table.indexes.iter().map(|index| self.ddl.drop_index(index)));
        step.class = Class::Hides;
        step.destructive = true;
        step.count = Some(count(table, "TRUE"));
        self.steps.push(step);
    }

    pub(super) fn create_index(&mut self, table: &Table<'_>, index: &Index<'_>) {
        let code = if index.unique { "plan.add_unique" } else { "plan.add_index" };
        let mut step = about_index(code, table, index);
        step.sql.push(self.ddl.create_index(table, index));
        step.timing = if index.unique { Timing::Switch } else { Timing::After };
        step.later = Some(index).filter(|index| !index.unique).and_then(|index| self.ddl.later(table, index));
        // What a new column will hold is not there to be looked at; the index itself judges it.
        let stands = index.columns.iter().all(|column| self.existing.has_column(table.name, column));
        if index.unique && stands {
            self.checks.push(Check::duplicates(table, index, self.ddl.dialect));
        }
        self.steps.push(step);
    }

    pub(super) fn drop_index(&mut self, table: &Table<'_>, index: &Index<'_>) {
        let code = if index.unique { "plan.drop_unique" } else { "plan.drop_index" };
        let mut step = about_index(code, table, index);
        step.sql.push(self.ddl.drop_index(index));
        self.steps.push(step);
    }
}

/// Counts rows of a table.
pub(super) fn count(table: &Table<'_>, condition: &str) -> Statement {
    let text = format!("SELECT count(*) FROM {} WHERE {condition}", quote(table.name));
    Statement::text(text, Vec::new(), vec![ColumnType::Integer])
}

fn about(entity: &'static str, junction: &'static str, table: &Table<'_>) -> Step {
    match table.junction {
        Some(field) => Step::of_field(junction, table.entity, field),
        None => Step::of_entity(entity, table.entity),
    }
}

fn about_index(code: &'static str, table: &Table<'_>, index: &Index<'_>) -> Step {
    let mut step = Step::of_entity(code, table.entity);
    step.summary = step.summary.named("fields", index.names(), &index.words());
    step
}
