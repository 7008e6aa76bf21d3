//! A database of an older program gets the system entities and fields that this one has more.
//!
//! What the product says of its entities is documents like those of people, so a new program is a change of documents: what
//! the database was made with shows by its tables, and the way from there is a migration like any other. Nothing is taken
//! away. The first node that starts does it under the lock of publishers; nodes of the older program go on meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use catalog::{Catalog, Field, FieldKind, Physical, Resolution};
use chrono::{DateTime, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use migration::Existing;
use schemas::Document;
use sha2::{Digest, Sha256};
use storage::internal::{documents as stored, drafts as stored_drafts, settings};
use storage::{Database, Transaction, notify};

use super::room::Room;
use super::{REVISION, WorkspaceSettings, workspace};
use crate::Error;
use crate::events::outbox;
use crate::publishing::drafts::Draft;
use crate::publishing::publish::{LOCK_WAIT, TRIES, keep_documents, listed};
use crate::publishing::{documents, follow, mirror, preview, schema};

/// Setting that holds the digest of the system documents which the tables are made for.
const PRODUCT: &str = "product";

/// Brings the system tables up to date with this program, when they are those of another one.
pub(super) async fn ensure(database: &Database, now: DateTime<Utc>) -> Result<(), Error> {
    if is_current(&database.fetch(&settings::get(PRODUCT)).await?) {
        return Ok(());
    }
    let mut attempt = 1;
    loop {
        match once(database, now).await {
            Err(Error::Storage(storage::Error::Retry(_))) if attempt < TRIES => {
                tokio::time::sleep(Duration::from_millis(50 * u64::from(attempt))).await;
                attempt += 1;
            }
            other => break other,
        }
    }
}

/// Notes that the tables are made for this program.
pub(super) async fn note(tx: &mut Transaction) -> Result<(), Error> {
    tx.execute(&settings::put(PRODUCT, &digest())).await?;
    Ok(())
}

async fn once(database: &Database, now: DateTime<Utc>) -> Result<(), Error> {
    let mut tx = database.begin().await?;
    tx.set_statement_timeout(None).await?;
    // Another node may be at it for as long as its rows take; only what people do steps back soon.
    tx.lock("publish").await?;
    tx.set_lock_timeout(LOCK_WAIT).await?;
    if is_current(&tx.fetch(&settings::get(PRODUCT)).await?) {
        return Ok(());
    }
    tx.lock("drafts").await?;
    tx.hold_alone(REVISION).await?;
    let stand = Stand::read(&mut tx).await?;
    let made = tokio::task::spawn_blocking(move || Upgrade::of(stand)).await;
    let upgrade = made.map_err(|error| Error::Internal("the upgrade failed".to_owned(), Some(error.into())))??;
    upgrade.run(&mut tx, now).await?;
    note(&mut tx).await?;
    tx.commit().await?;
    database.clear_statement_caches();
    let steps = upgrade.steps.len();
    tracing::info!(steps, "the database was brought up to date with this version of the program");
    Ok(())
}

/// What the database holds of metadata.
struct Stand {
    revision: u64,
    workspace: WorkspaceSettings,
    documents: Vec<Document>,
    draft: Draft,
    physical: Physical,
    existing: Existing,
    dialect: sql::Dialect,
}

impl Stand {
    async fn read(tx: &mut Transaction) -> Result<Self, Error> {
        let all: BTreeMap<String, String> =
            tx.fetch(&settings::all()).await?.iter().filter_map(|row| follow::setting(row)).collect();
        let revision = all.get(REVISION).and_then(|number| number.parse().ok()).unwrap_or(0);
        Ok(Self {
            revision,
            workspace: workspace(&all),
            documents: documents::read(&tx.fetch(&stored::at(revision)).await?)?,
            draft: Draft::load_in(tx).await?,
            physical: schema::names(&tx.fetch(&stored::physical()).await?),
            existing: Existing::from_rows(&tx.fetch(&Existing::statement(tx.dialect())).await?),
            dialect: tx.dialect(),
        })
    }
}

/// What there is to do.
struct Upgrade {
    steps: Vec<migration::Step>,
    before: Physical,
    after: Physical,
    catalog: Arc<Catalog>,
    /// The revision that takes people's things out of the way of the product's, when there are any.
    revision: Option<(u64, Vec<preview::DocumentChange>)>,
    /// Documents of the draft that are renamed with them: kind, identity, name, text.
    drafts: Vec<(String, String, String, Option<String>)>,
}

impl Upgrade {
    fn of(stand: Stand) -> Result<Self, Error> {
        let Stand { revision, workspace, documents, draft, physical, existing, dialect } = stand;
        let resolve = |product: &[schemas::Entity], revision: u64, documents: &[Document]| {
            catalog::resolve_over(product, revision, &workspace.catalog, documents, &physical)
        };
        let product = catalog::system::documents();
        let known = known(&resolve(product, revision, &documents).catalog, &existing);
        let before = resolve(&known, revision, &documents);
        let drafted = preview::overlay(&documents, &draft)?;
        let room = Room::of(&documents, &drafted, &known);
        let next = room.make(&before.catalog, &documents);
        let changes = preview::changes(&documents, &next);
        let number = revision + u64::from(!changes.is_empty());
        let after = resolve(product, number, &next);
        refuse(&before, &after)?;
        let (base, wanted) = (migration::schema(&before.catalog), migration::schema(&after.catalog));
        let steps = migration::plan(&base, &wanted, &existing, dialect).steps;
        Ok(Self {
            steps,
            drafts: room.drafts(&before.catalog, &draft, &drafted),
            revision: (!changes.is_empty()).then_some((number, changes)),
            before: physical,
            after: after.physical,
            catalog: Arc::new(after.catalog),
        })
    }

    async fn run(&self, tx: &mut Transaction, now: DateTime<Utc>) -> Result<(), Error> {
        for step in &self.steps {
            tx.execute_script(&step.sql).await?;
        }
        schema::keep_names(tx, &self.before, &self.after).await?;
        mirror::roles(tx, None, &self.catalog, now).await?;
        for (kind, id, name, document) in &self.drafts {
            let row = stored_drafts::Row { kind, id, name, document: document.as_deref() };
            tx.execute(&stored_drafts::put(tx.dialect(), &[row], now.timestamp_millis(), None)).await?;
        }
        let Some((number, changes)) = &self.revision else { return Ok(()) };
        keep_documents(tx, changes, *number).await?;
        let changes = listed(changes);
        let record = mirror::RevisionRecord { number: *number, note: None, by: None, at: now, changes, instead: None };
        mirror::revision(tx, &self.catalog, &record).await?;
        tx.execute(&settings::put(REVISION, &number.to_string())).await?;
        outbox::published(tx, now, *number).await?;
        tx.notify(notify::PUBLISHED, &number.to_string()).await.map_err(Error::from)
    }
}

/// Gives the system documents as far as the database has tables and columns for them: those it was made with.
fn known(catalog: &Catalog, existing: &Existing) -> Vec<schemas::Entity> {
    let mut known = Vec::new();
    for document in catalog::system::documents() {
        let Some(entity) = catalog.entity(&document.name).filter(|entity| existing.has_table(&entity.table)) else {
            continue;
        };
        let has = |name: &str| entity.field(name).is_some_and(|field| is_kept(&entity.table, field, existing));
        let has_all = |names: &Vec<String>| names.iter().all(|name| has(name));
        let mut document = document.clone();
        document.fields.retain(|field| has(&field.name));
        document.title = document.title.filter(|name| has(name));
        document.unique.retain(has_all);
        // One that is there is made once more, which does nothing.
        document.indexes.clear();
        document.access = None;
        known.push(document);
    }
    known
}

fn is_kept(table: &str, field: &Field, existing: &Existing) -> bool {
    let junction = match &field.kind {
        FieldKind::Links { junction, .. } => existing.has_table(junction),
        _ => true,
    };
    junction && field.columns.iter().all(|column| existing.has_column(table, column))
}

/// What fits no more with people's documents stops the start, before anything is changed.
fn refuse(before: &Resolution, after: &Resolution) -> Result<(), Error> {
    let new = after.diagnostics.iter().filter(|it| it.is_error() && !before.diagnostics.contains(it));
    let mut mistakes: Vec<Diagnostic> = new.cloned().collect();
    if mistakes.is_empty() {
        return Ok(());
    }
    mistakes.insert(0, Diagnostic::error("upgrade.refused").with("count", mistakes.len()));
    Err(Error::Invalid(mistakes))
}

fn is_current(rows: &[Vec<Value>]) -> bool {
    matches!(rows.first().map(Vec::as_slice), Some([Value::Text(found)]) if **found == *digest())
}

fn digest() -> String {
    let mut hash = Sha256::new();
    for entity in &catalog::system::ENTITIES {
        hash.update(entity.text.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
