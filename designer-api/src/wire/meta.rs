//! Drafts, plans and revisions on the wire.

use engine::Context;
use engine::diagnostic::{Diagnostic, Severity};
use engine::publishing::drafts::{Draft, DraftList};
use engine::publishing::plan::PlanAnswer;
use engine::publishing::revisions::{Change, Revision};
use serde_json::{Value, json};

use crate::messages;

/// The list of drafts with what would stop a publish.
pub(crate) fn drafts(ctx: &Context, list: &DraftList) -> Value {
    let items: Vec<Value> = list
        .items
        .iter()
        .map(|item| {
            let mut value = json!({
                "kind": item.kind.word(), "name": item.name, "state": item.state.word(),
                "updated_at": item.updated_at, "updated_by": item.updated_by,
            });
            if let Some(document) = &item.document {
                value["id"] = document["id"].clone();
                value["label"] = document["label"].clone();
                value["icon"] = document["icon"].clone();
                value["fields"] = json!(document["fields"].as_array().map(Vec::len));
            }
            value
        })
        .collect();
    json!({"items": items, "problems": problems(ctx, &list.problems)})
}

/// One document with its state and problems.
pub(crate) fn draft(ctx: &Context, draft: &Draft) -> Value {
    let mut value = draft.document.clone();
    value["state"] = json!(draft.state.word());
    value["problems"] = problems(ctx, &draft.problems);
    value
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
                "destructive": step.destructive, "rows_affected": step.rows_affected, "class": step.class.word(), "document": step.document,
            })
        })
        .collect();
    json!({
        "base_revision": plan.base_revision, "steps": steps, "warnings": problems(ctx, &plan.warnings), "plan_id": plan.plan_id,
    })
}

/// Published states, newest first.
pub(crate) fn revisions(list: &[Revision]) -> Value {
    let items: Vec<Value> = list
        .iter()
        .map(|revision| {
            json!({
                "revision": revision.revision, "at": revision.at, "by": revision.by, "note": revision.note,
                "changes": changes(&revision.changes),
            })
        })
        .collect();
    json!({"items": items})
}

/// Documents that differ from the state before.
pub(crate) fn changes(list: &[Change]) -> Value {
    list.iter().map(|change| json!({"kind": change.kind.word(), "name": change.name, "change": change.change.word()})).collect()
}
