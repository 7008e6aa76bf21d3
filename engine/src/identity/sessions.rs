//! Sessions of people who signed in.

use chrono::{DateTime, Duration, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use serde::Serialize;
use storage::internal::{people, sessions as stored};
use uuid::Uuid;

use super::{Authenticated, names, person, text, whole};
use crate::secrets::digest;
use crate::{Context, Engine, Error};

/// How long a session lives unused.
pub(super) const IDLE: Duration = Duration::hours(8);

/// How exactly the last use is known: a write for every request would cost more than the request.
const TOUCH: Duration = Duration::minutes(1);

/// A live session as its owner sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Session {
    /// Identity by which it is ended.
    pub id: Uuid,
    /// When its owner signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// When it ends even if it is used.
    pub expires_at: DateTime<Utc>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// Address it was made from.
    pub address: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Recognises the user of a live session.
pub async fn authenticate_session(engine: &Engine, token: &str) -> Result<Option<Authenticated>, Error> {
    let hash = digest(token);
    if let Some(who) = engine.recent().get(&hash) {
        return Ok(Some(who));
    }
    let generation = engine.recent().generation();
    let (database, now) = (engine.database(), engine.now());
    let names = names(&engine.catalog())?;
    let used_after = (now - IDLE).timestamp_millis();
    let rows = database.fetch(&people::by_session(&names, &hash, used_after, now.timestamp_millis())).await?;
    let Some(person) = person(&rows) else { return Ok(None) };
    if rows[0].last().and_then(whole).unwrap_or(0) < (now - TOUCH).timestamp_millis() {
        database.execute(&stored::touch(&hash, now.timestamp_millis())).await?;
    }
    let who = Authenticated::of(person);
    engine.recent().keep(generation, hash, who.clone());
    Ok(Some(who))
}

/// Lists the caller's live sessions, the last used first; `token` is that of the session that asks.
pub async fn sessions(ctx: &Context, token: Option<&str>) -> Result<Vec<Session>, Error> {
    let database = ctx.engine.database();
    let used_after = (ctx.now - IDLE).timestamp_millis();
    let statement = stored::of(database.dialect(), ctx.caller()?, used_after, ctx.now.timestamp_millis());
    let rows = database.fetch(&statement).await?;
    let current = token.map(digest);
    Ok(rows.iter().filter_map(|row| session(row, current.as_deref())).collect())
}

/// Ends one of the caller's sessions.
pub async fn end_session(ctx: &Context, id: Uuid) -> Result<(), Error> {
    let database = ctx.engine.database();
    let ended = database.execute(&stored::end_one(database.dialect(), ctx.caller()?, id)).await?;
    ctx.engine.forget_people();
    if ended == 0 { Err(Error::NotFound(Diagnostic::error("auth.no_such_session"))) } else { Ok(()) }
}

fn session(row: &[Value], current: Option<&str>) -> Option<Session> {
    let [Value::Id(id), created, used, expires, user_agent, address, Value::Text(hash)] = row else { return None };
    Some(Session {
        id: *id,
        created_at: moment(created)?,
        last_used_at: moment(used)?,
        expires_at: moment(expires)?,
        user_agent: text(user_agent),
        address: text(address),
        current: current == Some(&**hash),
    })
}

/// Reads a moment kept as milliseconds.
pub(super) fn moment(value: &Value) -> Option<DateTime<Utc>> {
    whole(value).and_then(DateTime::from_timestamp_millis)
}
