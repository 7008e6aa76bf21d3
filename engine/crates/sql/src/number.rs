//! Decimals inside SQLite: the 16 bytes that compare like numbers, and the names of the functions over them.
//!
//! Every function gives NULL when an argument is NULL, when the result has more than 16 digits before the point, and on
//! division by zero. `storage` registers them on each connection of SQLite; PostgreSQL has NUMERIC.

use expression::Decimal;

/// `dec_from(integer, scale)`: an INTEGER scaled by 10^scale as a decimal; scale 0 for plain integers.
pub const FROM: &str = "dec_from";
/// `dec_parse(text)`: a decimal written in text, else NULL.
pub const PARSE: &str = "dec_parse";
/// `dec_text(decimal)`: the shortest text of a decimal.
pub const TEXT: &str = "dec_text";
/// `dec_to_scaled(decimal, scale)`: rounded half away from zero and scaled to an INTEGER; NULL when it does not fit.
pub const TO_SCALED: &str = "dec_to_scaled";
/// `dec_to_int(decimal)`: the whole part as an INTEGER, cut towards zero; NULL when it does not fit.
pub const TO_INTEGER: &str = "dec_to_int";
/// `dec_add(a, b)`.
pub const ADD: &str = "dec_add";
/// `dec_sub(a, b)`.
pub const SUBTRACT: &str = "dec_sub";
/// `dec_mul(a, b)`, rounded to 12 digits after the point.
pub const MULTIPLY: &str = "dec_mul";
/// `dec_div(a, b)`, rounded to 12 digits after the point.
pub const DIVIDE: &str = "dec_div";
/// `dec_div_whole(a, b)`: the whole part of the exact quotient, cut towards zero, as an INTEGER.
pub const WHOLE_QUOTIENT: &str = "dec_div_whole";
/// `dec_neg(a)`.
pub const NEGATE: &str = "dec_neg";
/// `dec_abs(a)`.
pub const ABS: &str = "dec_abs";
/// `dec_round(a, digits)`, half away from zero; digits may be negative.
pub const ROUND: &str = "dec_round";
/// `dec_floor(a)`, as an INTEGER, which reaches one further than a decimal does.
pub const FLOOR: &str = "dec_floor";
/// `dec_ceil(a)`, likewise.
pub const CEIL: &str = "dec_ceil";
/// `dec_sign(a)`: -1, 0 or 1 as an INTEGER.
pub const SIGN: &str = "dec_sign";
/// `dec_sum(a)`, an aggregate: 0 over nothing, NULL on overflow.
pub const SUM: &str = "dec_sum";
/// `dec_of_halves(high, low, scale)`: the sum of INTEGERs scaled by 10^scale, told by the sums of their upper and of their lower
/// 32 bits, which SQLite adds up by itself and which do not overflow; 0 of nothing, NULL when it does not fit.
pub const OF_HALVES: &str = "dec_of_halves";
/// `int_of_halves(high, low)`: the sum of INTEGERs, likewise.
pub const INTEGER_OF_HALVES: &str = "int_of_halves";
/// `dec_avg(a)`, an aggregate: NULL over nothing.
pub const AVG: &str = "dec_avg";
/// `dec_part(a)`, an aggregate: total and count as a text, which the other sums take as they take values, so that sums of
/// parts are those of the whole.
pub const PART: &str = "dec_part";
/// `int_add(a, b)`: NULL instead of an overflow, where SQLite would turn to REAL.
pub const INTEGER_ADD: &str = "int_add";
/// `int_sub(a, b)`.
pub const INTEGER_SUBTRACT: &str = "int_sub";
/// `int_mul(a, b)`.
pub const INTEGER_MULTIPLY: &str = "int_mul";
/// `int_rem(a, b)`: the sign of the dividend; NULL by zero.
pub const INTEGER_REMAINDER: &str = "int_rem";
/// `int_div(a, b)`: cut towards zero; NULL by zero.
pub const INTEGER_DIVIDE: &str = "int_div";
/// `int_neg(a)`.
pub const INTEGER_NEGATE: &str = "int_neg";
/// `int_sum(a)`, an aggregate: 0 over nothing, NULL on overflow, where SQLite would fail the statement.
pub const INTEGER_SUM: &str = "int_sum";

const SIGN_BIT: u128 = 1 << 127;

/// Gives the 16 bytes of a decimal; they compare as the numbers do.
pub fn encode(value: Decimal) -> [u8; 16] {
    (value.units().cast_unsigned() ^ SIGN_BIT).to_be_bytes()
}

/// Reads the 16 bytes of a decimal; `None` when they are none.
pub fn decode(bytes: &[u8]) -> Option<Decimal> {
    let bytes: [u8; 16] = bytes.try_into().ok()?;
    Decimal::from_units((u128::from_be_bytes(bytes) ^ SIGN_BIT).cast_signed())
}

/// Reads an INTEGER scaled by 10^scale.
pub fn from_scaled(value: i64, scale: u8) -> Option<Decimal> {
    let factor = 10_i128.checked_pow(12_u32.checked_sub(u32::from(scale))?)?;
    Decimal::from_units(i128::from(value).checked_mul(factor)?)
}

/// Scales a decimal to an INTEGER, rounded half away from zero; `None` when it does not fit.
pub fn to_scaled(value: Decimal, scale: u8) -> Option<i64> {
    let factor = 10_i128.checked_pow(12_u32.checked_sub(u32::from(scale))?)?;
    let (quotient, rest) = (value.units() / factor, value.units() % factor);
    let away = if rest.abs() * 2 >= factor { value.units().signum() } else { 0 };
    i64::try_from(quotient + away).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(units: i128) -> Decimal {
        Decimal::from_units(units).unwrap()
    }

    #[test]
    fn bytes_compare_like_numbers() {
        let numbers = [-Decimal::LIMIT + 1, -1_000_000_000_001, -1, 0, 1, 7, 1_000_000_000_000, Decimal::LIMIT - 1];
        for pair in numbers.windows(2) {
            assert!(encode(decimal(pair[0])) < encode(decimal(pair[1])), "{pair:?}");
        }
        for units in numbers {
            assert_eq!(decode(&encode(decimal(units))), Some(decimal(units)));
        }
        assert_eq!(decode(b"short"), None);
        assert_eq!(decode(&[255; 16]), None);
    }

    #[test]
    fn scaling_rounds_half_away_from_zero() {
        assert_eq!(to_scaled(decimal(1_005_000_000_000), 2), Some(101));
        assert_eq!(to_scaled(decimal(-1_005_000_000_000), 2), Some(-101));
        assert_eq!(to_scaled(decimal(1_004_999_999_999), 2), Some(100));
        assert_eq!(to_scaled(decimal(Decimal::LIMIT - 1), 12), None);
        assert_eq!(from_scaled(-101, 2), Some(decimal(-1_010_000_000_000)));
    }
}
