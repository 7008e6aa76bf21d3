//! Functions of multiple choices.

use super::Function;
use crate::{Type, Value};

/// The functions.
pub static FUNCTIONS: &[Function] = &[Function {
    name: "contains",
    parameters: &[Type::Choices, Type::Text],
    result: Type::Boolean,
    word: None,
    evaluate: |arguments, _| match (&arguments[0], &arguments[1]) {
        (Value::Choices(choices), Value::Text(choice)) => Ok(choices.contains(choice).into()),
        _ => Ok(Value::Empty),
    },
    example: "tags.contains(\"hot\")",
    en: "Whether a multiple choice holds the value.",
    ru: "Выбрано ли значение в множественном выборе.",
}];
