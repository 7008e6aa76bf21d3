//! A fresh database without an application, for tests of what lies below it.

use std::sync::atomic::{AtomicU32, Ordering};

use storage::{Database, Location, Settings};
use tests::cluster;

use super::Backend;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A database of its own, and where it is, to be opened again.
pub(crate) struct Fresh {
    pub(crate) database: Database,
    pub(crate) settings: Settings,
    _folder: tempfile::TempDir,
}

impl Fresh {
    /// Makes a database.
    pub(crate) async fn start(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = match backend {
            Backend::Sqlite => Location::Sqlite(folder.path().join("verstak.db")),
            Backend::Postgres => Location::Postgres(create_database().await),
        };
        let settings = Settings { connections: 4, ..Settings::new(location) };
        let database = Database::open(settings.clone()).await.expect("the database opens");
        Self { database, settings, _folder: folder }
    }

    /// Makes an empty database on the test server and gives its URL.
    pub(crate) async fn url() -> String {
        create_database().await
    }

    /// Makes a copy of a database that nobody uses, and gives its URL.
    pub(crate) async fn copy(url: &str) -> String {
        let template = url.rsplit('/').next().expect("a name");
        make_database(&format!("TEMPLATE {template}")).await
    }

    /// Opens it once more, with pools of its own.
    pub(crate) async fn again(&self) -> Database {
        Database::open(self.settings.clone()).await.expect("the database opens again")
    }
}

/// Makes a database on the test server and gives its URL.
pub(crate) async fn create_database() -> String {
    make_database("TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").await
}

async fn make_database(options: &str) -> String {
    let server = cluster::server_url();
    let name = format!("verstak_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(1)
        .connect(&format!("{server}/postgres"))
        .await
        .expect("the test server answers");
    let statement = format!("CREATE DATABASE {name} {options}");
    let mut attempts = 0;
    // The server may still be about to end the last session of a template.
    while let Err(error) = sqlx::query(sqlx::AssertSqlSafe(statement.clone())).execute(&pool).await {
        attempts += 1;
        assert!(attempts < 50, "no database: {error}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    pool.close().await;
    format!("{server}/{name}")
}

/// Makes of one body two tests over a bare database, `name::sqlite` and `name::postgres`.
macro_rules! every_storage {
    ($($(#[$meta:meta])* async fn $name:ident($fresh:ident: Fresh) $body:block)*) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "a body need not use everything of its module")]
            use super::*;

            async fn body($fresh: crate::support::Fresh) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body(crate::support::Fresh::start(crate::support::Backend::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body(crate::support::Fresh::start(crate::support::Backend::Postgres).await).await;
            }
        }
    )* };
}
pub(crate) use every_storage;
