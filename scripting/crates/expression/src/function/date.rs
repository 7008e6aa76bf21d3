//! Functions of dates and lengths of time.

use chrono::Datelike;

use super::Function;
use crate::evaluate::Problem;
use crate::{Type, Value};

/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

/// The functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "today",
        parameters: &[],
        result: Type::Date,
        evaluate: |_, environment| Ok(Value::Date(environment.today())),
        en: "Today's date in the user's time zone.",
        ru: "Сегодняшняя дата в часовом поясе пользователя.",
    },
    Function {
        name: "now",
        parameters: &[],
        result: Type::DateTime,
        evaluate: |_, environment| Ok(Value::DateTime(environment.now())),
        en: "The present instant.",
        ru: "Текущий момент.",
    },
    Function {
        name: "year",
        parameters: &[Type::Date],
        result: Type::Integer,
        evaluate: |arguments, _| Ok(part(&arguments[0], |date| i64::from(date.year()))),
        en: "The year.",
        ru: "Год.",
    },
    Function {
        name: "month",
        parameters: &[Type::Date],
        result: Type::Integer,
        evaluate: |arguments, _| Ok(part(&arguments[0], |date| i64::from(date.month()))),
        en: "The month, 1 to 12.",
        ru: "Месяц, от 1 до 12.",
    },
    Function {
        name: "day",
        parameters: &[Type::Date],
        result: Type::Integer,
        evaluate: |arguments, _| Ok(part(&arguments[0], |date| i64::from(date.day()))),
        en: "The day of the month, 1 to 31.",
        ru: "День месяца, от 1 до 31.",
    },
    Function {
        name: "days",
        parameters: &[Type::Integer],
        result: Type::Duration,
        evaluate: |arguments, _| length(&arguments[0], DAY),
        en: "A length of so many days, to be added to a date: `today() + days(7)`.",
        ru: "Столько дней, чтобы прибавить к дате: `today() + days(7)`.",
    },
    Function {
        name: "hours",
        parameters: &[Type::Integer],
        result: Type::Duration,
        evaluate: |arguments, _| length(&arguments[0], 3_600_000),
        en: "A length of so many hours.",
        ru: "Столько часов.",
    },
    Function {
        name: "minutes",
        parameters: &[Type::Integer],
        result: Type::Duration,
        evaluate: |arguments, _| length(&arguments[0], 60_000),
        en: "A length of so many minutes.",
        ru: "Столько минут.",
    },
    Function {
        name: "in_days",
        parameters: &[Type::Duration],
        result: Type::Integer,
        evaluate: |arguments, _| match &arguments[0] {
            Value::Duration(length) => Ok((length / DAY).into()),
            _ => Ok(Value::Empty),
        },
        en: "Whole days of a length of time: `(today() - close_date).in_days()`.",
        ru: "Целых дней в промежутке: `(today() - close_date).in_days()`.",
    },
];

fn part(value: &Value, part: fn(&chrono::NaiveDate) -> i64) -> Value {
    match value {
        Value::Date(date) => part(date).into(),
        _ => Value::Empty,
    }
}

fn length(value: &Value, unit: i64) -> Result<Value, Problem> {
    match value {
        Value::Integer(count) => count.checked_mul(unit).map(Value::Duration).ok_or(Problem::Overflow),
        _ => Ok(Value::Empty),
    }
}
