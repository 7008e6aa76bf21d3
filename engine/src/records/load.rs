//! Before images, locked, and what becomes of them.

use std::collections::HashMap;

use access::Operation;
use catalog::{Entity, FieldKind};
use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use query::Image;
use query::write::{Bin, Lock};
use uuid::Uuid;

use super::command::{Command, Target};
use super::save::Set;
use super::unit_of_work::{Act, UnitOfWork};
use super::{judge, leave};
use crate::{Context, Error};

/// Loads and locks the records of a change and compares their versions; new records have empty images.
pub(crate) async fn before_images(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    if set.act == Act::Create {
        set.before = vec![Image::default(); set.commands.len()];
        return Ok(());
    }
    let ids: Vec<Uuid> = set.commands.iter().map(|command| command.id).collect();
    let mut found = locked(ctx, unit, set, &ids).await?;
    let entity = set.entity().clone();
    set.before = Vec::with_capacity(ids.len());
    for command in &set.commands {
        let Some(image) = found.remove(&command.id) else {
            return Err(not_found(ctx, &entity));
        };
        if let Some(version) = command.version {
            compare(&entity, command, version, &image)?;
        }
        set.before.push(image);
    }
    Ok(())
}

async fn locked(ctx: &Context, unit: &mut UnitOfWork, set: &Set, ids: &[Uuid]) -> Result<HashMap<Uuid, Image>, Error> {
    let (reading, dialect) = (reading(ctx, &set.grant), unit.dialect());
    // One version is one content, and leave that depends on nothing else: it may be read before and compared at the end.
    let is_told_by_version = reading.condition().is_none_or(|condition| judge::is_own(ctx.catalog(), condition));
    if let [Command { id, version: Some(version), .. }] = set.commands.as_slice()
        && is_told_by_version
        && let Some(bundle) = unit.gathering()
    {
        bundle.check_own(query::write::of_version(&set.grant, *id, *version, dialect));
        let statement = query::write::load(&reading, ids, Lock::None, Bin::Live, dialect);
        let rows = ctx.engine.database().fetch(&statement).await?;
        return Ok(query::write::images(set.entity(), rows).into_iter().collect());
    }
    let statement = query::write::load(&reading, ids, Lock::Update, Bin::Live, dialect);
    let rows = unit.tx(ctx).await?.fetch(&statement).await?;
    Ok(query::write::images(set.entity(), rows).into_iter().collect())
}

/// Leave to look at the records of a change: a record that may not be read is not there, whatever may be done with it.
/// Whoever may write and not read sees what may be written.
pub(crate) fn reading(ctx: &Context, grant: &access::Grant) -> access::Grant {
    ctx.access.read(&grant.entity().id).unwrap_or_else(|| grant.clone())
}

/// Says that there is no such record.
pub(crate) fn not_found(ctx: &Context, entity: &Entity) -> Error {
    let label = super::label(&entity.label, ctx.locale).unwrap_or(&entity.name);
    Error::NotFound(Diagnostic::error("record.not_found").with("entity", label))
}

fn compare(entity: &Entity, command: &Command, version: i64, image: &Image) -> Result<(), Error> {
    let current = version_of(image);
    if current == version {
        return Ok(());
    }
    let mut fields: Vec<String> = Vec::new();
    let mut differing = |id: &FieldId, sent: &Value| {
        if image.values.get(id).unwrap_or(&Value::Empty) != sent
            && let Some(field) = entity.field_by_id(id)
        {
            fields.push(field.name.clone());
        }
    };
    for (id, value) in &command.values {
        differing(id, value);
    }
    for reference in &command.references {
        let single =
            entity.field_by_id(&reference.field).is_some_and(|field| matches!(field.kind, FieldKind::Link { .. }));
        if let (true, Target::Id(id)) = (single, &reference.target) {
            differing(&reference.field, &Value::Id(*id));
        }
    }
    Err(Error::StaleVersion { current, fields, record: command.id.to_string() })
}

/// The version of a stored record.
pub(crate) fn version_of(image: &Image) -> i64 {
    match image.values.get(&FieldId::new("version")) {
        Some(Value::Integer(version)) => *version,
        _ => 0,
    }
}

/// Puts the given values over those there are, and writes who did it and when.
pub(crate) fn after_images(ctx: &Context, set: &mut Set) {
    let by = ctx.user.map_or(Value::Empty, Value::Id);
    let now = Value::DateTime(ctx.now);
    let create = set.act == Act::Create;
    set.after = std::iter::zip(&set.before, &set.commands)
        .map(|(before, command)| {
            let mut after = before.clone();
            for (id, value) in &command.values {
                after.values.insert(id.clone(), value.clone());
            }
            let mut attribute = |name: &str, value: &Value| after.values.insert(FieldId::new(name), value.clone());
            if create {
                attribute("id", &Value::Id(command.id));
                attribute("created_at", &now);
                attribute("created_by", &by);
                attribute("version", &Value::Integer(1));
            }
            attribute("updated_at", &now);
            attribute("updated_by", &by);
            after
        })
        .collect();
}

/// Asks for leave to do an operation on what is stored: the rows of a dataset have no past and no rules of their own.
pub(crate) fn stored(ctx: &Context, entity: &str, operation: Operation) -> Result<access::Grant, Error> {
    let grant = granted(ctx, entity, operation)?;
    let entity = grant.entity();
    match entity.is_derived() {
        false => Ok(grant),
        true => {
            let problem = Diagnostic::error("record.composed").named("name", &entity.name, &entity.label.0);
            Err(Error::NotFound(problem))
        }
    }
}

/// Asks for leave to do an operation; a refusal is 403 where the caller may read, else 404.
pub(crate) fn granted(ctx: &Context, entity: &str, operation: Operation) -> Result<access::Grant, Error> {
    let unknown = || {
        let names = ctx
            .catalog()
            .readable()
            .iter()
            .filter(|known| ctx.access.read(&known.id).is_some())
            .map(|known| known.name.as_str());
        let nearest = schemas::suggest::nearest(entity, names);
        Error::NotFound(Diagnostic::error("record.unknown_entity").with("name", entity).with_some("nearest", nearest))
    };
    let known = ctx.catalog().entity(entity).ok_or_else(unknown)?;
    if let Some(grant) = ctx.access.grant(&known.id, operation) {
        return Ok(grant);
    }
    if ctx.access.read(&known.id).is_none() {
        return Err(unknown());
    }
    let label = super::label(&known.plural, ctx.locale).unwrap_or(&known.name);
    let code = match operation {
        Operation::Export => "record.export_forbidden",
        Operation::Share => "record.share_forbidden",
        Operation::Read | Operation::Update => "record.update_forbidden",
        Operation::Create => "record.create_forbidden",
        Operation::Delete => "record.delete_forbidden",
    };
    Err(Error::Forbidden(Diagnostic::error(code).with("entity", label)))
}

/// Loads and locks one record, to see that it is there and, when a version is given, still of that version.
pub(crate) async fn check_one(
    ctx: &Context,
    unit: &mut UnitOfWork,
    grant: &access::Grant,
    id: Uuid,
    version: Option<i64>,
) -> Result<(), Error> {
    let statement = query::write::load(&reading(ctx, grant), &[id], Lock::Update, Bin::Live, unit.dialect());
    let rows = unit.tx(ctx).await?.fetch(&statement).await?;
    let Some((_, image)) = query::write::images(grant.entity(), rows).into_iter().next() else {
        return Err(not_found(ctx, grant.entity()));
    };
    leave::of_all(ctx, unit, grant, &[id]).await?;
    match version {
        Some(version) => compare(grant.entity(), &Command::empty("", id, Some(version)), version, &image),
        None => Ok(()),
    }
}
