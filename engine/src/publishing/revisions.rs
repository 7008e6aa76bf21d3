//! The published states of the metadata, and the way back to one of them.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use schemas::{Document, Kind};
use storage::internal::{documents as stored, drafts as stored_drafts};
use uuid::Uuid;

use super::drafts::Draft;
use super::{backfill, documents};
use crate::jobs::Job;
use crate::{Context, Error, identity};

/// Most revisions of one list.
const MOST: i64 = 1000;

/// A published state.
#[derive(Debug, Clone)]
pub struct Revision {
    /// Its number.
    pub number: u64,
    /// When it was published.
    pub at: DateTime<Utc>,
    /// Who published it: identity and name; `None` for the product itself.
    pub by: Option<(Uuid, String)>,
    /// What its publisher noted.
    pub note: Option<String>,
    /// Documents it changed.
    pub changes: Vec<Change>,
    /// The job that still calculates what it left, and what earlier ones did.
    pub calculating: Option<Job>,
}

/// A document that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Kind of the document.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// `added`, `changed` or `removed`.
    pub change: &'static str,
}

/// Lists the revisions, newest first.
pub async fn list(ctx: &Context) -> Result<Vec<Revision>, Error> {
    ctx.designer()?;
    let rows = ctx.engine.database().fetch(&stored::revisions(MOST)).await?;
    let mut people: Vec<Uuid> = rows.iter().filter_map(|row| publisher(row)).collect();
    people.sort_unstable();
    people.dedup();
    let names = identity::people::called(ctx, people).await?;
    let mut revisions: Vec<Revision> = rows.iter().filter_map(|row| revision(row, &names)).collect();
    for job in backfill::running(&ctx.engine).await? {
        let of = revisions.iter_mut().find(|it| backfill::is_of(&job, it.number));
        if let Some(revision) = of {
            revision.calculating = Some(job);
        }
    }
    Ok(revisions)
}

/// Gives all documents of a revision, by kind and name.
pub async fn documents(ctx: &Context, number: u64) -> Result<Vec<Document>, Error> {
    ctx.designer()?;
    if number > ctx.catalog().revision {
        return Err(Error::NotFound(Diagnostic::error("revision.unknown").with("found", number)));
    }
    documents::read(&ctx.engine.database().fetch(&stored::at(number)).await?)
}

/// Puts the documents of a revision into the draft, which must be empty, and says what they change.
pub async fn restore(ctx: &Context, number: u64) -> Result<Vec<Change>, Error> {
    let wanted = documents(ctx, number).await?;
    let base = ctx.engine.published();
    let present = documents::read(&ctx.engine.database().fetch(&stored::at(base.revision)).await?)?;
    let mut tx = ctx.engine.database().begin().await?;
    tx.lock("drafts").await?;
    if !Draft::load_in(&mut tx).await?.changes.is_empty() {
        return Err(Error::Conflict(vec![Diagnostic::error("revision.draft_not_empty")]));
    }
    let (changes, rows) = difference(&present, &wanted);
    for batch in rows.chunks(stored_drafts::ROWS) {
        let rows: Vec<stored_drafts::Row<'_>> = batch
            .iter()
            .map(|(kind, id, name, text)| stored_drafts::Row {
                kind: kind.as_str(),
                id,
                name,
                document: text.as_deref(),
            })
            .collect();
        tx.execute(&stored_drafts::put(tx.dialect(), &rows, ctx.now.timestamp_millis(), ctx.user)).await?;
    }
    tx.commit().await?;
    Ok(changes)
}

type DraftRow = (Kind, String, String, Option<String>);

fn difference(present: &[Document], wanted: &[Document]) -> (Vec<Change>, Vec<DraftRow>) {
    let key = |document: &Document| (document.kind, document.id().unwrap_or_default().to_owned());
    let mut left: HashMap<(Kind, String), &Document> = present.iter().map(|it| (key(it), it)).collect();
    let mut changes = Vec::new();
    let mut rows = Vec::new();
    for document in wanted {
        let (kind, id) = key(document);
        let before = left.remove(&(kind, id.clone()));
        if before.is_some_and(|before| before.json == document.json) {
            continue;
        }
        let change = if before.is_some() { "changed" } else { "added" };
        changes.push(Change { kind, name: document.name.clone(), change });
        rows.push((kind, id, document.name.clone(), Some(document.json.to_string())));
    }
    for ((kind, id), document) in left {
        changes.push(Change { kind, name: document.name.clone(), change: "removed" });
        rows.push((kind, id, document.name.clone(), None));
    }
    changes.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
    (changes, rows)
}

fn publisher(row: &[Value]) -> Option<Uuid> {
    match row.get(2)? {
        Value::Id(id) => Some(*id),
        _ => None,
    }
}

fn revision(row: &[Value], names: &BTreeMap<Uuid, String>) -> Option<Revision> {
    let [Value::Integer(number), Value::DateTime(at), _, note, changes] = row else { return None };
    let changes = match changes {
        Value::Json(json) => json.as_array().into_iter().flatten().filter_map(change).collect(),
        _ => Vec::new(),
    };
    Some(Revision {
        number: u64::try_from(*number).ok()?,
        at: *at,
        by: publisher(row).map(|id| (id, names.get(&id).cloned().unwrap_or_default())),
        note: if let Value::Text(note) = note { Some(note.to_string()) } else { None },
        changes,
        calculating: None,
    })
}

fn change(json: &serde_json::Value) -> Option<Change> {
    let word = json["change"].as_str()?;
    let change = ["added", "changed", "removed"].into_iter().find(|known| *known == word)?;
    Some(Change { kind: json["kind"].as_str()?.parse().ok()?, name: json["name"].as_str()?.to_owned(), change })
}
