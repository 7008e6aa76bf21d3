//! Tells who read values of fields whose reads are audited: in the answer, or in what it was found, sorted or grouped by.
//!
//! It is told before the values leave, and they do not leave when it cannot be told.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::Reach;
use catalog::{Entity, Field, FieldKind};
use query::{AggregateRequest, GroupKey, Request, SelectItem};
use serde_json::json;
use uuid::Uuid;

use super::{Event, note};
use crate::{Context, Error};

/// Fields that a request reads, as far as they are audited: entity and field by identity.
type Marked = BTreeSet<String>;

/// Tells that the caller reads a page of records.
pub(crate) async fn listed(ctx: &Context, entity: &str, request: &Request, count: usize) -> Result<(), Error> {
    let Some(entity) = watched(ctx, entity).filter(|_| count > 0) else { return Ok(()) };
    let mut marked = Marked::new();
    match &request.select {
        Some(items) => items.iter().for_each(|item| selected(ctx, entity, item, &mut marked)),
        None => whole(ctx, entity, &mut marked),
    }
    request.filter.iter().for_each(|text| named(ctx, entity, text, &mut marked));
    request.sort.iter().for_each(|key| named(ctx, entity, &key.path, &mut marked));
    tell(ctx, entity, None, &marked, count).await
}

/// Tells that the caller reads one record.
pub(crate) async fn shown(ctx: &Context, entity: &str, id: Uuid, select: Option<&[SelectItem]>) -> Result<(), Error> {
    let Some(entity) = watched(ctx, entity) else { return Ok(()) };
    let mut marked = Marked::new();
    match select {
        Some(items) => items.iter().for_each(|item| selected(ctx, entity, item, &mut marked)),
        None => whole(ctx, entity, &mut marked),
    }
    tell(ctx, entity, Some(id), &marked, 1).await
}

/// Tells that the caller reads groups of records.
pub(crate) async fn grouped(
    ctx: &Context,
    entity: &str,
    request: &AggregateRequest,
    count: usize,
) -> Result<(), Error> {
    let Some(entity) = watched(ctx, entity).filter(|_| count > 0) else { return Ok(()) };
    let mut marked = Marked::new();
    let keys = request.group_by.iter().map(|key: &GroupKey| format!("{key:?}"));
    let measures = request.measures.iter().map(|measure| format!("{measure:?}"));
    let conditions = request.filter.iter().chain(&request.having).cloned();
    keys.chain(measures).chain(conditions).for_each(|text| named(ctx, entity, &text, &mut marked));
    tell(ctx, entity, None, &marked, count).await
}

/// The entity that is read, when any field of any entity is audited: from each a path may lead to any.
fn watched<'a>(ctx: &'a Context, entity: &str) -> Option<&'a Arc<Entity>> {
    ctx.catalog().entity(entity).filter(|_| ctx.catalog().audits_reads())
}

async fn tell(
    ctx: &Context,
    entity: &Entity,
    record: Option<Uuid>,
    marked: &Marked,
    count: usize,
) -> Result<(), Error> {
    if marked.is_empty() {
        return Ok(());
    }
    let (address, details) = (ctx.origin.address.as_deref(), json!({"fields": marked, "count": count}));
    let event = Event { operation: "read", actor: ctx.user, entity: entity.id.as_str(), record, details, address };
    let mut tx = ctx.engine.database().begin().await?;
    note(&ctx.engine, &mut tx, event).await?;
    Ok(tx.commit().await?)
}

fn selected(ctx: &Context, entity: &Arc<Entity>, item: &SelectItem, marked: &mut Marked) {
    match item {
        SelectItem::Path(path) | SelectItem::Expression { expression: path, .. } => named(ctx, entity, path, marked),
        SelectItem::Related { path, select, filter, sort, .. } => {
            let mut last = None;
            let steps = path.split('.').try_fold(Arc::clone(entity), |here, name| {
                let field = last.take();
                if let Some(narrowed) = field.as_ref().and_then(|field| ctx.catalog().narrowed(field, name)) {
                    return Some(Arc::clone(narrowed));
                }
                last = here.field(name).cloned();
                let field = last.as_ref()?;
                if matches!(field.kind, FieldKind::AnyLink { .. }) { Some(here) } else { target(ctx, field) }
            });
            let Some(related) = steps else { return };
            match select {
                Some(items) => items.iter().for_each(|item| selected(ctx, &related, item, marked)),
                None => whole(ctx, &related, marked),
            }
            filter.iter().for_each(|text| named(ctx, &related, text, marked));
            sort.iter().for_each(|key| named(ctx, &related, &key.path, marked));
        }
    }
}

/// Everything the caller may see of an entity, and of the lines that are its own.
fn whole(ctx: &Context, entity: &Entity, marked: &mut Marked) {
    for field in &entity.fields {
        mark(ctx, entity, field, marked);
        if let (FieldKind::Children { .. }, Some(lines)) = (&field.kind, target(ctx, field)) {
            lines.fields.iter().for_each(|field| mark(ctx, &lines, field, marked));
        }
    }
}

/// Every path of a text that leads to a marked field. A text that only looks like a path is one too many, and none is
/// missing: what a relation to many is asked for is looked for on every entity the text leads to.
fn named(ctx: &Context, entity: &Arc<Entity>, text: &str, marked: &mut Marked) {
    let mut reached = vec![Arc::clone(entity)];
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || "_.".contains(letter)));
    for word in words.filter(|word| !word.is_empty()) {
        for from in reached.clone() {
            let mut here = from;
            let mut last: Option<Field> = None;
            for name in word.split('.') {
                let narrowed = last.take().and_then(|field| ctx.catalog().narrowed(&field, name).cloned());
                let next = match (narrowed, here.field(name).cloned()) {
                    (Some(narrowed), _) => Some(narrowed),
                    (None, None) => continue,
                    (None, Some(field)) => {
                        mark(ctx, &here, &field, marked);
                        let next = target(ctx, &field);
                        last = Some(field);
                        next
                    }
                };
                let Some(next) = next else { continue };
                if !reached.iter().any(|known| known.id == next.id) {
                    reached.push(Arc::clone(&next));
                }
                here = next;
            }
        }
    }
}

fn target(ctx: &Context, field: &Field) -> Option<Arc<Entity>> {
    let relation = match &field.kind {
        FieldKind::Link { relation, .. }
        | FieldKind::Links { relation, .. }
        | FieldKind::Children { relation }
        | FieldKind::Inverse { relation } => relation,
        _ => return None,
    };
    ctx.catalog().entity_by_id(&relation.target).cloned()
}

/// Notes a marked field that the caller sees in clear somewhere; of a hidden or masked one nothing was read.
fn mark(ctx: &Context, entity: &Entity, field: &Field, marked: &mut Marked) {
    let is_read = || ctx.access.read(&entity.id).is_some_and(|grant| grant.reach(field) != Reach::None);
    if field.audit_reads && is_read() {
        marked.insert(format!("{}.{}", entity.id, field.id));
    }
}
