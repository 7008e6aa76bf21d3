//! Functions of the calendar: dates made, moved, brought to the ends of their periods, and the distance between them.
//! Dates before the year 1 and after 9999 are none.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};

use super::word::{Unit, unit};
use super::{Function, Word, integer_of, text_of};
use crate::evaluate::Problem;
use crate::{Type, Value};

/// The first and the last day of a period, where the calendar has them.
pub type Span = (Option<NaiveDate>, Option<NaiveDate>);

/// The functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "date",
        parameters: &[Type::Integer, Type::Integer, Type::Integer],
        result: Type::Date,
        word: None,
        evaluate: |arguments, _| {
            let [year, month, day] = [0, 1, 2].map(|at| integer_of(&arguments[at]));
            Ok(dated(made(year, month, day)))
        },
        example: "date(2026, 12, 31)",
        en: "The date of a year, a month and a day; `()` when there is none.",
        ru: "Дата по году, месяцу и дню; `()`, если такой нет.",
    },
    Function {
        name: "time",
        parameters: &[Type::Integer, Type::Integer],
        result: Type::Time,
        word: None,
        evaluate: |arguments, _| Ok(time(integer_of(&arguments[0]), integer_of(&arguments[1]))),
        example: "call_time >= time(9, 30)",
        en: "The time of an hour and a minute; `()` when there is none.",
        ru: "Время по часу и минуте; `()`, если такого нет.",
    },
    Function {
        name: "add_days",
        parameters: &[Type::Date, Type::Integer],
        result: Type::Date,
        word: None,
        evaluate: |arguments, _| moved(&arguments[0], &arguments[1], add_days),
        example: "close_date.add_days(14)",
        en: "The date so many days later; a negative count is earlier.",
        ru: "Дата через столько дней; отрицательное число — раньше.",
    },
    Function {
        name: "add_months",
        parameters: &[Type::Date, Type::Integer],
        result: Type::Date,
        word: None,
        evaluate: |arguments, _| moved(&arguments[0], &arguments[1], add_months),
        example: "close_date.add_months(1)",
        en: "The same day so many months later; the last day of a month that is too short: January 31 and one month is February 28.",
        ru: "Тот же день через столько месяцев; в коротком месяце — последний день: 31 января и один месяц — 28 февраля.",
    },
    Function {
        name: "add_years",
        parameters: &[Type::Date, Type::Integer],
        result: Type::Date,
        word: None,
        evaluate: |arguments, _| {
            moved(&arguments[0], &arguments[1], |date, years| add_months(date, years.checked_mul(12)?))
        },
        example: "company.founded.add_years(10)",
        en: "The same day so many years later; February 29 becomes the 28th in a common year.",
        ru: "Тот же день через столько лет; 29 февраля в обычном году становится 28-м.",
    },
    Function {
        name: "start_of",
        parameters: &[Type::Date, Type::Text],
        result: Type::Date,
        word: Some(Word::Unit),
        evaluate: |arguments, _| spanned(&arguments[0], &arguments[1], |(first, _)| first),
        example: "close_date.start_of(\"quarter\")",
        en: "The first day of the `\"day\"`, `\"week\"`, `\"month\"`, `\"quarter\"` or `\"year\"`.",
        ru: "Первый день периода: `\"day\"`, `\"week\"`, `\"month\"`, `\"quarter\"` или `\"year\"`.",
    },
    Function {
        name: "end_of",
        parameters: &[Type::Date, Type::Text],
        result: Type::Date,
        word: Some(Word::Unit),
        evaluate: |arguments, _| spanned(&arguments[0], &arguments[1], |(_, last)| last),
        example: "close_date.end_of(\"month\")",
        en: "The last day of the `\"day\"`, `\"week\"`, `\"month\"`, `\"quarter\"` or `\"year\"`.",
        ru: "Последний день периода: `\"day\"`, `\"week\"`, `\"month\"`, `\"quarter\"` или `\"year\"`.",
    },
    Function {
        name: "days_between",
        parameters: &[Type::Date, Type::Date],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(between(arguments, |from, to| (to - from).num_days())),
        example: "days_between(today(), close_date)",
        en: "Days from the first date to the second; negative when that is earlier.",
        ru: "Дней от первой даты до второй; отрицательное число, если вторая раньше.",
    },
    Function {
        name: "months_between",
        parameters: &[Type::Date, Type::Date],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(between(arguments, months_between)),
        example: "months_between(company.founded, today())",
        en: "Whole months from the first date to the second, as `add_months` counts them.",
        ru: "Целых месяцев от первой даты до второй, как их считает `add_months`.",
    },
    Function {
        name: "years_between",
        parameters: &[Type::Date, Type::Date],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(between(arguments, |from, to| months_between(from, to) / 12)),
        example: "years_between(company.founded, today()) >= 10",
        en: "Whole years from the first date to the second: an age.",
        ru: "Целых лет от первой даты до второй: возраст.",
    },
];

/// Moves a date by days.
pub fn add_days(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    let distance = Days::new(days.unsigned_abs());
    inside(if days < 0 { date.checked_sub_days(distance) } else { date.checked_add_days(distance) })
}

/// Moves a date by months, to the last day of a month that is too short.
pub fn add_months(date: NaiveDate, months: i64) -> Option<NaiveDate> {
    let distance = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    inside(if months < 0 { date.checked_sub_months(distance) } else { date.checked_add_months(distance) })
}

/// Moves a date by units of the calendar.
pub fn add(date: NaiveDate, count: i64, unit: Unit) -> Option<NaiveDate> {
    match unit {
        Unit::Day => add_days(date, count),
        Unit::Week => add_days(date, count.checked_mul(7)?),
        Unit::Month => add_months(date, count),
        Unit::Quarter => add_months(date, count.checked_mul(3)?),
        Unit::Year => add_months(date, count.checked_mul(12)?),
    }
}

/// Gives the first and the last day of the period that a date is in.
pub fn span(date: NaiveDate, unit: Unit) -> Span {
    let first = match unit {
        Unit::Day => Some(date),
        Unit::Week => add_days(date, -i64::from(date.weekday().num_days_from_monday())),
        Unit::Month => date.with_day(1),
        Unit::Quarter => NaiveDate::from_ymd_opt(date.year(), date.month0() / 3 * 3 + 1, 1),
        Unit::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1),
    };
    let last = match (unit, first) {
        (Unit::Year, _) => NaiveDate::from_ymd_opt(date.year(), 12, 31),
        (Unit::Month | Unit::Quarter, Some(first)) => {
            let months = Months::new(if unit == Unit::Month { 1 } else { 3 });
            inside(first.checked_add_months(months).and_then(|next| next.pred_opt()))
        }
        (Unit::Week, Some(first)) => add_days(first, 6),
        _ => Some(date),
    };
    (first, last)
}

/// Counts whole months from one date to another, towards zero.
fn months_between(from: NaiveDate, to: NaiveDate) -> i64 {
    let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
    let (distance, is_last) = (months(to) - months(from), to.succ_opt().is_none_or(|next| next.day() == 1));
    if to >= from && to.day() < from.day() && !is_last {
        return distance - 1;
    }
    if to < from && to.day() > from.day() { distance + 1 } else { distance }
}

fn inside(date: Option<NaiveDate>) -> Option<NaiveDate> {
    date.filter(|date| (1..=9999).contains(&date.year()))
}

fn made(year: i64, month: i64, day: i64) -> Option<NaiveDate> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    inside(date)
}

fn time(hour: i64, minute: i64) -> Value {
    let time = |hour, minute| NaiveTime::from_hms_opt(u32::try_from(hour).ok()?, u32::try_from(minute).ok()?, 0);
    time(hour, minute).map_or(Value::Empty, Value::Time)
}

fn dated(date: Option<NaiveDate>) -> Value {
    date.map_or(Value::Empty, Value::Date)
}

fn moved(date: &Value, by: &Value, add: fn(NaiveDate, i64) -> Option<NaiveDate>) -> Result<Value, Problem> {
    match date {
        Value::Date(date) => add(*date, integer_of(by)).map(Value::Date).ok_or(Problem::Overflow),
        _ => Ok(Value::Empty),
    }
}

fn spanned(date: &Value, word: &Value, end: fn(Span) -> Option<NaiveDate>) -> Result<Value, Problem> {
    match (date, unit(text_of(word))) {
        (Value::Date(date), Some(unit)) => end(span(*date, unit)).map(Value::Date).ok_or(Problem::Overflow),
        _ => Ok(Value::Empty),
    }
}

fn between(arguments: &[Value], count: fn(NaiveDate, NaiveDate) -> i64) -> Value {
    match (&arguments[0], &arguments[1]) {
        (Value::Date(from), Value::Date(to)) => count(*from, *to).into(),
        _ => Value::Empty,
    }
}
