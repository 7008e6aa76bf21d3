//! What may be chosen for a field of a record that is not stored as it is: its values stand in the statement as a row.

use access::{Access, Grant};
use catalog::Entity;
use catalog::condition::CANDIDATE;
use expression::{Expr, Variable};
use sea_query::{Query, SelectStatement, UnionType};
use sql::{ColumnType, Dialect, Statement};

use super::output::{Columns, Object};
use super::source::{Draft, Rows};
use super::{Plan, counting, dataset, finish, readable, side};
use crate::build::{iden, statement};
use crate::lower::{is_true, typed_parameter};
use crate::write::{Bin, PARAMETERS, ROWS, values_of};
use crate::{Image, QueryError, Request, Settings};

/// A record with values that nobody has saved, and a condition over it.
#[derive(Debug, Clone, Copy)]
pub struct Unsaved<'a> {
    /// Leave to look at the record's values.
    pub grant: &'a Grant,
    /// Its values, its identity included.
    pub image: &'a Image,
}

/// Decides a page of the records that may be chosen: rows of one key, `record`, with `{"id", "title"}`. The condition
/// reads the candidate as [`CANDIDATE`]; without one all may be.
pub fn offered(
    access: &Access,
    target: &str,
    record: Unsaved<'_>,
    condition: Option<&Expr>,
    request: &Request,
    settings: &Settings,
) -> Result<Plan, QueryError> {
    let entity = readable(access, target)?;
    let mut draft = Draft::new(access, settings);
    let (frame, root) = super::open(&mut draft, &entity)?;
    let mut conditions = side(&draft, root, Bin::Live);
    conditions.extend(draft.guard(root));
    conditions.extend(draft.quick(root, request.quick.as_deref()));
    if let Some(condition) = condition {
        let row = row(record, settings.dialect);
        let near = draft.join_row(frame, record.grant.clone(), row);
        draft.variables.insert(Variable::RECORD, near);
        draft.variables.insert(CANDIDATE, root);
        conditions.push(draft.holds(condition));
        draft.variables.remove(&CANDIDATE);
        draft.variables.insert(Variable::RECORD, root);
    }
    let count = counting(&mut draft, frame, &conditions);
    let mut columns = Columns::default();
    let mut object = Object::default();
    object.add("record", draft.link(&mut columns, root));
    let usual = dataset::usual_order(&draft.access, &entity);
    let sort = if request.sort.is_empty() { &usual } else { &request.sort };
    let order = draft.order(root, sort, None, "/sort");
    let limit = draft.limit(request.limit, "/limit");
    let paging = draft.paging(&mut columns, root, &entity, request, order, limit);
    let after = draft.after(request.cursor.as_deref(), &paging);
    let select = draft.page(root, (frame, &columns, &conditions), &paging, after.as_deref());
    finish(draft, select, columns, count, object, Some(paging))
}

/// Judges conditions over records with values that nobody has saved, each with its identity among them: rows of identity
/// and one boolean for each condition. One that the database cannot judge holds nowhere.
pub fn judged_unsaved(
    access: &Access,
    grant: &Grant,
    images: &[&Image],
    conditions: &[&Expr],
    settings: &Settings,
) -> Option<Statement> {
    let mut rows = images.iter().map(|image| row(Unsaved { grant, image }, settings.dialect));
    let mut all = rows.next()?;
    for row in rows {
        all.union(UnionType::All, row);
    }
    let mut draft = Draft::new(access, settings);
    draft.is_live = true;
    let (frame, root) = draft.open_rows(grant.clone(), Rows::Select(Box::new(all)));
    draft.variables.insert(Variable::RECORD, root);
    let mut select = Query::select();
    select.expr(draft.attribute(root, "id"));
    for condition in conditions {
        let lowered = draft.holds(condition);
        let holds = if draft.mistakes.is_empty() { lowered } else { crate::lower::never() };
        draft.mistakes.clear();
        select.expr(is_true(holds, settings.dialect));
    }
    draft.write_from(&mut select, frame);
    let columns = std::iter::once(ColumnType::Uuid).chain(conditions.iter().map(|_| ColumnType::Boolean)).collect();
    Some(statement(&select, columns, settings.dialect))
}

/// Records of one such statement: each binds a value for every column of the table.
pub fn unsaved_at_once(entity: &Entity) -> usize {
    let columns: usize = entity.fields.iter().map(|field| field.columns.len()).sum();
    (PARAMETERS / columns.max(1)).clamp(1, ROWS)
}

/// The values as a row with the columns of the entity's table.
fn row(record: Unsaved<'_>, dialect: Dialect) -> SelectStatement {
    let entity: &Entity = record.grant.entity();
    let mut select = Query::select();
    for (column, form, value) in values_of(entity, record.image, dialect) {
        select.expr_as(typed_parameter(value, form, dialect), iden(&column));
    }
    select
}
