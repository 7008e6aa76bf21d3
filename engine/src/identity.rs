//! People: how they sign in, by what they are recognised afterwards, and how the first of them comes to be.
//!
//! Users are records of the entity `user`; here is what a record cannot say: passwords, sessions, tokens.

pub mod address;
pub mod passwords;
pub mod login;
pub mod factors;
pub mod oidc;
pub mod security;
pub mod sessions;
pub mod tokens;
pub mod people;
pub mod saving;
pub mod preview;
pub mod first;
mod attempts;
pub(crate) mod recent;
pub mod gone;
#[cfg(test)]
mod tests;

use access::Actor;
use catalog::{Catalog, FieldKind};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use expression::Value;
use serde::Serialize;
use storage::Transaction;
use storage::internal::people::Names;
use storage::internal::settings;
use uuid::Uuid;

use crate::{Error, Locale};

pub use factors::{
    begin_factor, confirm_factor, factor, factor_holders, remove_factor, renew_recovery_codes, reset_factor,
    reset_factor_of,
};
pub use first::{ensure_administrator, first, first_link, has_active_administrator};
pub use login::{Client, Login, Proof, login, logout, logout_everywhere};
pub use oidc::{Arrival, Departure, Oidc, arrive, depart, oidc, oidc_label, oidc_link, oidc_unlink, set_oidc};
pub(crate) use people::person_of;
pub use people::{Added, Choices, add_user, change_password, choose, disable, me, set_password, token_for};
pub use preview::preview;
pub use saving::{UserChange, guard_administrators};
pub use security::{Security, security, set_security};
pub use sessions::{
    Session, authenticate_session, confirm_session, end_other_sessions, end_session, renew_session, sessions,
};
pub use tokens::{Token, authenticate_token, create_token, revoke_token, tokens};

/// Name of the built-in role that has every right.
pub const ADMINISTRATOR: &str = "administrator";

/// An active user as sign-in knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Identity of the record.
    pub id: Uuid,
    /// Name; the address when there is none.
    pub name: String,
    /// Address.
    pub email: String,
    /// Code of the language of the user's choice.
    pub language: Option<&'static str>,
    /// Name of the user's time zone; `None` for that of the workspace.
    pub time_zone: Option<String>,
    /// Names of the user's roles.
    pub roles: Vec<String>,
}

/// Somebody recognised by a session or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// Whose rights to act with.
    pub actor: Actor,
    /// The person.
    pub person: Person,
    /// Language of the user's choice.
    pub locale: Option<Locale>,
    /// The user's time zone; `None` for that of the workspace.
    pub zone: Option<Tz>,
    /// The session they came by; `None` for a token.
    pub session: Option<Known>,
}

/// What is known of the session somebody came by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Identity.
    pub id: Uuid,
    /// When its user last proved who they are.
    pub confirmed_at: DateTime<Utc>,
    /// When it ends even if it is used.
    pub expires_at: DateTime<Utc>,
    /// Whether its user must set up a second factor before anything else.
    pub lacks_factor: bool,
    /// Whether its user has other roles than when it got its token.
    pub roles_changed: bool,
}

impl Authenticated {
    fn of(person: Person) -> Self {
        let actor = Actor { user: person.id, roles: person.roles.clone() };
        let zone = person.time_zone.as_deref().and_then(|name| name.parse().ok());
        Self { actor, locale: person.language.and_then(Locale::of), zone, person, session: None }
    }
}

/// Setting that counts changes of what people may do: of roles, sessions, tokens, and of who may sign in at all.
pub(crate) const GENERATION: &str = "people";

/// Tells all nodes, in the transaction of the change, that what people may do has changed.
pub(crate) async fn people_changed(tx: &mut Transaction) -> Result<(), Error> {
    tx.execute(&settings::count_up(GENERATION)).await?;
    Ok(())
}

/// Gives the physical names of users and roles in a catalog.
fn names(catalog: &Catalog) -> Result<Names, Error> {
    let user = catalog.entity("user").ok_or_else(|| Error::broken("no entity `user`"))?;
    let role = catalog.entity("role").ok_or_else(|| Error::broken("no entity `role`"))?;
    let column = |entity: &catalog::Entity, name: &str| {
        let column = entity.field(name).and_then(|field| field.columns.first());
        column.cloned().ok_or_else(|| Error::broken(format!("no column of `{name}`")))
    };
    let user_roles = match user.field("roles").map(|field| &field.kind) {
        Some(FieldKind::Links { junction, .. }) => junction.clone(),
        _ => return Err(Error::broken("`user.roles` is no many-to-many relation")),
    };
    Ok(Names {
        users: user.table.clone(),
        email: column(user, "email")?,
        name: column(user, "name")?,
        language: column(user, "language")?,
        time_zone: column(user, "time_zone")?,
        is_active: column(user, "is_active")?,
        user_roles,
        roles: role.table.clone(),
        role_name: column(role, "name")?,
    })
}

/// Makes a person of the rows of `storage::internal::people`: one row for each role.
fn person(rows: &[Vec<Value>]) -> Option<Person> {
    let [Value::Id(id), email, name, language, time_zone, ..] = rows.first()?.as_slice() else { return None };
    let email = text(email).unwrap_or_default();
    let name = text(name).unwrap_or_else(|| email.clone());
    let language = text(language).and_then(|code| Locale::of(&code)).map(Locale::code);
    let time_zone = text(time_zone).filter(|name| name.parse::<Tz>().is_ok());
    let roles = rows.iter().filter_map(|row| row.get(5).and_then(text)).collect();
    Some(Person { id: *id, name, email, language, time_zone, roles })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        _ => None,
    }
}
