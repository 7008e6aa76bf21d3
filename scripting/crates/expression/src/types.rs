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
}
