//! Pools of SQLite: one writer, several readers, each connection with a deadline for what it runs.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

use crate::database::Settings;
use crate::{Error, sqlite_functions};

/// The oldest SQLite in which two connections of one process may checkpoint safely.
const OLDEST_VERSION: (u32, u32, u32) = (3, 51, 3);

/// Steps of SQLite's machine between two looks at the deadline.
const STEPS_BETWEEN_LOOKS: i32 = 4_000;

/// What `PRAGMA optimize` is to do: run `ANALYZE` (2) over all tables (65,536) that need it, the whole of them: a sample
/// takes each value of a state for rare. A million rows with five indexes take half a second.
const OPTIMIZE: u32 = 0x1_0002;
/// Of an identity every value is as rare as any other. With samples of it a statement would be planned anew for each
/// record that is read or written, which takes as long as reading it. What FTS5 keeps its words in is asked many times for
/// one question, by statements that would be planned anew each time.
const FORGET_SAMPLES: &str =
    "DELETE FROM sqlite_stat4 WHERE idx LIKE 'sqlite_autoindex_%' OR tbl GLOB 'verstak_search_words_*'";
/// The bit by which it says what it would do, and does nothing.
const SAY_ONLY: u32 = 1;

/// Connections to one file, handed out in the order in which they were asked for.
pub(crate) struct Pool {
    options: SqliteConnectOptions,
    language: String,
    acquire_timeout: Duration,
    statement_timeout: Duration,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Lite>>,
    generation: AtomicU64,
}

/// One connection.
pub(crate) struct Lite {
    pub(crate) connection: SqliteConnection,
    pub(crate) watch: Arc<Watch>,
    generation: u64,
    /// Whether a statement was begun and its end not yet seen.
    running: bool,
}

/// What a running statement looks at.
#[derive(Default)]
pub(crate) struct Watch {
    /// Milliseconds of [`clock`]; 0 for no deadline.
    deadline: AtomicU64,
    cancelled: AtomicBool,
}

/// A connection in use; goes back when dropped.
pub(crate) struct Leased {
    lite: Option<Lite>,
    pool: Arc<Pool>,
    /// Longest run of one statement; `None` for no limit.
    pub(crate) statement_timeout: Option<Duration>,
    in_transaction: bool,
    permit: Option<OwnedSemaphorePermit>,
}

/// Makes the file with rights for its owner only, so that `umask` does not decide who reads the data.
pub(crate) fn prepare_file(path: &Path) -> Result<(), Error> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| Error::Unreachable(sqlx::Error::Io(error)))?;
    Ok(())
}

/// Takes a connection and begins a transaction on it.
pub(crate) async fn begin(pool: &Arc<Pool>, statement: &'static str) -> Result<Leased, Error> {
    let mut leased = pool.acquire().await?;
    // From here on, so that a caller who goes away while this runs leaves no transaction open.
    leased.enter();
    leased.run_kept(statement).await?;
    Ok(leased)
}

impl Pool {
    pub(crate) fn writer(path: &Path, settings: &Settings) -> Arc<Self> {
        Self::new(path, settings, 1)
    }

    pub(crate) fn readers(path: &Path, settings: &Settings) -> Arc<Self> {
        Self::new(path, settings, settings.connections.max(1))
    }

    fn new(path: &Path, settings: &Settings, size: u32) -> Arc<Self> {
        let options = SqliteConnectOptions::new()
            .filename(PathBuf::from(path))
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(400)
            .row_buffer_size(256)
            .pragma("cache_size", "-16000")
            .pragma("temp_store", "MEMORY")
            .pragma("mmap_size", "0")
            .disable_statement_logging();
        Arc::new(Self {
            options,
            language: settings.language.clone(),
            acquire_timeout: settings.acquire_timeout,
            statement_timeout: settings.statement_timeout,
            permits: Arc::new(Semaphore::new(size as usize)),
            idle: Mutex::new(Vec::new()),
            generation: AtomicU64::new(0),
        })
    }

    pub(crate) async fn check_version(self: &Arc<Self>) -> Result<(), Error> {
        let mut connection = self.acquire().await?;
        let row = sqlx::query("SELECT sqlite_version()").fetch_one(&mut connection.connection).await?;
        let version: String = row.try_get(0)?;
        let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        if found < OLDEST_VERSION {
            return Err(Error::Unsupported(format!("SQLite {version} is older than 3.51.3")));
        }
        Ok(())
    }

    pub(crate) async fn acquire(self: &Arc<Self>) -> Result<Leased, Error> {
        let permit = tokio::time::timeout(self.acquire_timeout, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| Error::Deadline)?
            .map_err(|_| Error::Unreachable(sqlx::Error::PoolClosed))?;
        self.lease(permit).await
    }

    /// Takes a connection if one is free and nobody waits for it.
    pub(crate) async fn acquire_at_once(self: &Arc<Self>) -> Result<Option<Leased>, Error> {
        match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => self.lease(permit).await.map(Some),
            Err(TryAcquireError::NoPermits) => Ok(None),
            Err(TryAcquireError::Closed) => Err(Error::Unreachable(sqlx::Error::PoolClosed)),
        }
    }

    async fn lease(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Result<Leased, Error> {
        let idle = self.lock_idle().pop();
        let lite = match idle {
            Some(lite) => lite.settled(self.generation.load(Ordering::Acquire)).await,
            None => None,
        };
        let lite = match lite {
            Some(lite) => lite,
            None => self.connect().await?,
        };
        Ok(Leased {
            lite: Some(lite),
            pool: Arc::clone(self),
            statement_timeout: Some(self.statement_timeout),
            in_transaction: false,
            permit: Some(permit),
        })
    }

    pub(crate) async fn connect(&self) -> Result<Lite, Error> {
        let generation = self.generation.load(Ordering::Acquire);
        let mut connection = self.options.connect().await.map_err(Error::Unreachable)?;
        let watch = Arc::new(Watch::default());
        {
            let mut handle = connection.lock_handle().await?;
            sqlite_functions::register(&mut handle, &self.language)?;
            let watch = Arc::clone(&watch);
            handle.set_progress_handler(STEPS_BETWEEN_LOOKS, move || !watch.is_over());
        }
        Ok(Lite { connection, watch, generation, running: false })
    }

    /// Opens connections anew for whatever begins from now on.
    pub(crate) fn renew(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Counts what tables hold where that was never done or is long out of date; says whether anything was.
    pub(crate) async fn refresh_statistics(self: &Arc<Self>) -> Result<bool, Error> {
        let mut leased = self.acquire().await?;
        let planned = sqlx::query(AssertSqlSafe(format!("PRAGMA optimize({})", OPTIMIZE | SAY_ONLY)));
        let is_due = !planned.fetch_all(&mut leased.connection).await?.is_empty();
        if is_due {
            leased.run(format!("PRAGMA optimize({OPTIMIZE}); {FORGET_SAMPLES}")).await?;
        }
        Ok(is_due)
    }

    pub(crate) async fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut *self.lock_idle());
        for lite in idle {
            // Nothing is left to do for a connection that does not close.
            let _ = lite.connection.close().await;
        }
    }

    fn lock_idle(&self) -> std::sync::MutexGuard<'_, Vec<Lite>> {
        self.idle.lock().expect("no one panics while holding the list of idle connections")
    }
}

impl Lite {
    /// Waits until what ran last has ended; `None` when the connection is of no more use, as one from before tables or
    /// their statistics changed: it keeps statements for those, and reads statistics only as it opens.
    async fn settled(mut self, generation: u64) -> Option<Self> {
        if self.running {
            self.connection.ping().await.ok()?;
            self.running = false;
        }
        self.watch.cancelled.store(false, Ordering::Release);
        (self.generation == generation).then_some(self)
    }

    /// Ends the open transaction; `None` when the connection is of no more use.
    async fn rolled_back(mut self) -> Option<Self> {
        self.connection.ping().await.ok()?;
        self.running = false;
        self.watch.cancelled.store(false, Ordering::Release);
        self.start(None);
        sqlx::raw_sql("ROLLBACK").execute(&mut self.connection).await.ok()?;
        self.end();
        Some(self)
    }

    /// Counts the commits of other connections.
    pub(crate) async fn data_version(&mut self) -> Result<i64, Error> {
        Ok(sqlx::query("PRAGMA data_version").fetch_one(&mut self.connection).await?.try_get(0)?)
    }

    /// Marks the start of a statement.
    pub(crate) fn start(&mut self, timeout: Option<Duration>) {
        self.running = true;
        let deadline = timeout.map_or(0, |timeout| clock() + timeout.as_millis().max(1) as u64);
        self.watch.deadline.store(deadline, Ordering::Release);
    }

    /// Marks the end of a statement.
    pub(crate) fn end(&mut self) {
        self.running = false;
    }
}

impl Watch {
    fn is_over(&self) -> bool {
        let deadline = self.deadline.load(Ordering::Acquire);
        self.cancelled.load(Ordering::Acquire) || (deadline != 0 && clock() > deadline)
    }
}

impl Leased {
    /// Begins a writing transaction.
    pub(crate) async fn begin(&mut self) -> Result<(), Error> {
        self.enter();
        self.run_kept("BEGIN IMMEDIATE").await
    }

    /// Says that what runs next begins a transaction.
    pub(crate) fn enter(&mut self) {
        self.in_transaction = true;
    }

    /// Says that what ran last ended the transaction.
    pub(crate) fn leave(&mut self) {
        self.in_transaction = false;
    }

    pub(crate) async fn commit(&mut self) -> Result<(), Error> {
        self.statement_timeout = None;
        self.run_kept("COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }

    pub(crate) async fn rollback(&mut self) -> Result<(), Error> {
        self.statement_timeout = None;
        match self.run_kept("ROLLBACK").await {
            Ok(()) => self.in_transaction = false,
            // SQLite rolled back by itself, as after an interrupt: what is left is replaced.
            Err(_) => self.lite = None,
        }
        Ok(())
    }

    /// Runs a constant statement, which stays prepared.
    async fn run_kept(&mut self, text: &'static str) -> Result<(), Error> {
        let timeout = self.statement_timeout;
        self.start(timeout);
        let result = sqlx::query(text).execute(&mut self.connection).await;
        self.end();
        result?;
        Ok(())
    }

    pub(crate) async fn run(&mut self, text: String) -> Result<(), Error> {
        let timeout = self.statement_timeout;
        self.start(timeout);
        let result = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut self.connection).await;
        self.end();
        result?;
        Ok(())
    }
}

impl Deref for Leased {
    type Target = Lite;

    fn deref(&self) -> &Lite {
        self.lite.as_ref().expect("taken only when dropped")
    }
}

impl DerefMut for Leased {
    fn deref_mut(&mut self) -> &mut Lite {
        self.lite.as_mut().expect("taken only when dropped")
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        let Some(lite) = self.lite.take() else { return };
        if lite.running {
            // The caller went away in the middle of a statement: nobody waits for it.
            lite.watch.cancelled.store(true, Ordering::Release);
        }
        if !self.in_transaction {
            self.pool.lock_idle().push(lite);
            return;
        }
        // Without a runtime the connection is closed, which rolls back as well.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (pool, permit) = (Arc::clone(&self.pool), self.permit.take());
        runtime.spawn(async move {
            if let Some(lite) = lite.rolled_back().await {
                pool.lock_idle().push(lite);
            }
            drop(permit);
        });
    }
}

/// Milliseconds since the first look, never 0.
fn clock() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_millis() as u64 + 1
}
