//! What rhai must not do here: reach the outside, or run without end.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use expression::{EntityId, RecordRef};
use scripting::{Error, Host, Limits, Member, Runtime};

struct Nothing;

impl Host for Nothing {
    fn member(&self, _: &RecordRef, _: &str) -> Option<Member> {
        None
    }

    fn names(&self, _: &EntityId) -> Vec<String> {
        Vec::new()
    }

    fn entity(&self, _: &str) -> Option<EntityId> {
        None
    }

    fn user(&self) -> Option<RecordRef> {
        None
    }

    fn zone(&self) -> expression::Tz {
        expression::Tz::UTC
    }

    fn today(&self) -> NaiveDate {
        NaiveDate::default()
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::default()
    }

    fn language(&self) -> &str {
        "en"
    }
}

fn run(text: &str) -> Result<expression::Value, Error> {
    Runtime::new(Arc::new(Nothing), &Limits::default()).evaluate(text, None)
}

#[test]
fn nothing_of_the_outside_can_be_called() {
    for text in [
        "eval(\"1\")",
        "import \"/etc/passwd\"",
        "print(\"x\")",
        "debug(1)",
        "timestamp()",
        "sleep(1)",
        "Fn(\"len\")",
        "Fn(\"len\").call(\"x\")",
        "type_of(1)",
        "call(1)",
        "curry(1)",
        "is_def_var(\"user\")",
        "exit()",
        "let x = 1",
        "1.pad(9)",
        "blob(9)",
        "[1].push(2)",
        "parse_json(\"{}\")",
        "\"a\".crop(1)",
    ] {
        assert!(run(text).is_err(), "{text}");
    }
}

#[test]
fn the_list_of_functions_is_closed() {
    insta::assert_snapshot!(scripting::visible().join(" "), @"abs/1 add_days/2 add_months/2 add_years/2 all/2 any/2 avg/2 ceiling/1 clamp/3 contains/2 count/1 date/1 date/2 date/3 datetime/2 datetime/3 day/1 days/1 days_between/2 decimal/1 div/2 end_of/2 ends_with/2 filter/2 floor/1 format/2 hour/1 hours/1 in_coming/3 in_days/1 in_hours/1 in_last/3 in_minutes/1 in_next/2 in_next/3 in_previous/2 in_previous/3 in_seconds/1 in_this/2 index_of/2 is_empty/1 left/2 len/1 like/2 max/2 min/2 minute/1 minutes/1 mod/2 month/1 months_between/2 now/0 pad_left/3 pad_right/3 parse_date/1 parse_decimal/1 parse_int/1 quarter/1 remove/2 replace/3 right/2 round/1 round/2 seconds/1 sign/1 start_of/2 starts_with/2 sub_string/2 sub_string/3 sum/2 time/1 time/2 to_lower/1 to_string/1 to_string/2 to_upper/1 today/0 trim/1 truncate/1 truncate/2 week/1 weekday/1 weeks/1 year/1 years_between/2");
}

#[test]
fn depth_and_size_end_in_an_error() {
    for text in ["(".repeat(100_000), "!".repeat(100_000), "[".repeat(50_000), "- ".repeat(50_000) + "1"] {
        assert!(run(&text).is_err());
    }
    let long = format!("\"{}\"", "x".repeat(70_000));
    assert!(run(&long).is_err());
}

#[test]
fn thirty_two_levels_work() {
    let text = format!("{}1{}", "(1 + ".repeat(32), ")".repeat(32));
    assert_eq!(run(&text).expect("it works"), expression::Value::Integer(33));
}
