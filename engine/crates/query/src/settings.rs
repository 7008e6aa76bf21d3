//! What planning needs to know besides the catalog and the rights.

use access::Access;
use chrono::{DateTime, NaiveDate, Utc};
use sql::Dialect;

/// The circumstances of a request.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Database the statements are for.
    pub dialect: Dialect,
    /// Key that signs cursors.
    pub cursor_key: Vec<u8>,
    /// The moment `now()` gives.
    pub now: DateTime<Utc>,
    /// The date `today()` gives, in the user's time zone.
    pub today: NaiveDate,
    /// That time zone.
    pub zone: expression::Tz,
}

impl Settings {
    /// The circumstances in which a grant's condition is judged beside a request: those of whoever asks, without paging.
    pub(crate) fn of_judge(judge: &Access, dialect: Dialect) -> Self {
        let clock = judge.clock();
        Self { dialect, cursor_key: Vec::new(), now: clock.now, today: clock.today, zone: clock.zone }
    }
}
