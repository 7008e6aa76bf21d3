//! Rows as records: JSON texts and the cursor of the next page.

mod value;
mod array;

use expression::Value;
use sql::Rows;

use crate::Plan;
use crate::cursor::{self, Cursor};
use crate::plan::output::{AnyTarget, Each, FieldAllowed, Format, Object, Output};
use value::push_trace;
pub(crate) use value::{push_link, push_text, push_value};

/// A page of records, each as JSON text.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The records' JSON objects, in order.
    pub items: Vec<String>,
    /// Cursor of the next page; `None` on the last.
    pub next_cursor: Option<String>,
}

/// Writes the rows of the plan's statement as records.
#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
pub fn shape(plan: &Plan, rows: Rows) -> Page {
    let Some(paging) = &plan.page else {
        return Page { items: rows.iter().map(|row| record(plan, row)).collect(), next_cursor: None };
    };
    // One row more than the page was read: it says that there is a next one.
    let more = rows.len() > paging.limit;
    let next_cursor = rows.get(paging.limit.saturating_sub(1)).filter(|_| more).map(|last| {
        let values = paging.places.iter().map(|at| last[*at].clone()).collect();
        cursor::seal(&Cursor { values }, &paging.fingerprint, &paging.secret)
    });
    let items = rows.iter().take(paging.limit).map(|row| record(plan, row)).collect();
    Page { items, next_cursor }
}

fn record(plan: &Plan, row: &[Value]) -> String {
    let mut json = String::with_capacity(24 * plan.object.members.len());
    push_object(&mut json, &plan.object, row, plan);
    json
}

fn push_object(json: &mut String, object: &Object, row: &[Value], plan: &Plan) {
    json.push('{');
    for (at, (key, output)) in object.members.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        json.push_str(key);
        push_output(json, output, row, plan);
    }
    json.push('}');
}

fn push_output(json: &mut String, output: &Output, row: &[Value], plan: &Plan) {
    match output {
        Output::Null => json.push_str("null"),
        Output::Fixed(text) => json.push_str(text),
        Output::Cell(at, format) => push_value(json, &row[*at], *format),
        Output::Link { id, .. } if row[*id] == Value::Empty => json.push_str("null"),
        Output::Link { id, title } => push_link(json, None, &row[*id], title.map(|(at, format)| (&row[at], format))),
        Output::File { id, name, size, kind } => {
            push_members(json, &row[*id], &[("id", *id), ("name", *name), ("size", *size), ("type", *kind)], row);
        }
        Output::AnyLink { entity, id, targets } => push_any(json, &row[*entity], *id, targets, row),
        Output::Location { lat, lon } => push_members(json, &row[*lat], &[("lat", *lat), ("lon", *lon)], row),
        Output::Masked { at, format, open, shown } => match (open.on(row), shown.on(row)) {
            (true, _) => push_value(json, &row[*at], *format),
            (false, true) => push_trace(json, &row[*at]),
            (false, false) => json.push_str("null"),
        },
        Output::Access { update, delete, share, fields } => {
            json.push_str(&format!(r#"{{"update":{},"delete":{},"#, update.on(row), delete.on(row)));
            if let Some(share) = share {
                json.push_str(&format!(r#""share":{},"#, share.on(row)));
            }
            push_access(json, fields, row);
        }
        Output::Problems(causes) => push_problems(json, causes, row),
        Output::Conditions(fields) => push_conditions(json, fields, row),
        Output::Many { at, columns, each } => push_many(json, &row[*at], columns, each, plan),
    }
}

/// Writes what the fields of a record are open to, and ends the object.
fn push_access(json: &mut String, fields: &[FieldAllowed], row: &[Value]) {
    json.push_str(r#""fields":{"#);
    let less = fields.iter().filter_map(|field| {
        let word = match (field.open.on(row), field.shown.on(row)) {
            (true, _) if field.write.on(row) => return None,
            (true, _) => "read",
            (false, true) => "mask",
            (false, false) => "none",
        };
        Some((&field.key, word))
    });
    for (at, (key, word)) in less.enumerate() {
        if at > 0 {
            json.push(',');
        }
        json.push_str(key);
        json.push_str(&format!(r#":"{word}""#));
    }
    json.push_str("}}");
}

/// Writes which fields are empty for which cause.
fn push_problems(json: &mut String, causes: &[(String, usize)], row: &[Value]) {
    json.push('[');
    let told = causes.iter().filter(|(_, at)| row[*at] != Value::Empty);
    for (place, (key, at)) in told.enumerate() {
        if place > 0 {
            json.push(',');
        }
        json.push_str(&format!(r#"{{"field":{key},"code":"#));
        push_value(json, &row[*at], Format::Plain);
        json.push('}');
    }
    json.push(']');
}

/// Writes what conditions say of each field.
fn push_conditions(json: &mut String, fields: &[(String, Vec<(&'static str, usize)>)], row: &[Value]) {
    json.push('{');
    for (place, (key, told)) in fields.iter().enumerate() {
        if place > 0 {
            json.push(',');
        }
        json.push_str(&format!("{key}:{{"));
        for (at, (word, column)) in told.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            json.push_str(&format!(r#"{comma}"{word}":{}"#, row[*column] == Value::Boolean(true)));
        }
        json.push('}');
    }
    json.push('}');
}

/// Writes an object of columns, or `null` when the first one is empty.
fn push_members(json: &mut String, first: &Value, members: &[(&str, usize)], row: &[Value]) {
    if *first == Value::Empty {
        return json.push_str("null");
    }
    for (at, (key, place)) in members.iter().enumerate() {
        json.push(if at == 0 { '{' } else { ',' });
        push_text(json, key);
        json.push(':');
        push_value(json, &row[*place], Format::Plain);
    }
    json.push('}');
}

fn push_any(json: &mut String, entity: &Value, id: usize, targets: &[AnyTarget], row: &[Value]) {
    let Value::Text(entity) = entity else { return json.push_str("null") };
    let Some(target) = targets.iter().find(|target| *target.id == **entity) else { return json.push_str("null") };
    push_link(json, Some(&target.name), &row[id], target.title.map(|(at, format)| (&row[at], format)));
}

fn push_many(json: &mut String, cell: &Value, columns: &[sql::ColumnType], each: &Each, plan: &Plan) {
    json.push('[');
    for (at, row) in array::rows(cell, columns, plan.dialect).iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        match each {
            Each::Value(output) => push_output(json, output, row, plan),
            Each::Object(object) => push_object(json, object, row, plan),
        }
    }
    json.push(']');
}
