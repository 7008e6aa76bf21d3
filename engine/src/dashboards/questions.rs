//! What is asked of the records for each widget.

use std::sync::Arc;

use catalog::Entity;
use catalog::dashboard::{Dashboard, On, Shows, Widget, WidgetColumn, WidgetType};
use catalog::measure::Measure;
use query::{AggregateRequest, Count, GroupKey, Request, SelectItem, SortKey};
use serde_json::Value as Json;

use super::chosen::Chosen;
use super::{Known, Shown};
use crate::measures::filter::all;
use crate::measures::{self, Decided};
use crate::records::{Reading, read};
use crate::{Context, Error};

/// Groups of a chart when nothing else is said.
const CHART: u32 = 200;
/// Cells of a pivot table when nothing else is said.
const PIVOT: u32 = 2_000;
/// Records of a list when nothing else is said.
const LIST: u32 = 10;
/// Columns of a list that names none.
const COLUMNS: usize = 5;

/// One question about the records of an entity.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Question {
    /// Groups.
    Groups(String, AggregateRequest),
    /// Groups as a table of rows by so many keys: with sums of rows, and beside it the sums of columns.
    Pivot(String, AggregateRequest, usize),
    /// Records.
    List(String, Request),
}

/// What is asked for a widget that is no indicator, while this is chosen.
pub(super) fn of(ctx: &Context, known: &Known, widget: &Widget, chosen: &Chosen) -> Result<Question, Error> {
    question(ctx, widget, chosen.conditions(ctx, known, widget))
}

/// What is asked of the measure of an indicator.
pub(super) fn indicator(
    ctx: &Context,
    known: &Known,
    widget: &Widget,
    measure: &Arc<Measure>,
    chosen: &Chosen,
) -> Result<Decided, Error> {
    measures::decided(ctx, Arc::clone(measure), &chosen.asked(ctx, known, widget, &measure.name))
}

/// Says whether the caller may know every name that a widget reads, those of the filters that act on it as well.
pub(super) fn is_known(ctx: &Context, dashboard: &Dashboard, widget: &Widget) -> bool {
    let ways = widget.ways.iter().filter(|way| dashboard.filters.get(way.filter).is_some());
    let conditions: Vec<String> = ways.filter_map(|way| probe(&way.on)).collect();
    let settings = read::settings(ctx);
    let is_planned = |question: &Question| match question {
        Question::Groups(entity, request) | Question::Pivot(entity, request, _) => {
            query::plan::aggregate(&ctx.access, entity, request, &settings).is_ok()
        }
        Question::List(entity, request) => query::plan::list(&ctx.access, entity, request, &settings).is_ok(),
    };
    match &widget.shows {
        Shows::Text => true,
        Shows::Indicator(measure) => {
            let Some(grant) = ctx.access.read(&measure.entity).filter(|_| measures::is_known(ctx, measure)) else {
                return false;
            };
            let measures = vec![query::Measure { name: "n".to_owned(), expression: "count()".to_owned() }];
            let filter = all(conditions.into_iter());
            let request = AggregateRequest { measures, filter, ..AggregateRequest::default() };
            is_planned(&Question::Groups(grant.entity().name.clone(), request))
        }
        Shows::Groups(_) | Shows::List(..) => {
            question(ctx, widget, conditions).is_ok_and(|question| is_planned(&question))
        }
    }
}

/// A condition that reads what a filter acts on.
fn probe(on: &On) -> Option<String> {
    match on {
        On::Measure => None,
        On::Date(date) => Some(format!("{} == ()", date.path)),
        On::Path(path) | On::Many(path) => Some(format!("{path} == ()")),
        On::Records(path) => Some(format!("{path}.count() == 0")),
    }
}

fn question(ctx: &Context, widget: &Widget, conditions: Vec<String>) -> Result<Question, Error> {
    let written = &widget.written;
    let entity = widget.entity().and_then(|id| ctx.catalog().entity_by_id(id));
    let entity = entity.ok_or_else(|| Error::broken("a widget over no entity"))?;
    let own = match &widget.shows {
        Shows::List(_, Some(view)) => view.filter.as_ref(),
        _ => written.filter.as_ref(),
    };
    let own = own.map(|own| if conditions.is_empty() { own.clone() } else { format!("({own})") });
    let filter = all(own.into_iter().chain(conditions));
    if let Shows::List(_, view) = &widget.shows {
        let sort = view.as_ref().map_or(&written.sort, |view| &view.sort);
        let columns = columns(ctx, widget).into_iter().filter(|column| column != "id");
        let select = std::iter::once("id".to_owned()).chain(columns).map(SelectItem::Path);
        let request = Request {
            select: Some(select.collect()),
            filter,
            sort: sort.iter().map(|key| key_of(key)).collect(),
            limit: Some(written.limit.unwrap_or(LIST)),
            count: Count::Estimated,
            ..Request::default()
        };
        return Ok(Question::List(entity.name.clone(), request));
    }
    let measure =
        |it: &schemas::WidgetMeasure| query::Measure { name: it.name.clone(), expression: it.expression.clone() };
    let keys = written.group_by.iter().chain(&written.rows).chain(&written.columns);
    let limit = written.limit.unwrap_or(if written.kind == WidgetType::Pivot { PIVOT } else { CHART });
    let request = AggregateRequest {
        group_by: keys.map(group).collect(),
        measures: written.measures.iter().map(measure).collect(),
        filter,
        sort: written.sort.iter().map(|key| key_of(key)).collect(),
        // One more tells that there are more.
        limit: Some(limit + 1),
        drill: true,
        ..AggregateRequest::default()
    };
    Ok(match written.kind {
        WidgetType::Pivot => {
            let request = AggregateRequest { totals: true, ..request };
            Question::Pivot(entity.name.clone(), request, written.rows.len())
        }
        _ => Question::Groups(entity.name.clone(), request),
    })
}

fn group(column: &WidgetColumn) -> GroupKey {
    let by = column.by().map(|by| by.as_str().to_owned());
    GroupKey { path: column.path().to_owned(), by, ..GroupKey::default() }
}

fn key_of(key: &str) -> SortKey {
    match key.strip_prefix('-') {
        Some(path) => SortKey { path: path.to_owned(), descending: true },
        None => SortKey { path: key.to_owned(), descending: false },
    }
}

/// The columns of a list: its own, those of its view, else the title and the first few fields.
pub(super) fn columns(ctx: &Context, widget: &Widget) -> Vec<String> {
    let (entity, view) = match &widget.shows {
        Shows::List(entity, view) => (entity, view.as_ref()),
        _ => return Vec::new(),
    };
    let columns: Vec<String> = match view {
        Some(view) => view.columns.clone(),
        None => widget.written.columns.iter().map(|column| column.path().to_owned()).collect(),
    };
    match ctx.catalog().entity_by_id(entity) {
        Some(entity) if columns.is_empty() => usual(ctx, entity),
        _ => columns,
    }
}

fn usual(ctx: &Context, entity: &Arc<Entity>) -> Vec<String> {
    let title = entity.title.as_ref().and_then(|id| entity.field_by_id(id));
    let others = entity.fields.iter().filter(|field| {
        let is_title = title.is_some_and(|title| title.id == field.id);
        !field.is_attribute()
            && !field.write_only
            && !is_title
            && (field.relation().is_none() || field.columns.len() == 1)
    });
    let all = title.into_iter().chain(others);
    let known = all.filter(|field| ctx.access.field(entity, &field.name).is_some());
    known.map(|field| field.name.clone()).take(COLUMNS).collect()
}

impl Question {
    /// Asks, and gives what the widget shows.
    pub(super) async fn ask(&self, reading: &Reading<'_>) -> Result<Shown, Error> {
        match self {
            Self::Groups(entity, request) => {
                let mut items = reading.aggregate(entity, request.clone()).await?;
                let more = cut(&mut items, request.limit);
                Ok(Shown::Chart { items, filter: request.filter.clone(), more })
            }
            Self::Pivot(entity, request, rows) => pivot(reading, entity, request, *rows).await,
            Self::List(entity, request) => {
                let list = reading.list(entity, request.clone()).await?;
                let sort = request.sort.iter();
                let sort = sort.map(|key| format!("{}{}", if key.descending { "-" } else { "" }, key.path));
                let (items, filter) = (list.page.items, request.filter.clone());
                Ok(Shown::List { items, count: list.count, filter, sort: sort.collect() })
            }
        }
    }
}

/// Takes away the group that was asked for beyond the limit; says whether there was one.
fn cut(items: &mut Vec<String>, limit: Option<u32>) -> bool {
    let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let more = items.len() >= limit;
    items.truncate(limit.saturating_sub(1));
    more
}

/// Two statements: the cells with the sums of shorter lists of keys, and the sums by the keys of the columns alone.
async fn pivot(reading: &Reading<'_>, entity: &str, request: &AggregateRequest, rows: usize) -> Result<Shown, Error> {
    let keys = request.group_by.len();
    let beside = (rows < keys).then(|| {
        let group_by: Vec<GroupKey> = request.group_by[rows..].to_vec();
        let is_there = |key: &&SortKey| {
            group_by.iter().any(|group| group.path == key.path) || request.measures.iter().any(|it| it.name == key.path)
        };
        let sort = request.sort.iter().filter(is_there).cloned().collect();
        AggregateRequest { group_by, sort, totals: false, ..request.clone() }
    });
    let (found, columns) = match beside {
        Some(beside) => reading.both(entity, request.clone(), beside).await?,
        None => (reading.aggregate(entity, request.clone()).await?, Vec::new()),
    };
    let (mut items, mut sums, mut total) = (Vec::new(), Vec::new(), None);
    for item in found {
        match level(&item) {
            0 => total = Some(item),
            level if level < keys => {
                if level <= rows {
                    sums.push(item);
                }
            }
            _ => items.push(item),
        }
    }
    let more = cut(&mut items, request.limit);
    let filter = request.filter.clone();
    Ok(Shown::Pivot { items, rows: sums, columns, total, filter, more })
}

/// How many keys a group is by.
fn level(item: &str) -> usize {
    let group: Json = serde_json::from_str(item).unwrap_or_default();
    group["_level"].as_u64().and_then(|level| usize::try_from(level).ok()).unwrap_or_default()
}
