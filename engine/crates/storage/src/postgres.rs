//! The pool of PostgreSQL.

use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use expression::Value;
use sql::Statement;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Postgres};

use crate::database::Settings;
use crate::{Error, error, fetch};

/// How long a connection may rest before it is asked whether it still lives.
const TRUSTED_REST: Duration = Duration::from_secs(20);

/// A connection in a transaction; rolled back when dropped.
pub(crate) type Leased = sqlx::Transaction<'static, Postgres>;

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
            .connect_with(options)
            .await
            .map_err(Error::Unreachable)?;
        Ok(Self { pool, cleared_at })
    }

    /// Reads rows; once more when the connection was dead or its prepared statement out of date.
    pub(crate) async fn fetch_each(
        &self,
        statement: &Statement,
        each: &mut (dyn FnMut(&[Value]) + Send),
    ) -> Result<(), Error> {
        let mut shown = false;
        let mut connection = self.pool.acquire().await?;
        let mut watched = |row: &[Value]| {
            shown = true;
            each(row);
        };
        match fetch::postgres_each(&mut connection, statement, &mut watched).await {
            Err(Error::StalePlan(_)) if !shown => {
                connection.clear_cached_statements().await?;
                fetch::postgres_each(&mut connection, statement, each).await
            }
            Err(Error::Unreachable(_)) if !shown => {
                drop(connection);
                let mut other = self.pool.acquire().await?;
                fetch::postgres_each(&mut other, statement, each).await
            }
            result => result,
        }
    }

    pub(crate) async fn begin(&self, statement: &'static str) -> Result<Leased, Error> {
        match self.pool.begin_with(statement).await {
            Err(failure) if error::is_unreachable(&failure) => Ok(self.pool.begin_with(statement).await?),
            result => Ok(result?),
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
