//! Periods that move with the calendar: this quarter, last month, the last 7 days. A period that would leave the calendar ends
//! where it ends; of less than one unit it is nothing.

use chrono::NaiveDate;

use super::calendar::{Span, add, add_days, span};
use super::word::{Unit, unit};
use super::{Function, Word, integer_of, text_of};
use crate::evaluate::Environment;
use crate::{Type, Value};

/// The functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "in_this",
        parameters: &[Type::Date, Type::Text],
        result: Type::Boolean,
        word: Some(Word::Unit),
        evaluate: |arguments, environment| Ok(inside(Period::This, &arguments[0], 1, &arguments[1], environment)),
        example: "close_date.in_this(\"quarter\")",
        en: "Whether the date is in the period of today: `\"day\"`, `\"week\"`, `\"month\"`, `\"quarter\"`, `\"year\"`.",
        ru: "Попадает ли дата в текущий период: `\"day\"`, `\"week\"`, `\"month\"`, `\"quarter\"`, `\"year\"`.",
    },
    Function {
        name: "in_previous",
        parameters: &[Type::Date, Type::Text],
        result: Type::Boolean,
        word: Some(Word::Unit),
        evaluate: |arguments, environment| Ok(inside(Period::Previous, &arguments[0], 1, &arguments[1], environment)),
        example: "close_date.in_previous(\"month\")",
        en: "Whether the date is in the whole period before that of today: last month.",
        ru: "Попадает ли дата в полный период перед текущим: прошлый месяц.",
    },
    Function {
        name: "in_previous",
        parameters: &[Type::Date, Type::Integer, Type::Text],
        result: Type::Boolean,
        word: Some(Word::Unit),
        evaluate: |arguments, environment| {
            Ok(inside(Period::Previous, &arguments[0], integer_of(&arguments[1]), &arguments[2], environment))
        },
        example: "close_date.in_previous(3, \"month\")",
        en: "Whether the date is in so many whole periods before that of today.",
        ru: "Попадает ли дата в столько полных периодов перед текущим.",
    },
    Function {
        name: "in_next",
        parameters: &[Type::Date, Type::Text],
        result: Type::Boolean,
        word: Some(Word::Unit),
        evaluate: |arguments, environment| Ok(inside(Period::Next, &arguments[0], 1, &arguments[1], environment)),
        example: "close_date.in_next(\"month\")",
        en: "Whether the date is in the whole period after that of today.",
        ru: "Попадает ли дата в полный период после текущего.",
    },
    Function {
        name: "in_next",
        parameters: &[Type::Date, Type::Integer, Type::Text],
        result: Type::Boolean,
        word: Some(Word::Unit),
        evaluate: |arguments, environment| {
            Ok(inside(Period::Next, &arguments[0], integer_of(&arguments[1]), &arguments[2], environment))
        },
        example: "close_date.in_next(2, \"week\")",
        en: "Whether the date is in so many whole periods after that of today.",
        ru: "Попадает ли дата в столько полных периодов после текущего.",
    },
    Function {
        name: "in_last",
        parameters: &[Type::Date, Type::Integer, Type::Text],
        result: Type::Boolean,
        word: Some(Word::Unit),
        evaluate: |arguments, environment| {
            Ok(inside(Period::Last, &arguments[0], integer_of(&arguments[1]), &arguments[2], environment))
        },
        example: "close_date.in_last(7, \"day\")",
        en: "Whether the date is in so many days, weeks, months, quarters or years that end with today.",
        ru: "Попадает ли дата в последние столько дней, недель, месяцев, кварталов или лет, включая сегодня.",
    },
    Function {
        name: "in_coming",
        parameters: &[Type::Date, Type::Integer, Type::Text],
        result: Type::Boolean,
        word: Some(Word::Unit),
        evaluate: |arguments, environment| {
            Ok(inside(Period::Coming, &arguments[0], integer_of(&arguments[1]), &arguments[2], environment))
        },
        example: "close_date.in_coming(14, \"day\")",
        en: "Whether the date is in so many days, weeks, months, quarters or years that begin with today.",
        ru: "Попадает ли дата в ближайшие столько дней, недель, месяцев, кварталов или лет, начиная с сегодня.",
    },
];

/// Which period is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// The whole unit that today is in.
    This,
    /// Whole units before it.
    Previous,
    /// Whole units after it.
    Next,
    /// Units that end with today.
    Last,
    /// Units that begin with today.
    Coming,
}

impl Period {
    /// Finds the period that a function is about.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "in_this" => Self::This,
            "in_previous" => Self::Previous,
            "in_next" => Self::Next,
            "in_last" => Self::Last,
            "in_coming" => Self::Coming,
            _ => return None,
        })
    }

    /// Gives the first and the last day, where the calendar has them.
    pub fn bounds(self, count: i64, unit: Unit, today: NaiveDate) -> Span {
        let (first, last) = span(today, unit);
        match self {
            Self::This => (first, last),
            Self::Previous => {
                (add(today, -count, unit).and_then(|day| span(day, unit).0), first.and_then(|day| add_days(day, -1)))
            }
            Self::Next => {
                (last.and_then(|day| add_days(day, 1)), add(today, count, unit).and_then(|day| span(day, unit).1))
            }
            Self::Last => (add(today, -count, unit).and_then(|day| add_days(day, 1)), Some(today)),
            Self::Coming => (Some(today), add(today, count, unit).and_then(|day| add_days(day, -1))),
        }
    }
}

fn inside(period: Period, date: &Value, count: i64, word: &Value, environment: &dyn Environment) -> Value {
    let (Value::Date(date), Some(unit)) = (date, unit(text_of(word))) else { return Value::Empty };
    if count < 1 {
        return false.into();
    }
    let (from, to) = period.bounds(count, unit, environment.today());
    (from.is_none_or(|from| *date >= from) && to.is_none_or(|to| *date <= to)).into()
}
