//! Functions of numbers.

use super::{Function, decimal_of, integer_of};
use crate::evaluate::Problem;
use crate::{Decimal, Type, Value};

/// The functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "abs",
        parameters: &[Type::Integer],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| integer_of(&arguments[0]).checked_abs().map(Value::Integer).ok_or(Problem::Overflow),
        example: "probability.abs()",
        en: "The distance from nought.",
        ru: "Модуль числа.",
    },
    Function {
        name: "abs",
        parameters: &[Type::Decimal],
        result: Type::Decimal,
        word: None,
        evaluate: |arguments, _| Ok(decimal_of(&arguments[0]).abs().into()),
        example: "(amount - cost).abs()",
        en: "The distance from nought.",
        ru: "Модуль числа.",
    },
    Function {
        name: "round",
        parameters: &[Type::Decimal],
        result: Type::Decimal,
        word: None,
        evaluate: |arguments, _| round(decimal_of(&arguments[0]), 0),
        example: "amount.round()",
        en: "The nearest whole number, half away from zero.",
        ru: "Ближайшее целое, половина от нуля.",
    },
    Function {
        name: "round",
        parameters: &[Type::Decimal, Type::Integer],
        result: Type::Decimal,
        word: None,
        evaluate: |arguments, _| round(decimal_of(&arguments[0]), integer_of(&arguments[1])),
        example: "(amount / 3).round(2)",
        en: "Rounded to so many digits after the point, half away from zero; negative digits are before the point.",
        ru: "Округление до стольких знаков после точки, половина от нуля; отрицательное число — знаки до точки.",
    },
    Function {
        name: "floor",
        parameters: &[Type::Decimal],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(decimal_of(&arguments[0]).floor().into()),
        example: "amount.floor()",
        en: "The greatest whole number not above it.",
        ru: "Наибольшее целое, не превосходящее его.",
    },
    Function {
        name: "ceiling",
        parameters: &[Type::Decimal],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(decimal_of(&arguments[0]).ceiling().into()),
        example: "amount.ceiling()",
        en: "The least whole number not below it.",
        ru: "Наименьшее целое, не меньшее его.",
    },
    Function {
        name: "div",
        parameters: &[Type::Integer, Type::Integer],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| match (integer_of(&arguments[0]), integer_of(&arguments[1])) {
            (_, 0) => Err(Problem::DivisionByZero),
            (a, b) => a.checked_div(b).map(Value::Integer).ok_or(Problem::Overflow),
        },
        example: "probability.div(10)",
        en: "The whole part of the quotient, towards zero.",
        ru: "Целая часть частного, в сторону нуля.",
    },
    Function {
        name: "div",
        parameters: &[Type::Decimal, Type::Decimal],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| match (decimal_of(&arguments[0]).units(), decimal_of(&arguments[1]).units()) {
            (_, 0) => Err(Problem::DivisionByZero),
            (a, b) => i64::try_from(a / b).map(Value::Integer).map_err(|_| Problem::Overflow),
        },
        example: "amount.div(cost)",
        en: "The whole part of the quotient, towards zero.",
        ru: "Целая часть частного, в сторону нуля.",
    },
    Function {
        name: "min",
        parameters: &[Type::Integer, Type::Integer],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(integer_of(&arguments[0]).min(integer_of(&arguments[1])).into()),
        example: "min(probability, 90)",
        en: "The lesser of two.",
        ru: "Меньшее из двух.",
    },
    Function {
        name: "min",
        parameters: &[Type::Decimal, Type::Decimal],
        result: Type::Decimal,
        word: None,
        evaluate: |arguments, _| Ok(decimal_of(&arguments[0]).min(decimal_of(&arguments[1])).into()),
        example: "min(amount, cost)",
        en: "The lesser of two.",
        ru: "Меньшее из двух.",
    },
    Function {
        name: "max",
        parameters: &[Type::Integer, Type::Integer],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(integer_of(&arguments[0]).max(integer_of(&arguments[1])).into()),
        example: "max(probability, 10)",
        en: "The greater of two.",
        ru: "Большее из двух.",
    },
    Function {
        name: "max",
        parameters: &[Type::Decimal, Type::Decimal],
        result: Type::Decimal,
        word: None,
        evaluate: |arguments, _| Ok(decimal_of(&arguments[0]).max(decimal_of(&arguments[1])).into()),
        example: "max(amount - cost, 0)",
        en: "The greater of two.",
        ru: "Большее из двух.",
    },
    Function {
        name: "sign",
        parameters: &[Type::Integer],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(integer_of(&arguments[0]).signum().into()),
        example: "probability.sign()",
        en: "-1, 0 or 1: below nought, nought, above it.",
        ru: "-1, 0 или 1: меньше нуля, ноль, больше нуля.",
    },
    Function {
        name: "sign",
        parameters: &[Type::Decimal],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(sign(decimal_of(&arguments[0]))),
        example: "(amount - cost).sign()",
        en: "-1, 0 or 1: below nought, nought, above it.",
        ru: "-1, 0 или 1: меньше нуля, ноль, больше нуля.",
    },
    Function {
        name: "truncate",
        parameters: &[Type::Decimal],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(decimal_of(&arguments[0]).truncated().into()),
        example: "amount.truncate()",
        en: "The whole number without what follows the point.",
        ru: "Целая часть, без того, что после точки.",
    },
    Function {
        name: "truncate",
        parameters: &[Type::Decimal, Type::Integer],
        result: Type::Decimal,
        word: None,
        evaluate: |arguments, _| Ok(decimal_of(&arguments[0]).cut(integer_of(&arguments[1])).into()),
        example: "(amount / 3).truncate(2)",
        en: "The number cut after so many digits after the point; negative digits are before it.",
        ru: "Число, отсечённое после стольких знаков после точки; отрицательное число — знаки до точки.",
    },
    Function {
        name: "mod",
        parameters: &[Type::Integer, Type::Integer],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| modulo(integer_of(&arguments[0]), integer_of(&arguments[1])),
        example: "probability.mod(7)",
        en: "The remainder with the sign of the divisor: `mod(-1, 7)` is 6, while `-1 % 7` is -1.",
        ru: "Остаток со знаком делителя: `mod(-1, 7)` — это 6, а `-1 % 7` — это -1.",
    },
    Function {
        name: "mod",
        parameters: &[Type::Decimal, Type::Decimal],
        result: Type::Decimal,
        word: None,
        evaluate: |arguments, _| modulo_exact(decimal_of(&arguments[0]), decimal_of(&arguments[1])),
        example: "amount.mod(0.05)",
        en: "The remainder with the sign of the divisor.",
        ru: "Остаток со знаком делителя.",
    },
    Function {
        name: "clamp",
        parameters: &[Type::Integer, Type::Integer, Type::Integer],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| {
            let [value, low, high] = [0, 1, 2].map(|at| integer_of(&arguments[at]));
            Ok(value.max(low).min(high).into())
        },
        example: "probability.clamp(0, 100)",
        en: "The number brought between two bounds.",
        ru: "Число, приведённое в границы.",
    },
    Function {
        name: "clamp",
        parameters: &[Type::Decimal, Type::Decimal, Type::Decimal],
        result: Type::Decimal,
        word: None,
        evaluate: |arguments, _| {
            let [value, low, high] = [0, 1, 2].map(|at| decimal_of(&arguments[at]));
            Ok(value.max(low).min(high).into())
        },
        example: "amount.clamp(0, 1000)",
        en: "The number brought between two bounds.",
        ru: "Число, приведённое в границы.",
    },
    Function {
        name: "to_string",
        parameters: &[Type::Decimal, Type::Integer],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| Ok(fixed(decimal_of(&arguments[0]), integer_of(&arguments[1]))),
        example: "amount.to_string(2)",
        en: "The number with exactly so many digits after the point, 0 to 12; else `()`.",
        ru: "Число ровно со столькими знаками после точки, от 0 до 12; иначе `()`.",
    },
];

fn round(number: Decimal, digits: i64) -> Result<Value, Problem> {
    number.round(digits).map(Value::Decimal).ok_or(Problem::Overflow)
}

fn sign(number: Decimal) -> Value {
    i64::try_from(number.units().signum()).ok().into()
}

fn modulo(dividend: i64, divisor: i64) -> Result<Value, Problem> {
    if divisor == 0 {
        return Err(Problem::DivisionByZero);
    }
    // The least integer by -1 leaves nothing, though the processor's division overflows.
    let rest = dividend.wrapping_rem(divisor);
    Ok((if rest != 0 && (rest < 0) != (divisor < 0) { rest + divisor } else { rest }).into())
}

fn modulo_exact(dividend: Decimal, divisor: Decimal) -> Result<Value, Problem> {
    let (dividend, divisor) = (dividend.units(), divisor.units());
    if divisor == 0 {
        return Err(Problem::DivisionByZero);
    }
    let rest = dividend % divisor;
    let rest = if rest != 0 && (rest < 0) != (divisor < 0) { rest + divisor } else { rest };
    Decimal::from_units(rest).map(Value::Decimal).ok_or(Problem::Overflow)
}

fn fixed(number: Decimal, digits: i64) -> Value {
    match u8::try_from(digits) {
        Ok(digits) if digits <= crate::decimal::SCALE => Value::text(number.format(digits)),
        _ => Value::Empty,
    }
}
