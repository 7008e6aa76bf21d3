//! Reading the texts of records for the index.

use access::Grant;
use expression::Value;
use sea_query::{ExprTrait, Order, Query, SelectStatement};
use sql::{ColumnType, Dialect, Rows, Statement};
use uuid::Uuid;

use super::words::{indexed, words_of};
use crate::build::{attribute, bound_id, bound_ids, column, guard, iden, keep_side, statement};
use crate::write::Bin;

/// A live record with the words by which it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The record.
    pub record: Uuid,
    /// Its version.
    pub version: i64,
    /// Its words.
    pub words: Vec<String>,
}

/// Reads live records by identity; [`words`] makes sense of the rows.
pub fn of_records(grant: &Grant, records: &[Uuid], dialect: Dialect) -> Statement {
    let mut select = texts(grant, dialect);
    select.and_where(column(attribute(grant.entity(), "id")).is_in(bound_ids(records, dialect)));
    statement(&select, types(grant), dialect)
}

/// Reads live records after one of them, in order; [`words`] makes sense of the rows.
pub fn after(grant: &Grant, record: Uuid, limit: u64, dialect: Dialect) -> Statement {
    let id = attribute(grant.entity(), "id");
    let mut select = texts(grant, dialect);
    select.and_where(column(id).gt(bound_id(record, dialect))).order_by(iden(id), Order::Asc).limit(limit);
    statement(&select, types(grant), dialect)
}

/// Counts live records.
pub fn count(grant: &Grant, dialect: Dialect) -> Statement {
    let mut select = Query::select();
    select.expr(sea_query::Expr::cust("COUNT(*)")).from(iden(&grant.entity().table));
    keep_side(&mut select, column(attribute(grant.entity(), "deleted_at")), Bin::Live);
    statement(&select, vec![ColumnType::Integer], dialect)
}

fn texts(grant: &Grant, dialect: Dialect) -> SelectStatement {
    let entity = grant.entity();
    let mut select = Query::select();
    select.columns([iden(attribute(entity, "id")), iden(attribute(entity, "version"))]).from(iden(&entity.table));
    select.columns(indexed(entity).iter().filter_map(|field| field.columns.first()).map(|name| iden(name)));
    keep_side(&mut select, column(attribute(entity, "deleted_at")), Bin::Live);
    if let Some(condition) = guard(grant, dialect) {
        select.and_where(condition);
    }
    select
}

fn types(grant: &Grant) -> Vec<ColumnType> {
    let fields = indexed(grant.entity()).into_iter().map(|_| ColumnType::Text);
    [ColumnType::Uuid, ColumnType::Integer].into_iter().chain(fields).collect()
}

/// Makes the words of the records read.
pub fn words(grant: &Grant, rows: &Rows) -> Vec<Words> {
    let entity = grant.entity();
    let fields = indexed(entity);
    let each = rows.iter().filter_map(|row| {
        let [Value::Id(record), Value::Integer(version), values @ ..] = row.as_slice() else { return None };
        let values: Vec<_> = std::iter::zip(fields.iter().copied(), values).collect();
        Some(Words { record: *record, version: *version, words: words_of(entity, &values) })
    });
    each.collect()
}
