//! Columns of PostgreSQL, from the binary format.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use expression::{Decimal, Value};
use sql::ColumnType;
use sqlx::postgres::{PgRow, PgValueRef};
use sqlx::{Row, TypeInfo, ValueRef};

/// Seconds from 1970 to 2000, from which PostgreSQL counts.
const EPOCH_SECONDS: i64 = 946_684_800;

/// Decodes one column of a row.
pub(crate) fn decode(row: &PgRow, at: usize, column: ColumnType) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Empty);
    }
    let bytes = raw.as_bytes().map_err(sqlx::Error::Decode)?;
    let value = match column {
        ColumnType::Text => text(bytes).map(|text| Value::Text(text.into())),
        ColumnType::Uuid => uuid::Uuid::from_slice(bytes).ok().map(Value::Id),
        ColumnType::Boolean => bytes.first().map(|byte| Value::Boolean(*byte != 0)),
        ColumnType::Integer => integer(bytes).map(Value::Integer),
        ColumnType::Duration => integer(bytes).map(Value::Duration),
        ColumnType::Decimal { .. } | ColumnType::Number => decimal(&raw, bytes).map(Value::Decimal),
        ColumnType::Real => real(bytes)
            .and_then(serde_json::Number::from_f64)
            .map(|number| Value::Json(serde_json::Value::Number(number).into())),
        ColumnType::Date => date(bytes).map(Value::Date),
        ColumnType::DateTime => date_time(bytes).map(Value::DateTime),
        ColumnType::Time => time(bytes).map(Value::Time),
        ColumnType::Json => json(&raw, bytes).map(|json| Value::Json(json.into())),
        ColumnType::Bytes => Some(Value::Bytes(bytes.into())),
    };
    Ok(value.unwrap_or(Value::Empty))
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn integer(bytes: &[u8]) -> Option<i64> {
    match *bytes {
        [a, b] => Some(i64::from(i16::from_be_bytes([a, b]))),
        [a, b, c, d] => Some(i64::from(i32::from_be_bytes([a, b, c, d]))),
        _ => Some(i64::from_be_bytes(bytes.try_into().ok()?)),
    }
}

fn real(bytes: &[u8]) -> Option<f64> {
    match *bytes {
        [a, b, c, d] => Some(f64::from(f32::from_be_bytes([a, b, c, d]))),
        _ => Some(f64::from_be_bytes(bytes.try_into().ok()?)),
    }
}

fn date(bytes: &[u8]) -> Option<NaiveDate> {
    let days = i32::from_be_bytes(bytes.try_into().ok()?);
    let start = NaiveDate::from_ymd_opt(2000, 1, 1)?;
    let distance = Days::new(u64::from(days.unsigned_abs()));
    if days < 0 { start.checked_sub_days(distance) } else { start.checked_add_days(distance) }
}

fn date_time(bytes: &[u8]) -> Option<DateTime<Utc>> {
    let microseconds = i64::from_be_bytes(bytes.try_into().ok()?);
    DateTime::from_timestamp_millis(microseconds.div_euclid(1000).checked_add(EPOCH_SECONDS * 1000)?)
}

fn time(bytes: &[u8]) -> Option<NaiveTime> {
    let microseconds = i64::from_be_bytes(bytes.try_into().ok()?);
    let (time, days) = NaiveTime::MIN.overflowing_add_signed(TimeDelta::seconds(microseconds / 1_000_000));
    (days == 0).then_some(time)
}

fn json(raw: &PgValueRef<'_>, bytes: &[u8]) -> Option<serde_json::Value> {
    // JSONB opens with the number of its version.
    let text = if raw.type_info().name() == "JSONB" { bytes.get(1..)? } else { bytes };
    serde_json::from_slice(text).ok()
}

/// Reads NUMERIC, or an integer where an expression happens to be one. Digits beyond the twelfth are rounded half away
/// from zero; what has more than 16 digits before the point, and NaN, is empty.
fn decimal(raw: &PgValueRef<'_>, bytes: &[u8]) -> Option<Decimal> {
    if raw.type_info().name() != "NUMERIC" {
        return Decimal::from_units(i128::from(integer(bytes)?).checked_mul(1_000_000_000_000)?);
    }
    numeric(bytes)
}

/// The binary NUMERIC: count of digits to base 10,000, weight of the first, sign, scale, digits.
fn numeric(bytes: &[u8]) -> Option<Decimal> {
    const POSITIVE: u16 = 0;
    const NEGATIVE: u16 = 0x4000;
    let word = |at: usize| Some(u16::from_be_bytes(bytes.get(at * 2..at * 2 + 2)?.try_into().ok()?));
    let (count, weight, sign) = (word(0)?, word(1)?.cast_signed(), word(2)?);
    if sign != POSITIVE && sign != NEGATIVE {
        return None;
    }
    // Units are 10^-12, which is 10,000^-3.
    let mut units = 0_i128;
    for at in 0..usize::from(count) {
        let digit = i128::from(word(4 + at)?);
        let power = i32::from(weight) - i32::try_from(at).ok()? + 3;
        match u32::try_from(power) {
            Ok(power) => units = units.checked_add(digit.checked_mul(10_000_i128.checked_pow(power)?)?)?,
            Err(_) => {
                if power == -1 && digit >= 5_000 {
                    units += 1;
                }
                break;
            }
        }
    }
    Decimal::from_units(if sign == NEGATIVE { -units } else { units })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(weight: i16, sign: u16, digits: &[u16]) -> Vec<u8> {
        let head = [u16::try_from(digits.len()).unwrap(), weight.cast_unsigned(), sign, 12];
        head.iter().chain(digits).flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn numeric_is_read_exactly() {
        let units = |bytes: Vec<u8>| numeric(&bytes).map(Decimal::units);
        assert_eq!(units(encoded(0, 0, &[1, 5000])), Some(1_500_000_000_000));
        assert_eq!(units(encoded(-3, 0x4000, &[1])), Some(-1));
        assert_eq!(units(encoded(-1, 0, &[1, 0, 0, 5000])), Some(100_000_001));
        assert_eq!(units(encoded(-1, 0, &[1, 0, 0, 4999, 9999])), Some(100_000_000));
        assert_eq!(units(encoded(3, 0, &[9999, 9999, 9999, 9999, 9999, 9999, 9999])), Some(Decimal::LIMIT - 1));
        assert_eq!(units(encoded(4, 0, &[1])), None);
        assert_eq!(units(encoded(0, 0xc000, &[])), None);
        assert_eq!(units(encoded(0, 0, &[])), Some(0));
    }
}
