//! What each field type takes, and what it says of the rest.

use std::sync::Arc;

use catalog::{Choice, ChoiceSet, Label};
use serde_json::json;

use super::*;

/// Shows what a value becomes in the form clients read, or the code of the mistake.
#[expect(clippy::needless_pass_by_value, reason = "the caller has no further use for it")]
fn check(kind: &FieldKind, given: Json, expected: Json) {
    let got = match value(kind, &given) {
        Ok(value) => crate::records::wire::json(kind, &value),
        Err(mistake) => Json::from(format!("!{}", mistake.code)),
    };
    assert_eq!(got, expected, "{given} as {kind:?}");
}

fn set() -> Arc<ChoiceSet> {
    let choice = |value: &str| Choice { id: value.into(), value: value.into(), label: Label::default(), color: None };
    Arc::new(ChoiceSet {
        id: "stage".into(),
        name: None,
        label: Label::default(),
        choices: vec![choice("new"), choice("open"), choice("won")],
    })
}

#[test]
fn reads_texts() {
    let text = FieldKind::Text { max_length: Some(5), pattern: None };
    check(&text, json!("абвгд"), json!("абвгд"));
    check(&text, json!(" a "), json!(" a "));
    check(&text, json!("абвгде"), json!("!record.too_long"));
    check(&text, json!(""), json!(null));
    check(&text, json!("a\0b"), json!("!record.text_with_nul"));
    check(&text, json!(5), json!("!record.not_a_text"));
    check(
        &FieldKind::LongText { max_length: None },
        json!("x".repeat(TEXT_LIMIT + 1)),
        json!("!record.text_too_large"),
    );
    let pattern = FieldKind::Text { max_length: None, pattern: schemas::Pattern::compile("[A-Z]{3}|x") };
    check(&pattern, json!("ABC"), json!("ABC"));
    check(&pattern, json!("ABCD"), json!("!record.pattern_mismatch"));
    check(&pattern, json!("xx"), json!("!record.pattern_mismatch"));
}

#[test]
fn reads_texts_with_a_form() {
    check(&FieldKind::Email, json!("ivan@example.org"), json!("ivan@example.org"));
    for wrong in ["ivan", "@example.org", "a b@example.org", "a@b@c.d", "a@example", "a@.org"] {
        check(&FieldKind::Email, json!(wrong), json!("!record.email_malformed"));
    }
    check(&FieldKind::Phone, json!("+7 (495) 123-45-67"), json!("+7 (495) 123-45-67"));
    check(&FieldKind::Phone, json!("(206) 555-9857 ext. 5467"), json!("(206) 555-9857 ext. 5467"));
    check(&FieldKind::Phone, json!("call me"), json!("!record.phone_malformed"));
    check(&FieldKind::Url, json!("https://example.org/путь"), json!("https://example.org/путь"));
    check(&FieldKind::Url, json!("javascript:alert(1)"), json!("!record.url_malformed"));
    check(&FieldKind::Color, json!("#FFaa00"), json!("#ffaa00"));
    check(&FieldKind::Color, json!("red"), json!("!record.color_malformed"));
}

#[test]
fn cleans_rich_text() {
    check(&FieldKind::RichText, json!("<p onclick=x>a<script>b</script></p>"), json!("<p>a</p>"));
    check(&FieldKind::RichText, json!("<img src=\"https://evil.example/x.png\">"), json!("<img>"));
    check(&FieldKind::RichText, json!("<img src=\"/api/files/1\">"), json!("<img src=\"/api/files/1\">"));
}

#[test]
fn reads_numbers_exactly() {
    let integer = FieldKind::Integer { min: Some(0), max: Some(10) };
    check(&integer, json!(7), json!(7));
    check(&integer, json!("7"), json!(7));
    check(&integer, json!(7.0), json!(7));
    check(&integer, json!(7.5), json!("!record.not_a_whole_number"));
    check(&integer, json!(11), json!("!record.out_of_range"));
    check(&integer, json!(true), json!("!record.not_a_whole_number"));
    let money = FieldKind::Money { precision: 18, scale: 2, currency: None, min: None, max: None };
    check(&money, json!("1250"), json!("1250.00"));
    check(&money, json!(1250.5), json!("1250.50"));
    check(&money, json!("1250.500"), json!("1250.50"));
    check(&money, json!("-0.01"), json!("-0.01"));
    check(&money, json!("0.001"), json!("!record.too_many_digits"));
    check(&money, json!(0.1234), json!("!record.too_many_digits"));
    check(&money, json!("9999999999999999.99"), json!("9999999999999999.99"));
    check(&money, json!("10000000000000000"), json!("!record.too_many_digits"));
    check(&money, json!(12_345_678_901_234_567.89), json!("!record.number_not_exact"));
    check(&money, json!("1e3"), json!("1000.00"));
    check(&money, json!("12e-1"), json!("1.20"));
    for wrong in ["1,5", "abc", "--1", "1e999", ".", "-"] {
        check(&money, json!(wrong), json!("!record.not_a_number"));
    }
}

#[test]
fn reads_moments() {
    check(&FieldKind::Date, json!("2026-01-31"), json!("2026-01-31"));
    check(&FieldKind::Date, json!("2026-02-30"), json!("!record.date_malformed"));
    check(&FieldKind::Date, json!("2026-1-3"), json!("!record.date_malformed"));
    check(&FieldKind::DateTime, json!("2026-01-31T12:30:00.123456+03:00"), json!("2026-01-31T09:30:00.123Z"));
    check(&FieldKind::DateTime, json!("2026-01-31T09:30Z"), json!("2026-01-31T09:30:00.000Z"));
    check(&FieldKind::DateTime, json!("2026-01-31T09:30:00"), json!("!record.datetime_malformed"));
    check(&FieldKind::Time, json!("09:30"), json!("09:30:00"));
    check(&FieldKind::Time, json!("25:00"), json!("!record.time_malformed"));
    check(&FieldKind::Duration, json!("P1DT90M"), json!("P1DT1H30M"));
    check(&FieldKind::Duration, json!("PT0.5S"), json!("PT0.5S"));
    check(&FieldKind::Duration, json!("-PT5S"), json!("-PT5S"));
    check(&FieldKind::Duration, json!("PT0S"), json!("PT0S"));
    for wrong in ["P", "PT", "P1M", "1H", "PT1H2", "PTxS", "P99999999999999999W"] {
        check(&FieldKind::Duration, json!(wrong), json!("!record.duration_malformed"));
    }
}

#[test]
fn reads_choices_in_the_order_of_the_set() {
    check(&FieldKind::Choice(set()), json!("won"), json!("won"));
    check(&FieldKind::Choice(set()), json!("wonn"), json!("!record.not_a_choice"));
    check(&FieldKind::MultiChoice(set()), json!(["won", "new", "won"]), json!(["new", "won"]));
    check(&FieldKind::MultiChoice(set()), json!([]), json!(null));
    check(&FieldKind::MultiChoice(set()), json!("new"), json!("!record.not_a_list"));
}

#[test]
fn reads_structures() {
    check(&FieldKind::Location, json!({"lat": 55.75, "lon": "37.6"}), json!({"lat": 55.75, "lon": 37.6}));
    check(&FieldKind::Location, json!({"lat": 91, "lon": 0}), json!("!record.location_off_earth"));
    check(&FieldKind::Location, json!({"lat": 1}), json!("!record.location_malformed"));
    check(&FieldKind::Address, json!({"city": "Москва", "line1": ""}), json!({"city": "Москва"}));
    check(&FieldKind::Address, json!({"City": "x"}), json!("!record.address_line_name"));
    check(&FieldKind::Json, json!({"a": ["\0"]}), json!("!record.text_with_nul"));
    check(&FieldKind::Json, json!([1, {"b": null}]), json!([1, {"b": null}]));
}
