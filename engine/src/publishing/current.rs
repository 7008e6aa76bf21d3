//! The current catalog: what new requests get, swapped when a revision is published here or elsewhere.

use std::sync::{Arc, RwLock};

use catalog::{Catalog, Physical};
use tokio::sync::watch;

use crate::{Engine, WorkspaceSettings};

/// One revision as a node serves it.
pub(crate) struct Published {
    /// Its number.
    pub(crate) revision: u64,
    /// Its catalog.
    pub(crate) catalog: Arc<Catalog>,
    /// Physical names of everything that was ever published.
    pub(crate) physical: Physical,
    /// Settings of the workspace.
    pub(crate) workspace: WorkspaceSettings,
}

/// The revision that new requests get.
pub(crate) struct Current {
    published: RwLock<Arc<Published>>,
    number: watch::Sender<u64>,
}

impl Current {
    /// Begins with a revision.
    pub(crate) fn of(published: Published) -> Self {
        let (number, _) = watch::channel(published.revision);
        Self { published: RwLock::new(Arc::new(published)), number }
    }

    /// Gives the revision of this moment.
    pub(crate) fn get(&self) -> Arc<Published> {
        Arc::clone(&self.published.read().expect("no one panics while holding the catalog"))
    }

    /// Hears of new revisions.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.number.subscribe()
    }

    /// Serves a revision from now on; requests in flight finish on theirs.
    pub(crate) fn swap(&self, published: Published) {
        let revision = published.revision;
        {
            let mut current = self.published.write().expect("no one panics while holding the catalog");
            // The follower may have been quicker than the publisher itself.
            if current.revision >= revision {
                return;
            }
            *current = Arc::new(published);
        }
        self.number.send_replace(revision);
    }
}

impl Engine {
    /// Serves a revision and forgets what hung on the one before.
    pub(crate) fn serve(&self, published: Published) {
        self.database().clear_statement_caches();
        self.current().swap(published);
        self.forget_people();
    }
}
