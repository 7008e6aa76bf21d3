//! Signing in by password, and out.

use chrono::Duration;
use diagnostic::Diagnostic;
use expression::Value;
use serde_json::json;
use storage::internal::people::Names;
use storage::internal::{credentials, people, sessions};
use uuid::Uuid;

use super::sessions::roles_of;
use super::{Person, address, attempts, factors, names, passwords, people_changed, person, security, text};
use crate::audit::{self, Event};
use crate::secrets::{digest, random_token};
use crate::{Context, Engine, Error};

/// Somebody who has just signed in.
#[derive(Debug, Clone)]
pub struct Login {
    /// Who.
    pub user: Person,
    /// The session's token, which the cookie holds; only its digest is stored.
    pub session: String,
}

/// Where somebody signs in from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Client<'a> {
    /// Network address.
    pub address: &'a str,
    /// What the client calls itself.
    pub user_agent: &'a str,
}

/// What somebody shows to sign in.
#[derive(Debug, Clone, Copy)]
pub struct Proof<'a> {
    /// Address.
    pub email: &'a str,
    /// Password.
    pub password: &'a str,
    /// Code of the second factor, or a recovery code.
    pub code: Option<&'a str>,
}

/// Signs in by password; a wrong address, a wrong password and a disabled user get the same answer after the same time.
/// Who knows the password and has a second factor is asked for it.
pub async fn login(engine: &Engine, proof: &Proof<'_>, client: Client<'_>) -> Result<Login, Error> {
    passwords::refuse_monster(proof.password, "/password")?;
    let email = address::normalise(&proof.email.chars().take(300).collect::<String>());
    attempts::note(engine, &email, client.address).await?;
    let names = names(&engine.catalog())?;
    let found = person(&engine.database().fetch(&people::by_email(&names, &email)).await?);
    // Asked for nobody too: who has no account waits for as many answers.
    let hash = hash_of(engine, found.as_ref().map_or(Uuid::nil(), |person| person.id)).await?;
    let right = passwords::verify(proof.password, hash.clone()).await?;
    let Some(person) = found.filter(|_| right) else {
        failed(engine, &names, &email, client).await?;
        return Err(Error::Unauthenticated(Diagnostic::error("auth.wrong_credentials")));
    };
    factors::ask(engine, &person, proof.code, client).await?;
    attempts::forgive(engine, &email).await?;
    if let Some(old) = hash.filter(|hash| passwords::is_outgrown(hash)) {
        let (database, fresh) = (engine.database(), passwords::hash(proof.password).await?);
        database.execute(&credentials::rehash(database.dialect(), person.id, &old, &fresh)).await?;
    }
    open_session(engine, person, client, "password").await
}

/// Tells that somebody could not sign in, and on which account when there is one.
async fn failed(engine: &Engine, names: &Names, email: &str, client: Client<'_>) -> Result<(), Error> {
    let mut tx = engine.database().begin().await?;
    let rows = tx.fetch(&people::any_by_email(names, email)).await?;
    let record = rows.first().and_then(|row| if let Some(Value::Id(id)) = row.first() { Some(*id) } else { None });
    let (details, address) = (json!({"reason": "password"}), client.address_if_known());
    let event = Event { operation: "sign_in_failed", actor: None, entity: "user", record, details, address };
    audit::note(engine, &mut tx, event).await?;
    Ok(tx.commit().await?)
}

impl<'a> Client<'a> {
    fn address_if_known(&self) -> Option<&'a str> {
        Some(self.address).filter(|address| !address.is_empty())
    }
}

/// Ends the session of a token.
pub async fn logout(engine: &Engine, token: &str) -> Result<(), Error> {
    let mut tx = engine.database().begin().await?;
    if tx.execute(&sessions::end(&digest(token))).await? > 0 {
        people_changed(&mut tx).await?;
        tx.commit().await?;
        engine.forget_people();
    }
    Ok(())
}

/// Ends all sessions of the caller.
pub async fn logout_everywhere(ctx: &Context) -> Result<(), Error> {
    let user = ctx.caller()?;
    let mut tx = ctx.engine.database().begin().await?;
    tx.execute(&sessions::end_all(tx.dialect(), user)).await?;
    people_changed(&mut tx).await?;
    audit::note(&ctx.engine, &mut tx, Event::on_person(ctx, "sessions_ended", user)).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(())
}

/// Opens a session of somebody who has proved who they are, by what.
pub(super) async fn open_session(
    engine: &Engine,
    user: Person,
    client: Client<'_>,
    by: &'static str,
) -> Result<Login, Error> {
    let (token, now) = (random_token(), engine.now());
    let settings = security::load(engine).await?;
    let user_agent: String = client.user_agent.chars().take(200).collect();
    let row = sessions::Row {
        hash: &digest(&token),
        id: Uuid::now_v7(),
        user: user.id,
        created_at: now.timestamp_millis(),
        expires_at: (now + Duration::days(settings.session_days.into())).timestamp_millis(),
        user_agent: Some(&user_agent).filter(|agent| !agent.is_empty()).map(String::as_str),
        address: client.address_if_known(),
        roles: &roles_of(&user),
    };
    let mut tx = engine.database().begin().await?;
    let dialect = tx.dialect();
    let idle = Duration::minutes(settings.session_idle_minutes.into());
    tx.execute(&sessions::sweep((now - idle).timestamp_millis(), now.timestamp_millis())).await?;
    tx.execute(&sessions::insert(dialect, &row)).await?;
    let (actor, address) = (Some(user.id), client.address_if_known());
    let details = json!({"by": by});
    let event = Event { operation: "sign_in", actor, entity: "user", record: Some(user.id), details, address };
    audit::note(engine, &mut tx, event).await?;
    tx.commit().await?;
    Ok(Login { user, session: token })
}

/// Reads the hash of a user's password.
pub(super) async fn hash_of(engine: &Engine, user: Uuid) -> Result<Option<String>, Error> {
    let database = engine.database();
    let rows = database.fetch(&credentials::get(database.dialect(), user)).await?;
    Ok(rows.first().and_then(|row| text(&row[0])))
}
