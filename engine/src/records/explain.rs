//! Why somebody may or may not do something with a record: the rules tried, in order, each with its outcome.

use access::{Operation, Reach, Tried};
use catalog::{Entity, Permission};
use diagnostic::Diagnostic;
use expression::{Expr, Value};
use query::write::{Bin, Lock};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::load;
use crate::{Context, Error, identity};

/// Explains an operation of a user on a record, to an administrator: `{"user", "operation", "allowed", "rules", "fields"}`.
pub async fn explain(ctx: &Context, entity: &str, id: Uuid, user: Uuid, operation: &str) -> Result<Json, Error> {
    if !ctx.access.rights().administer {
        return Err(Error::Forbidden(Diagnostic::error("access.administer")));
    }
    let operation = named(operation)?;
    let grant = load::granted(ctx, entity, Operation::Read)?;
    let dialect = ctx.engine.database().dialect();
    let there = query::write::load(&grant, &[id], Lock::None, Bin::Any, dialect);
    if ctx.engine.database().fetch(&there).await?.is_empty() {
        return Err(load::not_found(ctx, grant.entity()));
    }
    let person = identity::person_of(&ctx.engine, user).await?;
    let Some(person) = person else {
        return Err(Error::Malformed(vec![Diagnostic::error("access.unknown_user").at("/user")]));
    };
    let theirs = ctx.engine.context(person.actor.clone(), ctx.locale);
    let entity = grant.entity();
    let rules = theirs.access.rules(entity, operation);
    let outcomes = outcomes(&theirs, entity, &rules, id).await?;
    let narrowed = std::iter::zip(&rules, &outcomes).all(|(rule, outcome)| rule.role.is_some() || *outcome);
    let granted = std::iter::zip(&rules, &outcomes).any(|(rule, outcome)| rule.role.is_some() && *outcome);
    let told: Vec<Json> =
        std::iter::zip(&rules, &outcomes).map(|(rule, outcome)| told(ctx, entity, rule, *outcome)).collect();
    Ok(json!({
        "user": {"id": person.person.id.to_string(), "title": person.person.name},
        "operation": operation.name(),
        "allowed": narrowed && granted,
        "rules": told,
        "fields": fields(&theirs, entity, id, operation).await?,
    }))
}

fn named(operation: &str) -> Result<Operation, Error> {
    let found = Operation::ALL.into_iter().find(|known| known.name() == operation);
    found.ok_or_else(|| {
        let names = Operation::ALL.map(Operation::name).join(", ");
        let mistake = Diagnostic::error("access.unknown_operation").with("found", operation).with("expected", names);
        Error::Malformed(vec![mistake.at("/operation")])
    })
}

fn told(ctx: &Context, entity: &Entity, tried: &Tried, outcome: bool) -> Json {
    let rule = match &tried.rule {
        Permission::Never => "false",
        Permission::Always => "true",
        Permission::When(condition) => &condition.text,
    };
    let role = tried.role.as_ref().and_then(|name| ctx.catalog().role(name));
    let label = role.map_or(&entity.label, |role| &role.label);
    json!({
        "source": if tried.role.is_some() { "role" } else { "entity" },
        "role": tried.role,
        "label": super::label(label, ctx.locale),
        "rule": rule,
        "outcome": outcome,
    })
}

/// Judges every rule on the record; a condition by the database, with the rights conditions read with.
async fn outcomes(theirs: &Context, entity: &Entity, rules: &[Tried], id: Uuid) -> Result<Vec<bool>, Error> {
    let conditions: Vec<&Expr> = rules.iter().filter_map(|rule| Some(&rule.condition()?.expr)).collect();
    let mut truths = judged(theirs, entity, &conditions, id).await?.into_iter();
    let outcome = |rule: &Tried| match rule.rule {
        Permission::Never => false,
        Permission::Always => true,
        Permission::When(_) => truths.next().unwrap_or(false),
    };
    Ok(rules.iter().map(outcome).collect())
}

async fn judged(theirs: &Context, entity: &Entity, conditions: &[&Expr], id: Uuid) -> Result<Vec<bool>, Error> {
    if conditions.is_empty() {
        return Ok(Vec::new());
    }
    let dialect = theirs.engine.database().dialect();
    let judge = theirs.access.judge_of(&entity.id).ok_or_else(|| Error::broken("no leave to judge a rule"))?;
    let statement = query::write::conditions_met(&judge, conditions, &[id], dialect);
    let Some(statement) = statement else { return Ok(vec![false; conditions.len()]) };
    let rows = theirs.engine.database().fetch(&statement).await?;
    let row = rows.first().and_then(|row| row.split_first()).map(|(_, truths)| truths).unwrap_or_default();
    Ok(row.iter().map(|truth| *truth == Value::Boolean(true)).collect())
}

/// What the person may do with the fields that are less than open to the operation.
async fn fields(theirs: &Context, entity: &Entity, id: Uuid, operation: Operation) -> Result<Json, Error> {
    let mut fields = Map::new();
    let reading = theirs.access.read(&entity.id);
    let writes = matches!(operation, Operation::Create | Operation::Update);
    let writing = theirs.access.grant(&entity.id, operation).filter(|_| writes);
    for field in entity.fields.iter().filter(|field| !(field.write_only || writes && field.read_only)) {
        let Some(reading) = &reading else { break };
        let open = holds(theirs, entity, id, reading.reach(field)).await?;
        let shown = open || holds(theirs, entity, id, reading.shows(field)).await?;
        let written = match &writing {
            Some(writing) => holds(theirs, entity, id, writing.reach(field)).await?,
            None => !writes,
        };
        let word = match (open, shown) {
            (true, _) if written => continue,
            (true, _) => "read",
            (false, true) => "mask",
            (false, false) => "none",
        };
        fields.insert(field.name.clone(), Json::from(word));
    }
    Ok(Json::Object(fields))
}

/// Says whether a reach takes in the record.
async fn holds(theirs: &Context, entity: &Entity, id: Uuid, reach: Reach) -> Result<bool, Error> {
    match reach {
        Reach::All => Ok(true),
        Reach::None => Ok(false),
        Reach::Some(condition) => Ok(judged(theirs, entity, &[&condition], id).await?.first() == Some(&true)),
    }
}
