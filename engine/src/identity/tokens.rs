//! Tokens by which programs sign in as their owner.

use chrono::{DateTime, Duration, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use serde::Serialize;
use serde_json::json;
use storage::internal::{people, tokens as stored};
use uuid::Uuid;

use super::sessions::moment;
use super::{Authenticated, names, people_changed, person, text, whole};
use crate::audit::{self, Event};
use crate::secrets::{digest, random_token};
use crate::{Context, Engine, Error};

/// What every token begins with, so that people and scanners know one when they see it.
pub const PREFIX: &str = "vst_";

const LONGEST_LIFE_DAYS: u32 = 3650;
const TOUCH: Duration = Duration::minutes(1);

/// A token as its owner sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Token {
    /// Identity by which it is revoked.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; `None` for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Recognises the owner of a live token.
pub async fn authenticate_token(engine: &Engine, token: &str) -> Result<Option<Authenticated>, Error> {
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let hash = digest(token);
    if let Some(who) = engine.recent().get(&hash) {
        return Ok(Some(who));
    }
    let generation = engine.recent().generation();
    let Some((who, last_used)) = recognise(engine, &hash).await? else { return Ok(None) };
    let now = engine.now();
    if last_used < (now - TOUCH).timestamp_millis() {
        engine.database().execute(&stored::touch(&hash, now.timestamp_millis())).await?;
    }
    engine.recent().keep(generation, hash, who.clone());
    Ok(Some(who))
}

/// Finds the owner of a live token in the database, and when it was last used; changes nothing.
pub(super) async fn recognise(engine: &Engine, hash: &str) -> Result<Option<(Authenticated, i64)>, Error> {
    let names = names(&engine.catalog())?;
    let rows = engine.database().fetch(&people::by_token(&names, hash, engine.now().timestamp_millis())).await?;
    let Some(person) = person(&rows) else { return Ok(None) };
    let last_used = rows[0].last().and_then(whole).unwrap_or(0);
    Ok(Some((Authenticated::of(person), last_used)))
}

/// Makes a token of the caller and gives it: it is shown this once, only its digest is stored.
pub async fn create_token(ctx: &Context, name: &str, expires_in_days: Option<u32>) -> Result<String, Error> {
    let owner = ctx.caller()?;
    ctx.lately_confirmed()?;
    let mut mistakes = Vec::new();
    if name.trim().is_empty() || name.chars().count() > 100 {
        mistakes.push(Diagnostic::error("auth.token_name").at("/name").with("expected", 100));
    }
    if expires_in_days.is_some_and(|days| !(1..=LONGEST_LIFE_DAYS).contains(&days)) {
        mistakes.push(Diagnostic::error("auth.token_life").at("/expires_in_days").with("expected", LONGEST_LIFE_DAYS));
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let life = expires_in_days.map(|days| Duration::days(days.into()));
    make(&ctx.engine, Event::on_person(ctx, "token_made", owner), name.trim(), life).await
}

/// Lists the caller's tokens.
pub async fn tokens(ctx: &Context) -> Result<Vec<Token>, Error> {
    let database = ctx.engine.database();
    let rows = database.fetch(&stored::of(database.dialect(), ctx.caller()?)).await?;
    Ok(rows.iter().filter_map(|row| token(row)).collect())
}

/// Revokes one of the caller's tokens.
pub async fn revoke_token(ctx: &Context, id: Uuid) -> Result<(), Error> {
    let owner = ctx.caller()?;
    let mut tx = ctx.engine.database().begin().await?;
    if tx.execute(&stored::revoke(tx.dialect(), owner, id)).await? == 0 {
        return Err(Error::NotFound(Diagnostic::error("auth.no_such_token")));
    }
    people_changed(&mut tx).await?;
    let event = Event::on_person(ctx, "token_revoked", owner).with(json!({"token": id}));
    audit::note(&ctx.engine, &mut tx, event).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(())
}

/// Makes a token of the user whom the event is about.
pub(super) async fn make(
    engine: &Engine,
    event: Event<'_>,
    name: &str,
    life: Option<Duration>,
) -> Result<String, Error> {
    let token = format!("{PREFIX}{}", random_token());
    let (now, id) = (engine.now(), Uuid::now_v7());
    let row = stored::Row {
        id,
        hash: &digest(&token),
        user: event.record.ok_or_else(|| Error::broken("a token of nobody"))?,
        name,
        created_at: now.timestamp_millis(),
        expires_at: life.map(|life| (now + life).timestamp_millis()),
    };
    let mut tx = engine.database().begin().await?;
    tx.execute(&stored::insert(tx.dialect(), &row)).await?;
    audit::note(engine, &mut tx, event.with(json!({"token": id, "name": name}))).await?;
    tx.commit().await?;
    Ok(token)
}

fn token(row: &[Value]) -> Option<Token> {
    let [Value::Id(id), name, created, expires, used] = row else { return None };
    Some(Token {
        id: *id,
        name: text(name)?,
        created_at: moment(created)?,
        expires_at: moment(expires),
        last_used_at: moment(used),
    })
}
