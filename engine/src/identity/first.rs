//! The first administrator: by a one-time link, or by the settings the product was started with.

use access::Reason;
use chrono::Duration;
use diagnostic::Diagnostic;
use storage::Transaction;
use storage::internal::{people, settings};
use uuid::Uuid;

use super::login::{Client, Login, open_session};
use super::people::put_user;
use super::{ADMINISTRATOR, address, names, passwords, person, text, whole};
use crate::secrets::{digest, random_token};
use crate::{Engine, Error};

/// How long the link works.
const LIFE: Duration = Duration::hours(24);

/// Setting that holds the digest of the link's token and when it ends.
const LINK: &str = "first_link";

/// Makes the one-time link's token while there is no active administrator; the one before works no more.
pub async fn first_link(engine: &Engine) -> Result<Option<String>, Error> {
    let mut tx = engine.database().begin().await?;
    tx.lock("administrators").await?;
    if has_administrator(engine, &mut tx).await? {
        tx.execute(&settings::remove(LINK)).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let token = random_token();
    let ends = (engine.now() + LIFE).timestamp_millis();
    tx.execute(&settings::put(LINK, &format!("{} {ends}", digest(&token)))).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// Makes the first administrator; of many who try with the same link, one succeeds.
pub async fn first(
    engine: &Engine,
    link_token: &str,
    email: &str,
    password: &str,
    client: Client<'_>,
) -> Result<Login, Error> {
    passwords::refuse_monster(password, "/password")?;
    // The link is looked at before anything else, so that a stranger cannot make the server hash.
    let stored = engine.database().fetch(&settings::get(LINK)).await?;
    if !fits(stored.first().and_then(|row| text(&row[0])), link_token, engine) {
        return Err(Error::Conflict(vec![Diagnostic::error("auth.link_used")]));
    }
    let (email, hash) = check(email, password).await?;
    let names = names(&engine.catalog())?;
    let mut tx = engine.database().begin().await?;
    tx.lock("administrators").await?;
    let link = tx.fetch(&settings::get(LINK)).await?.first().and_then(|row| text(&row[0]));
    if !fits(link, link_token, engine) || has_administrator(engine, &mut tx).await? {
        return Err(Error::Conflict(vec![Diagnostic::error("auth.link_used")]));
    }
    tx.execute(&settings::remove(LINK)).await?;
    let id = make(engine, &mut tx, &email, &hash).await?;
    let rows = tx.fetch(&people::by_id(tx.dialect(), &names, id)).await?;
    let person = person(&rows).ok_or_else(|| Error::broken("the first administrator is not there"))?;
    tx.commit().await?;
    engine.forget_people();
    open_session(engine, person, client, "first_link").await
}

/// Makes an administrator of the settings when there is none.
pub async fn ensure_administrator(engine: &Engine, email: &str, password: &str) -> Result<(), Error> {
    let mut tx = engine.database().begin().await?;
    let there_is_one = has_administrator(engine, &mut tx).await?;
    tx.rollback().await?;
    if there_is_one {
        return Ok(());
    }
    let (email, hash) = check(email, password).await?;
    let mut tx = engine.database().begin().await?;
    tx.lock("administrators").await?;
    if !has_administrator(engine, &mut tx).await? {
        make(engine, &mut tx, &email, &hash).await?;
        tx.execute(&settings::remove(LINK)).await?;
        tx.commit().await?;
        engine.forget_people();
    }
    Ok(())
}

async fn check(email: &str, password: &str) -> Result<(String, String), Error> {
    let (email, password_is_right) = (address::check(email), passwords::check(password, &[email]));
    match (email, password_is_right) {
        (Ok(email), Ok(())) => Ok((email, passwords::hash(password).await?)),
        (email, password) => Err(Error::Invalid([email.err(), password.err()].into_iter().flatten().collect())),
    }
}

async fn make(engine: &Engine, tx: &mut Transaction, email: &str, hash: &str) -> Result<Uuid, Error> {
    let ctx = engine.system(Reason::FirstAdministrator);
    put_user(&ctx, tx, email, &[ADMINISTRATOR.to_owned()], hash).await
}

/// Says whether somebody can administer the workspace.
pub async fn has_active_administrator(engine: &Engine) -> Result<bool, Error> {
    let mut tx = engine.database().begin().await?;
    has_administrator(engine, &mut tx).await
}

async fn has_administrator(engine: &Engine, tx: &mut Transaction) -> Result<bool, Error> {
    let names = names(&engine.catalog())?;
    let rows = tx.fetch(&people::count_with_role(&names, ADMINISTRATOR)).await?;
    Ok(rows.first().and_then(|row| whole(&row[0])).unwrap_or(0) > 0)
}

#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
fn fits(stored: Option<String>, token: &str, engine: &Engine) -> bool {
    let Some((hash, ends)) = stored.as_deref().and_then(|stored| stored.split_once(' ')) else { return false };
    let ends: i64 = ends.parse().unwrap_or(0);
    hash == digest(token) && ends > engine.now().timestamp_millis()
}
