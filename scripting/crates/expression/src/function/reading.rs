//! Functions that read a text as a value of another type.

use chrono::NaiveDate;

use super::{Function, text_of};
use crate::{Decimal, Type, Value};

/// The functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "parse_int",
        parameters: &[Type::Text],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(whole(text_of(&arguments[0])).into()),
        example: "title.parse_int()",
        en: "The whole number that a text writes: `-` and digits, nothing else; else `()`.",
        ru: "Целое число, записанное текстом: `-` и цифры, ничего больше; иначе `()`.",
    },
    Function {
        name: "parse_decimal",
        parameters: &[Type::Text],
        result: Type::Decimal,
        word: None,
        evaluate: |arguments, _| Ok(number(text_of(&arguments[0])).into()),
        example: "title.parse_decimal() ?? 0",
        en: "The number that a text writes: up to 16 digits, then perhaps a point and up to 12 more; else `()`.",
        ru: "Число, записанное текстом: до 16 цифр, затем, возможно, точка и ещё до 12; иначе `()`.",
    },
    Function {
        name: "parse_date",
        parameters: &[Type::Text],
        result: Type::Date,
        word: None,
        evaluate: |arguments, _| Ok(date(text_of(&arguments[0])).map_or(Value::Empty, Value::Date)),
        example: "title.left(10).parse_date()",
        en: "The date that a text writes as `2026-01-31`; else `()`.",
        ru: "Дата, записанная текстом как `2026-01-31`; иначе `()`.",
    },
];

fn digits(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn whole(text: &str) -> Option<i64> {
    digits(text.strip_prefix('-').unwrap_or(text), 19).then(|| text.parse().ok()).flatten()
}

fn number(text: &str) -> Option<Decimal> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let is_number = match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole, 16) && digits(fraction, 12),
        None => digits(unsigned, 16),
    };
    is_number.then(|| Decimal::parse(text).ok()).flatten()
}

fn date(text: &str) -> Option<NaiveDate> {
    let form = |(at, byte): (usize, u8)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    let is_date = text.len() == 10 && text.bytes().enumerate().all(form) && !text.starts_with("0000");
    is_date.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}
