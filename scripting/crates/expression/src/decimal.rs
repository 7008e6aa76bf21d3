//! Exact decimal numbers: at most 16 digits before the point and 12 after it.
//!
//! Every operation gives `None` where the result would need more than 16 digits before the point; what needs more than
//! 12 digits after it is rounded half away from zero.

use std::fmt;

use ethnum::I256;

/// An exact number, kept as a whole count of 10^-12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Decimal(i128);

/// Why a text is no decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not a number written as `-12.5`.
    #[error("not a decimal number")]
    Malformed,
    /// More than 12 digits after the point.
    #[error("more than 12 digits after the point")]
    TooPrecise,
    /// More than 16 digits before the point.
    #[error("more than 16 digits before the point")]
    TooLarge,
}

/// Digits after the point that are kept.
pub const SCALE: u8 = 12;

const ONE: i128 = 10_i128.pow(SCALE as u32);
const SIGN: u128 = 1 << 127;

impl Decimal {
    /// The first whole number of 10^-12 that is too large: 10^28.
    pub const LIMIT: i128 = 10_i128.pow(28);

    /// Nought.
    pub const ZERO: Self = Self(0);

    /// Makes a number from a whole count of 10^-12; `None` beyond 16 digits before the point.
    pub const fn from_units(units: i128) -> Option<Self> {
        if units.unsigned_abs() < Self::LIMIT.unsigned_abs() { Some(Self(units)) } else { None }
    }

    /// Gives the number as a whole count of 10^-12.
    pub const fn units(self) -> i128 {
        self.0
    }

    /// Makes a number from an integer; `None` beyond 16 digits.
    pub const fn from_i64(value: i64) -> Option<Self> {
        Self::from_units(value as i128 * ONE)
    }

    /// Makes a number from a whole count of 10^-`scale`; `None` when it does not fit or `scale` is above 12.
    pub fn from_scaled(value: i128, scale: u8) -> Option<Self> {
        value.checked_mul(step(scale)?).and_then(Self::from_units)
    }

    /// Gives the number as a whole count of 10^-`scale`; `None` when it has more digits after the point than that.
    pub fn to_scaled(self, scale: u8) -> Option<i128> {
        let step = step(scale)?;
        (self.0 % step == 0).then_some(self.0 / step)
    }

    /// Reads `-12.50`, exactly: no exponent, no separators, no blanks.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(DecimalError::Malformed),
            None => (digits, ""),
        };
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return Err(DecimalError::Malformed);
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        if whole.len() > 16 {
            return Err(DecimalError::TooLarge);
        }
        if fraction.len() > usize::from(SCALE) {
            return Err(DecimalError::TooPrecise);
        }
        let digit = |units: i128, byte: u8| units * 10 + i128::from(byte - b'0');
        let zeros = std::iter::repeat_n(b'0', usize::from(SCALE) - fraction.len());
        let units = whole.bytes().chain(fraction.bytes()).chain(zeros).fold(0, digit);
        Ok(Self(if negative { -units } else { units }))
    }

    /// Writes the number with exactly `scale` digits after the point, rounding when it has more.
    pub fn format(self, scale: u8) -> String {
        let scale = scale.min(SCALE);
        let units = round_units(self.0, step(scale).unwrap_or(1)).unsigned_abs();
        let sign = if self.0 < 0 && units != 0 { "-" } else { "" };
        let (whole, fraction) = (units / ONE.unsigned_abs(), units % ONE.unsigned_abs());
        if scale == 0 {
            return format!("{sign}{whole}");
        }
        let fraction = format!("{fraction:012}");
        format!("{sign}{whole}.{}", &fraction[..usize::from(scale)])
    }

    /// Adds.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::from_units)
    }

    /// Subtracts.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).and_then(Self::from_units)
    }

    /// Multiplies, rounding to 12 digits after the point.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        divide_rounded(I256::from(self.0) * I256::from(other.0), I256::from(ONE))
    }

    /// Divides, rounding to 12 digits after the point; `None` also for a divisor of nought.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        (other.0 != 0).then_some(())?;
        divide_rounded(I256::from(self.0) * I256::from(ONE), I256::from(other.0))
    }

    /// Gives the mean of `count` numbers whose units add up to `units`.
    pub fn mean(units: I256, count: u64) -> Option<Self> {
        (count != 0).then_some(())?;
        divide_rounded(units, I256::from(count))
    }

    /// Negates.
    pub const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// Gives the distance from nought.
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// Rounds half away from zero to `digits` after the point; negative digits round before it.
    pub fn round(self, digits: i64) -> Option<Self> {
        if digits >= i64::from(SCALE) {
            return Some(self);
        }
        let Ok(exponent) = u32::try_from(i64::from(SCALE).saturating_sub(digits)) else { return Some(Self::ZERO) };
        match 10_i128.checked_pow(exponent) {
            Some(step) if exponent <= 29 => Self::from_units(round_units(self.0, step)),
            _ => Some(Self::ZERO),
        }
    }

    /// Cuts the number after so many digits after the point; negative digits are before it.
    pub fn cut(self, digits: i64) -> Self {
        if digits >= i64::from(SCALE) {
            return self;
        }
        let exponent = u32::try_from(i64::from(SCALE).saturating_sub(digits)).ok();
        match exponent.and_then(|exponent| 10_i128.checked_pow(exponent)) {
            Some(step) => Self(self.0 / step * step),
            None => Self::ZERO,
        }
    }

    /// Gives the greatest whole number that is not above this one.
    pub fn floor(self) -> i64 {
        // INVARIANT: 16 digits fit into 64 bits.
        self.0.div_euclid(ONE) as i64
    }

    /// Gives the least whole number that is not below this one.
    pub fn ceiling(self) -> i64 {
        -self.negated().floor()
    }

    /// Gives the whole number without what follows the point.
    pub fn truncated(self) -> i64 {
        (self.0 / ONE) as i64
    }

    /// Writes 16 bytes whose order is that of the numbers.
    pub fn to_bytes(self) -> [u8; 16] {
        ((self.0 as u128) ^ SIGN).to_be_bytes()
    }

    /// Reads what [`Self::to_bytes`] wrote; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; 16] = bytes.try_into().ok()?;
        Self::from_units((u128::from_be_bytes(bytes) ^ SIGN) as i128)
    }
}

/// Without trailing zeros, as expressions give it.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.format(SCALE);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

fn step(scale: u8) -> Option<i128> {
    (scale <= SCALE).then(|| 10_i128.pow(u32::from(SCALE - scale)))
}

fn round_units(units: i128, step: i128) -> i128 {
    let rest = units % step;
    let down = units - rest;
    if rest.unsigned_abs() >= step.unsigned_abs().div_ceil(2) && step > 1 { down + step * units.signum() } else { down }
}

fn divide_rounded(dividend: I256, divisor: I256) -> Option<Decimal> {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    let up = rest.abs() * I256::from(2_u8) >= divisor.abs();
    let away = if (dividend < I256::ZERO) == (divisor < I256::ZERO) { I256::ONE } else { -I256::ONE };
    let rounded = if up { quotient + away } else { quotient };
    i128::try_from(rounded).ok().and_then(Decimal::from_units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn text_is_read_and_written_exactly() {
        for (text, plain, fixed) in [
            ("0", "0", "0.00"),
            ("-0", "0", "0.00"),
            ("1250", "1250", "1250.00"),
            ("1250.10", "1250.1", "1250.10"),
            ("-0.005", "-0.005", "-0.01"),
            ("-0.004", "-0.004", "0.00"),
            ("9999999999999999.999999999999", "9999999999999999.999999999999", "10000000000000000.00"),
            ("0.000000000001", "0.000000000001", "0.00"),
            ("1.5000000000000000000", "1.5", "1.50"),
        ] {
            assert_eq!(decimal(text).to_string(), plain, "{text}");
            assert_eq!(decimal(text).format(2), fixed, "{text}");
        }
        for text in ["", "-", ".5", "5.", "1e5", "1,5", " 1", "1_000", "--1", "١"] {
            assert_eq!(Decimal::parse(text), Err(DecimalError::Malformed), "{text}");
        }
        assert_eq!(Decimal::parse("0.0000000000001"), Err(DecimalError::TooPrecise));
        assert_eq!(Decimal::parse("10000000000000000"), Err(DecimalError::TooLarge));
    }

    #[test]
    fn results_are_rounded_half_away_from_zero() {
        let third = decimal("1").checked_div(decimal("3")).unwrap();
        assert_eq!(third.to_string(), "0.333333333333");
        assert_eq!(decimal("-2").checked_div(decimal("3")).unwrap().to_string(), "-0.666666666667");
        assert_eq!(decimal("0.000001").checked_mul(decimal("0.0000005")).unwrap().to_string(), "0.000000000001");
        assert_eq!(decimal("2.5").round(0).unwrap().to_string(), "3");
        assert_eq!(decimal("-2.5").round(0).unwrap().to_string(), "-3");
        assert_eq!(decimal("1250").round(-2).unwrap().to_string(), "1300");
        assert_eq!(decimal("1249.99").round(-2).unwrap().to_string(), "1200");
        assert_eq!(decimal("5000000000000000").round(-16), None);
        assert_eq!(decimal("5000000000000000").round(-17), Some(Decimal::ZERO));
        assert_eq!(decimal("5").round(i64::MIN), Some(Decimal::ZERO));
    }

    #[test]
    fn overflow_is_none() {
        let great = decimal("9999999999999999");
        assert_eq!(great.checked_add(decimal("1")), None);
        assert_eq!(great.checked_mul(great), None);
        assert_eq!(great.checked_div(decimal("0.000000000001")), None);
        assert_eq!(great.checked_div(Decimal::ZERO), None);
        assert_eq!(Decimal::from_i64(i64::MAX), None);
    }

    #[test]
    fn whole_parts() {
        assert_eq!((decimal("-2.5").floor(), decimal("-2.5").ceiling(), decimal("-2.5").truncated()), (-3, -2, -2));
        assert_eq!((decimal("2.5").floor(), decimal("2.5").ceiling(), decimal("2").ceiling()), (2, 3, 2));
    }

    #[test]
    fn bytes_keep_the_order() {
        let sorted = ["-9999999999999999", "-1.5", "-0.000000000001", "0", "0.3", "1", "9999999999999999"].map(decimal);
        assert!(sorted.windows(2).all(|pair| pair[0].to_bytes() < pair[1].to_bytes()));
        assert!(sorted.iter().all(|number| Decimal::from_bytes(&number.to_bytes()) == Some(*number)));
        assert_eq!(Decimal::from_bytes(&[0; 16]), None);
    }

    #[test]
    fn scaled_counts() {
        assert_eq!(decimal("12.34").to_scaled(2), Some(1234));
        assert_eq!(decimal("12.345").to_scaled(2), None);
        assert_eq!(Decimal::from_scaled(-1234, 2), Some(decimal("-12.34")));
        assert_eq!(Decimal::from_scaled(i128::MAX, 2), None);
    }
}
