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
        "\"a\".replace(\"a\", \"b\")",
    ] {
        assert!(run(text).is_err(), "{text}");
    }
}

#[test]
fn the_list_of_functions_is_closed() {
    insta::assert_snapshot!(scripting::visible().join(" "), @"abs/1 all/2 any/2 avg/2 ceiling/1 contains/2 count/1 day/1 days/1 decimal/1 div/2 ends_with/2 filter/2 floor/1 hours/1 in_days/1 is_empty/1 len/1 like/2 max/2 min/2 minutes/1 month/1 now/0 round/1 round/2 starts_with/2 sub_string/2 sub_string/3 sum/2 to_lower/1 to_string/1 to_upper/1 today/0 trim/1 year/1");
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
