//! What a change makes of too many records to be waited for: a job calculates it, and until it has, those who read such a record
//! are told.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use access::Reason;
use expression::{EntityId, FieldId, FieldRef, Value};
use serde_json::{Value as Json, json};
use storage::failpoint;
use storage::internal::owed as stored;
use uuid::Uuid;

use super::CHUNK;
use super::propagate::{calculate, identities};
use super::scheduled::is_passing;
use super::unit_of_work::UnitOfWork;
use crate::jobs::{self, Job, Progress};
use crate::{Context, Engine, Error};

/// Kind of the jobs that calculate what a change owes.
pub(crate) const JOB: &str = "recalculation";

/// Formulas of an entity that are to be calculated for the records from which a way leads to others.
pub(crate) struct Owed {
    /// The way.
    pub(crate) way: Vec<FieldRef>,
    /// The records at its end.
    pub(crate) ids: Vec<Uuid>,
}

/// Fields whose values are still being calculated, as far as this node has heard.
#[derive(Default)]
pub(crate) struct Owing(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// By entity.
    fields: HashMap<EntityId, BTreeSet<FieldId>>,
    /// Of these what a publish left: of records that the job has not come to, what aggregates come to is of another meaning.
    of_publish: BTreeSet<FieldId>,
}

impl Owing {
    /// The fields of an entity.
    pub(crate) fn of(&self, entity: &EntityId) -> BTreeSet<FieldId> {
        self.lock().fields.get(entity).cloned().unwrap_or_default()
    }

    /// Says whether a field is still being calculated after a publish.
    pub(crate) fn is_of_publish(&self, field: &FieldId) -> bool {
        self.lock().of_publish.contains(field)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks what is owed now; what is true already does not fail for it.
    pub(crate) async fn look(engine: &Engine) {
        if let Err(error) = Self::refresh(engine).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what is owed could not be looked at");
        }
    }

    async fn refresh(engine: &Engine) -> Result<(), Error> {
        let mut known = Known::default();
        for row in engine.database().fetch(&stored::all()).await? {
            let [Value::Text(entity), Value::Text(field), Value::Boolean(is_of_publish)] = row.as_slice() else {
                continue;
            };
            let field = FieldId::new(field);
            if *is_of_publish {
                known.of_publish.insert(field.clone());
            }
            known.fields.entry(EntityId::new(entity)).or_default().insert(field);
        }
        *engine.owing().lock() = known;
        Ok(())
    }
}

/// Leaves formulas to a job, in the transaction that owes them.
pub(crate) async fn leave(
    ctx: &Context,
    unit: &mut UnitOfWork,
    entity: &EntityId,
    fields: &BTreeSet<FieldId>,
    owed: &Owed,
) -> Result<(), Error> {
    let step = |field: &FieldRef| json!({"entity": field.entity.as_str(), "field": field.id.as_str()});
    let way: Vec<Json> = owed.way.iter().map(step).collect();
    let names: Vec<&str> = fields.iter().map(FieldId::as_str).collect();
    let input = json!({"entity": entity.as_str(), "fields": names, "way": way, "ids": owed.ids});
    let tx = unit.tx(ctx).await?;
    let dialect = tx.dialect();
    let job = jobs::enqueue(tx, ctx, JOB, 0, &input).await?;
    for field in fields {
        tx.execute(&stored::insert(dialect, job, entity.as_str(), field.as_str())).await?;
    }
    unit.owes = true;
    failpoint("owed.left");
    Ok(())
}

/// Calculates what is owed. It cannot be given up: what reads as being calculated would never be.
pub(crate) async fn resume(engine: &Engine, job: &Job, progress: &Progress) -> Result<Json, Error> {
    let input: Json = serde_json::from_str(&job.input).map_err(|error| Error::broken(error.to_string()))?;
    let entity = EntityId::new(input["entity"].as_str().unwrap_or_default());
    let fields: Vec<FieldId> = texts(&input["fields"]).map(FieldId::new).collect();
    fill(engine, job.id, &input).await?;
    failpoint("owed.filled");
    let database = engine.database();
    let rows = database.fetch(&stored::left(database.dialect(), job.id)).await?;
    if let Some([Value::Integer(left)]) = rows.first().map(Vec::as_slice) {
        progress.set_total(*left).await?;
    }
    let (mut records, mut changed, mut attempt) = (0, 0, 1_u64);
    loop {
        engine.follow().await?;
        let ctx = engine.system(Reason::Propagation);
        match portion(&ctx, job.id, &entity, &fields).await {
            Ok(None) => break,
            Ok(Some((of_records, of_changed))) => {
                failpoint("owed.calculated");
                attempt = 1;
                records += of_records;
                changed += of_changed;
                progress.set(i64::try_from(records).unwrap_or(i64::MAX));
            }
            // It has to come to its end, however long a database is away.
            Err(error) if is_passing(&error) || matches!(error, Error::Storage(_)) => {
                tracing::warn!(attempt, error = &error as &dyn std::error::Error, "values are calculated again");
                tokio::time::sleep(Duration::from_millis((20 * attempt * attempt).min(5_000))).await;
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
    let mut tx = database.begin().await?;
    tx.execute(&stored::settle(database.dialect(), job.id)).await?;
    tx.commit().await?;
    Owing::look(engine).await;
    Ok(json!({"records": records, "changed": changed}))
}

fn texts(list: &Json) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str)
}

/// Writes down which records are concerned; none where the way is no more, for what was published since calculated them.
async fn fill(engine: &Engine, job: Uuid, input: &Json) -> Result<(), Error> {
    let catalog = engine.catalog();
    let mut way = Vec::new();
    for step in input["way"].as_array().into_iter().flatten() {
        let text = |name: &str| step[name].as_str().unwrap_or_default();
        let (entity, id) = (EntityId::new(text("entity")), FieldId::new(text("field")));
        let found = catalog.entity_by_id(&entity).and_then(|entity| entity.field_by_id(&id));
        let Some(field) = found else { return Ok(()) };
        way.push(FieldRef { entity, id, name: field.name.as_str().into() });
    }
    let ids: Vec<Uuid> = texts(&input["ids"]).filter_map(|text| Uuid::parse_str(text).ok()).collect();
    let database = engine.database();
    for chunk in ids.chunks(CHUNK) {
        let Some(leading) = query::write::leading_to(&catalog, &way, chunk, None, database.dialect()) else { continue };
        let mut tx = database.begin().await?;
        tx.set_statement_timeout(None).await?;
        tx.execute(&stored::fill(database.dialect(), job, leading)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Calculates the formulas for the next records; `None` when there are no more.
async fn portion(
    ctx: &Context,
    job: Uuid,
    entity: &EntityId,
    fields: &[FieldId],
) -> Result<Option<(usize, usize)>, Error> {
    let mut unit = UnitOfWork::begin(ctx).await?;
    unit.judges_balances = false;
    let dialect = unit.dialect();
    let taken = unit.tx(ctx).await?.fetch(&stored::take(dialect, job, CHUNK as i64)).await?;
    let ids: Vec<Uuid> = identities(taken).collect();
    if ids.is_empty() {
        unit.rollback().await?;
        return Ok(None);
    }
    let count = ids.len();
    let changed = calculate(ctx, &mut unit, entity, fields, &ids).await?;
    unit.commit(ctx).await?;
    Ok(Some((count, changed)))
}
