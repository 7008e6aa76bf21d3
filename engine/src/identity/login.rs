//! Signing in by password, and out.

use chrono::Duration;
use diagnostic::Diagnostic;
use storage::internal::{credentials, people, sessions};
use uuid::Uuid;

use super::{Person, address, attempts, names, passwords, person, text};
use crate::secrets::{digest, random_token};
use crate::{Context, Engine, Error};

/// How long a session lives, used or not.
const LIFE: Duration = Duration::days(30);

/// Somebody who has just signed in.
#[derive(Debug, Clone)]
pub struct Login {
    /// Who.
    pub user: Person,
    /// The session's token, which the cookie holds; only its digest is stored.
    pub session: String,
}

/// Signs in by password; a wrong address, a wrong password and a disabled user get the same answer after the same time.
pub async fn login(
    engine: &Engine,
    email: &str,
    password: &str,
    client_address: &str,
    user_agent: &str,
) -> Result<Login, Error> {
    let email = address::normalise(&email.chars().take(300).collect::<String>());
    attempts::note(engine, &email, client_address).await?;
    let names = names(&engine.catalog())?;
    let found = person(&engine.database().fetch(&people::by_email(&names, &email)).await?);
    let hash = match &found {
        Some(person) => hash_of(engine, person.id).await?,
        None => None,
    };
    let right = passwords::verify(password, hash).await?;
    let Some(person) = found.filter(|_| right) else {
        return Err(Error::Unauthenticated(Diagnostic::error("auth.wrong_credentials")));
    };
    attempts::forgive(engine, &email).await?;
    open_session(engine, person, client_address, user_agent).await
}

/// Ends the session of a token.
pub async fn logout(engine: &Engine, token: &str) -> Result<(), Error> {
    engine.database().execute(&sessions::end(&digest(token))).await?;
    engine.forget_people();
    Ok(())
}

/// Ends all sessions of the caller.
pub async fn logout_everywhere(ctx: &Context) -> Result<(), Error> {
    let database = ctx.engine.database();
    database.execute(&sessions::end_all(database.dialect(), ctx.caller()?)).await?;
    ctx.engine.forget_people();
    Ok(())
}

/// Opens a session of somebody who has proved who they are.
pub(super) async fn open_session(
    engine: &Engine,
    user: Person,
    client_address: &str,
    user_agent: &str,
) -> Result<Login, Error> {
    let (token, now) = (random_token(), engine.now());
    let user_agent: String = user_agent.chars().take(200).collect();
    let row = sessions::Row {
        hash: &digest(&token),
        id: Uuid::now_v7(),
        user: user.id,
        created_at: now.timestamp_millis(),
        expires_at: (now + LIFE).timestamp_millis(),
        user_agent: Some(&user_agent).filter(|agent| !agent.is_empty()).map(String::as_str),
        address: Some(client_address).filter(|address| !address.is_empty()),
    };
    let database = engine.database();
    let ended = sessions::sweep((now - super::sessions::IDLE).timestamp_millis(), now.timestamp_millis());
    database.execute(&ended).await?;
    database.execute(&sessions::insert(database.dialect(), &row)).await?;
    Ok(Login { user, session: token })
}

/// Reads the hash of a user's password.
pub(super) async fn hash_of(engine: &Engine, user: Uuid) -> Result<Option<String>, Error> {
    let database = engine.database();
    let rows = database.fetch(&credentials::get(database.dialect(), user)).await?;
    Ok(rows.first().and_then(|row| text(&row[0])))
}
