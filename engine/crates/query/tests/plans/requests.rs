//! Answers of requests: statements, the records and groups that rows become, or mistakes.

use std::fmt::Write;
use std::sync::Arc;

use catalog::Catalog;
use expression::Value;
use query::{QueryError, plan};
use sql::Dialect;

use crate::notation::{OTHER, RECORD, groups, records, said, written};
use crate::samples;

/// What one database answers: each part with its heading.
type Answer = Result<Vec<(&'static str, String)>, QueryError>;

pub(crate) fn answer(case: &str, catalog: &Arc<Catalog>) -> String {
    let lines: Vec<&str> = case.trim().lines().take_while(|line| !line.starts_with("=>")).collect();
    let asked: Vec<&str> = lines.iter().copied().filter(|line| !line.starts_with('#')).collect();
    let mut answered = lines.join("\n");
    for (name, dialect) in [("sqlite", Dialect::Sqlite), ("postgres", Dialect::Postgres)] {
        let found = if said(&asked, "groups").is_some() {
            of_groups(&asked, catalog, dialect)
        } else if said(&asked, "written").is_some() {
            written(&asked, catalog, dialect)
                .map(|found| vec![("", found.as_ref().map_or("afterwards".to_owned(), shown))])
        } else {
            of_records(&asked, catalog, dialect)
        };
        match found {
            Ok(parts) => {
                for (what, text) in parts {
                    let _ = write!(answered, "\n=> {name}{what}\n{text}");
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

fn of_records(asked: &[&str], catalog: &Arc<Catalog>, dialect: Dialect) -> Answer {
    let plan = records(asked, catalog, dialect)?;
    let statement = query::select(&plan);
    let rows = || [true, false].map(|valued| samples::row(&statement.columns, valued)).to_vec();
    let mut parts = vec![("", shown(&statement))];
    if asked.contains(&"count") {
        parts.push((" count", shown(&query::count(&plan))));
    }
    if asked.contains(&"asked") {
        let names: Vec<&str> = plan.asked().iter().map(|field| field.as_str()).collect();
        parts.push((" asked", names.join(" ")));
    }
    if asked.contains(&"record") {
        parts.push((" records", query::shape(&plan, rows()).items.join("\n")));
    }
    if asked.contains(&"template") {
        let template = plan::Template::of(plan, RECORD);
        assert_eq!(template.statement(RECORD).parameters, statement.parameters, "of its own record as it was");
        assert_eq!(template.size(), statement.text.len());
        let shaped = query::shape(template.plan(), rows()).items.len();
        let words = match template.is_open() {
            true => format!("reads any record, {shaped} rows\n{}", shown(&template.statement(OTHER))),
            false => "reads this record".to_owned(),
        };
        parts.push((" template", words));
    }
    Ok(parts)
}

fn of_groups(asked: &[&str], catalog: &Arc<Catalog>, dialect: Dialect) -> Answer {
    let plan = groups(asked, catalog, dialect)?;
    let statement = query::tally(&plan);
    let keys = asked.iter().filter(|line| line.starts_with("by ")).count();
    let row = |level: usize, valued: bool| {
        let mut row = samples::row(&statement.columns, valued);
        row[0] = Value::Integer(i64::try_from(level).unwrap());
        row
    };
    let mut parts = vec![("", shown(&statement))];
    if asked.contains(&"record") {
        let rows = vec![row(keys, true), row(keys, false), row(0, true)];
        let groups = query::shape_groups(&plan, rows)?;
        let found = [
            (" groups", groups.shown.join("\n")),
            (" totals", groups.totals.join("\n")),
            (" others", groups.others.unwrap_or_default()),
        ];
        parts.extend(found.into_iter().filter(|(_, text)| !text.is_empty()));
    }
    Ok(parts)
}

/// A statement with its values, broken into lines at its outer clauses.
fn shown(statement: &sql::Statement) -> String {
    let values: Vec<String> = statement.parameters.0.iter().map(|value| format!("{value:?}")).collect();
    let values = if values.is_empty() { String::new() } else { format!("\n   {}", values.join(" ")) };
    format!("{}{values}", broken(&statement.text))
}

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
