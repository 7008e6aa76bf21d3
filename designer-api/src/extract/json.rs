//! JSON bodies, read strictly: what JSON parsers would let pass in silence is a mistake here.

use std::any::TypeId;
use std::fmt;
use std::fmt::Write as _;

use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use engine::Error;
use engine::diagnostic::{Diagnostic, Position};
use schemas::suggest::nearest;
use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use crate::problem::{Failure, malformed};

/// A JSON body as `T`. Refuses another content type, a key given twice, and numbers that a float would change.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|kind| kind.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        if !json {
            return Err(malformed(Diagnostic::error("request.content_type").with("expected", "application/json")));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| Failure::from(Error::TooLarge(Diagnostic::error("request.too_large"))))?;
        let value = parse(&bytes).map_err(malformed)?;
        // The members of a structure would be read from a list as well, by their order.
        if !value.is_object() && TypeId::of::<T>() != TypeId::of::<Value>() {
            return Err(malformed(Diagnostic::error("request.not_object")));
        }
        serde_path_to_error::deserialize(value).map(Self).map_err(|error| malformed(misshapen(&error)))
    }
}

/// The body of a call of which nothing is asked: none at all, which needs no content type, or an empty object.
pub(crate) struct NoBody;

/// What an empty object has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let is_absent = request.body().is_end_stream() && !request.headers().contains_key(header::CONTENT_TYPE);
        if !is_absent {
            let Json(Nothing {}) = Json::from_request(request, state).await?;
        }
        Ok(Self)
    }
}

/// Reads a JSON text strictly; one of no bytes is an empty object.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Diagnostic> {
    if bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Diagnostic::error("request.not_utf8"))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    let value = value.map_err(|error| {
        let position = Position { line: error.line() as u32, column: error.column() as u32 };
        Diagnostic::error("request.not_json").with("found", without_position(&error)).on(position)
    })?;
    match long_number(text) {
        Some(number) => Err(Diagnostic::error("request.long_number").with("found", number)),
        None => Ok(value),
    }
}

/// Says what does not fit and where: keys by their own names, the rest as the reader of JSON says it.
fn misshapen(error: &serde_path_to_error::Error<serde_json::Error>) -> Diagnostic {
    let mut place = String::new();
    for segment in error.path() {
        let written = match segment {
            Segment::Map { key } => write!(place, "/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Seq { index } => write!(place, "/{index}"),
            Segment::Enum { .. } | Segment::Unknown => Ok(()),
        };
        written.expect("a text grows");
    }
    let text = without_position(error.inner());
    let mut quoted = text.split('`').skip(1).step_by(2);
    let name = quoted.next().unwrap_or_default();
    let code = match text.split(" `").next() {
        Some("missing field") => "request.missing_key",
        Some("unknown field") => "request.unknown_key",
        _ => return Diagnostic::error("request.unexpected_shape").with("found", &text).at(place),
    };
    let known: Vec<&str> = quoted.collect();
    let expected = (!known.is_empty()).then(|| known.join(", "));
    let end = format!("/{name}");
    let place = if place.ends_with(&end) { place } else { place + end.as_str() };
    let diagnostic = Diagnostic::error(code).with("name", name).with_some("nearest", nearest(name, known));
    diagnostic.with_some("expected", expected).at(place)
}

fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// Finds a number that would be another once it is read: whole and beyond 64 bits, or with a point or an exponent and more
/// digits than a float keeps.
fn long_number(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let (mut at, mut quoted) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'0'..=b'9' if !quoted => {
                let length = bytes[at..].iter().take_while(|byte| b"0123456789.eE+-".contains(byte)).count();
                let signed = at > 0 && bytes[at - 1] == b'-';
                let number = &text[at - usize::from(signed)..at + length];
                if !is_kept(number) {
                    return Some(number);
                }
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn is_kept(number: &str) -> bool {
    if !number.contains(['.', 'e', 'E']) {
        return number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok();
    }
    let digits = |text: &str| -> String {
        let before_exponent = text.split(['e', 'E']).next().unwrap_or_default();
        let digits: String = before_exponent.chars().filter(char::is_ascii_digit).collect();
        digits.trim_start_matches('0').trim_end_matches('0').to_owned()
    };
    let written = digits(number);
    // Of more digits a float keeps only those that it would be written with.
    written.len() <= 15 || number.parse::<f64>().is_ok_and(|float| digits(&format!("{float:e}")) == written)
}

/// Builds a value and refuses a key given twice.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` stands twice")));
            }
            let value = entries.next_value_seed(Self)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let said = match parse(text.as_bytes()) {
            Ok(value) => value.to_string(),
            Err(diagnostic) => diagnostic.to_string(),
        };
        assert_eq!(said.trim(), expect);
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only read")]
        name: String,
        #[expect(dead_code, reason = "only read")]
        inner: Option<Inner>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only read")]
        count: Vec<u8>,
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        let check = |text: &str, expect: &str| {
            let value = parse(text.as_bytes()).unwrap();
            let error = serde_path_to_error::deserialize::<_, Outer>(value).unwrap_err();
            assert_eq!(misshapen(&error).to_string(), expect);
        };
        check("{}", r#"/name request.missing_key name="name""#);
        check(r#"{"nam": "x"}"#, r#"/nam request.unknown_key expected="name, inner" name="nam" nearest="name""#);
        check(
            r#"{"name": 5}"#,
            r#"/name request.unexpected_shape found="invalid type: integer `5`, expected a string""#,
        );
        check(r#"{"name": "x", "inner": {}}"#, r#"/inner/count request.missing_key name="count""#);
        check(
            r#"{"name": "x", "inner": {"count": [1, "b"]}}"#,
            r#"/inner/count/1 request.unexpected_shape found="invalid type: string \"b\", expected u8""#,
        );
    }

    #[test]
    fn what_parsers_let_pass_in_silence_is_a_mistake() {
        check(r#"{"a": 1, "b": [true, null, "x"]}"#, r#"{"a":1,"b":[true,null,"x"]}"#);
        check("", "{}");
        check(r#"{"a": 1, "a": 2}"#, r#"1:12: request.not_json found="the key `a` stands twice""#);
        check(r#"{"a": 12345678901234567.89}"#, r#"request.long_number found="12345678901234567.89""#);
        check(r#"{"a": "12345678901234567.89"}"#, r#"{"a":"12345678901234567.89"}"#);
        check(r#"{"a": 1250.10}"#, r#"{"a":1250.1}"#);
        check(r#"{"a": 0.30000000000000004}"#, r#"{"a":0.30000000000000004}"#);
        check(r#"[55.123456789012344, -55.123456789012344]"#, "[55.123456789012344,-55.123456789012344]");
        check("[55.123456789012345]", r#"request.long_number found="55.123456789012345""#);
        check("[18446744073709551615, -9223372036854775808]", "[18446744073709551615,-9223372036854775808]");
        check("[18446744073709551616]", r#"request.long_number found="18446744073709551616""#);
        check("[-9223372036854775809]", r#"request.long_number found="-9223372036854775809""#);
        check("[12345678901234567890123]", r#"request.long_number found="12345678901234567890123""#);
        check("[1e400]", r#"1:6: request.not_json found="number out of range""#);
    }
}
