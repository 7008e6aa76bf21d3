//! What can go wrong, as situations; texts and status codes are the edge's.

use diagnostic::Diagnostic;

/// Code of the refusal to save over a revision that is no more the newest.
pub(crate) const PUBLISHED_MEANWHILE: &str = "record.published_meanwhile";

/// Why the engine refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings the engine is opened with are wrong: wrong usage.
    #[error("wrong settings: {0}")]
    Settings(Diagnostic),
    /// The request itself is malformed, or a query names something unknown or hidden: 400.
    #[error("malformed request")]
    Malformed(Vec<Diagnostic>),
    /// Nobody is signed in, or the credentials are wrong: 401.
    #[error("not signed in")]
    Unauthenticated(Diagnostic),
    /// The operation is refused on something the caller can see: 403.
    #[error("refused")]
    Forbidden(Diagnostic),
    /// There is no such thing as far as the caller may know: 404.
    #[error("not found")]
    NotFound(Diagnostic),
    /// The record moved since the caller read it: 409.
    #[error("stale version")]
    StaleVersion {
        /// The version now.
        current: i64,
        /// Places of the fields whose values differ from those the caller sent.
        fields: Vec<String>,
        /// The record as it is now, as far as the caller may read it: a JSON object.
        record: String,
    },
    /// Duplicate, still referenced, outdated plan, busy publisher: 409.
    #[error("conflict")]
    Conflict(Vec<Diagnostic>),
    /// Too large: 413.
    #[error("too large")]
    TooLarge(Diagnostic),
    /// Values or documents are wrong, every mistake at once: 422.
    #[error("{} mistakes", .0.len())]
    Invalid(Vec<Diagnostic>),
    /// A change without the version it was made from: 428.
    #[error("version required")]
    VersionRequired(Diagnostic),
    /// Too many attempts: 429.
    #[error("too many attempts")]
    TooManyAttempts {
        /// Seconds until the next attempt may succeed.
        retry_after: u64,
    },
    /// The statement passed its deadline: 503.
    #[error("deadline passed")]
    Deadline,
    /// The database failed: 500, or 503 when it cannot be reached.
    #[error("database failure")]
    Storage(#[source] storage::Error),
    /// Something else failed: 500.
    #[error("{0}")]
    Internal(String, #[source] Option<Box<dyn std::error::Error + Send + Sync>>),
}

impl Error {
    /// Puts the place of an operation before the places of its mistakes.
    pub(crate) fn below(mut self, place: &str) -> Self {
        let mistakes = match &mut self {
            Self::Malformed(mistakes) | Self::Conflict(mistakes) => mistakes.as_mut_slice(),
            Self::Forbidden(mistake) | Self::NotFound(mistake) => std::slice::from_mut(mistake),
            _ => return self,
        };
        for mistake in mistakes {
            if !mistake.place.pointer.starts_with(place) {
                mistake.place.pointer.insert_str(0, place);
            }
        }
        self
    }

    /// Says that a revision was published since the request began, so that it has to begin anew.
    pub(crate) fn is_published_meanwhile(&self) -> bool {
        matches!(self, Self::Conflict(mistakes) if mistakes.iter().any(|one| one.code == PUBLISHED_MEANWHILE))
    }

    /// Says that the transaction met another one, so that the same may succeed a moment later.
    pub(crate) fn has_met_another(&self) -> bool {
        matches!(self, Self::Storage(storage::Error::Retry(_) | storage::Error::StalePlan(_)))
    }

    /// Says that the engine refuses, rather than that something failed: nothing has changed, and asked again it may refuse
    /// otherwise.
    pub(crate) fn is_judgement(&self) -> bool {
        match self {
            Self::Storage(error) => matches!(error, storage::Error::Unmet),
            Self::Internal(..) | Self::Deadline | Self::Settings(_) => false,
            _ => !self.is_published_meanwhile(),
        }
    }

    /// Says that an invariant of stored data does not hold.
    pub(crate) fn broken(what: impl Into<String>) -> Self {
        Self::Internal(what.into(), None)
    }
}

impl From<storage::Error> for Error {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::Deadline => Self::Deadline,
            storage::Error::TooLong => Self::Invalid(vec![Diagnostic::error("query.value_too_long")]),
            storage::Error::TooManyRows => Self::Invalid(vec![Diagnostic::error("dataset.too_many_rows")]),
            other => Self::Storage(other),
        }
    }
}
