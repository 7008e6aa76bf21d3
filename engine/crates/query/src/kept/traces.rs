//! What the rows of a register are made of, kept beside them: for each record that a part begins with, what is joined to it and
//! the row, or the group that it is counted in. So the rows of before are known that a changed record had a part in.

use access::Access;
use catalog::Entity;
use diagnostic::Diagnostic;
use expression::Value;
use sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sql::names::{quote, quote_list};
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::Only;
use crate::Settings;
use crate::build::{bound_ids, column, iden, statement};
use crate::plan::dataset::only::{self, PART, ROW, record};
use crate::write::rows::{PARAMETERS, ROWS, insert_text};

/// The table of traces beside one of rows.
pub fn table(of: &str) -> String {
    format!("{of}_t")
}

fn names(width: usize) -> Vec<String> {
    let records = (0..width).map(record);
    std::iter::once(PART.to_owned()).chain(records).chain([ROW.to_owned()]).collect()
}

/// Makes the table of traces, for so many records each.
pub fn create(of: &str, width: usize, dialect: Dialect) -> String {
    let (id, number) = (ColumnType::Uuid.ddl(dialect), ColumnType::Integer.ddl(dialect));
    let columns: Vec<String> = names(width)
        .iter()
        .map(|name| match name.as_str() {
            PART => format!("{} {number} NOT NULL", quote(name)),
            // What is joined may be absent.
            ROW | "r0" => format!("{} {id} NOT NULL", quote(name)),
            _ => format!("{} {id}", quote(name)),
        })
        .collect();
    let end = if dialect == Dialect::Sqlite { " STRICT" } else { "" };
    format!("CREATE TABLE {} ({}){end}", quote(&table(of)), columns.join(", "))
}

/// Makes the indexes of traces: by each record, and by the row.
pub fn indexes(of: &str, width: usize) -> Vec<String> {
    let of = table(of);
    let found = (0..width).map(record).chain([ROW.to_owned()]);
    found
        .map(|name| format!("CREATE INDEX {} ON {} ({})", quote(&format!("{of}_{name}")), quote(&of), quote(&name)))
        .collect()
}

/// Composes the traces as they are now: the part, the records, the row.
pub fn compose(
    access: &Access,
    entity: &Entity,
    width: usize,
    settings: &Settings,
) -> Result<Statement, Vec<Diagnostic>> {
    let mut columns = vec![ColumnType::Uuid; width + 2];
    columns[0] = ColumnType::Integer;
    Ok(statement(&select(access, entity, width, None, settings)?, columns, settings.dialect))
}

/// Fills the table of traces: with some of them, or all.
pub fn fill(
    access: &Access,
    entity: &Entity,
    of: &str,
    width: usize,
    only: Option<&Only<'_>>,
    settings: &Settings,
) -> Result<Statement, Vec<Diagnostic>> {
    let inner = statement(&select(access, entity, width, only, settings)?, Vec::new(), settings.dialect);
    let names = names(width);
    let names = quote_list(names.iter().map(String::as_str));
    Ok(Statement { text: format!("INSERT INTO {} ({names}) {}", quote(&table(of)), inner.text), ..inner })
}

/// Finds the records that a part begins with now where one of these is at a place.
pub fn beginning(
    access: &Access,
    entity: &Entity,
    width: usize,
    only: &Only<'_>,
    settings: &Settings,
) -> Result<Statement, Vec<Diagnostic>> {
    let inner = select(access, entity, width, Some(only), settings)?;
    let mut select = Query::select();
    select.distinct().column(iden(&record(0))).from_subquery(inner, iden("n"));
    Ok(statement(&select, vec![ColumnType::Uuid], settings.dialect))
}

fn select(
    access: &Access,
    entity: &Entity,
    width: usize,
    only: Option<&Only<'_>>,
    settings: &Settings,
) -> Result<SelectStatement, Vec<Diagnostic>> {
    let broken = || vec![Diagnostic::error("register.unknown_dataset")];
    let register = entity.register.as_ref().ok_or_else(broken)?;
    let grant = access.read(&register.dataset).ok_or_else(broken)?;
    let dataset = grant.entity().dataset.as_ref().ok_or_else(broken)?;
    let composed = only::traces(access, settings, grant.entity(), dataset, width, only);
    if composed.mistakes.is_empty() { Ok(composed.select) } else { Err(composed.mistakes) }
}

/// Puts traces into their table.
pub fn insert<'a>(
    of: &str,
    width: usize,
    rows: &'a [Vec<Value>],
    dialect: Dialect,
) -> impl Iterator<Item = Statement> + 'a {
    let (of, names) = (table(of), names(width));
    rows.chunks((PARAMETERS / names.len()).clamp(1, ROWS)).map(move |chunk| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let form = |at: usize| if at == 0 { ColumnType::Integer } else { ColumnType::Uuid };
        let values = chunk.iter().flat_map(|row| row.iter().enumerate());
        let values = values.map(|(at, value)| sql::parameter(value, form(at), dialect));
        Statement::text(insert_text(&of, &names, chunk.len(), dialect), values.collect(), Vec::new())
    })
}

/// Traces of a part with one of these records at a place.
fn with(part: usize, place: usize, ids: &[Uuid], dialect: Dialect) -> Expr {
    column(PART).eq(Expr::cust(part.to_string())).and(column(&record(place)).is_in(bound_ids(ids, dialect)))
}

/// Finds the records that a part began with when one of these was at a place.
pub fn began(of: &str, part: usize, place: usize, ids: &[Uuid], dialect: Dialect) -> Statement {
    found(of, &record(0), with(part, place, ids, dialect), dialect)
}

/// Finds the rows that these records, with which a part begins, are traced to.
pub fn rows(of: &str, part: usize, ids: &[Uuid], dialect: Dialect) -> Statement {
    found(of, ROW, with(part, 0, ids, dialect), dialect)
}

fn found(of: &str, name: &str, holds: Expr, dialect: Dialect) -> Statement {
    let mut select = Query::select();
    select.distinct().column(iden(name)).from(iden(&table(of))).and_where(holds);
    statement(&select, vec![ColumnType::Uuid], dialect)
}

/// Counts what these rows are made of.
pub fn count(of: &str, rows: &[Uuid], dialect: Dialect) -> Statement {
    let mut select = Query::select();
    select.expr(Expr::cust("COUNT(*)")).from(iden(&table(of)));
    select.and_where(column(ROW).is_in(bound_ids(rows, dialect)));
    statement(&select, vec![ColumnType::Integer], dialect)
}

/// Takes the traces of records away with which a part begins.
pub fn remove(of: &str, part: usize, ids: &[Uuid], dialect: Dialect) -> Statement {
    let mut delete = Query::delete();
    delete.from_table(iden(&table(of))).and_where(with(part, 0, ids, dialect));
    statement(&delete, Vec::new(), dialect)
}
