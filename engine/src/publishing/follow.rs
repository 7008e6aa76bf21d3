//! Loading the newest revision, when the engine opens and whenever another node or process has published one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use catalog::Kept;
use expression::Value;
use storage::internal::settings;
use storage::{Database, notify};

use super::current::Published;
use super::{documents, schema};
use crate::installation::{self, REVISION};
use crate::records::owed::Owing;
use crate::{Engine, Error, WeakEngine};

impl Engine {
    /// Loads the newest revision when it is newer than what this node serves.
    pub(crate) async fn follow(&self) -> Result<(), Error> {
        let rows = self.database().fetch(&settings::get(REVISION)).await?;
        if number(&rows) > self.published().revision {
            let published = load(self.database(), self.kept()).await?;
            // Whoever reads by the new revision is told what is not calculated yet.
            Owing::look(self).await;
            self.serve(published);
        }
        Ok(())
    }
}

/// Follows what other nodes and processes publish, for as long as somebody uses the engine.
pub(crate) async fn follow(engine: WeakEngine) {
    loop {
        if let Err(error) = listen(&engine).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "following other nodes failed");
        }
        if engine.get().is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn listen(weak: &WeakEngine) -> Result<(), Error> {
    let Some(engine) = weak.get() else { return Ok(()) };
    let mut listener = engine.database().listen(&[notify::PUBLISHED]).await?;
    drop(engine);
    loop {
        // A notification can be lost; the number is looked at anyway.
        let heard = tokio::time::timeout(Duration::from_millis(1500), listener.recv()).await;
        let Some(engine) = weak.get() else { return Ok(()) };
        match heard {
            Ok(Ok(heard)) if heard.channel == notify::PUBLISHED || heard.channel == notify::ANYTHING => {
                engine.follow().await?;
            }
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => engine.follow().await?,
        }
    }
}

/// Loads the newest revision.
pub(crate) async fn load(database: &Database, kept: &Kept) -> Result<Published, Error> {
    let mut snapshot = database.begin_read().await?;
    let all: BTreeMap<String, String> =
        snapshot.fetch(&settings::all()).await?.iter().filter_map(|row| setting(row)).collect();
    let revision = all.get(REVISION).and_then(|number| number.parse().ok()).unwrap_or(0);
    let rows = snapshot.fetch(&storage::internal::documents::at(revision)).await?;
    let physical = schema::names(&snapshot.fetch(&storage::internal::documents::physical()).await?);
    drop(snapshot);
    let workspace = installation::workspace(&all);
    let settings = workspace.catalog.clone();
    let (resolution, physical) = tokio::task::spawn_blocking(move || {
        let documents = documents::read(&rows)?;
        Ok::<_, Error>((catalog::resolve(revision, &settings, &documents, &physical), physical))
    })
    .await
    .map_err(|error| Error::Internal("resolving failed".to_owned(), Some(error.into())))??;
    if resolution.has_errors() {
        let mistakes = &resolution.diagnostics;
        tracing::error!(revision, "the published documents no longer resolve: {mistakes:?}");
    }
    let mut catalog = resolution.catalog;
    catalog.kept = kept.clone();
    Ok(Published { revision, catalog: Arc::new(catalog), physical, workspace })
}

/// Reads a name and a value out of the row of a setting.
pub(crate) fn setting(row: &[Value]) -> Option<(String, String)> {
    match row {
        [Value::Text(name), Value::Text(value)] => Some((name.to_string(), value.to_string())),
        _ => None,
    }
}

/// Reads the number of the newest revision out of the setting's row.
pub(crate) fn number(rows: &[Vec<Value>]) -> u64 {
    match rows.first().map(Vec::as_slice) {
        Some([Value::Text(number)]) => number.parse().unwrap_or(0),
        _ => 0,
    }
}
