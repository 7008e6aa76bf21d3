//! Other values and links for the records of the fixture, by chance.

use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::{Decimal, Value};
use uuid::Uuid;

use super::fixture::{Fixture, Kind};

const INTEGERS: [i64; 9] = [0, 1, -1, 2, 7, 100, 1_000_000_007, i64::MAX, i64::MIN];
const TEXTS: [&str; 10] = ["ёлка", "Ёж", "Еж", "O'Brien", "100%", "_x\\y", "  a ", "A a", "12.5", "2024-02-29"];
const DATES: [(i32, u32, u32); 7] =
    [(2026, 3, 15), (2026, 3, 31), (2024, 2, 29), (2025, 12, 31), (1, 1, 1), (9999, 12, 31), (1970, 1, 1)];
// The last but one is of a summer that no list of the changes of clocks comes to.
const INSTANTS: [i64; 7] =
    [1_773_567_000_000, 1_773_522_000_000, 0, -1, 1_774_746_000_000, 5_349_240_000_000, 253_402_300_799_999];
const LENGTHS: [i64; 7] = [0, 1, -1, 999, 86_400_000, -5_400_000, 2_678_400_000];

/// Gives the records other values and links: some stay, some are empty, some are at the ends of what their fields hold. Who asks
/// stays who they are.
pub fn shuffle(fixture: &mut Fixture, below: &mut dyn FnMut(usize) -> usize) {
    let of = |entity: &str| -> Vec<Uuid> {
        fixture.records.iter().filter(|record| record.entity == entity).map(|record| record.id).collect()
    };
    let targets: Vec<(String, Vec<Uuid>)> =
        fixture.entities.iter().map(|entity| (entity.name.clone(), of(&entity.name))).collect();
    let records = |name: &str| targets.iter().find(|(entity, _)| entity == name).map_or(&[][..], |(_, ids)| ids);
    for record in &mut fixture.records {
        let Some(entity) = fixture.entities.iter().find(|entity| entity.name == record.entity) else { continue };
        // Addresses of people and names of teams are unique.
        let is_unique = |name: &str| name == "email" || (name == "name" && entity.name == "team");
        for field in entity.fields.iter().filter(|field| !is_unique(&field.name)) {
            match below(4) {
                0 => continue,
                1 => {
                    record.values.remove(&field.name);
                    record.links.remove(&field.name);
                    continue;
                }
                _ => (),
            }
            let value = match &field.kind {
                Kind::Plain(name, digits) => plain(name, digits, below),
                Kind::Choice(name, choices) if name == "multi_choice" => {
                    let chosen: Vec<_> =
                        choices.iter().filter(|_| below(2) == 0).map(|value| value.as_str().into()).collect();
                    (!chosen.is_empty()).then_some(Value::Choices(chosen))
                }
                Kind::Choice(_, choices) => Some(Value::text(choices[below(choices.len())].as_str())),
                Kind::Link(target, _) => one(records(target), below).map(Value::Id),
                Kind::AnyLink(targets, _) => one(records(&targets[below(targets.len())]), below).map(Value::Id),
                Kind::Links(target, _) => {
                    let far: Vec<Uuid> = records(target).iter().copied().filter(|_| below(2) == 0).collect();
                    record.links.remove(&field.name);
                    if !far.is_empty() {
                        record.links.insert(field.name.clone(), far);
                    }
                    None
                }
                Kind::Children(..) | Kind::Inverse(..) => None,
            };
            if let Some(value) = value {
                record.values.insert(field.name.clone(), value);
            }
        }
        if let Some(owner) = one(records("user"), below).filter(|_| record.entity != "user") {
            record.values.insert("owner".to_owned(), Value::Id(owner));
        }
    }
}

fn one(of: &[Uuid], below: &mut dyn FnMut(usize) -> usize) -> Option<Uuid> {
    of.get(below(of.len().max(1))).copied()
}

fn plain(name: &str, digits: &[u8], below: &mut dyn FnMut(usize) -> usize) -> Option<Value> {
    Some(match name {
        "rating" => Value::Integer(1 + i64::try_from(below(5)).ok()?),
        "integer" => Value::Integer(INTEGERS[below(INTEGERS.len())]),
        "decimal" | "money" | "percent" => {
            let [precision, scale] = *digits else { return None };
            // So many digits that small numbers are as likely as those that fill the field.
            let length = 1 + below(usize::from(precision));
            let mut scaled = 0_i128;
            for _ in 0..length {
                scaled = scaled * 10 + i128::try_from(below(10)).ok()?;
            }
            let sign = if below(3) == 0 { -1 } else { 1 };
            Value::Decimal(Decimal::from_scaled(sign * scaled, scale)?)
        }
        "boolean" => Value::Boolean(below(2) == 0),
        "date" => {
            let (year, month, day) = DATES[below(DATES.len())];
            Value::Date(NaiveDate::from_ymd_opt(year, month, day)?)
        }
        "datetime" => Value::DateTime(DateTime::from_timestamp_millis(INSTANTS[below(INSTANTS.len())])?),
        "time" => {
            let second = u32::try_from(below(86_400)).ok()?;
            Value::Time(NaiveTime::from_num_seconds_from_midnight_opt(second, 0)?)
        }
        "duration" => Value::Duration(LENGTHS[below(LENGTHS.len())]),
        "json" => Value::Json(std::sync::Arc::new(serde_json::json!({"a": below(10)}))),
        _ => Value::text(TEXTS[below(TEXTS.len())]),
    })
}
