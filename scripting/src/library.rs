//! Everything that expressions and scripts can call. The list is closed: [`visible`] is compared with a golden file.

mod operators;
mod text;
mod number;
mod date;
mod records;
mod table;
mod script;
mod modules;

use std::sync::Arc;

use rhai::{Dynamic, Engine, EvalAltResult, Position};

use crate::Host;

/// What a function of the library gives.
type Answer = Result<Dynamic, Box<EvalAltResult>>;

/// Names of the functions, operators apart, with how many arguments they take.
const FUNCTIONS: &[&str] = &[
    "abs/1",
    "add_days/2",
    "add_months/2",
    "add_years/2",
    "all/2",
    "any/2",
    "avg/2",
    "ceiling/1",
    "clamp/3",
    "contains/2",
    "count/1",
    "date/1",
    "date/2",
    "date/3",
    "datetime/2",
    "datetime/3",
    "day/1",
    "days/1",
    "days_between/2",
    "decimal/1",
    "div/2",
    "end_of/2",
    "ends_with/2",
    "filter/2",
    "floor/1",
    "format/2",
    "hour/1",
    "hours/1",
    "in_coming/3",
    "in_days/1",
    "in_hours/1",
    "in_last/3",
    "in_minutes/1",
    "in_next/2",
    "in_next/3",
    "in_previous/2",
    "in_previous/3",
    "in_seconds/1",
    "in_this/2",
    "index_of/2",
    "is_empty/1",
    "left/2",
    "len/1",
    "like/2",
    "max/2",
    "min/2",
    "minute/1",
    "minutes/1",
    "mod/2",
    "month/1",
    "months_between/2",
    "now/0",
    "pad_left/3",
    "pad_right/3",
    "parse_date/1",
    "parse_decimal/1",
    "parse_int/1",
    "quarter/1",
    "remove/2",
    "replace/3",
    "right/2",
    "round/1",
    "round/2",
    "seconds/1",
    "sign/1",
    "start_of/2",
    "starts_with/2",
    "sub_string/2",
    "sub_string/3",
    "sum/2",
    "time/1",
    "time/2",
    "to_lower/1",
    "to_string/1",
    "to_string/2",
    "to_upper/1",
    "today/0",
    "trim/1",
    "truncate/1",
    "truncate/2",
    "week/1",
    "weekday/1",
    "weeks/1",
    "year/1",
    "years_between/2",
];

/// Lists the functions that can be called, with how many arguments they take.
pub fn visible() -> &'static [&'static str] {
    FUNCTIONS
}

/// Lists what scripts can call beside that; lists, maps and ranges have rhai's own functions.
pub fn visible_to_scripts() -> &'static [&'static str] {
    script::FUNCTIONS
}

pub(crate) fn install_for_scripts(engine: &mut Engine, host: &Arc<dyn Host>) {
    script::install(engine, host);
    modules::install(engine, host);
}

pub(crate) fn install(engine: &mut Engine, host: &Arc<dyn Host>) {
    operators::install(engine, host);
    text::install(engine, host);
    number::install(engine, host);
    date::install(engine, host);
    records::install(engine, host);
    table::install(engine, host);
}

fn refused(name: &str) -> Box<EvalAltResult> {
    EvalAltResult::ErrorFunctionNotFound(name.to_owned(), Position::NONE).into()
}
