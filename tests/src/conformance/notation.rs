//! Reads the notation of `tests/conformance/README.md`. It panics at what it cannot read: the files are ours.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::{Decimal, Tz, Value};
use uuid::Uuid;

use super::Case;
use super::fixture::{Entity, Field, Fixture, Kind, Record};

/// Reads entities, records and settings.
pub fn fixture(text: &str) -> Fixture {
    let mut fixture = Fixture::default();
    for line in lines(text).map(|(_, line)| line).filter(|line| !line.starts_with('@')) {
        if let Some((setting, value)) = line.split_once(" = ").filter(|(setting, _)| !setting.contains(':')) {
            match setting {
                "user" => value.clone_into(&mut fixture.user),
                "now" => fixture.now = DateTime::parse_from_rfc3339(value).expect("an instant").to_utc(),
                "language" => value.clone_into(&mut fixture.language),
                other => panic!("unknown setting {other}"),
            }
            continue;
        }
        let (head, rest) = line.split_once(':').unwrap_or_else(|| panic!("no colon in {line}"));
        match head.split_once(' ') {
            None => fixture.entities.push(entity(head, rest)),
            Some((entity, name)) => {
                let record = record(&fixture, entity, name, rest);
                fixture.records.push(record);
            }
        }
    }
    add_inverses(&mut fixture);
    fixture
}

/// Reads expressions with their values.
pub fn cases(file: &str, text: &str, fixture: &Fixture) -> Vec<Case> {
    let mut cases = Vec::new();
    let (mut about, mut zone) = ("d1".to_owned(), Tz::UTC);
    for (number, line) in lines(text) {
        let place = format!("{file}:{number}");
        if let Some(line) = line.strip_prefix("@ ") {
            let (name, called) = line.split_once(" in ").unwrap_or((line, "UTC"));
            zone = called.parse().unwrap_or_else(|_| panic!("{place}: there is no time zone {called}"));
            assert!(fixture.record(name).is_some(), "{place}: there is no record {name}");
            name.clone_into(&mut about);
            continue;
        }
        let (expression, expected) = line.rsplit_once(" => ").unwrap_or_else(|| panic!("{place}: no `=>`"));
        let expected = literal(expected.trim()).unwrap_or_else(|| panic!("{place}: no value: {expected}"));
        cases.push(Case { place, record: about.clone(), zone, expression: expression.trim().to_owned(), expected });
    }
    cases
}

/// Gives the identity of the record that the files call by this name.
pub fn id_of(name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn entity(name: &str, rest: &str) -> Entity {
    let fields = parts(rest).into_iter().map(|part| {
        let (name, kind) = part.split_once(' ').unwrap_or_else(|| panic!("no type in {part}"));
        Field { name: name.to_owned(), kind: self::kind(kind.trim()), formula: None }
    });
    Entity { name: name.to_owned(), fields: fields.collect() }
}

fn kind(text: &str) -> Kind {
    let target = |text: &str| match text.trim().split_once('.') {
        Some((entity, inverse)) => (entity.to_owned(), Some(inverse.to_owned())),
        None => (text.trim().to_owned(), None),
    };
    if let Some(rest) = text.strip_prefix("->") {
        let (entity, inverse) = target(rest);
        if entity.contains('|') {
            let targets = entity.split('|').map(|entity| entity.trim().to_owned());
            return Kind::AnyLink(targets.collect(), inverse);
        }
        return Kind::Link(entity, inverse);
    }
    if let Some(rest) = text.strip_prefix("<->") {
        let (entity, inverse) = target(rest);
        return Kind::Links(entity, inverse);
    }
    if let Some(rest) = text.strip_prefix("[]") {
        let (entity, link) = target(rest);
        return Kind::Children(entity, link.expect("children name their link back"));
    }
    let (name, inner) = match text.split_once('(') {
        Some((name, inner)) => (name, inner.trim_end_matches(')')),
        None => (text, ""),
    };
    let list = inner.split([',', ' ']).filter(|part| !part.is_empty());
    if name.ends_with("choice") {
        return Kind::Choice(name.to_owned(), list.map(str::to_owned).collect());
    }
    Kind::Plain(name.to_owned(), list.map(|digits| digits.parse().expect("digits")).collect())
}

fn record(fixture: &Fixture, entity: &str, name: &str, rest: &str) -> Record {
    let fields = fixture.entity(entity).unwrap_or_else(|| panic!("there is no entity {entity}"));
    let (mut values, mut links) = (BTreeMap::new(), BTreeMap::new());
    for part in parts(rest) {
        let (field, text) = part.split_once(' ').unwrap_or_else(|| panic!("no value in {part}"));
        let text = text.trim();
        let kind = fields.field(field).map(|field| &field.kind);
        let list = || text.trim_matches(['[', ']']).split(',').map(str::trim).filter(|item| !item.is_empty());
        match kind {
            Some(Kind::Links(..)) => {
                links.insert(field.to_owned(), list().map(id_of).collect());
            }
            Some(Kind::Choice(kind, _)) if kind == "multi_choice" => {
                values.insert(field.to_owned(), Value::Choices(list().map(Into::into).collect()));
            }
            Some(Kind::Choice(..)) => {
                values.insert(field.to_owned(), Value::text(text));
            }
            Some(Kind::Plain(kind, _)) if kind == "json" => {
                let json = serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}"));
                values.insert(field.to_owned(), Value::Json(std::sync::Arc::new(json)));
            }
            Some(_) => {
                values.insert(field.to_owned(), literal(text).unwrap_or_else(|| panic!("no value: {text}")));
            }
            None if field == "owner" => {
                values.insert(field.to_owned(), Value::Id(id_of(text)));
            }
            None => panic!("{entity} has no field {field}"),
        }
    }
    Record { entity: entity.to_owned(), name: name.to_owned(), id: id_of(name), values, links }
}

/// Reads a value: `()`, true, 12, 1.5, "text", a date, an instant, a time, `1500ms`, or the name of a record.
fn literal(text: &str) -> Option<Value> {
    let digits = text.trim_start_matches('-');
    let number = digits.starts_with(|c: char| c.is_ascii_digit());
    Some(match text {
        "()" => Value::Empty,
        "true" | "false" => Value::Boolean(text == "true"),
        _ if text.starts_with('"') => Value::Text(serde_json::from_str::<String>(text).ok()?.into()),
        _ if number && digits.contains('T') => Value::DateTime(DateTime::parse_from_rfc3339(text).ok()?.to_utc()),
        _ if number && digits.contains('-') => Value::Date(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?),
        _ if number && digits.contains(':') => Value::Time(NaiveTime::parse_from_str(text, "%H:%M:%S").ok()?),
        _ if number && digits.ends_with("ms") => Value::Duration(text.trim_end_matches("ms").parse().ok()?),
        _ if number && digits.contains('.') => Value::Decimal(Decimal::parse(text).ok()?),
        _ if number => Value::Integer(text.parse().ok()?),
        name if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => Value::Id(id_of(name)),
        _ => return None,
    })
}

/// Splits at commas outside quotes and brackets.
fn parts(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut quoted, mut start) = (Vec::new(), 0, false, 0);
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => (),
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

fn add_inverses(fixture: &mut Fixture) {
    let mut inverses = Vec::new();
    for entity in &fixture.entities {
        for field in &entity.fields {
            if let Kind::Link(target, Some(name)) | Kind::Links(target, Some(name)) = &field.kind {
                inverses.push((target.clone(), name.clone(), Kind::Inverse(entity.name.clone(), field.name.clone())));
            }
            if let Kind::AnyLink(targets, Some(name)) = &field.kind {
                let inverse = || Kind::Inverse(entity.name.clone(), field.name.clone());
                inverses.extend(targets.iter().map(|target| (target.clone(), name.clone(), inverse())));
            }
        }
    }
    for (target, name, kind) in inverses {
        let entity = fixture.entities.iter_mut().find(|entity| entity.name == target);
        entity.expect("the target is an entity").fields.push(Field { name, kind, formula: None });
    }
}
