//! Links of a command: each must lead to a record outside the recycle bin that the caller may read.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use catalog::{Entity, FieldKind, LinkFlavour};
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId, Value};
use query::write::Lock;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::command::{Command, Reference, Target, field_label};
use super::save::Set;
use super::unit_of_work::UnitOfWork;
use super::{coerce, wire};
use crate::{Context, Error, Locale, files};

/// Records found for the references of a set.
#[derive(Default)]
struct Found {
    ids: HashSet<(EntityId, Uuid)>,
    /// `None` where several records have the value.
    keys: HashMap<(FieldId, String), Option<Uuid>>,
}

/// Finds every target with one statement for each entity or key, holds it until the end, and puts it into the values.
pub(crate) async fn resolve(ctx: &Context, unit: &mut UnitOfWork, set: &mut Set) -> Result<(), Error> {
    let entity = set.entity().clone();
    let before = std::mem::take(&mut set.before);
    let found = find(ctx, unit, &entity, set, &before).await?;
    for (command, before) in std::iter::zip(&mut set.commands, &before) {
        for reference in std::mem::take(&mut command.references) {
            if let Target::Key { field, value } = &reference.target
                && found.keys.get(&(field.clone(), value.clone())) == Some(&None)
            {
                let mistake = missing(ctx, &entity, &reference);
                command.mistakes.push(Diagnostic { code: "record.link_ambiguous", ..mistake });
                continue;
            }
            let id = match &reference.target {
                Target::Id(id) if kept(&entity, &reference, *id, before) => Some(*id),
                Target::Id(id) => found.ids.contains(&(reference.entity.clone(), *id)).then_some(*id),
                Target::Key { field, value } => found.keys.get(&(field.clone(), value.clone())).copied().flatten(),
            };
            match id {
                Some(id) => put(&entity, command, &reference, id),
                None => command.mistakes.push(missing(ctx, &entity, &reference)),
            }
        }
    }
    set.before = before;
    Ok(())
}

/// Says whether the record already has this target: what was allowed once needs no new leave.
fn kept(entity: &Entity, reference: &Reference, id: Uuid, before: &query::Image) -> bool {
    let single = entity.field_by_id(&reference.field).is_some_and(|field| matches!(field.kind, FieldKind::Link { .. }));
    single && before.values.get(&reference.field) == Some(&Value::Id(id))
}

async fn find(
    ctx: &Context,
    unit: &mut UnitOfWork,
    entity: &Entity,
    set: &Set,
    before: &[query::Image],
) -> Result<Found, Error> {
    let mut ids: BTreeMap<(EntityId, bool), Vec<Uuid>> = BTreeMap::new();
    let rolled_up = ctx.catalog().triggers.links_of(&entity.id);
    let mut keys: BTreeMap<(EntityId, FieldId), Vec<String>> = BTreeMap::new();
    let mut files = Vec::new();
    let mut is_leaving = false;
    for (command, before) in std::iter::zip(&set.commands, before) {
        for reference in &command.references {
            match &reference.target {
                Target::Id(id) if kept(entity, reference, *id, before) => {}
                Target::Id(id) if is_file(entity, reference) => files.push((reference.entity.clone(), *id)),
                Target::Id(id) => {
                    let key = (reference.entity.clone(), rolled_up.contains(&reference.field));
                    // What it was rolled up into is written as well: held after the other, two who change places would wait
                    // for each other.
                    let left = before.values.get(&reference.field).and_then(Value::id).filter(|_| key.1);
                    is_leaving |= left.is_some();
                    ids.entry(key).or_default().extend(left.into_iter().chain([*id]));
                }
                Target::Key { field, value } => {
                    keys.entry((reference.entity.clone(), field.clone())).or_default().push(value.clone());
                }
            }
        }
    }
    if is_leaving {
        // Whether it is still there is no presumption of the save.
        unit.tx(ctx).await?;
    }
    let mut found = Found::default();
    for ((target, is_rolled_up), ids) in ids {
        // What the record will be rolled up into is to be written: two who both held it for reading would wait for each other.
        let lock = if is_rolled_up { Lock::Update } else { Lock::Share };
        find_ids(ctx, unit, &target, ids, lock, &mut found).await?;
    }
    for ((target, field), values) in keys {
        find_keys(ctx, unit, &target, &field, values, &mut found).await?;
    }
    if !files.is_empty() {
        let wanted: Vec<Uuid> = files.iter().map(|(_, id)| *id).collect();
        let usable = files::usable(ctx, unit.tx(ctx).await?, &wanted).await?;
        found.ids.extend(files.into_iter().filter(|(_, id)| usable.contains(id)));
    }
    Ok(found)
}

async fn find_ids(
    ctx: &Context,
    unit: &mut UnitOfWork,
    target: &EntityId,
    mut ids: Vec<Uuid>,
    lock: Lock,
    found: &mut Found,
) -> Result<(), Error> {
    let Some(grant) = ctx.access.read(target) else { return Ok(()) };
    ids.sort_unstable();
    ids.dedup();
    for ids in ids.chunks(super::CHUNK) {
        let statement = query::write::exists_live(&grant, ids, lock, unit.dialect());
        if let Some(bundle) = unit.gathering() {
            bundle.check(statement, ids.len() as u64);
            found.ids.extend(ids.iter().map(|id| (target.clone(), *id)));
            continue;
        }
        for row in unit.tx(ctx).await?.fetch(&statement).await? {
            if let [Value::Id(id)] = row.as_slice() {
                found.ids.insert((target.clone(), *id));
            }
        }
    }
    Ok(())
}

async fn find_keys(
    ctx: &Context,
    unit: &mut UnitOfWork,
    target: &EntityId,
    field: &FieldId,
    mut values: Vec<String>,
    found: &mut Found,
) -> Result<(), Error> {
    let Some(grant) = ctx.access.read(target) else { return Ok(()) };
    let entity = grant.entity().clone();
    let Some(key) = entity.field_by_id(field) else { return Ok(()) };
    values.sort_unstable();
    values.dedup();
    for texts in values.chunks(super::CHUNK) {
        // By the text as stored, so that `007` does not find 7 by chance of the database's own conversions.
        let mut written: HashMap<String, Vec<&String>> = HashMap::new();
        let mut values = Vec::with_capacity(texts.len());
        for text in texts {
            let Ok(value) = coerce::value(&key.kind, &Json::from(text.as_str())) else { continue };
            written.entry(wire::json(&key.kind, &value).to_string()).or_default().push(text);
            values.push(value);
        }
        if values.is_empty() {
            continue;
        }
        let Some(statement) = query::write::by_key(&grant, key, &values, unit.dialect()) else { return Ok(()) };
        for row in unit.tx(ctx).await?.fetch(&statement).await? {
            let [Value::Id(id), value] = row.as_slice() else { continue };
            for text in written.get(&wire::json(&key.kind, value).to_string()).into_iter().flatten() {
                let place = found.keys.entry((field.clone(), (*text).clone()));
                place.and_modify(|known| *known = None).or_insert(Some(*id));
            }
        }
    }
    Ok(())
}

fn put(entity: &Entity, command: &mut Command, reference: &Reference, id: Uuid) {
    match entity.field_by_id(&reference.field).map(|field| &field.kind) {
        Some(FieldKind::Links { .. }) => command.links.entry(reference.field.clone()).or_default().push(id),
        Some(FieldKind::AnyLink { .. }) => {
            let value = json!({"entity": reference.entity.as_str(), "id": id.to_string()});
            command.values.insert(reference.field.clone(), Value::Json(Arc::new(value)));
        }
        _ => drop(command.values.insert(reference.field.clone(), Value::Id(id))),
    }
}

fn is_file(entity: &Entity, reference: &Reference) -> bool {
    matches!(
        entity.field_by_id(&reference.field).map(|field| &field.kind),
        Some(FieldKind::Link { flavour: LinkFlavour::File | LinkFlavour::Image, .. })
    )
}

fn missing(ctx: &Context, entity: &Entity, reference: &Reference) -> Diagnostic {
    let label = |locale: Locale| {
        let target = ctx.catalog().entity_by_id(&reference.entity)?;
        super::label(&target.label, locale).map(str::to_owned)
    };
    let found = match &reference.target {
        Target::Id(id) => id.to_string(),
        Target::Key { value, .. } => value.clone(),
    };
    let field = entity.field_by_id(&reference.field).map(|field| field_label(field, ctx.locale));
    Diagnostic::error("record.link_not_found")
        .with("found", found)
        .with_some("entity", label(ctx.locale))
        .with_some("field", field)
        .at(&reference.at)
}
