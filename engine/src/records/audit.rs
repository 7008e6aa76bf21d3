//! Audit events: one record of `audit_event` for each changed record, in the same transaction.

use access::{Access, Operation, Reason};
use catalog::{Field, FieldKind};
use expression::{FieldId, Value};
use query::Image;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use uuid::Uuid;

use super::unit_of_work::{Act, Change, UnitOfWork};
use super::{wire, write};
use crate::{Context, Error};

/// Name and identity of the entity of audit events.
pub(crate) const ENTITY: &str = "audit_event";

/// Events written by one statement.
const ROWS: usize = 200;
/// Up to how many events go to the database with the messages about them.
const FEW: usize = 50;

/// Writes the events of changed records.
pub(crate) async fn write(ctx: &Context, unit: &mut UnitOfWork, changes: &[Change]) -> Result<(), Error> {
    let access = Access::system(Reason::Bookkeeping, ctx.catalog().clone());
    let grant = ctx
        .catalog()
        .entity(ENTITY)
        .and_then(|entity| access.grant(&entity.id, Operation::Create))
        .ok_or_else(|| Error::Internal("no entity `audit_event`".to_owned(), None))?;
    let (job, dialect) = (unit.job, unit.dialect());
    let shared = shared(ctx, job);
    let fields =
        ["operation", "entity", "record", "changes", "script"].map(|name| FieldId::new(&format!("{ENTITY}.{name}")));
    let mut statements = changes.chunks(ROWS).flat_map(|changes| {
        let images = changes.iter().map(|change| (Uuid::now_v7(), image(&shared, &fields, change)));
        query::write::insert(&grant, &images.collect::<Vec<_>>(), dialect).collect::<Vec<_>>()
    });
    match statements.next() {
        Some(statement) if changes.len() <= FEW => unit.later(ctx, statement, changes.len() as u64).await?,
        first => {
            unit.tx(ctx).await?.execute_all(first.into_iter().chain(statements)).await?;
        }
    }
    Ok(())
}

/// What the events of one act have in common.
fn shared(ctx: &Context, job: Option<Uuid>) -> Image {
    let actor = ctx.user.map_or(Value::Empty, Value::Id);
    let now = Value::DateTime(ctx.now);
    let values = [
        ("created_at", now.clone()),
        ("created_by", actor.clone()),
        ("updated_at", now.clone()),
        ("updated_by", actor.clone()),
        ("version", Value::Integer(1)),
        ("audit_event.at", now),
        ("audit_event.actor", actor),
        (
            "audit_event.address",
            ctx.origin.address.as_deref().map_or(Value::Empty, |address| Value::Text(address.into())),
        ),
        ("audit_event.job", job.map_or(Value::Empty, |job| Value::Text(job.to_string().into()))),
    ];
    Image { values: values.into_iter().map(|(id, value)| (FieldId::new(id), value)).collect() }
}

fn image(shared: &Image, fields: &[FieldId; 5], change: &Change) -> Image {
    let text = |text: &str| Value::Text(text.into());
    let changes = changes(change);
    let values = [
        text(change.act.word()),
        text(change.entity.id.as_str()),
        text(&change.id.to_string()),
        if changes.is_empty() { Value::Empty } else { Value::Json(Arc::new(Json::Object(changes))) },
        change.script.as_deref().map_or(Value::Empty, text),
    ];
    let mut image = shared.clone();
    image.values.extend(std::iter::zip(fields.iter().cloned(), values));
    image
}

/// Changes by field identity, from and to; an absent side is empty.
fn changes(change: &Change) -> Map<String, Json> {
    let mut all = Map::new();
    if matches!(change.act, Act::Delete | Act::Restore) {
        return all;
    }
    for (id, value) in write::moved(&change.before, &change.after) {
        if let Some(field) = change.entity.field_by_id(id).filter(|field| is_told(field)) {
            let before = change.before.values.get(id).unwrap_or(&Value::Empty);
            all.insert(id.as_str().to_owned(), told(field, before, value));
        }
    }
    for (id, moved) in &change.links {
        let list = |ids: &[Uuid]| ids.iter().map(|id| Json::from(id.to_string())).collect::<Vec<_>>();
        all.insert(id.as_str().to_owned(), json!({"from": list(&moved.from), "to": list(&moved.to)}));
    }
    for id in &change.hidden {
        all.insert(id.as_str().to_owned(), json!({"changed": true}));
    }
    all
}

/// Of the attributes only the owner is a matter of people; the others are what every change moves.
pub(crate) fn is_told(field: &Field) -> bool {
    !super::is_attribute(field) || field.id.as_str() == "owner"
}

fn told(field: &Field, before: &Value, after: &Value) -> Json {
    if matches!(field.kind, FieldKind::Secret) {
        return json!({"changed": true});
    }
    let mut sides = Map::with_capacity(2);
    for (name, value) in [("from", before), ("to", after)] {
        if *value != Value::Empty {
            sides.insert(name.to_owned(), wire::json(&field.kind, value));
        }
    }
    Json::Object(sides)
}
