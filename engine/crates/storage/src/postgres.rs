//! The pool of PostgreSQL.

use std::ops::{Deref, DerefMut};
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use expression::Value;
use sql::{Rows, Statement};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Postgres, Row};

use crate::database::Settings;
use crate::{Error, bundle, error, fetch};

/// How long a connection may rest before it is asked whether it still lives.
const TRUSTED_REST: Duration = Duration::from_secs(20);

/// How often the server looks whether the one who asked is still there while it works for them.
const LOOKS_FOR_CALLER: Duration = Duration::from_millis(500);

/// How long a statement whose caller went away may take to its end before its connection is given up.
const GRACE: Duration = Duration::from_millis(200);

/// A connection that reads outside of a transaction. When the caller goes away in the middle of a statement, the statement
/// ends soon by itself, or the connection is closed, by which the server knows that nobody waits for it.
struct Reading {
    connection: Option<PoolConnection<Postgres>>,
    running: bool,
}

/// How long a server may need to start.
const STARTING: Duration = Duration::from_secs(8);

/// A connection in a transaction; rolled back when dropped.
///
/// Not the one of sqlx, which throws away what the message that begins a transaction answers.
pub(crate) struct Leased {
    connection: Option<PoolConnection<Postgres>>,
}

/// Connections to one database.
pub(crate) struct Pool {
    pool: PgPool,
    cleared_at: Arc<Mutex<Instant>>,
}

impl Pool {
    pub(crate) async fn open(url: &str, settings: &Settings) -> Result<Self, Error> {
        let options = PgConnectOptions::from_str(url)
            .map_err(Error::Unreachable)?
            .application_name("verstak")
            .statement_cache_capacity(400)
            .disable_statement_logging()
            .options([
                ("timezone", "UTC".to_owned()),
                ("statement_timeout", settings.statement_timeout.as_millis().to_string()),
                ("idle_in_transaction_session_timeout", "120000".to_owned()),
                // Compiling a plan costs more than it saves on the pages we read.
                ("jit", "off".to_owned()),
            ]);
        let cleared_at = Arc::new(Mutex::new(Instant::now()));
        let seen = Arc::clone(&cleared_at);
        let pool = PgPoolOptions::new()
            .max_connections(settings.connections.max(2))
            .acquire_timeout(settings.acquire_timeout)
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // A server on a system that does not tell of closed connections refuses: statements end there at
                    // their deadline.
                    let set = format!("SET client_connection_check_interval = {}", LOOKS_FOR_CALLER.as_millis());
                    if let Err(error) = sqlx::raw_sql(AssertSqlSafe(set)).execute(connection).await {
                        tracing::debug!(error = &error as &dyn std::error::Error, "statements are not stopped early");
                    }
                    Ok(())
                })
            })
            .before_acquire(move |connection, meta| {
                let cleared_at = *seen.lock().expect("no one panics while holding the moment");
                Box::pin(async move {
                    if meta.idle_for > cleared_at.elapsed() {
                        connection.clear_cached_statements().await?;
                    } else if meta.idle_for > TRUSTED_REST {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options.clone());
        reach(&options).await?;
        Ok(Self { pool, cleared_at })
    }

    /// Reads rows; once more when the connection was dead or its prepared statement out of date.
    pub(crate) async fn fetch_each(
        &self,
        statement: &Statement,
        each: &mut (dyn FnMut(&[Value]) + Send),
    ) -> Result<(), Error> {
        let mut shown = false;
        let mut reading = self.reading().await?;
        let mut watched = |row: &[Value]| {
            shown = true;
            each(row);
        };
        match reading.fetch_each(statement, &mut watched).await {
            Err(Error::StalePlan(_)) if !shown => {
                reading.clear_cached_statements().await?;
                reading.fetch_each(statement, each).await
            }
            Err(Error::Unreachable(_)) if !shown => {
                drop(reading);
                self.reading().await?.fetch_each(statement, each).await
            }
            result => result,
        }
    }

    async fn reading(&self) -> Result<Reading, Error> {
        Ok(Reading { connection: Some(self.pool.acquire().await?), running: false })
    }

    /// Begins a transaction by a text, and gives what its last statement answers, if it is a text.
    pub(crate) async fn begin(&self, text: &str) -> Result<(Leased, Option<String>), Error> {
        match self.try_begin(text).await {
            Err(failure) if error::is_unreachable(&failure) => Ok(self.try_begin(text).await?),
            result => Ok(result?),
        }
    }

    async fn try_begin(&self, text: &str) -> Result<(Leased, Option<String>), sqlx::Error> {
        let mut leased = Leased { connection: Some(self.pool.acquire().await?) };
        let rows = sqlx::raw_sql(AssertSqlSafe(text.to_owned())).fetch_all(&mut *leased).await?;
        let answer = rows.last().and_then(|row| row.try_get(0).ok());
        Ok((leased, answer))
    }

    /// Makes a bundle true, once more when a prepared statement was out of date.
    pub(crate) async fn perform(&self, statement: &Statement) -> Result<Rows, Error> {
        let mut connection = self.pool.acquire().await?;
        match perform(&mut connection, statement).await {
            Err(Error::StalePlan(_)) => {
                connection.clear_cached_statements().await?;
                perform(&mut connection, statement).await
            }
            result => result,
        }
    }

    pub(crate) async fn execute_outside(&self, statements: &[String]) -> Result<(), Error> {
        let mut connection = self.pool.acquire().await?;
        fetch::postgres_script(&mut connection, "SET statement_timeout = 0".to_owned()).await?;
        let mut result = Ok(());
        for statement in statements {
            result = fetch::postgres_script(&mut connection, statement.clone()).await;
            if result.is_err() {
                break;
            }
        }
        fetch::postgres_script(&mut connection, "RESET statement_timeout".to_owned()).await?;
        result
    }

    pub(crate) fn clear_statement_caches(&self) {
        *self.cleared_at.lock().expect("no one panics while holding the moment") = Instant::now();
    }

    pub(crate) fn inner(&self) -> &PgPool {
        &self.pool
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

impl Reading {
    async fn fetch_each(
        &mut self,
        statement: &Statement,
        each: &mut (dyn FnMut(&[Value]) + Send),
    ) -> Result<(), Error> {
        self.running = true;
        let result = fetch::postgres_each(self, statement, each).await;
        self.running = false;
        result
    }
}

impl Deref for Reading {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("taken only when dropped")
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("taken only when dropped")
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take().filter(|_| self.running) else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return connection.close_on_drop() };
        runtime.spawn(async move {
            let settled = tokio::time::timeout(GRACE, connection.ping()).await;
            if !matches!(settled, Ok(Ok(()))) {
                abandon(connection);
            }
        });
    }
}

/// Closes the socket without another word: one that the server works for would answer no word before its work is done.
fn abandon(connection: PoolConnection<Postgres>) {
    drop(connection.detach());
}

/// Waits a little for a server that is about to start; the reason it gives at last is told, as no pool does.
async fn reach(options: &PgConnectOptions) -> Result<(), Error> {
    let began = Instant::now();
    loop {
        match options.connect().await {
            Ok(connection) => return connection.close().await.map_err(Error::Unreachable),
            Err(error) if error::is_unreachable(&error) && began.elapsed() < STARTING => {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Err(error) => return Err(Error::Unreachable(error)),
        }
    }
}

/// What a log need not have, as a directive of `tracing`: notices of PostgreSQL, such as that a transaction was over when it
/// was given up.
pub const UNLOGGED: &str = "sqlx::postgres::notice=error";

impl Leased {
    pub(crate) async fn commit(self) -> Result<(), Error> {
        self.end("COMMIT").await
    }

    pub(crate) async fn rollback(self) -> Result<(), Error> {
        self.end("ROLLBACK").await
    }

    async fn end(mut self, text: &'static str) -> Result<(), Error> {
        sqlx::raw_sql(text).execute(&mut *self).await?;
        // From here on it is an ordinary connection again.
        drop(self.connection.take());
        Ok(())
    }
}

impl Deref for Leased {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("taken only at the end")
    }
}

impl DerefMut for Leased {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("taken only at the end")
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // Without a runtime, or when it cannot roll back, the connection is closed, which rolls back as well.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return connection.close_on_drop() };
        runtime.spawn(async move {
            let rollback = sqlx::raw_sql("ROLLBACK").execute(&mut *connection);
            match tokio::time::timeout(GRACE, rollback).await {
                Ok(Ok(_)) => {}
                Ok(Err(_)) => connection.close_on_drop(),
                // The caller went away in the middle of a statement: without the connection the server rolls back too.
                Err(_) => abandon(connection),
            }
        });
    }
}

async fn perform(connection: &mut PgConnection, statement: &Statement) -> Result<Rows, Error> {
    let mut rows = Rows::new();
    let mut each = |row: &[Value]| rows.extend(bundle::answered(row).map(<[Value]>::to_vec));
    fetch::postgres_each(connection, statement, &mut each).await?;
    Ok(rows)
}

/// Clears the connection's prepared statements when one of them was out of date: the transaction is lost, its next try is
/// not.
pub(crate) async fn forget_stale<T>(connection: &mut PgConnection, result: Result<T, Error>) -> Result<T, Error> {
    if let Err(Error::StalePlan(_)) = &result {
        connection.clear_cached_statements().await?;
    }
    result
}

/// Announces something when the transaction commits.
pub(crate) async fn notify(connection: &mut PgConnection, channel: &str, payload: &str) -> Result<(), Error> {
    sqlx::query("SELECT pg_notify($1, $2)").bind(channel).bind(payload).execute(connection).await?;
    Ok(())
}
