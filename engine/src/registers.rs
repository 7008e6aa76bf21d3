//! Registers: the rows of datasets, kept in tables of their own.
//!
//! A job brings those rows up to date that changed records have a part in (`part`), or composes all into a new table beside the
//! one that is read; then one short transaction has the new one read. What reads knows by [`catalog::Kept`] which table that is;
//! the old one stays for as long as a statement may last.

pub(crate) mod build;
pub(crate) mod keep;
mod part;

use catalog::{Entity, Label};
use chrono::{DateTime, Utc};
use diagnostic::Diagnostic;
use uuid::Uuid;

use crate::jobs::schedule::{self, Schedule};
use crate::{Context, Error};
pub use keep::Refreshed;
use keep::{State, Table};

/// A register and how its rows came about.
#[derive(Debug, Clone)]
pub struct Status {
    /// Name and label.
    pub register: (String, Label),
    /// Name and label of the dataset whose rows it keeps.
    pub dataset: (String, Label),
    /// The moment whose records its rows are made of; `None` before they were composed the first time.
    pub as_of: Option<DateTime<Utc>>,
    /// How many rows there are.
    pub records: Option<i64>,
    /// How long it took to compose them, in milliseconds.
    pub milliseconds: Option<i64>,
    /// Since when something changed of what they are made, as far as that is looked after.
    pub changed_at: Option<DateTime<Utc>>,
    /// Milliseconds after a change within which they are composed anew.
    pub on_change: Option<u64>,
    /// How its rows were composed last.
    pub refreshed: Option<Refreshed>,
    /// Its times and the job that composes them, or did last.
    pub schedule: Option<Schedule>,
}

/// Lists the registers, for designers.
pub async fn list(ctx: &Context) -> Result<Vec<Status>, Error> {
    ctx.designer()?;
    let tables = keep::tables(&ctx.engine).await?;
    let changes = keep::changes(&ctx.engine).await?;
    let mut schedules = schedule::of_registers(ctx).await?;
    let catalog = ctx.catalog();
    let moment = |at: i64| DateTime::from_timestamp_millis(at);
    let mut found = Vec::new();
    for entity in catalog.derived() {
        let Some(register) = &entity.register else { continue };
        let id = entity.id.as_str();
        let current = tables.iter().find(|table| table.register == id && table.state == State::Current);
        let named = |entity: &Entity| (entity.name.clone(), entity.label.clone());
        let at = schedules.iter().position(|schedule| schedule.id == id);
        found.push(Status {
            register: named(entity),
            dataset: catalog.entity_by_id(&register.dataset).map(|it| named(it)).unwrap_or_default(),
            as_of: current.and_then(|table| moment(table.as_of)),
            records: current.and_then(|table| table.records),
            milliseconds: current.and_then(Table::milliseconds),
            changed_at: changes.get(&entity.id).and_then(|changed| moment(changed.at)),
            on_change: register.on_change,
            refreshed: current.and_then(|table| table.refreshed.clone()),
            schedule: at.map(|at| schedules.swap_remove(at)),
        });
    }
    Ok(found)
}

/// Composes the rows of a register anew, for designers; gives the job, the one under way when there is one.
pub async fn refresh(ctx: &Context, name: &str) -> Result<Uuid, Error> {
    ctx.designer()?;
    let found = ctx.catalog().entity(name).filter(|entity| entity.register.is_some());
    let entity = found.ok_or_else(|| Error::NotFound(Diagnostic::error("register.unknown").with("name", name)))?;
    schedule::run(ctx, entity.id.as_str()).await
}

/// The moment whose records the rows of a register are made of; `None` of what is no register, or was not composed yet.
pub fn as_of(ctx: &Context, entity: &Entity) -> Option<DateTime<Utc>> {
    entity.register.as_ref()?;
    let built = ctx.catalog().kept.of(&entity.id)?;
    DateTime::from_timestamp_millis(built.as_of)
}
