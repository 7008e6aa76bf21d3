//! Exact arithmetic: decimals as counts of 10^-12, and integers that give NULL where they overflow.

use ethnum::I256;
use sql::number as names;

use super::{Answer, Argument, Named, named};

/// One whole, in units.
const ONE: i128 = 1_000_000_000_000;

pub(super) fn all() -> Vec<Named> {
    vec![
        named(names::FROM, 2, |given| number(from_scaled(given[0].integer(), given[1].integer()))),
        named(names::PARSE, 1, |given| number(given[0].text().and_then(parse))),
        named(names::TEXT, 1, |given| units(given[0]).map(|units| Answer::Text(text(units))).into()),
        named(names::TO_SCALED, 2, |given| integer(to_scaled(units(given[0]), given[1].integer()))),
        named(names::TO_INTEGER, 1, |given| integer(units(given[0]).map(|units| units / ONE))),
        named(names::ADD, 2, |given| two(given, i128::checked_add)),
        named(names::SUBTRACT, 2, |given| two(given, i128::checked_sub)),
        named(names::MULTIPLY, 2, |given| two(given, multiply)),
        named(names::DIVIDE, 2, |given| two(given, divide)),
        named(names::WHOLE_QUOTIENT, 2, |given| {
            integer(units(given[0]).zip(units(given[1])).and_then(|(left, right)| left.checked_div(right)))
        }),
        named(names::NEGATE, 1, |given| number(units(given[0]).map(|units| -units))),
        named(names::ABS, 1, |given| number(units(given[0]).map(i128::abs))),
        named(names::ROUND, 2, |given| number(round(units(given[0]), given[1].integer()))),
        named(names::FLOOR, 1, |given| integer(in_range(given[0]).map(|units| units.div_euclid(ONE)))),
        named(names::CEIL, 1, |given| integer(in_range(given[0]).map(|units| -(-units).div_euclid(ONE)))),
        named(names::SIGN, 1, |given| integer(units(given[0]).map(i128::signum))),
        named(names::OF_HALVES, 3, |given| {
            let unit = given[2].integer().and_then(unit_of);
            number(unit.and_then(|unit| halves(given).checked_mul(unit)))
        }),
        named(names::INTEGER_OF_HALVES, 2, |given| integer(Some(halves(given)))),
        named(names::INTEGER_ADD, 2, |given| whole(given, i64::checked_add)),
        named(names::INTEGER_SUBTRACT, 2, |given| whole(given, i64::checked_sub)),
        named(names::INTEGER_MULTIPLY, 2, |given| whole(given, i64::checked_mul)),
        named(names::INTEGER_REMAINDER, 2, |given| {
            whole(given, |a, b| if b == -1 { Some(0) } else { a.checked_rem(b) })
        }),
        named(names::INTEGER_DIVIDE, 2, |given| whole(given, i64::checked_div)),
        named(names::INTEGER_NEGATE, 1, |given| {
            given[0].integer().and_then(i64::checked_neg).map(Answer::Integer).into()
        }),
    ]
}

/// The whole of which the upper and the lower 32 bits were added up apart.
fn halves(given: &[Argument<'_>]) -> i128 {
    let half = |at: usize| i128::from(given[at].integer().unwrap_or(0));
    (half(0) << 32) + half(1)
}

/// Reads a decimal; an INTEGER is whole.
pub(super) fn units(argument: Argument<'_>) -> Option<i128> {
    match argument {
        Argument::Blob(bytes) => names::decode(bytes).map(expression::Decimal::units),
        Argument::Integer(whole) => i128::from(whole).checked_mul(ONE),
        _ => None,
    }
}

/// Reads a decimal; an INTEGER of more digits than a decimal has is none.
fn in_range(argument: Argument<'_>) -> Option<i128> {
    units(argument).and_then(expression::Decimal::from_units).map(expression::Decimal::units)
}

/// Gives a decimal, or NULL when it has more than 16 digits before the point.
pub(super) fn number(units: Option<i128>) -> Answer {
    match units.and_then(expression::Decimal::from_units) {
        Some(decimal) => Answer::Number(names::encode(decimal)),
        None => Answer::Null,
    }
}

/// Divides two counts and rounds half away from zero.
pub(super) fn rounded(dividend: I256, divisor: I256) -> Option<i128> {
    let quotient = dividend.checked_div(divisor)?;
    let rest = dividend % divisor;
    let away = if rest.unsigned_abs() * 2 >= divisor.unsigned_abs() {
        if (dividend < 0) == (divisor < 0) { I256::ONE } else { I256::MINUS_ONE }
    } else {
        I256::ZERO
    };
    i128::try_from(quotient + away).ok()
}

fn two(given: &[Argument<'_>], compute: impl Fn(i128, i128) -> Option<i128>) -> Answer {
    let (Some(left), Some(right)) = (units(given[0]), units(given[1])) else { return Answer::Null };
    number(compute(left, right))
}

fn whole(given: &[Argument<'_>], compute: impl Fn(i64, i64) -> Option<i64>) -> Answer {
    let (Some(left), Some(right)) = (given[0].integer(), given[1].integer()) else { return Answer::Null };
    compute(left, right).map(Answer::Integer).into()
}

fn integer(value: Option<i128>) -> Answer {
    value.and_then(|value| i64::try_from(value).ok()).map(Answer::Integer).into()
}

fn multiply(left: i128, right: i128) -> Option<i128> {
    rounded(I256::from(left) * I256::from(right), I256::from(ONE))
}

fn divide(left: i128, right: i128) -> Option<i128> {
    rounded(I256::from(left) * I256::from(ONE), I256::from(right))
}

fn from_scaled(value: Option<i64>, scale: Option<i64>) -> Option<i128> {
    i128::from(value?).checked_mul(unit_of(scale?)?)
}

fn to_scaled(units: Option<i128>, scale: Option<i64>) -> Option<i128> {
    rounded(I256::from(units?), I256::from(unit_of(scale?)?))
}

/// Gives 10^-digits in units; `None` when it is smaller than one unit.
fn unit_of(digits: i64) -> Option<i128> {
    10_i128.checked_pow(u32::try_from(12_i64.checked_sub(digits)?).ok()?)
}

fn round(units: Option<i128>, digits: Option<i64>) -> Option<i128> {
    let (units, digits) = (units?, digits?);
    if digits >= 12 {
        return Some(units);
    }
    // Beyond 26 digits before the point everything rounds to nothing.
    let Some(unit) = unit_of(digits.max(-24)) else { return Some(0) };
    rounded(I256::from(units), I256::from(unit))?.checked_mul(unit)
}

/// Reads `[+-]digits[.digits]` with white space around; digits beyond the twelfth round half away from zero.
fn parse(text: &str) -> Option<i128> {
    let text = text.trim();
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = before.bytes().chain(after.bytes()).all(|byte| byte.is_ascii_digit());
    if !all_digits || before.is_empty() || (after.is_empty() && digits.contains('.')) {
        return None;
    }
    let before = before.trim_start_matches('0');
    if before.len() > 16 {
        return None;
    }
    let mut units = before.bytes().fold(0_i128, |sum, byte| sum * 10 + i128::from(byte - b'0')) * ONE;
    let mut unit = ONE / 10;
    for (at, byte) in after.bytes().enumerate() {
        let digit = i128::from(byte - b'0');
        if at == 12 {
            units += i128::from(digit >= 5);
            break;
        }
        units += digit * unit;
        unit /= 10;
    }
    Some(if negative { -units } else { units })
}

fn text(units: i128) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let units = units.unsigned_abs();
    let (before, after) = (units / ONE.unsigned_abs(), units % ONE.unsigned_abs());
    if after == 0 {
        return format!("{sign}{before}");
    }
    let after = format!("{after:012}");
    format!("{sign}{before}.{}", after.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> i128 {
        parse(text).unwrap()
    }

    #[test]
    fn parses_and_prints() {
        for text_ in ["0", "1", "-1.5", "9999999999999999.999999999999", "0.000000000001"] {
            assert_eq!(text(parsed(text_)), text_);
        }
        assert_eq!(parse("+007.10"), parse("7.1"));
        assert_eq!(parse("0.0000000000005"), Some(1));
        for wrong in ["", "-", ".", "1.", ".5", "1e5", "1,5", "NaN", "10000000000000000", "1 2"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn rounds_half_away_from_zero() {
        assert_eq!(multiply(parsed("0.000001"), parsed("0.0000005")), Some(1));
        assert_eq!(multiply(parsed("-0.000001"), parsed("0.0000005")), Some(-1));
        assert_eq!(divide(parsed("1"), parsed("3")), parse("0.333333333333"));
        assert_eq!(divide(parsed("2"), parsed("-3")), parse("-0.666666666667"));
        assert_eq!(divide(parsed("1"), 0), None);
        assert_eq!(round(parse("2.5"), Some(0)), parse("3"));
        assert_eq!(round(parse("-2.5"), Some(0)), parse("-3"));
        assert_eq!(round(parse("1250"), Some(-2)), parse("1300"));
        assert_eq!(round(parse("1250"), Some(-99)), Some(0));
        assert_eq!(to_scaled(parse("1.005"), Some(2)), Some(101));
    }

    #[test]
    fn overflow_is_nothing() {
        let largest = parsed("9999999999999999.999999999999");
        assert!(matches!(number(largest.checked_add(1)), Answer::Null));
        assert!(matches!(number(multiply(largest, largest)), Answer::Null));
        assert!(matches!(number(divide(largest, 1)), Answer::Null));
    }
}
