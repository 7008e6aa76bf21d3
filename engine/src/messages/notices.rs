//! What people are told inside the product: records of `notification`, each for one person, who alone reads it.

use access::{Access, Reason};
use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use query::write::{Bin, Lock};
use query::{Count, Image, Request, SelectItem, SortKey};
use schemas::suggest::nearest;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::letter::{about, listed, malformed, unknown, words};
use super::{About, attributes, keep, keeper, note, text};
use crate::records::command::identity;
use crate::records::unit_of_work::UnitOfWork;
use crate::records::{self, over_newest};
use crate::{Context, Error, events};

/// Name and identity of the entity of notices.
pub(super) const ENTITY: &str = "notification";
/// Most people whom one call tells.
const PEOPLE: usize = 1_000;
/// Longest text in characters.
const LONGEST: usize = 1_000;
/// Notices that are shown at once.
const SHOWN: u32 = 50;
/// Notices that are marked as read by name at once.
const MARKED: usize = 1_000;

/// What people are told.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    /// Whom, each with the identity of the record.
    pub(crate) people: Vec<(Uuid, Uuid)>,
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    pub(crate) about: Option<About>,
}

/// A notice as a script writes it: whom it names is still to be found.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) people: Vec<Uuid>,
    pub(crate) roles: Vec<String>,
    pub(crate) text: String,
    pub(crate) about: Option<About>,
}

/// Reads a notice.
pub(crate) fn read(ctx: &Context, asked: &Json) -> Result<Asked, Vec<Diagnostic>> {
    let Some(parts) = asked.as_object() else { return Err(vec![malformed("message", asked)]) };
    let mut mistakes: Vec<Diagnostic> = unknown(parts, &["to", "role", "text", "record"]).collect();
    let mut people = Vec::new();
    for item in listed(parts, "to") {
        let is_user = item.get("entity").is_none_or(|entity| entity == "user");
        match item.as_str().or_else(|| item["id"].as_str()).and_then(identity).filter(|_| is_user) {
            Some(id) => people.push(id),
            None => mistakes.push(malformed("to", item)),
        }
    }
    let mut roles = Vec::new();
    for item in listed(parts, "role") {
        match item.as_str() {
            Some(name) if ctx.catalog().role(name).is_some() => roles.push(name.to_owned()),
            Some(name) => {
                let near = nearest(name, ctx.catalog().roles.iter().map(|role| role.name.as_str()));
                mistakes.push(Diagnostic::error("message.unknown_role").with("name", name).with_some("nearest", near));
            }
            None => mistakes.push(malformed("role", item)),
        }
    }
    if !parts.contains_key("to") && !parts.contains_key("role") {
        mistakes.push(Diagnostic::error("message.no_person"));
    }
    let text = words(parts, "text", &mut mistakes).trim().to_owned();
    if text.is_empty() {
        mistakes.push(Diagnostic::error("message.no_text"));
    } else if text.chars().count() > LONGEST {
        mistakes.push(Diagnostic::error("message.text_long").with("max", LONGEST));
    }
    let about = about(parts, &mut mistakes);
    if mistakes.is_empty() { Ok(Asked { people, roles, text, about }) } else { Err(mistakes) }
}

/// Finds whom a notice is for: people who may sign in.
pub(crate) async fn people(ctx: &Context, asked: &Asked) -> Result<Vec<Uuid>, Error> {
    if asked.people.is_empty() && asked.roles.is_empty() {
        return Ok(Vec::new());
    }
    let quoted =
        |texts: Vec<String>| texts.iter().map(|text| Json::from(text.as_str()).to_string()).collect::<Vec<_>>();
    let ids = quoted(asked.people.iter().map(Uuid::to_string).collect()).join(", ");
    let roles = quoted(asked.roles.clone()).join(", ");
    let mut any = Vec::new();
    if !ids.is_empty() {
        any.push(format!("id in [{ids}]"));
    }
    if !roles.is_empty() {
        any.push(format!("roles.any(|role| role.name in [{roles}])"));
    }
    let request = Request {
        select: Some(vec![SelectItem::Path("id".to_owned())]),
        filter: Some(format!("is_active && ({})", any.join(" || "))),
        limit: Some(PEOPLE as u32 + 1),
        ..Request::default()
    };
    let found = records::list(&own(ctx), "user", request).await?.page.items;
    if found.len() > PEOPLE {
        return Err(Error::Invalid(vec![Diagnostic::error("message.too_many_people").with("max", PEOPLE)]));
    }
    Ok(found.iter().filter_map(|item| identity(json_of(item)["id"].as_str()?)).collect())
}

/// Writes notices down, and the message to the pages of those they are for.
pub(crate) async fn notice(
    ctx: &Context,
    unit: &mut UnitOfWork,
    notice: &Notice,
    earlier: &[Option<Uuid>],
) -> Result<(), Error> {
    if notice.people.is_empty() {
        return Ok(());
    }
    let keeper = keeper(ctx, ENTITY)?;
    let about = notice.about.as_ref().and_then(|about| keep::found(ctx, about, earlier));
    let images = notice.people.iter().map(|(id, person)| {
        let mut values = attributes(ctx, *id);
        let mut put = |name: &str, value: Value| values.push((of(name), value));
        put("person", Value::Id(*person));
        put("kind", Value::Text(notice.kind.into()));
        put("text", text(&notice.text));
        if let Some((entity, record)) = &about {
            put("entity", text(entity));
            put("record", Value::Id(*record));
        }
        (*id, Image { values: values.into_iter().collect() })
    });
    let images: Vec<(Uuid, Image)> = images.collect();
    for statement in query::write::insert(&keeper, &images, unit.dialect()) {
        unit.tx(ctx).await?.execute(&statement).await?;
    }
    for (id, image) in images {
        note(ctx, unit, &keeper, id, 1, Image::default(), image);
    }
    let people: Vec<Uuid> = notice.people.iter().map(|(_, person)| *person).collect();
    events::outbox::noticed(ctx, unit, &people).await
}

/// Lists the newest notices of the caller: `{"items", "unread"}`.
pub async fn list(ctx: &Context) -> Result<Json, Error> {
    let person = ctx.caller()?;
    let names = ["id", "kind", "text", "entity", "record", "read_at", "created_at", "created_by"];
    let request = Request {
        select: Some(names.iter().map(|name| SelectItem::Path((*name).to_owned())).collect()),
        filter: Some(format!("person == \"{person}\"")),
        sort: vec![SortKey { path: "created_at".to_owned(), descending: true }],
        limit: Some(SHOWN),
        ..Request::default()
    };
    let found = records::list(&own(ctx), ENTITY, request).await?.page.items;
    let items: Vec<Json> = found.iter().map(|item| named(ctx, json_of(item))).collect();
    Ok(json!({"items": items, "unread": unread(ctx, person).await?}))
}

/// Names the entity as the page knows it; what the caller may read nothing of is no place to go to.
fn named(ctx: &Context, mut item: Json) -> Json {
    let entity = item["entity"].as_str().map(expression::EntityId::new);
    let grant = entity.and_then(|entity| ctx.access.read(&entity));
    if let Some(grant) = grant {
        item["entity"] = Json::from(grant.entity().name.as_str());
    } else {
        item["entity"] = Json::Null;
        item["record"] = Json::Null;
    }
    item
}

async fn unread(ctx: &Context, person: Uuid) -> Result<u64, Error> {
    let request = Request {
        select: Some(vec![SelectItem::Path("id".to_owned())]),
        filter: Some(format!("person == \"{person}\" && read_at == ()")),
        limit: Some(1),
        count: Count::Exact,
        ..Request::default()
    };
    let list = records::list(&own(ctx), ENTITY, request).await?;
    Ok(list.count.unwrap_or_default())
}

/// Marks notices of the caller as read, all of them when none are named; gives how many are not read then.
pub async fn mark(ctx: &Context, ids: Option<&[Uuid]>) -> Result<u64, Error> {
    let person = ctx.caller()?;
    if let Some(found) = ids.map(<[Uuid]>::len).filter(|found| *found > MARKED) {
        let many = Diagnostic::error("message.too_many_notices").with("found", found).with("max", MARKED);
        return Err(Error::Invalid(vec![many.at("/ids")]));
    }
    over_newest(ctx, |ctx| async move { mark_once(&ctx, person, ids).await }).await?;
    unread(ctx, person).await
}

async fn mark_once(ctx: &Context, person: Uuid, ids: Option<&[Uuid]>) -> Result<(), Error> {
    let (keeper, field) = (keeper(ctx, ENTITY)?, of("read_at"));
    let mut unit = UnitOfWork::begin(ctx).await?;
    let dialect = unit.dialect();
    let found: Vec<Uuid> = match ids {
        Some(ids) => ids.to_vec(),
        None => {
            let person_field: Vec<_> = keeper.entity().field("person").into_iter().collect();
            let statement = query::write::holders(&keeper, &person_field, &[vec![Value::Id(person)]], dialect);
            let statement = statement.ok_or_else(|| Error::broken("notices are not found by person"))?;
            let rows = unit.tx(ctx).await?.fetch(&statement).await?;
            rows.iter().filter_map(|row| if let Some(Value::Id(id)) = row.first() { Some(*id) } else { None }).collect()
        }
    };
    for ids in found.chunks(records::CHUNK) {
        let rows =
            unit.tx(ctx).await?.fetch(&query::write::load(&keeper, ids, Lock::Update, Bin::Live, dialect)).await?;
        let images = query::write::images(keeper.entity(), rows).into_iter().filter(|(_, image)| {
            let value = |name: &str| image.values.get(&of(name)).unwrap_or(&Value::Empty);
            *value("person") == Value::Id(person) && *value("read_at") == Value::Empty
        });
        let images: Vec<(Uuid, Image)> = images.collect();
        let changed = Image { values: [(field.clone(), Value::DateTime(ctx.now))].into_iter().collect() };
        let rows: Vec<(Uuid, i64, &Image)> = images.iter().map(|(id, image)| (*id, version(image), &changed)).collect();
        for statement in query::write::update_each(&keeper, std::slice::from_ref(&field), &rows, dialect) {
            unit.tx(ctx).await?.execute(&statement).await?;
        }
        for (id, before) in images {
            let version = version(&before) + 1;
            let mut after = before.clone();
            after.values.insert(field.clone(), Value::DateTime(ctx.now));
            after.values.insert(FieldId::new("version"), Value::Integer(version));
            note(ctx, &mut unit, &keeper, id, version, before, after);
        }
    }
    events::outbox::noticed(ctx, &mut unit, &[person]).await?;
    unit.commit(ctx).await
}

/// The same request past the rights of the caller, who is asked for no more than what is their own.
fn own(ctx: &Context) -> Context {
    let access = Access::system(Reason::Messages, ctx.catalog().clone()).at(ctx.access.clock());
    Context { access, ..ctx.clone() }
}

fn json_of(item: &str) -> Json {
    serde_json::from_str(item).unwrap_or_default()
}

fn of(name: &str) -> FieldId {
    FieldId::new(&format!("{ENTITY}.{name}"))
}

fn version(image: &Image) -> i64 {
    if let Some(Value::Integer(number)) = image.values.get(&FieldId::new("version")) { *number } else { 0 }
}
