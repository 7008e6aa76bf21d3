//! Fields that keep their column and ask more of it than before.

use catalog::{Field, FieldKind};
use diagnostic::Diagnostic;
use sql::names::quote;
use sql::{ColumnType, Dialect};

use super::{Check, EXAMPLES, Finding, about, check, rows_check, shown};
use crate::Table;
use crate::fitting::{Fitting, range};
use crate::literal::{literal, text};

/// Lists what to look for when `from` becomes `to`.
pub(super) fn of_field(table: &Table<'_>, from: &Field, to: &Field, dialect: Dialect) -> Vec<Check> {
    let mut checks = Vec::new();
    if from.columns != to.columns || asks_no_more(from, to) {
        return checks;
    }
    let Some(column) = to.columns.first().map(|column| quote(column)) else { return checks };
    if to.required && !from.required {
        let message = about("migration.required_empty", table.entity, to);
        checks.push(live(table, to, &format!("{column} IS NULL"), message, dialect));
    }
    if let Some(longest) = max_length(to).filter(|longest| max_length(from).is_none_or(|was| was > *longest)) {
        let message = about("migration.too_long", table.entity, to).with("expected", longest);
        checks.push(live(table, to, &format!("length({column}) > {longest}"), message, dialect));
    }
    checks.extend(flavour(table, from, to, &column, dialect));
    checks.extend(limits(table, from, to, &column, dialect));
    checks.extend(choices(table, from, to, &column, dialect));
    checks
}

/// A plain look before any text is made.
fn asks_no_more(from: &Field, to: &Field) -> bool {
    let same_choices = match (from.choices(), to.choices()) {
        (None, None) => true,
        (Some(was), Some(is)) => was.choices.iter().all(|was| is.choices.iter().any(|is| is.id == was.id)),
        (Some(_), None) => true,
        (None, Some(_)) => false,
    };
    let same_flavour = from.type_name() == to.type_name();
    same_flavour
        && from.required >= to.required
        && max_length(from) == max_length(to)
        && range(from) == range(to)
        && same_choices
}

fn live(table: &Table<'_>, field: &Field, condition: &str, message: Diagnostic, dialect: Dialect) -> Check {
    let condition = format!("\"deleted_at\" IS NULL AND {condition}");
    rows_check(table, &shown(field, dialect), &condition, message)
}

/// Texts that are none of the new type: the column is the same, so that they stay.
fn flavour(table: &Table<'_>, from: &Field, to: &Field, column: &str, dialect: Dialect) -> Option<Check> {
    if from.type_name() == to.type_name() {
        return None;
    }
    let fits = Fitting(dialect).of_flavour(column, to)?;
    let message = about("migration.not_of_type", table.entity, to).with("type", to.type_name());
    Some(live(table, to, &format!("NOT ({fits})"), message, dialect))
}

fn max_length(field: &Field) -> Option<u32> {
    match &field.kind {
        FieldKind::Text { max_length, .. } | FieldKind::LongText { max_length } => *max_length,
        _ => None,
    }
}

fn limits(table: &Table<'_>, from: &Field, to: &Field, column: &str, dialect: Dialect) -> Vec<Check> {
    let value = |limit: Option<sql::Value>| {
        let column = ColumnType::of(&to.kind).first().copied()?;
        Some(literal(&limit?, column, dialect))
    };
    let ((was_least, was_greatest), (least, greatest)) = (range(from), range(to));
    let outside = [
        (was_least != least).then(|| value(least)).flatten().map(|limit| format!("{column} < {limit}")),
        (was_greatest != greatest).then(|| value(greatest)).flatten().map(|limit| format!("{column} > {limit}")),
    ];
    let outside: Vec<String> = outside.into_iter().flatten().collect();
    if outside.is_empty() {
        return Vec::new();
    }
    let message = about("migration.out_of_range", table.entity, to);
    vec![live(table, to, &format!("({})", outside.join(" OR ")), message, dialect)]
}

/// Values that are no choice (any more), with how many records have each.
fn choices(table: &Table<'_>, from: &Field, to: &Field, column: &str, dialect: Dialect) -> Option<Check> {
    let set = to.choices()?;
    // A choice that was renamed is none that went: its old value is written anew.
    let ids = |id: &str| set.choices.iter().any(|choice| choice.id == id);
    let renamed = from.choices().into_iter().flat_map(|was| &was.choices).filter(|choice| ids(&choice.id));
    let narrower = match from.choices() {
        Some(was) => was.choices.iter().any(|choice| !ids(&choice.id)),
        None => true,
    };
    if !narrower {
        return None;
    }
    let known = set.choices.iter().map(|choice| &choice.value).chain(renamed.map(|choice| &choice.value));
    let known: Vec<String> = known.map(|value| text(value)).collect();
    let known = if known.is_empty() { "''".to_owned() } else { known.join(", ") };
    let table_name = quote(table.name);
    let (source, value) = match (&to.kind, dialect) {
        (FieldKind::MultiChoice(_), Dialect::Sqlite) => (format!("{table_name}, json_each({column}) it"), "it.value"),
        (FieldKind::MultiChoice(_), Dialect::Postgres) => {
            (format!("{table_name}, jsonb_array_elements_text({column}) AS it (value)"), "it.value")
        }
        _ => (table_name, column),
    };
    let statement = format!(
        "SELECT {value}, count(*), NULL FROM {source} WHERE \"deleted_at\" IS NULL AND {value} IS NOT NULL \
         AND {value} NOT IN ({known}) GROUP BY {value} ORDER BY count(*) DESC LIMIT {EXAMPLES}"
    );
    let message = about("migration.choice_removed", table.entity, to);
    Some(Check { choices: from.choices().cloned(), ..check(statement, message, Finding::Notice) })
}
