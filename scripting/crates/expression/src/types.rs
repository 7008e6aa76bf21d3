//! Types of expressions.

use crate::EntityId;

/// What kind of value an expression gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Only `()`: fits wherever any other type does.
    Empty,
    /// True or false.
    Boolean,
    /// Whole number of 64 bits.
    Integer,
    /// Exact number, see [`crate::Decimal`].
    Decimal,
    /// Unicode text; choices are texts of their values.
    Text,
    /// Calendar date.
    Date,
    /// Instant, to the millisecond.
    DateTime,
    /// Time of the day.
    Time,
    /// Length of time in milliseconds.
    Duration,
    /// Identity of a record, compared for equality only.
    Id,
    /// Values of a multiple choice.
    Choices,
    /// A value that can be shown and compared with `()` only: JSON, addresses, points, files.
    Opaque,
    /// One record of an entity, or none.
    Record(EntityId),
    /// Any number of records of an entity.
    Records(EntityId),
    /// One record of one of several entities, or none.
    AnyRecord(Vec<EntityId>),
}

impl Type {
    /// Names the type for people and for JSON; records say of which entity by [`Self::entity`].
    pub fn name(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Text => "text",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Id => "id",
            Self::Choices => "choices",
            Self::Opaque => "opaque",
            Self::Record(_) => "record",
            Self::Records(_) => "records",
            Self::AnyRecord(_) => "any_record",
        }
    }

    /// Gives the entity of records.
    pub fn entity(&self) -> Option<&EntityId> {
        match self {
            Self::Record(entity) | Self::Records(entity) => Some(entity),
            _ => None,
        }
    }

    /// Says whether values of the type have an order.
    pub fn is_ordered(&self) -> bool {
        matches!(
            self,
            Self::Integer
                | Self::Decimal
                | Self::Text
                | Self::Date
                | Self::DateTime
                | Self::Time
                | Self::Duration
                | Self::Empty
        )
    }

    /// Says whether the type is a number.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Decimal)
    }

    /// Says whether the type is that of relations: one record or many.
    pub fn is_relation(&self) -> bool {
        matches!(self, Self::Record(_) | Self::Records(_) | Self::AnyRecord(_))
    }

    /// Says whether values of the type stand for one record.
    pub fn is_identity(&self) -> bool {
        matches!(self, Self::Id | Self::Record(_) | Self::AnyRecord(_))
    }
}
