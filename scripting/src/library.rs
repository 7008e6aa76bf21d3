//! Everything that expressions and scripts can call. The list is closed: [`visible`] is compared with a golden file.

mod operators;
mod text;
mod number;
mod date;
mod records;

use std::sync::Arc;

use rhai::{Dynamic, Engine, EvalAltResult, Position};

use crate::Host;

/// What a function of the library gives.
type Answer = Result<Dynamic, Box<EvalAltResult>>;

/// Names of the functions, operators apart, with how many arguments they take.
const FUNCTIONS: &[&str] = &[
    "abs/1",
    "all/2",
    "any/2",
    "avg/2",
    "ceiling/1",
    "contains/2",
    "count/1",
    "day/1",
    "days/1",
    "decimal/1",
    "div/2",
    "ends_with/2",
    "filter/2",
    "floor/1",
    "hours/1",
    "in_days/1",
    "is_empty/1",
    "len/1",
    "like/2",
    "max/2",
    "min/2",
    "minutes/1",
    "month/1",
    "now/0",
    "round/1",
    "round/2",
    "starts_with/2",
    "sub_string/2",
    "sub_string/3",
    "sum/2",
    "to_lower/1",
    "to_string/1",
    "to_upper/1",
    "today/0",
    "trim/1",
    "year/1",
];

/// Lists the functions that can be called, with how many arguments they take.
pub fn visible() -> &'static [&'static str] {
    FUNCTIONS
}

pub(crate) fn install(engine: &mut Engine, host: &Arc<dyn Host>) {
    operators::install(engine, host);
    text::install(engine);
    number::install(engine);
    date::install(engine, host);
    records::install(engine, host);
}

fn refused(name: &str) -> Box<EvalAltResult> {
    EvalAltResult::ErrorFunctionNotFound(name.to_owned(), Position::NONE).into()
}
