//! What there is of the rows of registers, what has to be composed anew, and what can be taken away.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use catalog::{Built, Catalog, Entity, Register};
use expression::{EntityId, FieldId, Value};
use query::kept;
use sha2::{Digest, Sha256};
use sql::Dialect;
use storage::internal::registers as stored;

use crate::events::outbox::{RECORDS, Records};
use crate::events::place::Place;
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
    place: i64,
    finished_at: Option<i64>,
    pub(crate) records: Option<i64>,
    left_at: Option<i64>,
}

impl Table {
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
    ] = row
    else {
        return None;
    };
    let number = |value: &Value| if let Value::Integer(number) = value { Some(*number) } else { None };
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
    })
}

/// Since when something changed of which rows are made.
pub(crate) async fn changes(engine: &Engine) -> Result<HashMap<EntityId, i64>, Error> {
    let rows = engine.database().fetch(&stored::changes()).await?;
    let one = |row: &Vec<Value>| match row.as_slice() {
        [Value::Text(register), Value::Integer(at)] => Some((EntityId::new(register), *at)),
        _ => None,
    };
    Ok(rows.iter().filter_map(one).collect())
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

/// How far this node has looked for changes.
#[derive(Default)]
pub(crate) struct Watch(Mutex<Option<Place>>);

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
    watch(engine, &catalog, &registers, &tables).await?;
    let changes = changes(engine).await?;
    let now = engine.now().timestamp_millis();
    let mut due = HashSet::new();
    for (entity, register) in registers {
        let id = entity.id.as_str();
        let current = tables.iter().find(|table| table.register == id && table.state == State::Current);
        let is_other = current.is_none_or(|current| current.definition != definition(&catalog, entity));
        let changed = register.on_change.zip(changes.get(&entity.id));
        let is_behind = changed.is_some_and(|(delay, at)| at.saturating_add_unsigned(delay) <= now);
        if is_other || is_behind {
            due.insert(entity.id.clone());
        }
    }
    Ok(due)
}

/// Writes down what changed since this node looked last.
async fn watch(
    engine: &Engine,
    catalog: &Catalog,
    registers: &[(&Arc<Entity>, &Arc<Register>)],
    tables: &[Table],
) -> Result<(), Error> {
    let watched: Vec<(&str, HashSet<EntityId>)> = registers
        .iter()
        .filter(|(_, register)| register.on_change.is_some())
        .map(|(entity, register)| (entity.id.as_str(), catalog.sources(register)))
        .collect();
    let place = engine.watch().0.lock().unwrap_or_else(PoisonError::into_inner).take();
    if watched.is_empty() {
        return Ok(());
    }
    // What changed while nobody looked lies behind what the oldest rows were made of.
    let is_watched = |table: &&Table| watched.iter().any(|(id, _)| *id == table.register);
    let current = tables.iter().filter(|table| table.state == State::Current).filter(is_watched);
    let begin = || current.map(|table| table.place).min().map_or_else(Place::default, Place::at);
    let mut place = place.unwrap_or_else(begin);
    let messages = place.advance(engine).await;
    *engine.watch().0.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
    let mut changed = HashSet::new();
    for message in messages?.iter().filter(|message| message.kind == RECORDS) {
        let Ok(Records { entity, .. }) = serde_json::from_str(&message.payload) else { continue };
        changed.insert(EntityId::new(&entity));
    }
    let concerned: Vec<&str> =
        watched.iter().filter(|(_, sources)| !sources.is_disjoint(&changed)).map(|(id, _)| *id).collect();
    if !concerned.is_empty() {
        let at = engine.now().timestamp_millis();
        engine.database().execute(&stored::changed(&concerned, at)).await?;
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
    discard(engine, &table.name).await
}

/// Takes a table away with all that is in it.
pub(super) async fn discard(engine: &Engine, name: &str) -> Result<(), Error> {
    let database = engine.database();
    if database.dialect() == Dialect::Sqlite {
        while database.execute(&kept::shed(name, SHED)).await? > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let mut tx = database.begin().await?;
    tx.execute_script(&[kept::drop_table(name)]).await?;
    tx.execute(&stored::forget(name)).await?;
    Ok(tx.commit().await?)
}
