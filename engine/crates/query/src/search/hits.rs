//! Rows as what people see of found records.

use expression::Value;
use sql::Rows;
use uuid::Uuid;

use super::mark::{Snippet, marked, snippet};
use super::plan::{Arm, SearchPlan};
use crate::cursor::{self, Cursor};

/// A found record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Name of its entity.
    pub entity: String,
    /// The record.
    pub id: Uuid,
    /// Its title, when it has a text for one.
    pub title: Option<String>,
    /// Where the words stand in the title: first character and the one after the last, for each.
    pub title_marks: Vec<(usize, usize)>,
    /// Name of the field beside the title in which words stand.
    pub field: Option<String>,
    /// A piece of that field's text.
    pub snippet: Option<String>,
    /// Where the words stand in the piece.
    pub marks: Vec<(usize, usize)>,
}

/// A page of found records.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The records, the best first.
    pub hits: Vec<Hit>,
    /// Cursor of the next page; `None` on the last.
    pub next_cursor: Option<String>,
}

/// Reads the rows of a plan's statement.
pub fn hits(plan: &SearchPlan, rows: &Rows) -> Found {
    let more = rows.len() > plan.limit;
    let next_cursor = rows.get(plan.limit.saturating_sub(1)).filter(|_| more).map(|last| {
        let values = vec![last[2].clone(), last[1].clone()];
        cursor::seal(&Cursor { values }, &plan.fingerprint, &plan.secret)
    });
    let hits = rows.iter().take(plan.limit).filter_map(|row| hit(plan, row)).collect();
    Found { hits, next_cursor }
}

fn hit(plan: &SearchPlan, row: &[Value]) -> Option<Hit> {
    let [Value::Integer(number), Value::Id(id), _, title, texts @ ..] = row else { return None };
    let arm: &Arm = plan.arms.get(usize::try_from(*number).ok()?)?;
    let title = if let Value::Text(text) = title { Some(text.to_string()) } else { None };
    let title_marks = title.as_deref().map(|title| marked(title, &plan.terms)).unwrap_or_default();
    let beside = std::iter::zip(&arm.fields, texts).filter(|(field, _)| arm.title.as_ref() != Some(&field.id));
    // The field in which most words stand.
    let mut best: Option<(&str, Snippet)> = None;
    for (field, text) in beside {
        let Value::Text(text) = text else { continue };
        let Some(found) = snippet(field, text, &plan.terms) else { continue };
        if best.as_ref().is_none_or(|(_, most)| found.marks.len() > most.marks.len()) {
            best = Some((&field.name, found));
        }
    }
    let (field, snippet, marks) = match best {
        Some((field, found)) => (Some(field.to_owned()), Some(found.piece), found.marks),
        None => (None, None, Vec::new()),
    };
    Some(Hit { entity: arm.entity.clone(), id: *id, title, title_marks, field, snippet, marks })
}
