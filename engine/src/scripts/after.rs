//! Hooks after a save: durable work of its own, so that the save neither waits for it nor fails with it.
//!
//! The work is written down in the transaction of the save and goes record by record. What the function of a record writes
//! and that this record is done become true together, so that a node that dies in between neither leaves one out nor does
//! one twice.

use access::Reason;
use catalog::Entity;
use catalog::script::HookEvent;
use chrono::Duration;
use diagnostic::Diagnostic;
use expression::{EntityId, RecordRef, Value};
use query::Image;
use scripting::{Argument, Member};
use serde_json::{Map, Value as Json, json};
use storage::failpoint;
use storage::internal::jobs as stored;
use uuid::Uuid;

use super::apply::{self, Ending, Part};
use super::budget::Budget;
use super::elsewhere::Egress;
use super::reading;
use super::run::{Call, DEEPEST, rights, run};
use crate::identity::people::person_of;
use crate::jobs::{self, Job, Progress};
use crate::records::command::identity;
use crate::records::unit_of_work::{Act, Change, UnitOfWork};
use crate::records::wire;
use crate::{Context, Engine, Error, Locale};

/// Kind of the jobs that run hooks.
pub(crate) const JOB: &str = "script";
/// Records of one job.
const TOGETHER: usize = 200;
/// How long what went well is kept to be looked at.
const KEPT: Duration = Duration::days(7);

/// A record that was saved and has hooks that want to know.
#[derive(Debug, Clone)]
pub(crate) struct Saved {
    entity: EntityId,
    id: Uuid,
    /// What it was, by the names of fields; `null` for a new one.
    before: Json,
}

/// Takes note of a change when a hook wants to know of it.
pub(crate) fn noted(ctx: &Context, change: &Change) -> Option<Saved> {
    let entity = &change.entity;
    if ctx.catalog().scripts.hooks(&entity.id, HookEvent::AfterSave).is_empty() {
        return None;
    }
    let before = match change.act {
        Act::Create => Json::Null,
        Act::Update => written(entity, &change.before),
        Act::Delete | Act::Restore => return None,
    };
    Some(Saved { entity: entity.id.clone(), id: change.id, before })
}

fn written(entity: &Entity, image: &Image) -> Json {
    let values = entity.fields.iter().filter_map(|field| {
        let value = image.values.get(&field.id).filter(|value| !matches!(value, Value::Bytes(_) | Value::Empty))?;
        Some((field.name.clone(), wire::json(&field.kind, value)))
    });
    Json::Object(values.collect())
}

/// Writes the work down in the transaction of the save.
pub(crate) async fn leave(ctx: &Context, unit: &mut UnitOfWork, saved: Vec<Saved>) -> Result<(), Error> {
    let depth = ctx.depth + 1;
    if depth > DEEPEST {
        return Err(Error::Invalid(vec![Diagnostic::error("script.too_deep").with("max", DEEPEST)]));
    }
    let mut rest = saved.as_slice();
    while let Some(first) = rest.first() {
        let alike = rest.iter().take(TOGETHER).take_while(|it| it.entity == first.entity).count();
        let (now, later) = rest.split_at(alike);
        rest = later;
        let records: Vec<Json> = now.iter().map(|it| json!({"id": it.id, "before": it.before})).collect();
        let input = json!({
            "entity": first.entity.as_str(), "records": records, "depth": depth, "locale": ctx.locale.code(),
        });
        let total = i64::try_from(alike).unwrap_or(i64::MAX);
        jobs::enqueue(unit.tx(ctx).await?, ctx, JOB, total, &input).await?;
    }
    unit.wakes = true;
    failpoint("script.left");
    Ok(())
}

/// Runs the hooks for the records of a job, from where it was.
pub(crate) async fn resume(engine: &Engine, job: &Job, progress: &Progress) -> Result<Json, Error> {
    let input: Json = serde_json::from_str(&job.input).map_err(|error| Error::broken(error.to_string()))?;
    let entity = EntityId::new(input["entity"].as_str().unwrap_or_default());
    let depth = input["depth"].as_u64().and_then(|depth| u8::try_from(depth).ok()).unwrap_or(DEEPEST);
    let locale = input["locale"].as_str().and_then(Locale::of).unwrap_or_default();
    let records = input["records"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut log = Vec::new();
    let done = usize::try_from(job.done).unwrap_or(0);
    for (at, record) in records.iter().enumerate().skip(done) {
        if progress.is_cancelled() {
            return Err(Error::Conflict(vec![Diagnostic::error("script.cancelled")]));
        }
        let Some(id) = record["id"].as_str().and_then(identity) else { continue };
        let (entity, before) = (&entity, &record["before"]);
        let lines = apply::again(|| async move {
            engine.follow().await?;
            let ctx = Context { depth, ..acting(engine, job, locale).await? };
            one(&ctx, job.id, at, entity, id, before).await
        });
        log.extend(lines.await?);
        progress.set(i64::try_from(at + 1).unwrap_or(i64::MAX));
    }
    forget(engine).await?;
    log.truncate(200);
    Ok(json!({"records": records.len(), "log": log}))
}

/// Whoever saved the records, with the rights they have by now.
async fn acting(engine: &Engine, job: &Job, locale: Locale) -> Result<Context, Error> {
    let Some(owner) = job.owner else { return Ok(Context { locale, ..engine.system(Reason::Script) }) };
    let gone = || Error::Forbidden(Diagnostic::error("script.no_person"));
    let person = person_of(engine, owner).await?.ok_or_else(gone)?;
    Ok(engine.context_in(person.actor, locale, person.zone))
}

async fn one(
    ctx: &Context,
    job: Uuid,
    at: usize,
    entity: &EntityId,
    id: Uuid,
    before: &Json,
) -> Result<Vec<String>, Error> {
    let (mut log, mut parts) = (Vec::new(), Vec::new());
    for hook in ctx.catalog().scripts.hooks(entity, HookEvent::AfterSave) {
        let rights = rights(ctx, &hook.called);
        let given = given(&rights, entity, before);
        let arguments = vec![Argument::Record(RecordRef { entity: entity.clone(), id }), given];
        let call = Call { called: &hook.called, arguments, subject: None, egress: Egress::Any, budget: Budget::CALL };
        let ran = run(ctx, &rights, None, call).await?;
        log.extend(ran.log);
        parts.push(Part { rights, script: hook.called.script.clone(), operations: apply::operations(ran.pending) });
    }
    // What all of them write takes the record off the list, so that none of it is done twice.
    let from = i64::try_from(at).unwrap_or(i64::MAX);
    let step = stored::step(ctx.engine.database().dialect(), job, from);
    failpoint("script.ran");
    apply::perform(&parts, Some((ctx, &step)), Ending::Kept).await?;
    failpoint("script.written");
    Ok(log)
}

/// What the record was, as far as the run may read it.
fn given(rights: &Context, entity: &EntityId, before: &Json) -> Argument {
    let (Some(entity), Some(before)) = (rights.catalog().entity_by_id(entity), before.as_object()) else {
        return Argument::Json(Json::Null);
    };
    let named = |before: &Map<String, Json>| {
        let readable = rights.access.fields(entity).into_iter();
        let valued = readable.filter_map(|field| Some((field, before.get(&field.name)?)));
        let values = valued.filter_map(|(field, json)| match reading::member(rights, field, json) {
            Member::Value(value) => Some((field.name.clone(), value)),
            Member::AnyRecord(record) => Some((field.name.clone(), Value::Record(record))),
            Member::Records(_) => None,
        });
        values.collect()
    };
    Argument::Values(named(before))
}

/// Forgets what went well a while ago.
async fn forget(engine: &Engine) -> Result<(), Error> {
    let database = engine.database();
    let before = (engine.now() - KEPT).timestamp_millis();
    let rows = database.fetch(&stored::ended_before(JOB, before)).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut tx = database.begin().await?;
    for row in rows {
        if let [Value::Id(id)] = row.as_slice() {
            let statement = stored::remove(tx.dialect(), *id);
            tx.execute(&statement).await?;
        }
    }
    Ok(tx.commit().await?)
}
