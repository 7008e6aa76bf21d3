//! Functions of texts. Positions count Unicode characters (code points), as rhai and both databases do.

use super::{Function, integer_of, text_of};
use crate::evaluate::Problem;
use crate::{Type, Value, collation};

/// The white space that `trim` removes: Unicode `White_Space`.
pub const WHITE_SPACE: &[char] = &[
    '\u{9}', '\u{a}', '\u{b}', '\u{c}', '\u{d}', '\u{20}', '\u{85}', '\u{a0}', '\u{1680}', '\u{2000}', '\u{2001}',
    '\u{2002}', '\u{2003}', '\u{2004}', '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}', '\u{200a}',
    '\u{2028}', '\u{2029}', '\u{202f}', '\u{205f}', '\u{3000}',
];

/// Most characters of a text that a function makes.
pub const MAX_MADE: usize = 65_536;

/// The functions.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "len",
        parameters: &[Type::Text],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(i64::try_from(text_of(&arguments[0]).chars().count()).ok().into()),
        example: "title.len() > 20",
        en: "Number of characters.",
        ru: "Число знаков.",
    },
    Function {
        name: "to_upper",
        parameters: &[Type::Text],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| Ok(Value::text(text_of(&arguments[0]).to_uppercase())),
        example: "title.to_upper()",
        en: "The text in capital letters.",
        ru: "Текст заглавными буквами.",
    },
    Function {
        name: "to_lower",
        parameters: &[Type::Text],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| Ok(Value::text(text_of(&arguments[0]).to_lowercase())),
        example: "title.to_lower()",
        en: "The text in small letters.",
        ru: "Текст строчными буквами.",
    },
    Function {
        name: "trim",
        parameters: &[Type::Text],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| Ok(Value::text(text_of(&arguments[0]).trim_matches(WHITE_SPACE))),
        example: "title.trim()",
        en: "The text without white space at its ends. In plain rhai `trim` changes the text in place.",
        ru: "Текст без пробелов по краям. В самом rhai `trim` меняет текст на месте.",
    },
    Function {
        name: "contains",
        parameters: &[Type::Text, Type::Text],
        result: Type::Boolean,
        word: None,
        evaluate: |arguments, _| Ok(text_of(&arguments[0]).contains(text_of(&arguments[1])).into()),
        example: "title.contains(\"Ltd\")",
        en: "Whether the other text occurs in it, exactly as written.",
        ru: "Встречается ли в нём другой текст, буква в букву.",
    },
    Function {
        name: "starts_with",
        parameters: &[Type::Text, Type::Text],
        result: Type::Boolean,
        word: None,
        evaluate: |arguments, _| Ok(text_of(&arguments[0]).starts_with(text_of(&arguments[1])).into()),
        example: "title.starts_with(\"INV-\")",
        en: "Whether it begins with the other text, exactly as written.",
        ru: "Начинается ли он с другого текста, буква в букву.",
    },
    Function {
        name: "ends_with",
        parameters: &[Type::Text, Type::Text],
        result: Type::Boolean,
        word: None,
        evaluate: |arguments, _| Ok(text_of(&arguments[0]).ends_with(text_of(&arguments[1])).into()),
        example: "title.ends_with(\".pdf\")",
        en: "Whether it ends with the other text, exactly as written.",
        ru: "Кончается ли он другим текстом, буква в букву.",
    },
    Function {
        name: "like",
        parameters: &[Type::Text, Type::Text],
        result: Type::Boolean,
        word: None,
        evaluate: |arguments, _| Ok(collation::like(text_of(&arguments[0]), text_of(&arguments[1])).into()),
        example: "company.name.like(\"acme\")",
        en: "Whether the other text occurs anywhere in it, without regard to case; `%` and `_` mean themselves.",
        ru: "Встречается ли в нём другой текст, без учёта регистра; `%` и `_` значат сами себя.",
    },
    Function {
        name: "sub_string",
        parameters: &[Type::Text, Type::Integer],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| Ok(sub_string(text_of(&arguments[0]), integer_of(&arguments[1]), i64::MAX)),
        example: "title.sub_string(4)",
        en: "The characters from a position on; the first is 0, a negative one counts from the end.",
        ru: "Знаки начиная с позиции; первая 0, отрицательная считается с конца.",
    },
    Function {
        name: "sub_string",
        parameters: &[Type::Text, Type::Integer, Type::Integer],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| {
            Ok(sub_string(text_of(&arguments[0]), integer_of(&arguments[1]), integer_of(&arguments[2])))
        },
        example: "title.sub_string(0, 3)",
        en: "So many characters from a position on.",
        ru: "Столько-то знаков начиная с позиции.",
    },
    Function {
        name: "to_string",
        parameters: &[Type::Integer],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| Ok(Value::text(integer_of(&arguments[0]).to_string())),
        example: "probability.to_string() + \" %\"",
        en: "The whole number as text.",
        ru: "Целое число текстом.",
    },
    Function {
        name: "to_string",
        parameters: &[Type::Decimal],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| match &arguments[0] {
            Value::Decimal(number) => Ok(Value::text(number.to_string())),
            _ => Ok(Value::Empty),
        },
        example: "amount.to_string()",
        en: "The number as text, without trailing zeros.",
        ru: "Число текстом, без нулей в конце.",
    },
    Function {
        name: "replace",
        parameters: &[Type::Text, Type::Text, Type::Text],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| replace(&arguments[0], &arguments[1], text_of(&arguments[2])),
        example: "title.replace(\"-\", \" \")",
        en: "The text with every occurrence of the second text replaced by the third; `()` when it would grow beyond 65,536 characters.",
        ru: "Текст, в котором каждое вхождение второго текста заменено третьим; `()`, если получилось бы больше 65 536 знаков.",
    },
    Function {
        name: "remove",
        parameters: &[Type::Text, Type::Text],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| replace(&arguments[0], &arguments[1], ""),
        example: "title.remove(\" \")",
        en: "The text without any occurrence of the second one.",
        ru: "Текст без всех вхождений второго.",
    },
    Function {
        name: "index_of",
        parameters: &[Type::Text, Type::Text],
        result: Type::Integer,
        word: None,
        evaluate: |arguments, _| Ok(index_of(text_of(&arguments[0]), text_of(&arguments[1]))),
        example: "title.index_of(\"/\")",
        en: "The position of the first occurrence, from 0; -1 when there is none.",
        ru: "Позиция первого вхождения, с 0; -1, если его нет.",
    },
    Function {
        name: "left",
        parameters: &[Type::Text, Type::Integer],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| Ok(sub_string(text_of(&arguments[0]), 0, integer_of(&arguments[1]))),
        example: "title.left(10)",
        en: "The first so many characters.",
        ru: "Столько первых знаков.",
    },
    Function {
        name: "right",
        parameters: &[Type::Text, Type::Integer],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| Ok(right(text_of(&arguments[0]), integer_of(&arguments[1]))),
        example: "title.right(4)",
        en: "The last so many characters.",
        ru: "Столько последних знаков.",
    },
    Function {
        name: "pad_left",
        parameters: &[Type::Text, Type::Integer, Type::Text],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| pad(arguments, |text, filling| filling + text),
        example: "probability.to_string().pad_left(5, \"0\")",
        en: "The text brought to so many characters by others before it; a longer one stays. At most 65,536.",
        ru: "Текст, дополненный знаками спереди до такой длины; более длинный не меняется. Не больше 65 536.",
    },
    Function {
        name: "pad_right",
        parameters: &[Type::Text, Type::Integer, Type::Text],
        result: Type::Text,
        word: None,
        evaluate: |arguments, _| pad(arguments, |text, filling| text.to_owned() + &filling),
        example: "title.pad_right(20, \".\")",
        en: "The text brought to so many characters by others after it; a longer one stays. At most 65,536.",
        ru: "Текст, дополненный знаками сзади до такой длины; более длинный не меняется. Не больше 65 536.",
    },
];

fn sub_string(text: &str, start: i64, length: i64) -> Value {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let start = if start < 0 { count.saturating_add(start).max(0) } else { start };
    let skip = usize::try_from(start).unwrap_or(usize::MAX);
    let take = usize::try_from(length.max(0)).unwrap_or(usize::MAX);
    Value::text(text.chars().skip(skip).take(take).collect::<String>())
}

fn right(text: &str, count: i64) -> Value {
    if count <= 0 {
        return Value::Empty;
    }
    sub_string(text, count.saturating_neg(), i64::MAX)
}

fn index_of(text: &str, part: &str) -> Value {
    let at = text.find(part).map_or(-1, |at| i64::try_from(text[..at].chars().count()).unwrap_or(-1));
    at.into()
}

fn replace(text: &Value, part: &Value, by: &str) -> Result<Value, Problem> {
    let (text, part) = (text_of(text), text_of(part));
    let (found, length) = (text.matches(part).count(), |text: &str| text.chars().count());
    // The length is known before the text is made: repeated replacement would else grow without bound.
    let grown = length(text) - found * length(part) + found.saturating_mul(length(by));
    if found > 0 && grown > MAX_MADE {
        return Err(Problem::Overflow);
    }
    Ok(Value::text(text.replace(part, by)))
}

fn pad(arguments: &[Value], join: fn(&str, String) -> String) -> Result<Value, Problem> {
    let (text, wanted, filling) = (text_of(&arguments[0]), integer_of(&arguments[1]), text_of(&arguments[2]));
    let wanted = usize::try_from(wanted).unwrap_or(0);
    if wanted > MAX_MADE {
        return Err(Problem::Overflow);
    }
    let missing = wanted.saturating_sub(text.chars().count());
    Ok(Value::text(join(text, filling.chars().cycle().take(missing).collect())))
}
