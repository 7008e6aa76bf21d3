//! The recycle bin: what goes there with a record, what stands in the way, and the way back.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use access::{Access, Grant, Operation, Reason};
use catalog::{Entity, Field, FieldKind, OnDelete};
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId, Value};
use query::Image;
use query::write::{Bin, Lock};
use uuid::Uuid;

use super::load::version_of;
use super::unit_of_work::{Act, Change, UnitOfWork};
use super::{CHUNK, command, duplicates, guards, leave, load};
use crate::scripts::hooks;
use crate::{Context, Error};

/// What becomes of other records when some go to the bin.
#[derive(Default)]
struct Fate {
    /// Records that go.
    go: BTreeMap<EntityId, BTreeSet<Uuid>>,
    /// Links that become empty: entity, field, records.
    empty: Vec<(EntityId, FieldId, Vec<Uuid>)>,
    /// Links that stand in the way: entity, field, records.
    hold: Vec<(EntityId, FieldId, Vec<Uuid>)>,
}

/// Sends records to the bin with their lines and what cascades; refuses when others still refer to them.
pub(crate) async fn remove(ctx: &Context, unit: &mut UnitOfWork, entity: &EntityId, ids: &[Uuid]) -> Result<(), Error> {
    let system = Access::system(Reason::Integrity, ctx.catalog().clone());
    let fate = foresee(ctx, unit, &system, entity, ids).await?;
    refuse_held(ctx, &fate)?;
    refuse_numbered(ctx, &fate)?;
    for (entity, ids) in &fate.go {
        let ids: Vec<Uuid> = ids.iter().copied().collect();
        hooks::before_delete(ctx, unit, entity, &ids).await?;
    }
    for (entity, field, ids) in &fate.empty {
        let left: Vec<Uuid> = ids.iter().filter(|id| !goes(&fate, entity, **id)).copied().collect();
        make_empty(ctx, unit, &system, entity, field, &left).await?;
    }
    for (entity, ids) in &fate.go {
        let ids: Vec<Uuid> = ids.iter().copied().collect();
        throw_away(ctx, unit, &system, entity, &ids).await?;
    }
    Ok(())
}

fn goes(fate: &Fate, entity: &EntityId, id: Uuid) -> bool {
    fate.go.get(entity).is_some_and(|ids| ids.contains(&id))
}

/// Follows lines and links, level by level, one statement for each link of each level.
async fn foresee(
    ctx: &Context,
    unit: &mut UnitOfWork,
    system: &Access,
    entity: &EntityId,
    ids: &[Uuid],
) -> Result<Fate, Error> {
    let mut fate = Fate::default();
    fate.go.entry(entity.clone()).or_default().extend(ids);
    let mut level = vec![(entity.clone(), ids.to_vec())];
    while let Some((target, ids)) = level.pop() {
        for (source, field, rule) in links_to(ctx, &target) {
            let found = linking(ctx, unit, system, &source, &field, &ids).await?;
            if found.is_empty() {
                continue;
            }
            match rule {
                Some(OnDelete::Cascade) => {
                    let known = fate.go.entry(source.id.clone()).or_default();
                    let fresh: Vec<Uuid> = found.into_iter().filter(|id| known.insert(*id)).collect();
                    if !fresh.is_empty() {
                        level.push((source.id.clone(), fresh));
                    }
                }
                Some(OnDelete::Restrict) => fate.hold.push((source.id.clone(), field, found)),
                Some(OnDelete::SetEmpty) | None => fate.empty.push((source.id.clone(), field, found)),
            }
        }
    }
    Ok(fate)
}

/// Lists the links that lead to an entity; a line's link to its parent cascades.
fn links_to(ctx: &Context, target: &EntityId) -> Vec<(Arc<Entity>, FieldId, Option<OnDelete>)> {
    let mut links = Vec::new();
    // What only the product writes, such as the audit, tells of records and does not hold them.
    for entity in ctx.catalog().entities().iter().filter(|entity| !entity.read_only) {
        for field in &entity.fields {
            match &field.kind {
                // The links of the record's own history, such as who made it, neither hold nor change it.
                _ if super::is_attribute(field) && field.id.as_str() != "owner" => {}
                FieldKind::Link { relation, on_delete, .. } if relation.target == *target => {
                    let rule = if is_parent_link(ctx, entity, field) { OnDelete::Cascade } else { *on_delete };
                    links.push((Arc::clone(entity), field.id.clone(), Some(rule)));
                }
                FieldKind::AnyLink { targets, .. } if targets.contains(target) => {
                    links.push((Arc::clone(entity), field.id.clone(), None));
                }
                _ => {}
            }
        }
    }
    links
}

fn is_parent_link(ctx: &Context, entity: &Entity, field: &Field) -> bool {
    let Some((parent, children)) = &entity.owner else { return false };
    let parent_field = ctx.catalog().entity_by_id(parent).and_then(|parent| parent.field_by_id(children));
    matches!(parent_field.map(|field| &field.kind), Some(FieldKind::Children { relation }) if relation.inverse.as_ref() == Some(&field.id))
}

async fn linking(
    ctx: &Context,
    unit: &mut UnitOfWork,
    system: &Access,
    source: &Entity,
    field: &FieldId,
    ids: &[Uuid],
) -> Result<Vec<Uuid>, Error> {
    let (Some(grant), Some(field)) = (system.read(&source.id), source.field_by_id(field)) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for ids in ids.chunks(CHUNK) {
        let Some(statement) = query::write::referencing(&grant, field, ids, Lock::Update, unit.dialect()) else {
            continue;
        };
        found.extend(unit.tx(ctx).await?.fetch(&statement).await?.into_iter().filter_map(|row| match row.first() {
            Some(Value::Id(id)) => Some(*id),
            _ => None,
        }));
    }
    Ok(found)
}

fn refuse_held(ctx: &Context, fate: &Fate) -> Result<(), Error> {
    let mut mistakes = Vec::new();
    for (entity, field, ids) in &fate.hold {
        let count = ids.iter().filter(|id| !goes(fate, entity, **id)).count();
        let Some(entity) = ctx.catalog().entity_by_id(entity).filter(|_| count > 0) else { continue };
        // What the caller may not see stands in the way without a name and a number.
        let open = ctx.access.read(&entity.id).filter(|grant| grant.condition().is_none());
        if open.is_none_or(|grant| entity.field_by_id(field).is_some_and(|field| !grant.allows(field))) {
            if !mistakes.iter().any(|mistake: &Diagnostic| mistake.code == "record.still_referenced_unseen") {
                mistakes.push(Diagnostic::error("record.still_referenced_unseen"));
            }
            continue;
        }
        let label = super::label(&entity.plural, ctx.locale).unwrap_or(&entity.name);
        let field = entity.field_by_id(field).map(|field| command::field_label(field, ctx.locale));
        mistakes.push(
            Diagnostic::error("record.still_referenced")
                .with("count", count)
                .with("entity", label)
                .with_some("field", field),
        );
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Conflict(mistakes)) }
}

/// What is numbered without gaps stays.
fn refuse_numbered(ctx: &Context, fate: &Fate) -> Result<(), Error> {
    let mut mistakes = Vec::new();
    for (entity, ids) in &fate.go {
        let Some(entity) = ctx.catalog().entity_by_id(entity).filter(|_| !ids.is_empty()) else { continue };
        let is_kept = |field: &Field| matches!(field.kind, FieldKind::AutoNumber { gapless: true, .. });
        if entity.fields.iter().any(is_kept) {
            let label = super::label(&entity.plural, ctx.locale).unwrap_or(&entity.name);
            mistakes.push(Diagnostic::error("record.numbered_without_gaps").with("entity", label));
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Conflict(mistakes)) }
}

async fn make_empty(
    ctx: &Context,
    unit: &mut UnitOfWork,
    system: &Access,
    entity: &EntityId,
    field: &FieldId,
    ids: &[Uuid],
) -> Result<(), Error> {
    let emptied = [(field.clone(), Value::Empty)];
    change_all(ctx, unit, system, entity, ids, Bin::Live, Act::Update, &emptied).await
}

async fn throw_away(
    ctx: &Context,
    unit: &mut UnitOfWork,
    system: &Access,
    entity: &EntityId,
    ids: &[Uuid],
) -> Result<(), Error> {
    let gone = [(FieldId::new("deleted_at"), Value::DateTime(ctx.now))];
    change_all(ctx, unit, system, entity, ids, Bin::Live, Act::Delete, &gone).await
}

/// Writes the same values into many records and takes note of each.
#[expect(clippy::too_many_arguments, reason = "one private statement with everything it says")]
async fn change_all(
    ctx: &Context,
    unit: &mut UnitOfWork,
    system: &Access,
    entity: &EntityId,
    ids: &[Uuid],
    bin: Bin,
    act: Act,
    values: &[(FieldId, Value)],
) -> Result<(), Error> {
    let Some(grant) = system.grant(entity, Operation::Update) else { return Ok(()) };
    let by = ctx.user.map_or(Value::Empty, Value::Id);
    let moving = [(FieldId::new("updated_at"), Value::DateTime(ctx.now)), (FieldId::new("updated_by"), by)];
    let changed = Image { values: values.iter().chain(&moving).cloned().collect() };
    for ids in ids.chunks(CHUNK) {
        let before = images(ctx, unit, &grant, ids, bin).await?;
        let statement = query::write::update_all(&grant, ids, &changed, unit.dialect());
        if let Err(error) = unit.tx(ctx).await?.execute(&statement).await {
            return Err(duplicates::translate(ctx, grant.entity(), None, error));
        }
        for (id, before) in before {
            let mut after = before.clone();
            after.values.extend(changed.values.clone());
            let version = version_of(&before) + 1;
            after.values.insert(FieldId::new("version"), Value::Integer(version));
            let entity = Arc::clone(grant.entity());
            unit.note(
                ctx,
                Change {
                    entity,
                    id,
                    act,
                    version,
                    before,
                    after,
                    links: BTreeMap::new(),
                    hidden: Vec::new(),
                    script: None,
                },
            );
        }
        unit.flush_when_many(ctx).await?;
    }
    guards::check(ctx, unit, grant.entity()).await
}

async fn images(
    ctx: &Context,
    unit: &mut UnitOfWork,
    grant: &Grant,
    ids: &[Uuid],
    bin: Bin,
) -> Result<HashMap<Uuid, Image>, Error> {
    let statement = query::write::load(grant, ids, Lock::Update, bin, unit.dialect());
    let rows = unit.tx(ctx).await?.fetch(&statement).await?;
    Ok(query::write::images(grant.entity(), rows).into_iter().collect())
}

/// Takes a record out of the bin, with the lines that went there with it.
pub(crate) async fn restore(ctx: &Context, unit: &mut UnitOfWork, grant: &Grant, id: Uuid) -> Result<i64, Error> {
    let Some(image) = images(ctx, unit, &load::reading(ctx, grant), &[id], Bin::Deleted).await?.remove(&id) else {
        return Err(load::not_found(ctx, grant.entity()));
    };
    leave::of_all(ctx, unit, grant, &[id]).await?;
    let system = Access::system(Reason::Integrity, ctx.catalog().clone());
    refuse_lost_targets(ctx, unit, &system, grant.entity(), &image).await?;
    let moment = image.values.get(&FieldId::new("deleted_at")).cloned().unwrap_or(Value::Empty);
    let back = [(FieldId::new("deleted_at"), Value::Empty)];
    let mut level = vec![(grant.entity().id.clone(), vec![id])];
    while let Some((entity, ids)) = level.pop() {
        change_all(ctx, unit, &system, &entity, &ids, Bin::Deleted, Act::Restore, &back).await?;
        for (line, found) in lines_gone_with(ctx, unit, &system, &entity, &ids, &moment).await? {
            level.push((line, found));
        }
    }
    Ok(version_of(&image) + 1)
}

/// A link to a record that is in the bin cannot come back before that record.
async fn refuse_lost_targets(
    ctx: &Context,
    unit: &mut UnitOfWork,
    system: &Access,
    entity: &Entity,
    image: &Image,
) -> Result<(), Error> {
    let mut mistakes = Vec::new();
    for field in entity.fields.iter().filter(|field| !super::is_attribute(field)) {
        let (FieldKind::Link { relation, .. }, Some(Value::Id(target))) = (&field.kind, image.values.get(&field.id))
        else {
            continue;
        };
        let Some(grant) = system.read(&relation.target) else { continue };
        let statement = query::write::exists_live(&grant, &[*target], Lock::Share, unit.dialect());
        if unit.tx(ctx).await?.fetch(&statement).await?.is_empty() {
            let field = command::field_label(field, ctx.locale);
            let label = super::label(&grant.entity().label, ctx.locale).unwrap_or(&grant.entity().name).to_owned();
            mistakes
                .push(Diagnostic::error("record.restore_target_deleted").with("field", field).with("entity", label));
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Conflict(mistakes)) }
}

async fn lines_gone_with(
    ctx: &Context,
    unit: &mut UnitOfWork,
    system: &Access,
    entity: &EntityId,
    parents: &[Uuid],
    moment: &Value,
) -> Result<Vec<(EntityId, Vec<Uuid>)>, Error> {
    let mut all = Vec::new();
    let Some(entity) = ctx.catalog().entity_by_id(entity) else { return Ok(all) };
    for field in &entity.fields {
        let FieldKind::Children { relation } = &field.kind else { continue };
        let Some(grant) = system.read(&relation.target) else { continue };
        let Some(link) = relation.inverse.as_ref().and_then(|link| grant.entity().field_by_id(link)) else { continue };
        let statement = query::write::referencing_deleted(&grant, link, parents, moment, unit.dialect());
        let Some(statement) = statement else { continue };
        let ids: Vec<Uuid> = unit
            .tx(ctx)
            .await?
            .fetch(&statement)
            .await?
            .into_iter()
            .filter_map(|row| if let Some(Value::Id(id)) = row.first() { Some(*id) } else { None })
            .collect();
        if !ids.is_empty() {
            all.push((relation.target.clone(), ids));
        }
    }
    Ok(all)
}
