//! Tokens by which programs sign in as their owner.

use chrono::{DateTime, Duration, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use serde::Serialize;
use storage::internal::{people, tokens as stored};
use uuid::Uuid;

use super::sessions::moment;
use super::{Authenticated, names, person, text, whole};
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
    let (database, now) = (engine.database(), engine.now());
    let names = names(&engine.catalog())?;
    let rows = database.fetch(&people::by_token(&names, &hash, now.timestamp_millis())).await?;
    let Some(person) = person(&rows) else { return Ok(None) };
    let last_used = rows[0].last().and_then(whole).unwrap_or(0);
    if last_used < (now - TOUCH).timestamp_millis() {
        database.execute(&stored::touch(&hash, now.timestamp_millis())).await?;
    }
    let who = Authenticated::of(person);
    engine.recent().keep(generation, hash, who.clone());
    Ok(Some(who))
}

/// Makes a token of the caller and gives it: it is shown this once, only its digest is stored.
pub async fn create_token(ctx: &Context, name: &str, expires_in_days: Option<u32>) -> Result<String, Error> {
    let owner = ctx.caller()?;
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
    make(&ctx.engine, owner, name.trim(), expires_in_days.map(|days| Duration::days(days.into()))).await
}

/// Lists the caller's tokens.
pub async fn tokens(ctx: &Context) -> Result<Vec<Token>, Error> {
    let database = ctx.engine.database();
    let rows = database.fetch(&stored::of(database.dialect(), ctx.caller()?)).await?;
    Ok(rows.iter().filter_map(|row| token(row)).collect())
}

/// Revokes one of the caller's tokens.
pub async fn revoke_token(ctx: &Context, id: Uuid) -> Result<(), Error> {
    let database = ctx.engine.database();
    let revoked = database.execute(&stored::revoke(database.dialect(), ctx.caller()?, id)).await?;
    ctx.engine.forget_people();
    if revoked == 0 { Err(Error::NotFound(Diagnostic::error("auth.no_such_token"))) } else { Ok(()) }
}

/// Makes a token of a user.
pub(super) async fn make(engine: &Engine, owner: Uuid, name: &str, life: Option<Duration>) -> Result<String, Error> {
    let token = format!("{PREFIX}{}", random_token());
    let now = engine.now();
    let row = stored::Row {
        id: Uuid::now_v7(),
        hash: &digest(&token),
        user: owner,
        name,
        created_at: now.timestamp_millis(),
        expires_at: life.map(|life| (now + life).timestamp_millis()),
    };
    let database = engine.database();
    database.execute(&stored::insert(database.dialect(), &row)).await?;
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
