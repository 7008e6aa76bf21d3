//! The names of what keeps the exact state of aggregates, see `storage::internal::rollups`.
//!
//! On SQLite a total is 16 bytes like a decimal (`sql::number`), but may have more digits: a sum may leave what a decimal holds
//! and come back. PostgreSQL has NUMERIC.

/// The table: record, field, part, total, count.
pub const TABLE: &str = "verstak_rollup";

/// `exact_sum(a)`, an aggregate of decimals and integers: nought over nothing, NULL when not even 38 digits hold it.
pub const SUM: &str = "exact_sum";
/// `exact_add(a, b)`: NULL likewise.
pub const ADD: &str = "exact_add";
/// `exact_of(a)`: a decimal or an INTEGER as a total.
pub const OF: &str = "exact_of";
/// `exact_decimal(a)`: a total as a decimal; NULL when it has more than 16 digits before the point.
pub const DECIMAL: &str = "exact_decimal";
/// `exact_integer(a)`: the whole part of a total as an INTEGER; NULL when it does not fit.
pub const INTEGER: &str = "exact_integer";
/// `exact_mean(a, count)`: a total divided by a count, as a decimal.
pub const MEAN: &str = "exact_mean";

const SIGN_BIT: u128 = 1 << 127;

/// Gives the 16 bytes of a count of 10^-12.
pub fn encode(units: i128) -> [u8; 16] {
    (units.cast_unsigned() ^ SIGN_BIT).to_be_bytes()
}

/// Reads them; `None` when they are none.
pub fn decode(bytes: &[u8]) -> Option<i128> {
    let bytes: [u8; 16] = bytes.try_into().ok()?;
    Some((u128::from_be_bytes(bytes) ^ SIGN_BIT).cast_signed())
}
