//! What is told of acts that change no record, or more than a record: signing in, tokens, rights, exports.
//!
//! Changes of records are told by `records::audit`; both write records of the entity `audit_event`, in the transaction of
//! the act. A chain over all of them shows when somebody with the database in hand changed, removed or moved any.

pub mod chain;
pub(crate) mod reads;
pub mod seal;
pub mod trim;
pub mod verify;

use std::sync::Arc;

use access::{Access, Operation, Reason};
use expression::{FieldId, Value};
use query::Image;
use serde_json::Value as Json;
use storage::Transaction;
use uuid::Uuid;

use crate::records::audit::ENTITY;
use crate::{Context, Engine, Error};

pub use seal::Head;
pub use verify::{Verification, verify};

/// An act to be told.
#[derive(Debug, Clone)]
pub(crate) struct Event<'a> {
    /// What was done: a word of the screens' texts.
    pub(crate) operation: &'static str,
    /// Who did it, when it is known.
    pub(crate) actor: Option<Uuid>,
    /// Identity of the entity it is about.
    pub(crate) entity: &'a str,
    /// The record it is about.
    pub(crate) record: Option<Uuid>,
    /// What else is to be told; never a value of a record, never a secret.
    pub(crate) details: Json,
    /// Network address it came from.
    pub(crate) address: Option<&'a str>,
}

impl<'a> Event<'a> {
    /// An act of the caller on a person.
    pub(crate) fn on_person(ctx: &'a Context, operation: &'static str, person: Uuid) -> Self {
        let address = ctx.origin.address.as_deref();
        Self { operation, actor: ctx.user, entity: "user", record: Some(person), details: Json::Null, address }
    }

    /// The same with more to be told.
    pub(crate) fn with(self, details: Json) -> Self {
        Self { details, ..self }
    }
}

/// Tells an act in its transaction.
pub(crate) async fn note(engine: &Engine, tx: &mut Transaction, event: Event<'_>) -> Result<(), Error> {
    let access = Access::system(Reason::Bookkeeping, engine.catalog());
    let entity = access.catalog().entity(ENTITY).ok_or_else(|| Error::broken("no entity `audit_event`"))?;
    let grant = access.grant(&entity.id, Operation::Create).ok_or_else(|| Error::broken("no events may be written"))?;
    let text = |text: &str| Value::Text(text.into());
    let (now, actor) = (Value::DateTime(engine.now()), event.actor.map_or(Value::Empty, Value::Id));
    let record = event.record.map_or(Value::Empty, |id| text(&id.to_string()));
    let details = if event.details.is_null() { Value::Empty } else { Value::Json(Arc::new(event.details)) };
    let values = [
        ("created_at", now.clone()),
        ("created_by", actor.clone()),
        ("updated_at", now.clone()),
        ("updated_by", actor.clone()),
        ("version", Value::Integer(1)),
        ("audit_event.at", now),
        ("audit_event.actor", actor),
        ("audit_event.operation", text(event.operation)),
        ("audit_event.entity", text(event.entity)),
        ("audit_event.record", record),
        ("audit_event.changes", details),
        ("audit_event.address", event.address.map_or(Value::Empty, text)),
    ];
    let image = Image { values: values.into_iter().map(|(id, value)| (FieldId::new(id), value)).collect() };
    for statement in query::write::insert(&grant, &[(Uuid::now_v7(), image)], tx.dialect()) {
        tx.execute(&statement).await?;
    }
    Ok(())
}

/// Tells that the caller took records out of the product: of which entity, found by what, and how many.
///
/// Exports and prints call it in the transaction, or before the bytes, by which the records leave.
pub async fn exported(ctx: &Context, entity: &str, filter: Option<&str>, count: u64) -> Result<(), Error> {
    let details = serde_json::json!({"filter": filter, "count": count});
    let address = ctx.origin.address.as_deref();
    let event = Event { operation: "export", actor: ctx.user, entity, record: None, details, address };
    let mut tx = ctx.engine.database().begin().await?;
    note(&ctx.engine, &mut tx, event).await?;
    Ok(tx.commit().await?)
}
