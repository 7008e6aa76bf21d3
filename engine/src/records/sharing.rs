//! Single records opened to a person or a team. A share is a record of `record_share`, which only this module writes; what
//! it opens is decided by the conditions that `catalog` derives from it and every grant carries.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use access::{Access, Grant, Operation, Reach, Reason};
use catalog::Entity;
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId, Value};
use query::Image;
use query::write::{Bin, Lock};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::load::{granted, not_found, version_of};
use super::unit_of_work::{Act, Change, UnitOfWork};
use super::{CHUNK, leave, over_newest, wire};
use crate::{Context, Error};

const SHARE: &str = "record_share";

/// Whom a record is shared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    /// A person.
    User(Uuid),
    /// Everybody of a team and of the teams below it.
    Team(Uuid),
}

/// What a share opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Reading.
    Read,
    /// Reading and changing.
    Update,
}

impl Level {
    /// Finds the level of a word.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "read" => Some(Self::Read),
            "update" => Some(Self::Update),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Update => "update",
        }
    }
}

impl With {
    /// The field of a share that names them, and the entity they are of.
    fn field(self) -> (&'static str, Uuid) {
        match self {
            Self::User(id) => ("user", id),
            Self::Team(id) => ("team", id),
        }
    }
}

/// Lists whom a record is shared with, to whoever may share it: `{"items": [{"id", "user" or "team", "level", "at", "by"}]}`.
pub async fn shares(ctx: &Context, entity: &str, id: Uuid) -> Result<Json, Error> {
    let grant = shareable(ctx, entity)?;
    let dialect = ctx.engine.database().dialect();
    let there = query::write::exists_live(&granted(ctx, entity, Operation::Read)?, &[id], Lock::None, dialect);
    if ctx.engine.database().fetch(&there).await?.is_empty() {
        return Err(not_found(ctx, grant.entity()));
    }
    if let Some(condition) = grant.condition()
        && let Some(statement) = query::write::conditions_met(&grant, &[condition], &[id], dialect)
    {
        let rows = ctx.engine.database().fetch(&statement).await?;
        if !rows.iter().any(|row| row.last() == Some(&Value::Boolean(true))) {
            return Err(leave::refused_before(ctx, &grant));
        }
    }
    Ok(json!({ "items": items(ctx, id, None).await? }))
}

/// Shares a record, or changes what the share with the same person or team opens; gives the share.
pub async fn share(ctx: &Context, entity: &str, id: Uuid, with: With, level: Level) -> Result<Json, Error> {
    over_newest(ctx, |ctx| async move { share_once(&ctx, entity, id, with, level).await }).await
}

async fn share_once(ctx: &Context, entity: &str, id: Uuid, with: With, level: Level) -> Result<Json, Error> {
    let grant = shareable(ctx, entity)?;
    let mut unit = UnitOfWork::begin(ctx).await?;
    may_share(ctx, &mut unit, &grant, id).await?;
    if level == Level::Update {
        // Nobody opens more than they have.
        let update = granted(ctx, entity, Operation::Update)?;
        leave::of_all(ctx, &mut unit, &update, &[id]).await?;
    }
    known(ctx, &mut unit, with).await?;
    let keeper = keeper(ctx)?;
    let share = match held(ctx, &mut unit, &keeper, id, with).await? {
        Some((share, image)) => {
            change(ctx, &mut unit, &keeper, share, &image, [("record_share.level", word(level))]).await?;
            share
        }
        None => insert(ctx, &mut unit, &keeper, grant.entity(), id, with, level).await?,
    };
    unit.commit(ctx).await?;
    let told = items(ctx, id, Some(share)).await?;
    told.into_iter().next().ok_or_else(|| Error::broken("a share is gone as soon as it is made"))
}

/// Takes a share back.
pub async fn unshare(ctx: &Context, entity: &str, id: Uuid, share: Uuid) -> Result<(), Error> {
    over_newest(ctx, |ctx| async move { unshare_once(&ctx, entity, id, share).await }).await
}

async fn unshare_once(ctx: &Context, entity: &str, id: Uuid, share: Uuid) -> Result<(), Error> {
    let grant = shareable(ctx, entity)?;
    let mut unit = UnitOfWork::begin(ctx).await?;
    may_share(ctx, &mut unit, &grant, id).await?;
    let keeper = keeper(ctx)?;
    let statement = query::write::load(&keeper, &[share], Lock::Update, Bin::Live, unit.dialect());
    let rows = unit.tx(ctx).await?.fetch(&statement).await?;
    let found = query::write::images(keeper.entity(), rows).into_iter().next();
    let of_record = |image: &Image| image.values.get(&FieldId::new("record_share.record")) == Some(&Value::Id(id));
    let Some((_, image)) = found.filter(|(_, image)| of_record(image)) else {
        return Err(Error::NotFound(Diagnostic::error("share.unknown")));
    };
    change(ctx, &mut unit, &keeper, share, &image, [("deleted_at", Value::DateTime(ctx.now))]).await?;
    unit.commit(ctx).await
}

/// Leave to share records of an entity, where sharing means something at all.
fn shareable(ctx: &Context, entity: &str) -> Result<Grant, Error> {
    let grant = granted(ctx, entity, Operation::Share)?;
    if grant.entity().shared.is_none() || grant.entity().owner.is_some() {
        let label = super::label(&grant.entity().plural, ctx.locale).unwrap_or(&grant.entity().name).to_owned();
        return Err(Error::Forbidden(Diagnostic::error("share.closed").with("entity", label)));
    }
    Ok(grant)
}

async fn may_share(ctx: &Context, unit: &mut UnitOfWork, grant: &Grant, id: Uuid) -> Result<(), Error> {
    let read = granted(ctx, &grant.entity().name, Operation::Read)?;
    let statement = query::write::exists_live(&read, &[id], Lock::Share, unit.dialect());
    if unit.tx(ctx).await?.fetch(&statement).await?.is_empty() {
        return Err(not_found(ctx, grant.entity()));
    }
    leave::of_all(ctx, unit, grant, &[id]).await
}

/// A record is shared with whom the caller may know of.
async fn known(ctx: &Context, unit: &mut UnitOfWork, with: With) -> Result<(), Error> {
    let (name, id) = with.field();
    let unknown = || Error::Invalid(vec![Diagnostic::error("share.unknown_with").at(format!("/{name}"))]);
    let grant = ctx.access.read(&EntityId::new(name)).ok_or_else(unknown)?;
    let statement = query::write::exists_live(&grant, &[id], Lock::Share, unit.dialect());
    if unit.tx(ctx).await?.fetch(&statement).await?.is_empty() { Err(unknown()) } else { Ok(()) }
}

/// Leave to keep shares, which nobody but the product writes.
fn keeper(ctx: &Context) -> Result<Grant, Error> {
    let access = Access::system(Reason::Sharing, ctx.catalog().clone());
    let entity = ctx.catalog().entity(SHARE);
    let grant = entity.and_then(|entity| access.grant(&entity.id, Operation::Update));
    grant.ok_or_else(|| Error::broken("no entity of shares"))
}

/// Finds the share of a record with somebody.
async fn held(
    ctx: &Context,
    unit: &mut UnitOfWork,
    keeper: &Grant,
    record: Uuid,
    with: With,
) -> Result<Option<(Uuid, Image)>, Error> {
    let (name, id) = with.field();
    let fields: Vec<_> = ["record", name].iter().filter_map(|name| keeper.entity().field(name)).collect();
    let tuple = vec![Value::Id(record), Value::Id(id)];
    let statement = query::write::holders(keeper, &fields, &[tuple], unit.dialect());
    let statement = statement.ok_or_else(|| Error::broken("shares are not found by record"))?;
    let rows = unit.tx(ctx).await?.fetch(&statement).await?;
    let Some(Value::Id(share)) = rows.first().and_then(|row| row.first()) else { return Ok(None) };
    let statement = query::write::load(keeper, &[*share], Lock::Update, Bin::Live, unit.dialect());
    let rows = unit.tx(ctx).await?.fetch(&statement).await?;
    Ok(query::write::images(keeper.entity(), rows).into_iter().next())
}

async fn insert(
    ctx: &Context,
    unit: &mut UnitOfWork,
    keeper: &Grant,
    entity: &Entity,
    record: Uuid,
    with: With,
    level: Level,
) -> Result<Uuid, Error> {
    let (id, (name, whom)) = (Uuid::now_v7(), with.field());
    let by = ctx.user.map_or(Value::Empty, Value::Id);
    let now = Value::DateTime(ctx.now);
    let whom_field = format!("record_share.{name}");
    let values = [
        ("id", Value::Id(id)),
        ("created_at", now.clone()),
        ("created_by", by.clone()),
        ("updated_at", now),
        ("updated_by", by),
        ("version", Value::Integer(1)),
        ("record_share.entity", Value::Text(entity.id.as_str().into())),
        ("record_share.record", Value::Id(record)),
        (whom_field.as_str(), Value::Id(whom)),
        ("record_share.level", word(level)),
    ];
    let image = Image { values: values.into_iter().map(|(id, value)| (FieldId::new(id), value)).collect() };
    for statement in query::write::insert(keeper, &[(id, image.clone())], unit.dialect()) {
        unit.tx(ctx).await?.execute(&statement).await?;
    }
    note(ctx, unit, keeper, id, Act::Create, Image::default(), image);
    Ok(id)
}

async fn change<const N: usize>(
    ctx: &Context,
    unit: &mut UnitOfWork,
    keeper: &Grant,
    share: Uuid,
    before: &Image,
    values: [(&str, Value); N],
) -> Result<(), Error> {
    let changed: BTreeMap<FieldId, Value> = values.into_iter().map(|(id, value)| (FieldId::new(id), value)).collect();
    if changed.iter().all(|(id, value)| before.values.get(id) == Some(value)) {
        return Ok(());
    }
    let by = ctx.user.map_or(Value::Empty, Value::Id);
    let moving = [(FieldId::new("updated_at"), Value::DateTime(ctx.now)), (FieldId::new("updated_by"), by)];
    let act = if changed.contains_key(&FieldId::new("deleted_at")) { Act::Delete } else { Act::Update };
    let changed = Image { values: changed.into_iter().chain(moving).collect() };
    let version = version_of(before);
    let statement = query::write::update(keeper, share, &changed, version, unit.dialect());
    unit.tx(ctx).await?.execute(&statement).await?;
    let mut after = before.clone();
    after.values.extend(changed.values);
    after.values.insert(FieldId::new("version"), Value::Integer(version + 1));
    note(ctx, unit, keeper, share, act, before.clone(), after);
    Ok(())
}

fn note(ctx: &Context, unit: &mut UnitOfWork, keeper: &Grant, id: Uuid, act: Act, before: Image, after: Image) {
    let (entity, version) = (Arc::clone(keeper.entity()), version_of(&after));
    unit.note(
        ctx,
        Change { entity, id, act, version, before, after, links: BTreeMap::new(), hidden: Vec::new(), script: None },
    );
}

fn word(level: Level) -> Value {
    Value::Text(level.word().into())
}

/// Tells the shares of a record, or one of them, in the order they were made; people and teams by the titles the caller may
/// read.
async fn items(ctx: &Context, record: Uuid, only: Option<Uuid>) -> Result<Vec<Json>, Error> {
    let (keeper, database) = (keeper(ctx)?, ctx.engine.database());
    let field: Vec<_> = keeper.entity().field("record").into_iter().collect();
    let statement = query::write::holders(&keeper, &field, &[vec![Value::Id(record)]], database.dialect());
    let statement = statement.ok_or_else(|| Error::broken("shares are not found by record"))?;
    let ids: Vec<Uuid> = database.fetch(&statement).await?.iter().filter_map(|row| id_in(row.first()?)).collect();
    let ids: Vec<Uuid> = ids.into_iter().filter(|id| only.is_none_or(|only| only == *id)).collect();
    let mut shares = Vec::new();
    for ids in ids.chunks(CHUNK) {
        let statement = query::write::load(&keeper, ids, Lock::None, Bin::Live, database.dialect());
        shares.extend(query::write::images(keeper.entity(), database.fetch(&statement).await?));
    }
    let mut known: HashMap<(&str, Uuid), Json> = HashMap::new();
    for (entity, fields) in [("user", ["record_share.user", "created_by"].as_slice()), ("team", &["record_share.team"])]
    {
        let ids: BTreeSet<Uuid> =
            shares.iter().flat_map(|(_, image)| fields.iter().filter_map(|field| id_of(image, field))).collect();
        let titles = titles(ctx, entity, ids.into_iter().collect()).await?;
        known.extend(titles.into_iter().map(|(id, title)| ((entity, id), title)));
    }
    let titled = |entity: &'static str, id: Option<Uuid>| {
        id.map(|id| json!({"id": id.to_string(), "title": known.get(&(entity, id))}))
    };
    let value = |image: &Image, name: &str| {
        let found = keeper.entity().field(name).and_then(|field| Some((field, image.values.get(&field.id)?)));
        found.map_or(Json::Null, |(field, value)| wire::json(&field.kind, value))
    };
    let told = shares.iter().map(|(id, image)| {
        json!({
            "id": id.to_string(),
            "user": titled("user", id_of(image, "record_share.user")),
            "team": titled("team", id_of(image, "record_share.team")),
            "level": value(image, "level"),
            "at": value(image, "created_at"),
            "by": titled("user", id_of(image, "created_by")),
        })
    });
    Ok(told.collect())
}

fn id_in(value: &Value) -> Option<Uuid> {
    if let Value::Id(id) = value { Some(*id) } else { None }
}

fn id_of(image: &Image, field: &str) -> Option<Uuid> {
    id_in(image.values.get(&FieldId::new(field))?)
}

async fn titles(ctx: &Context, entity: &str, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Json>, Error> {
    let mut titles = HashMap::new();
    let Some(grant) = ctx.access.read(&EntityId::new(entity)) else { return Ok(titles) };
    let Some(field) = grant.entity().title_field().filter(|field| grant.reach(field) == Reach::All) else {
        return Ok(titles);
    };
    for ids in ids.chunks(CHUNK) {
        let statement = query::write::load(&grant, ids, Lock::None, Bin::Any, ctx.engine.database().dialect());
        let rows = ctx.engine.database().fetch(&statement).await?;
        for (id, image) in query::write::images(grant.entity(), rows) {
            titles.insert(id, wire::json(&field.kind, image.values.get(&field.id).unwrap_or(&Value::Empty)));
        }
    }
    Ok(titles)
}
