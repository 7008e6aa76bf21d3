//! The junctions of many-to-many fields.

use access::Grant;
use catalog::{Field, FieldKind};
use sea_query::{Cond, ExprTrait, OnConflict, Order, Query};
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use crate::build::{bound_id, bound_ids, column, iden, statement};

/// Reads the links of records: rows of the record's identity and the linked one's.
///
/// A field that is no `links` field has none. The grant is that of the entity the field belongs to.
pub fn links_read(_grant: &Grant, field: &Field, sources: &[Uuid], dialect: Dialect) -> Option<Statement> {
    let mut select = Query::select();
    select
        .columns([iden("source"), iden("target")])
        .from(iden(junction(field)?))
        .and_where(column("source").is_in(bound_ids(sources, dialect)))
        .order_by(iden("source"), Order::Asc)
        .order_by(iden("target"), Order::Asc);
    Some(statement(&select, vec![ColumnType::Uuid, ColumnType::Uuid], dialect))
}

/// Reads all links there are, as [`links_read`] does.
pub fn links_all(_grant: &Grant, field: &Field, dialect: Dialect) -> Option<Statement> {
    let mut select = Query::select();
    select.columns([iden("source"), iden("target")]).from(iden(junction(field)?));
    Some(statement(&select, vec![ColumnType::Uuid, ColumnType::Uuid], dialect))
}

/// Links records to others, given as pairs; a link that is there stays.
pub fn links_insert(_grant: &Grant, field: &Field, pairs: &[(Uuid, Uuid)], dialect: Dialect) -> Option<Statement> {
    let mut insert = Query::insert();
    insert.into_table(iden(junction(field)?)).columns([iden("source"), iden("target")]);
    for (source, target) in pairs {
        insert.values_panic([bound_id(*source, dialect), bound_id(*target, dialect)]);
    }
    insert.on_conflict(OnConflict::columns([iden("source"), iden("target")]).do_nothing().to_owned());
    Some(statement(&insert, Vec::new(), dialect))
}

/// Takes links away, given as pairs.
pub fn links_delete(_grant: &Grant, field: &Field, pairs: &[(Uuid, Uuid)], dialect: Dialect) -> Option<Statement> {
    let mut any = Cond::any();
    for (source, target) in pairs {
        let pair = column("source").eq(bound_id(*source, dialect)).and(column("target").eq(bound_id(*target, dialect)));
        any = any.add(pair);
    }
    let mut delete = Query::delete();
    delete.from_table(iden(junction(field)?)).cond_where(any);
    Some(statement(&delete, Vec::new(), dialect))
}

fn junction(field: &Field) -> Option<&str> {
    if let FieldKind::Links { junction, .. } = &field.kind { Some(junction) } else { None }
}
