//! The shell: the only place where metadata, access, queries, migration and storage meet.
//!
//! Everything that touches data takes a [`Context`] first: who asks, over which catalog, with which rights, in which
//! language, at which moment.

pub mod config;
pub mod context;
pub mod error;
pub mod secrets;

use std::sync::{Arc, RwLock};

use catalog::Catalog;

pub use access::{Access, Actor, Grant, Operation, Reason};
pub use catalog;
pub use config::Config;
pub use context::{Context, Locale};
pub use diagnostic;
pub use error::Error;
pub use expression;
pub use query::{Count, QueryError, Request, SelectItem, SortKey};
pub use schemas;

/// An open workspace. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    current: RwLock<Arc<Catalog>>,
}

impl Engine {
    /// The catalog of the newest revision this node knows.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.inner.current.read().expect("no one panics while holding the catalog"))
    }

    /// The settings the engine was opened with.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }
}
