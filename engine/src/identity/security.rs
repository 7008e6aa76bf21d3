//! Settings of signing in, as administrators give them: how long sessions live, and of whom a second factor is asked.

use catalog::Catalog;
use diagnostic::Diagnostic;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::internal::settings;

use super::{Person, people_changed, text};
use crate::audit::{self, Event};
use crate::{Context, Engine, Error};

/// Setting that holds them.
const SETTING: &str = "security";

/// Settings of signing in. Roles are named as people give them, and kept by their identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Security {
    /// Minutes a session lives unused.
    pub session_idle_minutes: u32,
    /// Days a session lives, used or not.
    pub session_days: u32,
    /// Whether everybody needs a second factor.
    pub second_factor_everybody: bool,
    /// Roles whose people need one.
    pub second_factor_roles: Vec<String>,
    /// Days that events of the audit are kept; `None` for ever.
    pub audit_days: Option<u32>,
}

impl Default for Security {
    fn default() -> Self {
        Self {
            session_idle_minutes: 480,
            session_days: 30,
            second_factor_everybody: false,
            second_factor_roles: Vec::new(),
            audit_days: None,
        }
    }
}

impl Security {
    /// Reads the settings as they are kept; the usual ones when there are none.
    pub(super) fn kept(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// Says whether a second factor is asked of a person.
    pub(super) fn asks(&self, person: &Person, catalog: &Catalog) -> bool {
        let is_asked = |name: &String| {
            catalog.role(name).is_some_and(|role| self.second_factor_roles.iter().any(|id| id == role.id.as_str()))
        };
        self.second_factor_everybody || person.roles.iter().any(is_asked)
    }

    /// The same with roles by name; those that are gone are left out.
    fn named(self, catalog: &Catalog) -> Self {
        let name = |id: &String| catalog.roles.iter().find(|role| role.id.as_str() == id).map(|role| role.name.clone());
        let second_factor_roles = self.second_factor_roles.iter().filter_map(name).collect();
        Self { second_factor_roles, ..self }
    }

    /// The same with roles by identity, or everything that is wrong.
    fn checked(self, catalog: &Catalog) -> Result<Self, Error> {
        let mut mistakes = Vec::new();
        let mut within = |name: &str, value: u32, least: u32, most: u32| {
            if !(least..=most).contains(&value) {
                let mistake = Diagnostic::error("settings.out_of_range").at(format!("/{name}"));
                mistakes.push(mistake.with("found", value).with("least", least).with("most", most));
            }
        };
        within("session_idle_minutes", self.session_idle_minutes, 5, 1440);
        within("session_days", self.session_days, 1, 90);
        if let Some(days) = self.audit_days {
            within("audit_days", days, 30, 36_500);
        }
        let mut second_factor_roles = Vec::new();
        for name in &self.second_factor_roles {
            match catalog.role(name) {
                Some(role) => second_factor_roles.push(role.id.to_string()),
                None => {
                    let mistake = Diagnostic::error("user.unknown_role").with("found", name);
                    mistakes.push(mistake.at("/second_factor_roles"));
                }
            }
        }
        if mistakes.is_empty() { Ok(Self { second_factor_roles, ..self }) } else { Err(Error::Invalid(mistakes)) }
    }
}

/// Gives the settings, for an administrator.
pub async fn security(ctx: &Context) -> Result<Security, Error> {
    ctx.administrator()?;
    Ok(load(&ctx.engine).await?.named(ctx.catalog()))
}

/// Changes the settings; they hold at once.
pub async fn set_security(ctx: &Context, wanted: Security) -> Result<Security, Error> {
    ctx.administrator()?;
    ctx.lately_confirmed()?;
    let shown = wanted.clone();
    let kept = wanted.checked(ctx.catalog())?;
    let text =
        serde_json::to_string(&kept).map_err(|error| Error::Internal("settings".to_owned(), Some(error.into())))?;
    let mut tx = ctx.engine.database().begin().await?;
    tx.execute(&settings::put(SETTING, &text)).await?;
    people_changed(&mut tx).await?;
    let address = ctx.origin.address.as_deref();
    let details = json!({"security": shown});
    let event = Event { operation: "settings", actor: ctx.user, entity: "workspace", record: None, details, address };
    audit::note(&ctx.engine, &mut tx, event).await?;
    tx.commit().await?;
    ctx.engine.forget_people();
    Ok(shown)
}

/// Reads the settings.
pub(crate) async fn load(engine: &Engine) -> Result<Security, Error> {
    let rows = engine.database().fetch(&settings::get(SETTING)).await?;
    Ok(Security::kept(rows.first().and_then(|row| text(&row[0])).as_deref()))
}
