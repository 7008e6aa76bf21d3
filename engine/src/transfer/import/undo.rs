//! Taking an import back as one act: what it made goes to the recycle bin, what it changed gets its old values.

use std::collections::{BTreeMap, HashMap};

use access::{Access, Operation, Reason};
use catalog::Entity;
use chrono::DateTime;
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId, Value};
use query::write::{Bin, Lock};
use query::{Image, Request, SelectItem, SortKey};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use storage::internal::jobs as stored;
use uuid::Uuid;

use super::Outcome;
use crate::jobs::{self, Job};
use crate::records::command::{Command, Reader, identity};
use crate::records::save::{self, Set};
use crate::records::unit_of_work::UnitOfWork;
use crate::records::{CHUNK, audit, granted, label, leave, read, trash};
use crate::{Context, Error};

/// Touched records listed in a refusal, and of them named in its first sentence.
const LISTED: usize = 100;
const NAMED: usize = 5;

/// What was taken back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Undone {
    /// Records that went to the recycle bin.
    pub deleted: u64,
    /// Records that got their old values.
    pub restored: u64,
}

/// What an import did to its records.
#[derive(Default)]
struct Done {
    created: Vec<Uuid>,
    /// Values before, by field name.
    updated: BTreeMap<Uuid, Map<String, Json>>,
}

/// Takes back an import of the caller; refused, with their names, when records were touched since.
pub async fn undo(ctx: &Context, id: Uuid) -> Result<Undone, Error> {
    let mut outcome = outcome_of(jobs::get(ctx, id).await?)?;
    let entity = ctx.catalog().entity_by_id(&EntityId::new(&outcome.entity_id)).cloned();
    let entity = entity.ok_or_else(nothing)?;
    let delete = granted(ctx, &entity.name, Operation::Delete)?;
    let update = granted(ctx, &entity.name, Operation::Update)?;
    let done = events(ctx, &entity, id).await?;
    let mut unit = UnitOfWork::begin(ctx).await?;
    // Of two who take it back at once the second finds it taken back.
    unit.tx(ctx).await?.lock(&format!("import {id}")).await?;
    let dialect = unit.dialect();
    let now_there = unit.tx(ctx).await?.fetch(&stored::get(dialect, id)).await?;
    outcome_of(now_there.first().and_then(|row| jobs::job(row)).ok_or_else(nothing)?)?;
    let ids: Vec<Uuid> = done.created.iter().chain(done.updated.keys()).copied().collect();
    refuse_touched(ctx, &mut unit, &entity, &ids, outcome.at).await?;
    leave::of_all(ctx, &mut unit, &delete, &done.created).await?;
    let undone = Undone { deleted: done.created.len() as u64, restored: done.updated.len() as u64 };
    trash::remove(ctx, &mut unit, &delete.entity().id, &done.created).await?;
    let reader = Reader { access: &ctx.access, locale: ctx.locale, earlier: &[] };
    let mut commands: Vec<Command> =
        done.updated.iter().map(|(id, values)| reader.read(&update, "", *id, None, values)).collect();
    while !commands.is_empty() {
        let rest = commands.split_off(commands.len().min(CHUNK));
        let mut set = Set::new(update.clone(), std::mem::replace(&mut commands, rest));
        save::save(ctx, &mut unit, &mut set).await?;
    }
    outcome.undone = Some(undone.clone());
    let result = serde_json::to_string(&outcome).map_err(|error| Error::broken(error.to_string()))?;
    let amended = stored::amend(dialect, id, &result, ctx.now.timestamp_millis());
    unit.tx(ctx).await?.execute(&amended).await?;
    unit.commit(ctx).await?;
    Ok(undone)
}

/// What an import did that was kept and is not taken back.
fn outcome_of(job: Job) -> Result<Outcome, Error> {
    let is_import = job.kind == super::IMPORT;
    let outcome = job.result.filter(|_| is_import).and_then(|json| serde_json::from_value::<Outcome>(json).ok());
    match outcome.filter(|outcome| !outcome.dry_run && outcome.problem_count == 0).ok_or_else(nothing)? {
        Outcome { undone: Some(_), .. } => Err(Error::Conflict(vec![Diagnostic::error("import.undone_already")])),
        outcome => Ok(outcome),
    }
}

fn nothing() -> Error {
    Error::Conflict(vec![Diagnostic::error("import.nothing_to_undo")])
}

/// Reads the audit events of a job, the newest first, so that of several changes the oldest value stays.
async fn events(ctx: &Context, entity: &Entity, job: Uuid) -> Result<Done, Error> {
    let access = Access::system(Reason::Bookkeeping, ctx.catalog().clone());
    let paths = ["record", "operation", "changes"];
    let mut request = Request {
        select: Some(paths.map(|path| SelectItem::Path(path.to_owned())).to_vec()),
        filter: Some(format!("job == \"{job}\" && entity == \"{}\"", entity.id)),
        sort: vec![SortKey { path: "id".to_owned(), descending: true }],
        limit: Some(5_000),
        ..Request::default()
    };
    let mut done = Done::default();
    loop {
        let plan = query::plan::list(&access, audit::ENTITY, &request, &read::settings(ctx))
            .map_err(|error| Error::Internal("audit events cannot be listed".to_owned(), Some(error.into())))?;
        let page = query::shape(&plan, ctx.engine.database().fetch(&query::select(&plan)).await?);
        for item in page.items.iter().filter_map(|item| serde_json::from_str::<Map<String, Json>>(item).ok()) {
            take(entity, &item, &mut done);
        }
        match page.next_cursor {
            Some(cursor) => request.cursor = Some(cursor),
            None => break,
        }
    }
    for id in &done.created {
        done.updated.remove(id);
    }
    Ok(done)
}

fn take(entity: &Entity, event: &Map<String, Json>, done: &mut Done) {
    let text = |name: &str| event.get(name).and_then(Json::as_str).unwrap_or_default();
    let Some(record) = identity(text("record")) else { return };
    if text("operation") == "create" {
        done.created.push(record);
        return;
    }
    let before = done.updated.entry(record).or_default();
    for (id, sides) in event.get("changes").and_then(Json::as_object).into_iter().flatten() {
        let Some(field) = entity.field_by_id(&FieldId::new(id)).filter(|_| sides.get("changed").is_none()) else {
            continue;
        };
        before.insert(field.name.clone(), sides.get("from").cloned().unwrap_or(Json::Null));
    }
}

/// Every save moves `updated_at`: a record of another moment was touched, and one that is not there was deleted.
async fn refuse_touched(
    ctx: &Context,
    unit: &mut UnitOfWork,
    entity: &Entity,
    ids: &[Uuid],
    at: i64,
) -> Result<(), Error> {
    let system = Access::system(Reason::Integrity, ctx.catalog().clone());
    let grant = system.read(&entity.id).ok_or_else(|| Error::broken("no leave to look at imported records"))?;
    let moment = DateTime::from_timestamp_millis(at).map_or(Value::Empty, Value::DateTime);
    let mut touched: Vec<(Uuid, bool)> = Vec::new();
    let mut count = 0;
    for ids in ids.chunks(CHUNK) {
        let statement = query::write::load(&grant, ids, Lock::Update, Bin::Any, unit.dialect());
        let rows = unit.tx(ctx).await?.fetch(&statement).await?;
        let images: HashMap<Uuid, Image> = query::write::images(entity, rows).into_iter().collect();
        for id in ids {
            let value = |name: &str| images.get(id).and_then(|image| image.values.get(&FieldId::new(name)));
            let is_live = matches!(value("deleted_at"), None | Some(Value::Empty));
            if is_live && value("updated_at") == Some(&moment) {
                continue;
            }
            count += 1;
            if touched.len() < LISTED {
                touched.push((*id, is_live));
            }
        }
    }
    if count == 0 {
        return Ok(());
    }
    let listed: Vec<Uuid> = touched.iter().map(|(id, _)| *id).collect();
    let titles = read::titles(ctx, entity, &listed).await?;
    let name = |id: &Uuid| titles.get(id).and_then(Json::as_str).map_or_else(|| id.to_string(), str::to_owned);
    let names: Vec<String> = listed.iter().take(NAMED).map(name).collect();
    let touched = touched.iter().map(|(id, is_live)| {
        let code = if *is_live { "import.changed_since" } else { "import.deleted_since" };
        Diagnostic::error(code).with("found", name(id)).at(format!("/records/{id}"))
    });
    let plural = label(&entity.plural, ctx.locale).unwrap_or(&entity.name).to_owned();
    let more = count - names.len();
    let mistake = Diagnostic::error("import.touched_since").with("count", count).with("entity", plural);
    let mistake = mistake.with("found", names.join(", ")).with_some("more", (more > 0).then_some(more));
    Err(Error::Conflict(std::iter::once(mistake).chain(touched).collect()))
}
