//! What a request means: sources with their grants, joins, typed conditions, order, page.

use access::Access;
use sea_query::SelectStatement;
use sql::{ColumnType, Dialect};
use uuid::Uuid;

use crate::write::Bin;
use crate::{QueryError, Request, SelectItem, Settings};

/// A decided request, ready to become SQL. (Its fields are the planner's.)
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) dialect: Dialect,
    pub(crate) select: SelectStatement,
    pub(crate) columns: Vec<ColumnType>,
    pub(crate) count: SelectStatement,
}

/// Decides a request for a page of records.
pub fn list(access: &Access, entity: &str, request: &Request, settings: &Settings) -> Result<Plan, QueryError> {
    let _ = (access, entity, request, settings);
    Err(QueryError::NotFound)
}

/// Decides a request for one record. Without `select` it gives all readable fields with the record's lines.
pub fn one(
    access: &Access,
    entity: &str,
    id: Uuid,
    select: Option<&[SelectItem]>,
    bin: Bin,
    settings: &Settings,
) -> Result<Plan, QueryError> {
    let _ = (access, entity, id, select, bin, settings);
    Err(QueryError::NotFound)
}
