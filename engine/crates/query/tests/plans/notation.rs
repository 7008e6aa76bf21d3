//! Requests as lines of a file, each a word and what it says.

use std::sync::Arc;

use access::{Access, Actor, Clock};
use catalog::Catalog;
use chrono::{DateTime, NaiveDate};
use query::write::Bin;
use query::{AggregateRequest, GroupKey, Measure, Plan, QueryError, Request, SelectItem, Settings, SortKey, plan};
use sql::Dialect;
use uuid::Uuid;

use crate::samples;

const USER: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
pub(crate) const RECORD: Uuid = Uuid::from_u128(9);
pub(crate) const OTHER: Uuid = Uuid::from_u128(10);

/// The rights of a person of these roles, `sales + viewer`.
pub(crate) fn access(roles: &str, catalog: &Arc<Catalog>) -> Access {
    let roles = roles.split(" + ").map(str::to_owned).collect();
    Access::of(Actor { user: USER, roles }, Arc::clone(catalog), Clock::default())
}

pub(crate) fn settings(dialect: Dialect) -> Settings {
    Settings {
        dialect,
        cursor_key: b"key".to_vec(),
        now: DateTime::from_timestamp_millis(1_790_000_000_000).unwrap(),
        today: NaiveDate::from_ymd_opt(2026, 9, 21).unwrap(),
        zone: expression::Tz::UTC,
    }
}

/// What follows a word on its line.
pub(crate) fn said<'a>(asked: &[&'a str], word: &str) -> Option<&'a str> {
    asked.iter().map(|line| line.split_once(' ').unwrap_or((line, ""))).find(|(key, _)| *key == word).map(|(_, it)| it)
}

/// Decides a request for records.
pub(crate) fn records(asked: &[&str], catalog: &Arc<Catalog>, dialect: Dialect) -> Result<Plan, QueryError> {
    let mut request = Request::default();
    for line in asked {
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        match key {
            "select" => request.select = Some(value.split(", ").map(item).collect()),
            "filter" => request.filter = Some(value.to_owned()),
            "quick" => request.quick = Some(value.to_owned()),
            "sort" => request.sort = keys(value),
            "limit" => request.limit = Some(value.parse().unwrap()),
            "deleted" => request.deleted = true,
            "cursor" => request.cursor = Some(value.to_owned()),
            "list" | "one" | "export" | "titles" | "written" | "bin" | "as" | "after" | "count" | "record"
            | "template" | "asked" => {}
            other => panic!("unknown line {other}"),
        }
    }
    let (access, settings) = (access(said(asked, "as").unwrap_or("administrator"), catalog), settings(dialect));
    if let Some(entity) = said(asked, "one") {
        let bin = match said(asked, "bin") {
            None => Bin::Live,
            Some("deleted") => Bin::Deleted,
            Some(_) => Bin::Any,
        };
        return plan::one(&access, entity, RECORD, request.select.as_deref(), bin, &settings);
    }
    if let Some(entity) = said(asked, "titles") {
        return plan::titles(&access, entity, &[RECORD, USER], &settings);
    }
    if let Some(entity) = said(asked, "export") {
        return plan::export(&access, entity, &request, &settings);
    }
    let entity = said(asked, "list").expect("what is asked");
    if let Some(last) = said(asked, "after") {
        let first = plan::list(&access, entity, &request, &settings)?;
        let row = samples::row(&query::select(&first).columns, last == "values");
        let page = query::shape(&first, vec![row; request.limit.unwrap_or(plan::DEFAULT_LIMIT) as usize + 1]);
        request.cursor = page.next_cursor;
        assert!(request.cursor.is_some(), "a page that is full has a next one");
    }
    plan::list(&access, entity, &request, &settings)
}

/// Decides the answer to whoever writes a record.
pub(crate) fn written(
    asked: &[&str],
    catalog: &Arc<Catalog>,
    dialect: Dialect,
) -> Result<Option<sql::Statement>, QueryError> {
    let access = access(said(asked, "as").unwrap_or("administrator"), catalog);
    let entity = said(asked, "written").expect("an entity");
    let template = plan::written(&access, entity, RECORD, &settings(dialect))?;
    Ok((!template.is_late()).then(|| template.statement(RECORD).into_owned()))
}

/// Decides a request for groups.
pub(crate) fn groups(asked: &[&str], catalog: &Arc<Catalog>, dialect: Dialect) -> Result<plan::Tally, QueryError> {
    let mut request = AggregateRequest::default();
    for line in asked {
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        match key {
            "by" => request.group_by.push(group_key(value)),
            "measure" => {
                let (name, expression) = value.split_once(" = ").expect("a name and an expression");
                request.measures.push(Measure { name: name.to_owned(), expression: expression.to_owned() });
            }
            "filter" => request.filter = Some(value.to_owned()),
            "having" => request.having = Some(value.to_owned()),
            "sort" => request.sort = keys(value),
            "limit" => request.limit = Some(value.parse().unwrap()),
            "totals" => request.totals = true,
            "drill" => request.drill = true,
            "others" => request.others = true,
            "groups" | "as" | "record" => {}
            other => panic!("unknown line {other}"),
        }
    }
    let access = access(said(asked, "as").unwrap_or("administrator"), catalog);
    plan::aggregate(&access, said(asked, "groups").expect("an entity"), &request, &settings(dialect))
}

/// `amount [0 100]` for ranges, `closed by month` for parts of dates, `= name` at the end for a name.
fn group_key(text: &str) -> GroupKey {
    let (text, name) = text.split_once(" = ").map_or((text, None), |(text, name)| (text, Some(name.to_owned())));
    let (text, ranges) = text.split_once(" [").map_or((text, None), |(text, ranges)| (text, Some(ranges)));
    let (path, by) = text.split_once(" by ").map_or((text, None), |(path, by)| (path, Some(by.to_owned())));
    let ranges = ranges.map(|ranges| ranges.trim_end_matches(']').split_whitespace().map(str::to_owned).collect());
    GroupKey { path: path.to_owned(), name, by, ranges }
}

fn item(text: &str) -> SelectItem {
    // Within brackets an expression is written without blanks.
    let bare = || text.split_once('=').filter(|_| !text.contains('['));
    if let Some((name, expression)) = text.split_once(" = ").or_else(bare) {
        return SelectItem::Expression { name: name.to_owned(), expression: expression.to_owned() };
    }
    let Some((path, inner)) = text.split_once('[') else { return SelectItem::Path(text.to_owned()) };
    let parts: Vec<&str> = inner.trim_end_matches(']').split("; ").collect();
    let part = |key: &str| parts.iter().find_map(|part| part.strip_prefix(key)).map(str::trim);
    SelectItem::Related {
        path: path.to_owned(),
        select: part("select ").map(|paths| paths.split(' ').map(item).collect()),
        filter: part("filter ").map(str::to_owned),
        sort: part("sort ").map(|text| keys(&text.replace(' ', ", "))).unwrap_or_default(),
        limit: part("limit ").map(|limit| limit.parse().unwrap()),
    }
}

fn keys(text: &str) -> Vec<SortKey> {
    let key = |key: &str| SortKey { path: key.trim_start_matches('-').to_owned(), descending: key.starts_with('-') };
    text.split(", ").map(key).collect()
}
