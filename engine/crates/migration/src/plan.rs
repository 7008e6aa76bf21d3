//! Changes to steps: what people read, the SQL, and what it does to rows.

mod convert_field;
mod fields;
mod tables;

use std::collections::HashSet;

use catalog::{Entity, Field, FieldKind};
use diagnostic::Diagnostic;
use sql::names::quote;
use sql::{Dialect, Statement};

use crate::convert::Writing;
use crate::ddl::Ddl;
use crate::{Change, Check, Clean, Existing, Schema, diff, lint};

/// What publishing would do to the tables.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The steps, in the order in which they run.
    pub steps: Vec<Step>,
    /// What to look for in the data before they run.
    pub checks: Vec<Check>,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it does, as a code with arguments.
    pub summary: Diagnostic,
    /// The document it comes from, `kind/name`.
    pub document: Option<String>,
    /// The statements.
    pub sql: Vec<String>,
    /// What it does to stored values.
    pub class: Class,
    /// Whether something that people see goes away. A [`Check`] of the plan may make a step so.
    pub destructive: bool,
    /// Counts the rows it touches; `None` where it touches none.
    pub count: Option<Statement>,
    /// When it may run.
    pub timing: Timing,
    /// How to do the most of it before the switch when many rows are written; `sql` does all of it at once.
    pub early: Option<Early>,
    /// What takes an early step back when the publish is given up.
    pub undo: Vec<String>,
    /// How to do it after the switch, beside those who read and save; `sql` does it at once.
    pub later: Option<Later>,
    /// Texts to clean after the statements, in the transaction of the switch.
    pub clean: Option<Clean>,
}

/// An index that is built after the switch, where a table is large.
#[derive(Debug, Clone)]
pub struct Later {
    /// Name of the index.
    pub index: String,
    /// Builds it without keeping anybody waiting; stands in no transaction.
    pub sql: String,
    /// Takes away what an interrupted building left.
    pub drop: String,
    /// Counts the rows of the table: a small one is indexed at once.
    pub count: Statement,
}

/// A step in two parts: rows are written while the old revision answers, and the switch finds little left.
#[derive(Debug, Clone)]
pub struct Early {
    /// Makes the new columns, which nobody sees yet.
    pub sql: Vec<String>,
    /// Writes at most [`PORTION`] rows; is run until fewer are left.
    pub fill: String,
    /// What is left for the transaction of the switch, with the rows that were saved meanwhile.
    pub rest: Vec<String>,
}

/// Rows that one run of a fill writes at most.
pub const PORTION: u64 = 5_000;

/// What a step does to stored values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Nothing.
    Safe,
    /// Writes them anew.
    Rewrites,
    /// Takes them out of sight.
    Hides,
}

/// When a step may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// Before the switch of revision or in its transaction: nobody sees what it makes.
    Ahead,
    /// In the transaction of the switch.
    Switch,
    /// In the transaction of the switch or after it: it only makes reads faster.
    After,
}

/// Plans what turns the tables of `base` into those of `next`.
pub fn plan(base: &Schema<'_>, next: &Schema<'_>, existing: &Existing, dialect: Dialect) -> Plan {
    let workspace = next.workspace.or(base.workspace);
    let (language, zone) = workspace.map_or(("en", "UTC"), |it| (it.language.as_str(), it.time_zone.as_str()));
    let mut planner = Planner {
        ddl: Ddl { dialect, language },
        writing: Writing { dialect, zone },
        existing,
        standing: base.tables.keys().map(|name| (*name).to_owned()).collect(),
        steps: Vec::new(),
        checks: Vec::new(),
        references: Vec::new(),
    };
    for change in diff(base, next, existing) {
        if planner.references_are_due(&change) {
            planner.add_references();
        }
        planner.add(&change);
    }
    planner.add_references();
    planner.clean(base, next, existing);
    planner.checks.extend(lint::narrowings(base, next, dialect));
    Plan { steps: planner.steps, checks: planner.checks }
}

impl Plan {
    /// Gives the statements of the steps that may run ahead, in batches fit for one transaction each.
    ///
    /// PostgreSQL keeps a lock for each table, index and sequence until the end of a transaction and has room for few
    /// thousand of them.
    pub fn ahead(&self, statements: usize) -> Vec<Vec<String>> {
        let mut batches: Vec<Vec<String>> = Vec::new();
        for step in self.steps.iter().filter(|step| step.timing == Timing::Ahead) {
            match batches.last_mut() {
                Some(batch) if batch.len() + step.sql.len() <= statements => batch.extend(step.sql.iter().cloned()),
                _ => batches.extend(step.sql.chunks(statements.max(1)).map(<[String]>::to_vec)),
            }
        }
        batches
    }
}

pub(crate) struct Planner<'p> {
    ddl: Ddl<'p>,
    writing: Writing<'p>,
    existing: &'p Existing,
    /// Tables that a foreign key may point to at this step.
    standing: HashSet<String>,
    pub(crate) steps: Vec<Step>,
    checks: Vec<Check>,
    /// Foreign keys of new tables to later ones, which come when all of them stand.
    references: Vec<(String, String)>,
}

impl Planner<'_> {
    fn add(&mut self, change: &Change<'_>) {
        match change {
            Change::CreateTable { table } => self.create_table(table),
            Change::RestoreTable { table } => self.restore_table(table),
            Change::HideTable { table } => self.hide_table(table),
            Change::AddField { table, field } => self.add_field(table, field),
            Change::RestoreField { table, field } => self.restore_field(table, field),
            Change::HideField { table, field } => self.hide_field(table, field),
            Change::ConvertField { table, from, to, returns } => self.convert_field(table, from, to, *returns),
            Change::RenameChoices { table, field, pairs } => self.rename_choices(table, field, pairs),
            Change::DropIndex { table, index } => self.drop_index(table, index),
            Change::CreateIndex { table, index } => self.create_index(table, index),
        }
    }

    /// Fields may point to new tables and the other way round: references stand between both.
    fn references_are_due(&self, change: &Change<'_>) -> bool {
        !matches!(change, Change::CreateTable { .. } | Change::DropIndex { .. })
    }

    fn add_references(&mut self) {
        let references = std::mem::take(&mut self.references);
        if references.is_empty() {
            return;
        }
        let mut step = Step::new(Diagnostic::warning("plan.add_references").with("count", references.len()));
        step.timing = Timing::Ahead;
        (step.sql, step.undo) = references.into_iter().unzip();
        self.steps.push(step);
    }
}

impl Step {
    pub(crate) fn new(summary: Diagnostic) -> Self {
        Self {
            summary,
            document: None,
            sql: Vec::new(),
            class: Class::Safe,
            destructive: false,
            count: None,
            timing: Timing::Switch,
            early: None,
            undo: Vec::new(),
            later: None,
            clean: None,
        }
    }

    /// Makes a step about an entity.
    pub(crate) fn of_entity(code: &'static str, entity: &Entity) -> Self {
        let mut step = Self::new(Diagnostic::warning(code).named("entity", &entity.name, &entity.label.0));
        step.document = Some(format!("entity/{}", entity.name));
        step
    }

    /// Makes a step about a field.
    pub(crate) fn of_field(code: &'static str, entity: &Entity, field: &Field) -> Self {
        let mut step = Self::of_entity(code, entity);
        let summary = step.summary.named("field", &field.name, &field.label.0);
        step.summary = summary.with("type", field.type_name()).at(pointer(entity, field));
        step
    }
}

/// Writes the rows of a table that meet a condition, a portion of them.
pub(crate) fn portion(table: &str, assignments: &str, condition: &str) -> String {
    let name = quote(table);
    format!(
        "UPDATE {name} SET {assignments} WHERE \"id\" IN (SELECT \"id\" FROM {name} WHERE {condition} LIMIT {PORTION})"
    )
}

/// Points to a field in its document, where only the people's own fields stand.
pub(crate) fn pointer(entity: &Entity, field: &Field) -> String {
    let written = entity
        .fields
        .iter()
        .filter(|field| !field.is_attribute() && !field.system && !matches!(field.kind, FieldKind::Inverse { .. }));
    match written.map(|field| &field.id).position(|id| *id == field.id) {
        Some(at) => format!("/fields/{at}"),
        None => String::new(),
    }
}
