//! Functions of dates and lengths of time.

use std::cmp::Ordering;

use chrono::{Datelike, NaiveTime, Timelike};

use super::{Function, integer_of};
use crate::evaluate::{Problem, order};
use crate::{Type, Value};

/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;

/// The functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "today",
        parameters: &[],
        result: Type::Date,
        word: None,
        evaluate: |_, environment| Ok(Value::Date(environment.today())),
        example: "close_date < today()",
        en: "Today's date in the user's time zone.",
        ru: "Сегодняшняя дата в часовом поясе пользователя.",
    },
    Function {
        name: "now",
        parameters: &[],
        result: Type::DateTime,
        word: None,
        evaluate: |_, environment| Ok(Value::DateTime(environment.now())),
        example: "meeting > now()",
        en: "The present instant.",
        ru: "Текущий момент.",
    },
    Function {
        name: "year",
        parameters: &[Type::Date],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(part(&arguments[0], |date| i64::from(date.year()))),
        example: "close_date.year() == 2026",
        en: "The year.",
        ru: "Год.",
    },
    Function {
        name: "month",
        parameters: &[Type::Date],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(part(&arguments[0], |date| i64::from(date.month()))),
        example: "close_date.month()",
        en: "The month, 1 to 12.",
        ru: "Месяц, от 1 до 12.",
    },
    Function {
        name: "day",
        parameters: &[Type::Date],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(part(&arguments[0], |date| i64::from(date.day()))),
        example: "close_date.day()",
        en: "The day of the month, 1 to 31.",
        ru: "День месяца, от 1 до 31.",
    },
    Function {
        name: "days",
        parameters: &[Type::Integer],
        result: Type::Duration,
        word: None,
        evaluate: |arguments, _| length(&arguments[0], DAY),
        example: "today() + days(7)",
        en: "A length of so many days, to be added to a date: `today() + days(7)`.",
        ru: "Столько дней, чтобы прибавить к дате: `today() + days(7)`.",
    },
    Function {
        name: "hours",
        parameters: &[Type::Integer],
        result: Type::Duration,
        word: None,
        evaluate: |arguments, _| length(&arguments[0], 3_600_000),
        example: "meeting + hours(2)",
        en: "A length of so many hours.",
        ru: "Столько часов.",
    },
    Function {
        name: "minutes",
        parameters: &[Type::Integer],
        result: Type::Duration,
        word: None,
        evaluate: |arguments, _| length(&arguments[0], 60_000),
        example: "meeting - minutes(15)",
        en: "A length of so many minutes.",
        ru: "Столько минут.",
    },
    Function {
        name: "in_days",
        parameters: &[Type::Duration],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(whole(&arguments[0], DAY)),
        example: "(close_date - today()).in_days()",
        en: "Whole days of a length of time: `(today() - close_date).in_days()`.",
        ru: "Целых дней в промежутке: `(today() - close_date).in_days()`.",
    },
    Function {
        name: "quarter",
        parameters: &[Type::Date],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(part(&arguments[0], |date| i64::from(date.month0() / 3 + 1))),
        example: "close_date.quarter()",
        en: "The quarter of the year, 1 to 4.",
        ru: "Квартал, от 1 до 4.",
    },
    Function {
        name: "week",
        parameters: &[Type::Date],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(part(&arguments[0], |date| i64::from(date.iso_week().week()))),
        example: "close_date.week()",
        en: "The week of the year by ISO 8601, 1 to 53; weeks begin on Monday.",
        ru: "Неделя года по ISO 8601, от 1 до 53; неделя начинается в понедельник.",
    },
    Function {
        name: "weekday",
        parameters: &[Type::Date],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(part(&arguments[0], |date| i64::from(date.weekday().number_from_monday()))),
        example: "close_date.weekday() > 5",
        en: "The day of the week, 1 for Monday to 7 for Sunday.",
        ru: "День недели, от 1 (понедельник) до 7 (воскресенье).",
    },
    Function {
        name: "hour",
        parameters: &[Type::Time],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(part_of_time(&arguments[0], |time| time.hour())),
        example: "time(meeting).hour()",
        en: "The hour of the day, 0 to 23.",
        ru: "Час, от 0 до 23.",
    },
    Function {
        name: "minute",
        parameters: &[Type::Time],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(part_of_time(&arguments[0], |time| time.minute())),
        example: "call_time.minute()",
        en: "The minute of the hour, 0 to 59.",
        ru: "Минута, от 0 до 59.",
    },
    Function {
        name: "seconds",
        parameters: &[Type::Integer],
        result: Type::Duration,
        word: None,
        evaluate: |arguments, _| length(&arguments[0], 1_000),
        example: "now() - seconds(30)",
        en: "A length of so many seconds.",
        ru: "Столько секунд.",
    },
    Function {
        name: "weeks",
        parameters: &[Type::Integer],
        result: Type::Duration,
        word: None,
        evaluate: |arguments, _| length(&arguments[0], 7 * DAY),
        example: "today() + weeks(2)",
        en: "A length of so many weeks.",
        ru: "Столько недель.",
    },
    Function {
        name: "in_hours",
        parameters: &[Type::Duration],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(whole(&arguments[0], 3_600_000)),
        example: "(now() - meeting).in_hours()",
        en: "Whole hours of a length of time.",
        ru: "Целых часов в промежутке.",
    },
    Function {
        name: "in_minutes",
        parameters: &[Type::Duration],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(whole(&arguments[0], 60_000)),
        example: "length.in_minutes()",
        en: "Whole minutes of a length of time.",
        ru: "Целых минут в промежутке.",
    },
    Function {
        name: "in_seconds",
        parameters: &[Type::Duration],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(whole(&arguments[0], 1_000)),
        example: "length.in_seconds()",
        en: "Whole seconds of a length of time.",
        ru: "Целых секунд в промежутке.",
    },
    Function {
        name: "min",
        parameters: &[Type::Date, Type::Date],
        result: Type::Date,
        word: None,
        evaluate: |arguments, _| Ok(lesser(&arguments[0], &arguments[1])),
        example: "min(close_date, today())",
        en: "The earlier of two.",
        ru: "Более ранняя из двух.",
    },
    Function {
        name: "max",
        parameters: &[Type::Date, Type::Date],
        result: Type::Date,
        word: None,
        evaluate: |arguments, _| Ok(greater(&arguments[0], &arguments[1])),
        example: "max(close_date, today())",
        en: "The later of two.",
        ru: "Более поздняя из двух.",
    },
    Function {
        name: "min",
        parameters: &[Type::DateTime, Type::DateTime],
        result: Type::DateTime,
        word: None,
        evaluate: |arguments, _| Ok(lesser(&arguments[0], &arguments[1])),
        example: "min(meeting, now())",
        en: "The earlier of two.",
        ru: "Более ранний из двух.",
    },
    Function {
        name: "max",
        parameters: &[Type::DateTime, Type::DateTime],
        result: Type::DateTime,
        word: None,
        evaluate: |arguments, _| Ok(greater(&arguments[0], &arguments[1])),
        example: "max(meeting, now())",
        en: "The later of two.",
        ru: "Более поздний из двух.",
    },
];

fn part(value: &Value, part: fn(&chrono::NaiveDate) -> i64) -> Value {
    match value {
        Value::Date(date) => part(date).into(),
        _ => Value::Empty,
    }
}

fn part_of_time(value: &Value, part: fn(&NaiveTime) -> u32) -> Value {
    match value {
        Value::Time(time) => i64::from(part(time)).into(),
        _ => Value::Empty,
    }
}

fn length(count: &Value, unit: i64) -> Result<Value, Problem> {
    integer_of(count).checked_mul(unit).map(Value::Duration).ok_or(Problem::Overflow)
}

fn whole(length: &Value, unit: i64) -> Value {
    match length {
        Value::Duration(length) => (length / unit).into(),
        _ => Value::Empty,
    }
}

// The order of dates and instants is the same in every language.
fn lesser(left: &Value, right: &Value) -> Value {
    if order(left, right, "") == Some(Ordering::Greater) { right.clone() } else { left.clone() }
}

fn greater(left: &Value, right: &Value) -> Value {
    if order(left, right, "") == Some(Ordering::Less) { right.clone() } else { left.clone() }
}
