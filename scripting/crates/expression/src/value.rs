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
    /// Text, never empty when it comes from a field or an expression.
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

impl Value {
    /// Makes a text; an empty one is `Empty`.
    pub fn text(text: impl AsRef<str> + Into<Arc<str>>) -> Self {
        if text.as_ref().is_empty() { Self::Empty } else { Self::Text(text.into()) }
    }

    /// Says whether the value is `()`; empty texts and empty multiple choices are.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.is_empty(),
            Self::Choices(choices) => choices.is_empty(),
            _ => false,
        }
    }

    /// Says whether the value holds as a condition: an empty one does not.
    pub fn is_true(&self) -> bool {
        *self == Self::Boolean(true)
    }

    /// Gives the identity of a record or link.
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Id(id) => Some(*id),
            Self::Record(record) => Some(record.id),
            _ => None,
        }
    }

    /// Turns empty texts and empty multiple choices into `Empty`.
    pub fn normalized(self) -> Self {
        if self.is_empty() { Self::Empty } else { self }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Self {
        Self::Decimal(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}
