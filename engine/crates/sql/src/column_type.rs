//! Types of stored columns and of the columns of an answer.

/// How a value is kept in the database and read back.
///
/// SQLite: `Text`, `Uuid`, `Date`, `Time` (`HH:MM:SS`) and `Json` are TEXT; `Boolean`, `Integer`, `DateTime` (milliseconds
/// since 1970) and `Duration` (milliseconds) are INTEGER; `Decimal` is an INTEGER scaled by 10^scale when its precision is at
/// most 18, else a 16-byte order-preserving BLOB; `Number`, the decimal of expressions, is always that BLOB
/// (see `sql::number`); `Real` is REAL; `Bytes` is BLOB. PostgreSQL: TEXT, UUID, DATE, TIME, JSONB, BOOLEAN, BIGINT,
/// TIMESTAMPTZ(3), BIGINT for durations, NUMERIC(precision, scale), NUMERIC, DOUBLE PRECISION, BYTEA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "described together above")]
pub enum ColumnType {
    Text,
    Uuid,
    Boolean,
    Integer,
    Decimal { precision: u8, scale: u8 },
    Number,
    Real,
    Date,
    DateTime,
    Time,
    Duration,
    Json,
    Bytes,
}
