//! Signing in by the company's own sign-in, which speaks OpenID Connect.
//!
//! A browser is sent there with a sealed note in a cookie of its own, and comes back with a code; the note says what the
//! answer must fit. An account from there is a person here only by issuer and subject, never by an address that it claims:
//! it is linked by the person while signed in here, or with a person made for it.

mod provider;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::internal::{identities as stored, people as records, settings};
use uuid::Uuid;

use super::login::open_session;
use super::people::make_person;
use super::{Client, Login, address, names, person, text};
use crate::audit::{self, Event};
use crate::{Context, Engine, Error};
use provider::Account;

/// Setting that holds how to reach the company's sign-in.
const SETTING: &str = "oidc";
/// How long somebody may take to sign in there.
const PATIENCE: Duration = Duration::minutes(10);
/// Where a sealed note belongs.
const NOTE: &str = "oidc/note";

/// How to reach the company's sign-in, as administrators see it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// Address of the issuer, as it calls itself.
    pub issuer: String,
    /// What this workspace is called there.
    pub client_id: String,
    /// Secret of this workspace there: written, never read; left out to keep the one there is.
    #[serde(default, skip_serializing)]
    pub client_secret: Option<String>,
    /// What the button at sign-in says.
    pub label: String,
    /// Whether people who are not here yet are made.
    #[serde(default)]
    pub create_people: bool,
    /// The role that people made so get.
    #[serde(default)]
    pub role: Option<String>,
    /// Whether a secret is kept.
    #[serde(default, skip_deserializing)]
    pub has_secret: bool,
}

/// The same as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    issuer: String,
    client_id: String,
    /// Sealed, in base64.
    secret: Option<String>,
    label: String,
    create_people: bool,
    /// Identity of the role.
    role: Option<String>,
}

/// What somebody who was sent away has in a cookie, sealed.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    state: String,
    nonce: String,
    verifier: String,
    /// Where to go afterwards.
    next: String,
    /// Who links an account; `None` for somebody who signs in.
    link: Option<Uuid>,
    until: DateTime<Utc>,
}

/// Where to send a browser, and the note to give it.
#[derive(Debug, Clone)]
pub struct Departure {
    /// Address at the company's sign-in.
    pub url: String,
    /// The sealed note.
    pub note: String,
}

/// Somebody who came back.
#[derive(Debug)]
pub enum Arrival {
    /// Signed in, and where they wanted to go.
    SignedIn(Login, String),
    /// Linked an account, and where they wanted to go.
    Linked(String),
}

/// Gives what the button at sign-in says, when there is one.
pub async fn oidc_label(engine: &Engine) -> Result<Option<String>, Error> {
    Ok(load(engine).await?.map(|kept| kept.label))
}

/// Gives how the company's sign-in is reached, for an administrator.
pub async fn oidc(ctx: &Context) -> Result<Option<Oidc>, Error> {
    ctx.administrator()?;
    Ok(load(&ctx.engine).await?.map(|kept| kept.shown(ctx)))
}

/// Sets how the company's sign-in is reached, after it has answered under that address; `None` does without.
pub async fn set_oidc(ctx: &Context, wanted: Option<Oidc>) -> Result<Option<Oidc>, Error> {
    ctx.administrator()?;
    ctx.lately_confirmed()?;
    let kept = match wanted {
        Some(wanted) => Some(checked(ctx, wanted).await?),
        None => None,
    };
    let mut tx = ctx.engine.database().begin().await?;
    match &kept {
        Some(kept) => {
            let text = serde_json::to_string(kept)
                .map_err(|error| Error::Internal("settings".to_owned(), Some(error.into())))?;
            tx.execute(&settings::put(SETTING, &text)).await?;
        }
        None => drop(tx.execute(&settings::remove(SETTING)).await?),
    }
    let shown = kept.map(|kept| kept.shown(ctx));
    let (address, details) = (ctx.origin.address.as_deref(), json!({"oidc": shown}));
    let event = Event { operation: "settings", actor: ctx.user, entity: "workspace", record: None, details, address };
    audit::note(&ctx.engine, &mut tx, event).await?;
    tx.commit().await?;
    Ok(shown)
}

async fn checked(ctx: &Context, wanted: Oidc) -> Result<Kept, Error> {
    let mut mistakes = Vec::new();
    for (name, value) in [("issuer", &wanted.issuer), ("client_id", &wanted.client_id), ("label", &wanted.label)] {
        if value.trim().is_empty() || value.chars().count() > 500 {
            mistakes.push(Diagnostic::error("settings.text_expected").at(format!("/{name}")).with("expected", 500));
        }
    }
    let role = wanted.role.as_ref().filter(|name| !name.is_empty()).map(|name| (name, ctx.catalog().role(name)));
    if let Some((name, None)) = role {
        mistakes.push(Diagnostic::error("user.unknown_role").at("/role").with("found", name));
    }
    if ctx.engine.config().public_url.is_none() {
        mistakes.push(Diagnostic::error("settings.public_url_missing"));
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes));
    }
    let before = load(&ctx.engine).await?;
    let secret = match wanted.client_secret.filter(|secret| !secret.is_empty()) {
        Some(secret) => Some(sealed(&ctx.engine, &wanted.issuer, &secret)?),
        // The secret belongs to whoever it was given by: it is not sent to another issuer.
        None => before.filter(|before| before.issuer == wanted.issuer).and_then(|before| before.secret),
    };
    let kept = Kept {
        issuer: wanted.issuer,
        client_id: wanted.client_id,
        secret,
        label: wanted.label,
        create_people: wanted.create_people,
        role: role.and_then(|(_, role)| role).map(|role| role.id.to_string()),
    };
    provider::metadata(&ctx.engine, &kept.issuer).await?;
    Ok(kept)
}

/// Sends somebody to the company's sign-in: to sign in, or, with a context, to link an account to the caller.
pub async fn depart(engine: &Engine, link: Option<&Context>, next: &str) -> Result<Departure, Error> {
    let kept = load(engine).await?.ok_or_else(|| Error::NotFound(Diagnostic::error("auth.no_oidc")))?;
    let link = match link {
        Some(ctx) => {
            ctx.lately_confirmed()?;
            Some(ctx.caller()?)
        }
        None => None,
    };
    let question = provider::question(engine, &kept).await?;
    let note = Note {
        state: question.state,
        nonce: question.nonce,
        verifier: question.verifier,
        next: safe(next).to_owned(),
        link,
        until: engine.now() + PATIENCE,
    };
    let text = serde_json::to_vec(&note).map_err(|error| Error::Internal("a note".to_owned(), Some(error.into())))?;
    let note = URL_SAFE_NO_PAD.encode(engine.secrets().seal(NOTE, &text)?);
    Ok(Departure { url: question.url, note })
}

/// Takes somebody in who comes back with a code; `note` is what they were given when they left.
pub async fn arrive(
    engine: &Engine,
    note: &str,
    state: &str,
    code: &str,
    caller: Option<Uuid>,
    client: Client<'_>,
) -> Result<Arrival, Error> {
    let refused = || Error::Unauthenticated(Diagnostic::error("auth.oidc_refused"));
    let sealed = URL_SAFE_NO_PAD.decode(note).map_err(|_| refused())?;
    let text = engine.secrets().open(NOTE, &sealed).map_err(|_| refused())?;
    let note: Note = serde_json::from_slice(&text).map_err(|_| refused())?;
    if note.state != state || note.until < engine.now() {
        return Err(refused());
    }
    let kept = load(engine).await?.ok_or_else(refused)?;
    let account = provider::account(engine, &kept, code, &note.verifier, &note.nonce).await?;
    let linked = engine.database().fetch(&stored::get(&kept.issuer, &account.subject)).await?;
    let linked = linked.first().and_then(|row| if let Some(Value::Id(id)) = row.first() { Some(*id) } else { None });
    if let Some(user) = note.link {
        // The session that wanted it must be the one that comes back.
        if caller != Some(user) || linked.is_some_and(|other| other != user) {
            return Err(Error::Unauthenticated(Diagnostic::error("auth.oidc_linked_elsewhere")));
        }
        link(engine, &kept, &account, user, client).await?;
        return Ok(Arrival::Linked(note.next));
    }
    let user = match linked {
        Some(user) => user,
        None => stranger(engine, &kept, &account, client).await?,
    };
    let dialect = engine.database().dialect();
    let rows = engine.database().fetch(&records::by_id(dialect, &names(&engine.catalog())?, user)).await?;
    let found = person(&rows).ok_or_else(|| Error::Unauthenticated(Diagnostic::error("auth.oidc_unknown")))?;
    Ok(Arrival::SignedIn(open_session(engine, found, client, "oidc").await?, note.next))
}

/// Makes a person of an account that is linked to nobody, when that is wanted and nobody has its address.
async fn stranger(engine: &Engine, kept: &Kept, account: &Account, client: Client<'_>) -> Result<Uuid, Error> {
    let unknown = || Error::Unauthenticated(Diagnostic::error("auth.oidc_unknown"));
    let email = account.email.as_deref().filter(|_| account.email_verified).ok_or_else(unknown)?;
    let email = address::check(email).map_err(|_| unknown())?;
    let known = engine.database().fetch(&records::any_by_email(&names(&engine.catalog())?, &email)).await?;
    if !known.is_empty() {
        return Err(Error::Unauthenticated(Diagnostic::error("auth.oidc_link_first")));
    }
    if !kept.create_people {
        return Err(unknown());
    }
    let catalog = engine.catalog();
    let role = kept.role.as_ref().and_then(|id| catalog.roles.iter().find(|role| role.id.as_str() == id));
    let roles: Vec<String> = role.map(|role| role.name.clone()).into_iter().collect();
    let ctx = engine.system(access::Reason::SignIn);
    let mut tx = engine.database().begin().await?;
    let name = account.name.as_deref().unwrap_or(&email);
    let user = make_person(&ctx, &mut tx, &email, name, &roles).await?;
    let event = Event::on_person(&ctx, "person_added", user).with(json!({"roles": roles, "by": "oidc"}));
    audit::note(engine, &mut tx, event).await?;
    let at = engine.now().timestamp_millis();
    if tx.execute(&stored::insert(tx.dialect(), &kept.issuer, &account.subject, user, at)).await? == 0 {
        return Err(unknown());
    }
    tx.commit().await?;
    tracing::debug!(address = client.address, "a person was made by the company's sign-in");
    Ok(user)
}

async fn link(engine: &Engine, kept: &Kept, account: &Account, user: Uuid, client: Client<'_>) -> Result<(), Error> {
    let mut tx = engine.database().begin().await?;
    let at = engine.now().timestamp_millis();
    tx.execute(&stored::insert(tx.dialect(), &kept.issuer, &account.subject, user, at)).await?;
    let address = Some(client.address).filter(|address| !address.is_empty());
    let details = json!({"issuer": kept.issuer});
    let (operation, actor) = ("identity_linked", Some(user));
    let event = Event { operation, actor, entity: "user", record: Some(user), details, address };
    audit::note(engine, &mut tx, event).await?;
    Ok(tx.commit().await?)
}

/// Says whether the caller has an account of the company's sign-in linked; `None` when there is no such sign-in.
pub async fn oidc_link(ctx: &Context) -> Result<Option<bool>, Error> {
    let Some(kept) = load(&ctx.engine).await? else { return Ok(None) };
    let database = ctx.engine.database();
    let rows = database.fetch(&stored::of(database.dialect(), ctx.caller()?)).await?;
    Ok(Some(rows.iter().any(|row| row.first().and_then(text).as_deref() == Some(kept.issuer.as_str()))))
}

/// Unlinks the caller's accounts.
pub async fn oidc_unlink(ctx: &Context) -> Result<(), Error> {
    let user = ctx.caller()?;
    ctx.lately_confirmed()?;
    let mut tx = ctx.engine.database().begin().await?;
    tx.execute(&stored::remove(tx.dialect(), user)).await?;
    audit::note(&ctx.engine, &mut tx, Event::on_person(ctx, "identity_unlinked", user)).await?;
    Ok(tx.commit().await?)
}

async fn load(engine: &Engine) -> Result<Option<Kept>, Error> {
    let rows = engine.database().fetch(&settings::get(SETTING)).await?;
    let text = rows.first().and_then(|row| text(&row[0]));
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

impl Kept {
    fn shown(&self, ctx: &Context) -> Oidc {
        let role = self.role.as_ref().and_then(|id| ctx.catalog().roles.iter().find(|role| role.id.as_str() == id));
        Oidc {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: None,
            label: self.label.clone(),
            create_people: self.create_people,
            role: role.map(|role| role.name.clone()),
            has_secret: self.secret.is_some(),
        }
    }

    /// The secret in clear, bound to the issuer it was given for.
    fn secret(&self, engine: &Engine) -> Result<Option<String>, Error> {
        let Some(sealed) = &self.secret else { return Ok(None) };
        let broken = || Error::broken("the secret of the company's sign-in is no base64");
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| broken())?;
        let plain = engine.secrets().open(&place(&self.issuer), &bytes)?;
        Ok(Some(String::from_utf8(plain).map_err(|_| broken())?))
    }
}

fn sealed(engine: &Engine, issuer: &str, secret: &str) -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(engine.secrets().seal(&place(issuer), secret.as_bytes())?))
}

fn place(issuer: &str) -> String {
    format!("verstak_setting/oidc/{issuer}")
}

/// Only addresses inside the product are gone to.
fn safe(next: &str) -> &str {
    let is_inside = next.starts_with('/')
        && !next[1..].starts_with(['/', '\\'])
        && !next.contains(|letter: char| letter.is_control() || letter == '\\');
    if is_inside { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g4_nobody_is_sent_elsewhere_afterwards() {
        for evil in [
            "//evil",
            "/\\evil",
            "https:evil",
            "https://evil",
            "javascript:alert(1)",
            "",
            "/\t/evil",
            "\\\\evil",
            "/a\\b",
        ] {
            assert_eq!(safe(evil), "/", "{evil:?}");
        }
        assert_eq!(safe("/e/deal?x=1"), "/e/deal?x=1");
    }
}
