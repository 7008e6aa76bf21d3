//! Values as rhai holds them.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use expression::{Decimal, RecordRef, Value};
use rhai::{Dynamic, ImmutableString};
use uuid::Uuid;

use crate::{Host, Member};

/// A record, with the world it lives in.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) reference: RecordRef,
}

/// The record of a link to one of several entities, whose fields are read when it is known of which it is.
#[derive(Debug, Clone)]
pub(crate) struct AnyRecord(Record);

/// Related records.
#[derive(Clone)]
pub(crate) struct Records {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) list: Arc<[RecordRef]>,
}

/// A length of time in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Length(pub(crate) i64);

/// Values of a multiple choice.
#[derive(Debug, Clone)]
pub(crate) struct Choices(pub(crate) Arc<[Arc<str>]>);

/// A value that only `()` is compared with.
#[derive(Debug, Clone)]
pub(crate) struct Opaque(pub(crate) Arc<serde_json::Value>);

/// A value taken out of rhai.
#[derive(Debug, Clone)]
pub(crate) enum Native {
    Empty,
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Text(ImmutableString),
    Date(NaiveDate),
    Instant(DateTime<Utc>),
    Time(NaiveTime),
    Length(i64),
    Id(Uuid),
    Choices(Choices),
    Other,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reference.fmt(f)
    }
}

impl Record {
    /// Gives what the record has under a name.
    pub(crate) fn get(&self, name: &str) -> Option<Dynamic> {
        self.host.member(&self.reference, name).map(|member| match member {
            Member::Value(value) => into_rhai(value, &self.host),
            Member::AnyRecord(reference) => {
                Dynamic::from(AnyRecord(Record { host: Arc::clone(&self.host), reference }))
            }
            Member::Records(list) => Dynamic::from(Records { host: Arc::clone(&self.host), list: list.into() }),
        })
    }
}

impl AnyRecord {
    /// Gives the record when it is one of the entity that a name such as `as_company` tells, `()` when it is another's;
    /// `None` when the name tells no entity.
    pub(crate) fn narrowed(&self, name: &str) -> Option<Dynamic> {
        let Self(record) = self;
        let entity = record.host.entity(name.strip_prefix(expression::check::NARROWING)?)?;
        Some(if record.reference.entity == entity { Dynamic::from(record.clone()) } else { Dynamic::UNIT })
    }
}

impl IntoIterator for Records {
    type Item = Dynamic;
    type IntoIter = std::vec::IntoIter<Dynamic>;

    fn into_iter(self) -> Self::IntoIter {
        self.each().collect::<Vec<_>>().into_iter()
    }
}

impl Records {
    /// Lists the records as rhai takes them.
    pub(crate) fn each(&self) -> impl Iterator<Item = Dynamic> + '_ {
        self.list.iter().map(|reference| self.record(reference))
    }

    /// Lists them in the order of their identities, which is that of lists.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = Dynamic> + '_ {
        let mut list: Vec<&RecordRef> = self.list.iter().collect();
        list.sort_by_key(|reference| reference.id);
        list.into_iter().map(|reference| self.record(reference))
    }

    fn record(&self, reference: &RecordRef) -> Dynamic {
        Dynamic::from(Record { host: Arc::clone(&self.host), reference: reference.clone() })
    }
}

/// Gives a value to rhai.
pub(crate) fn into_rhai(value: Value, host: &Arc<dyn Host>) -> Dynamic {
    match value.normalized() {
        Value::Empty => Dynamic::UNIT,
        Value::Boolean(value) => value.into(),
        Value::Integer(value) => value.into(),
        Value::Decimal(value) => Dynamic::from(value),
        Value::Text(text) => Dynamic::from(ImmutableString::from(&*text)),
        Value::Date(date) => Dynamic::from(date),
        Value::DateTime(instant) => Dynamic::from(instant),
        Value::Time(time) => Dynamic::from(time),
        Value::Duration(length) => Dynamic::from(Length(length)),
        Value::Id(id) => Dynamic::from(id),
        Value::Choices(choices) => Dynamic::from(Choices(choices.into())),
        Value::Json(json) => Dynamic::from(Opaque(json)),
        // Secrets have no value in scripts.
        Value::Bytes(_) => Dynamic::UNIT,
        Value::Record(reference) => Dynamic::from(Record { host: Arc::clone(host), reference }),
    }
}

/// Takes a value out of rhai; `None` for what is no value of the language.
pub(crate) fn from_rhai(value: &Dynamic) -> Option<Value> {
    let record = value.clone().flatten().try_cast::<Record>();
    let record = record.or_else(|| value.clone().flatten().try_cast::<AnyRecord>().map(|AnyRecord(record)| record));
    Some(match Native::of(value) {
        Native::Empty => Value::Empty,
        Native::Boolean(value) => Value::Boolean(value),
        Native::Integer(value) => Value::Integer(value),
        Native::Decimal(value) => Value::Decimal(value),
        Native::Text(text) => Value::Text(text.as_str().into()),
        Native::Date(date) => Value::Date(date),
        Native::Instant(instant) => Value::DateTime(instant),
        Native::Time(time) => Value::Time(time),
        Native::Length(length) => Value::Duration(length),
        Native::Id(id) => record.map_or(Value::Id(id), |record| Value::Record(record.reference)),
        Native::Choices(choices) => Value::Choices(choices.0.to_vec()),
        Native::Other => Value::Json(value.clone().flatten().try_cast::<Opaque>()?.0),
    })
}

impl Native {
    /// Looks at a value of rhai. An empty text is empty.
    pub(crate) fn of(value: &Dynamic) -> Self {
        let value = value.flatten_clone();
        if value.is_unit() {
            return Self::Empty;
        }
        if let Ok(value) = value.as_bool() {
            return Self::Boolean(value);
        }
        if let Ok(value) = value.as_int() {
            return Self::Integer(value);
        }
        if let Ok(text) = value.as_immutable_string_ref() {
            return if text.is_empty() { Self::Empty } else { Self::Text(text.clone()) };
        }
        Self::custom(value)
    }

    fn custom(value: Dynamic) -> Self {
        if let Some(number) = value.clone().try_cast::<Decimal>() {
            return Self::Decimal(number);
        }
        if let Some(record) = value.clone().try_cast::<Record>() {
            return Self::Id(record.reference.id);
        }
        if let Some(AnyRecord(record)) = value.clone().try_cast::<AnyRecord>() {
            return Self::Id(record.reference.id);
        }
        if let Some(id) = value.clone().try_cast::<Uuid>() {
            return Self::Id(id);
        }
        if let Some(date) = value.clone().try_cast::<NaiveDate>() {
            return Self::Date(date);
        }
        if let Some(instant) = value.clone().try_cast::<DateTime<Utc>>() {
            return Self::Instant(instant);
        }
        if let Some(time) = value.clone().try_cast::<NaiveTime>() {
            return Self::Time(time);
        }
        if let Some(length) = value.clone().try_cast::<Length>() {
            return Self::Length(length.0);
        }
        value.try_cast::<Choices>().map_or(Self::Other, Self::Choices)
    }

    /// The word for what sort of value it is, for whoever wrote a script.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Empty => "()",
            Self::Boolean(_) => "boolean",
            Self::Integer(_) => "integer",
            Self::Decimal(_) => "decimal",
            Self::Text(_) => "text",
            Self::Date(_) => "date",
            Self::Instant(_) => "datetime",
            Self::Time(_) => "time",
            Self::Length(_) => "duration",
            Self::Id(_) => "record",
            Self::Choices(_) => "choices",
            Self::Other => "something else",
        }
    }

    /// Says whether it is `()`.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Gives a number as a decimal; beyond 16 digits it is none.
    pub(crate) fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Integer(number) => Decimal::from_i64(*number),
            Self::Decimal(number) => Some(*number),
            _ => None,
        }
    }
}
