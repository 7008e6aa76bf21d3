//! The first argument of everything that touches data.

use std::sync::Arc;

use access::Access;
use catalog::Catalog;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::Engine;

/// Language of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Locale {
    /// The language's code in labels and texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }
}

/// Who asks, over which catalog, with which rights, in which language, when. Made once a request.
#[derive(Clone)]
pub struct Context {
    /// The open workspace.
    pub engine: Engine,
    /// Rights of the actor; holds the catalog of this request.
    pub access: Access,
    /// The user that is written into `created_by` and the audit; `None` for the engine itself.
    pub user: Option<Uuid>,
    /// Language of messages.
    pub locale: Locale,
    /// The moment of the request.
    pub now: DateTime<Utc>,
}

impl Context {
    /// The catalog of this request.
    pub fn catalog(&self) -> &Arc<Catalog> {
        self.access.catalog()
    }
}
