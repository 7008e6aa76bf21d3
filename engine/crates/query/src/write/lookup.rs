//! Finding the records that a save must know of: its targets, those that point at it, those of a key.

use access::Grant;
use catalog::{Field, FieldKind};
use expression::Value;
use sea_query::{Expr, ExprTrait, JoinType, Order, Query};
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{Bin, Lock};
use crate::build::{attribute, bound, bound_ids, column, guard, guard_field, hold, iden, keep_side, statement};

/// Finds the live records that link to `targets` by `field`, a field of the grant's entity: rows of the linking record's
/// identity and the target's. `None` for a field that links nothing.
pub fn referencing(grant: &Grant, field: &Field, targets: &[Uuid], lock: Lock, dialect: Dialect) -> Option<Statement> {
    linking(grant, field, targets, lock, guard_field(grant, field, dialect), dialect)
}

/// Finds the live lines of parents, as [`referencing`] does: a line belongs to its parent whatever else is known of its
/// link.
pub fn lines(grant: &Grant, field: &Field, parents: &[Uuid], lock: Lock, dialect: Dialect) -> Option<Statement> {
    linking(grant, field, parents, lock, None, dialect)
}

fn linking(
    grant: &Grant,
    field: &Field,
    targets: &[Uuid],
    lock: Lock,
    open: Option<Expr>,
    dialect: Dialect,
) -> Option<Statement> {
    let entity = grant.entity();
    let id = (iden(&entity.table), iden(attribute(entity, "id")));
    let mut select = Query::select();
    select.column(id.clone()).from(iden(&entity.table));
    let target = match &field.kind {
        FieldKind::Link { .. } => (iden(&entity.table), iden(field.columns.first()?)),
        FieldKind::AnyLink { .. } => (iden(&entity.table), iden(field.columns.get(1)?)),
        FieldKind::Links { junction, .. } => {
            let source = Expr::col((iden(junction), iden("source")));
            select.join(JoinType::InnerJoin, iden(junction), source.eq(Expr::col(id.clone())));
            (iden(junction), iden("target"))
        }
        _ => return None,
    };
    if let Some(condition) = open {
        select.and_where(condition);
    }
    select.column(target.clone()).and_where(Expr::col(target).is_in(bound_ids(targets, dialect)));
    keep_side(&mut select, Expr::col((iden(&entity.table), iden(attribute(entity, "deleted_at")))), Bin::Live);
    if let Some(condition) = guard(grant, dialect) {
        select.and_where(condition);
    }
    select.order_by(id, Order::Asc);
    hold(&mut select, lock, dialect);
    Some(statement(&select, vec![ColumnType::Uuid, ColumnType::Uuid], dialect))
}

/// Finds live records by values of a key or unique field: rows of identity and value. `None` for a field of no or many
/// columns.
pub fn by_key(grant: &Grant, field: &Field, values: &[Value], dialect: Dialect) -> Option<Statement> {
    let entity = grant.entity();
    let [name] = field.columns.as_slice() else { return None };
    let kind = *ColumnType::of(&field.kind).first()?;
    let values = values.iter().map(|value| bound(value, kind, dialect));
    let mut select = Query::select();
    select
        .columns([iden(attribute(entity, "id")), iden(name)])
        .from(iden(&entity.table))
        .and_where(column(name).is_in(values));
    keep_side(&mut select, column(attribute(entity, "deleted_at")), Bin::Live);
    for condition in [guard(grant, dialect), guard_field(grant, field, dialect)].into_iter().flatten() {
        select.and_where(condition);
    }
    Some(statement(&select, vec![ColumnType::Uuid, kind], dialect))
}

/// Finds which of the identities are live records that the grant reaches: rows of one identity.
pub fn exists_live(grant: &Grant, ids: &[Uuid], lock: Lock, dialect: Dialect) -> Statement {
    let entity = grant.entity();
    let id = attribute(entity, "id");
    let mut select = Query::select();
    select.column(iden(id)).from(iden(&entity.table)).and_where(column(id).is_in(bound_ids(ids, dialect)));
    keep_side(&mut select, column(attribute(entity, "deleted_at")), Bin::Live);
    if let Some(condition) = guard(grant, dialect) {
        select.and_where(condition);
    }
    select.order_by(iden(id), Order::Asc);
    hold(&mut select, lock, dialect);
    statement(&select, vec![ColumnType::Uuid], dialect)
}

/// Finds the live records that hold given values in unique fields: rows of identity and the values. `None` for fields
/// that have not one column each.
pub fn holders(grant: &Grant, fields: &[&Field], tuples: &[Vec<Value>], dialect: Dialect) -> Option<Statement> {
    let entity = grant.entity();
    let columns = fields.iter().map(|field| match field.columns.as_slice() {
        [name] => Some((name, *ColumnType::of(&field.kind).first()?)),
        _ => None,
    });
    let columns: Vec<(&String, ColumnType)> = columns.collect::<Option<_>>()?;
    let mut select = Query::select();
    select.column(iden(attribute(entity, "id"))).columns(columns.iter().map(|(name, _)| iden(name)));
    select.from(iden(&entity.table));
    let rows = tuples.iter().map(|tuple| {
        let values = std::iter::zip(tuple, &columns).map(|(value, (_, kind))| bound(value, *kind, dialect));
        Expr::tuple(values)
    });
    match columns.as_slice() {
        [(name, kind)] => {
            let values = tuples.iter().filter_map(|tuple| tuple.first()).map(|value| bound(value, *kind, dialect));
            select.and_where(column(name).is_in(values));
        }
        _ => {
            let names = Expr::tuple(columns.iter().map(|(name, _)| column(name)));
            select.and_where(names.is_in(rows));
        }
    }
    keep_side(&mut select, column(attribute(entity, "deleted_at")), Bin::Live);
    let types = std::iter::once(ColumnType::Uuid).chain(columns.iter().map(|(_, kind)| *kind)).collect();
    Some(statement(&select, types, dialect))
}

/// Finds the records that link to `targets` by `field` and went to the recycle bin at this moment: rows of one identity.
pub fn referencing_deleted(
    grant: &Grant,
    field: &Field,
    targets: &[Uuid],
    moment: &Value,
    dialect: Dialect,
) -> Option<Statement> {
    let entity = grant.entity();
    let link = column(field.columns.first()?);
    let moment = bound(moment, ColumnType::DateTime, dialect);
    let mut select = Query::select();
    select
        .column(iden(attribute(entity, "id")))
        .from(iden(&entity.table))
        .and_where(link.is_in(bound_ids(targets, dialect)))
        .and_where(column(attribute(entity, "deleted_at")).eq(moment));
    if let Some(condition) = guard(grant, dialect) {
        select.and_where(condition);
    }
    Some(statement(&select, vec![ColumnType::Uuid], dialect))
}

/// Reads what a link of all live records names: rows of the record's identity and the linked one's, empty where there is
/// none. `None` for a field that is no link.
pub fn linked(grant: &Grant, field: &Field, dialect: Dialect) -> Option<Statement> {
    let FieldKind::Link { .. } = field.kind else { return None };
    let entity = grant.entity();
    let mut select = Query::select();
    select.columns([iden(attribute(entity, "id")), iden(field.columns.first()?)]).from(iden(&entity.table));
    keep_side(&mut select, column(attribute(entity, "deleted_at")), Bin::Live);
    if let Some(condition) = guard(grant, dialect) {
        select.and_where(condition);
    }
    Some(statement(&select, vec![ColumnType::Uuid, ColumnType::Uuid], dialect))
}
