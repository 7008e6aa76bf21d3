//! What saving a user needs beyond its record: one form of the address, the hash of a new password, and an
//! administrator who stays.

use chrono_tz::{TZ_VARIANTS, Tz};
use diagnostic::Diagnostic;
use serde_json::{Map, Value as Json};
use storage::Transaction;
use storage::internal::{credentials, people, sessions};
use uuid::Uuid;

use super::{ADMINISTRATOR, address, names, passwords, whole};
use crate::{Context, Error};

/// The part of a change to a user that is no field of the record.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    password: Option<String>,
}

impl UserChange {
    /// Takes the password out of the values and hashes it, and writes the address in its one form.
    ///
    /// It stands before the transaction: hashing takes long. `called` is what the person is called so far.
    pub async fn take(values: &mut Map<String, Json>, called: &[String]) -> Result<Self, Error> {
        let mut mistakes = Vec::new();
        if let Some(Json::String(email)) = values.get("email") {
            match address::check(email) {
                Ok(address) => drop(values.insert("email".to_owned(), Json::String(address))),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if let Some(Json::String(zone)) = values.get("time_zone") {
            mistakes.extend(check_zone(zone).err());
        }
        let password = match values.remove("password") {
            Some(Json::String(password)) => {
                let given = ["name", "email"].iter().filter_map(|name| values.get(*name)?.as_str());
                let called: Vec<&str> = given.chain(called.iter().map(String::as_str)).collect();
                passwords::check(&password, &called).map(|()| Some(password))
            }
            None | Some(Json::Null) => Ok(None),
            Some(_) => Err(Diagnostic::error("user.password_not_text").at("/password")),
        };
        let password = password.unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            None
        });
        if !mistakes.is_empty() {
            return Err(Error::Invalid(mistakes));
        }
        match password {
            Some(password) => Ok(Self { password: Some(passwords::hash(&password).await?) }),
            None => Ok(Self::default()),
        }
    }

    /// Says whether a new password was given.
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// Keeps the password in the transaction that saves the record; whoever knew the old one is signed out.
    pub async fn apply(&self, tx: &mut Transaction, user: Uuid, now: i64) -> Result<(), Error> {
        let Some(hash) = &self.password else { return Ok(()) };
        let dialect = tx.dialect();
        tx.execute(&credentials::put(dialect, user, hash, now)).await?;
        tx.execute(&sessions::end_all(dialect, user)).await?;
        Ok(())
    }
}

/// Refuses a time zone that nobody knows; an empty one is that of the workspace.
pub(super) fn check_zone(zone: &str) -> Result<(), Diagnostic> {
    if zone.is_empty() || zone.parse::<Tz>().is_ok() {
        return Ok(());
    }
    let nearest = schemas::suggest::nearest(zone, TZ_VARIANTS.iter().map(|zone| zone.name()));
    let shown: String = zone.chars().take(60).collect();
    Err(Diagnostic::error("user.time_zone").with("found", shown).with_some("nearest", nearest).at("/time_zone"))
}

/// Refuses a transaction after which no active administrator is left.
///
/// It is called after a change of users or their roles, inside the transaction of the change.
pub async fn guard_administrators(ctx: &Context, tx: &mut Transaction) -> Result<(), Error> {
    // Two transactions that each take a different administrator away must see one another.
    tx.lock("administrators").await?;
    let names = names(ctx.catalog())?;
    let rows = tx.fetch(&people::count_with_role(&names, ADMINISTRATOR)).await?;
    let left = rows.first().and_then(|row| whole(&row[0])).unwrap_or(0);
    if left == 0 {
        return Err(Error::Conflict(vec![Diagnostic::error("user.last_administrator")]));
    }
    Ok(())
}
