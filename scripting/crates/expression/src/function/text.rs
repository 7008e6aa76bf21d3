//! Functions of texts. Positions count Unicode characters (code points), as rhai and both databases do.

use super::Function;
use crate::{Type, Value, collation};

/// The white space that `trim` removes: Unicode `White_Space`.
pub const WHITE_SPACE: &[char] = &[
    '\u{9}', '\u{a}', '\u{b}', '\u{c}', '\u{d}', '\u{20}', '\u{85}', '\u{a0}', '\u{1680}', '\u{2000}', '\u{2001}',
    '\u{2002}', '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}', '\u{200a}',
    '\u{2028}', '\u{2029}', '\u{202f}', '\u{205f}', '\u{3000}',
];

/// The functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "len",
        parameters: &[Type::Text],
        result: Type::Integer,
        evaluate: |arguments, _| Ok(i64::try_from(text(&arguments[0]).chars().count()).ok().into()),
        en: "Number of characters.",
        ru: "Число знаков.",
    },
    Function {
        name: "to_upper",
        parameters: &[Type::Text],
        result: Type::Text,
        evaluate: |arguments, _| Ok(Value::text(text(&arguments[0]).to_uppercase())),
        en: "The text in capital letters.",
        ru: "Текст заглавными буквами.",
    },
    Function {
        name: "to_lower",
        parameters: &[Type::Text],
        result: Type::Text,
        evaluate: |arguments, _| Ok(Value::text(text(&arguments[0]).to_lowercase())),
        en: "The text in small letters.",
        ru: "Текст строчными буквами.",
    },
    Function {
        name: "trim",
        parameters: &[Type::Text],
        result: Type::Text,
        evaluate: |arguments, _| Ok(Value::text(text(&arguments[0]).trim_matches(WHITE_SPACE))),
        en: "The text without white space at its ends. In plain rhai `trim` changes the text in place.",
        ru: "Текст без пробелов по краям. В самом rhai `trim` меняет текст на месте.",
    },
    Function {
        name: "contains",
        parameters: &[Type::Text, Type::Text],
        result: Type::Boolean,
        evaluate: |arguments, _| Ok(text(&arguments[0]).contains(text(&arguments[1])).into()),
        en: "Whether the other text occurs in it, exactly as written.",
        ru: "Встречается ли в нём другой текст, буква в букву.",
    },
    Function {
        name: "starts_with",
        parameters: &[Type::Text, Type::Text],
        result: Type::Boolean,
        evaluate: |arguments, _| Ok(text(&arguments[0]).starts_with(text(&arguments[1])).into()),
        en: "Whether it begins with the other text, exactly as written.",
        ru: "Начинается ли он с другого текста, буква в букву.",
    },
    Function {
        name: "ends_with",
        parameters: &[Type::Text, Type::Text],
        result: Type::Boolean,
        evaluate: |arguments, _| Ok(text(&arguments[0]).ends_with(text(&arguments[1])).into()),
        en: "Whether it ends with the other text, exactly as written.",
        ru: "Кончается ли он другим текстом, буква в букву.",
    },
    Function {
        name: "like",
        parameters: &[Type::Text, Type::Text],
        result: Type::Boolean,
        evaluate: |arguments, _| Ok(collation::like(text(&arguments[0]), text(&arguments[1])).into()),
        en: "Whether the other text occurs anywhere in it, without regard to case; `%` and `_` mean themselves.",
        ru: "Встречается ли в нём другой текст, без учёта регистра; `%` и `_` значат сами себя.",
    },
    Function {
        name: "sub_string",
        parameters: &[Type::Text, Type::Integer],
        result: Type::Text,
        evaluate: |arguments, _| Ok(sub_string(text(&arguments[0]), integer(&arguments[1]), i64::MAX)),
        en: "The characters from a position on; the first is 0, a negative one counts from the end.",
        ru: "Знаки начиная с позиции; первая 0, отрицательная считается с конца.",
    },
    Function {
        name: "sub_string",
        parameters: &[Type::Text, Type::Integer, Type::Integer],
        result: Type::Text,
        evaluate: |arguments, _| Ok(sub_string(text(&arguments[0]), integer(&arguments[1]), integer(&arguments[2]))),
        en: "So many characters from a position on.",
        ru: "Столько-то знаков начиная с позиции.",
    },
    Function {
        name: "to_string",
        parameters: &[Type::Integer],
        result: Type::Text,
        evaluate: |arguments, _| Ok(Value::text(integer(&arguments[0]).to_string())),
        en: "The whole number as text.",
        ru: "Целое число текстом.",
    },
    Function {
        name: "to_string",
        parameters: &[Type::Decimal],
        result: Type::Text,
        evaluate: |arguments, _| match &arguments[0] {
            Value::Decimal(number) => Ok(Value::text(number.to_string())),
            _ => Ok(Value::Empty),
        },
        en: "The number as text, without trailing zeros.",
        ru: "Число текстом, без нулей в конце.",
    },
];

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        _ => "",
    }
}

fn integer(value: &Value) -> i64 {
    match value {
        Value::Integer(number) => *number,
        _ => 0,
    }
}

fn sub_string(text: &str, start: i64, length: i64) -> Value {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let start = if start < 0 { count.saturating_add(start).max(0) } else { start };
    let skip = usize::try_from(start).unwrap_or(usize::MAX);
    let take = usize::try_from(length.max(0)).unwrap_or(usize::MAX);
    Value::text(text.chars().skip(skip).take(take).collect::<String>())
}
