//! Drafts, plans and revisions on the wire.

use engine::diagnostic::{Diagnostic, Severity};
use engine::publishing::PlanAnswer;
use engine::publishing::drafts::{Answer, Listing};
use engine::publishing::revisions::{Change, Revision};
use engine::{Class, Context};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::jobs::shown;
use crate::messages;

/// The list of drafts with what would stop a publish.
pub(crate) fn drafts(ctx: &Context, listing: &Listing) -> Value {
    let items: Vec<Value> = listing
        .items
        .iter()
        .map(|item| {
            json!({
                "kind": item.kind.as_str(), "id": item.id, "name": item.name, "state": item.state.as_str(),
                "label": item.label, "icon": item.icon, "fields": item.fields,
                "updated_at": item.updated_at, "updated_by": person(item.updated_by.as_ref()),
            })
        })
        .collect();
    json!({"items": items, "problems": problems(ctx, &listing.problems)})
}

/// Documents as they were put, with what would stop a publish.
pub(crate) fn put(ctx: &Context, answers: &[Answer]) -> Value {
    let items: Vec<Value> = answers.iter().map(|answer| draft(ctx, answer)).collect();
    let all = items.iter().flat_map(|item| item["problems"].as_array().cloned().unwrap_or_default()).collect();
    json!({"items": items, "problems": Value::Array(all)})
}

/// One document with its state and problems.
pub(crate) fn draft(ctx: &Context, answer: &Answer) -> Value {
    let mut value = answer.document.clone();
    value["state"] = json!(answer.state.as_str());
    value["problems"] = problems(ctx, &answer.problems);
    value
}

fn person(person: Option<&(Uuid, String)>) -> Value {
    person.map_or(Value::Null, |(id, name)| json!({"id": id, "title": name}))
}

/// What would stop or deserves a look.
pub(crate) fn problems(ctx: &Context, diagnostics: &[Diagnostic]) -> Value {
    diagnostics
        .iter()
        .map(|diagnostic| {
            let place = &diagnostic.place;
            let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
            json!({
                "document": place.document, "path": place.pointer, "code": diagnostic.code,
                "message": messages::say(ctx.locale, diagnostic), "severity": severity,
                "line": place.position.map(|position| position.line), "column": place.position.map(|position| position.column),
            })
        })
        .collect()
}

/// What publishing would do.
pub(crate) fn plan(ctx: &Context, plan: &PlanAnswer) -> Value {
    let steps: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| {
            json!({
                "summary": messages::say(ctx.locale, &step.summary), "code": step.summary.code, "sql": step.sql,
                "destructive": step.destructive, "rows_affected": step.rows_affected, "class": class(step.class), "document": step.document,
            })
        })
        .collect();
    json!({
        "base_revision": plan.base_revision, "steps": steps, "warnings": problems(ctx, &plan.warnings), "plan_id": plan.plan_id,
    })
}

fn class(class: Class) -> &'static str {
    match class {
        Class::Safe => "safe",
        Class::Rewrites => "rewrites",
        Class::Hides => "hides",
    }
}

/// Published states, newest first.
pub(crate) fn revisions(ctx: &Context, list: &[Revision]) -> Value {
    let items: Vec<Value> = list
        .iter()
        .map(|revision| {
            json!({
                "revision": revision.number, "at": revision.at, "by": person(revision.by.as_ref()), "note": revision.note,
                "changes": changes(&revision.changes), "calculating": revision.calculating.as_ref().map(|job| shown(ctx, job)),
            })
        })
        .collect();
    json!({"items": items})
}

/// Documents that differ from the state before.
pub(crate) fn changes(list: &[Change]) -> Value {
    list.iter()
        .map(|change| json!({"kind": change.kind.as_str(), "name": change.name, "change": change.change}))
        .collect()
}
