//! Statements that go to the database in one message, because each message waits for its answer.
//!
//! A bundle is a transaction of its own: all its statements become true together or not at all. What its maker presumes
//! is part of it as checks, so that nobody has to hold a transaction open to ask.

mod text;
pub(crate) mod turns;

pub(crate) use text::shifted;

use expression::Value;
use sql::{ColumnType, Rows, Statement};

use crate::database::Pools;
use crate::notify::Notification;
use crate::{Database, Error, Transaction};

/// Statements that become true together, with what must be true for it.
#[derive(Default)]
pub struct Bundle {
    /// A setting and the value it must still have; it keeps it until the end.
    pub(crate) held: Option<(&'static str, String)>,
    /// Finds the record that is to be written, if it still is as it was read; of no more use once it is written.
    own: Option<Statement>,
    /// Selects with the number of rows each must find.
    pub(crate) checks: Vec<(Statement, u64)>,
    /// Changes with the number of rows each must make.
    pub(crate) writes: Vec<(Statement, u64)>,
    /// Columns of the table of the first write, for an answer.
    pub(crate) written: Vec<String>,
    /// What is read at the end.
    pub(crate) answer: Option<Statement>,
    announced: Vec<Notification>,
}

impl Bundle {
    /// Makes a bundle that becomes true only while a setting has a value, as [`Database::begin_holding`] holds it.
    pub fn holding(setting: &'static str, value: String) -> Self {
        Self { held: Some((setting, value)), ..Self::default() }
    }

    /// Presumes that a select finds so many rows.
    pub fn check(&mut self, statement: Statement, rows: u64) {
        self.checks.push((statement, rows));
    }

    /// Presumes that a select finds the one row which [`Bundle::write_first`] is going to change, if it is there still.
    pub fn check_own(&mut self, statement: Statement) {
        self.own = Some(statement);
    }

    /// Says whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Writes one row, the first of the bundle, and only if it still is what it was. An answer reads it by these columns, which are those of its table.
    pub fn write_first(&mut self, statement: Statement, columns: Vec<String>) {
        debug_assert!(self.writes.is_empty(), "the first write of a bundle is its first");
        self.writes.push((statement, 1));
        self.written = columns;
        self.own = None;
    }

    /// Writes so many rows. On PostgreSQL all writes happen at one moment: they must not meet in a row.
    pub fn write(&mut self, statement: Statement, rows: u64) {
        self.writes.push((statement, rows));
    }

    /// Reads something at the end, after the writes. On PostgreSQL it sees of them the first, as
    /// [`sql::statement::WRITTEN`].
    pub fn answer(&mut self, statement: Statement) {
        self.answer = Some(statement);
    }

    /// Calls listeners of all nodes soon after the bundle became true.
    pub fn announce(&mut self, channel: &'static str) {
        self.announced.push(Notification { channel: channel.to_owned(), payload: String::new() });
    }

    /// The types of what it reads.
    pub(crate) fn columns(&self) -> Vec<ColumnType> {
        self.answer.as_ref().map(|answer| answer.columns.clone()).unwrap_or_default()
    }
}

impl Database {
    /// Makes a bundle true and gives what it reads; [`Error::Unmet`] when something presumed was not so. On SQLite bundles
    /// that wait at the same time are made durable together, each whole or not at all.
    pub async fn perform(&self, mut bundle: Bundle) -> Result<Rows, Error> {
        let announced = std::mem::take(&mut bundle.announced);
        let rows = match &self.inner.pools {
            Pools::Sqlite { turns, .. } => turns.perform(&bundle).await?,
            Pools::Postgres(pool) => pool.perform(&text::postgres(&bundle)).await?,
        };
        for notification in announced {
            self.inner.announcer.tell(notification);
        }
        Ok(rows)
    }
}

impl Transaction {
    /// Does what a bundle would do, but for what it holds and reads, as a part of this transaction.
    pub async fn take_over(&mut self, bundle: Bundle) -> Result<(), Error> {
        let own = bundle.own.map(|check| (check, 1));
        for (check, rows) in own.into_iter().chain(bundle.checks) {
            if self.fetch(&check).await?.len() as u64 != rows {
                return Err(Error::Unmet);
            }
        }
        for (write, rows) in bundle.writes {
            if self.execute(&write).await? != rows {
                return Err(Error::Unmet);
            }
        }
        bundle.announced.into_iter().for_each(|notification| self.announce_again(notification));
        Ok(())
    }
}

/// The part of an answer of PostgreSQL that is the answer: before it stand that all was met, and whether there is a row.
pub(crate) fn answered(row: &[Value]) -> Option<&[Value]> {
    match row {
        [_, Value::Boolean(true), answer @ ..] => Some(answer),
        _ => None,
    }
}
