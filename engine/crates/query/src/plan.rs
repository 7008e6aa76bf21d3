//! What a request means: sources with their grants, joins, typed conditions, order, page.

pub mod source;
pub mod aggregate;
pub(crate) mod path;
pub(crate) mod output;
pub(crate) mod columns;
pub(crate) mod dataset;
mod written;
mod related;
mod filter;
mod sort;
mod page;
mod offered;
mod template;

pub(crate) use related::is_chunked;

pub use aggregate::{Tally, aggregate};
pub use offered::{Unsaved, judged_unsaved, offered, unsaved_at_once};
pub use source::Source;
pub use template::Template;

use access::{Access, Grant, Operation};
use catalog::Entity;
use diagnostic::Diagnostic;
use expression::{FieldId, Variable};
use sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sql::{ColumnType, Dialect};
use uuid::Uuid;

use crate::build::{bound_id, bound_ids};
use crate::write::Bin;
use crate::{QueryError, Request, SelectItem, Settings};
use output::{Columns, Object};
use source::{Draft, FrameId, SourceId};

/// Records on a page when the request does not say.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most records on a page.
pub const MAX_LIMIT: u32 = 5_000;
/// Most columns that a statement reads; PostgreSQL takes 1,664 and SQLite 2,000.
const MAX_COLUMNS: usize = 1_600;

/// A decided request, ready to become SQL. (Its fields are the planner's.)
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) dialect: Dialect,
    pub(crate) select: SelectStatement,
    pub(crate) columns: Vec<ColumnType>,
    pub(crate) count: SelectStatement,
    /// Table and alias of the records themselves, for samples of them.
    pub(crate) root: (String, String),
    pub(crate) object: Object,
    /// Where the values of the order stand in a row, and how many records a page has; `None` for one record.
    pub(crate) page: Option<page::Paging>,
    /// Own fields of the entity that the filter and the order read, in this order.
    pub(crate) asked: Vec<FieldId>,
    /// Whether no rule and no expression had a part in it.
    pub(crate) is_plain: bool,
}

impl Plan {
    /// Own fields of the entity that the filter and the order read, in this order: what an index could serve.
    pub fn asked(&self) -> &[FieldId] {
        &self.asked
    }
}

/// Decides a request for a page of records.
pub fn list(access: &Access, entity: &str, request: &Request, settings: &Settings) -> Result<Plan, QueryError> {
    listed(access, entity, request, settings, None)
}

/// Decides a request for all records that the caller may read and take out, without pages.
pub fn export(access: &Access, entity: &str, request: &Request, settings: &Settings) -> Result<Plan, QueryError> {
    let entity = readable(access, entity)?;
    let leave = access.grant(&entity.id, Operation::Export).ok_or(QueryError::Forbidden(Operation::Export))?;
    listed(access, &entity.name, request, settings, Some(&leave))
}

fn listed(
    access: &Access,
    entity: &str,
    request: &Request,
    settings: &Settings,
    leave: Option<&Grant>,
) -> Result<Plan, QueryError> {
    let entity = readable(access, entity)?;
    let bin = if request.deleted { Bin::Deleted } else { Bin::Live };
    let bin_leave = may_open(access, &entity, bin)?;
    let mut draft = Draft::new(access, settings);
    let (frame, root) = open(&mut draft, &entity)?;
    let mut conditions = side(&draft, root, bin);
    conditions.extend(draft.guard(root));
    conditions.extend(bin_leave.as_ref().and_then(|leave| draft.condition(root, leave)));
    conditions.extend(leave.and_then(|leave| draft.condition(root, leave)));
    conditions.extend(draft.filter(root, request.filter.as_deref(), "/filter"));
    conditions.extend(draft.quick(root, request.quick.as_deref()));
    conditions.extend(request.with_problems.then(|| draft.with_problems(root)));
    let count = counting(&mut draft, frame, &conditions);

    let mut columns = Columns::default();
    let object = match &request.select {
        Some(items) => draft.items(&mut columns, root, items, "/select"),
        None => draft.all_fields(&mut columns, root, bin, false),
    };
    let usual = dataset::usual_order(&draft.access, &entity);
    let sort = if request.sort.is_empty() { &usual } else { &request.sort };
    let order = draft.order(root, sort, request.select.as_deref(), "/sort");
    let limit = draft.limit(request.limit, "/limit");
    let mut paging = draft.paging(&mut columns, root, &entity, request, order, limit);
    if leave.is_some() {
        paging.limit = usize::MAX;
    }
    let after = draft.after(request.cursor.as_deref(), &paging);
    let select = draft.page(root, (frame, &columns, &conditions), &paging, after.as_deref());
    finish(draft, select, columns, count, object, Some(paging))
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
    let entity = readable(access, entity)?;
    let bin_leave = may_open(access, &entity, bin)?;
    let mut draft = Draft::new(access, settings);
    let (frame, root) = open(&mut draft, &entity)?;
    let mut conditions = vec![draft.attribute(root, "id").eq(bound_id(id, settings.dialect))];
    conditions.extend(side(&draft, root, bin));
    conditions.extend(draft.guard(root));
    conditions.extend(bin_leave.and_then(|leave| draft.condition(root, &leave)));
    let count = counting(&mut draft, frame, &conditions);
    let mut columns = Columns::default();
    let object = match select {
        Some(items) => draft.items(&mut columns, root, items, "/select"),
        None => draft.whole_record(&mut columns, root, bin),
    };
    // Nothing may be asked of a record but whether it is there; a statement reads something all the same.
    if columns.len() == 0 {
        columns.add(draft.attribute(root, "id"), ColumnType::Uuid);
    }
    let select_is_plain = select.is_none_or(|items| items.iter().all(|item| matches!(item, SelectItem::Path(_))));
    let is_plain = select_is_plain && !draft.ruled;
    let select = reading(&mut draft, frame, &columns, &conditions);
    let plan = finish(draft, select, columns, count, object, None)?;
    Ok(Plan { is_plain, ..plan })
}

/// Decides a request for the titles of records, wherever they are: rows of one key, `record`, with `{"id", "title"}`.
pub fn titles(access: &Access, entity: &str, ids: &[Uuid], settings: &Settings) -> Result<Plan, QueryError> {
    let entity = readable(access, entity)?;
    let mut draft = Draft::new(access, settings);
    let (frame, root) = open(&mut draft, &entity)?;
    let mut conditions = vec![draft.attribute(root, "id").is_in(bound_ids(ids, settings.dialect))];
    conditions.extend(draft.guard(root));
    let count = counting(&mut draft, frame, &conditions);
    let mut columns = Columns::default();
    let mut object = Object::default();
    object.add("record", draft.link(&mut columns, root));
    let select = reading(&mut draft, frame, &columns, &conditions);
    finish(draft, select, columns, count, object, None)
}

/// Decides the answer to whoever writes a record, as the last part of the bundle that writes it, unless the template
/// says that it comes [late](Template::is_late).
pub fn written(access: &Access, entity: &str, id: Uuid, settings: &Settings) -> Result<Template, QueryError> {
    let mut plan = one(access, entity, id, None, Bin::Live, settings)?;
    if settings.dialect == Dialect::Sqlite {
        return Ok(Template::of(plan, id));
    }
    source::over_written(&mut plan.select);
    Ok(Template::over_written(plan, id, &readable(access, entity)?.table))
}

/// Finds an entity the actor may read; a closed one looks like one that is not there.
fn readable(access: &Access, name: &str) -> Result<std::sync::Arc<Entity>, QueryError> {
    let entity = access.catalog().entity(name).ok_or(QueryError::NotFound)?;
    access.read(&entity.id).map(|grant| std::sync::Arc::clone(grant.entity())).ok_or(QueryError::NotFound)
}

/// The recycle bin is open to those who may put records there, and of it the records they may.
fn may_open(access: &Access, entity: &Entity, bin: Bin) -> Result<Option<Grant>, QueryError> {
    match bin {
        Bin::Live => Ok(None),
        Bin::Deleted | Bin::Any => {
            let grant = access.grant(&entity.id, Operation::Delete);
            grant.map(Some).ok_or(QueryError::Forbidden(Operation::Delete))
        }
    }
}

fn open(draft: &mut Draft<'_>, entity: &Entity) -> Result<(FrameId, SourceId), QueryError> {
    let grant = draft.access.read(&entity.id).ok_or(QueryError::NotFound)?;
    let (frame, root) = draft.open(grant);
    draft.variables.insert(Variable::RECORD, root);
    Ok((frame, root))
}

fn side(draft: &Draft<'_>, root: SourceId, bin: Bin) -> Vec<Expr> {
    let deleted_at = draft.attribute(root, "deleted_at");
    match bin {
        Bin::Live => vec![deleted_at.is_null()],
        Bin::Deleted => vec![deleted_at.is_not_null()],
        Bin::Any => Vec::new(),
    }
}

/// Counts with the joins of the conditions alone: those of the selected paths come after.
fn counting(draft: &mut Draft<'_>, frame: FrameId, conditions: &[Expr]) -> SelectStatement {
    let mut select = Query::select();
    select.expr(Expr::cust("COUNT(*)"));
    over(draft, select, frame, conditions)
}

fn reading(draft: &mut Draft<'_>, frame: FrameId, columns: &Columns, conditions: &[Expr]) -> SelectStatement {
    let mut select = Query::select();
    select.exprs(columns.exprs().cloned());
    over(draft, select, frame, conditions)
}

/// Completes a select of columns: over the rows of a frame that meet the conditions.
fn over(draft: &mut Draft<'_>, mut select: SelectStatement, frame: FrameId, conditions: &[Expr]) -> SelectStatement {
    draft.write_from(&mut select, frame);
    conditions.iter().for_each(|condition| {
        select.and_where(condition.clone());
    });
    select
}

#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
fn finish(
    mut draft: Draft<'_>,
    select: SelectStatement,
    columns: Columns,
    count: SelectStatement,
    object: Object,
    page: Option<page::Paging>,
) -> Result<Plan, QueryError> {
    let types = columns.types();
    if types.len() > MAX_COLUMNS {
        draft.mistakes.push(Diagnostic::error("query.too_complex").at("/select"));
    }
    if !draft.mistakes.is_empty() {
        return Err(QueryError::Invalid(draft.mistakes));
    }
    let root = draft.root();
    let dialect = draft.settings.dialect;
    let asked = draft.asked;
    Ok(Plan { dialect, select, columns: types, count, root, object, page, asked, is_plain: false })
}
