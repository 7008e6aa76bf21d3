//! Documents and the mistakes they make.

use serde_json::{Value, json};

use super::{text, value};
use crate::FieldType;

fn check(json: &Value, expected: &[&str]) {
    let found: Vec<String> = value(json).err().unwrap_or_default().iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

fn check_field(field: &Value, expected: &[&str]) {
    let found = value(&json!({"kind": "entity", "name": "deal", "fields": [field]})).err().unwrap_or_default();
    let found: Vec<String> =
        found.iter().map(|problem| problem.to_string().replace(" entity/deal/fields/0", "")).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_contract_example_without_what_comes_later_is_sound() {
    let document = text(
        r#"{ "kind": "entity", "name": "deal", "label": {"en": "Deal", "ru": "Сделка"}, "plural": {"en": "Deals", "ru": "Сделки"},
  "icon": "briefcase", "title": "title",
  "fields": [
    {"name": "title",   "type": "text", "label": {"en": "Title", "ru": "Название"}, "required": true, "max_length": 200},
    {"name": "number",  "type": "auto_number"},
    {"name": "close_date",  "type": "date", "default": {"expression": "today()"}},
    {"name": "amount",  "type": "money", "scale": 2},
    {"name": "stage",   "type": "choice", "choices": [{"value": "new", "label": {"en": "New"}}, {"value": "won", "label": {"en": "Won"}}], "default": "new"},
    {"name": "company", "type": "link", "target": "company", "inverse": "deals", "on_delete": "restrict"},
    {"name": "items",   "type": "children", "target": "deal_item", "inverse": "deal"}],
  "unique": [["number"]], "indexes": [["stage", "close_date"]],
  "rules": [{"name": "won_needs_amount", "when": "stage == \"won\" && amount == ()", "message": {"en": "A won deal needs an amount"}}] }"#,
    )
    .unwrap();
    let written = document.to_text();
    assert_eq!(text(&written).unwrap().to_text(), written);
}

#[test]
fn every_mistake_is_shown_at_once_with_line_and_column() {
    let problems = text(
        r#"{
  "kind": "entity", "name": "deal", "lable": {"en": "Deal"}, "title": "titel",
  "fields": [
    {"name": "Title", "type": "text"},
    {"name": "amount", "type": "mony"},
    {"name": "stage", "type": "choice"},
    {"name": "total", "type": "money", "formula": {"open": true}},
    {"type": "text", "max_length": "long"}
  ]
}"#,
    )
    .unwrap_err();
    let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let types = FieldType::ALL.map(FieldType::as_str).join(", ");
    assert_eq!(
        found,
        [
            r#"2:37: entity/deal/lable document.unknown_key expected="kind, id, name, label, plural, description, icon, title, fields, unique, indexes, access, rules" name="lable" nearest="label""#,
            r#"4:14: entity/deal/fields/0/name document.bad_name found="Title""#,
            &format!(
                r#"5:32: entity/deal/fields/1/type document.unknown_value expected="{types}" found="mony" nearest="money""#
            ),
            r#"6:5: entity/deal/fields/2 field.option_missing field="stage" name="choices" type="choice""#,
            r#"7:40: entity/deal/fields/3/formula document.missing_key name="mode""#,
            r#"7:40: entity/deal/fields/3/formula document.missing_key name="expression""#,
            r#"8:5: entity/deal/fields/4 document.missing_key name="name""#,
            r#"8:36: entity/deal/fields/4/max_length document.not_integer found="long""#,
        ]
    );
}

#[test]
fn what_the_schema_refuses_hides_nothing_of_the_rest() {
    let (types, message) = (FieldType::ALL.map(FieldType::as_str).join(", "), json!({"en": "No"}));
    check(
        &json!({"kind": "entity", "name": "deal", "title": "nmae", "unique": [["a"], [5], ["b", "gone"]],
            "fields": [{"name": "a", "type": "txet"}, {"name": "b", "type": "integer", "min": 5, "max": 1}],
            "rules": [{"name": "x"}, {"name": "r", "when": "true", "message": message}, {"name": "r", "when": "true", "message": message}]}),
        &[
            r#" entity/deal/unique/1/0 document.not_text found="5""#,
            &format!(
                r#" entity/deal/fields/0/type document.unknown_value expected="{types}" found="txet" nearest="text""#
            ),
            r#" entity/deal/rules/0 document.missing_key name="when""#,
            r#" entity/deal/rules/0 document.missing_key name="message""#,
            r#" entity/deal/fields/1/min field.min_above_max field="b""#,
            r#" entity/deal/title reference.unknown_field entity="deal" found="nmae""#,
            r#" entity/deal/unique/2/1 reference.unknown_field entity="deal" found="gone""#,
            r#" entity/deal/rules/2/name rule.duplicate_name name="r""#,
        ],
    );
}

#[test]
fn only_what_is_scheduled_has_times_and_those_come() {
    let check = |formula: serde_json::Value, expected: &[&str]| {
        check_field(&json!({"name": "a", "type": "integer", "formula": formula}), expected);
    };
    check(json!({"mode": "scheduled", "expression": "1", "cron": "0 6 * * MON-FRI", "open": true}), &[]);
    check(json!({"mode": "scheduled", "expression": "1"}), &[r#"/formula formula.cron_missing field="a""#]);
    check(
        json!({"mode": "scheduled", "expression": "1", "cron": "at six"}),
        &[r#"/formula/cron formula.bad_cron field="a" found="at six""#],
    );
    check(
        json!({"mode": "scheduled", "expression": "1", "cron": "0 0 30 2 *"}),
        &[r#"/formula/cron formula.cron_never field="a" found="0 0 30 2 *""#],
    );
    for mode in ["stored", "dynamic"] {
        check(
            json!({"mode": mode, "expression": "1", "cron": "0 6 * * *"}),
            &[r#"/formula/cron formula.cron_without_schedule field="a""#],
        );
    }
}

#[test]
fn a_formula_has_no_settings_of_what_people_write() {
    let field = |more: Value| {
        let mut field = json!({"name": "a", "type": "decimal", "formula": {"mode": "dynamic", "expression": "1"}});
        field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"kind": "entity", "name": "deal", "fields": [field]})
    };
    for scale in [0, 1, 12] {
        check(&field(json!({"scale": scale, "audit_reads": true})), &[]);
    }
    check(
        &field(json!({"required": true, "unique": true, "default": 1, "min": 0, "precision": 10})),
        &[
            r#" entity/deal/fields/0/required field.option_beside_formula field="a" name="required""#,
            r#" entity/deal/fields/0/default field.option_beside_formula field="a" name="default""#,
            r#" entity/deal/fields/0/unique field.option_beside_formula field="a" name="unique""#,
            r#" entity/deal/fields/0/min field.option_beside_formula field="a" name="min""#,
            r#" entity/deal/fields/0/precision field.option_beside_formula field="a" name="precision""#,
        ],
    );
    check(
        &json!({"kind": "entity", "name": "deal", "fields": [
            {"name": "a", "type": "link", "target": "deal", "formula": {"mode": "dynamic", "expression": "a"}}]}),
        &[
            r#" entity/deal/fields/0/formula field.option_not_for_type expected="text, long_text, email, phone, integer, decimal, money, percent, boolean, date, datetime, time, duration, choice" field="a" name="formula" type="link""#,
        ],
    );
}

#[test]
fn broken_texts_say_where() {
    let first = |input: &str| text(input).unwrap_err()[0].to_string();
    assert_eq!(first("{\n  \"kind\": entity\n}"), "2:11: document.not_json");
    assert_eq!(first("{\"kind\": "), "1:9: document.cut_off");
    assert_eq!(first(r#"{"kind": "role", "kind": "entity"}"#), r#"1:18:/kind document.repeated_key name="kind""#);
    assert_eq!(first("[]"), r#"1:1: document.not_object found="[]""#);
}

#[test]
fn kinds_are_known() {
    check(
        &json!({"kind": "entyti", "name": "deal"}),
        &[
            r#"/kind document.unknown_kind expected="application, choice_set, dashboard, dataset, entity, form, measure, register, role, script, view" found="entyti" nearest="entity""#,
        ],
    );
    check(&json!({"name": "deal"}), &[r#" document.missing_key name="kind""#]);
}

#[test]
fn names_are_no_words_of_the_language() {
    check(
        &json!({"kind": "entity", "name": "while", "fields": [{"name": "owner", "type": "text"}, {"name": "a", "type": "text"}, {"name": "a", "type": "date"}]}),
        &[
            r#" entity/while/name document.reserved_word found="while""#,
            r#" entity/while/fields/0/name field.reserved_name field="owner" found="owner""#,
            r#" entity/while/fields/2/name field.duplicate_name field="a" name="a""#,
        ],
    );
}

#[test]
fn options_belong_to_their_types() {
    check_field(
        &json!({"name": "a", "type": "integer", "max_length": 5}),
        &[
            r#"/max_length field.option_not_for_type expected="text, long_text" field="a" name="max_length" type="integer""#,
        ],
    );
    check_field(
        &json!({"name": "a", "type": "children"}),
        &[
            r#" field.option_missing field="a" name="target" type="children""#,
            r#" field.option_missing field="a" name="inverse" type="children""#,
        ],
    );
    check_field(
        &json!({"name": "a", "type": "any_link", "targets": ["x", "x"]}),
        &[r#"/targets/1 document.repeated_item field="a" found="x""#],
    );
    check_field(
        &json!({"name": "a", "type": "link", "target": "b", "required": true, "on_delete": "set_empty"}),
        &[r#"/on_delete field.required_set_empty field="a""#],
    );
}

#[test]
fn digits_are_within_what_every_database_keeps() {
    check_field(
        &json!({"name": "a", "type": "decimal", "precision": 4, "scale": 6}),
        &[r#"/scale field.scale_above_precision expected="4" field="a" found="6""#],
    );
    check_field(
        &json!({"name": "a", "type": "decimal", "precision": 28, "scale": 2}),
        &[r#"/scale field.too_many_digits expected="16" field="a" found="26""#],
    );
    check_field(
        &json!({"name": "a", "type": "money", "precision": 29, "scale": 13}),
        &[
            r#"/precision document.too_large expected="28" found="29""#,
            r#"/scale document.too_large expected="12" found="13""#,
        ],
    );
    check_field(
        &json!({"name": "a", "type": "integer", "min": 5, "max": 1}),
        &[r#"/min field.min_above_max field="a""#],
    );
    check_field(
        &json!({"name": "a", "type": "integer", "min": "0.5"}),
        &[r#"/min document.not_integer field="a" found="0.5""#],
    );
}

#[test]
fn defaults_fit_their_types() {
    for (kind, good, bad) in [
        ("text", json!("x"), json!(1)),
        ("integer", json!(3), json!("3")),
        ("decimal", json!("1.5"), json!("1.1234567")),
        ("money", json!(10), json!("10.001")),
        ("boolean", json!(true), json!("yes")),
        ("date", json!("2026-02-28"), json!("2026-02-30")),
        ("datetime", json!("2026-01-31T09:30:00.000Z"), json!("2026-01-31")),
        ("time", json!("09:30:00"), json!("9:30")),
        ("duration", json!("PT1H"), json!("1 hour")),
        ("color", json!("#ffaa00"), json!("red")),
        ("rating", json!(5), json!(0)),
        ("email", json!("a@b.example"), json!("nobody")),
    ] {
        check_field(&json!({"name": "a", "type": kind, "default": good}), &[]);
        let found = match &bad {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let expected = format!(r#"/default field.default_does_not_fit field="a" found="{found}" type="{kind}""#);
        check_field(&json!({"name": "a", "type": kind, "default": bad}), &[&expected]);
    }
    check_field(
        &json!({"name": "a", "type": "choice", "choices": [{"value": "new"}], "default": "nwe"}),
        &[r#"/default field.default_not_a_choice field="a" found="nwe" nearest="new""#],
    );
}

#[test]
fn automatic_numbers_have_one_number() {
    check_field(&json!({"name": "a", "type": "auto_number", "pattern": "D-{year}-{0000}"}), &[]);
    for wrong in ["D-{year}", "{0}{0}", "{week}{0}", "{0"] {
        check_field(
            &json!({"name": "a", "type": "auto_number", "pattern": wrong}),
            &[&format!(r#"/pattern field.bad_number_pattern field="a" found="{wrong}""#)],
        );
    }
    check_field(
        &json!({"name": "a", "type": "text", "pattern": "[a-z"}),
        &[r#"/pattern field.bad_pattern field="a" found="[a-z""#],
    );
}

#[test]
fn references_inside_the_document_lead_to_fields() {
    check(
        &json!({"kind": "entity", "name": "deal", "title": "titel", "unique": [["title", "title"]], "indexes": [["created_at", "x"]],
            "fields": [{"name": "title", "type": "text"}]}),
        &[
            r#" entity/deal/title reference.unknown_field entity="deal" found="titel" nearest="title""#,
            r#" entity/deal/unique/0/1 document.repeated_item found="title""#,
            r#" entity/deal/indexes/0/1 reference.unknown_field entity="deal" found="x""#,
        ],
    );
}

#[test]
fn roles_take_yes_no_and_conditions() {
    check(
        &json!({"kind": "role", "name": "sales", "rights": ["use", "admin"], "entities": {
            "deal": {"read": "owner == user", "fields": {"cost": "hide", "margin": "none"}, "write": true}, "*": {"read": 1, "update": ""}}}),
        &[
            r#" role/sales/rights/1 document.unknown_value expected="use, design, administer" found="admin""#,
            r#" role/sales/entities/deal/fields/cost document.unknown_value expected="none, mask, read, write" found="hide""#,
            r#" role/sales/entities/deal/write document.unknown_key expected="read, create, update, delete, export, share, fields" name="write""#,
            r#" role/sales/entities/*/read role.bad_permission found="1""#,
            r#" role/sales/entities/*/update role.bad_permission found="""#,
        ],
    );
}
