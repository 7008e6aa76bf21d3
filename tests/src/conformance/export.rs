//! The suite as JSON for the browser's judge.

use std::fmt;

use expression::{Environment, Type, Tz, Value, json};
use serde_json::{Map, Value as Json, json};

use super::Suite;
use super::fixture::{Fixture, Record};

/// Writes the suite: records by id, related ids under their field, and each case with its typed expression.
///
/// `{"user": ID, "today", "now", "language", "records": {ID: {"entity", "fields": {FIELD ID: VALUE or [IDS]}}},
/// "cases": [{"place", "text", "record": ID, "expression": NODE, "expected": VALUE}]}`; values as literals of
/// `expression::json` have them. A case that is not asked from UTC has its own `zone` and `today`.
pub fn export(suite: &Suite) -> Export {
    let fixture = &suite.fixture;
    let records: Map<String, Json> =
        fixture.records.iter().map(|record| (record.id.to_string(), record_json(fixture, record))).collect();
    let mut cases = Vec::new();
    for case in &suite.cases {
        let expr = fixture.checked(case).unwrap_or_else(|mistake| panic!("{}: {mistake}", case.place));
        let mut written = json!({
            "place": case.place,
            "text": case.expression,
            "record": super::notation::id_of(&case.record).to_string(),
            "expression": json::to_json(&expr),
            "expected": json::literal(&case.expected),
        });
        if case.zone != Tz::UTC {
            written["zone"] = json!(case.zone.name());
            written["today"] = today(suite.seen(case));
        }
        cases.push(written);
    }
    let head = json!({
        "user": super::notation::id_of(&fixture.user).to_string(),
        "today": today(fixture),
        "now": json::literal(&Value::DateTime(fixture.now)),
        "language": fixture.language,
    });
    Export { head, records, cases }
}

fn today(fixture: &Fixture) -> Json {
    json::literal(&Value::Date(Environment::today(fixture)))
}

/// The parts of the file.
#[derive(Debug)]
pub struct Export {
    head: Json,
    records: Map<String, Json>,
    cases: Vec<Json>,
}

/// One record and one case a line, fit for a diff.
impl fmt::Display for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let records: Vec<String> = self.records.iter().map(|(id, record)| format!("    \"{id}\": {record}")).collect();
        let cases: Vec<String> = self.cases.iter().map(|case| format!("    {case}")).collect();
        writeln!(f, "{{")?;
        for (key, value) in self.head.as_object().into_iter().flatten() {
            writeln!(f, "  \"{key}\": {value},")?;
        }
        writeln!(f, "  \"records\": {{\n{}\n  }},", records.join(",\n"))?;
        writeln!(f, "  \"cases\": [\n{}\n  ]\n}}", cases.join(",\n"))
    }
}

fn record_json(fixture: &Fixture, record: &Record) -> Json {
    let mut fields = Map::new();
    fields.insert("id".to_owned(), json!(record.id.to_string()));
    if let Some(owner) = record.values.get("owner") {
        fields.insert("owner".to_owned(), json::literal(owner));
    }
    for field in fixture.entity(&record.entity).map_or(&[][..], |entity| &entity.fields) {
        let value = match field.ty() {
            Type::Records(_) => {
                let related = fixture.related(record.id, &record.entity, &field.name);
                related.iter().map(|far| json!(far.id.to_string())).collect()
            }
            Type::AnyRecord(_) => {
                let far = record.values.get(&field.name).and_then(|value| fixture.any_record(value));
                far.map_or(Json::Null, |far| json!({"entity": far.entity.as_str(), "id": far.id.to_string()}))
            }
            _ => json::literal(record.values.get(&field.name).unwrap_or(&Value::Empty)),
        };
        fields.insert(format!("{}.{}", record.entity, field.name), value);
    }
    json!({"entity": record.entity, "fields": fields})
}
