//! Bringing the rows of a register up to date in part: those that changed records have a part in.
//!
//! One transaction reads the messages since the rows were composed, finds the rows that these records had and have a part in,
//! composes them anew, and says up to which message that was. All its statements see one moment. A message may be read twice, for
//! rows are made of what is there and not of what it tells; none is left out, for nobody who wrote a message of a number up to the
//! place that is kept was still to come to an end when that moment was.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use catalog::{Entity, Traced, TracedPart};
use diagnostic::Diagnostic;
use expression::{EntityId, Value};
use query::kept::{self, Only, traces};
use query::write::leading_to;
use sql::Statement;
use storage::internal::{outbox as stored_outbox, registers as stored};
use storage::{Transaction, failpoint};
use uuid::Uuid;

use super::keep::{self, State, Table};
use crate::events::outbox::{RECORDS, Records};
use crate::events::{KEPT, outbox, place};
use crate::records::CHUNK;
use crate::records::propagate::identities;
use crate::records::read::settings;
use crate::{Context, Error};

/// Changed records of which rows are composed one by one: of more the whole is composed faster, and keeps nobody waiting.
const MOST: usize = 10_000;
/// Of small registers no less than this, of large ones no greater share than a tenth.
const FEW: usize = 1_000;
/// Records that groups are made of that are composed anew.
const MEMBERS: i64 = 20_000;
/// Messages that are read.
const MESSAGES: i64 = 20_000;
/// Messages read at once.
const BATCH: i64 = 1_000;
/// Milliseconds for which what changed is known, with room before messages are forgotten.
const KNOWN: i64 = KEPT - 3_600_000;

/// What became of it.
pub(super) enum Outcome {
    /// So many rows there are now.
    Done(i64),
    /// They have to be composed as a whole, for this reason.
    Whole(Diagnostic),
}

fn whole<T>(code: &'static str) -> Result<T, Stop> {
    Err(Stop::Whole(Diagnostic::warning(code)))
}

/// Why it does not go on.
pub(super) enum Stop {
    Whole(Diagnostic),
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<storage::Error> for Stop {
    fn from(error: storage::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Brings the rows up to date, when that can be done in part.
pub(super) async fn refresh(ctx: &Context, entity: &Entity, tables: &[Table]) -> Result<Outcome, Error> {
    match tried(ctx, entity, tables).await {
        Ok(records) => Ok(Outcome::Done(records)),
        Err(Stop::Whole(reason)) => Ok(Outcome::Whole(reason)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

async fn tried(ctx: &Context, entity: &Entity, tables: &[Table]) -> Result<i64, Stop> {
    let engine = &ctx.engine;
    let register = entity.register.as_ref().ok_or_else(|| Error::broken("no register"))?;
    let traced = ctx.catalog().traced(register).map_err(|reason| Stop::Whole(reason.told()))?;
    let is_current = |table: &&Table| table.register == entity.id.as_str() && table.state == State::Current;
    let Some(table) = tables.iter().find(is_current) else { return whole("register.whole_first") };
    let is_known = table.traces == i64::try_from(traced.width()).ok();
    if table.definition != keep::definition(ctx.catalog(), entity) || !is_known {
        return whole("register.whole_first");
    }
    if table.revision != i64::try_from(ctx.catalog().revision).ok() {
        return whole("register.whole_published");
    }
    let as_of = engine.now().timestamp_millis();
    if as_of - table.as_of > KNOWN {
        return whole("register.whole_late");
    }
    let known = keep::changes(engine).await?.get(&entity.id).copied();
    let settled = place::settled(engine).await?;
    let count = engine.database().fetch(&stored_outbox::count_after(table.place, MESSAGES)).await?;
    if number(&count) >= MESSAGES {
        return whole("register.whole_changes");
    }
    let mut tx = engine.database().begin_steady().await?;
    let (changed, last) = changed(&mut tx, table.place, &traced).await?;
    let records = table.records.unwrap_or(0);
    let mut work = Work { ctx, entity, table, traced: &traced, tx, changed, gone: 0, come: 0, records };
    if !work.changed.is_empty() {
        work.compose().await?;
    }
    let Work { mut tx, gone, come, records, .. } = work;
    let touched = gone.max(come);
    // On SQLite nobody else writes; on PostgreSQL who had not come to an end has a greater number.
    let place =
        settled.map_or(table.place, |settled| if tx.dialect() == sql::Dialect::Sqlite { last } else { settled });
    let advanced = stored::Advanced {
        name: &table.name,
        places: (table.place, place.max(table.place)),
        as_of,
        records,
        refreshed: &keep::told_of(&keep::Refreshed { changed: Some(touched), whole: None }),
        at: engine.now().timestamp_millis(),
    };
    if tx.execute(&stored::advance(&advanced)).await? == 0 {
        return whole("register.whole_failed");
    }
    if touched > 0 {
        outbox::refreshed(&mut tx, ctx.now, &entity.id).await?;
    }
    failpoint("register.composed");
    tx.commit().await?;
    failpoint("register.advanced");
    keep::settle(engine, &entity.id, known, as_of).await?;
    Ok(records)
}

fn number(rows: &sql::Rows) -> i64 {
    match rows.first().and_then(|row| row.first()) {
        Some(Value::Integer(number)) => *number,
        _ => 0,
    }
}

/// Reads which records changed of what the rows are made of, and the number of the last message.
async fn changed(
    tx: &mut Transaction,
    place: i64,
    traced: &Traced,
) -> Result<(HashMap<EntityId, BTreeSet<Uuid>>, i64), Stop> {
    let watched: HashSet<&EntityId> = traced.entities();
    let mut found: HashMap<EntityId, BTreeSet<Uuid>> = HashMap::new();
    let mut last = place;
    loop {
        let rows = tx.fetch(&stored_outbox::after(last, BATCH)).await?;
        for row in &rows {
            let [Value::Integer(id), _, Value::Text(kind), Value::Text(payload)] = row.as_slice() else { continue };
            last = *id;
            if &**kind != RECORDS {
                continue;
            }
            let Ok(Records { entity, records, .. }) = serde_json::from_str(payload) else { continue };
            let entity = EntityId::new(&entity);
            if watched.contains(&entity) {
                let known = found.entry(entity).or_default();
                known.extend(records.into_iter().map(|(id, _)| id));
                if known.len() > MOST {
                    return whole("register.whole_changes");
                }
            }
        }
        if (rows.len() as i64) < BATCH {
            return Ok((found, last));
        }
    }
}

struct Work<'a> {
    ctx: &'a Context,
    entity: &'a Entity,
    table: &'a Table,
    traced: &'a Traced,
    tx: Transaction,
    changed: HashMap<EntityId, BTreeSet<Uuid>>,
    /// Rows that were taken out.
    gone: i64,
    /// Rows that were put in.
    come: i64,
    /// Rows there are.
    records: i64,
}

impl Work<'_> {
    async fn compose(&mut self) -> Result<(), Stop> {
        let mut beginning: BTreeMap<usize, Vec<Uuid>> = BTreeMap::new();
        let mut left = MOST.min((usize::try_from(self.records).unwrap_or(0) / 10).max(FEW));
        for (at, part) in self.traced.parts.iter().enumerate() {
            let records = self.beginning(at, part).await?;
            let Some(rest) = left.checked_sub(records.len()) else { return whole("register.whole_changes") };
            left = rest;
            if !records.is_empty() {
                beginning.insert(at, records.into_iter().collect());
            }
        }
        if beginning.is_empty() {
            return Ok(());
        }
        if self.traced.width() == 0 {
            for (at, records) in &beginning {
                self.take(records).await?;
                self.put_of(*at, records).await?;
            }
            return Ok(());
        }
        let rows = self.retrace(&beginning).await?;
        self.take(&rows).await?;
        if self.traced.is_grouped {
            self.put_groups(&rows).await
        } else {
            for (at, records) in &beginning {
                self.put_of(*at, records).await?;
            }
            Ok(())
        }
    }

    /// The records with which a part begins whose rows are others now, or may be.
    async fn beginning(&mut self, at: usize, part: &TracedPart) -> Result<BTreeSet<Uuid>, Stop> {
        let mut found = BTreeSet::new();
        let width = self.traced.width();
        let (catalog, dialect) = (self.ctx.catalog().clone(), self.tx.dialect());
        for (place, entity) in part.records.iter().enumerate() {
            let mut concerned: BTreeSet<Uuid> = self.changed.get(entity).cloned().unwrap_or_default();
            for (_, way, end) in part.ways.iter().filter(|(of, ..)| *of == place) {
                for chunk in self.of(end).chunks(CHUNK) {
                    let statement = leading_to(&catalog, way, chunk, Some(MOST as u64 + 1), dialect);
                    let statement = statement.ok_or_else(|| Error::broken("a way of links leads nowhere"))?;
                    concerned.extend(identities(self.tx.fetch(&statement).await?));
                }
                if concerned.len() > MOST {
                    return whole("register.whole_changes");
                }
            }
            if place == 0 {
                found.extend(concerned);
                continue;
            }
            let concerned: Vec<Uuid> = concerned.into_iter().collect();
            for chunk in concerned.chunks(CHUNK) {
                let before = traces::began(&self.table.name, at, place, chunk, dialect);
                found.extend(identities(self.tx.fetch(&before).await?));
                let only = Only::Records(at, place, chunk);
                let now = traces::beginning(&self.ctx.access, self.entity, width, &only, &settings(self.ctx));
                found.extend(identities(self.tx.fetch(&now.map_err(Error::Invalid)?).await?));
                if found.len() > MOST {
                    return whole("register.whole_changes");
                }
            }
        }
        Ok(found)
    }

    fn of(&self, entity: &EntityId) -> Vec<Uuid> {
        self.changed.get(entity).into_iter().flatten().copied().collect()
    }

    /// Writes down what these records are a part of now; gives the rows that they were and are a part of.
    async fn retrace(&mut self, beginning: &BTreeMap<usize, Vec<Uuid>>) -> Result<Vec<Uuid>, Stop> {
        let (name, dialect, width) = (&self.table.name, self.tx.dialect(), self.traced.width());
        let mut rows = BTreeSet::new();
        for (at, records) in beginning {
            for chunk in records.chunks(CHUNK) {
                let traced = traces::rows(name, *at, chunk, dialect);
                rows.extend(identities(self.tx.fetch(&traced).await?));
                self.tx.execute(&traces::remove(name, *at, chunk, dialect)).await?;
                let only = Only::Records(*at, 0, chunk);
                let fill = traces::fill(&self.ctx.access, self.entity, name, width, Some(&only), &settings(self.ctx));
                self.tx.execute(&fill.map_err(Error::Invalid)?).await?;
                rows.extend(identities(self.tx.fetch(&traced).await?));
            }
        }
        Ok(rows.into_iter().collect())
    }

    async fn take(&mut self, rows: &[Uuid]) -> Result<(), Stop> {
        for chunk in rows.chunks(CHUNK) {
            let gone = self.tx.execute(&kept::remove(&self.table.name, chunk, self.tx.dialect())).await?;
            let gone = i64::try_from(gone).unwrap_or(i64::MAX);
            (self.gone, self.records) = (self.gone + gone, self.records - gone);
        }
        Ok(())
    }

    /// Composes the rows of a part that begin with these records.
    async fn put_of(&mut self, part: usize, records: &[Uuid]) -> Result<(), Stop> {
        for chunk in records.chunks(CHUNK) {
            self.put(&Only::Records(part, 0, chunk)).await?;
        }
        Ok(())
    }

    async fn put_groups(&mut self, rows: &[Uuid]) -> Result<(), Stop> {
        let name = &self.table.name;
        let mut members = 0;
        for chunk in rows.chunks(CHUNK) {
            members += number(&self.tx.fetch(&traces::count(name, chunk, self.tx.dialect())).await?);
            if members > MEMBERS {
                return whole("register.whole_large_groups");
            }
        }
        for chunk in rows.chunks(CHUNK) {
            self.put(&Only::Rows(&traces::table(name), chunk)).await?;
        }
        Ok(())
    }

    async fn put(&mut self, only: &Only<'_>) -> Result<(), Stop> {
        let fill: Result<Statement, _> =
            kept::fill(&self.ctx.access, self.entity, &self.table.name, Some(only), &settings(self.ctx));
        let come = self.tx.execute(&fill.map_err(Error::Invalid)?).await?;
        let come = i64::try_from(come).unwrap_or(i64::MAX);
        (self.come, self.records) = (self.come + come, self.records + come);
        Ok(())
    }
}
