//! Functions of numbers.

use super::Function;
use crate::evaluate::Problem;
use crate::{Decimal, Type, Value};

/// The functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "abs",
        parameters: &[Type::Integer],
        result: Type::Integer,
        evaluate: |arguments, _| integer(&arguments[0]).checked_abs().map(Value::Integer).ok_or(Problem::Overflow),
        en: "The distance from nought.",
        ru: "Модуль числа.",
    },
    Function {
        name: "abs",
        parameters: &[Type::Decimal],
        result: Type::Decimal,
        evaluate: |arguments, _| Ok(decimal(&arguments[0]).abs().into()),
        en: "The distance from nought.",
        ru: "Модуль числа.",
    },
    Function {
        name: "round",
        parameters: &[Type::Decimal],
        result: Type::Decimal,
        evaluate: |arguments, _| round(decimal(&arguments[0]), 0),
        en: "The nearest whole number, half away from zero.",
        ru: "Ближайшее целое, половина от нуля.",
    },
    Function {
        name: "round",
        parameters: &[Type::Decimal, Type::Integer],
        result: Type::Decimal,
        evaluate: |arguments, _| round(decimal(&arguments[0]), integer(&arguments[1])),
        en: "Rounded to so many digits after the point, half away from zero; negative digits are before the point.",
        ru: "Округление до стольких знаков после точки, половина от нуля; отрицательное число — знаки до точки.",
    },
    Function {
        name: "floor",
        parameters: &[Type::Decimal],
        result: Type::Integer,
        evaluate: |arguments, _| Ok(decimal(&arguments[0]).floor().into()),
        en: "The greatest whole number not above it.",
        ru: "Наибольшее целое, не превосходящее его.",
    },
    Function {
        name: "ceiling",
        parameters: &[Type::Decimal],
        result: Type::Integer,
        evaluate: |arguments, _| Ok(decimal(&arguments[0]).ceiling().into()),
        en: "The least whole number not below it.",
        ru: "Наименьшее целое, не меньшее его.",
    },
    Function {
        name: "div",
        parameters: &[Type::Integer, Type::Integer],
        result: Type::Integer,
        evaluate: |arguments, _| match (integer(&arguments[0]), integer(&arguments[1])) {
            (_, 0) => Err(Problem::DivisionByZero),
            (a, b) => a.checked_div(b).map(Value::Integer).ok_or(Problem::Overflow),
        },
        en: "The whole part of the quotient, towards zero.",
        ru: "Целая часть частного, в сторону нуля.",
    },
    Function {
        name: "div",
        parameters: &[Type::Decimal, Type::Decimal],
        result: Type::Integer,
        evaluate: |arguments, _| match (decimal(&arguments[0]).units(), decimal(&arguments[1]).units()) {
            (_, 0) => Err(Problem::DivisionByZero),
            (a, b) => i64::try_from(a / b).map(Value::Integer).map_err(|_| Problem::Overflow),
        },
        en: "The whole part of the quotient, towards zero.",
        ru: "Целая часть частного, в сторону нуля.",
    },
    Function {
        name: "min",
        parameters: &[Type::Integer, Type::Integer],
        result: Type::Integer,
        evaluate: |arguments, _| Ok(integer(&arguments[0]).min(integer(&arguments[1])).into()),
        en: "The lesser of two.",
        ru: "Меньшее из двух.",
    },
    Function {
        name: "min",
        parameters: &[Type::Decimal, Type::Decimal],
        result: Type::Decimal,
        evaluate: |arguments, _| Ok(decimal(&arguments[0]).min(decimal(&arguments[1])).into()),
        en: "The lesser of two.",
        ru: "Меньшее из двух.",
    },
    Function {
        name: "max",
        parameters: &[Type::Integer, Type::Integer],
        result: Type::Integer,
        evaluate: |arguments, _| Ok(integer(&arguments[0]).max(integer(&arguments[1])).into()),
        en: "The greater of two.",
        ru: "Большее из двух.",
    },
    Function {
        name: "max",
        parameters: &[Type::Decimal, Type::Decimal],
        result: Type::Decimal,
        evaluate: |arguments, _| Ok(decimal(&arguments[0]).max(decimal(&arguments[1])).into()),
        en: "The greater of two.",
        ru: "Большее из двух.",
    },
];

fn integer(value: &Value) -> i64 {
    match value {
        Value::Integer(number) => *number,
        _ => 0,
    }
}

fn decimal(value: &Value) -> Decimal {
    match value {
        Value::Decimal(number) => *number,
        _ => Decimal::ZERO,
    }
}

fn round(number: Decimal, digits: i64) -> Result<Value, Problem> {
    number.round(digits).map(Value::Decimal).ok_or(Problem::Overflow)
}
