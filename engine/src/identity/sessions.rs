//! Sessions of people who signed in.

use chrono::{DateTime, Duration, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use serde::Serialize;
use storage::internal::{people, sessions as stored};
use uuid::Uuid;

use super::security::Security;
use super::{
    Authenticated, Client, Known, Person, attempts, login, names, passwords, people_changed, person, text, whole,
};
use crate::audit::{self, Event};
use crate::secrets::{digest, random_token};
use crate::{Context, Engine, Error};

/// How long a renewed session is still known by its former token: for requests that were on their way.
const GRACE: Duration = Duration::seconds(30);

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
    let Some(found) = recognise(engine, &hash).await? else { return Ok(None) };
    if found.last_used < (engine.now() - TOUCH).timestamp_millis() {
        engine.database().execute(&stored::touch(&found.hash, engine.now().timestamp_millis())).await?;
    }
    engine.recent().keep(generation, hash, found.who.clone());
    Ok(Some(found.who))
}

/// A session that was found.
pub(super) struct Found {
    pub(super) who: Authenticated,
    hash: String,
    last_used: i64,
}

/// Finds the user of a live session in the database, and changes nothing.
pub(super) async fn recognise(engine: &Engine, hash: &str) -> Result<Option<Found>, Error> {
    let (now, catalog) = (engine.now(), engine.catalog());
    let renewed_after = (now - GRACE).timestamp_millis();
    let statement = people::by_session(&names(&catalog)?, hash, renewed_after, now.timestamp_millis());
    let rows = engine.database().fetch(&statement).await?;
    let (Some(person), Some(row)) = (person(&rows), rows.first()) else { return Ok(None) };
    let [
        _,
        _,
        _,
        _,
        _,
        _,
        Value::Id(id),
        Value::Text(hash),
        created,
        used,
        expires,
        confirmed,
        Value::Text(roles),
        factors,
        settings,
    ] = row.as_slice()
    else {
        return Err(Error::broken("a session of another shape"));
    };
    let settings = Security::kept(text(settings).as_deref());
    let (created, used, expires) = (moment(created), moment(used), moment(expires));
    let (Some(created), Some(used), Some(expires)) = (created, used, expires) else { return Ok(None) };
    let is_over = now - used >= Duration::minutes(settings.session_idle_minutes.into())
        || now - created >= Duration::days(settings.session_days.into());
    if is_over {
        return Ok(None);
    }
    let lacks_factor = whole(factors) == Some(0) && settings.asks(&person, &catalog);
    let roles_changed = *roles_of(&person) != **roles;
    let mut who = Authenticated::of(person);
    who.session = Some(Known {
        id: *id,
        confirmed_at: moment(confirmed).unwrap_or(created),
        expires_at: expires,
        lacks_factor,
        roles_changed,
    });
    Ok(Some(Found { who, hash: hash.to_string(), last_used: used.timestamp_millis() }))
}

/// What a session keeps of its user's roles, to see that they changed.
pub(super) fn roles_of(person: &Person) -> String {
    let mut roles: Vec<&str> = person.roles.iter().map(String::as_str).collect();
    roles.sort_unstable();
    roles.join(",")
}

/// Gives a session another token: whoever has had the old one shall not have the new rights. `None` when another request
/// was first.
pub async fn renew_session(engine: &Engine, token: &str) -> Result<Option<String>, Error> {
    let (hash, fresh) = (digest(token), random_token());
    let Some(found) = recognise(engine, &hash).await? else { return Ok(None) };
    let (roles, now) = (roles_of(&found.who.person), engine.now().timestamp_millis());
    let renewed = engine.database().execute(&stored::renew(&hash, &digest(&fresh), &roles, now)).await?;
    engine.forget_people();
    Ok((renewed == 1).then_some(fresh))
}

/// Takes note that the caller has proved again who they are, by the password.
pub async fn confirm_session(ctx: &Context, token: &str, password: &str, client: Client<'_>) -> Result<(), Error> {
    passwords::refuse_monster(password, "/password")?;
    let me = super::me(ctx).await?;
    attempts::note(&ctx.engine, &me.email, client.address).await?;
    let hash = login::hash_of(&ctx.engine, me.id).await?;
    if !passwords::verify(password, hash).await? {
        return Err(Error::Invalid(vec![Diagnostic::error("user.password_wrong").at("/password")]));
    }
    attempts::forgive(&ctx.engine, &me.email).await?;
    let now = ctx.engine.now().timestamp_millis();
    ctx.engine.database().execute(&stored::confirm(&digest(token), now)).await?;
    ctx.engine.forget_people();
    Ok(())
}

/// Lists the caller's live sessions, the last used first; `token` is that of the session that asks.
pub async fn sessions(ctx: &Context, token: Option<&str>) -> Result<Vec<Session>, Error> {
    let database = ctx.engine.database();
    let idle = super::security::load(&ctx.engine).await?.session_idle_minutes;
    let used_after = (ctx.now - Duration::minutes(idle.into())).timestamp_millis();
    let statement = stored::of(database.dialect(), ctx.caller()?, used_after, ctx.now.timestamp_millis());
    let rows = database.fetch(&statement).await?;
    let current = token.map(digest);
    Ok(rows.iter().filter_map(|row| session(row, current.as_deref())).collect())
}

/// Ends one of the caller's sessions.
pub async fn end_session(ctx: &Context, id: Uuid) -> Result<(), Error> {
    let mut tx = ctx.engine.database().begin().await?;
    if tx.execute(&stored::end_one(tx.dialect(), ctx.caller()?, id)).await? == 0 {
        return Err(Error::NotFound(Diagnostic::error("auth.no_such_session")));
    }
    people_changed(&mut tx).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(())
}

/// Ends all of the caller's sessions but the one of this token.
pub async fn end_other_sessions(ctx: &Context, token: Option<&str>) -> Result<(), Error> {
    let user = ctx.caller()?;
    let mut tx = ctx.engine.database().begin().await?;
    let dialect = tx.dialect();
    tx.execute(&stored::end_others(dialect, user, &token.map(digest).unwrap_or_default())).await?;
    people_changed(&mut tx).await?;
    audit::note(&ctx.engine, &mut tx, Event::on_person(ctx, "sessions_ended", user)).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(())
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
