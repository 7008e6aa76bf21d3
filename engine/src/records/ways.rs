//! What would let a person do what they may not, and how much else it would open.

use access::{Actor, Operation, Source};
use catalog::{Entity, Permission};
use expression::{FieldId, Value};
use query::write::{Bin, Lock};
use query::{Count, Request};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{explain, judge, read};
use crate::{Context, Error};

/// Lists the ways, the narrowest first: a share of this record, the record given to the person, another role. Nothing helps
/// where the entity itself refuses everybody.
pub(super) async fn ways(
    ctx: &Context,
    theirs: &Context,
    actor: &Actor,
    entity: &Entity,
    id: Uuid,
    operation: Operation,
    narrowed: bool,
) -> Result<Vec<Json>, Error> {
    let mut ways = Vec::new();
    if !narrowed {
        return Ok(ways);
    }
    let rules = theirs.access.rules(entity, operation);
    if rules.iter().any(|rule| rule.source == Source::Sharing) && entity.owner.is_none() {
        ways.push(
            json!({"kind": "share", "level": if operation == Operation::Read { "read" } else { "update" }, "opens": 1}),
        );
    }
    if would_own(ctx, theirs, entity, id, operation).await? {
        ways.push(json!({"kind": "owner", "opens": 1}));
    }
    let before = reads(theirs, entity).await?;
    for role in ctx.catalog().roles.iter().filter(|role| !role.built_in && !actor.roles.contains(&role.name)) {
        let mut roles = actor.roles.clone();
        roles.push(role.name.clone());
        let with = ctx.engine.context(Actor { user: actor.user, roles }, ctx.locale);
        let rules = with.access.rules(entity, operation);
        let outcomes = explain::outcomes(&with, entity, &rules, id).await?;
        if explain::is_granted(&rules, &outcomes) {
            let opens = reads(&with, entity).await?.saturating_sub(before);
            let label = super::label(&role.label, ctx.locale);
            ways.push(json!({"kind": "role", "role": role.name, "label": label, "opens": opens}));
        }
    }
    Ok(ways)
}

/// Counts the records of the entity that somebody reads.
async fn reads(theirs: &Context, entity: &Entity) -> Result<u64, Error> {
    if theirs.access.read(&entity.id).is_none() {
        return Ok(0);
    }
    let request = Request { limit: Some(1), count: Count::Exact, ..Request::default() };
    Ok(read::list(theirs, &entity.name, request).await?.count.unwrap_or(0))
}

/// Says whether a role of the person would open the record were it theirs; conditions over other records are not guessed.
async fn would_own(
    ctx: &Context,
    theirs: &Context,
    entity: &Entity,
    id: Uuid,
    operation: Operation,
) -> Result<bool, Error> {
    let Some(grant) = ctx.access.read(&entity.id) else { return Ok(false) };
    let statement = query::write::load(&grant, &[id], Lock::None, Bin::Any, ctx.engine.database().dialect());
    let rows = ctx.engine.database().fetch(&statement).await?;
    let Some((_, mut image)) = query::write::images(entity, rows).into_iter().next() else { return Ok(false) };
    image.values.insert(FieldId::new("owner"), theirs.user.map_or(Value::Empty, Value::Id));
    let rules = theirs.access.rules(entity, operation);
    Ok(rules.iter().filter(|rule| matches!(rule.source, Source::Role(_))).any(|rule| match &rule.rule {
        Permission::When(condition) => {
            judge::is_own(ctx.catalog(), &condition.expr)
                && judge::is_true(theirs, &condition.expr, &entity.id, id, &image)
        }
        Permission::Always | Permission::Never => false,
    }))
}
