//! The library: one table of functions, from which checking, evaluation and the manual all read.
//!
//! `f(x, y)` and `x.f(y)` are the same call, as in rhai. Every function is strict: with an empty argument its value is
//! `()`. Functions of one name differ in the types of their parameters.

pub mod text;
pub mod number;
pub mod date;
pub mod logic;

use crate::evaluate::{Environment, Problem};
use crate::{Type, Value};

/// A function of the library.
#[derive(Debug)]
pub struct Function {
    /// Name, as in rhai where rhai has it.
    pub name: &'static str,
    /// Types of the arguments, the receiver first.
    pub parameters: &'static [Type],
    /// Type of the value.
    pub result: Type,
    /// What it computes of arguments that are not empty.
    pub evaluate: fn(&[Value], &dyn Environment) -> Result<Value, Problem>,
    /// What it does, in English.
    pub en: &'static str,
    /// What it does, in Russian.
    pub ru: &'static str,
}

/// Lists all functions, family by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    text::FUNCTIONS.iter().chain(number::FUNCTIONS).chain(date::FUNCTIONS).chain(logic::FUNCTIONS)
}

/// Lists the functions of a name.
pub fn named(name: &str) -> impl Iterator<Item = &'static Function> {
    all().filter(move |function| function.name == name)
}

/// Finds the function of a checked call.
pub fn find(name: &str, arguments: &[crate::Expr]) -> Option<&'static Function> {
    named(name).find(|function| {
        function.parameters.len() == arguments.len()
            && function.parameters.iter().zip(arguments).all(|(parameter, argument)| *parameter == argument.ty)
    })
}
