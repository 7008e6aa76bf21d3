//! An open database: its pools, reads outside transactions, and where transactions begin.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use expression::Value;
use sql::{Dialect, Rows, Statement};
use tokio::sync::{broadcast, mpsc};

use crate::bundle::turns::Turns;
use crate::notify::{Announcer, Listener};
use crate::transaction::{Held, Snapshot, Transaction};
use crate::{Error, fetch, internal, postgres, sqlite};

/// Where a database is.
#[derive(Debug, Clone)]
pub enum Location {
    /// A file of SQLite, made when absent.
    Sqlite(PathBuf),
    /// `postgres://user@host/name`.
    Postgres(String),
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it is.
    pub location: Location,
    /// Language whose order sorts texts in a new database; a workspace has its own.
    pub language: String,
    /// Connections: readers beside the one writer on SQLite, all of them on PostgreSQL.
    pub connections: u32,
    /// Longest run of one statement.
    pub statement_timeout: Duration,
    /// Longest wait for a free connection.
    pub acquire_timeout: Duration,
}

impl Settings {
    /// Makes settings with the usual limits.
    pub fn new(location: Location) -> Self {
        let connections = match location {
            Location::Sqlite(_) => 6,
            Location::Postgres(_) => 16,
        };
        Self {
            location,
            language: "ru".to_owned(),
            connections,
            statement_timeout: Duration::from_secs(30),
            acquire_timeout: Duration::from_secs(30),
        }
    }
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) pools: Pools,
    pub(crate) announcer: Announcer,
}

pub(crate) enum Pools {
    Sqlite { writer: Arc<sqlite::Pool>, readers: Arc<sqlite::Pool>, turns: Arc<Turns> },
    Postgres(postgres::Pool),
}

impl Database {
    /// Opens the database, makes the file when absent, and brings the internal tables up to date.
    pub async fn open(mut settings: Settings) -> Result<Self, Error> {
        let database = Self::connect(&settings).await?;
        crate::tables::create(&database).await?;
        // On SQLite the order of texts is a function of the connection, so it must be that of the workspace.
        match (database.dialect(), database.language().await?) {
            (Dialect::Sqlite, Some(language)) if language != settings.language => {
                settings.language = language;
                database.close().await;
                Self::connect(&settings).await
            }
            _ => Ok(database),
        }
    }

    async fn connect(settings: &Settings) -> Result<Self, Error> {
        let pools = match &settings.location {
            Location::Sqlite(path) => {
                sqlite::prepare_file(path)?;
                let writer = sqlite::Pool::writer(path, settings);
                let readers = sqlite::Pool::readers(path, settings);
                writer.check_version().await?;
                Pools::Sqlite { turns: Turns::new(Arc::clone(&writer)), writer, readers }
            }
            Location::Postgres(url) => Pools::Postgres(postgres::Pool::open(url, settings).await?),
        };
        let server = match &pools {
            Pools::Sqlite { .. } => None,
            Pools::Postgres(pool) => Some((pool.inner().clone(), Arc::default())),
        };
        let announcer = Announcer { local: broadcast::channel(256).0, server };
        Ok(Self { inner: Arc::new(Inner { pools, announcer }) })
    }

    async fn language(&self) -> Result<Option<String>, Error> {
        let rows = self.fetch(&internal::settings::get("workspace.language")).await?;
        Ok(match rows.first().and_then(|row| row.first()) {
            Some(Value::Text(language)) => Some(language.to_string()),
            _ => None,
        })
    }

    /// Names the dialect that statements must be written in.
    pub fn dialect(&self) -> Dialect {
        match &self.inner.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Reads rows outside a transaction.
    pub async fn fetch(&self, statement: &Statement) -> Result<Rows, Error> {
        let mut rows = Rows::new();
        self.fetch_each(statement, |row| rows.push(row.to_vec())).await?;
        Ok(rows)
    }

    /// Reads the first row outside a transaction, if there is one; for statements that find no more than one.
    pub async fn fetch_first(&self, statement: &Statement) -> Result<Option<Vec<Value>>, Error> {
        match &self.inner.pools {
            Pools::Sqlite { readers, .. } => fetch::sqlite_first(&mut readers.acquire().await?, statement).await,
            Pools::Postgres(_) => Ok(self.fetch(statement).await?.into_iter().next()),
        }
    }

    /// Reads rows outside a transaction and shows each of them, without keeping any.
    pub async fn fetch_each(&self, statement: &Statement, mut each: impl FnMut(&[Value]) + Send) -> Result<(), Error> {
        match &self.inner.pools {
            Pools::Sqlite { readers, .. } => {
                let mut connection = readers.acquire().await?;
                fetch::sqlite_each(&mut connection, statement, &mut each).await
            }
            Pools::Postgres(pool) => pool.fetch_each(statement, &mut each).await,
        }
    }

    /// Reads rows outside a transaction in batches of `size`, as the receiver takes them; for exports.
    pub fn stream(&self, statement: Statement, size: usize) -> mpsc::Receiver<Result<Rows, Error>> {
        let mut receivers = self.streams(vec![statement], size, None);
        receivers.pop().unwrap_or_else(|| mpsc::channel(1).1)
    }

    /// Reads the rows of several statements in batches, all as they are at one moment, one statement after the other, each for
    /// so long at most.
    pub fn streams(
        &self,
        statements: Vec<Statement>,
        size: usize,
        timeout: Option<Duration>,
    ) -> Vec<mpsc::Receiver<Result<Rows, Error>>> {
        let (senders, receivers): (Vec<_>, Vec<_>) = statements.iter().map(|_| mpsc::channel(2)).unzip();
        let database = self.clone();
        tokio::spawn(async move {
            let mut snapshot = match database.begin_read().await {
                Ok(snapshot) => snapshot,
                Err(error) => {
                    if let Some(first) = senders.into_iter().next() {
                        // A receiver that went away needs no error.
                        let _ = first.send(Err(error)).await;
                    }
                    return;
                }
            };
            for (statement, sender) in statements.iter().zip(senders) {
                if let Err(error) = snapshot.send_batches(statement, size, timeout, &sender).await {
                    let _ = sender.send(Err(error)).await;
                    return;
                }
            }
        });
        receivers
    }

    /// Begins a writing transaction: on SQLite it waits its turn for the one writer.
    pub async fn begin(&self) -> Result<Transaction, Error> {
        let held = match &self.inner.pools {
            Pools::Sqlite { writer, .. } => Held::Sqlite(sqlite::begin(writer, "BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Held::Postgres(pool.begin("BEGIN").await?.0),
        };
        Ok(Transaction::new(held, self.inner.announcer.clone()))
    }

    /// Begins a writing transaction whose statements all see the same moment, beside what it writes itself.
    pub async fn begin_steady(&self) -> Result<Transaction, Error> {
        match &self.inner.pools {
            Pools::Sqlite { .. } => self.begin().await,
            Pools::Postgres(pool) => {
                let held = Held::Postgres(pool.begin("BEGIN ISOLATION LEVEL REPEATABLE READ").await?.0);
                Ok(Transaction::new(held, self.inner.announcer.clone()))
            }
        }
    }

    /// Begins a writing transaction that keeps a setting from changing until its end, and gives the setting's value.
    pub async fn begin_holding(&self, setting: &'static str) -> Result<(Transaction, Option<String>), Error> {
        match &self.inner.pools {
            Pools::Sqlite { .. } => {
                let mut tx = self.begin().await?;
                let rows = tx.fetch(&internal::settings::get(setting)).await?;
                let value = match rows.first().and_then(|row| row.first()) {
                    Some(Value::Text(value)) => Some(value.to_string()),
                    _ => None,
                };
                Ok((tx, value))
            }
            Pools::Postgres(pool) => {
                let (leased, value) = pool.begin(&internal::settings::begin_holding(setting)).await?;
                Ok((Transaction::new(Held::Postgres(leased), self.inner.announcer.clone()), value))
            }
        }
    }

    /// Runs one statement in a transaction of its own and counts the rows it changed.
    pub async fn execute(&self, statement: &Statement) -> Result<u64, Error> {
        let mut tx = self.begin().await?;
        let changed = tx.execute(statement).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Begins a read-only transaction whose statements all see the same moment.
    pub async fn begin_read(&self) -> Result<Snapshot, Error> {
        let held = match &self.inner.pools {
            Pools::Sqlite { readers, .. } => Held::Sqlite(sqlite::begin(readers, "BEGIN DEFERRED").await?),
            Pools::Postgres(pool) => {
                Held::Postgres(pool.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?.0)
            }
        };
        Ok(Snapshot::new(Transaction::new(held, self.inner.announcer.clone())))
    }

    /// Runs statements that may stand in no transaction, such as `CREATE INDEX CONCURRENTLY`, one by one.
    pub async fn execute_outside(&self, statements: &[String]) -> Result<(), Error> {
        match &self.inner.pools {
            Pools::Sqlite { writer, .. } => {
                let mut connection = writer.acquire().await?;
                for statement in statements {
                    fetch::sqlite_script(&mut connection, statement).await?;
                }
                Ok(())
            }
            Pools::Postgres(pool) => pool.execute_outside(statements).await,
        }
    }

    /// Forgets prepared statements on every connection; called when a revision has changed tables.
    pub fn clear_statement_caches(&self) {
        match &self.inner.pools {
            Pools::Sqlite { writer, readers, .. } => {
                writer.renew();
                readers.renew();
            }
            Pools::Postgres(pool) => pool.clear_statement_caches(),
        }
    }

    /// Tells the planner of SQLite how many rows there are and how many of them share a value, where it does not know or
    /// where that changed much. PostgreSQL does so by itself.
    pub async fn refresh_statistics(&self) -> Result<(), Error> {
        if let Pools::Sqlite { writer, readers, .. } = &self.inner.pools
            && writer.refresh_statistics().await?
        {
            writer.renew();
            readers.renew();
        }
        Ok(())
    }

    /// Starts to hear what other parts and other nodes announce on channels.
    pub async fn listen(&self, channels: &'static [&'static str]) -> Result<Listener, Error> {
        Listener::open(self, channels).await
    }

    /// Closes all connections after the statements that run.
    pub async fn close(&self) {
        match &self.inner.pools {
            Pools::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}
