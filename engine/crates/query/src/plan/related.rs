//! To-many relations in an answer: arrays that the database makes, one sub-select each, limited for each parent.

use catalog::Field;
use diagnostic::Diagnostic;
use sea_query::{Expr, Order, Query, SelectStatement};
use sql::{ColumnType, Dialect};

use super::output::{Columns, Each, Output};
use super::path::{Step, is_many};
use super::source::{Draft, FrameId, SourceId};
use crate::build::iden;
use crate::lower::function;
use crate::write::Bin;
use crate::{SelectItem, SortKey};

/// Functions of both databases take about a hundred arguments; longer rows are split.
const CHUNK: usize = 90;

/// What is asked of related records.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked<'a> {
    pub(crate) select: Option<&'a [SelectItem]>,
    pub(crate) filter: Option<&'a str>,
    pub(crate) sort: &'a [SortKey],
    pub(crate) limit: Option<u32>,
    /// Whether the lines of a record are read with it.
    pub(crate) is_whole: bool,
}

/// A sub-select over related records that is still being written.
struct Array {
    outer: FrameId,
    frame: FrameId,
    source: SourceId,
    conditions: Vec<Expr>,
    limit: Option<u32>,
    /// Sources joined with several rows for each record: without their order that of the array would be chance.
    multiplied: Vec<SourceId>,
}

impl Draft<'_> {
    /// Selects related records as objects: the path leads over links to one to-many relation at its end.
    pub(crate) fn selected_related(
        &mut self,
        columns: &mut Columns,
        source: SourceId,
        path: &str,
        asked: &Asked<'_>,
        pointer: &str,
    ) -> Result<Output, Diagnostic> {
        let steps = self.path(&self.entity(source), path, &format!("{pointer}/path"))?;
        let not_many = || Diagnostic::error("query.not_many").at(format!("{pointer}/path")).with("name", path);
        let (last, links) = steps.split_last().ok_or_else(not_many)?;
        if !is_many(last.field()) || links.iter().any(|step| is_many(step.field())) {
            return Err(not_many());
        }
        let mut here = source;
        for step in links {
            match self.walk(here, step) {
                Some(next) => here = next,
                None => return Ok(Output::Fixed("[]".to_owned())),
            }
        }
        let near = self.near(here, last.field());
        Ok(self.related_objects(columns, near, last.field(), asked, pointer))
    }

    /// Selects the records of a relation as objects.
    pub(crate) fn related_objects(
        &mut self,
        columns: &mut Columns,
        near: Expr,
        field: &Field,
        asked: &Asked<'_>,
        pointer: &str,
    ) -> Output {
        let Some(mut array) = self.open_array(near, field) else { return Output::Fixed("[]".to_owned()) };
        let source = array.source;
        let variables = std::mem::take(&mut self.variables);
        self.variables.insert(expression::Variable::RECORD, source);
        let filter = self.filter(source, asked.filter, &format!("{pointer}/filter"));
        array.conditions.extend(filter);
        let mut inner = Columns::default();
        let object = match asked.select {
            Some(items) => self.items(&mut inner, source, items, &format!("{pointer}/select")),
            None => self.all_fields(&mut inner, source, Bin::Live, asked.is_whole),
        };
        let order = self.order(source, asked.sort, asked.select, &format!("{pointer}/sort"));
        array.limit = asked.limit.map(|limit| self.limit(Some(limit), &format!("{pointer}/limit")));
        self.variables = variables;
        let json = self.close_array(array, &inner, |draft, select| draft.sort_keys(select, &order));
        self.many(columns, json, &inner, Each::Object(object))
    }

    /// Selects the records of a relation as `{"id", "title"}`.
    pub(crate) fn related_links(&mut self, columns: &mut Columns, near: Expr, field: &Field) -> Output {
        let Some(array) = self.open_array(near, field) else { return Output::Fixed("[]".to_owned()) };
        let mut inner = Columns::default();
        let link = self.link(&mut inner, array.source);
        let json = self.close_array(array, &inner, |_, _| {});
        self.many(columns, json, &inner, Each::Value(link))
    }

    /// Selects a path that crosses a to-many relation, its first step, as an array of its values.
    pub(crate) fn flat_array(&mut self, columns: &mut Columns, source: SourceId, steps: &[Step]) -> Output {
        let nothing = || Output::Fixed("[]".to_owned());
        let Some((first, rest)) = steps.split_first() else { return nothing() };
        let near = self.near(source, first.field());
        let Some(mut array) = self.open_array(near, first.field()) else { return nothing() };
        let mut inner = Columns::default();
        let mut here = Some(array.source);
        let mut value = None;
        for (at, step) in rest.iter().enumerate() {
            let (Some(from), field) = (here, step.field()) else { break };
            match (is_many(field), at + 1 == rest.len()) {
                (true, _) => {
                    here = self.join_many(from, field);
                    array.multiplied.extend(here);
                }
                (false, true) => value = Some(self.ending(&mut inner, from, step)),
                (false, false) => here = self.walk(from, step),
            }
        }
        let value = match (value, here) {
            (Some(value), _) => value,
            (None, Some(end)) => self.link(&mut inner, end),
            (None, None) => Output::Null,
        };
        let json = self.close_array(array, &inner, |_, _| {});
        self.many(columns, json, &inner, Each::Value(value))
    }

    /// Selects a source's record as `{"id", "title"}`.
    pub(crate) fn link(&mut self, inner: &mut Columns, source: SourceId) -> Output {
        let id = self.attribute(source, "id");
        let id = inner.add(self.outward(source, id), ColumnType::Uuid);
        Output::Link { id, title: self.title(inner, source) }
    }

    fn open_array(&mut self, near: Expr, field: &Field) -> Option<Array> {
        let outer = self.innermost();
        let (frame, source, conditions) = self.open_many(near, field)?;
        Some(Array { outer, frame, source, conditions, limit: None, multiplied: Vec::new() })
    }

    /// Writes the sub-select: a JSON array of arrays, one for each record, in order.
    fn close_array(
        &mut self,
        array: Array,
        inner: &Columns,
        order: impl FnOnce(&mut Self, &mut SelectStatement),
    ) -> Expr {
        let dialect = self.dialect();
        let mut rows = Query::select();
        rows.expr_as(json_row(inner, dialect), iden("v"));
        self.write_from(&mut rows, array.frame);
        for condition in array.conditions {
            rows.and_where(condition);
        }
        order(self, &mut rows);
        for source in std::iter::once(array.source).chain(array.multiplied) {
            rows.order_by_expr(self.attribute(source, "id"), Order::Asc);
        }
        match (array.limit, dialect) {
            (Some(limit), _) => rows.limit(u64::from(limit)),
            // SQLite gives up the order of a sub-select that has no limit.
            (None, Dialect::Sqlite) => rows.limit(i64::MAX.unsigned_abs()),
            (None, Dialect::Postgres) => &mut rows,
        };
        self.close(array.outer);
        let mut select = Query::select();
        select.expr(gather(dialect)).from_subquery(rows, iden("r"));
        Expr::SubQuery(None, Box::new(select.into()))
    }
}

fn gather(dialect: Dialect) -> Expr {
    match dialect {
        Dialect::Sqlite => Expr::cust("json_group_array(json(r.v))"),
        Dialect::Postgres => Expr::cust("coalesce(json_agg(r.v), '[]'::json)"),
    }
}

fn json_row(columns: &Columns, dialect: Dialect) -> Expr {
    let name = match dialect {
        Dialect::Sqlite => "json_array",
        Dialect::Postgres => "json_build_array",
    };
    let cells: Vec<Expr> = columns.iter().map(|(expr, kind)| json_cell(expr.clone(), *kind, dialect)).collect();
    let row = |cells: Vec<Expr>| -> Expr { sea_query::Func::cust(name).args(cells).into() };
    if cells.len() <= CHUNK {
        return row(cells);
    }
    row(cells.chunks(CHUNK).map(|chunk| row(chunk.to_vec())).collect())
}

/// Says whether the rows of an array are split into chunks.
pub(crate) fn is_chunked(columns: usize) -> bool {
    columns > CHUNK
}

/// A column in a form that JSON keeps exactly.
fn json_cell(expr: Expr, kind: ColumnType, dialect: Dialect) -> Expr {
    use sea_query::ExprTrait;
    match (dialect, kind) {
        (_, ColumnType::Bytes) => expr.is_not_null(),
        (Dialect::Sqlite, ColumnType::Number) => function("hex", [expr]),
        (Dialect::Sqlite, ColumnType::Decimal { .. }) if kind.sqlite_scale().is_none() => function("hex", [expr]),
        (Dialect::Sqlite, ColumnType::Json) => function("json", [expr]),
        (Dialect::Postgres, ColumnType::Number | ColumnType::Decimal { .. }) => expr.cast_as("text"),
        (Dialect::Postgres, ColumnType::DateTime) => {
            Expr::cust_with_exprs("(extract(epoch FROM $1) * 1000)::bigint", [expr])
        }
        _ => expr,
    }
}
