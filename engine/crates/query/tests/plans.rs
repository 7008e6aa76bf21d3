//! Requests and the SQL they become on both databases, side by side in `tests/plans/*.txt` of the workspace.
//!
//! A file begins with its catalog; its cases follow, each after a line of dashes. `UPDATE_EXPECT=1` writes the answers
//! anew; the difference is for a person to review.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing shall fail")]

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use access::{Access, Actor, Clock};
use catalog::Catalog;
use chrono::{DateTime, NaiveDate};
use query::write::Bin;
use query::{Plan, QueryError, Request, SelectItem, Settings, SortKey};
use sql::Dialect;
use uuid::Uuid;

const BETWEEN: &str = "\n----\n";
const USER: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

#[test]
fn requests_become_the_statements_on_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/plans");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let answered = answer(&text);
        if answered != text && update {
            std::fs::write(&path, &answered).unwrap();
        } else if answered != text {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let line = text.lines().zip(answered.lines()).position(|(a, b)| a != b).unwrap_or_default();
            wrong.push(format!("{name}:{}\n{}", line + 1, answered.lines().nth(line).unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "run with UPDATE_EXPECT=1 and review:\n{}", wrong.join("\n"));
}

fn answer(text: &str) -> String {
    let (head, cases) = text.split_once(BETWEEN).expect("a catalog, then cases");
    let notation: String = head.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let catalog = Arc::new(catalog::fixture::catalog(&notation));
    let cases: Vec<String> = cases.split(BETWEEN).map(|case| answer_case(case, &catalog)).collect();
    format!("{head}{BETWEEN}{}\n", cases.join(BETWEEN))
}

fn answer_case(case: &str, catalog: &Arc<Catalog>) -> String {
    let asked: Vec<&str> = case.trim().lines().take_while(|line| !line.starts_with("=>")).collect();
    let mut answered = asked.join("\n");
    for (name, dialect) in [("sqlite", Dialect::Sqlite), ("postgres", Dialect::Postgres)] {
        match plan(&asked, catalog, dialect) {
            Ok(plan) => {
                let mut show = |what: &str, statement: sql::Statement| {
                    let _ = write!(answered, "\n=> {name}{what}\n{}", broken(&statement.text));
                    let values: Vec<String> = statement.parameters.0.iter().map(|value| format!("{value:?}")).collect();
                    if !values.is_empty() {
                        let _ = write!(answered, "\n   {}", values.join(" "));
                    }
                };
                show("", query::select(&plan));
                if asked.contains(&"count") {
                    show(" count", query::count(&plan));
                }
            }
            Err(QueryError::Invalid(mistakes)) if dialect == Dialect::Sqlite => {
                for mistake in mistakes {
                    let _ = write!(answered, "\n=> {mistake}");
                }
            }
            Err(error) if dialect == Dialect::Sqlite => {
                let _ = write!(answered, "\n=> {error}");
            }
            Err(_) => {}
        }
    }
    answered
}

fn plan(asked: &[&str], catalog: &Arc<Catalog>, dialect: Dialect) -> Result<Plan, QueryError> {
    let mut entity = "";
    let mut actor = "administrator";
    let mut id = None;
    let mut request = Request::default();
    for line in asked.iter().filter(|line| !line.starts_with('#')) {
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        match key {
            "list" => entity = value,
            "one" => (entity, id) = (value, Some(Uuid::from_u128(9))),
            "as" => actor = value,
            "select" => request.select = Some(value.split(", ").map(item).collect()),
            "filter" => request.filter = Some(value.to_owned()),
            "quick" => request.quick = Some(value.to_owned()),
            "sort" => request.sort = keys(value),
            "limit" => request.limit = Some(value.parse().unwrap()),
            "deleted" => request.deleted = true,
            "cursor" => request.cursor = Some(value.to_owned()),
            "count" => {}
            other => panic!("unknown line {other}"),
        }
    }
    let access = Access::of(Actor { user: USER, roles: vec![actor.to_owned()] }, Arc::clone(catalog), Clock::default());
    let settings = Settings {
        dialect,
        cursor_key: b"key".to_vec(),
        now: DateTime::from_timestamp_millis(1_790_000_000_000).unwrap(),
        today: NaiveDate::from_ymd_opt(2026, 9, 21).unwrap(),
        zone: expression::Tz::UTC,
    };
    match id {
        Some(id) => query::plan::one(&access, entity, id, request.select.as_deref(), Bin::Live, &settings),
        None => query::plan::list(&access, entity, &request, &settings),
    }
}

fn item(text: &str) -> SelectItem {
    if let Some((name, expression)) = text.split_once(" = ") {
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

/// Breaks a statement into lines at its outer clauses.
fn broken(text: &str) -> String {
    let mut depth = 0_i32;
    let mut lines = String::new();
    for word in text.split_inclusive(' ') {
        if depth == 0 && ["FROM ", "LEFT ", "INNER ", "WHERE ", "ORDER ", "LIMIT "].contains(&word) {
            lines.push_str("\n  ");
        }
        depth += i32::try_from(word.matches('(').count()).unwrap() - i32::try_from(word.matches(')').count()).unwrap();
        lines.push_str(word);
    }
    lines.replace(" \n", "\n")
}
