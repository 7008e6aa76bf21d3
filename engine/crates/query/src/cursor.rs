//! Cursors: where a page ended, signed so that only this product makes them and only for the request they came from.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use catalog::Entity;
use chrono::{DateTime, NaiveDate, NaiveTime};
use expression::{Decimal, Value};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use sql::ColumnType;
use uuid::Uuid;

use crate::Request;
use crate::request::named_expression;

/// Bytes of the signature and of the fingerprint; a cursor lives for one reading, not for years.
const LENGTH: usize = 16;

/// The values of the order in the last row of a page.
#[derive(Debug, PartialEq)]
pub(crate) struct Cursor {
    pub(crate) values: Vec<Value>,
}

/// Gives what of a request must stay the same from page to page: all that decides which records come in which order.
pub(crate) fn fingerprint(entity: &Entity, request: &Request) -> [u8; LENGTH] {
    let named = |name: &str| named_expression(request.select.as_deref(), name);
    let sort: Vec<_> = request.sort.iter().map(|key| json!([key.path, key.descending, named(&key.path)])).collect();
    let asked =
        json!([entity.id.as_str(), request.filter, request.quick, sort, request.deleted, request.with_problems]);
    truncated(&Sha256::digest(asked.to_string()))
}

/// Writes and signs a cursor.
pub(crate) fn seal(cursor: &Cursor, fingerprint: &[u8; LENGTH], secret: &[u8]) -> String {
    let values: Vec<Json> = cursor.values.iter().map(encode).collect();
    let body = Json::Array(values).to_string();
    let mut bytes = signature(body.as_bytes(), fingerprint, secret).to_vec();
    bytes.extend_from_slice(body.as_bytes());
    BASE64.encode(bytes)
}

/// Reads a cursor; `None` when it was forged, or made for another request.
pub(crate) fn open(text: &str, fingerprint: &[u8; LENGTH], forms: &[ColumnType], secret: &[u8]) -> Option<Cursor> {
    let bytes = BASE64.decode(text).ok()?;
    let (signed, body) = bytes.split_at_checked(LENGTH)?;
    let mut mac = keyed(secret);
    mac.update(fingerprint);
    mac.update(body);
    mac.verify_truncated_left(signed).ok()?;
    let values: Vec<Json> = serde_json::from_slice(body).ok()?;
    if values.len() != forms.len() {
        return None;
    }
    let values: Option<Vec<Value>> = values.iter().zip(forms).map(|(value, form)| decode(value, *form)).collect();
    values.map(|values| Cursor { values })
}

fn signature(body: &[u8], fingerprint: &[u8; LENGTH], secret: &[u8]) -> [u8; LENGTH] {
    let mut mac = keyed(secret);
    mac.update(fingerprint);
    mac.update(body);
    truncated(&mac.finalize().into_bytes())
}

fn keyed(secret: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret).expect("HMAC takes a key of any length")
}

fn truncated(bytes: &[u8]) -> [u8; LENGTH] {
    let mut start = [0; LENGTH];
    start.copy_from_slice(&bytes[..LENGTH]);
    start
}

fn encode(value: &Value) -> Json {
    match value {
        Value::Boolean(value) => json!(value),
        Value::Integer(value) | Value::Duration(value) => json!(value),
        Value::Decimal(value) => json!(value.units().to_string()),
        Value::Text(value) => json!(&**value),
        Value::Date(value) => json!(value.to_string()),
        Value::DateTime(value) => json!(value.timestamp_millis()),
        Value::Time(value) => json!(value.to_string()),
        Value::Id(value) => json!(value.to_string()),
        _ => Json::Null,
    }
}

fn decode(value: &Json, form: ColumnType) -> Option<Value> {
    if value.is_null() {
        return Some(Value::Empty);
    }
    Some(match form {
        ColumnType::Boolean => Value::Boolean(value.as_bool()?),
        ColumnType::Integer => Value::Integer(value.as_i64()?),
        ColumnType::Duration => Value::Duration(value.as_i64()?),
        ColumnType::Decimal { .. } | ColumnType::Number => {
            Value::Decimal(Decimal::from_units(value.as_str()?.parse().ok()?)?)
        }
        ColumnType::Text => Value::Text(value.as_str()?.into()),
        ColumnType::Date => Value::Date(value.as_str()?.parse::<NaiveDate>().ok()?),
        ColumnType::DateTime => Value::DateTime(DateTime::from_timestamp_millis(value.as_i64()?)?),
        ColumnType::Time => Value::Time(value.as_str()?.parse::<NaiveTime>().ok()?),
        ColumnType::Uuid => Value::Id(Uuid::parse_str(value.as_str()?).ok()?),
        ColumnType::Real | ColumnType::Json | ColumnType::Bytes => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_serves_its_own_request_only() {
        let cursor = Cursor {
            values: vec![
                Value::Text("Ёлка".into()),
                Value::Decimal(Decimal::from_units(-5).unwrap()),
                Value::Empty,
                Value::Id(Uuid::from_u128(7)),
            ],
        };
        let forms = [ColumnType::Text, ColumnType::Number, ColumnType::Date, ColumnType::Uuid];
        let text = seal(&cursor, &[1; 16], b"key");
        assert_eq!(open(&text, &[1; 16], &forms, b"key"), Some(cursor));
        assert_eq!(open(&text, &[2; 16], &forms, b"key"), None, "another request");
        assert_eq!(open(&text, &[1; 16], &forms, b"other"), None, "another key");
        assert_eq!(open(&text, &[1; 16], &forms[..3], b"key"), None, "another order");
        let mut forged = text.into_bytes();
        let last = forged.len() - 2;
        forged[last] ^= 1;
        assert_eq!(open(std::str::from_utf8(&forged).unwrap(), &[1; 16], &forms, b"key"), None, "forged");
        assert_eq!(open("%%", &[1; 16], &forms, b"key"), None);
        assert_eq!(open("", &[1; 16], &forms, b"key"), None);
    }
}
