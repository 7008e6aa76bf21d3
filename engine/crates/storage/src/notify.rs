//! What one part or node tells the others: `published`, `outbox`.
//!
//! PostgreSQL carries notifications between nodes. On SQLite they stay inside the process; that another process wrote
//! shows by the file's version, which is looked at once a second.

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::sync::broadcast;

use crate::database::Pools;
use crate::{Database, Error, sqlite};

/// A revision was published.
pub const PUBLISHED: &str = "published";
/// Something stands in the outbox.
pub const OUTBOX: &str = "outbox";
/// Something unknown changed: notifications may have been lost, or another process wrote.
pub const ANYTHING: &str = "anything";

/// How often another process's writes are looked for on SQLite.
const LOOK: Duration = Duration::from_secs(1);

/// Something announced by [`crate::Transaction::notify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What it is about, or [`ANYTHING`].
    pub channel: String,
    /// What was said, such as a revision's number.
    pub payload: String,
}

/// Hears notifications, one after another.
pub struct Listener {
    source: Source,
}

enum Source {
    Local { receiver: broadcast::Receiver<Notification>, eye: Box<sqlite::Lite>, version: i64 },
    Postgres(Box<PgListener>),
}

impl Listener {
    pub(crate) async fn open(database: &Database) -> Result<Self, Error> {
        let source = match &database.inner.pools {
            Pools::Sqlite { readers, .. } => {
                // The version is counted per connection, so the eye keeps one of its own.
                let mut eye = Box::new(readers.connect().await?);
                let version = eye.data_version().await?;
                Source::Local { receiver: database.inner.local.subscribe(), eye, version }
            }
            Pools::Postgres(pool) => {
                let mut listener = PgListener::connect_with(pool.inner()).await?;
                listener.listen_all([PUBLISHED, OUTBOX]).await?;
                Source::Postgres(Box::new(listener))
            }
        };
        Ok(Self { source })
    }

    /// Waits for the next notification.
    pub async fn recv(&mut self) -> Result<Notification, Error> {
        match &mut self.source {
            Source::Local { receiver, eye, version } => loop {
                match tokio::time::timeout(LOOK, receiver.recv()).await {
                    Ok(Ok(notification)) => return Ok(notification),
                    Ok(Err(broadcast::error::RecvError::Lagged(_))) => return Ok(anything()),
                    Ok(Err(broadcast::error::RecvError::Closed)) => {
                        return Err(Error::Unreachable(sqlx::Error::PoolClosed));
                    }
                    Err(_) => {
                        let now = eye.data_version().await?;
                        if now != *version {
                            *version = now;
                            return Ok(anything());
                        }
                    }
                }
            },
            Source::Postgres(listener) => match listener.try_recv().await? {
                Some(heard) => {
                    Ok(Notification { channel: heard.channel().to_owned(), payload: heard.payload().to_owned() })
                }
                // The connection broke and is made anew at the next call; what was said meanwhile is lost.
                None => Ok(anything()),
            },
        }
    }
}

fn anything() -> Notification {
    Notification { channel: ANYTHING.to_owned(), payload: String::new() }
}
