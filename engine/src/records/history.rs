//! What happened to a record, told from its audit events as far as the caller may read the fields.

use std::collections::{BTreeSet, HashMap, HashSet};

use access::{Access, Grant, Operation, Reach, Reason};
use catalog::{Entity, Field, FieldKind};
use expression::{EntityId, Expr, FieldId, Value};
use query::write::{Bin, Lock};
use query::{Request, SelectItem, SortKey};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::unit_of_work::Act;
use super::{audit, command, load, read};
use crate::audit::reads;
use crate::{Context, Error};

/// Events told of one record, newest first.
const EVENTS: u32 = 1_000;

/// Tells the history of a record: `{"items": [{"at", "by", "operation", "changes": [{"field", "from", "to"}]}]}`.
pub async fn history(ctx: &Context, entity: &str, id: Uuid) -> Result<Json, Error> {
    let grant = load::stored(ctx, entity, Operation::Read)?;
    let dialect = ctx.engine.database().dialect();
    let statement = query::write::load(&grant, &[id], Lock::None, Bin::Any, dialect);
    if ctx.engine.database().fetch(&statement).await?.is_empty() {
        return Err(load::not_found(ctx, grant.entity()));
    }
    let events = events(ctx, grant.entity(), id).await?;
    let titles = titles(ctx, grant.entity(), &events).await?;
    let open = open_fields(ctx, &grant, id).await?;
    reads::shown(ctx, entity, id, None).await?;
    let items: Vec<Json> = events.iter().map(|event| told(&grant, &open, event, &titles)).collect();
    Ok(json!({ "items": items }))
}

/// Finds the fields whose values the caller may read on this record; of the others nothing is told.
async fn open_fields(ctx: &Context, grant: &Grant, id: Uuid) -> Result<HashSet<FieldId>, Error> {
    let mut open = HashSet::new();
    let mut asked: Vec<(FieldId, Expr)> = Vec::new();
    for field in &grant.entity().fields {
        match grant.reach(field) {
            Reach::All => drop(open.insert(field.id.clone())),
            Reach::None => {}
            Reach::Some(condition) => asked.push((field.id.clone(), condition)),
        }
    }
    let conditions: Vec<&Expr> = asked.iter().map(|(_, condition)| condition).collect();
    if !conditions.is_empty()
        && let Some(statement) =
            query::write::conditions_met(grant, &conditions, &[id], ctx.engine.database().dialect())
    {
        let rows = ctx.engine.database().fetch(&statement).await?;
        let truths = rows.first().and_then(|row| row.split_first()).map(|(_, truths)| truths).unwrap_or_default();
        let met = std::iter::zip(asked, truths).filter(|(_, truth)| **truth == Value::Boolean(true));
        open.extend(met.map(|((field, _), _)| field));
    }
    Ok(open)
}

async fn events(ctx: &Context, entity: &Entity, id: Uuid) -> Result<Vec<Map<String, Json>>, Error> {
    let access = Access::system(Reason::Bookkeeping, ctx.catalog().clone());
    let paths = ["at", "actor", "operation", "changes"];
    let newest = |path: &str| SortKey { path: path.to_owned(), descending: true };
    let request = Request {
        select: Some(paths.map(|path| SelectItem::Path(path.to_owned())).to_vec()),
        filter: Some(format!("entity == \"{}\" && record == \"{id}\" && ({})", entity.id, changing())),
        sort: vec![newest("at"), newest("id")],
        limit: Some(EVENTS),
        ..Request::default()
    };
    let plan = query::plan::list(&access, audit::ENTITY, &request, &read::settings(ctx))
        .map_err(|error| Error::Internal("audit events cannot be listed".to_owned(), Some(error.into())))?;
    let rows = ctx.engine.database().fetch(&query::select(&plan)).await?;
    let items = query::shape(&plan, rows).items;
    Ok(items.iter().filter_map(|item| serde_json::from_str(item).ok()).collect())
}

/// The condition of events that changed a record: that somebody signed in is told elsewhere.
fn changing() -> String {
    let words = Act::ALL.map(|act| format!("operation == \"{}\"", act.word()));
    words.join(" || ")
}

type Titles = HashMap<(EntityId, Uuid), Json>;

/// Reads the titles of all linked records the caller may see, one statement for each entity.
async fn titles(ctx: &Context, entity: &Entity, events: &[Map<String, Json>]) -> Result<Titles, Error> {
    let mut wanted: HashMap<EntityId, BTreeSet<Uuid>> = HashMap::new();
    for (field, sides) in events.iter().flat_map(|event| changes(entity, event)) {
        for side in ["from", "to"].iter().filter_map(|side| sides.get(*side)) {
            for (target, id) in targets(field, side) {
                wanted.entry(target).or_default().insert(id);
            }
        }
    }
    let mut titles = Titles::new();
    for (target, ids) in wanted {
        let Some(grant) = ctx.access.read(&target) else { continue };
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let found = read::titles(ctx, grant.entity(), &ids).await?;
        titles.extend(found.into_iter().map(|(id, title)| ((target.clone(), id), title)));
    }
    Ok(titles)
}

/// The changes of an event in the order of the entity's fields.
fn changes<'a>(entity: &'a Entity, event: &'a Map<String, Json>) -> Vec<(&'a Field, &'a Map<String, Json>)> {
    let Some(all) = event.get("changes").and_then(Json::as_object) else { return Vec::new() };
    let of_field = |field: &'a Field| Some((field, all.get(field.id.as_str())?.as_object()?));
    entity.fields.iter().filter_map(of_field).collect()
}

/// The records that one side of a change names.
fn targets(field: &Field, side: &Json) -> Vec<(EntityId, Uuid)> {
    let id = |json: &Json| json.as_str().and_then(command::identity);
    match &field.kind {
        FieldKind::Link { relation, .. } => id(side).map(|id| (relation.target.clone(), id)).into_iter().collect(),
        FieldKind::Links { relation, .. } => {
            let items = side.as_array().into_iter().flatten();
            items.filter_map(|item| Some((relation.target.clone(), id(item)?))).collect()
        }
        FieldKind::AnyLink { .. } => {
            let entity = side.get("entity").and_then(Json::as_str).map(EntityId::new);
            entity.zip(side.get("id").and_then(id)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn told(grant: &Grant, open: &HashSet<FieldId>, event: &Map<String, Json>, titles: &Titles) -> Json {
    let mut told = Vec::new();
    for (field, sides) in changes(grant.entity(), event) {
        let secret = sides.get("changed").is_some();
        // That a password changed is told; its value is not even kept.
        let is_known = open.contains(&field.id) || (secret && field.write_only);
        if !is_known {
            continue;
        }
        let mut change = Map::new();
        change.insert("field".to_owned(), Json::from(field.name.as_str()));
        if secret {
            change.insert("changed".to_owned(), Json::from(true));
        } else {
            for side in ["from", "to"] {
                match sides.get(side) {
                    None => drop(change.insert(side.to_owned(), Json::Null)),
                    Some(value) => drop(change.insert(side.to_owned(), shown(field, value, titles))),
                }
            }
        }
        told.push(Json::Object(change));
    }
    let part = |name: &str| event.get(name).cloned().unwrap_or(Json::Null);
    json!({"at": part("at"), "by": part("actor"), "operation": part("operation"), "changes": told})
}

/// Shows one side: a linked record by its title, which of a hidden one is empty as when the link itself is read; of many
/// only those to be seen.
fn shown(field: &Field, side: &Json, titles: &Titles) -> Json {
    let link = |target: (EntityId, Uuid)| json!({"id": target.1.to_string(), "title": titles.get(&target)});
    let mut targets = targets(field, side).into_iter();
    match &field.kind {
        FieldKind::Link { .. } => targets.next().map_or(Json::Null, link),
        FieldKind::AnyLink { .. } => targets.find(|target| titles.contains_key(target)).map_or(Json::Null, link),
        FieldKind::Links { .. } => targets.filter(|target| titles.contains_key(target)).map(link).collect(),
        _ => side.clone(),
    }
}
