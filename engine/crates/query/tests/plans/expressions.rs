//! Expressions and their SQL on both databases, without the statement around it. A line is an expression that is read of each
//! record of the first entity; after `where` it is the condition that they are found by; `as` names who asks from there on.

use std::sync::Arc;

use catalog::Catalog;
use query::{QueryError, Request, SelectItem};
use sql::Dialect;

use crate::notation::{access, settings};

const DIALECTS: [(&str, Dialect); 2] = [("sqlite", Dialect::Sqlite), ("postgres", Dialect::Postgres)];

pub(crate) fn answer(case: &str, catalog: &Arc<Catalog>) -> String {
    let mut roles = "administrator";
    let mut lines = Vec::new();
    for line in case.trim().lines().filter(|line| !line.starts_with("   ")) {
        lines.push(line.to_owned());
        if let Some(named) = line.strip_prefix("as ") {
            roles = named;
        } else if !line.is_empty() && !line.starts_with('#') {
            lines.extend(answers(line, roles, catalog));
        }
    }
    lines.join("\n")
}

fn answers(line: &str, roles: &str, catalog: &Arc<Catalog>) -> Vec<String> {
    let found = DIALECTS.map(|(_, dialect)| sql_of(line, roles, catalog, dialect));
    match found {
        [Ok(one), Ok(other)] if one == other => vec![format!("   both      {one}")],
        [Ok(one), Ok(other)] => vec![format!("   sqlite    {one}"), format!("   postgres  {other}")],
        [Err(one), Err(other)] if one == other => vec![format!("   mistake   {one}")],
        [one, other] => vec![format!("   sqlite    {one:?}"), format!("   postgres  {other:?}")],
    }
}

fn sql_of(line: &str, roles: &str, catalog: &Arc<Catalog>, dialect: Dialect) -> Result<String, String> {
    let request = match line.strip_prefix("where ") {
        Some(filter) => Request {
            select: Some(vec![SelectItem::Path("id".to_owned())]),
            filter: Some(filter.to_owned()),
            ..Request::default()
        },
        None => {
            let item = SelectItem::Expression { name: "x".to_owned(), expression: line.to_owned() };
            Request { select: Some(vec![item]), ..Request::default() }
        }
    };
    let found = query::plan::list(&access(roles, catalog), "deal", &request, &settings(dialect));
    let plan = found.map_err(|error| match error {
        QueryError::Invalid(mistakes) => mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    })?;
    let statement = query::select(&plan);
    let values: Vec<String> = statement.parameters.0.iter().map(|value| format!("{value:?}")).collect();
    let values = if values.is_empty() { String::new() } else { format!("   {}", values.join(" ")) };
    Ok(format!("{}{values}", bare(&statement.text)))
}

/// Takes away what is the same of all.
fn bare(text: &str) -> String {
    let text = text.strip_suffix(" ORDER BY \"t0\".\"id\" ASC LIMIT 51").unwrap_or(text);
    let text = text.strip_prefix("SELECT ").unwrap_or(text);
    let text = text.replacen(", \"t0\".\"id\" FROM \"deal_deal\" AS \"t0\"", "", 1);
    let text = text.strip_prefix("\"t0\".\"id\" FROM \"deal_deal\" AS \"t0\" ").unwrap_or(&text).to_owned();
    let text = text.strip_suffix(" WHERE \"t0\".\"deleted_at\" IS NULL").unwrap_or(&text).to_owned();
    text.replacen("WHERE \"t0\".\"deleted_at\" IS NULL AND ", "WHERE ", 1)
}
