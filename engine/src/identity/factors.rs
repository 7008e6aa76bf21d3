//! The second factor: codes of an authenticator that change every half a minute, and recovery codes for the day it is lost.
//!
//! A code is good once: the last step used is kept, and of two who show the same code one is let in. Five wrong ones in a
//! row close the door for a while that doubles.

mod codes;

use chrono::Duration;
use diagnostic::Diagnostic;
use expression::Value;
use serde::Serialize;
use serde_json::json;
use storage::Transaction;
use storage::internal::{factors as stored, people as records};
use uuid::Uuid;

use super::{Client, Person, names, people, people_changed, security, sessions, whole};
use crate::audit::{self, Event};
use crate::{Context, Engine, Error};

pub use codes::Picture;

/// Wrong codes in a row after which no code is looked at for a while.
const TRIES: i64 = 5;
/// The first such while; it doubles with each further wrong code.
const WHILE: Duration = Duration::seconds(30);
/// Doublings at most: a little over an hour.
const DOUBLINGS: i64 = 7;

/// What a person is shown to set up an authenticator.
#[derive(Debug, Clone, Serialize)]
pub struct Setup {
    /// The secret, to be typed where no picture can be taken.
    pub secret: String,
    /// The secret with its circumstances, as authenticators read it.
    pub uri: String,
    /// The same as a picture.
    pub qr: Picture,
}

/// How a person stands with the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Whether it is asked for at sign-in.
    pub enabled: bool,
    /// Whether the person may not do without.
    pub required: bool,
    /// Recovery codes left.
    pub recovery_codes: i64,
}

/// A person's factor as it is kept.
struct Kept {
    sealed: Vec<u8>,
    confirmed: bool,
    failures: i64,
    blocked_until: i64,
}

/// Tells how the caller stands with the second factor.
pub async fn factor(ctx: &Context) -> Result<Standing, Error> {
    let (database, user) = (ctx.engine.database(), ctx.caller()?);
    let rows = database.fetch(&stored::get(database.dialect(), user)).await?;
    let left = database.fetch(&stored::count_codes(database.dialect(), user)).await?;
    let required = security::load(&ctx.engine).await?.asks(&people::me(ctx).await?, ctx.catalog());
    let recovery_codes = left.first().and_then(|row| whole(&row[0])).unwrap_or(0);
    Ok(Standing { enabled: kept(&rows).is_some_and(|kept| kept.confirmed), required, recovery_codes })
}

/// Makes a secret for the caller; it is asked for once a code of it was shown.
pub async fn begin_factor(ctx: &Context) -> Result<Setup, Error> {
    let me = people::me(ctx).await?;
    ctx.lately_confirmed()?;
    let secret: [u8; 20] = rand::random();
    let sealed = ctx.engine.secrets().seal(&place(me.id), &secret)?;
    let database = ctx.engine.database();
    let now = ctx.now.timestamp_millis();
    if database.execute(&stored::put(database.dialect(), me.id, &sealed, now)).await? == 0 {
        return Err(Error::Conflict(vec![Diagnostic::error("auth.factor_enabled")]));
    }
    let workspace = ctx.engine.workspace().name;
    codes::setup(&secret, &workspace, &me.email)
}

/// Turns the second factor on by a first code, gives the recovery codes, and the token that the session goes on with.
pub async fn confirm_factor(
    ctx: &Context,
    token: Option<&str>,
    code: &str,
) -> Result<(Vec<String>, Option<String>), Error> {
    let user = ctx.caller()?;
    ctx.lately_confirmed()?;
    let mut tx = ctx.engine.database().begin().await?;
    let kept = locked(&mut tx, user).await?.filter(|kept| !kept.confirmed);
    let kept = kept.ok_or_else(|| Error::Conflict(vec![Diagnostic::error("auth.factor_not_begun")]))?;
    let secret = ctx.engine.secrets().open(&place(user), &kept.sealed)?;
    let step = codes::step(&secret, code, ctx.engine.now());
    let wrong = || Error::Invalid(vec![Diagnostic::error("auth.second_factor_wrong").at("/code")]);
    let step = step.ok_or_else(wrong)?;
    let dialect = tx.dialect();
    tx.execute(&stored::confirm(dialect, user, ctx.now.timestamp_millis())).await?;
    tx.execute(&stored::use_step(dialect, user, step)).await?;
    let made = replace_codes(ctx, &mut tx, user).await?;
    people_changed(&mut tx).await?;
    audit::note(&ctx.engine, &mut tx, Event::on_person(ctx, "factor_enabled", user)).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    let fresh = match token {
        Some(token) => sessions::renew_session(&ctx.engine, token).await?,
        None => None,
    };
    Ok((made, fresh))
}

/// Gives the caller new recovery codes; the ones before work no more.
pub async fn renew_recovery_codes(ctx: &Context) -> Result<Vec<String>, Error> {
    let user = ctx.caller()?;
    ctx.lately_confirmed()?;
    let mut tx = ctx.engine.database().begin().await?;
    if locked(&mut tx, user).await?.is_none_or(|kept| !kept.confirmed) {
        return Err(Error::Conflict(vec![Diagnostic::error("auth.factor_not_begun")]));
    }
    let made = replace_codes(ctx, &mut tx, user).await?;
    audit::note(&ctx.engine, &mut tx, Event::on_person(ctx, "recovery_codes", user)).await?;
    tx.commit().await?;
    Ok(made)
}

/// Turns the caller's second factor off.
pub async fn remove_factor(ctx: &Context) -> Result<(), Error> {
    let me = people::me(ctx).await?;
    ctx.lately_confirmed()?;
    if security::load(&ctx.engine).await?.asks(&me, ctx.catalog()) {
        return Err(Error::Forbidden(Diagnostic::error("auth.factor_required")));
    }
    let mut tx = ctx.engine.database().begin().await?;
    take(&mut tx, me.id).await?;
    audit::note(&ctx.engine, &mut tx, Event::on_person(ctx, "factor_removed", me.id)).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(())
}

/// Takes away the second factor of a person who lost it; the person is signed out everywhere.
pub async fn reset_factor(ctx: &Context, user: Uuid) -> Result<(), Error> {
    ctx.administrator()?;
    ctx.lately_confirmed()?;
    let mut tx = ctx.engine.database().begin().await?;
    let dialect = tx.dialect();
    if tx.fetch(&stored::get(dialect, user)).await?.is_empty() {
        return Err(Error::NotFound(Diagnostic::error("auth.no_factor")));
    }
    take(&mut tx, user).await?;
    tx.execute(&storage::internal::sessions::end_all(dialect, user)).await?;
    audit::note(&ctx.engine, &mut tx, Event::on_person(ctx, "factor_reset", user)).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(())
}

/// The same for the person with this address, for whoever owns the machine.
pub async fn reset_factor_of(engine: &Engine, email: &str) -> Result<(), Error> {
    let rows = engine
        .database()
        .fetch(&records::any_by_email(&names(&engine.catalog())?, &super::address::normalise(email)))
        .await?;
    let Some(Value::Id(user)) = rows.first().and_then(|row| row.first()) else {
        return Err(Error::NotFound(Diagnostic::error("user.unknown_email").with("found", email)));
    };
    reset_factor(&engine.system(access::Reason::CommandLine), *user).await
}

/// Lists the people who have a second factor, for an administrator.
pub async fn factor_holders(ctx: &Context) -> Result<Vec<Uuid>, Error> {
    ctx.administrator()?;
    let rows = ctx.engine.database().fetch(&stored::holders()).await?;
    let id = |row: &Vec<Value>| if let Some(Value::Id(id)) = row.first() { Some(*id) } else { None };
    Ok(rows.iter().filter_map(id).collect())
}

/// Asks a person who knows the password for the second factor, when they have one.
pub(super) async fn ask(engine: &Engine, person: &Person, code: Option<&str>, client: Client<'_>) -> Result<(), Error> {
    let database = engine.database();
    let rows = database.fetch(&stored::get(database.dialect(), person.id)).await?;
    if kept(&rows).is_none_or(|kept| !kept.confirmed) {
        return Ok(());
    }
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
        return Err(Error::Unauthenticated(Diagnostic::error("auth.second_factor")));
    };
    let mut tx = database.begin().await?;
    let Some(kept) = locked(&mut tx, person.id).await?.filter(|kept| kept.confirmed) else { return Ok(()) };
    let now = engine.now();
    if kept.blocked_until > now.timestamp_millis() {
        let seconds = (kept.blocked_until - now.timestamp_millis()) / 1000 + 1;
        return Err(Error::TooManyAttempts { retry_after: seconds as u64 });
    }
    let dialect = tx.dialect();
    let secret = engine.secrets().open(&place(person.id), &kept.sealed)?;
    let address = Some(client.address).filter(|address| !address.is_empty());
    let told = |operation| Event {
        operation,
        actor: Some(person.id),
        entity: "user",
        record: Some(person.id),
        details: serde_json::Value::Null,
        address,
    };
    let is_recovery = codes::is_recovery(code);
    let fits = match codes::step(&secret, code, now) {
        Some(step) => tx.execute(&stored::use_step(dialect, person.id, step)).await? == 1,
        None if is_recovery => {
            let hash = codes::hash(&engine.secrets().key("recovery"), person.id, code);
            tx.execute(&stored::use_code(dialect, person.id, &hash)).await? == 1
        }
        None => false,
    };
    if !fits {
        let failures = kept.failures + 1;
        let past = failures - TRIES;
        let blocked_until = if past < 0 { 0 } else { (now + WHILE * (1 << past.min(DOUBLINGS))).timestamp_millis() };
        tx.execute(&stored::note(dialect, person.id, failures, blocked_until)).await?;
        let event = Event { actor: None, ..told("sign_in_failed") }.with(json!({"reason": "second_factor"}));
        audit::note(engine, &mut tx, event).await?;
        tx.commit().await?;
        return Err(Error::Unauthenticated(Diagnostic::error("auth.second_factor_wrong")));
    }
    if is_recovery {
        tx.execute(&stored::note(dialect, person.id, 0, 0)).await?;
        audit::note(engine, &mut tx, told("recovery_code_used")).await?;
    }
    Ok(tx.commit().await?)
}

/// Reads a person's factor so that nobody else judges a code of it meanwhile.
async fn locked(tx: &mut Transaction, user: Uuid) -> Result<Option<Kept>, Error> {
    tx.lock(&format!("factor {user}")).await?;
    let dialect = tx.dialect();
    Ok(kept(&tx.fetch(&stored::get(dialect, user)).await?))
}

async fn take(tx: &mut Transaction, user: Uuid) -> Result<(), Error> {
    let dialect = tx.dialect();
    tx.execute(&stored::remove(dialect, user)).await?;
    tx.execute(&stored::remove_codes(dialect, user)).await?;
    people_changed(tx).await
}

async fn replace_codes(ctx: &Context, tx: &mut Transaction, user: Uuid) -> Result<Vec<String>, Error> {
    let key = ctx.engine.secrets().key("recovery");
    let made = codes::recovery();
    let hashes: Vec<String> = made.iter().map(|code| codes::hash(&key, user, code)).collect();
    let dialect = tx.dialect();
    tx.execute(&stored::remove_codes(dialect, user)).await?;
    tx.execute(&stored::insert_codes(dialect, user, &hashes)).await?;
    Ok(made)
}

fn kept(rows: &[Vec<Value>]) -> Option<Kept> {
    let [Value::Bytes(sealed), confirmed, _, failures, blocked_until] = rows.first()?.as_slice() else { return None };
    Some(Kept {
        sealed: sealed.to_vec(),
        confirmed: whole(confirmed).is_some(),
        failures: whole(failures)?,
        blocked_until: whole(blocked_until)?,
    })
}

/// Where a secret is kept, to which it is bound.
fn place(user: Uuid) -> String {
    format!("verstak_factor/{user}/secret")
}
