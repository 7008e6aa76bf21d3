//! Making the draft true: small changes in one transaction, large ones prepared beside the live revision by a job.

use std::sync::Arc;
use std::time::Duration;

use access::Reason;
use catalog::{EntityId, Physical, rich_text};
use chrono::{DateTime, Utc};
use diagnostic::{Diagnostic, Severity};
use migration::{Class, Clean, Early, Finding, Later, PORTION, Step, Timing};
use schemas::{Body, Document, Kind};
use serde_json::{Value as Json, json};
use sql::{Statement, Value};
use storage::internal::{documents as stored, drafts as stored_drafts, jobs as stored_jobs, settings};
use storage::{Transaction, failpoint, notify};
use uuid::Uuid;

use super::drafts::Draft;
use super::follow::number;
use super::plan::{self, Planned, planned};
use super::preview::DocumentChange;
use super::{backfill, current, indexes};
use super::{mirror, preview, recalculate, schema, widening};
use crate::events::outbox;
use crate::installation::REVISION;
use crate::jobs::{self, Job, Progress};
use crate::records::balances::build;
use crate::records::owed::Owing;
use crate::registers::keep;
use crate::{Context, Engine, Error};

/// Kind of the jobs that publish.
pub(crate) const JOB: &str = "publish";

/// Rows that may be written in the one transaction of a small change.
pub(crate) const FEW_ROWS: i64 = 10_000;
/// Tables that may be made in it.
const FEW_TABLES: usize = 50;
/// Statements of one transaction that prepares.
const BATCH: usize = 200;
/// How long a change of tables waits for those who read and write them before it steps back and tries again.
pub(crate) const LOCK_WAIT: Duration = Duration::from_secs(2);
/// How often it tries.
pub(crate) const TRIES: u32 = 10;

/// What came of publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// The number of the new revision.
    Revision(u64),
    /// The job that makes it.
    Job(Uuid),
}

/// What a publish is asked to do.
struct Act<'a> {
    planned: &'a Planned,
    allow_destructive: bool,
    note: Option<&'a str>,
    by: Option<Uuid>,
    now: DateTime<Utc>,
    /// The job that does it, which ends in the same transaction.
    job: Option<Uuid>,
    /// Whether a designer does it, to whose role its new entities are open.
    is_designer: bool,
}

impl Act<'_> {
    /// The entities that come to be and are open to designers.
    fn designed(&self) -> Vec<EntityId> {
        let preview = &self.planned.preview;
        let entities = preview.catalog.readable().iter().map(|entity| &entity.id);
        let new = entities.filter(|id| self.is_designer && preview.base.catalog.entity_by_id(id).is_none());
        new.cloned().collect()
    }
}

/// Publishes the draft as planned.
pub async fn publish(
    ctx: &Context,
    plan_id: &str,
    allow_destructive: bool,
    note: Option<&str>,
) -> Result<Published, Error> {
    ctx.designer()?;
    let planned = find(ctx, plan_id).await?;
    allowed(ctx, &planned, allow_destructive, note)?;
    if is_large(&planned) {
        return Ok(Published::Job(enqueue(ctx, &planned, allow_destructive, note).await?));
    }
    let act = Act {
        planned: &planned,
        allow_destructive,
        note,
        by: ctx.user,
        now: ctx.now,
        job: None,
        is_designer: ctx.access.is_designer(),
    };
    match switch(&ctx.engine, &act, Portion::Everything).await {
        Err(Error::Invalid(mistakes)) => {
            let discreet = mistakes.into_iter().map(|found| plan::discreet(ctx, &planned.preview, found));
            Err(Error::Invalid(discreet.collect()))
        }
        other => Ok(Published::Revision(other?)),
    }
}

/// Finds the plan: the one that was just made, or the same one made again on another node.
async fn find(ctx: &Context, plan_id: &str) -> Result<Arc<Planned>, Error> {
    let known = ctx.engine.previews().planned(plan_id);
    let planned = match known.filter(|known| known.preview.base.revision == ctx.engine.published().revision) {
        Some(planned) => planned,
        None => planned(ctx).await?,
    };
    if planned.answer.plan_id == plan_id { Ok(planned) } else { Err(conflict("publish.outdated_plan")) }
}

fn allowed(ctx: &Context, planned: &Planned, allow_destructive: bool, note: Option<&str>) -> Result<(), Error> {
    rights(ctx, planned)?;
    let discreet = |found: &Diagnostic| as_error(plan::discreet(ctx, &planned.preview, found.clone()));
    let mut mistakes: Vec<Diagnostic> = planned.blocked.iter().map(discreet).collect();
    if planned.answer.steps.is_empty() {
        mistakes.push(Diagnostic::error("publish.nothing"));
    }
    if note.is_some_and(|note| note.contains('\0')) {
        mistakes.push(Diagnostic::error("publish.note_with_nul").at("/note"));
    }
    if note.is_some_and(|note| note.chars().count() > 500) {
        mistakes.push(Diagnostic::error("publish.note_long").at("/note").with("expected", 500));
    }
    let destructive = planned.answer.steps.iter().filter(|step| step.destructive).count();
    if destructive > 0 && !allow_destructive {
        mistakes.push(Diagnostic::error("publish.destructive").at("/allow_destructive").with("count", destructive));
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Invalid(mistakes)) }
}

/// What opens records to people, publishers themselves among them, is for administrators; a role in which only names
/// follow a rename says what it said.
fn rights(ctx: &Context, planned: &Planned) -> Result<(), Error> {
    if ctx.access.rights().administer {
        return Ok(());
    }
    let preview = &planned.preview;
    if preview.changes.iter().any(|change| change.kind == Kind::Role && change.is_drafted) {
        return Err(Error::Forbidden(Diagnostic::error("access.administer_roles")));
    }
    if preview.changes.iter().any(|change| change.kind == Kind::Script && change.is_drafted) {
        return Err(Error::Forbidden(Diagnostic::error("access.administer_scripts")));
    }
    let is_sql = |document: &Document| matches!(&document.body, Body::Dataset(dataset) if dataset.sql.is_some());
    if preview.changes.iter().any(|change| change.is_drafted && change.after.as_ref().is_some_and(is_sql)) {
        return Err(Error::Forbidden(Diagnostic::error("access.administer_sql")));
    }
    let wider = widening::beyond_designers(&preview.base.catalog, &preview.catalog, &preview.base.physical);
    if wider.is_empty() {
        return Ok(());
    }
    let refusal =
        widening::name_all(Diagnostic::error("access.administer_widening"), "entities", &wider, |it| &it.label);
    Err(Error::Forbidden(refusal))
}

fn is_large(planned: &Planned) -> bool {
    let rewritten = planned.answer.steps.iter().filter(|step| step.class == Class::Rewrites);
    let rows: i64 = rewritten.map(|step| step.rows_affected).sum();
    let tables = planned.migration.steps.iter().filter(|step| step.timing == Timing::Ahead).count();
    rows > FEW_ROWS || tables > FEW_TABLES
}

/// Which steps the switching transaction runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Portion {
    Everything,
    /// Those that were not run ahead.
    Rest,
}

/// Switches to the next revision, again when a lock did not come free.
async fn switch(engine: &Engine, act: &Act<'_>, portion: Portion) -> Result<u64, Error> {
    let mut attempt = 1;
    loop {
        match switch_once(engine, act, portion).await {
            Err(Error::Storage(storage::Error::Retry(_))) if attempt < TRIES => {
                tokio::time::sleep(Duration::from_millis(50 * u64::from(attempt))).await;
                attempt += 1;
            }
            other => break other,
        }
    }
}

async fn switch_once(engine: &Engine, act: &Act<'_>, portion: Portion) -> Result<u64, Error> {
    let preview = &act.planned.preview;
    let revision = preview.base.revision + 1;
    let mut tx = engine.database().begin().await?;
    hold(&mut tx, act).await?;
    failpoint("publish.begun");
    check(&mut tx, act).await?;
    change_tables(&mut tx, act.planned, portion).await?;
    recalculate::run(&mut tx, &preview.catalog, &act.planned.formulas.at_once, act.now).await?;
    let calculated = act.planned.formulas.at_once.iter().map(|(entity, _)| entity.clone()).collect();
    keep::spoil(&mut tx, &preview.catalog, &calculated, act.now.timestamp_millis()).await?;
    build::run(&mut tx, &preview.catalog, &act.planned.registers, act.now).await?;
    failpoint("publish.changed");
    write_documents(&mut tx, act, revision).await?;
    failpoint("publish.documented");
    let designed = act.designed();
    let mut physical = preview.physical.clone();
    designed.iter().for_each(|entity| physical.design(entity));
    schema::keep_names(&mut tx, &preview.base.physical, &physical).await?;
    mirror::roles(&mut tx, Some(&preview.base.catalog), &preview.catalog, act.now).await?;
    write_revision(&mut tx, act, revision).await?;
    outbox::published(&mut tx, act.now, revision).await?;
    backfill::leave(&mut tx, engine, &preview.catalog, &act.planned.formulas, (revision, act.by)).await?;
    let later: Vec<&Later> = act.planned.migration.steps.iter().filter_map(|step| step.later.as_ref()).collect();
    indexes::enqueue(&mut tx, engine, &later, act.by).await?;
    failpoint("publish.written");
    tx.notify(notify::PUBLISHED, &revision.to_string()).await?;
    tx.commit().await?;
    failpoint("publish.committed");
    // Whoever reads by the new revision is told what is not calculated yet.
    Owing::look(engine).await;
    engine.jobs().wake();
    serve(engine, act.planned, physical, &designed);
    Ok(revision)
}

/// Takes the locks of a publisher, and makes sure that neither the base nor the draft has moved since the plan.
async fn hold(tx: &mut Transaction, act: &Act<'_>) -> Result<(), Error> {
    tx.set_lock_timeout(LOCK_WAIT).await?;
    tx.set_statement_timeout(None).await?;
    if !tx.try_lock("publish").await? {
        return Err(conflict("publish.busy"));
    }
    tx.lock("drafts").await?;
    let preview = &act.planned.preview;
    // Saves hold the revision they work with: those under way end first, later ones begin with the next.
    if number(&tx.hold_alone(REVISION).await?) != preview.base.revision {
        return Err(conflict("publish.base_moved"));
    }
    if preview::digest(&Draft::load_in(tx).await?) != preview.digest {
        return Err(conflict("publish.draft_moved"));
    }
    Ok(())
}

/// Looks at the data again: what stops or loses something may have been saved after the plan.
async fn check(tx: &mut Transaction, act: &Act<'_>) -> Result<(), Error> {
    let mut mistakes = Vec::new();
    for check in &act.planned.migration.checks {
        let stops = match check.finding {
            Finding::Blocks => true,
            Finding::Loses => !act.allow_destructive,
            Finding::Notice => false,
        };
        if stops && let Some(found) = check.diagnostic(&tx.fetch(&check.statement).await?) {
            mistakes.push(as_error(found));
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Invalid(mistakes)) }
}

async fn change_tables(tx: &mut Transaction, planned: &Planned, portion: Portion) -> Result<(), Error> {
    let due = |step: &&Step| step.later.is_none() && (portion == Portion::Everything || step.timing != Timing::Ahead);
    for step in planned.migration.steps.iter().filter(due) {
        let sql = match (&step.early, portion) {
            (Some(early), Portion::Rest) => &early.rest,
            _ => &step.sql,
        };
        tx.execute_script(sql).await.map_err(|error| refused(error, step))?;
        if let Some(texts) = &step.clean {
            clean(tx, texts).await?;
        }
    }
    Ok(())
}

/// Cleans the texts of a column that becomes rich text, as a save does.
async fn clean(tx: &mut Transaction, texts: &Clean) -> Result<(), Error> {
    let dialect = tx.dialect();
    let mut after = None;
    loop {
        let rows = tx.fetch(&texts.page(after, dialect)).await?;
        let cleaned = rows.iter().filter_map(|row| match row.as_slice() {
            [Value::Id(id), Value::Text(text)] => {
                let clean = rich_text::clean(text);
                (*clean != **text).then(|| texts.write(*id, &clean, dialect))
            }
            _ => None,
        });
        tx.execute_all(cleaned).await?;
        after = migration::texts::next(&rows);
        if after.is_none() {
            return Ok(());
        }
    }
}

/// A unique index that could not be made found duplicates that no check could see before.
fn refused(error: storage::Error, step: &Step) -> Error {
    match error {
        storage::Error::Unique { .. } => {
            let mut found = as_error(step.summary.clone());
            found.code = "publish.duplicates";
            found.place.document.clone_from(&step.document);
            Error::Invalid(vec![found])
        }
        other => other.into(),
    }
}

async fn write_documents(tx: &mut Transaction, act: &Act<'_>, revision: u64) -> Result<(), Error> {
    keep_documents(tx, &act.planned.preview.changes, revision).await?;
    tx.execute(&stored_drafts::clear()).await?;
    Ok(())
}

/// Keeps the documents that a revision changes.
pub(crate) async fn keep_documents(
    tx: &mut Transaction,
    changes: &[DocumentChange],
    revision: u64,
) -> Result<(), Error> {
    let texts: Vec<Option<String>> =
        changes.iter().map(|change| change.after.as_ref().map(|document| document.json.to_string())).collect();
    let rows: Vec<stored::Row<'_>> = changes
        .iter()
        .zip(&texts)
        .map(|(change, text)| stored::Row {
            kind: change.kind.as_str(),
            id: &change.id,
            name: change.name(),
            document: text.as_deref(),
        })
        .collect();
    for batch in rows.chunks(stored::ROWS) {
        tx.execute(&stored::insert(revision, batch)).await?;
    }
    Ok(())
}

async fn write_revision(tx: &mut Transaction, act: &Act<'_>, revision: u64) -> Result<(), Error> {
    let preview = &act.planned.preview;
    let record = mirror::RevisionRecord {
        number: revision,
        note: act.note,
        by: act.by,
        at: act.now,
        changes: listed(&preview.changes),
        instead: None,
    };
    mirror::revision(tx, &preview.catalog, &record).await?;
    tx.execute(&settings::put(REVISION, &revision.to_string())).await?;
    if let Some(job) = act.job {
        let result = json!({"revision": revision}).to_string();
        let complete = stored_jobs::complete(tx.dialect(), job, &result, act.now.timestamp_millis());
        if tx.execute(&complete).await? == 0 {
            return Err(conflict("publish.cancelled"));
        }
    }
    Ok(())
}

/// Gives the changes as the revision's record keeps them.
pub(crate) fn listed(changes: &[DocumentChange]) -> Json {
    let change = |it: &DocumentChange| json!({"kind": it.kind.as_str(), "name": it.name(), "change": it.word()});
    Json::Array(changes.iter().map(change).collect())
}

fn serve(engine: &Engine, planned: &Planned, physical: Physical, designed: &[EntityId]) {
    let preview = &planned.preview;
    let mut catalog = Arc::clone(&preview.catalog);
    if !designed.is_empty() {
        Arc::make_mut(&mut catalog).open_to_designers(designed);
    }
    engine.serve(current::Published {
        revision: preview.base.revision + 1,
        catalog,
        physical,
        workspace: preview.base.workspace.clone(),
    });
    engine.previews().forget();
}

/// Writes a large publish down as a job: plan, permission, note, and how to take back what it prepares.
async fn enqueue(ctx: &Context, planned: &Planned, allow_destructive: bool, note: Option<&str>) -> Result<Uuid, Error> {
    let undo: Vec<&String> = planned.migration.steps.iter().rev().flat_map(|step| &step.undo).collect();
    let input = json!({
        "plan_id": planned.answer.plan_id, "allow_destructive": allow_destructive, "note": note, "undo": undo,
        "base_revision": planned.preview.base.revision, "is_designer": ctx.access.is_designer(),
        "administers": ctx.access.rights().administer,
    });
    let total = planned.migration.steps.len() as i64;
    let mut tx = ctx.engine.database().begin().await?;
    tx.lock("publish").await?;
    if !tx.fetch(&stored_jobs::unfinished(JOB)).await?.is_empty() {
        return Err(conflict("publish.busy"));
    }
    let job = jobs::enqueue(&mut tx, ctx, JOB, total, &input).await?;
    tx.commit().await?;
    failpoint("publish.enqueued");
    ctx.engine.jobs().wake();
    Ok(job)
}

/// Does a large publish, from its beginning: what a dead node prepared is taken back first.
pub(crate) async fn resume(engine: &Engine, job: &Job, progress: &Progress) -> Result<Json, Error> {
    let input: Json = serde_json::from_str(&job.input).map_err(|error| Error::broken(error.to_string()))?;
    let undo: Vec<String> = serde_json::from_value(input["undo"].clone()).unwrap_or_default();
    let base = input["base_revision"].as_u64().unwrap_or_default();
    let mut ctx = engine.system(Reason::Bookkeeping);
    ctx.user = job.owner;
    engine.follow().await?;
    take_back(engine, base, &undo).await?;
    let planned = find(&ctx, input["plan_id"].as_str().unwrap_or_default()).await?;
    let act = Act {
        planned: &planned,
        allow_destructive: input["allow_destructive"] == true,
        note: input["note"].as_str(),
        by: job.owner,
        now: engine.now(),
        job: Some(job.id),
        is_designer: input["is_designer"] == true,
    };
    let made = match prepare(engine, &planned, progress).await {
        Ok(()) => switch(engine, &act, Portion::Rest).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(revision) => Ok(json!({"revision": revision})),
        Err(error) => {
            take_back(engine, base, &undo).await?;
            match error {
                // What the rights of the publisher are now is not known here.
                Error::Invalid(mistakes) if input["administers"] != true => {
                    Err(Error::Invalid(mistakes.into_iter().map(plan::without_values).collect()))
                }
                other => Err(other),
            }
        }
    }
}

/// Runs the steps that nobody sees before the switch, in batches.
async fn prepare(engine: &Engine, planned: &Planned, progress: &Progress) -> Result<(), Error> {
    let batches = planned.migration.ahead(BATCH);
    let total = batches.len().max(1) as i64;
    progress.set_total(total + 1).await?;
    for (at, batch) in batches.iter().enumerate() {
        if progress.is_cancelled() {
            return Err(conflict("publish.cancelled"));
        }
        let mut tx = engine.database().begin().await?;
        tx.set_statement_timeout(None).await?;
        tx.execute_script(batch).await?;
        tx.commit().await?;
        failpoint("publish.prepared");
        progress.set(at as i64 + 1);
    }
    for early in planned.migration.steps.iter().filter_map(|step| step.early.as_ref()) {
        fill(engine, early, progress).await?;
    }
    if progress.is_cancelled() { Err(conflict("publish.cancelled")) } else { Ok(()) }
}

/// Makes new columns and writes their rows in portions, between which others save.
async fn fill(engine: &Engine, early: &Early, progress: &Progress) -> Result<(), Error> {
    let mut tx = engine.database().begin().await?;
    tx.set_lock_timeout(LOCK_WAIT).await?;
    tx.execute_script(&early.sql).await?;
    tx.commit().await?;
    failpoint("publish.widened");
    let portion = Statement::text(&*early.fill, Vec::new(), Vec::new());
    while !progress.is_cancelled() {
        let mut tx = engine.database().begin().await?;
        tx.set_statement_timeout(None).await?;
        let rows = tx.execute(&portion).await?;
        tx.commit().await?;
        failpoint("publish.filled");
        // What a portion leaves room for was saved since it began: waiting for none would never end beside steady saves.
        if rows < PORTION {
            break;
        }
    }
    Ok(())
}

/// Takes back what was prepared, as far as it is there.
async fn take_back(engine: &Engine, base: u64, undo: &[String]) -> Result<(), Error> {
    for statement in undo {
        let mut tx = engine.database().begin().await?;
        tx.set_statement_timeout(None).await?;
        tx.lock("publish").await?;
        // INVARIANT: what a newer revision may stand on is never dropped; a table left behind is empty and hidden.
        if number(&tx.fetch(&settings::get(REVISION)).await?) != base {
            return Ok(());
        }
        // What one statement needs may be gone already: each of them stands for itself.
        match tx.execute_script(std::slice::from_ref(statement)).await {
            Ok(()) => tx.commit().await?,
            Err(error) => tracing::debug!(error = &error as &dyn std::error::Error, "nothing to take back"),
        }
        failpoint("publish.taken_back");
    }
    Ok(())
}

fn as_error(diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic { severity: Severity::Error, ..diagnostic }
}

/// Refuses for a reason that may be gone soon.
pub(crate) fn conflict(code: &'static str) -> Error {
    Error::Conflict(vec![Diagnostic::error(code)])
}
