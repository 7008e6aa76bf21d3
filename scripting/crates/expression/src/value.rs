//! Values of fields and expressions.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use crate::{Decimal, EntityId};

/// A value; `Empty` is the language's `()` and JSON's `null`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Empty,
    /// True or false.
    Boolean(bool),
    /// Whole number.
    Integer(i64),
    /// Exact number.
    Decimal(Decimal),
    /// Text, never empty when it comes from a field.
    Text(Arc<str>),
    /// Calendar date.
    Date(NaiveDate),
    /// Instant, whole milliseconds.
    DateTime(DateTime<Utc>),
    /// Time of the day, whole seconds.
    Time(NaiveTime),
    /// Length of time in milliseconds.
    Duration(i64),
    /// Identity of a record: the stored value of a link.
    Id(Uuid),
    /// Values of a multiple choice, in the order of the choice set.
    Choices(Vec<Arc<str>>),
    /// JSON of fields that expressions only compare with `()`.
    Json(Arc<serde_json::Value>),
    /// Bytes: encrypted secrets.
    Bytes(Arc<[u8]>),
    /// A record during evaluation.
    Record(RecordRef),
}

/// A record an evaluation walks over.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordRef {
    /// Its entity.
    pub entity: EntityId,
    /// Its identity.
    pub id: Uuid,
}
