//! The shell: the only place where metadata, access, queries, migration and storage meet.
//!
//! Everything that touches data takes a [`Context`] first: who asks, over which catalog, with which rights, in which
//! language, at which moment.

pub mod config;
pub mod context;
pub mod error;
pub mod secrets;
pub mod publishing;
pub mod solutions;
pub mod workspace;
pub mod identity;
pub mod audit;
pub mod expressions;
pub mod datasets;
pub mod jobs;
pub mod doctor;
pub mod records;
pub mod registers;
pub mod files;
pub mod messages;
pub mod events;
pub mod search;
pub mod advice;
pub mod views;
pub mod measures;
pub mod dashboards;
pub mod forms;
pub mod scripts;
pub mod transfer;
mod outbound;
mod statistics;
mod installation;

use std::sync::{Arc, Mutex, Weak};

use ::diagnostic::Diagnostic;
use catalog::Catalog;
use storage::{Database, Location, Settings};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use access::{Access, Actor, Grant, Operation, Reason};
pub use catalog;
pub use config::Config;
pub use context::{Context, Locale, Origin};
pub use diagnostic;
pub use error::Error;
pub use expression;
pub use installation::WorkspaceSettings;
pub use migration::plan::Class;
pub use query::search::{Found, Hit, SearchRequest};
pub use query::{AggregateRequest, Count, GroupKey, Measure, QueryError, Request, SelectItem, SortKey};
pub use schemas;
pub use storage::UNLOGGED;

use identity::gone::Generation;
use identity::recent::Recent;
use publishing::current::{Current, Published};
use publishing::preview::Previews;
use secrets::Secrets;

/// An open workspace. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    secrets: Secrets,
    database: Database,
    current: Current,
    recent: Recent,
    generation: Generation,
    outbound: outbound::Outbound,
    mail: Option<messages::server::Server>,
    previews: Previews,
    jobs: jobs::Worker,
    owing: records::owed::Owing,
    kept: catalog::Kept,
    watch: registers::keep::Watch,
    scripts: scripts::Permits,
    statistics: statistics::Keeper,
    feed: events::feed::Hub,
    asked: advice::Asked,
    templates: records::Templates,
    remembered: records::remembered::Remembered,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Engine {
    /// Opens the workspace: makes it on an empty database, loads the newest revision, and starts to follow other nodes
    /// and to work on jobs.
    pub async fn open(config: Config) -> Result<Self, Error> {
        let secrets = Secrets::of(&config)?;
        let mail = messages::server::Server::of(&config)?;
        let location = match &config.database_url {
            Some(url) if ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) => {
                Location::Postgres(url.clone())
            }
            // The address is not repeated: it may hold a password.
            Some(_) => return Err(Error::Settings(Diagnostic::error("settings.database_url"))),
            None => Location::Sqlite(config.database_file()),
        };
        let language = config.language.clone().unwrap_or_else(|| catalog::Workspace::default().language);
        if !catalog::LANGUAGES.contains(&language.as_str()) {
            return Err(Error::Settings(Diagnostic::error("settings.language").with("found", &language)));
        }
        let mut settings = Settings { language: language.clone(), ..Settings::new(location) };
        settings.statement_timeout = config.deadline();
        settings.acquire_timeout = config.deadline();
        settings.connections = config.connections.unwrap_or(settings.connections);
        let database = Database::open(settings).await?;
        installation::ensure(&database, &language, context::now()).await?;
        secrets::ensure(&database, &secrets, config.new_secret_key).await?;
        let kept = catalog::Kept::default();
        let current = Current::of(publishing::follow::load(&database, &kept).await?);
        let inner = Inner {
            config,
            secrets,
            database,
            current,
            recent: Recent::default(),
            generation: Generation::default(),
            outbound: outbound::Outbound::default(),
            mail,
            previews: Previews::default(),
            jobs: jobs::Worker::default(),
            owing: records::owed::Owing::default(),
            kept,
            watch: registers::keep::Watch::default(),
            scripts: scripts::Permits::default(),
            statistics: statistics::Keeper::default(),
            feed: events::feed::Hub::default(),
            asked: advice::Asked::default(),
            templates: records::Templates::default(),
            remembered: records::remembered::Remembered::default(),
            tasks: Mutex::default(),
        };
        let engine = Self { inner: Arc::new(inner) };
        registers::keep::put(&engine, &registers::keep::tables(&engine).await?);
        records::teams::ensure(&engine).await?;
        engine.keep(tokio::spawn(publishing::follow::follow(engine.downgrade())));
        records::owed::Owing::look(&engine).await;
        for lane in jobs::worker::lanes(&engine) {
            engine.keep(tokio::spawn(jobs::worker::work(engine.downgrade(), lane)));
        }
        engine.keep(tokio::spawn(jobs::schedule::keep(engine.downgrade())));
        audit::chain::guard(&engine).await?;
        engine.keep(tokio::spawn(audit::seal::work(engine.downgrade())));
        engine.keep(tokio::spawn(search::follow::follow(engine.downgrade())));
        engine.keep(tokio::spawn(statistics::keep(engine.downgrade())));
        Ok(engine)
    }

    /// Stops following and working and closes the database after the statements that run.
    pub async fn close(&self) {
        let tasks = std::mem::take(&mut *self.tasks());
        tasks.iter().for_each(JoinHandle::abort);
        for task in tasks {
            // Until it has stopped it may still ask the database, which would be told as a failure.
            drop(task.await);
        }
        self.inner.database.close().await;
    }

    /// The catalog of the newest revision this node knows.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.published().catalog)
    }

    /// The database that keeps everything.
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    /// The workspace's secret key.
    pub fn secrets(&self) -> &Secrets {
        &self.inner.secrets
    }

    /// Says whether the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        let statement = storage::examine::version(self.database().dialect());
        self.database().fetch(&statement).await?;
        Ok(())
    }

    /// The settings the engine was opened with.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Settings that people gave the workspace.
    pub fn workspace(&self) -> WorkspaceSettings {
        self.published().workspace.clone()
    }

    /// Hears the number of each revision this node begins to serve.
    pub fn revisions(&self) -> watch::Receiver<u64> {
        self.inner.current.subscribe()
    }

    pub(crate) fn published(&self) -> Arc<Published> {
        self.inner.current.get()
    }

    pub(crate) fn current(&self) -> &Current {
        &self.inner.current
    }

    pub(crate) fn templates(&self) -> &records::Templates {
        &self.inner.templates
    }

    pub(crate) fn remembered(&self) -> &records::remembered::Remembered {
        &self.inner.remembered
    }

    pub(crate) fn recent(&self) -> &Recent {
        &self.inner.recent
    }

    pub(crate) fn people_generation(&self) -> &Generation {
        &self.inner.generation
    }

    pub(crate) fn outbound(&self) -> &outbound::Outbound {
        &self.inner.outbound
    }

    /// The server that mail is sent by.
    pub(crate) fn mail(&self) -> Option<&messages::server::Server> {
        self.inner.mail.as_ref()
    }

    pub(crate) fn previews(&self) -> &Previews {
        &self.inner.previews
    }

    pub(crate) fn jobs(&self) -> &jobs::Worker {
        &self.inner.jobs
    }

    /// Where the rows of registers are.
    pub(crate) fn kept(&self) -> &catalog::Kept {
        &self.inner.kept
    }

    /// How far was looked for changes of what registers are made of.
    pub(crate) fn watch(&self) -> &registers::keep::Watch {
        &self.inner.watch
    }

    pub(crate) fn owing(&self) -> &records::owed::Owing {
        &self.inner.owing
    }

    pub(crate) fn scripts(&self) -> &scripts::Permits {
        &self.inner.scripts
    }

    pub(crate) fn feed(&self) -> &events::feed::Hub {
        &self.inner.feed
    }

    pub(crate) fn asked(&self) -> &advice::Asked {
        &self.inner.asked
    }

    /// Forgets who was recognised: users, roles, sessions or tokens changed.
    pub fn forget_people(&self) {
        self.inner.recent.forget();
    }

    /// Keeps a task that ends with the engine.
    pub(crate) fn keep(&self, task: JoinHandle<()>) {
        let mut tasks = self.tasks();
        tasks.retain(|task| !task.is_finished());
        tasks.push(task);
    }

    /// Gives a reference for tasks, which must not keep an engine open that nobody uses.
    pub(crate) fn downgrade(&self) -> WeakEngine {
        WeakEngine { inner: Arc::downgrade(&self.inner) }
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.inner.tasks.lock().expect("no one panics while holding the tasks")
    }
}

/// An engine that may be gone.
#[derive(Clone)]
pub(crate) struct WeakEngine {
    inner: Weak<Inner>,
}

impl WeakEngine {
    /// Gives the engine while somebody uses it.
    pub(crate) fn get(&self) -> Option<Engine> {
        self.inner.upgrade().map(|inner| Engine { inner })
    }
}
