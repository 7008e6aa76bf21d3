//! Acts on users that are no plain change of a record: those of the command line, and of a person on themselves.

use chrono::Duration;
use diagnostic::Diagnostic;
use expression::Value;
use storage::Transaction;
use storage::internal::people::Names;
use storage::internal::{credentials, people, sessions};
use uuid::Uuid;

use super::{address, guard_administrators, login, names, passwords, tokens};
use crate::{Context, Engine, Error, Locale};

/// How long a token of the command line lives.
const TOKEN_LIFE: Duration = Duration::days(365);

/// Changes the caller's password, who must know the old one; the caller's other sessions end.
pub async fn change_password(ctx: &Context, old: &str, new: &str) -> Result<(), Error> {
    let user = ctx.caller()?;
    passwords::check(new).map_err(|mistake| Error::Invalid(vec![mistake.at("/new")]))?;
    let hash = login::hash_of(&ctx.engine, user).await?;
    if !passwords::verify(old, hash).await? {
        return Err(Error::Invalid(vec![Diagnostic::error("user.password_wrong").at("/old")]));
    }
    let hash = passwords::hash(new).await?;
    let mut tx = ctx.engine.database().begin().await?;
    let dialect = tx.dialect();
    tx.execute(&credentials::put(dialect, user, &hash, ctx.now.timestamp_millis())).await?;
    let ended = match ctx.session {
        Some(session) => sessions::end_others(dialect, user, session),
        None => sessions::end_all(dialect, user),
    };
    tx.execute(&ended).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(())
}

/// Sets the language of the caller's choice.
pub async fn set_language(ctx: &Context, locale: Locale) -> Result<(), Error> {
    let names = names(ctx.catalog())?;
    let user = ctx.caller()?;
    let mut tx = ctx.engine.database().begin().await?;
    tx.execute(&people::set_language(tx.dialect(), &names, user, locale.code())).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(())
}

/// Makes a user with roles, or gives an existing one these roles and password.
pub async fn add_user(engine: &Engine, email: &str, roles: &[String], password: Option<&str>) -> Result<Uuid, Error> {
    let email = address::check(email).map_err(|mistake| Error::Invalid(vec![mistake]))?;
    if let Some(password) = password {
        passwords::check(password).map_err(|mistake| Error::Invalid(vec![mistake]))?;
    }
    let catalog = engine.catalog();
    let unknown = roles.iter().filter(|name| catalog.role(name).is_none());
    let mistakes: Vec<_> = unknown.map(|name| Diagnostic::error("user.unknown_role").with("found", name)).collect();
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let names = names(&catalog)?;
    let hash = match password {
        Some(password) => Some(passwords::hash(password).await?),
        None => None,
    };
    let mut tx = engine.database().begin().await?;
    let id = put_user(engine, &mut tx, &names, &email, roles, hash.as_deref()).await?;
    tx.commit().await?;
    engine.forget_people();
    Ok(id)
}

/// Makes or completes a user inside a transaction.
pub(super) async fn put_user(
    engine: &Engine,
    tx: &mut Transaction,
    names: &Names,
    email: &str,
    roles: &[String],
    hash: Option<&str>,
) -> Result<Uuid, Error> {
    let (dialect, now) = (tx.dialect(), engine.now());
    tx.lock(&format!("user {email}")).await?;
    let id = match identity(&tx.fetch(&people::any_by_email(names, email)).await?) {
        Some(id) => id,
        None => {
            let id = Uuid::now_v7();
            tx.execute(&people::insert(dialect, names, id, email, now)).await?;
            id
        }
    };
    if !roles.is_empty() {
        tx.execute(&people::add_roles(dialect, names, id, roles)).await?;
    }
    if let Some(hash) = hash {
        tx.execute(&credentials::put(dialect, id, hash, now.timestamp_millis())).await?;
        tx.execute(&sessions::end_all(dialect, id)).await?;
    }
    Ok(id)
}

/// Sets a user's password and signs the user out everywhere.
pub async fn set_password(engine: &Engine, email: &str, password: &str) -> Result<(), Error> {
    passwords::check(password).map_err(|mistake| Error::Invalid(vec![mistake]))?;
    let hash = passwords::hash(password).await?;
    let mut tx = engine.database().begin().await?;
    let user = find(engine, &mut tx, email).await?;
    let (dialect, now) = (tx.dialect(), engine.now());
    tx.execute(&credentials::put(dialect, user, &hash, now.timestamp_millis())).await?;
    tx.execute(&sessions::end_all(dialect, user)).await?;
    tx.commit().await?;
    engine.forget_people();
    Ok(())
}

/// Lets a user sign in no more; the last active administrator stays.
pub async fn disable(engine: &Engine, email: &str) -> Result<(), Error> {
    let ctx = engine.system(access::Reason::CommandLine);
    let names = names(ctx.catalog())?;
    let mut tx = engine.database().begin().await?;
    let user = find(engine, &mut tx, email).await?;
    let dialect = tx.dialect();
    tx.execute(&people::set_active(dialect, &names, user, false)).await?;
    tx.execute(&sessions::end_all(dialect, user)).await?;
    guard_administrators(&ctx, &mut tx).await?;
    tx.commit().await?;
    engine.forget_people();
    Ok(())
}

/// Makes a token of the user with this address, for whoever owns the machine.
pub async fn token_for(engine: &Engine, email: &str) -> Result<String, Error> {
    let mut tx = engine.database().begin().await?;
    let user = find(engine, &mut tx, email).await?;
    tx.rollback().await?;
    tokens::make(engine, user, "verstak token", Some(TOKEN_LIFE)).await
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
