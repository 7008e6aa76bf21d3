//! What a run asks of the database: through the rights of the run, within the transaction of a save when there is one.

use std::collections::HashMap;
use std::sync::Arc;

use catalog::{Entity, Field, FieldKind};
use diagnostic::Diagnostic;
use expression::{EntityId, RecordRef, Value};
use query::write::Lock;
use query::{Count, Request, SelectItem, SortKey};
use scripting::{Member, Question};
use serde_json::{Map, Value as Json};
use sql::{Rows, Statement};
use uuid::Uuid;

use super::session::{Inquiry, Reply, Seen, indicators, is_many};
use crate::audit::reads;
use crate::files::{self, FileInfo};
use crate::messages::notices;
use crate::records::command::identity;
use crate::records::unit_of_work::UnitOfWork;
use crate::records::{coerce, read};
use crate::{Context, Error, measures};

/// Records that one question gives at most.
const MOST: usize = 1_000;

/// Answers a question.
pub(super) async fn answer(ctx: &Context, unit: Option<&mut UnitOfWork>, inquiry: Inquiry) -> Result<Reply, Error> {
    match inquiry {
        Inquiry::Records(entity, ids) => {
            let entity = entity_of(ctx, &entity)?;
            let ids: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
            let filter = Some(format!("id in [{}]", ids.join(", ")));
            let question = Question { filter, limit: u32::try_from(ids.len()).ok(), ..Question::default() };
            found(ctx, unit, &entity, question).await
        }
        Inquiry::Find(entity, question) => {
            let entity = entity_of(ctx, &entity)?;
            found(ctx, unit, &entity, question).await
        }
        Inquiry::Related(record, name) => related(ctx, unit, &record, &name).await,
        Inquiry::Count(entity, filter) => {
            let entity = entity_of(ctx, &entity)?;
            let request = Request { filter, select: Some(Vec::new()), count: Count::Exact, ..Request::default() };
            let plan = planned(ctx, &entity, &request)?;
            let rows = fetch(ctx, unit, &query::count(&plan)).await?;
            Ok(Reply::Count(i64::try_from(read::counted(&rows)).unwrap_or(i64::MAX)))
        }
        Inquiry::Files(ids) => files(ctx, unit, &ids).await.map(Reply::Files),
        Inquiry::Content(id) => content(ctx, unit, id).await.map(Reply::Content),
        Inquiry::People(asked) => notices::people(ctx, &asked).await.map(Reply::People),
        Inquiry::Measures(asked, is_list) => {
            let within = unit.and_then(UnitOfWork::opened);
            let outcomes = measures::values_within(ctx, &asked, within).await?;
            indicators::all(outcomes, is_list).map(Reply::Measures)
        }
        Inquiry::Http(_) => Err(Error::broken("a request to elsewhere was put to the database")),
    }
}

/// Reads one record, as far as the run may read it.
pub(super) async fn one(
    ctx: &Context,
    unit: &mut UnitOfWork,
    entity: &Arc<Entity>,
    id: Uuid,
) -> Result<Option<Seen>, Error> {
    let reply = answer(ctx, Some(unit), Inquiry::Records(entity.id.clone(), vec![id])).await;
    match reply {
        Ok(Reply::Records(_, records)) => Ok(records.into_iter().next().map(|(_, seen)| seen)),
        // Who may write and not read sees nothing of the record.
        Ok(_) | Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Tells of the files that the run may read.
async fn files(ctx: &Context, unit: Option<&mut UnitOfWork>, ids: &[Uuid]) -> Result<Vec<FileInfo>, Error> {
    files::known(ctx, unit.and_then(UnitOfWork::opened), ids, Lock::None).await
}

/// Reads a file that is a text.
async fn content(ctx: &Context, unit: Option<&mut UnitOfWork>, id: Uuid) -> Result<String, Error> {
    let found = files(ctx, unit, &[id]).await?.pop();
    let info = found.ok_or_else(|| Error::NotFound(Diagnostic::error("file.unknown")))?;
    let longest = scripting::Limits::default().text;
    let long = || Diagnostic::error("message.file_long").with("file", &info.name).with("max", longest >> 10);
    if info.size > longest as u64 {
        return Err(Error::Invalid(vec![long()]));
    }
    let bytes = files::content(ctx, &info).await?;
    String::from_utf8(bytes)
        .map_err(|_| Error::Invalid(vec![Diagnostic::error("message.file_no_text").with("file", &info.name)]))
}

fn entity_of(ctx: &Context, id: &EntityId) -> Result<Arc<Entity>, Error> {
    let found = ctx.catalog().entity_by_id(id).cloned();
    found.ok_or_else(|| Error::NotFound(Diagnostic::error("script.unknown_entity").with("name", id)))
}

async fn found(
    ctx: &Context,
    unit: Option<&mut UnitOfWork>,
    entity: &Arc<Entity>,
    question: Question,
) -> Result<Reply, Error> {
    // Without a limit all are meant, and one more than there may be tells that there are too many.
    let limit = question.limit.map_or(MOST as u32 + 1, |limit| limit);
    let sort = question.sort.iter().map(|key| match key.strip_prefix('-') {
        Some(path) => SortKey { path: path.to_owned(), descending: true },
        None => SortKey { path: key.clone(), descending: false },
    });
    let request = Request {
        select: Some(selected(ctx, entity)),
        filter: question.filter,
        sort: sort.collect(),
        limit: Some(limit),
        ..Request::default()
    };
    let plan = planned(ctx, entity, &request)?;
    let is_watched = unit.is_none();
    let rows = fetch(ctx, unit, &query::select(&plan)).await?;
    if is_watched {
        reads::listed(ctx, &entity.name, &request, rows.len()).await?;
    }
    let items = query::shape(&plan, rows).items;
    if items.len() > MOST {
        let many = Diagnostic::error("script.too_many_found").with("entity", &entity.name).with("max", MOST);
        return Err(Error::Invalid(vec![many]));
    }
    let items = items.iter().filter_map(|item| serde_json::from_str::<Map<String, Json>>(item).ok());
    Ok(Reply::Records(entity.id.clone(), items.filter_map(|item| seen(ctx, entity, &item)).collect()))
}

async fn related(ctx: &Context, unit: Option<&mut UnitOfWork>, record: &RecordRef, name: &str) -> Result<Reply, Error> {
    let entity = entity_of(ctx, &record.entity)?;
    let relation = entity.field(name).and_then(Field::relation);
    let target = entity_of(ctx, relation.map_or(&record.entity, |relation| &relation.target))?;
    // What may not be read has nothing in it.
    let nothing = || Ok(Reply::Records(target.id.clone(), Vec::new()));
    if ctx.access.shown_field(&entity, name).is_none() || ctx.access.read(&target.id).is_none() {
        return nothing();
    }
    let items = SelectItem::Related {
        path: name.to_owned(),
        select: Some(selected(ctx, &target)),
        filter: None,
        sort: Vec::new(),
        limit: Some(MOST as u32 + 1),
    };
    let request = Request {
        select: Some(vec![items]),
        filter: Some(format!("id == \"{}\"", record.id)),
        limit: Some(1),
        ..Request::default()
    };
    let plan = planned(ctx, &entity, &request)?;
    let is_watched = unit.is_none();
    let rows = fetch(ctx, unit, &query::select(&plan)).await?;
    if is_watched {
        reads::listed(ctx, &entity.name, &request, rows.len()).await?;
    }
    let Some(item) = query::shape(&plan, rows).items.into_iter().next() else { return nothing() };
    let item: Json = serde_json::from_str(&item).unwrap_or_default();
    let items = item[name].as_array().map(Vec::as_slice).unwrap_or_default();
    if items.len() > MOST {
        let many = Diagnostic::error("script.too_many_found").with("entity", &target.name).with("max", MOST);
        return Err(Error::Invalid(vec![many]));
    }
    let items = items.iter().filter_map(Json::as_object);
    Ok(Reply::Records(target.id.clone(), items.filter_map(|item| seen(ctx, &target, item)).collect()))
}

fn planned(ctx: &Context, entity: &Entity, request: &Request) -> Result<query::Plan, Error> {
    let plan = query::plan::list(&ctx.access, &entity.name, request, &read::settings(ctx));
    plan.map_err(|error| read::refused(ctx, &entity.name, error))
}

async fn fetch(ctx: &Context, unit: Option<&mut UnitOfWork>, statement: &Statement) -> Result<Rows, Error> {
    if let Some(unit) = unit
        && let Some(tx) = unit.opened()
    {
        return Ok(tx.fetch(statement).await?);
    }
    Ok(ctx.engine.database().fetch(statement).await?)
}

/// All that the run may read of a record, relations to many apart.
fn selected(ctx: &Context, entity: &Entity) -> Vec<SelectItem> {
    let shown = ctx.access.shown(entity).into_iter().filter(|field| !is_many(field) && !field.write_only);
    let mut names: Vec<&str> = shown.map(|field| field.name.as_str()).collect();
    for name in ["id", "version"] {
        if entity.field(name).is_some() && !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().map(|name| SelectItem::Path(name.to_owned())).collect()
}

fn seen(ctx: &Context, entity: &Entity, item: &Map<String, Json>) -> Option<(Uuid, Seen)> {
    let id = identity(item.get("id")?.as_str()?)?;
    let version = item.get("version").and_then(Json::as_i64);
    let mut values = HashMap::new();
    for field in &entity.fields {
        if let Some(json) = item.get(&field.name) {
            values.insert(field.name.clone(), member(ctx, field, json));
        }
    }
    Some((id, Seen { values, version }))
}

/// Reads a value as the answers of the database hold it.
pub(super) fn member(ctx: &Context, field: &Field, json: &Json) -> Member {
    let id = |json: &Json| json["id"].as_str().or_else(|| json.as_str()).and_then(identity);
    let value = match &field.kind {
        FieldKind::Link { relation, .. } => {
            let target = |id| Value::Record(RecordRef { entity: relation.target.clone(), id });
            id(json).map_or(Value::Empty, target)
        }
        FieldKind::AnyLink { .. } => {
            let entity = json["entity"].as_str();
            let entity = entity.and_then(|name| {
                ctx.catalog().entity(name).or_else(|| ctx.catalog().entity_by_id(&EntityId::new(name)))
            });
            match entity.zip(id(json)) {
                Some((entity, id)) => return Member::AnyRecord(RecordRef { entity: entity.id.clone(), id }),
                None => Value::Empty,
            }
        }
        FieldKind::Id => id(json).map_or(Value::Empty, Value::Id),
        FieldKind::AutoNumber { .. } => json.as_str().map_or(Value::Empty, |text| Value::Text(text.into())),
        FieldKind::Secret => Value::Empty,
        // A masked value is one that its kind does not read: it is a text, or nothing.
        kind => coerce::value(kind, json)
            .unwrap_or_else(|_| json.as_str().map_or(Value::Empty, |text| Value::Text(text.into()))),
    };
    Member::Value(value)
}
