//! What a script may ask of the product. The engine implements it, so that this crate knows no database.

use chrono::{DateTime, NaiveDate, Utc};
use expression::{EntityId, RecordRef, Tz, Value};

/// The world as a script sees it.
pub trait Host: Send + Sync {
    /// Gives what a record has under a name; `None` when its entity has nothing of that name.
    fn member(&self, record: &RecordRef, name: &str) -> Option<Member>;

    /// Lists the names that records of an entity have.
    fn names(&self, entity: &EntityId) -> Vec<String>;

    /// Finds an entity by name: that of `company` in `subject.as_company`.
    fn entity(&self, name: &str) -> Option<EntityId>;

    /// Gives the current user, when there is one.
    fn user(&self) -> Option<RecordRef>;

    /// Gives today's date in the time zone that counts here.
    fn today(&self) -> NaiveDate;

    /// Gives the time zone that counts here, in which [`Self::today`] is the date.
    fn zone(&self) -> Tz;

    /// Gives the present instant.
    fn now(&self) -> DateTime<Utc>;

    /// Gives the code of the workspace's language, whose order texts have.
    fn language(&self) -> &str;

    /// Says whether the time given to the script is over.
    fn expired(&self) -> bool {
        false
    }
}

/// What a record has under a name.
#[derive(Debug, Clone)]
pub enum Member {
    /// One value; a link is [`Value::Record`].
    Value(Value),
    /// The record of a link to one of several entities.
    AnyRecord(RecordRef),
    /// Related records.
    Records(Vec<RecordRef>),
}
