//! Messages in the transaction of what they tell of.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use expression::EntityId;
use serde::{Deserialize, Serialize};
use sql::Statement;
use storage::Transaction;
use storage::notify::OUTBOX;
use uuid::Uuid;

use crate::records::unit_of_work::{Act, Change, UnitOfWork};
use crate::{Context, Error};

/// Kind of messages about records.
pub(crate) const RECORDS: &str = "records";
/// Kind of messages about a new revision.
pub(crate) const PUBLISHED: &str = "published";

/// Records of one entity to which the same was done.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Records {
    /// Identity of the entity.
    pub(crate) entity: String,
    /// What was done.
    pub(crate) operation: String,
    /// The records with their versions.
    pub(crate) records: Vec<(Uuid, i64)>,
}

/// Kind of messages about rows of a register that were composed anew.
pub(crate) const REFRESHED: &str = "refreshed";

/// Rows of a register that were composed anew.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Refreshed {
    /// Identity of the register.
    pub(crate) entity: String,
}

/// Kind of messages about what people are told.
pub(crate) const NOTICED: &str = "noticed";

/// People whose notices are others now.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Noticed {
    /// Who they are.
    pub(crate) people: Vec<Uuid>,
}

/// A new revision.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Published {
    /// Its number.
    pub(crate) revision: u64,
}

/// Writes one message for each entity and act.
pub(crate) async fn records_changed(ctx: &Context, unit: &mut UnitOfWork, changes: &[Change]) -> Result<(), Error> {
    let mut groups: BTreeMap<(&EntityId, Act), Vec<(Uuid, i64)>> = BTreeMap::new();
    for change in changes {
        groups.entry((&change.entity.id, change.act)).or_default().push((change.id, change.version));
    }
    for ((entity, act), records) in groups {
        let message = Records { entity: entity.as_str().to_owned(), operation: act.word().to_owned(), records };
        unit.later(ctx, message_of(ctx.now, RECORDS, &message)?, 1).await?;
        unit.announce(OUTBOX);
    }
    Ok(())
}

/// Writes the message of records whose stored formulas have other values now.
pub(crate) async fn records_recalculated(
    ctx: &Context,
    unit: &mut UnitOfWork,
    entity: &EntityId,
    records: &[(Uuid, i64)],
) -> Result<(), Error> {
    let operation = Act::Update.word().to_owned();
    let message = Records { entity: entity.as_str().to_owned(), operation, records: records.to_vec() };
    unit.later(ctx, message_of(ctx.now, RECORDS, &message)?, 1).await?;
    unit.announce(OUTBOX);
    Ok(())
}

/// Writes the message of a record that was made past the save of records.
pub(crate) async fn record_made(
    tx: &mut Transaction,
    now: DateTime<Utc>,
    entity: &EntityId,
    id: Uuid,
) -> Result<(), Error> {
    let operation = Act::Create.word().to_owned();
    let message = Records { entity: entity.as_str().to_owned(), operation, records: vec![(id, 1)] };
    tx.execute_later(message_of(now, RECORDS, &message)?, 1).await?;
    tx.announce(OUTBOX);
    Ok(())
}

/// Writes the message of notices that are new or were read.
pub(crate) async fn noticed(ctx: &Context, unit: &mut UnitOfWork, people: &[Uuid]) -> Result<(), Error> {
    unit.later(ctx, message_of(ctx.now, NOTICED, &Noticed { people: people.to_vec() })?, 1).await?;
    unit.announce(OUTBOX);
    Ok(())
}

/// Writes the message of a new revision.
pub(crate) async fn published(tx: &mut Transaction, now: DateTime<Utc>, revision: u64) -> Result<(), Error> {
    tx.execute_later(message_of(now, PUBLISHED, &Published { revision })?, 1).await?;
    tx.announce(OUTBOX);
    Ok(())
}

/// Writes the message of a register whose rows were composed anew.
pub(crate) async fn refreshed(tx: &mut Transaction, now: DateTime<Utc>, register: &EntityId) -> Result<(), Error> {
    let message = Refreshed { entity: register.as_str().to_owned() };
    tx.execute_later(message_of(now, REFRESHED, &message)?, 1).await?;
    tx.announce(OUTBOX);
    Ok(())
}

fn message_of(now: DateTime<Utc>, kind: &str, message: &impl Serialize) -> Result<Statement, Error> {
    let payload = serde_json::to_string(message)
        .map_err(|error| Error::Internal("a message cannot be written".to_owned(), Some(error.into())))?;
    Ok(storage::internal::outbox::append(now.timestamp_millis(), kind, &payload))
}
