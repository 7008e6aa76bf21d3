//! The library: one table of functions, from which checking, evaluation and the manual all read.
//!
//! `f(x, y)` and `x.f(y)` are the same call, as in rhai. Every function is strict: with an empty argument its value is
//! `()`. Functions of one name differ in the types of their parameters.

pub mod text;
pub mod reading;
pub mod number;
pub mod date;
pub mod calendar;
pub mod moment;
pub mod period;
pub mod word;
pub mod logic;

pub use word::Word;

use crate::evaluate::{Environment, Problem};
use crate::{Decimal, Expr, Type, Value};

/// A function of the library.
#[derive(Debug)]
pub struct Function {
    /// Name, as in rhai where rhai has it.
    pub name: &'static str,
    /// Types of the arguments, the receiver first.
    pub parameters: &'static [Type],
    /// Type of the value.
    pub result: Type,
    /// What the last argument is when it is a written word of a closed list; nothing computed is taken there.
    pub word: Option<Word>,
    /// What it computes of arguments that are not empty.
    pub evaluate: fn(&[Value], &dyn Environment) -> Result<Value, Problem>,
    /// A use of it.
    pub example: &'static str,
    /// What it does, in English.
    pub en: &'static str,
    /// What it does, in Russian.
    pub ru: &'static str,
}

/// A name of a family of functions, and its functions.
pub type Family = (&'static str, &'static [Function]);

/// The functions by their families.
pub const FAMILIES: [Family; 8] = [
    ("text", text::FUNCTIONS),
    ("reading", reading::FUNCTIONS),
    ("number", number::FUNCTIONS),
    ("date", date::FUNCTIONS),
    ("calendar", calendar::FUNCTIONS),
    ("moment", moment::FUNCTIONS),
    ("period", period::FUNCTIONS),
    ("logic", logic::FUNCTIONS),
];

/// Lists all functions, family by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.into_iter().flat_map(|(_, functions)| functions)
}

/// Lists the functions of a name.
pub fn named(name: &str) -> impl Iterator<Item = &'static Function> {
    all().filter(move |function| function.name == name)
}

/// Finds the function of a checked call.
pub fn find(name: &str, arguments: &[Expr]) -> Option<&'static Function> {
    named(name).find(|function| {
        function.parameters.len() == arguments.len()
            && function.parameters.iter().zip(arguments).all(|(parameter, argument)| *parameter == argument.ty)
    })
}

/// Says whether a call looks at the clock or at the time zone that counts where it is made, so that equal arguments need not
/// give equal values.
pub fn looks_around(name: &str, arguments: &[Expr]) -> bool {
    let of_instant = arguments.first().is_some_and(|argument| argument.ty == Type::DateTime);
    let in_zone = match name {
        "date" | "time" => of_instant && arguments.len() == 1,
        "datetime" => arguments.len() == 2,
        "add_months" | "add_years" | "format" => of_instant,
        _ => false,
    };
    in_zone || matches!(name, "today" | "now") || period::Period::of(name).is_some()
}

fn text_of(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        _ => "",
    }
}

fn integer_of(value: &Value) -> i64 {
    match value {
        Value::Integer(number) => *number,
        _ => 0,
    }
}

fn decimal_of(value: &Value) -> Decimal {
    match value {
        Value::Decimal(number) => *number,
        _ => Decimal::ZERO,
    }
}
