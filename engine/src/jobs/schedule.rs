//! What is done at set times, by whichever node finds it due first.
//!
//! The catalog says what is to be done when; a row of the database says when it is due next and which job did it last. Of
//! times that passed while no node was there one is made up for.

use std::time::Duration;

use access::Reason;
use catalog::script::Called;
use catalog::{Catalog, Label};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId, Value};
use schemas::Cron;
use serde_json::Value as Json;
use storage::internal::{jobs as stored_jobs, schedules as stored};
use uuid::Uuid;

use super::{Job, State};
use crate::context::zone_of;
use crate::records::owed::Owing;
use crate::records::scheduled;
use crate::{Context, Engine, Error, WeakEngine};
use crate::{registers, scripts};

/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(1);

/// Something that is done at set times, and how it went last.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Identity: of a formula its field's.
    pub id: String,
    /// What is done.
    pub done: Done,
    /// Its times, as written.
    pub cron: String,
    /// The time zone in which they are read.
    pub zone: String,
    /// When it is due next; `None` when never again.
    pub next_at: Option<DateTime<Utc>>,
    /// The job that does it, or did it last; `None` before the first.
    pub last: Option<Job>,
}

/// What is done at set times, each by its name and label.
#[derive(Debug, Clone)]
pub enum Done {
    /// The values of a field are calculated for the records of an entity.
    Formula {
        /// The entity.
        entity: (String, Label),
        /// The field.
        field: (String, Label),
    },
    /// The rows of a register are composed anew.
    Register {
        /// The register.
        register: (String, Label),
    },
    /// A function of a script runs.
    Script {
        /// The script.
        script: (String, Label),
        /// Name of its schedule.
        name: String,
    },
}

/// What the catalog wants done.
struct Wanted {
    id: String,
    cron: String,
    work: Work,
}

enum Work {
    Formula(EntityId, FieldId),
    Register(EntityId),
    Script(Called, String),
}

impl Work {
    /// Kind and input of the job that does it.
    fn job(&self) -> (&'static str, Json) {
        match self {
            Self::Formula(entity, field) => (scheduled::JOB, scheduled::input(entity, field)),
            Self::Register(register) => (registers::build::JOB, registers::build::input(register)),
            Self::Script(called, _) => (scripts::scheduled::JOB, scripts::scheduled::input(called)),
        }
    }

    /// What people call it.
    fn done(&self, catalog: &Catalog) -> Option<Done> {
        match self {
            Self::Formula(entity, field) => {
                let entity = catalog.entity_by_id(entity)?;
                let field = entity.field_by_id(field)?;
                Some(Done::Formula {
                    entity: (entity.name.clone(), entity.label.clone()),
                    field: (field.name.clone(), field.label.clone()),
                })
            }
            Self::Register(register) => {
                let register = catalog.entity_by_id(register)?;
                Some(Done::Register { register: (register.name.clone(), register.label.clone()) })
            }
            Self::Script(called, name) => {
                let script = catalog.scripts.named(&called.script)?;
                Some(Done::Script { script: (script.name.clone(), script.label.clone()), name: name.clone() })
            }
        }
    }
}

/// What the database knows of it.
struct Row {
    name: String,
    cron: String,
    zone: String,
    next_at: Option<i64>,
    job: Option<Uuid>,
}

impl Row {
    /// Says whether it was made for what the catalog wants, where the workspace is.
    fn is_of(&self, it: &Wanted, zone: Tz) -> bool {
        self.name == it.id && self.cron == it.cron && self.zone == zone.name()
    }
}

/// The first of the times after a moment; `None` when there is none.
fn next(cron: &str, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    Cron::parse(cron).ok()?.next(after, zone)
}

/// Lists what is done at set times, for designers.
pub async fn list(ctx: &Context) -> Result<Vec<Schedule>, Error> {
    ctx.designer()?;
    // Without times of its own a register is composed when it is asked for.
    Ok(all(ctx).await?.into_iter().filter(|schedule| !schedule.cron.is_empty()).collect())
}

/// The times of registers and what composed their rows last.
pub(crate) async fn of_registers(ctx: &Context) -> Result<Vec<Schedule>, Error> {
    Ok(all(ctx).await?.into_iter().filter(|schedule| matches!(schedule.done, Done::Register { .. })).collect())
}

async fn all(ctx: &Context) -> Result<Vec<Schedule>, Error> {
    let rows = rows(&ctx.engine).await?;
    let catalog = ctx.catalog();
    let zone = zone_of(catalog);
    let mut found = Vec::new();
    for it in wanted(catalog) {
        let Some(done) = it.work.done(catalog) else { continue };
        let row = rows.iter().find(|row| row.name == it.id);
        // Until a node has looked, the row speaks of what was before a publish.
        let next_at = match row.filter(|row| row.is_of(&it, zone)) {
            Some(row) => row.next_at.and_then(DateTime::from_timestamp_millis),
            None => next(&it.cron, ctx.now, zone),
        };
        let last = match row.and_then(|row| row.job) {
            Some(job) => super::find(&ctx.engine, job).await?,
            None => None,
        };
        found.push(Schedule { done, zone: zone.name().to_owned(), id: it.id, cron: it.cron, next_at, last });
    }
    Ok(found)
}

/// Does it now, beside its times; gives the job, the one under way when it is being done.
pub async fn run(ctx: &Context, id: &str) -> Result<Uuid, Error> {
    ctx.designer()?;
    let wanted = wanted(ctx.catalog()).into_iter().find(|it| it.id == id);
    let wanted = wanted.ok_or_else(|| Error::NotFound(Diagnostic::error("schedule.unknown")))?;
    let rows = meet(&ctx.engine).await?;
    let row = rows.iter().find(|row| row.name == id);
    let row = row.ok_or_else(|| Error::NotFound(Diagnostic::error("schedule.unknown")))?;
    start(ctx, &wanted, row, None).await
}

/// Does what is due for as long as somebody uses the engine.
pub(crate) async fn keep(weak: WeakEngine) {
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(engine) = weak.get() else { return };
        if let Err(error) = look(&engine).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what is due could not be begun");
        }
    }
}

async fn look(engine: &Engine) -> Result<(), Error> {
    Owing::look(engine).await;
    let rows = meet(engine).await?;
    let behind = registers::keep::look(engine).await?;
    let now = engine.now();
    let ctx = engine.system(Reason::Propagation);
    let zone = zone_of(ctx.catalog());
    for it in wanted(ctx.catalog()) {
        let Some(row) = rows.iter().find(|row| row.name == it.id) else { continue };
        if matches!(&it.work, Work::Register(register) if behind.contains(register)) && is_ready(engine, row).await? {
            start(&ctx, &it, row, None).await?;
            continue;
        }
        let Some(due) = row.next_at.filter(|due| *due <= now.timestamp_millis()) else { continue };
        let next = next(&row.cron, now, zone).map(|next| next.timestamp_millis());
        start(&ctx, &it, row, Some((due, next))).await?;
    }
    Ok(())
}

/// Says whether what was done last is over, and when it failed, long enough ago.
async fn is_ready(engine: &Engine, row: &Row) -> Result<bool, Error> {
    let Some(job) = row.job else { return Ok(true) };
    let Some(last) = super::find(engine, job).await? else { return Ok(true) };
    let since = engine.now().timestamp_millis() - last.updated_at.timestamp_millis();
    Ok(match last.state {
        State::Done => true,
        State::Failed | State::Cancelled => since > registers::keep::AGAIN,
        State::Waiting | State::Running => false,
    })
}

/// Makes the rows those of the catalog, and gives them: what is new or has other times is due at the next of them.
async fn meet(engine: &Engine) -> Result<Vec<Row>, Error> {
    let catalog = engine.catalog();
    let (wanted, zone) = (wanted(&catalog), zone_of(&catalog));
    let known = rows(engine).await?;
    let is_met = |it: &Wanted| known.iter().any(|row| row.is_of(it, zone));
    if wanted.iter().all(is_met) && known.len() == wanted.len() {
        return Ok(known);
    }
    // A node that has not heard of a publish must not take back what another did for it.
    engine.follow().await?;
    if engine.catalog().revision != catalog.revision {
        return Ok(known);
    }
    let mut tx = engine.database().begin().await?;
    for it in wanted.iter().filter(|it| !is_met(it)) {
        let next = next(&it.cron, engine.now(), zone).map(|next| next.timestamp_millis());
        tx.execute(&stored::put(&it.id, &it.cron, zone.name(), next)).await?;
    }
    for row in known.iter().filter(|row| !wanted.iter().any(|it| it.id == row.name)) {
        tx.execute(&stored::remove(&row.name)).await?;
    }
    tx.commit().await?;
    rows(engine).await
}

/// Writes the job down in place of the last one, when that has ended; gives the one that does it. `due` is taken with it.
async fn start(ctx: &Context, it: &Wanted, row: &Row, due: Option<(i64, Option<i64>)>) -> Result<Uuid, Error> {
    let engine = &ctx.engine;
    let last = match row.job {
        Some(job) => super::find(engine, job).await?,
        None => None,
    };
    let mut tx = engine.database().begin().await?;
    let dialect = tx.dialect();
    if let Some((due, next)) = due
        && tx.execute(&stored::take(&it.id, due, next)).await? == 0
    {
        return row.job.ok_or_else(|| Error::broken("a schedule was taken by nobody"));
    }
    if let Some(last) = last.filter(|last| !last.state.is_over()) {
        tx.commit().await?;
        return Ok(last.id);
    }
    let (kind, input) = it.work.job();
    let job = super::enqueue(&mut tx, ctx, kind, 0, &input).await?;
    if tx.execute(&stored::begin(dialect, &it.id, row.job, job)).await? == 0 {
        return Err(Error::Conflict(vec![Diagnostic::error("schedule.begun")]));
    }
    if let Some(last) = row.job {
        tx.execute(&stored_jobs::remove(dialect, last)).await?;
    }
    tx.commit().await?;
    engine.jobs().wake();
    Ok(job)
}

fn wanted(catalog: &Catalog) -> Vec<Wanted> {
    let mut found = Vec::new();
    for entity in catalog.entities() {
        for field in &entity.fields {
            let Some(cron) = field.formula.as_ref().and_then(|formula| formula.cron.clone()) else { continue };
            let id = field.id.to_string();
            found.push(Wanted { id, cron, work: Work::Formula(entity.id.clone(), field.id.clone()) });
        }
    }
    found.extend(catalog.derived().iter().filter_map(|entity| {
        let register = entity.register.as_ref()?;
        let cron = register.cron.clone().unwrap_or_default();
        Some(Wanted { id: entity.id.to_string(), cron, work: Work::Register(entity.id.clone()) })
    }));
    found.extend(catalog.scripts.schedules.iter().map(|schedule| Wanted {
        id: schedule.id.clone(),
        cron: schedule.cron.clone(),
        work: Work::Script(schedule.called.clone(), schedule.name.clone()),
    }));
    found
}

async fn rows(engine: &Engine) -> Result<Vec<Row>, Error> {
    let rows = engine.database().fetch(&stored::all()).await?;
    Ok(rows.iter().filter_map(|row| read(row)).collect())
}

fn read(row: &[Value]) -> Option<Row> {
    let [Value::Text(name), Value::Text(cron), Value::Text(zone), next, job] = row else { return None };
    Some(Row {
        name: name.to_string(),
        cron: cron.to_string(),
        zone: zone.to_string(),
        next_at: if let Value::Integer(next) = next { Some(*next) } else { None },
        job: if let Value::Id(job) = job { Some(*job) } else { None },
    })
}
