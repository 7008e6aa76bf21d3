//! The only crate with sqlx: opens databases, runs statements, decodes rows. Decides nothing.

pub mod database;
pub mod transaction;
pub mod bundle;
pub mod lock;
pub mod notify;
pub mod failpoint;
pub mod tables;
pub mod error;
pub mod internal;
pub mod examine;
mod waiting;
mod fetch;
mod index;
mod decode;
mod sqlite;
mod sqlite_functions;
mod postgres;

pub use bundle::Bundle;
pub use database::{Database, Location, Settings};
pub use error::Error;
pub use failpoint::failpoint;
pub use notify::{Listener, Notification};
pub use postgres::UNLOGGED;
pub use transaction::{Snapshot, Transaction};

#[cfg(test)]
mod tests;
