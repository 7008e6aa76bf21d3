//! Records that mirror what is published: roles, so that people can be given them like any other record, and revisions.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use access::{Access, Grant, Operation, Reason};
use catalog::{Catalog, Entity, Label, Role};
use chrono::{DateTime, Utc};
use expression::Value;
use query::Image;
use query::write::{self, Bin, Lock};
use serde_json::Value as Json;
use storage::Transaction;
use uuid::Uuid;

use crate::Error;

/// Namespace of the identities that records of roles have: made of the role's, they outlive every rename.
const ROLES: Uuid = Uuid::from_u128(0x7b1c_90f4_5d1e_4f0a_9c55_3f6e_2f10_8a01);

/// Gives the identity of a role's record.
pub(crate) fn role_record(role: &Role) -> Uuid {
    Uuid::new_v5(&ROLES, role.id.as_bytes())
}

/// Brings the records of roles in line with a catalog; those of roles that are gone lie in the recycle bin.
pub(crate) async fn roles(
    tx: &mut Transaction,
    before: Option<&Catalog>,
    next: &Arc<Catalog>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let entity = entity(next, "role")?;
    let wanted: HashSet<Uuid> = next.roles.iter().map(|role| role_record(role)).collect();
    let gone = before.into_iter().flat_map(|before| &before.roles).map(|role| role_record(role));
    let gone: Vec<Uuid> = gone.filter(|id| !wanted.contains(id)).collect();
    if !gone.is_empty() {
        let removal = image(entity, [("deleted_at", Value::DateTime(now))]);
        let grant = grant(next, entity, Operation::Update)?;
        tx.execute(&write::update_all(&grant, &gone, &removal, tx.dialect())).await?;
    }
    let ids: Vec<Uuid> = wanted.into_iter().collect();
    let read = grant(next, entity, Operation::Read)?;
    let rows = tx.fetch(&write::load(&read, &ids, Lock::None, Bin::Any, tx.dialect())).await?;
    let stored: HashMap<Uuid, Image> = write::images(entity, rows).into_iter().collect();
    for role in &next.roles {
        put_role(tx, next, entity, role, stored.get(&role_record(role)), now).await?;
    }
    Ok(())
}

async fn put_role(
    tx: &mut Transaction,
    catalog: &Arc<Catalog>,
    entity: &Arc<Entity>,
    role: &Role,
    stored: Option<&Image>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let label = text_of(&role.label, &catalog.workspace.language).unwrap_or(&role.name);
    let wanted = image(
        entity,
        [
            ("name", Value::Text(role.name.as_str().into())),
            ("label", Value::Text(label.into())),
            ("built_in", Value::Boolean(role.built_in)),
            ("deleted_at", Value::Empty),
        ],
    );
    let dialect = tx.dialect();
    match stored {
        None => {
            let grant = grant(catalog, entity, Operation::Create)?;
            let fresh = stamped(entity, wanted, now);
            for statement in write::insert(&grant, &[(role_record(role), fresh)], dialect) {
                tx.execute(&statement).await?;
            }
        }
        Some(stored) if wanted.values.iter().any(|(id, value)| stored.values.get(id) != Some(value)) => {
            let grant = grant(catalog, entity, Operation::Update)?;
            tx.execute(&write::update_all(&grant, &[role_record(role)], &wanted, dialect)).await?;
        }
        Some(_) => {}
    }
    Ok(())
}

/// What a revision's record and its audit event say.
pub(crate) struct RevisionRecord<'a> {
    /// Number of the revision.
    pub(crate) number: u64,
    /// What its publisher noted.
    pub(crate) note: Option<&'a str>,
    /// Who published it.
    pub(crate) by: Option<Uuid>,
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// Documents it changed, as JSON.
    pub(crate) changes: Json,
    /// What was done instead of a publish, and the JSON of what it did.
    pub(crate) instead: Option<(&'static str, Json)>,
}

/// Makes the record of a revision and its audit event.
pub(crate) async fn revision(
    tx: &mut Transaction,
    catalog: &Arc<Catalog>,
    record: &RevisionRecord<'_>,
) -> Result<(), Error> {
    let by = record.by.map_or(Value::Empty, Value::Id);
    let changes = Value::Json(Arc::new(record.changes.clone()));
    let note = record.note.filter(|note| !note.is_empty()).map_or(Value::Empty, |note| Value::Text(note.into()));
    let (id, number) = (Uuid::now_v7(), i64::try_from(record.number).unwrap_or(i64::MAX));
    let revision = [
        ("number", Value::Integer(number)),
        ("note", note),
        ("published_at", Value::DateTime(record.at)),
        ("published_by", by.clone()),
        ("changes", changes.clone()),
        ("created_by", by.clone()),
    ];
    insert(tx, catalog, "revision", id, revision, record.at).await?;
    let (operation, done) = match &record.instead {
        Some((operation, done)) => (*operation, Value::Json(Arc::new(done.clone()))),
        None => ("publish", changes),
    };
    let event = [
        ("at", Value::DateTime(record.at)),
        ("actor", by.clone()),
        ("operation", Value::Text(operation.into())),
        ("entity", Value::Text("revision".into())),
        ("record", Value::Text(id.to_string().into())),
        ("changes", done),
        ("created_by", by),
    ];
    insert(tx, catalog, "audit_event", Uuid::now_v7(), event, record.at).await
}

async fn insert<const N: usize>(
    tx: &mut Transaction,
    catalog: &Arc<Catalog>,
    name: &str,
    id: Uuid,
    values: [(&str, Value); N],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let entity = entity(catalog, name)?;
    let grant = grant(catalog, entity, Operation::Create)?;
    let fresh = stamped(entity, image(entity, values), now);
    for statement in write::insert(&grant, &[(id, fresh)], tx.dialect()) {
        tx.execute(&statement).await?;
    }
    Ok(())
}

fn stamped(entity: &Entity, mut image: Image, now: DateTime<Utc>) -> Image {
    for name in ["created_at", "updated_at"] {
        if let Some(field) = entity.field(name) {
            image.values.insert(field.id.clone(), Value::DateTime(now));
        }
    }
    image
}

fn image<const N: usize>(entity: &Entity, values: [(&str, Value); N]) -> Image {
    let known = values.into_iter().filter_map(|(name, value)| Some((entity.field(name)?.id.clone(), value)));
    Image { values: known.collect() }
}

fn entity<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a Arc<Entity>, Error> {
    catalog.entity(name).ok_or_else(|| Error::broken(format!("no entity `{name}`")))
}

fn grant(catalog: &Arc<Catalog>, entity: &Entity, operation: Operation) -> Result<Grant, Error> {
    let access = Access::system(Reason::Bookkeeping, Arc::clone(catalog));
    access
        .grant(&entity.id, operation)
        .ok_or_else(|| Error::broken(format!("the engine itself may not write `{}`", entity.name)))
}

fn text_of<'a>(label: &'a Label, language: &str) -> Option<&'a str> {
    let texts = &label.0;
    texts.get(language).or_else(|| texts.get("en")).or_else(|| texts.values().next()).map(String::as_str)
}
