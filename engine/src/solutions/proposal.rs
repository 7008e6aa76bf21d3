//! From a folder to a plan, and from the plan to a revision.

use std::path::Path;
use std::time::Duration;

use diagnostic::Diagnostic;
use expression::Value;
use schemas::{Document, SampleData};
use storage::internal::{drafts as stored_drafts, solutions as stored};
use uuid::Uuid;

use super::combine::{Change, Mode, combine};
use super::folder::{self, Folder};
use crate::publishing::drafts::{self, Draft};
use crate::publishing::plan::planned_of;
use crate::publishing::{self, PlanAnswer, Published, documents, revisions};
use crate::{Context, Error, jobs};

/// The word by which people know the document of a warning that is in no file.
pub const DOCUMENT: &str = "document";

/// What applying a folder would do.
#[derive(Debug)]
pub struct Proposal {
    /// Name of the solution.
    pub name: String,
    /// The plan; conflicts with edits made here are among its warnings.
    pub plan: PlanAnswer,
    /// Sample data, for the first installation.
    pub data: Vec<SampleData>,
    manifest: String,
    brought: Vec<Document>,
    changes: Vec<Change>,
}

/// What the caller agrees to lose for it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Consent {
    /// Entities and fields that the folder no longer has.
    pub allow_destructive: bool,
    /// What the draft holds and nobody published.
    pub discard_draft: bool,
}

/// Plans a folder against what is published.
pub(super) async fn propose(ctx: &Context, path: &Path, mode: Mode) -> Result<Proposal, Error> {
    ctx.designer()?;
    let folder = folder::read(path)?.sound_files()?;
    let Some(manifest) = folder.manifest.clone() else {
        return Err(Error::broken("a sound folder without a manifest"));
    };
    let here = revisions::documents(ctx, ctx.catalog().revision).await?;
    let base = base(ctx, &manifest.name).await?;
    let brought: Vec<Document> =
        folder.documents.iter().map(|it| catalog::link_back::adopt(it.clone(), ctx.catalog())).collect();
    let combined = combine(&brought, &base, &here, mode, &mut drafts::fresh_id);
    if !combined.mistakes.is_empty() {
        return Err(Error::Invalid(located(&folder, combined.mistakes)));
    }
    let draft = draft(ctx, &combined.changes);
    let planned = planned_of(ctx, &draft).await.map_err(|error| match error {
        Error::Invalid(problems) => Error::Invalid(located(&folder, problems)),
        other => other,
    })?;
    let mut plan = planned.answer.clone();
    plan.warnings.splice(0..0, combined.warnings);
    plan.warnings = located(&folder, plan.warnings);
    for warning in plan.warnings.iter_mut().filter(|warning| warning.place.file.is_none()) {
        let Some((kind, name)) = warning.place.document.as_ref().and_then(|path| path.split_once('/')) else {
            continue;
        };
        if let Ok(kind) = kind.parse() {
            warning.words.insert(DOCUMENT, planned.preview.label(kind, name));
        }
    }
    let (brought, changes) = (combined.brought, combined.changes);
    Ok(Proposal { name: manifest.name, plan, data: manifest.data, manifest: folder.manifest_text, brought, changes })
}

/// Carries a proposal out; gives the new revision, `None` when nothing was to be done.
pub(super) async fn carry_out(ctx: &Context, proposal: &Proposal, consent: Consent) -> Result<Option<u64>, Error> {
    let mut revision = None;
    if !proposal.changes.is_empty() {
        let mine = draft(ctx, &proposal.changes);
        let given_up = exchange(ctx, &mine, consent.discard_draft).await?;
        revision = match publish(ctx, proposal, consent.allow_destructive).await {
            Ok(revision) => Some(revision),
            // What was to be given up for a publish that did not happen is not.
            Err(error) => {
                exchange(ctx, &given_up, true).await?;
                return Err(error);
            }
        };
    } else if consent.discard_draft {
        drafts::discard(ctx, Vec::new()).await?;
    }
    remember(ctx, proposal).await?;
    Ok(revision)
}

/// Makes something the whole of the draft, which may hold something else only when that is given up; gives what it held.
async fn exchange(ctx: &Context, draft: &Draft, is_given_up: bool) -> Result<Draft, Error> {
    let mut tx = ctx.engine.database().begin().await?;
    tx.lock("drafts").await?;
    let held = Draft::load_in(&mut tx).await?;
    if !held.changes.is_empty() {
        if !is_given_up {
            return Err(Error::Conflict(vec![Diagnostic::error("solution.draft_not_empty")]));
        }
        tx.execute(&stored_drafts::clear()).await?;
    }
    let moment = |change: &drafts::Change| (change.updated_at, change.updated_by);
    for same in draft.changes.chunk_by(|one, other| moment(one) == moment(other)) {
        for batch in same.chunks(stored_drafts::ROWS) {
            let (at, by) = moment(&batch[0]);
            let row = |change| {
                let drafts::Change { kind, id, name, text, .. }: &drafts::Change = change;
                stored_drafts::Row { kind: kind.as_str(), id, name, document: text.as_deref() }
            };
            let rows: Vec<stored_drafts::Row<'_>> = batch.iter().map(row).collect();
            tx.execute(&stored_drafts::put(tx.dialect(), &rows, at.timestamp_millis(), by)).await?;
        }
    }
    tx.commit().await?;
    Ok(held)
}

async fn publish(ctx: &Context, proposal: &Proposal, allow_destructive: bool) -> Result<u64, Error> {
    let plan = publishing::plan(ctx).await?;
    if plan.base_revision != proposal.plan.base_revision {
        return Err(Error::Conflict(vec![Diagnostic::error("publish.base_moved")]));
    }
    match publishing::publish(ctx, &plan.plan_id, allow_destructive, Some(&proposal.name)).await? {
        Published::Revision(revision) => Ok(revision),
        Published::Job(id) => ended(ctx, id).await,
    }
}

/// Waits for a large publish.
async fn ended(ctx: &Context, id: Uuid) -> Result<u64, Error> {
    loop {
        let job = jobs::get(ctx, id).await?;
        if !job.state.is_over() {
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        }
        let revision = job.result.as_ref().and_then(|result| result["revision"].as_u64());
        let codes: Vec<&str> = job.problems.iter().map(|problem| problem.code.as_str()).collect();
        return revision.ok_or_else(|| Error::Internal(format!("publishing failed: {}", codes.join(", ")), None));
    }
}

/// Keeps what the solution brought: the base of the next merge.
async fn remember(ctx: &Context, proposal: &Proposal) -> Result<(), Error> {
    let mut tx = ctx.engine.database().begin().await?;
    tx.execute(&stored::put(&proposal.name, &proposal.manifest, ctx.now.timestamp_millis())).await?;
    tx.execute(&stored::forget(&proposal.name)).await?;
    for batch in proposal.brought.chunks(stored::ROWS) {
        let texts: Vec<String> = batch.iter().map(|document| document.json.to_string()).collect();
        let mut rows = Vec::with_capacity(batch.len());
        for (document, text) in batch.iter().zip(&texts) {
            let id = document.id().ok_or_else(|| Error::broken("a document without identity"))?;
            rows.push(stored::Row { kind: document.kind.as_str(), id, document: text });
        }
        tx.execute(&stored::insert(&proposal.name, &rows)).await?;
    }
    Ok(tx.commit().await?)
}

async fn base(ctx: &Context, name: &str) -> Result<Vec<Document>, Error> {
    let rows = ctx.engine.database().fetch(&stored::documents(name)).await?;
    let read = |row: &Vec<Value>| match row.as_slice() {
        [Value::Text(kind), _, Value::Text(json)] => documents::one(kind, json),
        _ => Err(Error::broken("a stored document is incomplete")),
    };
    rows.iter().map(read).collect()
}

fn draft(ctx: &Context, changes: &[Change]) -> Draft {
    let change = |change: &Change| drafts::Change {
        kind: change.kind,
        id: change.id.clone(),
        name: change.name.clone(),
        text: change.document.as_ref().map(|document| document.json.to_string()),
        updated_at: ctx.now,
        updated_by: ctx.user,
    };
    Draft { changes: changes.iter().map(change).collect() }
}

fn located(folder: &Folder, mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for problem in &mut problems {
        folder.locate(problem);
    }
    problems
}
