//! The workspace on an empty database: revision 0, where only the system entities exist.
//!
//! Their tables come to be by the same way as all others: the difference between no tables and those of a catalog.

mod room;
mod upgrade;

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{Physical, Workspace};
use chrono::{DateTime, Utc};
use storage::internal::settings;
use storage::{Database, Transaction, failpoint};

use crate::Error;
use crate::publishing::{mirror, schema};

/// Setting that holds the number of the newest revision.
pub(crate) const REVISION: &str = "revision";

/// Settings that people give the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// What people call it.
    pub name: String,
    /// Those that the meaning of metadata depends on.
    pub catalog: Workspace,
}

/// Makes revision 0 in a language when the database has none yet, and brings one that an older program made up to date.
pub(crate) async fn ensure(database: &Database, language: &str, now: DateTime<Utc>) -> Result<(), Error> {
    if !database.fetch(&settings::get(REVISION)).await?.is_empty() {
        return upgrade::ensure(database, now).await;
    }
    let mut tx = database.begin().await?;
    tx.lock("publish").await?;
    if tx.fetch(&settings::get(REVISION)).await?.is_empty() {
        install(&mut tx, language, now).await?;
        failpoint("install.made");
        tx.commit().await?;
        failpoint("install.committed");
        database.clear_statement_caches();
    }
    Ok(())
}

async fn install(tx: &mut Transaction, language: &str, now: DateTime<Utc>) -> Result<(), Error> {
    let workspace = Workspace { language: language.to_owned(), ..Workspace::default() };
    let resolution = catalog::resolve(0, &workspace, &[], &Physical::default());
    if resolution.has_errors() {
        return Err(Error::broken(format!("the system entities do not resolve: {:?}", resolution.diagnostics)));
    }
    let catalog = Arc::new(resolution.catalog);
    schema::create(tx, &catalog).await?;
    schema::keep_names(tx, &Physical::default(), &resolution.physical).await?;
    mirror::roles(tx, None, &catalog, now).await?;
    put_workspace(tx, &WorkspaceSettings { name: "Verstak".to_owned(), catalog: workspace }).await?;
    tx.execute(&settings::put(REVISION, "0")).await?;
    upgrade::note(tx).await
}

/// Keeps the settings of the workspace.
pub(crate) async fn put_workspace(tx: &mut Transaction, workspace: &WorkspaceSettings) -> Result<(), Error> {
    let Workspace { language, currency, time_zone } = &workspace.catalog;
    let values = [("name", &workspace.name), ("language", language), ("currency", currency), ("time_zone", time_zone)];
    for (name, value) in values {
        tx.execute(&settings::put(&format!("workspace.{name}"), value)).await?;
    }
    Ok(())
}

/// Reads the workspace's settings out of all settings.
pub(crate) fn workspace(settings: &BTreeMap<String, String>) -> WorkspaceSettings {
    let usual = Workspace::default();
    let get = |name: &str, usual: String| settings.get(&format!("workspace.{name}")).cloned().unwrap_or(usual);
    WorkspaceSettings {
        name: get("name", "Verstak".to_owned()),
        catalog: Workspace {
            language: get("language", usual.language),
            currency: get("currency", usual.currency),
            time_zone: get("time_zone", usual.time_zone),
        },
    }
}
