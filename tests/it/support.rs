//! Starting an application on either database, and talking to it.
//!
//! [`every_database!`] runs one body on SQLite and on PostgreSQL. The PostgreSQL server is the one that
//! `VERSTAK_TEST_POSTGRES` names (a URL of a user who may create databases), else a throw-away cluster of this process.

mod app;
mod client;
mod database;
mod denied;
mod smtp;

pub(crate) use app::{ADMIN, App, Backend, PASSWORD, Vacant, binary};
pub(crate) use client::{Answer, Client};
pub(crate) use database::{Fresh, every_storage};
pub(crate) use denied::{contents, first_difference};
pub(crate) use smtp::Smtp;

/// Makes of one test body two tests, `name::sqlite` and `name::postgres`.
macro_rules! every_database {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: App) $body:block)*) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "a body need not use everything of its module")]
            use super::*;

            async fn body($app: crate::support::App) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body(crate::support::App::start(crate::support::Backend::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body(crate::support::App::start(crate::support::Backend::Postgres).await).await;
            }
        }
    )* };
}
pub(crate) use every_database;
