//! Types of stored columns and of the columns of an answer.

use catalog::FieldKind;

use crate::Dialect;

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

/// Greatest precision of a decimal that SQLite keeps as a scaled INTEGER.
pub const SCALED_PRECISION: u8 = 18;

impl ColumnType {
    /// Gives the types of the columns that keep a field of this kind, in the order of `catalog::Field::columns`.
    pub fn of(kind: &FieldKind) -> Vec<Self> {
        match kind {
            FieldKind::Text { .. }
            | FieldKind::LongText { .. }
            | FieldKind::RichText
            | FieldKind::Email
            | FieldKind::Phone
            | FieldKind::Url
            | FieldKind::Choice(_)
            | FieldKind::AutoNumber { .. }
            | FieldKind::Color => vec![Self::Text],
            FieldKind::Integer { .. } | FieldKind::Rating { .. } => vec![Self::Integer],
            FieldKind::Decimal { precision, scale, .. }
            | FieldKind::Money { precision, scale, .. }
            | FieldKind::Percent { precision, scale } => {
                vec![Self::Decimal { precision: *precision, scale: *scale }]
            }
            FieldKind::Boolean => vec![Self::Boolean],
            FieldKind::Date => vec![Self::Date],
            FieldKind::DateTime => vec![Self::DateTime],
            FieldKind::Time => vec![Self::Time],
            FieldKind::Duration => vec![Self::Duration],
            FieldKind::MultiChoice(_) | FieldKind::Address | FieldKind::Json => vec![Self::Json],
            FieldKind::Link { .. } | FieldKind::Id => vec![Self::Uuid],
            FieldKind::Links { .. } | FieldKind::Children { .. } | FieldKind::Inverse { .. } => Vec::new(),
            FieldKind::AnyLink { .. } => vec![Self::Text, Self::Uuid],
            FieldKind::Location => vec![Self::Real, Self::Real],
            FieldKind::Secret => vec![Self::Bytes],
        }
    }

    /// Gives the type's name in `CREATE TABLE`; those of SQLite are legal in STRICT tables.
    pub fn ddl(self, dialect: Dialect) -> String {
        match dialect {
            Dialect::Sqlite => self.sqlite().to_owned(),
            Dialect::Postgres => self.postgres(),
        }
    }

    /// Says whether SQLite keeps the value as an INTEGER scaled by a power of ten; the exponent when it does.
    pub fn sqlite_scale(self) -> Option<u8> {
        match self {
            Self::Decimal { precision, scale } if precision <= SCALED_PRECISION => Some(scale),
            _ => None,
        }
    }

    fn sqlite(self) -> &'static str {
        match self {
            Self::Text | Self::Uuid | Self::Date | Self::Time | Self::Json => "TEXT",
            Self::Boolean | Self::Integer | Self::DateTime | Self::Duration => "INTEGER",
            Self::Decimal { .. } if self.sqlite_scale().is_some() => "INTEGER",
            Self::Decimal { .. } | Self::Number | Self::Bytes => "BLOB",
            Self::Real => "REAL",
        }
    }

    fn postgres(self) -> String {
        let name = match self {
            Self::Decimal { precision, scale } => return format!("NUMERIC({precision},{scale})"),
            Self::Text => "TEXT",
            Self::Uuid => "UUID",
            Self::Boolean => "BOOLEAN",
            Self::Integer | Self::Duration => "BIGINT",
            Self::Number => "NUMERIC",
            Self::Real => "DOUBLE PRECISION",
            Self::Date => "DATE",
            Self::DateTime => "TIMESTAMPTZ(3)",
            Self::Time => "TIME(0)",
            Self::Json => "JSONB",
            Self::Bytes => "BYTEA",
        };
        name.to_owned()
    }
}
