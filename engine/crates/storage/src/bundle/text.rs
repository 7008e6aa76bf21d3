//! A bundle as one text: on PostgreSQL one statement of many parts, on SQLite statements one after the other.

use std::fmt::Write;

use sea_query::Value;
use sql::names::quote_list;
use sql::statement::WRITTEN;
use sql::{ColumnType, Statement};

use super::Bundle;
use crate::internal::settings;

/// Writes a bundle as one statement of PostgreSQL, which answers as [`super::answered`] reads it.
///
/// What fails takes everything with it, so the parts may run in any order; `verstak_met` fails when something presumed is
/// not so, `verstak_held` says no when the setting has another value or is being changed.
pub(crate) fn postgres(bundle: &Bundle) -> Statement {
    let mut parts = Vec::new();
    let mut met = Vec::new();
    let mut parameters = Vec::new();
    if let Some((setting, value)) = &bundle.held {
        met.push("verstak_held($1, $2, $3)".to_owned());
        parameters.extend([settings::lock_of(setting).into(), (*setting).into(), value.clone().into()]);
    }
    let mut part = |name: &str, statement: &Statement, end: &str, rows: u64| {
        parts.push(format!("{name} AS ({}{end})", shifted(&statement.text, parameters.len())));
        parameters.extend(statement.parameters.0.iter().cloned());
        met.push(format!("(SELECT count(*) FROM {name}) = {rows}"));
    };
    for (at, (check, rows)) in bundle.checks.iter().enumerate() {
        part(&format!("check_{at}"), check, "", *rows);
    }
    for (at, (write, rows)) in bundle.writes.iter().enumerate() {
        if at == 0 && bundle.answer.is_some() {
            let columns = quote_list(bundle.written.iter().map(String::as_str));
            part(WRITTEN, write, &format!(" RETURNING {columns}"), *rows);
        } else {
            part(&format!("write_{at}"), write, " RETURNING 1", *rows);
        }
    }
    // INVARIANT: one row whatever is found, so that what must be met is looked at.
    let mut text = format!(
        "WITH {} SELECT met.met, answer.* FROM (SELECT verstak_met({}) AS met) AS met LEFT JOIN (SELECT TRUE AS found",
        parts.join(", "),
        met.join(" AND ")
    );
    let mut columns = vec![ColumnType::Boolean, ColumnType::Boolean];
    match &bundle.answer {
        Some(answer) => {
            push(&mut text, format_args!(", found.* FROM ({}) AS found", shifted(&answer.text, parameters.len())));
            parameters.extend(answer.parameters.0.iter().cloned());
            columns.extend(&answer.columns);
        }
        None => text.push_str(" WHERE FALSE"),
    }
    text.push_str(") AS answer ON TRUE");
    Statement::text(text, parameters, columns)
}

/// Writes a bundle as statements of SQLite inside a transaction; only the answer gives rows.
pub(crate) fn sqlite(bundle: &Bundle) -> Statement {
    let mut script = Script::default();
    if let Some((setting, value)) = &bundle.held {
        script.unless("(SELECT value FROM verstak_setting WHERE name = ?) IS ?");
        script.parameters.extend([(*setting).into(), value.clone().into()]);
    }
    for (check, rows) in &bundle.checks {
        script.text.push_str("SELECT verstak_unmet() WHERE (SELECT count(*) FROM (");
        script.push(check);
        push(&mut script.text, format_args!(")) <> {rows};"));
    }
    for (write, rows) in &bundle.writes {
        script.push(write);
        script.text.push(';');
        script.unless(&format!("changes() = {rows}"));
    }
    if let Some(answer) = &bundle.answer {
        script.push(answer);
        script.text.push(';');
    }
    Statement::text(script.text, script.parameters, bundle.columns())
}

#[derive(Default)]
struct Script {
    text: String,
    parameters: Vec<Value>,
}

impl Script {
    fn unless(&mut self, met: &str) {
        push(&mut self.text, format_args!("SELECT verstak_unmet() WHERE NOT ({met});"));
    }

    /// Adds a statement with its parameters in the order in which they stand: numbers would count from the first statement.
    fn push(&mut self, statement: &Statement) {
        let given = &statement.parameters.0;
        let mut in_order = given.iter();
        each_place(&statement.text, &['$', '?'], |part| match part {
            Part::Text(text) => self.text.push_str(text),
            Part::Place(number) => {
                self.text.push('?');
                let value = match number {
                    Some(number) => given.get(number.wrapping_sub(1)),
                    None => in_order.next(),
                };
                self.parameters.extend(value.cloned());
            }
        });
    }
}

/// Moves the numbers of parameters, those inside quotes apart.
pub(crate) fn shifted(text: &str, by: usize) -> String {
    let mut moved = String::with_capacity(text.len() + 16);
    each_place(text, &['$'], |part| match part {
        Part::Text(text) => moved.push_str(text),
        Part::Place(number) => push(&mut moved, format_args!("${}", number.unwrap_or_default() + by)),
    });
    moved
}

enum Part<'a> {
    Text(&'a str),
    /// The place of a parameter, with its number if it has one.
    Place(Option<usize>),
}

/// Shows a text in parts: what stands between the places of parameters, and these. What is inside quotes is text.
fn each_place<'a>(text: &'a str, marks: &[char], mut show: impl FnMut(Part<'a>)) {
    let mut quote = None;
    let mut shown = 0;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, mark) if marks.contains(&mark) => {
                let digits = text[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
                let number = text[at + 1..at + 1 + digits].parse().ok();
                if mark == '$' && number.is_none() {
                    continue;
                }
                show(Part::Text(&text[shown..at]));
                show(Part::Place(number));
                shown = at + 1 + digits;
            }
            _ => {}
        }
    }
    show(Part::Text(&text[shown..]));
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    text.write_fmt(more).expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(mark: impl Fn(usize) -> String) -> Bundle {
        let mut bundle = Bundle::holding("revision", "7".to_owned());
        let text = |text: String, values: &[i32]| {
            Statement::text(text, values.iter().map(|value| (*value).into()).collect(), vec![ColumnType::Integer])
        };
        bundle.check(text(format!("SELECT id FROM c WHERE id = {} AND '?$1' <> ''", mark(1)), &[1]), 1);
        let first = text(format!("INSERT INTO \"d?\" VALUES ({}, {})", mark(1), mark(2)), &[2, 3]);
        bundle.write_first(first, vec!["id".to_owned()]);
        bundle.write(text("INSERT INTO e VALUES ($2, $1)".to_owned(), &[4, 5]), 1);
        bundle.answer(text(format!("SELECT t0.id FROM x AS t0 WHERE t0.id = {}", mark(1)), &[6]));
        bundle
    }

    fn integers(statement: &Statement) -> Vec<i32> {
        let values = statement.parameters.0.iter();
        values.filter_map(|value| if let Value::Int(number) = value { *number } else { None }).collect()
    }

    #[test]
    fn one_statement_of_postgresql() {
        let statement = postgres(&bundle(|number| format!("${number}")));
        assert_eq!(
            statement.text,
            "WITH check_0 AS (SELECT id FROM c WHERE id = $4 AND '?$1' <> ''), \
             written AS (INSERT INTO \"d?\" VALUES ($5, $6) RETURNING \"id\"), \
             write_1 AS (INSERT INTO e VALUES ($8, $7) RETURNING 1) \
             SELECT met.met, answer.* FROM (SELECT verstak_met(verstak_held($1, $2, $3) \
             AND (SELECT count(*) FROM check_0) = 1 AND (SELECT count(*) FROM written) = 1 \
             AND (SELECT count(*) FROM write_1) = 1) AS met) AS met LEFT JOIN (SELECT TRUE AS found, \
             found.* FROM (SELECT t0.id FROM x AS t0 WHERE t0.id = $9) AS found) AS answer ON TRUE"
        );
        assert_eq!(integers(&statement), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn statements_of_sqlite() {
        let statement = sqlite(&bundle(|_| "?".to_owned()));
        assert_eq!(
            statement.text,
            "SELECT verstak_unmet() WHERE NOT ((SELECT value FROM verstak_setting WHERE name = ?) IS ?);\
             SELECT verstak_unmet() WHERE (SELECT count(*) FROM (SELECT id FROM c WHERE id = ? AND '?$1' <> '')) <> 1;\
             INSERT INTO \"d?\" VALUES (?, ?);SELECT verstak_unmet() WHERE NOT (changes() = 1);\
             INSERT INTO e VALUES (?, ?);SELECT verstak_unmet() WHERE NOT (changes() = 1);\
             SELECT t0.id FROM x AS t0 WHERE t0.id = ?;"
        );
        assert_eq!(integers(&statement), [1, 2, 3, 5, 4, 6]);
    }
}
