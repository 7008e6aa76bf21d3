//! What there is of the rows of registers, what has to be composed anew, and what can be taken away.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use catalog::{Built, Catalog, Entity, Register};
use expression::{EntityId, FieldId, Value};
use query::kept;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sql::Dialect;
use storage::Transaction;
use storage::internal::registers as stored;

use crate::events::KEPT;
use crate::events::outbox::{RECORDS, REFRESHED, Records, Refreshed as Refresh};
use crate::events::place::Place;
use crate::jobs::Problem;
use crate::{Engine, Error};

/// Milliseconds for which a table stays that is read no more: longer than a node may take it for the one to read, and than
/// a statement may last.
const LEFT: i64 = 90_000;
/// Milliseconds after which composing that failed is tried again when nobody asks for it.
pub(crate) const AGAIN: i64 = 60_000;
/// Rows that are taken out of a table of SQLite at once.
const SHED: usize = 20_000;

/// How far a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It is being filled.
    Building,
    /// It is read.
    Current,
    /// It was left.
    Old,
}

impl FromStr for State {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "building" => Ok(Self::Building),
            "current" => Ok(Self::Current),
            "old" => Ok(Self::Old),
            _ => Err(()),
        }
    }
}

/// A table with rows of a register.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) register: String,
    pub(crate) state: State,
    pub(crate) definition: String,
    columns: Vec<(FieldId, String)>,
    pub(crate) as_of: i64,
    pub(crate) place: i64,
    finished_at: Option<i64>,
    pub(crate) records: Option<i64>,
    left_at: Option<i64>,
    /// Of how many records each row is told to be made of, beside it.
    pub(crate) traces: Option<i64>,
    /// The revision by which its rows are composed; none when they can only be composed as a whole.
    pub(crate) revision: Option<i64>,
    /// How its rows were composed last.
    pub(crate) refreshed: Option<Refreshed>,
}

/// How rows were composed last.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Refreshed {
    /// How many rows were composed, where not all were.
    pub changed: Option<i64>,
    /// Why they were composed as a whole, where they were.
    pub whole: Option<Problem>,
}

/// How rows were composed, as it is kept.
pub(super) fn told_of(refreshed: &Refreshed) -> String {
    serde_json::to_string(refreshed).unwrap_or_default()
}

impl Table {
    /// Says whether it is kept beside the rows what they are made of.
    pub(crate) fn is_traced(&self) -> bool {
        self.traces.is_some_and(|width| width > 0)
    }

    /// How long it took to fill it.
    pub(crate) fn milliseconds(&self) -> Option<i64> {
        Some(self.finished_at? - self.as_of)
    }
}

/// Lists the tables that hold rows of registers.
pub(crate) async fn tables(engine: &Engine) -> Result<Vec<Table>, Error> {
    let rows = engine.database().fetch(&stored::all()).await?;
    Ok(rows.iter().filter_map(|row| table(row)).collect())
}

fn table(row: &[Value]) -> Option<Table> {
    let [
        Value::Text(name),
        Value::Text(register),
        Value::Text(state),
        Value::Text(definition),
        Value::Text(columns),
        Value::Integer(as_of),
        Value::Integer(place),
        finished_at,
        records,
        left_at,
        traces,
        revision,
        refreshed,
    ] = row
    else {
        return None;
    };
    let number = |value: &Value| if let Value::Integer(number) = value { Some(*number) } else { None };
    let refreshed = if let Value::Text(text) = refreshed { serde_json::from_str(text).ok() } else { None };
    let columns: Vec<(String, String)> = serde_json::from_str(columns).ok()?;
    Some(Table {
        name: name.to_string(),
        register: register.to_string(),
        state: state.parse().ok()?,
        definition: definition.to_string(),
        columns: columns.into_iter().map(|(field, form)| (FieldId::new(&field), form)).collect(),
        as_of: *as_of,
        place: *place,
        finished_at: number(finished_at),
        records: number(records),
        left_at: number(left_at),
        traces: number(traces),
        revision: number(revision),
        refreshed,
    })
}

/// That something changed of which rows are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Changed {
    /// Since when.
    pub(crate) at: i64,
    /// How often that was told.
    times: i64,
}

/// Of which registers something changed of which their rows are made.
pub(crate) async fn changes(engine: &Engine) -> Result<HashMap<EntityId, Changed>, Error> {
    let rows = engine.database().fetch(&stored::changes()).await?;
    let one = |row: &Vec<Value>| match row.as_slice() {
        [Value::Text(register), Value::Integer(at), Value::Integer(times)] => {
            Some((EntityId::new(register), Changed { at: *at, times: *times }))
        }
        _ => None,
    };
    Ok(rows.iter().filter_map(one).collect())
}

/// Forgets what was known to have changed before rows were composed; what was told since happened after that moment.
pub(super) async fn settle(
    engine: &Engine,
    register: &EntityId,
    known: Option<Changed>,
    as_of: i64,
) -> Result<(), Error> {
    let Some(known) = known else { return Ok(()) };
    let database = engine.database();
    if database.execute(&stored::settled_of(register.as_str(), known.times)).await? == 0 {
        database.execute(&stored::changed_since(register.as_str(), as_of)).await?;
    }
    Ok(())
}

/// Says that values of records of these entities changed without messages: rows that are made of them are composed as a whole.
pub(crate) async fn spoil(
    tx: &mut Transaction,
    catalog: &Catalog,
    entities: &HashSet<EntityId>,
    at: i64,
) -> Result<(), Error> {
    let registers = catalog.derived().iter().filter_map(|entity| Some((entity, entity.register.as_ref()?)));
    let concerned = registers.filter(|(_, register)| !catalog.sources(register).is_disjoint(entities));
    let (following, others): (Vec<_>, Vec<_>) = concerned.partition(|(_, register)| register.on_change.is_some());
    let follow: Vec<&str> = following.iter().map(|(entity, _)| entity.id.as_str()).collect();
    let all: Vec<&str> = follow.iter().copied().chain(others.iter().map(|(entity, _)| entity.id.as_str())).collect();
    if !all.is_empty() {
        tx.execute(&stored::spoil(&all)).await?;
    }
    if !follow.is_empty() {
        tx.execute(&stored::changed(&follow, at)).await?;
    }
    Ok(())
}

/// A digest of what the rows of a register mean.
pub(crate) fn definition(catalog: &Catalog, entity: &Entity) -> String {
    let digest = Sha256::digest(catalog.definition(entity));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Has this node read the tables that are current.
pub(crate) fn put(engine: &Engine, tables: &[Table]) {
    let current = tables.iter().filter(|table| table.state == State::Current);
    let built = current.map(|table| {
        let built = Built { table: table.name.clone(), columns: table.columns.clone(), as_of: table.as_of };
        (EntityId::new(&table.register), Arc::new(built))
    });
    engine.kept().put(built.collect());
}

/// How far this node has looked for changes, and what registers mean by the catalog that it looked by.
#[derive(Default)]
pub(crate) struct Watch {
    place: Mutex<Option<Place>>,
    meaning: Mutex<Option<Arc<Meaning>>>,
}

/// What the registers of a catalog mean: it takes longer to find out than to look whether something is due.
struct Meaning {
    revision: u64,
    definitions: HashMap<EntityId, String>,
    /// Of whose records those are made that follow changes.
    sources: Vec<(EntityId, HashSet<EntityId>)>,
}

impl Watch {
    fn meaning(&self, catalog: &Catalog) -> Arc<Meaning> {
        let mut known = self.meaning.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.as_ref().filter(|known| known.revision == catalog.revision) {
            return Arc::clone(known);
        }
        let registers = catalog.derived().iter().filter_map(|entity| Some((entity, entity.register.as_ref()?)));
        let follow = registers.clone().filter(|(_, register)| register.on_change.is_some());
        let meaning = Arc::new(Meaning {
            revision: catalog.revision,
            definitions: registers.map(|(entity, _)| (entity.id.clone(), definition(catalog, entity))).collect(),
            sources: follow.map(|(entity, register)| (entity.id.clone(), catalog.sources(register))).collect(),
        });
        *known = Some(Arc::clone(&meaning));
        meaning
    }
}

/// The registers whose rows have to be composed now.
pub(crate) async fn look(engine: &Engine) -> Result<HashSet<EntityId>, Error> {
    let tables = tables(engine).await?;
    put(engine, &tables);
    let catalog = engine.catalog();
    clear(engine, &catalog, &tables).await;
    let registers: Vec<(&Arc<Entity>, &Arc<Register>)> =
        catalog.derived().iter().filter_map(|entity| Some((entity, entity.register.as_ref()?))).collect();
    if registers.is_empty() {
        return Ok(HashSet::new());
    }
    let meaning = engine.watch().meaning(&catalog);
    watch(engine, &meaning, &tables).await?;
    let changes = changes(engine).await?;
    let now = engine.now().timestamp_millis();
    let mut due = HashSet::new();
    for (entity, register) in registers {
        let id = entity.id.as_str();
        let current = tables.iter().find(|table| table.register == id && table.state == State::Current);
        let means = meaning.definitions.get(&entity.id);
        let is_other = current.is_none_or(|current| Some(&current.definition) != means);
        let changed = register.on_change.zip(changes.get(&entity.id));
        let is_behind = changed.is_some_and(|(delay, changed)| changed.at.saturating_add_unsigned(delay) <= now);
        // Where nothing changed for long that is said, before what changed since is forgotten.
        let is_long_ago = register.on_change.is_some() && current.is_some_and(|it| it.as_of + KEPT / 2 < now);
        if is_other || is_behind || is_long_ago {
            due.insert(entity.id.clone());
        }
    }
    Ok(due)
}

/// Writes down what changed since this node looked last.
async fn watch(engine: &Engine, meaning: &Meaning, tables: &[Table]) -> Result<(), Error> {
    let watched = &meaning.sources;
    let place = engine.watch().place.lock().unwrap_or_else(PoisonError::into_inner).take();
    if watched.is_empty() {
        return Ok(());
    }
    // What changed while nobody looked lies behind what the oldest rows were made of.
    let is_watched = |table: &&Table| watched.iter().any(|(id, _)| id.as_str() == table.register);
    let current = tables.iter().filter(|table| table.state == State::Current).filter(is_watched);
    let begin = || current.map(|table| table.place).min().map_or_else(Place::default, Place::at);
    let mut place = place.unwrap_or_else(begin);
    let messages = place.advance(engine).await;
    *engine.watch().place.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
    let mut changed = HashSet::new();
    for message in messages? {
        let entity = match message.kind.as_str() {
            RECORDS => serde_json::from_str(&message.payload).map(|told: Records| told.entity),
            // Registers may be made of the rows of others.
            REFRESHED => serde_json::from_str(&message.payload).map(|told: Refresh| told.entity),
            _ => continue,
        };
        changed.extend(entity.map(|entity| EntityId::new(&entity)));
    }
    let is_concerned = |(_, sources): &&(EntityId, HashSet<EntityId>)| !sources.is_disjoint(&changed);
    let concerned: Vec<&str> = watched.iter().filter(is_concerned).map(|(id, _)| id.as_str()).collect();
    if !concerned.is_empty() {
        let at = engine.now().timestamp_millis();
        if let Err(error) = engine.database().execute(&stored::changed(&concerned, at)).await {
            // It is read again.
            engine.watch().place.lock().unwrap_or_else(PoisonError::into_inner).take();
            return Err(error.into());
        }
    }
    Ok(())
}

/// Takes away what nobody reads any more; what cannot be taken away now is later.
async fn clear(engine: &Engine, catalog: &Catalog, tables: &[Table]) {
    let now = engine.now().timestamp_millis();
    for table in tables {
        let result = match (table.state, table.left_at) {
            (State::Old, Some(left)) if left + LEFT < now => take_away(engine, table, left).await,
            (State::Current | State::Building, _)
                if catalog.entity_by_id(&EntityId::new(&table.register)).is_none() =>
            {
                leave(engine, catalog.revision, table).await
            }
            _ => Ok(()),
        };
        if let Err(error) = result {
            tracing::warn!(table = table.name, error = &error as &dyn std::error::Error, "rows of a register stay");
        }
    }
}

/// Leaves the table of a register that is not there any more.
async fn leave(engine: &Engine, revision: u64, table: &Table) -> Result<(), Error> {
    // A node that has not heard of a publish must not take back what another did for it.
    engine.follow().await?;
    if engine.catalog().revision == revision {
        engine.database().execute(&stored::leave(&table.name, engine.now().timestamp_millis())).await?;
        engine.database().execute(&stored::settled(&table.register)).await?;
    }
    Ok(())
}

async fn take_away(engine: &Engine, table: &Table, left: i64) -> Result<(), Error> {
    let database = engine.database();
    if database.execute(&stored::take(&table.name, left, engine.now().timestamp_millis())).await? == 0 {
        return Ok(());
    }
    discard(engine, &table.name, table.is_traced()).await
}

/// Takes a table away with all that is in it, and what its rows are made of when that is kept beside it.
pub(super) async fn discard(engine: &Engine, name: &str, is_traced: bool) -> Result<(), Error> {
    let database = engine.database();
    let traces = kept::traces::table(name);
    let tables = std::iter::once(name).chain(is_traced.then_some(traces.as_str()));
    for table in tables.filter(|_| database.dialect() == Dialect::Sqlite) {
        while database.execute(&kept::shed(table, SHED)).await? > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let mut tx = database.begin().await?;
    tx.execute_script(&[kept::drop_table(name), kept::drop_table(&traces)]).await?;
    tx.execute(&stored::forget(name)).await?;
    Ok(tx.commit().await?)
}
