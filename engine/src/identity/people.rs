//! Acts on users that are no plain change of a record: those of the command line, and of a person on themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{Operation, Reason};
use catalog::Entity;
use chrono::Duration;
use diagnostic::Diagnostic;
use expression::Value;
use query::{Image, write};
use serde_json::json;
use storage::Transaction;
use storage::internal::{credentials, people, sessions};
use uuid::Uuid;

use super::{
    Authenticated, Person, address, attempts, guard_administrators, login, names, passwords, people_changed, person,
    saving, text, tokens,
};
use crate::audit::{self, Event};
use crate::publishing::mirror;
use crate::secrets::digest;
use crate::{Context, Engine, Error, Locale, events};

/// Gives the caller.
pub async fn me(ctx: &Context) -> Result<Person, Error> {
    let (database, names) = (ctx.engine.database(), names(ctx.catalog())?);
    let rows = database.fetch(&people::by_id(database.dialect(), &names, ctx.caller()?)).await?;
    person(&rows).ok_or_else(|| Error::Unauthenticated(Diagnostic::error("auth.sign_in")))
}

/// Finds an active user with the rights to act with, for explaining what they may do.
pub(crate) async fn person_of(engine: &Engine, id: Uuid) -> Result<Option<Authenticated>, Error> {
    let (database, names) = (engine.database(), names(&engine.catalog())?);
    let rows = database.fetch(&people::by_id(database.dialect(), &names, id)).await?;
    Ok(person(&rows).map(Authenticated::of))
}

/// Changes the caller's password, who must know the old one; all sessions end but the one of this token.
pub async fn change_password(ctx: &Context, token: Option<&str>, old: &str, new: &str) -> Result<(), Error> {
    let user = ctx.caller()?;
    passwords::refuse_monster(old, "/old")?;
    passwords::refuse_monster(new, "/new")?;
    let me = me(ctx).await?;
    passwords::check(new, &[&me.name, &me.email]).map_err(|mistake| Error::Invalid(vec![mistake.at("/new")]))?;
    let address = ctx.origin.address.as_deref().unwrap_or_default();
    attempts::note(&ctx.engine, &me.email, address).await?;
    let hash = login::hash_of(&ctx.engine, user).await?;
    if !passwords::verify(old, hash).await? {
        return Err(Error::Invalid(vec![Diagnostic::error("user.password_wrong").at("/old")]));
    }
    attempts::forgive(&ctx.engine, &me.email).await?;
    let hash = passwords::hash(new).await?;
    let mut tx = ctx.engine.database().begin().await?;
    let dialect = tx.dialect();
    tx.execute(&credentials::put(dialect, user, &hash, ctx.now.timestamp_millis())).await?;
    let ended = match token {
        Some(token) => sessions::end_others(dialect, user, &digest(token)),
        None => sessions::end_all(dialect, user),
    };
    tx.execute(&ended).await?;
    if let Some(token) = token {
        tx.execute(&sessions::confirm(&digest(token), ctx.now.timestamp_millis())).await?;
    }
    people_changed(&mut tx).await?;
    audit::note(&ctx.engine, &mut tx, Event::on_person(ctx, "password_changed", user)).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(())
}

/// What people choose for themselves.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Language of texts.
    pub locale: Option<Locale>,
    /// Name of the time zone; empty for that of the workspace.
    pub time_zone: Option<String>,
}

/// Sets what the caller chooses.
pub async fn choose(ctx: &Context, choices: Choices) -> Result<(), Error> {
    let user = ctx.caller()?;
    if let Some(mistake) = choices.time_zone.as_deref().and_then(|zone| saving::check_zone(zone).err()) {
        return Err(Error::Invalid(vec![mistake]));
    }
    // People may choose for themselves whether or not their roles let them change users.
    let system = ctx.engine.system(Reason::SignIn);
    let mut tx = ctx.engine.database().begin().await?;
    if let Some(locale) = choices.locale {
        update(&system, &mut tx, user, "language", Value::Text(locale.code().into())).await?;
    }
    if let Some(zone) = choices.time_zone {
        let zone = if zone.is_empty() { Value::Empty } else { Value::Text(zone.into()) };
        update(&system, &mut tx, user, "time_zone", zone).await?;
    }
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(())
}

/// Somebody who was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Identity of the person.
    pub id: Uuid,
    /// Whether there was nobody of this address; else the person got the roles, and the password where one was given.
    pub is_new: bool,
    /// The password that was made for somebody new to whom none was given.
    pub password: Option<String>,
}

/// Makes a user with roles, or gives an existing one these roles and password. Somebody new gets a password that is made
/// when none is given; that of an existing user stays then.
pub async fn add_user(engine: &Engine, email: &str, roles: &[String], password: Option<&str>) -> Result<Added, Error> {
    let catalog = engine.catalog();
    let mut mistakes = Vec::new();
    let email = address::check(email).unwrap_or_else(|mistake| {
        mistakes.push(mistake);
        String::new()
    });
    mistakes.extend(password.and_then(|password| passwords::check(password, &[&email]).err()));
    let known = catalog.roles.iter().map(|role| role.name.as_str());
    let unknown = roles.iter().filter(|name| catalog.role(name).is_none());
    mistakes.extend(unknown.map(|name| {
        let nearest = schemas::suggest::nearest(name, known.clone());
        Diagnostic::error("user.unknown_role").with("found", name).with_some("nearest", nearest)
    }));
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let made = password.is_none().then(passwords::make::<20>);
    let hash = passwords::hash(password.or(made.as_deref()).unwrap_or_default()).await?;
    let ctx = engine.system(Reason::CommandLine);
    let mut tx = engine.database().begin().await?;
    tx.lock(&format!("user {email}")).await?;
    let there = identity(&tx.fetch(&people::any_by_email(&names(&catalog)?, &email)).await?);
    let id = match there.filter(|_| made.is_some()) {
        Some(id) => {
            add_roles(&ctx, &mut tx, id, roles).await?;
            id
        }
        None => put_user(&ctx, &mut tx, &email, roles, &hash).await?,
    };
    people_changed(&mut tx).await?;
    let event = Event::on_person(&ctx, "person_added", id).with(json!({"roles": roles}));
    audit::note(engine, &mut tx, event).await?;
    tx.commit().await?;
    engine.forget_people();
    Ok(Added { id, is_new: there.is_none(), password: made.filter(|_| there.is_none()) })
}

/// Makes or completes a user inside a transaction.
pub(super) async fn put_user(
    ctx: &Context,
    tx: &mut Transaction,
    email: &str,
    roles: &[String],
    hash: &str,
) -> Result<Uuid, Error> {
    let (dialect, names) = (tx.dialect(), names(ctx.catalog())?);
    tx.lock(&format!("user {email}")).await?;
    let id = match identity(&tx.fetch(&people::any_by_email(&names, email)).await?) {
        Some(id) => id,
        None => insert(ctx, tx, email, email).await?,
    };
    add_roles(ctx, tx, id, roles).await?;
    tx.execute(&credentials::put(dialect, id, hash, ctx.now.timestamp_millis())).await?;
    tx.execute(&sessions::end_all(dialect, id)).await?;
    Ok(id)
}

/// Makes a person without a password, who signs in by other means.
pub(super) async fn make_person(
    ctx: &Context,
    tx: &mut Transaction,
    email: &str,
    name: &str,
    roles: &[String],
) -> Result<Uuid, Error> {
    tx.lock(&format!("user {email}")).await?;
    let name: String = name.chars().take(200).collect();
    let id = insert(ctx, tx, email, &name).await?;
    add_roles(ctx, tx, id, roles).await?;
    Ok(id)
}

async fn insert(ctx: &Context, tx: &mut Transaction, email: &str, name: &str) -> Result<Uuid, Error> {
    let entity = user_entity(ctx)?;
    let (id, now) = (Uuid::now_v7(), Value::DateTime(ctx.now));
    let values = [
        ("email", Value::Text(email.into())),
        ("name", Value::Text(name.into())),
        ("is_active", Value::Boolean(true)),
        ("created_at", now.clone()),
        ("updated_at", now),
    ];
    let grant = ctx.access.grant(&entity.id, Operation::Create).ok_or_else(no_grant)?;
    for statement in write::insert(&grant, &[(id, image(&entity, values))], tx.dialect()) {
        tx.execute(&statement).await?;
    }
    events::outbox::record_made(tx, ctx.now, &entity.id, id).await?;
    Ok(id)
}

async fn add_roles(ctx: &Context, tx: &mut Transaction, user: Uuid, roles: &[String]) -> Result<(), Error> {
    let entity = user_entity(ctx)?;
    let known = roles.iter().filter_map(|name| ctx.catalog().role(name));
    let pairs: Vec<(Uuid, Uuid)> = known.map(|role| (user, mirror::role_record(role))).collect();
    let grant = ctx.access.grant(&entity.id, Operation::Update).ok_or_else(no_grant)?;
    let field = entity.field("roles").ok_or_else(|| Error::broken("users have no roles"))?;
    if !pairs.is_empty()
        && let Some(statement) = write::links_insert(&grant, field, &pairs, tx.dialect())
    {
        tx.execute(&statement).await?;
    }
    Ok(())
}

async fn update(ctx: &Context, tx: &mut Transaction, user: Uuid, name: &str, value: Value) -> Result<(), Error> {
    let entity = user_entity(ctx)?;
    let grant = ctx.access.grant(&entity.id, Operation::Update).ok_or_else(no_grant)?;
    let values = [(name, value), ("updated_at", Value::DateTime(ctx.now))];
    tx.execute(&write::update_all(&grant, &[user], &image(&entity, values), tx.dialect())).await?;
    Ok(())
}

fn user_entity(ctx: &Context) -> Result<Arc<Entity>, Error> {
    ctx.catalog().entity("user").cloned().ok_or_else(|| Error::broken("no entity `user`"))
}

fn image<const N: usize>(entity: &Entity, values: [(&str, Value); N]) -> Image {
    let known = values.into_iter().filter_map(|(name, value)| Some((entity.field(name)?.id.clone(), value)));
    Image { values: known.collect() }
}

fn no_grant() -> Error {
    Error::broken("the engine itself may not write users")
}

/// Sets a user's password and signs the user out everywhere.
pub async fn set_password(engine: &Engine, email: &str, password: &str) -> Result<(), Error> {
    passwords::check(password, &[email]).map_err(|mistake| Error::Invalid(vec![mistake]))?;
    let hash = passwords::hash(password).await?;
    let mut tx = engine.database().begin().await?;
    let user = find(engine, &mut tx, email).await?;
    let (dialect, now) = (tx.dialect(), engine.now());
    tx.execute(&credentials::put(dialect, user, &hash, now.timestamp_millis())).await?;
    tx.execute(&sessions::end_all(dialect, user)).await?;
    people_changed(&mut tx).await?;
    let ctx = engine.system(Reason::CommandLine);
    audit::note(engine, &mut tx, Event::on_person(&ctx, "password_changed", user)).await?;
    tx.commit().await?;
    engine.forget_people();
    Ok(())
}

/// Lets a user sign in no more; the last active administrator stays.
pub async fn disable(engine: &Engine, email: &str) -> Result<(), Error> {
    let ctx = engine.system(Reason::CommandLine);
    let mut tx = engine.database().begin().await?;
    let user = find(engine, &mut tx, email).await?;
    let dialect = tx.dialect();
    update(&ctx, &mut tx, user, "is_active", Value::Boolean(false)).await?;
    tx.execute(&sessions::end_all(dialect, user)).await?;
    guard_administrators(&ctx, &mut tx).await?;
    people_changed(&mut tx).await?;
    audit::note(engine, &mut tx, Event::on_person(&ctx, "person_disabled", user)).await?;
    tx.commit().await?;
    engine.forget_people();
    Ok(())
}

/// Makes a token of the user with this address, for whoever owns the machine.
pub async fn token_for(engine: &Engine, email: &str, days: u32) -> Result<String, Error> {
    let mut tx = engine.database().begin().await?;
    let user = find(engine, &mut tx, email).await?;
    let may = tx.fetch(&people::by_id(tx.dialect(), &names(&engine.catalog())?, user)).await?;
    tx.rollback().await?;
    if may.is_empty() {
        return Err(Error::Conflict(vec![Diagnostic::error("user.disabled").with("found", email)]));
    }
    let ctx = engine.system(Reason::CommandLine);
    let life = Some(Duration::days(days.into()));
    tokens::make(engine, Event::on_person(&ctx, "token_made", user), "verstak token", life).await
}

/// Reads how people are called, for those who may see who did something.
pub(crate) async fn called(ctx: &Context, ids: Vec<Uuid>) -> Result<BTreeMap<Uuid, String>, Error> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (database, names) = (ctx.engine.database(), names(ctx.catalog())?);
    let rows = database.fetch(&people::called(database.dialect(), &names, &ids)).await?;
    let person = |row: &Vec<Value>| match row.as_slice() {
        [Value::Id(id), email, name] => Some((*id, text(name).or_else(|| text(email)).unwrap_or_default())),
        _ => None,
    };
    Ok(rows.iter().filter_map(person).collect())
}

/// Reads what a person is called: address and name.
pub(crate) async fn known_as(ctx: &Context, id: Uuid) -> Result<Vec<String>, Error> {
    let (database, names) = (ctx.engine.database(), names(ctx.catalog())?);
    let rows = database.fetch(&people::called(database.dialect(), &names, &[id])).await?;
    Ok(rows.iter().flatten().filter_map(text).collect())
}

async fn find(engine: &Engine, tx: &mut Transaction, email: &str) -> Result<Uuid, Error> {
    let names = names(&engine.catalog())?;
    let rows = tx.fetch(&people::any_by_email(&names, &address::normalise(email))).await?;
    identity(&rows).ok_or_else(|| Error::NotFound(Diagnostic::error("user.unknown_email").with("found", email)))
}

fn identity(rows: &[Vec<Value>]) -> Option<Uuid> {
    match rows.first()?.first()? {
        Value::Id(id) => Some(*id),
        _ => None,
    }
}
