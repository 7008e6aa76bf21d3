//! Why somebody may or may not do something with a record: the rules tried, in order, each with its outcome.

use access::{Operation, Reach, Source, Tried};
use catalog::{CatalogScope, Entity, Permission};
use diagnostic::Diagnostic;
use expression::paths::{self, Root};
use expression::{EntityId, Expected, Expr, FieldRef, Value};
use query::SelectItem;
use query::write::{Bin, Lock};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{load, read, ways};
use crate::{Context, Error, identity};

/// Values told of one rule.
const VALUES: usize = 12;

/// Explains an operation of a user on a record, to an administrator: `{"user", "operation", "allowed", "rules", "fields",
/// "ways"}`. Each rule tells its outcome, those of its parts, and the values it looked at.
pub async fn explain(ctx: &Context, entity: &str, id: Uuid, user: Uuid, operation: &str) -> Result<Json, Error> {
    if !ctx.access.rights().administer {
        return Err(Error::Forbidden(Diagnostic::error("access.administer")));
    }
    let operation = named(operation)?;
    let grant = load::stored(ctx, entity, Operation::Read)?;
    let dialect = ctx.engine.database().dialect();
    let there = query::write::load(&grant, &[id], Lock::None, Bin::Any, dialect);
    if ctx.engine.database().fetch(&there).await?.is_empty() {
        return Err(load::not_found(ctx, grant.entity()));
    }
    let person = identity::person_of(&ctx.engine, user).await?;
    let Some(person) = person else {
        return Err(Error::Malformed(vec![Diagnostic::error("access.unknown_user").at("/user")]));
    };
    let theirs = ctx.engine.context_of(&person, ctx.locale);
    let entity = grant.entity();
    let rules = theirs.access.rules(entity, operation);
    let outcomes = outcomes(&theirs, entity, &rules, id).await?;
    let (narrowed, granted) = (is_narrowed(&rules, &outcomes), is_granted(&rules, &outcomes));
    let mut told = Vec::with_capacity(rules.len());
    for (rule, outcome) in std::iter::zip(&rules, &outcomes) {
        told.push(tell(ctx, &theirs, entity, id, rule, *outcome).await?);
    }
    let ways = match narrowed && granted {
        true => Vec::new(),
        false => ways::ways(ctx, &theirs, &person.actor, entity, id, operation, narrowed).await?,
    };
    Ok(json!({
        "user": {"id": person.person.id.to_string(), "title": person.person.name},
        "operation": operation.name(),
        "allowed": narrowed && granted,
        "rules": told,
        "fields": fields(&theirs, entity, id, operation).await?,
        "ways": ways,
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

/// Says whether what the entity demands of everybody holds.
pub(super) fn is_narrowed(rules: &[Tried], outcomes: &[bool]) -> bool {
    std::iter::zip(rules, outcomes).all(|(rule, outcome)| rule.source != Source::Entity || *outcome)
}

/// Says whether a role or a share opens the record.
pub(super) fn is_granted(rules: &[Tried], outcomes: &[bool]) -> bool {
    std::iter::zip(rules, outcomes).any(|(rule, outcome)| rule.source != Source::Entity && *outcome)
}

async fn tell(
    ctx: &Context,
    theirs: &Context,
    entity: &Entity,
    id: Uuid,
    tried: &Tried,
    outcome: bool,
) -> Result<Json, Error> {
    let (source, name, label) = match &tried.source {
        Source::Entity => ("entity", None, super::label(&entity.label, ctx.locale)),
        Source::Role(name) => {
            let role = ctx.catalog().role(name);
            ("role", Some(name), role.and_then(|role| super::label(&role.label, ctx.locale)))
        }
        Source::Sharing => ("sharing", None, None),
    };
    let rule = match &tried.rule {
        Permission::Never => "false",
        Permission::Always => "true",
        // How a share is looked up is the product's own matter.
        Permission::When(_) if tried.source == Source::Sharing => "",
        Permission::When(condition) => &condition.text,
    };
    let (parts, values) = match &tried.rule {
        Permission::When(condition) if tried.source != Source::Sharing => (
            parts(ctx, theirs, entity, id, &condition.text).await?,
            values(ctx, theirs, entity, id, &condition.expr).await?,
        ),
        _ => (Vec::new(), Vec::new()),
    };
    Ok(json!({
        "source": source, "role": name, "label": label, "rule": rule, "outcome": outcome, "parts": parts, "values": values,
    }))
}

/// Judges what a condition joins by `||` or `&&`, part by part.
async fn parts(ctx: &Context, theirs: &Context, entity: &Entity, id: Uuid, text: &str) -> Result<Vec<Json>, Error> {
    let scope = CatalogScope::of_record(ctx.catalog(), &entity.id);
    let texts = expression::operands(text).into_iter().filter_map(|span| text.get(span));
    let checked: Vec<(&str, Expr)> =
        texts.filter_map(|text| Some((text, expression::check(text, &scope, &Expected::Condition).ok()?))).collect();
    let conditions: Vec<&Expr> = checked.iter().map(|(_, expr)| expr).collect();
    let truths = judged(theirs, entity, &conditions, id).await?;
    Ok(std::iter::zip(&checked, truths).map(|((text, _), truth)| json!({"rule": text, "outcome": truth})).collect())
}

/// Reads the values that a condition looks at, of the record and of the person, each by the labels on its way.
async fn values(ctx: &Context, theirs: &Context, entity: &Entity, id: Uuid, expr: &Expr) -> Result<Vec<Json>, Error> {
    let mut told = Vec::new();
    let reads = paths::reads(expr);
    for (root, of, id) in
        [(Root::Record, entity.id.clone(), Some(id)), (Root::User, EntityId::new("user"), theirs.user)]
    {
        let (Some(id), Some(entity)) = (id, ctx.catalog().entity_by_id(&of)) else { continue };
        let paths: Vec<&[FieldRef]> = reads
            .paths
            .iter()
            .filter(|path| path.root == root)
            .map(|path| path.fields.as_slice())
            .take(VALUES)
            .collect();
        let written = |path: &[FieldRef]| path.iter().map(|field| &*field.name).collect::<Vec<_>>().join(".");
        let items: Vec<SelectItem> = paths.iter().map(|path| SelectItem::Path(written(path))).collect();
        if items.is_empty() {
            continue;
        }
        let plan = query::plan::one(&ctx.access, &entity.name, id, Some(&items), Bin::Any, &read::settings(ctx));
        let Ok(plan) = plan else { continue };
        let rows = ctx.engine.database().fetch(&query::select(&plan)).await?;
        let record = query::shape(&plan, rows).items.into_iter().next();
        let Some(record) = record.and_then(|text| serde_json::from_str::<Json>(&text).ok()) else { continue };
        for path in paths {
            let labels: Vec<String> = path.iter().map(|field| label_of(ctx, field)).collect();
            let of = if root == Root::Record { "record" } else { "user" };
            let name = written(path);
            told.push(json!({"of": of, "path": name, "labels": labels, "value": record[&name]}));
        }
    }
    Ok(told)
}

fn label_of(ctx: &Context, field: &FieldRef) -> String {
    let found = ctx.catalog().entity_by_id(&field.entity).and_then(|entity| entity.field_by_id(&field.id));
    let label = found.and_then(|field| super::label(&field.label, ctx.locale));
    label.unwrap_or(&field.name).to_owned()
}

/// Judges every rule on the record; a condition by the database, with the rights conditions read with.
pub(super) async fn outcomes(theirs: &Context, entity: &Entity, rules: &[Tried], id: Uuid) -> Result<Vec<bool>, Error> {
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
