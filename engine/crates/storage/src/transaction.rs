//! A transaction: writes that become true together or not at all.

use expression::Value;
use futures_util::future::join;
use sql::{Dialect, Rows, Statement};
use std::time::Duration;
use tokio::sync::mpsc;

use crate::notify::{Announcer, Notification};
use crate::waiting::Waiting;
use crate::{Error, fetch, postgres, sqlite};

/// Statements sent to PostgreSQL in one message by [`Transaction::execute_script`].
const SCRIPT_BATCH: usize = 100;

/// A writing transaction; rolled back when dropped.
pub struct Transaction {
    held: Held,
    announcer: Announcer,
    announced: Vec<Notification>,
    /// Statements that go to the database together with the next ones.
    waiting: Waiting,
}

/// The connection of a transaction.
pub(crate) enum Held {
    Sqlite(sqlite::Leased),
    Postgres(postgres::Leased),
}

/// A read-only transaction whose statements all see the same moment.
pub struct Snapshot {
    transaction: Transaction,
}

impl Transaction {
    pub(crate) fn new(held: Held, announcer: Announcer) -> Self {
        Self { held, announcer, announced: Vec::new(), waiting: Waiting::default() }
    }

    /// Names the dialect that statements must be written in.
    pub fn dialect(&self) -> Dialect {
        match self.held {
            Held::Sqlite(_) => Dialect::Sqlite,
            Held::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Reads rows; also those of `INSERT … RETURNING`.
    pub async fn fetch(&mut self, statement: &Statement) -> Result<Rows, Error> {
        let mut rows = Rows::new();
        self.fetch_each(statement, |row| rows.push(row.to_vec())).await?;
        Ok(rows)
    }

    /// Reads rows and shows each of them, without keeping any.
    pub async fn fetch_each(
        &mut self,
        statement: &Statement,
        mut each: impl FnMut(&[Value]) + Send,
    ) -> Result<(), Error> {
        self.settle().await?;
        match &mut self.held {
            Held::Sqlite(leased) => fetch::sqlite_each(leased, statement, &mut each).await,
            Held::Postgres(leased) => {
                let result = fetch::postgres_each(leased, statement, &mut each).await;
                postgres::forget_stale(leased, result).await
            }
        }
    }

    /// Runs a statement and counts the rows it changed.
    pub async fn execute(&mut self, statement: &Statement) -> Result<u64, Error> {
        self.settle().await?;
        self.run(statement).await
    }

    /// Runs statements one after the other and counts the rows they changed; each is made while the database works on
    /// the one before.
    pub async fn execute_all(&mut self, mut statements: impl Iterator<Item = Statement>) -> Result<u64, Error> {
        self.settle().await?;
        let mut changed = 0;
        let mut next = statements.next();
        while let Some(statement) = next {
            let (done, following) = join(self.run_owned(statement), async { statements.next() }).await;
            changed += done?;
            next = following;
        }
        Ok(changed)
    }

    /// Runs a statement that changes so many rows, on PostgreSQL together with those that follow, in one message and at
    /// one moment: they must not meet in a row. Its failure may come from whatever follows, at the latest from the commit.
    pub async fn execute_later(&mut self, statement: Statement, rows: u64) -> Result<(), Error> {
        if let Held::Postgres(_) = self.held {
            self.waiting.statements.push((statement, rows));
            return Ok(());
        }
        if self.run(&statement).await? == rows { Ok(()) } else { Err(Error::Other(sqlx::Error::RowNotFound)) }
    }

    /// Runs what waits.
    pub async fn settle(&mut self) -> Result<(), Error> {
        let Some((statement, rows)) = self.waiting.take() else { return Ok(()) };
        let Held::Postgres(leased) = &mut self.held else { return Ok(()) };
        let mut counts = Vec::new();
        let mut each = |row: &[Value]| counts.extend_from_slice(row);
        let result = fetch::postgres_each(leased, &statement, &mut each).await;
        postgres::forget_stale(leased, result).await?;
        match counts.as_slice() {
            [Value::Integer(changed)] if u64::try_from(*changed) == Ok(rows) => Ok(()),
            _ => Err(Error::Other(sqlx::Error::RowNotFound)),
        }
    }

    async fn run_owned(&mut self, statement: Statement) -> Result<u64, Error> {
        match &mut self.held {
            Held::Sqlite(leased) => fetch::sqlite_execute_owned(leased, statement).await,
            Held::Postgres(leased) => {
                let result = fetch::postgres_execute_owned(leased, statement).await;
                postgres::forget_stale(leased, result).await
            }
        }
    }

    async fn run(&mut self, statement: &Statement) -> Result<u64, Error> {
        match &mut self.held {
            Held::Sqlite(leased) => fetch::sqlite_execute(leased, statement).await,
            Held::Postgres(leased) => {
                let result = fetch::postgres_execute(leased, statement).await;
                postgres::forget_stale(leased, result).await
            }
        }
    }

    /// Runs statements without parameters, in order: DDL.
    pub async fn execute_script(&mut self, statements: &[String]) -> Result<(), Error> {
        self.settle().await?;
        for batch in statements.chunks(SCRIPT_BATCH) {
            let text = batch.join(";\n");
            match &mut self.held {
                Held::Sqlite(leased) => fetch::sqlite_script(leased, &text).await?,
                Held::Postgres(leased) => fetch::postgres_script(leased, text).await?,
            }
        }
        Ok(())
    }

    /// Sets the longest run of each following statement; `None` for no limit.
    pub async fn set_statement_timeout(&mut self, timeout: Option<Duration>) -> Result<(), Error> {
        match &mut self.held {
            Held::Sqlite(leased) => {
                leased.statement_timeout = timeout;
                Ok(())
            }
            Held::Postgres(leased) => {
                let milliseconds = timeout.map_or(0, |timeout| timeout.as_millis().max(1));
                fetch::postgres_script(leased, format!("SET LOCAL statement_timeout = {milliseconds}")).await
            }
        }
    }

    /// Sets the longest wait for a lock; SQLite's one writer has none to wait for.
    pub async fn set_lock_timeout(&mut self, timeout: Duration) -> Result<(), Error> {
        match &mut self.held {
            Held::Sqlite(_) => Ok(()),
            Held::Postgres(leased) => {
                fetch::postgres_script(leased, format!("SET LOCAL lock_timeout = {}", timeout.as_millis().max(1))).await
            }
        }
    }

    /// Marks a place to which [`Self::rollback_to`] returns. Statements that may fail and be survived stand after one.
    pub async fn savepoint(&mut self, name: &'static str) -> Result<(), Error> {
        self.script(format!("SAVEPOINT {name}")).await
    }

    /// Undoes everything since the savepoint and keeps it.
    pub async fn rollback_to(&mut self, name: &'static str) -> Result<(), Error> {
        self.script(format!("ROLLBACK TO SAVEPOINT {name}")).await
    }

    /// Forgets the savepoint and keeps what was done since.
    pub async fn release(&mut self, name: &'static str) -> Result<(), Error> {
        self.script(format!("RELEASE SAVEPOINT {name}")).await
    }

    /// Announces something to listeners of all nodes when the transaction commits.
    pub async fn notify(&mut self, channel: &'static str, payload: &str) -> Result<(), Error> {
        match &mut self.held {
            Held::Sqlite(_) => {
                self.announced.push(Notification { channel: channel.to_owned(), payload: payload.to_owned() });
                Ok(())
            }
            Held::Postgres(leased) => postgres::notify(leased, channel, payload).await,
        }
    }

    /// Calls listeners of all nodes soon after the commit, once for many commits; a call can be lost with this process.
    pub fn announce(&mut self, channel: &'static str) {
        self.announced.push(Notification { channel: channel.to_owned(), payload: String::new() });
    }

    pub(crate) fn announce_again(&mut self, notification: Notification) {
        self.announced.push(notification);
    }

    /// Makes everything true at once.
    pub async fn commit(mut self) -> Result<(), Error> {
        self.settle().await?;
        match self.held {
            Held::Sqlite(mut leased) => leased.commit().await?,
            Held::Postgres(leased) => leased.commit().await?,
        }
        for notification in self.announced {
            self.announcer.tell(notification);
        }
        Ok(())
    }

    /// Undoes everything.
    pub async fn rollback(self) -> Result<(), Error> {
        match self.held {
            Held::Sqlite(mut leased) => leased.rollback().await,
            Held::Postgres(leased) => leased.rollback().await,
        }
    }

    pub(crate) fn held(&mut self) -> &mut Held {
        &mut self.held
    }

    async fn script(&mut self, text: String) -> Result<(), Error> {
        self.settle().await?;
        match &mut self.held {
            Held::Sqlite(leased) => fetch::sqlite_script(leased, &text).await,
            Held::Postgres(leased) => fetch::postgres_script(leased, text).await,
        }
    }
}

impl Snapshot {
    pub(crate) fn new(transaction: Transaction) -> Self {
        Self { transaction }
    }

    /// Names the dialect that statements must be written in.
    pub fn dialect(&self) -> Dialect {
        self.transaction.dialect()
    }

    /// Reads rows.
    pub async fn fetch(&mut self, statement: &Statement) -> Result<Rows, Error> {
        self.transaction.fetch(statement).await
    }

    /// Reads rows and shows each of them, without keeping any.
    pub async fn fetch_each(&mut self, statement: &Statement, each: impl FnMut(&[Value]) + Send) -> Result<(), Error> {
        self.transaction.fetch_each(statement, each).await
    }

    pub(crate) async fn send_batches(
        &mut self,
        statement: &Statement,
        size: usize,
        timeout: Option<Duration>,
        sender: &mpsc::Sender<Result<Rows, Error>>,
    ) -> Result<(), Error> {
        self.transaction.set_statement_timeout(timeout).await?;
        match &mut self.transaction.held {
            Held::Sqlite(leased) => fetch::sqlite_batches(leased, statement, size, sender).await,
            Held::Postgres(leased) => fetch::postgres_batches(leased, statement, size, sender).await,
        }
    }
}
