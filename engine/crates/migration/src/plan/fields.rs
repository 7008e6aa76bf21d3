//! Fields that come, go and come back; choices that are renamed.

use catalog::{Choice, Default, Field, FieldKind};
use sql::Dialect;
use sql::names::{derived, quote};

use super::tables::count;
use super::{Class, Early, Planner, Step, portion};
use crate::literal::{literal, text};
use crate::schema::in_every_language;
use crate::{Check, Column, Table};

impl Planner<'_> {
    pub(super) fn add_field(&mut self, table: &Table<'_>, field: &Field) {
        let mut step = Step::of_field("plan.add_field", table.entity, field);
        let columns: Vec<String> = table.columns_of(field).map(|column| self.ddl.add_column(table, column)).collect();
        let links = self.links_of(table, field);
        step.sql = [columns.as_slice(), &links].concat();
        if let Some((column, value)) = self.default(table, field) {
            let (assignment, empty) = (format!("{column} = {value}"), format!("{column} IS NULL"));
            let rest = format!("UPDATE {} SET {assignment} WHERE {empty}", quote(table.name));
            step.summary.code = "plan.add_field_filled";
            step.sql.push(rest.clone());
            step.class = Class::Rewrites;
            step.count = Some(count(table, "TRUE"));
            step.undo = self.drop_columns(table, field);
            let fill = portion(table.name, &assignment, &empty);
            step.early = Some(Early { sql: columns, fill, rest: [vec![rest], links].concat() });
        } else if field.required {
            self.checks.push(Check::required(table, field));
        }
        self.steps.push(step);
    }

    pub(super) fn restore_field(&mut self, table: &Table<'_>, field: &Field) {
        let mut step = Step::of_field("plan.restore_field", table.entity, field);
        for column in table.columns_of(field).filter(|column| column.target.is_some()) {
            step.sql.extend(self.ddl.drop_foreign_key(table.name, column.name));
        }
        step.sql.extend(self.links_of(table, field));
        step.count = present(table, field);
        self.checks.push(Check::restored(table, field));
        self.steps.push(step);
    }

    pub(super) fn hide_field(&mut self, table: &Table<'_>, field: &Field) {
        let mut step = Step::of_field("plan.hide_field", table.entity, field);
        step.sql.extend(self.unlink(table, field));
        step.class = Class::Hides;
        step.destructive = true;
        step.count = present(table, field);
        self.steps.push(step);
    }

    pub(super) fn rename_choices(&mut self, table: &Table<'_>, field: &Field, pairs: &[(&Choice, &Choice)]) {
        let mut step = Step::of_field("plan.rename_choices", table.entity, field);
        let renamed: Vec<String> = pairs.iter().map(|(old, new)| format!("{} → {}", old.value, new.value)).collect();
        let words = in_every_language(pairs.iter().map(|(_, new)| &new.label), |texts| {
            let both = texts.iter().zip(&renamed).map(|(label, values)| format!("{label} ({values})"));
            both.collect::<Vec<_>>().join(", ")
        });
        step.summary = step.summary.named("renamed", renamed.join(", "), &words);
        let Some(column) = field.columns.first().map(|column| quote(column)) else { return };
        let olds = pairs.iter().map(|(old, _)| text(&old.value)).collect::<Vec<_>>().join(", ");
        let whens = pairs.iter().map(|(old, new)| format!("WHEN {} THEN {}", text(&old.value), text(&new.value)));
        let whens = whens.collect::<Vec<_>>().join(" ");
        let (value, condition) = match (&field.kind, self.ddl.dialect) {
            (FieldKind::MultiChoice(_), Dialect::Sqlite) => (
                format!("(SELECT json_group_array(CASE value {whens} ELSE value END) FROM json_each({column}))"),
                format!("EXISTS (SELECT 1 FROM json_each({column}) WHERE value IN ({olds}))"),
            ),
            (FieldKind::MultiChoice(_), Dialect::Postgres) => (
                format!(
                    "(SELECT jsonb_agg(CASE it.value {whens} ELSE it.value END ORDER BY it.at) \
                     FROM jsonb_array_elements_text({column}) WITH ORDINALITY AS it (value, at))"
                ),
                format!("jsonb_typeof({column}) = 'array' AND {column} ?| ARRAY[{olds}]"),
            ),
            _ => (format!("CASE {column} {whens} ELSE {column} END"), format!("{column} IN ({olds})")),
        };
        step.sql.push(format!("UPDATE {} SET {column} = {value} WHERE {condition}", quote(table.name)));
        step.class = Class::Rewrites;
        step.count = Some(count(table, &condition));
        (step.early, step.undo) =
            self.rename_early(table, field, &format!("CASE WHEN {condition} THEN {value} ELSE {column} END"));
        self.steps.push(step);
    }

    /// Writes the new values beside the old ones, which people go on to read, and lets the columns change places at last.
    fn rename_early(&self, table: &Table<'_>, field: &Field, value: &str) -> (Option<Early>, Vec<String>) {
        let Some(column) = table.columns_of(field).next() else { return (None, Vec::new()) };
        let beside = derived("next", column.name, &[]);
        let next = Column { name: &beside, ..column.clone() };
        let (name, differs) = (quote(table.name), self.differs());
        let (assignment, outdated) =
            (format!("{} = {value}", quote(&beside)), format!("{} {differs} ({value})", quote(&beside)));
        let indexes = || table.indexes.iter().filter(|index| index.columns.contains(&column.name));
        let mut rest = vec![format!("UPDATE {name} SET {assignment} WHERE {outdated}")];
        rest.extend(indexes().map(|index| self.ddl.drop_index(index)));
        rest.push(self.ddl.drop_column(table, column.name));
        rest.push(format!("ALTER TABLE {name} RENAME COLUMN {} TO {}", quote(&beside), quote(column.name)));
        rest.extend(indexes().map(|index| self.ddl.create_index(table, index)));
        let fill = portion(table.name, &assignment, &outdated);
        let undo = vec![self.ddl.drop_column(table, &beside)];
        (Some(Early { sql: vec![self.ddl.add_column(table, &next)], fill, rest }), undo)
    }

    /// The comparison that holds where one of two values is empty too.
    pub(super) fn differs(&self) -> &'static str {
        match self.ddl.dialect {
            Dialect::Sqlite => "IS NOT",
            Dialect::Postgres => "IS DISTINCT FROM",
        }
    }

    /// Adds what a link needs beside its column: the foreign key and the index of the look-up.
    pub(super) fn links_of(&self, table: &Table<'_>, field: &Field) -> Vec<String> {
        let links = table.columns_of(field).filter(|column| column.target.is_some());
        links
            .flat_map(|column| {
                let reference = self.ddl.add_foreign_key(table, column);
                reference.into_iter().chain([self.ddl.lookup_index(table, column)])
            })
            .collect()
    }

    /// Lifts what a link has beside its column.
    pub(super) fn unlink(&self, table: &Table<'_>, field: &Field) -> Vec<String> {
        if !matches!(field.kind, FieldKind::Link { .. }) {
            return Vec::new();
        }
        let columns = field.columns.iter();
        columns
            .flat_map(|column| {
                let reference = self.ddl.drop_foreign_key(table.name, column);
                reference.into_iter().chain([self.ddl.drop_lookup_index(table.name, column)])
            })
            .collect()
    }

    /// The literal default that rows which are already there get in a new field, with its column.
    fn default(&self, table: &Table<'_>, field: &Field) -> Option<(String, String)> {
        let Some(Default::Value(value)) = &field.default else { return None };
        let column = table.columns_of(field).next().filter(|_| field.columns.len() == 1)?;
        Some((quote(column.name), literal(value, column.column, self.ddl.dialect)))
    }

    /// Takes the columns of a field back.
    pub(super) fn drop_columns(&self, table: &Table<'_>, field: &Field) -> Vec<String> {
        field.columns.iter().map(|column| self.ddl.drop_column(table, column)).collect()
    }
}

/// Counts the rows that have a value.
pub(super) fn present(table: &Table<'_>, field: &Field) -> Option<sql::Statement> {
    let column = field.columns.last()?;
    Some(count(table, &format!("{} IS NOT NULL", quote(column))))
}
