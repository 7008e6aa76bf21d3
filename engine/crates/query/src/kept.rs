//! The rows of registers: the tables that hold them, how those are filled, and how they are read.

pub mod traces;

use access::Access;
use catalog::{Catalog, Entity, Field};
use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use sea_query::{Expr as Sql, ExprTrait, Query, SelectStatement};
use sql::names::{quote, quote_list};
use sql::{ColumnType, Dialect, Statement, order};
use uuid::Uuid;

use crate::Settings;
use crate::build::{bound_ids, column, iden, statement};
use crate::lower::{Term, never};
pub use crate::plan::dataset::only::Only;
use crate::plan::dataset::{compose_only, form_of_column};
use crate::plan::source::{Draft, Rows};
use crate::write::rows::{PARAMETERS, ROWS, insert_text};

/// What stands in a FROM clause for a register: its table as it was built last, with what is new since empty.
pub(crate) fn rows(catalog: &Catalog, entity: &Entity, dialect: Dialect) -> Rows {
    let built = catalog.kept.of(&entity.id);
    let known = |field: &Field| {
        let here = (field.id.clone(), word(field));
        built.as_ref().and_then(|built| built.columns.iter().position(|column| *column == here))
    };
    let fields = || fields(entity);
    if let Some(built) = &built
        && fields().enumerate().all(|(at, field)| known(field) == Some(at))
    {
        return Rows::Table(built.table.clone());
    }
    let mut select = Query::select();
    for field in fields() {
        let value = match known(field) {
            Some(at) => Sql::col(iden(&name(at))),
            None => Term::empty(form_of_column(field), dialect).expr,
        };
        select.expr_as(value, iden(field.columns.first().map_or("", String::as_str)));
    }
    let own = [
        ("id", ColumnType::Uuid),
        ("deleted_at", ColumnType::DateTime),
        ("created_at", ColumnType::DateTime),
        ("version", ColumnType::Integer),
    ];
    for (column, form) in own {
        let value = if built.is_some() { Sql::col(iden(column)) } else { Term::empty(form, dialect).expr };
        select.expr_as(value, iden(column));
    }
    match &built {
        Some(built) => drop(select.from(iden(&built.table))),
        None => drop(select.and_where(never())),
    }
    Rows::Select(Box::new(select))
}

fn fields(entity: &Entity) -> impl Iterator<Item = &Field> {
    entity.fields.iter().filter(|field| !field.is_attribute() && !field.columns.is_empty())
}

fn name(at: usize) -> String {
    format!("c{at}")
}

/// The type of a field's column in a word that is the same on every database.
fn word(field: &Field) -> String {
    form_of_column(field).ddl(Dialect::Postgres)
}

/// Which field each column of a register's table keeps, with the column's type.
pub fn columns(entity: &Entity) -> Vec<(FieldId, String)> {
    fields(entity).map(|field| (field.id.clone(), word(field))).collect()
}

/// Makes a table for a register.
pub fn create(entity: &Entity, table: &str, dialect: Dialect) -> String {
    let own = |name: &str, form: ColumnType, end: &str| format!("{} {}{end}", quote(name), form.ddl(dialect));
    let mut columns = vec![
        own("id", ColumnType::Uuid, " PRIMARY KEY"),
        own("deleted_at", ColumnType::DateTime, ""),
        own("created_at", ColumnType::DateTime, ""),
        own("version", ColumnType::Integer, " NOT NULL DEFAULT 1"),
    ];
    columns.extend(fields(entity).enumerate().map(|(at, field)| own(&name(at), form_of_column(field), "")));
    let end = if dialect == Dialect::Sqlite { " STRICT" } else { "" };
    format!("CREATE TABLE {} ({}){end}", quote(table), columns.join(", "))
}

/// Makes the indexes of a register's table: by the values, and where there are texts by the order of the language as well.
pub fn indexes(entity: &Entity, table: &str, dialect: Dialect, language: &str) -> Vec<String> {
    let clause = order::collate_clause(dialect, language);
    let mut found = Vec::new();
    for index in &entity.indexes {
        let of_set = index.fields.iter().filter_map(|id| fields(entity).position(|field| field.id == *id));
        let set: Vec<(String, bool)> = of_set
            .map(|at| (quote(&name(at)), fields(entity).nth(at).map(form_of_column) == Some(ColumnType::Text)))
            .collect();
        let plain: Vec<String> = set.iter().map(|(column, _)| column.clone()).collect();
        let ordered: Vec<String> = set
            .iter()
            .map(|(column, is_text)| if *is_text { format!("{column}{clause}") } else { column.clone() })
            .collect();
        let mut make = |suffix: &str, columns: &[String]| {
            let name = quote(&format!("{table}_{}{suffix}", index.index));
            found.push(format!("CREATE INDEX {name} ON {} ({})", quote(table), columns.join(", ")));
        };
        make("", &plain);
        if ordered != plain {
            make("s", &ordered);
        }
    }
    found
}

/// Composes the rows of a register as they are now: their identities, then their columns.
pub fn compose(access: &Access, entity: &Entity, settings: &Settings) -> Result<Statement, Vec<Diagnostic>> {
    let (select, columns) = composed(access, entity, settings, None)?;
    Ok(statement(&select, columns, settings.dialect))
}

/// Fills a register's table with its rows as they are now: with some of them, or all.
pub fn fill(
    access: &Access,
    entity: &Entity,
    table: &str,
    only: Option<&Only<'_>>,
    settings: &Settings,
) -> Result<Statement, Vec<Diagnostic>> {
    let (select, columns) = composed(access, entity, settings, only)?;
    let inner = statement(&select, Vec::new(), settings.dialect);
    let names = std::iter::once("id".to_owned()).chain((0..columns.len() - 1).map(name)).collect::<Vec<_>>();
    let text =
        format!("INSERT INTO {} ({}) {}", quote(table), quote_list(names.iter().map(String::as_str)), inner.text);
    Ok(Statement { text, ..inner })
}

fn composed(
    access: &Access,
    entity: &Entity,
    settings: &Settings,
    only: Option<&Only<'_>>,
) -> Result<(SelectStatement, Vec<ColumnType>), Vec<Diagnostic>> {
    let broken = || vec![Diagnostic::error("register.unknown_dataset")];
    let register = entity.register.as_ref().ok_or_else(broken)?;
    let grant = access.read(&register.dataset).ok_or_else(broken)?;
    let mut draft = Draft::new(access, settings);
    let (frame, root) = match only {
        None => draft.open(grant),
        Some(only) => {
            let dataset = grant.entity().dataset.clone().ok_or_else(broken)?;
            let composed = compose_only(access, settings, &grant, &dataset, draft.parts, Some(only));
            draft.parts = composed.parts;
            draft.mistakes.extend(composed.mistakes);
            draft.open_rows(grant, Rows::Select(Box::new(composed.select)))
        }
    };
    let dataset = draft.entity(root);
    let mut select = Query::select();
    select.expr_as(draft.attribute(root, "id"), iden("id"));
    let mut columns = vec![ColumnType::Uuid];
    for (at, (own, of_dataset)) in register.columns.iter().enumerate() {
        let own = entity.field_by_id(own).ok_or_else(broken)?;
        let field = dataset.field_by_id(of_dataset).ok_or_else(broken)?;
        let form = form_of_column(own);
        let term = draft.one_value(root, field).ok_or_else(broken)?;
        select.expr_as(draft.fitted(term, form), iden(&name(at)));
        columns.push(form);
    }
    let there = draft.attribute(root, "deleted_at").is_null();
    draft.write_from(&mut select, frame);
    select.and_where(there);
    if draft.mistakes.is_empty() { Ok((select, columns)) } else { Err(draft.mistakes) }
}

/// Puts rows into a register's table: each its identity, then its columns.
pub fn insert<'a>(
    entity: &'a Entity,
    table: &'a str,
    rows: &'a [Vec<Value>],
    dialect: Dialect,
) -> impl Iterator<Item = Statement> + 'a {
    let forms: Vec<ColumnType> = std::iter::once(ColumnType::Uuid).chain(fields(entity).map(form_of_column)).collect();
    let size = (PARAMETERS / forms.len()).clamp(1, ROWS);
    let names: Vec<String> = std::iter::once("id".to_owned()).chain((0..forms.len() - 1).map(name)).collect();
    rows.chunks(size).map(move |chunk| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let values = chunk.iter().flat_map(|row| row.iter().zip(&forms));
        let values = values.map(|(value, form)| sql::parameter(value, *form, dialect));
        Statement::text(insert_text(table, &names, chunk.len(), dialect), values.collect(), Vec::new())
    })
}

/// Takes these rows out of a register's table.
pub fn remove(table: &str, ids: &[Uuid], dialect: Dialect) -> Statement {
    let mut delete = Query::delete();
    delete.from_table(iden(table)).and_where(column("id").is_in(bound_ids(ids, dialect)));
    statement(&delete, Vec::new(), dialect)
}

/// Takes so many rows out of a table that nobody reads any more: SQLite frees the pages of a large one while everybody waits.
pub fn shed(table: &str, rows: usize) -> Statement {
    let table = quote(table);
    let text = format!("DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} LIMIT {rows})");
    Statement::text(text, Vec::new(), Vec::new())
}

/// Takes a table away.
pub fn drop_table(table: &str) -> String {
    format!("DROP TABLE IF EXISTS {}", quote(table))
}

/// Has PostgreSQL look at what a filled table holds.
pub fn analyze(table: &str) -> String {
    format!("ANALYZE {}", quote(table))
}
