//! Functions between instants and what clocks and calendars show in a time zone, and of writing both.

use chrono::{DateTime, Datelike, NaiveDateTime, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;

use super::calendar::add_months;
use super::word::{Part, Piece, pieces, zone};
use super::{Function, Word, integer_of, text_of};
use crate::evaluate::Problem;
use crate::zone::instant;
use crate::{Type, Value};

/// The functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "date",
        parameters: &[Type::DateTime],
        result: Type::Date,
        word: None,
        evaluate: |arguments, environment| Ok(date(&arguments[0], environment.zone())),
        example: "date(meeting) == today()",
        en: "The date of an instant in the time zone of `today()`.",
        ru: "Дата момента в часовом поясе `today()`.",
    },
    Function {
        name: "date",
        parameters: &[Type::DateTime, Type::Text],
        result: Type::Date,
        word: Some(Word::Zone),
        evaluate: |arguments, _| Ok(zoned(arguments, date)),
        example: "date(meeting, \"Asia/Tokyo\")",
        en: "The date of an instant in a time zone, named as IANA names it.",
        ru: "Дата момента в часовом поясе, названном по IANA.",
    },
    Function {
        name: "time",
        parameters: &[Type::DateTime],
        result: Type::Time,
        word: None,
        evaluate: |arguments, environment| Ok(time(&arguments[0], environment.zone())),
        example: "time(meeting) < \"12:00:00\"",
        en: "The time of the day of an instant in the time zone of `today()`, in whole seconds.",
        ru: "Время суток момента в часовом поясе `today()`, в целых секундах.",
    },
    Function {
        name: "time",
        parameters: &[Type::DateTime, Type::Text],
        result: Type::Time,
        word: Some(Word::Zone),
        evaluate: |arguments, _| Ok(zoned(arguments, time)),
        example: "time(meeting, \"UTC\")",
        en: "The time of the day of an instant in a time zone.",
        ru: "Время суток момента в часовом поясе.",
    },
    Function {
        name: "datetime",
        parameters: &[Type::Date, Type::Time],
        result: Type::DateTime,
        word: None,
        evaluate: |arguments, environment| joined(&arguments[0], &arguments[1], environment.zone()),
        example: "datetime(close_date, call_time)",
        en: "The instant of a date and a time in the time zone of `today()`. A time that the clocks skip is read as if they had not yet been moved; of one that comes twice the later is taken.",
        ru: "Момент по дате и времени в часовом поясе `today()`. Время, которое часы перескочили, читается так, будто их ещё не перевели; из того, что бывает дважды, берётся второе.",
    },
    Function {
        name: "datetime",
        parameters: &[Type::Date, Type::Time, Type::Text],
        result: Type::DateTime,
        word: Some(Word::Zone),
        evaluate: |arguments, _| match zone(text_of(&arguments[2])) {
            Some(zone) => joined(&arguments[0], &arguments[1], zone),
            None => Ok(Value::Empty),
        },
        example: "datetime(close_date, call_time, \"Europe/Moscow\")",
        en: "The instant of a date and a time in a time zone.",
        ru: "Момент по дате и времени в часовом поясе.",
    },
    Function {
        name: "add_months",
        parameters: &[Type::DateTime, Type::Integer],
        result: Type::DateTime,
        word: None,
        evaluate: |arguments, environment| moved(arguments, environment.zone(), 1),
        example: "meeting.add_months(1)",
        en: "The same time of the day so many months later, in the time zone of `today()`.",
        ru: "То же время суток через столько месяцев, в часовом поясе `today()`.",
    },
    Function {
        name: "add_years",
        parameters: &[Type::DateTime, Type::Integer],
        result: Type::DateTime,
        word: None,
        evaluate: |arguments, environment| moved(arguments, environment.zone(), 12),
        example: "meeting.add_years(-1)",
        en: "The same time of the day so many years later, in the time zone of `today()`.",
        ru: "То же время суток через столько лет, в часовом поясе `today()`.",
    },
    Function {
        name: "to_string",
        parameters: &[Type::Date],
        result: Type::Text,
        word: None,
        evaluate: |arguments, environment| Ok(written(&arguments[0], "yyyy-MM-dd", environment.zone())),
        example: "close_date.to_string()",
        en: "The date as `2026-01-31`.",
        ru: "Дата в виде `2026-01-31`.",
    },
    Function {
        name: "format",
        parameters: &[Type::Date, Type::Text],
        result: Type::Text,
        word: Some(Word::Pattern),
        evaluate: |arguments, environment| Ok(written(&arguments[0], text_of(&arguments[1]), environment.zone())),
        example: "close_date.format(\"dd.MM.yyyy\")",
        en: "The date as a pattern says: `yyyy yy MM M dd d`, all else but Latin letters as it stands.",
        ru: "Дата по образцу: `yyyy yy MM M dd d`, всё прочее, кроме латинских букв, как есть.",
    },
    Function {
        name: "format",
        parameters: &[Type::DateTime, Type::Text],
        result: Type::Text,
        word: Some(Word::Pattern),
        evaluate: |arguments, environment| Ok(written(&arguments[0], text_of(&arguments[1]), environment.zone())),
        example: "meeting.format(\"d.MM.yyyy HH:mm\")",
        en: "The instant as a pattern says, in the time zone of `today()`: also `HH H mm ss`.",
        ru: "Момент по образцу, в часовом поясе `today()`: также `HH H mm ss`.",
    },
];

/// Gives what the clocks of a zone show at an instant, in years that dates have.
fn local(instant: DateTime<Utc>, zone: Tz) -> Option<NaiveDateTime> {
    let local = crate::zone::local(instant, zone);
    (1..=9999).contains(&local.year()).then_some(local)
}

fn date(instant: &Value, zone: Tz) -> Value {
    match instant {
        Value::DateTime(instant) => local(*instant, zone).map_or(Value::Empty, |local| Value::Date(local.date())),
        _ => Value::Empty,
    }
}

fn time(instant: &Value, zone: Tz) -> Value {
    let Value::DateTime(instant) = instant else { return Value::Empty };
    let time = crate::zone::local(*instant, zone).time();
    NaiveTime::from_hms_opt(time.hour(), time.minute(), time.second()).map_or(Value::Empty, Value::Time)
}

fn zoned(arguments: &[Value], part: fn(&Value, Tz) -> Value) -> Value {
    zone(text_of(&arguments[1])).map_or(Value::Empty, |zone| part(&arguments[0], zone))
}

fn joined(date: &Value, time: &Value, zone: Tz) -> Result<Value, Problem> {
    match (date, time) {
        (Value::Date(date), Value::Time(time)) => {
            instant(date.and_time(*time), zone).map(Value::DateTime).ok_or(Problem::Overflow)
        }
        _ => Ok(Value::Empty),
    }
}

fn moved(arguments: &[Value], zone: Tz, unit: i64) -> Result<Value, Problem> {
    let Value::DateTime(at) = &arguments[0] else { return Ok(Value::Empty) };
    let moved = || {
        let local = local(*at, zone)?;
        let date = add_months(local.date(), integer_of(&arguments[1]).checked_mul(unit)?)?;
        instant(date.and_time(local.time()), zone)
    };
    moved().map(Value::DateTime).ok_or(Problem::Overflow)
}

fn written(value: &Value, pattern: &str, zone: Tz) -> Value {
    let moment = match value {
        Value::Date(date) => Some(date.and_time(NaiveTime::MIN)),
        Value::DateTime(instant) => local(*instant, zone),
        _ => None,
    };
    let (Some(moment), Some(pieces)) = (moment, pieces(pattern)) else { return Value::Empty };
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain(plain) => text.push_str(&plain),
            Piece::Part(part) => text.push_str(&part_of(moment, part)),
        }
    }
    Value::text(text)
}

fn part_of(moment: NaiveDateTime, part: Part) -> String {
    match part {
        Part::Year => format!("{:04}", moment.year()),
        Part::YearOfCentury => format!("{:02}", moment.year() % 100),
        Part::MonthPadded => format!("{:02}", moment.month()),
        Part::Month => moment.month().to_string(),
        Part::DayPadded => format!("{:02}", moment.day()),
        Part::Day => moment.day().to_string(),
        Part::HourPadded => format!("{:02}", moment.hour()),
        Part::Hour => moment.hour().to_string(),
        Part::Minute => format!("{:02}", moment.minute()),
        Part::Second => format!("{:02}", moment.second()),
    }
}
