//! What to look for in the data before a plan runs: values that would not convert, duplicates, empties, narrowings.
//!
//! Each check is a statement to run and a reading of its rows; nothing here runs it.

mod narrowing;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use catalog::{ChoiceSet, Entity, Field, FieldKind, Label};
use diagnostic::Diagnostic;
use sql::names::quote;
use sql::{ColumnType, Dialect, Rows, Statement, Value, function, number};

use crate::convert::Writing;
use crate::plan::pointer;
use crate::schema::in_every_language;
use crate::{Index, Schema, Table};

/// Rows shown as examples.
const EXAMPLES: usize = 20;

/// Something to look for.
#[derive(Debug, Clone)]
pub struct Check {
    /// Finds examples: text of the value, count of all such rows (of such a value for grouped findings), record.
    pub statement: Statement,
    /// What it means that there are any.
    pub finding: Finding,
    /// Position in the plan of the step that becomes destructive when there are any.
    pub step: Option<usize>,
    message: Diagnostic,
    /// The choices whose values are shown: people read their labels.
    choices: Option<Arc<ChoiceSet>>,
}

/// What the rows of a check mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Values that a step would lose from sight: the analyst decides.
    Loses,
    /// Rows that make a step impossible until they are put right.
    Blocks,
    /// Rows that are worth knowing of.
    Notice,
}

impl Check {
    /// Reads the rows of the statement; `None` when there are none.
    pub fn diagnostic(&self, rows: &Rows) -> Option<Diagnostic> {
        if rows.is_empty() {
            return None;
        }
        let text = |row: &Vec<Value>, at: usize| match row.get(at) {
            Some(Value::Text(text)) => Some(text.to_string()),
            _ => None,
        };
        let count = rows
            .iter()
            .filter_map(|row| if let Some(Value::Integer(count)) = row.get(1) { Some(*count) } else { None });
        let count = if self.is_grouped() { count.sum() } else { count.max().unwrap_or(0) };
        let mut diagnostic = self.message.clone().with("count", count);
        let examples: Vec<String> = rows.iter().filter_map(|row| text(row, 0)).collect();
        if !examples.is_empty() {
            let words = self.choices.as_deref().map(|set| labels(set, &examples)).unwrap_or_default();
            diagnostic = match words.is_empty() {
                true => diagnostic.with("examples", examples.join(", ")),
                false => diagnostic.named("examples", examples.join(", "), &words),
            };
        }
        let records: Vec<String> = rows.iter().filter_map(|row| text(row, 2)).collect();
        if !records.is_empty() {
            diagnostic = diagnostic.with("records", records.join(", "));
        }
        Some(diagnostic)
    }

    pub(crate) fn of_step(mut self, step: usize) -> Self {
        self.step = Some(step);
        self
    }

    fn is_grouped(&self) -> bool {
        matches!(self.message.code, "migration.duplicates" | "migration.choice_removed")
    }

    /// Looks for values that would not convert.
    pub(crate) fn not_convertible(
        table: &Table<'_>,
        from: &Field,
        values: Option<&[String]>,
        writing: Writing<'_>,
    ) -> Self {
        let present = from.columns.iter().map(|column| format!("{} IS NOT NULL", quote(column)));
        let present = present.collect::<Vec<_>>().join(" AND ");
        let lost = values.and_then(<[String]>::first).map_or("TRUE".to_owned(), |value| format!("({value}) IS NULL"));
        let shown = shown(from, writing.dialect);
        let condition = format!("{present} AND {lost}");
        let message = about("migration.not_convertible", table.entity, from).with("from", from.type_name());
        Self { finding: Finding::Loses, ..rows_check(table, &shown, &condition, message) }
    }

    /// Looks for decimals that lose digits.
    pub(crate) fn rounded(
        table: &Table<'_>,
        from: &Field,
        to: &Field,
        values: Option<&[String]>,
        writing: Writing<'_>,
    ) -> Option<Self> {
        let (was, becomes) = (*ColumnType::of(&from.kind).first()?, *ColumnType::of(&to.kind).first()?);
        let (ColumnType::Decimal { scale: before, .. }, ColumnType::Decimal { scale: after, .. }) = (was, becomes)
        else {
            return None;
        };
        if after >= before {
            return None;
        }
        let column = quote(from.columns.first()?);
        let exact = writing.exact(&column, was);
        let kept = writing.exact(&format!("({})", values?.first()?), becomes);
        let condition = format!("{column} IS NOT NULL AND {kept} <> {exact}");
        let message = about("migration.rounded", table.entity, from).with("scale", after);
        Some(rows_check(table, &shown(from, writing.dialect), &condition, message))
    }

    /// Looks for records that have several links where one will be kept.
    pub(crate) fn unlinked(table: &Table<'_>, from: &Field, to: &Field) -> Option<Self> {
        let message = about("migration.not_convertible", table.entity, from).with("from", from.type_name());
        let same_target =
            from.relation().map(|relation| &relation.target) == to.relation().map(|relation| &relation.target);
        let text = match (&from.kind, &to.kind) {
            (FieldKind::Links { junction, .. }, kind) => {
                let least = if same_target && matches!(kind, FieldKind::Link { .. }) { 1 } else { 0 };
                format!(
                    "SELECT NULL, count(*) OVER (), CAST(\"source\" AS TEXT) FROM {} GROUP BY \"source\" \
                     HAVING count(*) > {least} LIMIT {EXAMPLES}",
                    quote(junction)
                )
            }
            _ if same_target => return None,
            _ => {
                let column = quote(from.columns.first()?);
                format!(
                    "SELECT NULL, count(*) OVER (), CAST(\"id\" AS TEXT) FROM {} WHERE {column} IS NOT NULL \
                     LIMIT {EXAMPLES}",
                    quote(table.name)
                )
            }
        };
        Some(check(text, message, Finding::Loses))
    }

    /// Looks for records without a value in a field that requires one.
    pub(crate) fn required(table: &Table<'_>, field: &Field) -> Self {
        let message = about("migration.required_empty", table.entity, field);
        // A column that does not stand yet is empty in every record.
        let text = format!(
            "SELECT NULL, count(*) OVER (), CAST(\"id\" AS TEXT) FROM {} WHERE \"deleted_at\" IS NULL LIMIT {EXAMPLES}",
            quote(table.name)
        );
        check(text, message, Finding::Notice)
    }

    /// Looks for records that are empty in a field that comes back.
    pub(crate) fn restored(table: &Table<'_>, field: &Field) -> Self {
        let message = about("migration.restored_empty", table.entity, field);
        let column = field.columns.last().map_or_else(|| "\"id\"".to_owned(), |column| quote(column));
        let text = format!(
            "SELECT NULL, count(*) OVER (), CAST(\"id\" AS TEXT) FROM {} \
             WHERE {column} IS NULL AND \"deleted_at\" IS NULL LIMIT {EXAMPLES}",
            quote(table.name)
        );
        check(text, message, Finding::Notice)
    }

    /// Looks for values that several records share.
    pub(crate) fn duplicates(table: &Table<'_>, index: &Index<'_>, dialect: Dialect) -> Self {
        let fields = index.columns.iter().filter_map(|name| table.column(name));
        let shown: Vec<String> = fields.map(|column| shown_column(column.name, column.column, dialect)).collect();
        let shown = shown.join(" || ', ' || ");
        let columns: Vec<String> = index.columns.iter().map(|column| quote(column)).collect();
        let present: Vec<String> = columns.iter().map(|column| format!("{column} IS NOT NULL")).collect();
        let text = format!(
            "SELECT {shown}, count(*), NULL FROM {} WHERE \"deleted_at\" IS NULL AND {} GROUP BY {} \
             HAVING count(*) > 1 ORDER BY count(*) DESC LIMIT {EXAMPLES}",
            quote(table.name),
            present.join(" AND "),
            columns.join(", ")
        );
        let message = Diagnostic::warning("migration.duplicates")
            .named("entity", &table.entity.name, &table.entity.label.0)
            .named("fields", index.names(), &index.words())
            .in_document(format!("entity/{}", table.entity.name));
        check(text, message, Finding::Blocks)
    }
}

/// Lists what to look for in fields whose columns stay: shorter, narrower, required, fewer choices.
pub(crate) fn narrowings(base: &Schema<'_>, next: &Schema<'_>, dialect: Dialect) -> Vec<Check> {
    let mut checks = Vec::new();
    for (name, after) in next.tables.iter().filter(|(_, table)| table.junction.is_none()) {
        let Some(before) = base.tables.get(name) else { continue };
        let was = &before.entity.fields;
        let mut by_id: Option<HashMap<_, &Field>> = None;
        for (at, field) in after.entity.fields.iter().enumerate().filter(|(_, field)| !field.columns.is_empty()) {
            // Nearly always the field stands where it stood.
            let from = match was.get(at).filter(|from| from.id == field.id) {
                Some(from) => Some(from),
                None => {
                    let by_id = by_id.get_or_insert_with(|| was.iter().map(|field| (&field.id, field)).collect());
                    by_id.get(&field.id).copied()
                }
            };
            if let Some(from) = from {
                checks.extend(narrowing::of_field(after, from, field, dialect));
            }
        }
    }
    checks
}

fn check(text: String, message: Diagnostic, finding: Finding) -> Check {
    let columns = vec![ColumnType::Text, ColumnType::Integer, ColumnType::Text];
    Check { statement: Statement::text(text, Vec::new(), columns), finding, step: None, message, choices: None }
}

/// Looks for rows of a table that meet a condition, showing an expression of each.
fn rows_check(table: &Table<'_>, shown: &str, condition: &str, message: Diagnostic) -> Check {
    let text = format!(
        "SELECT {shown}, count(*) OVER (), CAST(\"id\" AS TEXT) FROM {} WHERE {condition} LIMIT {EXAMPLES}",
        quote(table.name)
    );
    check(text, message, Finding::Notice)
}

/// Gives the labels of values, by language; a value that is no choice stands for itself.
fn labels(set: &ChoiceSet, values: &[String]) -> BTreeMap<String, String> {
    let label = |value: &String| {
        let choice = set.choices.iter().find(|choice| *choice.value == **value);
        choice.map_or_else(|| Label::from([("en", value.as_str())]), |choice| choice.label.or_name(value))
    };
    let labels: Vec<Label> = values.iter().map(label).collect();
    in_every_language(labels.iter(), |texts| texts.join(", "))
}

fn about(code: &'static str, entity: &Entity, field: &Field) -> Diagnostic {
    Diagnostic::warning(code)
        .named("entity", &entity.name, &entity.label.0)
        .named("field", &field.name, &field.label.0)
        .in_document(format!("entity/{}", entity.name))
        .at(pointer(entity, field))
}

/// The value of a field as text; NULL for what is not for the eye.
fn shown(field: &Field, dialect: Dialect) -> String {
    match (&field.kind, ColumnType::of(&field.kind).as_slice(), field.columns.as_slice()) {
        (FieldKind::Secret, _, _) => "NULL".to_owned(),
        (_, [column], [name]) => shown_column(name, *column, dialect),
        _ => "NULL".to_owned(),
    }
}

fn shown_column(name: &str, column: ColumnType, dialect: Dialect) -> String {
    let name = quote(name);
    match (dialect, column) {
        (Dialect::Sqlite, ColumnType::Decimal { .. }) => {
            let exact = Writing { dialect, zone: "UTC" }.exact(&name, column);
            format!("{}({exact})", number::TEXT)
        }
        (Dialect::Sqlite, ColumnType::DateTime) => format!("{}({name})", function::INSTANT_TEXT),
        (Dialect::Postgres, ColumnType::Decimal { .. }) => format!("trim_scale({name})::text"),
        _ => format!("CAST({name} AS TEXT)"),
    }
}
