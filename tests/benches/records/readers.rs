//! Reading connections of SQLite for the floor. A pool of sqlx asks a connection whether it lives after each use, which the
//! product does not, and which keeps its thread awake for the next question.

use std::ops::{Deref, DerefMut};
use std::sync::Mutex;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Some connections, each used by one at a time.
pub(crate) struct Readers {
    idle: Mutex<Vec<SqliteConnection>>,
    free: Semaphore,
}

/// A connection in use; goes back when dropped.
pub(crate) struct Reader<'a> {
    connection: Option<SqliteConnection>,
    readers: &'a Readers,
    _permit: SemaphorePermit<'a>,
}

impl Readers {
    /// Opens so many connections.
    pub(crate) async fn open(options: &SqliteConnectOptions, count: usize) -> Self {
        let mut idle = Vec::with_capacity(count);
        for _ in 0..count {
            idle.push(options.connect().await.expect("a reader"));
        }
        Self { idle: Mutex::new(idle), free: Semaphore::new(count) }
    }

    /// Waits for a connection.
    pub(crate) async fn take(&self) -> Reader<'_> {
        let permit = self.free.acquire().await.expect("it is never closed");
        let connection = self.idle.lock().expect("nobody panics with it").pop();
        Reader { connection, readers: self, _permit: permit }
    }
}

impl Deref for Reader<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection.as_ref().expect("there are as many as permits")
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("there are as many as permits")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.idle.lock().expect("nobody panics with it").push(connection);
        }
    }
}
