//! What a script may do beyond what an expression may: find records, change them, and say what it did.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use expression::{EntityId, RecordRef, Tz, Value};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{Host, Member};

/// The world of one run of a script. Whatever it refuses ends the run unless the script catches it.
pub trait World: Host {
    /// Gives the name of an entity.
    fn entity_name(&self, entity: &EntityId) -> Option<String>;

    /// Finds a record by identity, as far as the run may read it.
    fn get(&self, entity: &str, id: &str) -> Result<Option<RecordRef>, Refusal>;

    /// Finds records, as far as the run may read them.
    fn find(&self, entity: &str, question: Question) -> Result<Vec<RecordRef>, Refusal>;

    /// Counts records, as far as the run may read them.
    fn count(&self, entity: &str, filter: Option<String>) -> Result<i64, Refusal>;

    /// Gives a field of a record another value, as clients write it.
    fn assign(&self, record: &RecordRef, name: &str, value: Json) -> Result<(), Refusal>;

    /// Makes a record.
    fn create(&self, entity: &str, values: Map<String, Json>) -> Result<RecordRef, Refusal>;

    /// Sends a record to the recycle bin.
    fn delete(&self, record: &RecordRef) -> Result<(), Refusal>;

    /// Asks a host of elsewhere: `method`, `url`, `headers`, `body`; gives `status`, `headers` and `body`.
    fn http(&self, request: Json) -> Result<Json, Refusal>;

    /// Writes a letter that leaves by mail once all that the run does is true: `to`, `cc`, `bcc`, `subject`, `text`, `html`,
    /// `record`, `files`; gives the identity of its record.
    fn mail(&self, letter: Json) -> Result<Uuid, Refusal>;

    /// Tells people inside the product: `to`, `text`, `record`; gives how many are told.
    fn tell(&self, notice: Json) -> Result<i64, Refusal>;

    /// Keeps a file: `name` and `text` or `base64`; gives its identity.
    fn create_file(&self, file: Json) -> Result<Uuid, Refusal>;

    /// Reads a file that is a text, as far as the run may read it.
    fn file_text(&self, id: &str) -> Result<String, Refusal>;

    /// Computes measures: `name`, `period`, `person`, `parameters` of each; together, as far as the run may read.
    fn measures(&self, asked: Json) -> Result<Vec<Measured>, Refusal>;

    /// Computes one.
    fn measure(&self, name: &str, asked: Json) -> Result<Measured, Refusal>;

    /// Keeps a line for whoever looks how the run went.
    fn log(&self, text: String);

    /// Takes note of how many steps the interpreter has made; says why it has to stop.
    fn spent(&self, steps: u64) -> Option<Stop>;
}

/// Which records are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// A condition, an expression on the record.
    pub filter: Option<String>,
    /// Paths to sort by, `-` before those of descending order.
    pub sort: Vec<String>,
    /// At most how many; `None` for all, of which there must not be too many.
    pub limit: Option<u32>,
}

/// What a measure came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Its number; a whole one where the measure counts.
    pub value: Value,
    /// What it is to come to.
    pub target: Value,
    /// Which share of the target it is.
    pub share: Value,
    /// The number of the period before.
    pub previous: Value,
    /// How it has changed since then, as a share.
    pub change: Value,
    /// The first and the last day it is of.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Colour and label of the threshold that it has reached.
    pub status: Option<(String, String)>,
}

/// Why the world does not do what a script asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

/// Why a run has to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It made all the steps it may.
    Steps,
    /// Its time is over.
    Time,
    /// Nobody waits for it any more, or the world cannot go on.
    World,
}

impl Stop {
    /// The word by which a limit is told.
    pub fn word(self) -> &'static str {
        match self {
            Self::Steps => "steps",
            Self::Time => "time",
            Self::World => "world",
        }
    }
}

thread_local! {
    static CURRENT: RefCell<Option<Arc<dyn World>>> = const { RefCell::new(None) };
}

/// The world of the run of this thread: one engine serves all runs, each in a thread of its own.
pub(crate) struct Ambient {
    language: String,
}

impl Ambient {
    pub(crate) fn new(language: &str) -> Self {
        Self { language: language.to_owned() }
    }

    /// Runs something in a world.
    pub(crate) fn within<T>(world: Arc<dyn World>, run: impl FnOnce() -> T) -> T {
        CURRENT.with_borrow_mut(|current| *current = Some(world));
        let done = run();
        CURRENT.with_borrow_mut(|current| *current = None);
        done
    }
}

/// Gives the world of the run; `None` outside of any.
pub(crate) fn current() -> Option<Arc<dyn World>> {
    CURRENT.with_borrow(Clone::clone)
}

impl Host for Ambient {
    fn member(&self, record: &RecordRef, name: &str) -> Option<Member> {
        current()?.member(record, name)
    }

    fn names(&self, entity: &EntityId) -> Vec<String> {
        current().map(|world| world.names(entity)).unwrap_or_default()
    }

    fn entity(&self, name: &str) -> Option<EntityId> {
        current()?.entity(name)
    }

    fn user(&self) -> Option<RecordRef> {
        current()?.user()
    }

    fn today(&self) -> NaiveDate {
        current().map(|world| world.today()).unwrap_or_default()
    }

    fn zone(&self) -> Tz {
        current().map_or(Tz::UTC, |world| world.zone())
    }

    fn now(&self) -> DateTime<Utc> {
        current().map(|world| world.now()).unwrap_or_default()
    }

    fn language(&self) -> &str {
        &self.language
    }
}
