//! What registers of balances read and write: what records post, and rows that only the product has.

use access::{Access, Grant};
use catalog::{Entity, Field};
use chrono::NaiveDate;
use expression::{EntityId, Expr as Typed, Type, Value, Variable};
use sea_query::{ExprTrait, Order, Query, SelectStatement};
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::Bin;
use super::rows::{insert, readable};
use crate::Image;
use crate::Settings;
use crate::build::{attribute, bound, bound_ids, column, iden, keep_side, statement};
use crate::plan::source::Draft;

/// Reads what live records give where the condition holds: rows of identity and the value of each expression. `None` when the
/// entity may not be read, or when a statement cannot hold them.
pub fn facts<'e>(
    access: &Access,
    entity: &EntityId,
    condition: Option<&Typed>,
    exprs: impl Iterator<Item = &'e Typed>,
    ids: &[Uuid],
    dialect: Dialect,
) -> Option<Statement> {
    let settings = Settings::of_judge(access, dialect);
    let mut draft = Draft::new(access, &settings);
    let (frame, root) = draft.open(access.read(entity)?);
    draft.variables.insert(Variable::RECORD, root);
    let id = draft.attribute(root, "id");
    let mut select = Query::select();
    select.expr(id.clone());
    let mut columns = vec![ColumnType::Uuid];
    for expr in exprs {
        let term = match expr.ty {
            Type::Record(_) => draft.identity(expr),
            _ => draft.value_of(root, expr),
        };
        select.expr(term.expr);
        columns.push(term.form);
    }
    let condition = condition.map(|condition| draft.holds(condition));
    if !draft.mistakes.is_empty() {
        return None;
    }
    draft.write_from(&mut select, frame);
    select.and_where(id.is_in(bound_ids(ids, dialect)));
    select.and_where(draft.attribute(root, "deleted_at").is_null());
    if let Some(condition) = condition {
        select.and_where(condition);
    }
    Some(statement(&select, columns, dialect))
}

/// Inserts records, many rows a statement, in this order; those of an identity that is there stay as they are.
pub fn insert_missing<'a>(
    grant: &'a Grant,
    images: &'a [(Uuid, Image)],
    dialect: Dialect,
) -> impl Iterator<Item = Statement> + 'a {
    insert(grant, images, dialect)
        .map(|statement| Statement { text: format!("{} ON CONFLICT DO NOTHING", statement.text), ..statement })
}

/// Reads the stored values of the records that a link leads from, those from a date on, for [`super::images`].
pub fn load_from(
    grant: &Grant,
    link: &Field,
    targets: &[Uuid],
    (date, from): (&Field, NaiveDate),
    dialect: Dialect,
) -> Option<Statement> {
    let entity = grant.entity();
    let mut select = Query::select();
    let mut columns = Vec::new();
    for field in readable(entity) {
        select.columns(field.columns.iter().map(|name| iden(name)));
        columns.extend(ColumnType::of(&field.kind));
    }
    linked(&mut select, entity, link, targets, dialect)?;
    let from = bound(&Value::Date(from), ColumnType::Date, dialect);
    select.and_where(column(date.columns.first()?).gte(from));
    select.order_by(iden(attribute(entity, "id")), Order::Asc);
    Some(statement(&select, columns, dialect))
}

/// Reads fields of the records that a link leads from: rows of the target and each field. `None` when one of them is not kept in
/// one column.
pub fn linked_values(
    entity: &Entity,
    link: &Field,
    fields: &[&Field],
    targets: &[Uuid],
    dialect: Dialect,
) -> Option<Statement> {
    let mut select = Query::select();
    select.column(iden(link.columns.first()?));
    let mut columns = vec![ColumnType::Uuid];
    for field in fields {
        select.column(iden(field.columns.first()?));
        columns.push(*ColumnType::of(&field.kind).first()?);
    }
    linked(&mut select, entity, link, targets, dialect)?;
    Some(statement(&select, columns, dialect))
}

fn linked(
    select: &mut SelectStatement,
    entity: &Entity,
    link: &Field,
    targets: &[Uuid],
    dialect: Dialect,
) -> Option<()> {
    select.from(iden(&entity.table)).and_where(column(link.columns.first()?).is_in(bound_ids(targets, dialect)));
    keep_side(select, column(attribute(entity, "deleted_at")), Bin::Live);
    Some(())
}

/// Deletes all rows of an entity that only the product writes.
pub fn clear(entity: &Entity, dialect: Dialect) -> Statement {
    let mut delete = Query::delete();
    delete.from_table(iden(&entity.table));
    statement(&delete, Vec::new(), dialect)
}
