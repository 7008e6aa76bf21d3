//! Advice about indexes: what lists are filtered and sorted by is counted, and what no index serves is told.
//!
//! Counted are sets of fields, never values. A node gathers in memory and writes down now and then, so that a list costs
//! no write.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use access::Reason;
use catalog::Entity;
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId, Value};
use query::search::texts;
use storage::internal::asked as stored;

use crate::{Context, Engine, Error};

/// Fields of a set; more make no better index.
const MOST_FIELDS: usize = 4;
/// Sets kept in memory until they are written down.
const MOST_SETS: usize = 2_000;
/// Records below which reading all of them is quick anyway.
const FEW: i64 = 1_000;
/// How long a set is kept that nobody asks by.
const KEPT: i64 = 30 * 24 * 3_600_000;

/// What a node has counted and not yet written down.
#[derive(Default)]
pub(crate) struct Asked(Mutex<HashMap<(EntityId, Vec<FieldId>), i64>>);

impl Asked {
    /// Counts a list by the fields it is filtered and sorted by.
    pub(crate) fn note(&self, entity: &EntityId, fields: &[FieldId]) {
        if fields.is_empty() {
            return;
        }
        let mut set: Vec<FieldId> = Vec::with_capacity(MOST_FIELDS);
        for field in fields {
            if set.len() < MOST_FIELDS && !set.contains(field) {
                set.push(field.clone());
            }
        }
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (entity.clone(), set);
        if sets.len() < MOST_SETS || sets.contains_key(&key) {
            *sets.entry(key).or_default() += 1;
        }
    }

    fn take(&self) -> HashMap<(EntityId, Vec<FieldId>), i64> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An index that would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Names of its fields, in order.
    pub fields: Vec<String>,
    /// How often lists were asked by them.
    pub times: i64,
    /// How many records each of those lists reads.
    pub records: i64,
}

/// Writes down what this node has counted.
pub(crate) async fn write_down(engine: &Engine) -> Result<(), Error> {
    let sets = engine.asked().take();
    if sets.is_empty() {
        return Ok(());
    }
    let now = engine.now().timestamp_millis();
    let mut tx = engine.database().begin().await?;
    for ((entity, fields), times) in sets {
        let fields: Vec<&str> = fields.iter().map(FieldId::as_str).collect();
        tx.execute(&stored::add(entity.as_str(), &fields.join(" "), times, now)).await?;
    }
    tx.execute(&stored::forget(now - KEPT)).await?;
    Ok(tx.commit().await?)
}

/// Tells a designer which indexes would help the lists of an entity, the most asked for first.
pub async fn of_entity(ctx: &Context, name: &str) -> Result<Vec<Advice>, Error> {
    ctx.designer()?;
    let entity = ctx.catalog().entity(name).filter(|entity| !entity.is_derived());
    let entity = entity.ok_or_else(|| Error::NotFound(Diagnostic::error("entity.unknown")))?;
    write_down(&ctx.engine).await?;
    let database = ctx.engine.database();
    let grant = ctx.engine.system(Reason::Bookkeeping).access.read(&entity.id);
    let Some(grant) = grant else { return Ok(Vec::new()) };
    let rows = database.fetch(&texts::count(&grant, database.dialect())).await?;
    let records = rows.first().and_then(|row| number(row.first()?)).unwrap_or(0);
    if records < FEW {
        return Ok(Vec::new());
    }
    let since = ctx.now.timestamp_millis() - KEPT;
    let rows = database.fetch(&stored::of_entity(entity.id.as_str(), since)).await?;
    let mut advice: Vec<Advice> = Vec::new();
    for row in &rows {
        let [Value::Text(fields), Value::Integer(times)] = row.as_slice() else { continue };
        let fields: Vec<FieldId> = fields.split(' ').map(FieldId::new).collect();
        let names: Option<Vec<String>> = fields.iter().map(|id| indexable(entity, id)).collect();
        let Some(names) = names.filter(|_| !is_served(entity, &fields)) else { continue };
        // A longer index serves what a shorter one would.
        match advice.iter_mut().find(|known| known.fields.starts_with(&names) || names.starts_with(&known.fields)) {
            Some(known) => {
                known.times += times;
                if names.len() > known.fields.len() {
                    known.fields = names;
                }
            }
            None => advice.push(Advice { fields: names, times: *times, records }),
        }
    }
    Ok(advice)
}

/// The name of a field that an index may hold.
fn indexable(entity: &Entity, id: &FieldId) -> Option<String> {
    let field = entity.field_by_id(id)?;
    let kinds = sql::ColumnType::of(&field.kind);
    let is_plain = !matches!(kinds.as_slice(), [sql::ColumnType::Json | sql::ColumnType::Bytes]);
    (field.columns.len() == 1 && is_plain).then(|| field.name.clone())
}

/// Says whether an index there begins with one of the fields asked by, in whatever order.
fn is_served(entity: &Entity, fields: &[FieldId]) -> bool {
    let indexes = entity.indexes.iter().map(|index| &index.fields).chain(entity.unique.iter().map(|key| &key.fields));
    let begins = |index: &Vec<FieldId>| {
        let common = index.iter().take_while(|field| fields.contains(field)).count();
        common == fields.len().min(index.len()) && common > 0
    };
    let is_link = |id: &FieldId| {
        entity
            .field_by_id(id)
            .is_some_and(|field| matches!(field.kind, catalog::FieldKind::Link { .. } | catalog::FieldKind::Id))
    };
    // Links and identities have indexes of their own.
    indexes.into_iter().any(begins) || (fields.len() == 1 && fields.iter().all(is_link))
}

fn number(value: &Value) -> Option<i64> {
    if let Value::Integer(number) = value { Some(*number) } else { None }
}
