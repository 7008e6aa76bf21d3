//! Values of scripts as clients write and read them.

use std::sync::Arc;

use chrono::SecondsFormat;
use expression::{Decimal, Value};
use rhai::{Array, Dynamic, ImmutableString, Map};
use serde_json::{Map as Object, Number, Value as Json, json};

use crate::failure::{Denied, Refused};
use crate::native::{Records, from_rhai, into_rhai};
use crate::{Host, world};

/// Gives a value as JSON: a record as `{"entity", "id"}`, decimals, dates and lengths of time as texts. `None` for what has
/// no such form, such as a function.
pub(crate) fn to_json(value: &Dynamic) -> Option<Json> {
    let value = value.flatten_clone();
    if let Ok(items) = value.as_array_ref() {
        return items.iter().map(to_json).collect();
    }
    if let Ok(map) = value.as_map_ref() {
        let members = map.iter().map(|(name, value)| Some((name.to_string(), to_json(value)?)));
        return members.collect::<Option<Object<String, Json>>>().map(Json::Object);
    }
    if let Some(records) = value.clone().try_cast::<Records>() {
        return records.each().map(|record| to_json(&record)).collect();
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return Some(Json::from(text.as_str()));
    }
    Some(match from_rhai(&value)? {
        Value::Empty | Value::Bytes(_) => Json::Null,
        Value::Boolean(truth) => truth.into(),
        Value::Integer(number) => number.into(),
        Value::Decimal(number) => number.to_string().into(),
        Value::Text(text) => (*text).into(),
        Value::Date(date) => date.format("%Y-%m-%d").to_string().into(),
        Value::DateTime(moment) => moment.to_rfc3339_opts(SecondsFormat::Millis, true).into(),
        Value::Time(time) => time.format("%H:%M:%S").to_string().into(),
        Value::Duration(length) => duration(length).into(),
        Value::Id(id) => id.to_string().into(),
        Value::Choices(choices) => choices.iter().map(|choice| Json::from(&**choice)).collect(),
        Value::Json(json) => (*json).clone(),
        Value::Record(record) => {
            let entity = world::current().and_then(|world| world.entity_name(&record.entity));
            json!({"entity": entity, "id": record.id.to_string()})
        }
    })
}

/// Takes JSON into a script; a number with a point is a decimal.
pub(crate) fn from_json(json: &Json, host: &Arc<dyn Host>) -> Dynamic {
    match json {
        Json::Null => Dynamic::UNIT,
        Json::Bool(truth) => (*truth).into(),
        Json::Number(number) => of_number(number, host),
        Json::String(text) => Dynamic::from(ImmutableString::from(text.as_str())),
        Json::Array(items) => Dynamic::from(items.iter().map(|item| from_json(item, host)).collect::<Array>()),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.as_str().into(), from_json(value, host)));
            Dynamic::from(members.collect::<Map>())
        }
    }
}

fn of_number(number: &Number, host: &Arc<dyn Host>) -> Dynamic {
    if let Some(whole) = number.as_i64() {
        return whole.into();
    }
    // What no decimal holds is empty, as everywhere in the language.
    let value = Decimal::parse(&number.to_string()).map_or(Value::Empty, Value::Decimal);
    into_rhai(value, host)
}

/// Writes a length of time by ISO 8601.
fn duration(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { "-" } else { "" };
    let length = milliseconds.unsigned_abs();
    match length % 1000 {
        0 => format!("{sign}PT{}S", length / 1000),
        rest => format!("{sign}PT{}.{rest:03}S", length / 1000),
    }
}

/// Shows a value to whoever looks how a run went.
pub(crate) fn shown(value: &Dynamic) -> String {
    if let Some(Denied(message)) = value.clone().try_cast::<Denied>() {
        return message;
    }
    if let Some(refused) = value.clone().try_cast::<Refused>() {
        return refused.message;
    }
    match value.as_immutable_string_ref() {
        Ok(text) => text.to_string(),
        Err(_) => to_json(value).map_or_else(|| value.type_name().to_owned(), |json| json.to_string()),
    }
}
