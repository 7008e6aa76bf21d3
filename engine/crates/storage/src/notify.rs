//! What one part or node tells the others: `published`, `outbox`.
//!
//! PostgreSQL carries notifications between nodes. On SQLite they stay inside the process; that another process wrote
//! shows by the file's version, which is looked at once a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool};
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

/// How long calls to other nodes are gathered into one.
const GATHER: Duration = Duration::from_millis(10);

/// Something announced by [`crate::Transaction::notify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What it is about, or [`ANYTHING`].
    pub channel: String,
    /// What was said, such as a revision's number.
    pub payload: String,
}

/// Tells listeners what was committed.
#[derive(Clone)]
pub(crate) struct Announcer {
    pub(crate) local: broadcast::Sender<Notification>,
    /// The server that tells all nodes, and whether a call is on its way.
    pub(crate) server: Option<(PgPool, Arc<AtomicBool>)>,
}

impl Announcer {
    /// Tells listeners of this process, or calls those of all nodes.
    pub(crate) fn tell(&self, notification: Notification) {
        let Some((pool, is_due)) = &self.server else {
            // Without listeners there is nobody to tell.
            let _ = self.local.send(notification);
            return;
        };
        // Not in the transaction: PostgreSQL lets only one that announces something commit at a time.
        if is_due.swap(true, Ordering::AcqRel) {
            return;
        }
        let (pool, is_due) = (pool.clone(), Arc::clone(is_due));
        tokio::spawn(async move {
            tokio::time::sleep(GATHER).await;
            is_due.store(false, Ordering::Release);
            let call = sqlx::query("SELECT pg_notify($1, $2)").bind(notification.channel).bind(notification.payload);
            // Listeners look by themselves when no call comes.
            let _ = call.execute(&pool).await;
        });
    }
}

/// Hears notifications, one after another.
pub struct Listener {
    source: Source,
    channels: &'static [&'static str],
}

enum Source {
    Local { receiver: broadcast::Receiver<Notification>, eye: Box<sqlite::Lite>, version: i64 },
    Postgres(Box<PgListener>),
}

impl Listener {
    pub(crate) async fn open(database: &Database, channels: &'static [&'static str]) -> Result<Self, Error> {
        let source = match &database.inner.pools {
            Pools::Sqlite { readers, .. } => {
                // The version is counted per connection, so the eye keeps one of its own.
                let mut eye = Box::new(readers.connect().await?);
                let version = eye.data_version().await?;
                Source::Local { receiver: database.inner.announcer.local.subscribe(), eye, version }
            }
            Pools::Postgres(pool) => {
                let mut listener = PgListener::connect_with(pool.inner()).await?;
                listener.listen_all(channels.iter().copied()).await?;
                Source::Postgres(Box::new(listener))
            }
        };
        Ok(Self { source, channels })
    }

    /// Waits for the next notification.
    pub async fn recv(&mut self) -> Result<Notification, Error> {
        match &mut self.source {
            Source::Local { receiver, eye, version } => loop {
                match tokio::time::timeout(LOOK, receiver.recv()).await {
                    Ok(Ok(heard)) if self.channels.contains(&heard.channel.as_str()) => return Ok(heard),
                    Ok(Ok(_)) => {}
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
