//! A company with its roles, and records on which rules come out one way or the other.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use access::{Access, Actor, Clock, Grant, Operation, Reach};
use catalog::{Catalog, Entity, Field};
use chrono::{DateTime, NaiveDate, Utc};
use expression::evaluate::{Environment, holds};
use expression::{EntityId, Expr, FieldRef, RecordRef, Tz, Value};
use uuid::Uuid;

const DOCUMENTS: &str = r#"
account: name text, city text, archived boolean
topic: name text
task: subject text, done boolean
{"kind": "entity", "name": "deal", "title": "title", "fields": [{"name": "title", "type": "text"}, {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}]}, {"name": "amount", "type": "integer"}, {"name": "cost", "type": "integer"}, {"name": "phone", "type": "phone"}, {"name": "code", "type": "secret"}, {"name": "archived", "type": "boolean"}, {"name": "account", "type": "link", "target": "account", "inverse": "deals"}, {"name": "topics", "type": "links", "target": "topic", "inverse": "deals"}, {"name": "items", "type": "children", "target": "item", "inverse": "deal"}], "access": {"read": "!archived", "create": "amount < 1000", "update": "stage != \"won\"", "delete": "amount == 0", "export": "cost == ()"}}
item: deal -> deal, price integer
offer: title text, amount integer, cost integer, account -> account.offers, gain integer = amount - cost, twice integer = gain * 2, town text = account.city, id_length integer = version + 1
{"kind": "role", "name": "offering", "entities": {"offer": {"read": true, "update": true, "export": true, "fields": {"cost": "none"}}}}
{"kind": "role", "name": "costing", "entities": {"offer": {"read": "owner == user"}, "account": {"read": true}}}
{"kind": "role", "name": "masking", "entities": {"offer": {"read": true, "fields": {"amount": "mask", "gain": "mask"}}}}
{"kind": "role", "name": "no_towns", "entities": {"offer": {"read": true}, "account": {"read": true, "fields": {"city": "none"}}}}
{"kind": "role", "name": "small_amounts", "entities": {"offer": {"read": "amount < 5", "fields": {"cost": "none"}}}}
{"kind": "role", "name": "own_costs", "entities": {"offer": {"read": "owner == user", "fields": {"amount": "none"}}}}
{"kind": "role", "name": "no_gain", "entities": {"offer": {"read": true, "fields": {"gain": "none"}}}}
{"kind": "role", "id": "r_own", "name": "own", "rights": ["use"], "entities": {"deal": {"read": "owner == user", "create": true, "update": "owner == user", "delete": "owner == user", "export": "owner == user", "share": "owner == user", "fields": {"cost": "none", "phone": "mask", "stage": "read", "account": "mask", "code": "mask"}}, "item": {"read": "price > 5", "create": "price > 5", "delete": "price > 5", "export": "price > 5"}}}
{"kind": "role", "name": "small", "entities": {"deal": {"read": "amount < 10", "update": true, "fields": {"title": "none", "phone": "read"}}}}
{"kind": "role", "name": "same", "entities": {"deal": {"read": "owner == user"}}}
{"kind": "role", "name": "trusting", "entities": {"deal": {"read": "true", "export": true}}}
{"kind": "role", "name": "any", "rights": ["use"], "entities": {"*": {"read": true}, "deal": {"read": true, "fields": {"id": "none", "version": "none", "created_at": "none"}}}}
{"kind": "role", "name": "listed", "entities": {"deal": {"read": true, "update": true, "fields": {"*": "none", "title": "write", "phone": "read", "account": "none"}}, "account": {"read": true}}}
{"kind": "role", "name": "accounts", "entities": {"account": {"read": "city == \"Paris\"", "create": true, "update": true}, "task": {"read": true, "create": true, "update": true, "delete": true}}}
{"kind": "role", "name": "drawing", "rights": ["design"]}
{"kind": "role", "name": "managing", "rights": ["administer"], "entities": {"user": {"read": true, "create": true, "update": true, "delete": true, "export": true}, "audit_event": {"read": true, "create": true, "export": true}, "role": {"read": true}}}
"#;

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(catalog::fixture::catalog(DOCUMENTS)));

pub(crate) const ME: Uuid = Uuid::from_u128(1);
pub(crate) const SOMEBODY: Uuid = Uuid::from_u128(2);

pub(crate) fn catalog() -> Arc<Catalog> {
    Arc::clone(&CATALOG)
}

/// Noon of a day, in Tokyo.
pub(crate) fn clock() -> Clock {
    let today = NaiveDate::from_ymd_opt(2026, 3, 15).unwrap();
    Clock { now: today.and_hms_opt(3, 0, 0).unwrap().and_utc(), today, zone: Tz::Asia__Tokyo }
}

/// My rights with these roles.
pub(crate) fn with(roles: &[&str]) -> Access {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    Access::of(Actor { user: ME, roles }, catalog(), clock())
}

pub(crate) fn id(entity: &str) -> EntityId {
    CATALOG.entity(entity).unwrap().id.clone()
}

pub(crate) fn entity(name: &str) -> &'static Entity {
    CATALOG.entity(name).unwrap()
}

pub(crate) fn field(entity: &str, name: &str) -> &'static Field {
    CATALOG.entity(entity).unwrap().field(name).unwrap()
}

/// A record with its values, and what is around it.
#[derive(Clone, Default)]
pub(crate) struct Record {
    values: HashMap<&'static str, Value>,
    /// With whom it is shared, and for what: as I see it.
    shared: Option<&'static str>,
}

/// A deal of mine, small and open.
pub(crate) fn deal() -> Record {
    Record::default().set("owner", person(ME)).set("amount", Value::Integer(0)).set("stage", Value::Text("new".into()))
}

/// A line of a deal.
pub(crate) fn line(price: i64) -> Record {
    Record::default().set("price", Value::Integer(price))
}

pub(crate) fn person(id: Uuid) -> Value {
    Value::Record(RecordRef { entity: EntityId::new("user"), id })
}

impl Record {
    pub(crate) fn set(mut self, field: &'static str, value: Value) -> Self {
        self.values.insert(field, value);
        self
    }

    pub(crate) fn of_somebody(self) -> Self {
        self.set("owner", person(SOMEBODY))
    }

    pub(crate) fn amounts_to(self, amount: i64) -> Self {
        self.set("amount", Value::Integer(amount))
    }

    pub(crate) fn shared_for(mut self, level: &'static str) -> Self {
        self.shared = Some(level);
        self
    }

    /// Says whether a condition is true of the record, when I ask.
    pub(crate) fn meets(&self, condition: &Expr) -> bool {
        holds(condition, Some(&there("deal", RECORD)), self)
    }

    /// Says whether I may do the operation on the record.
    pub(crate) fn is_open(&self, grant: Option<&Grant>) -> bool {
        grant.is_some_and(|grant| grant.condition().is_none_or(|condition| self.meets(condition)))
    }

    /// Says whether the record is among those that something reaches.
    pub(crate) fn is_reached(&self, reach: &Reach) -> bool {
        match reach {
            Reach::None => false,
            Reach::All => true,
            Reach::Some(condition) => self.meets(condition),
        }
    }
}

/// Says whether a person of these roles may do the operation on a deal.
pub(crate) fn may(roles: &[&str], operation: Operation, deal: &Record) -> bool {
    deal.is_open(with(roles).grant(&id("deal"), operation).as_ref())
}

const RECORD: Uuid = Uuid::from_u128(100);
const SHARE: Uuid = Uuid::from_u128(101);
const PARENT: Uuid = Uuid::from_u128(102);

fn there(entity: &str, id: Uuid) -> RecordRef {
    RecordRef { entity: EntityId::new(entity), id }
}

impl Environment for Record {
    fn field(&self, record: &RecordRef, field: &FieldRef) -> Value {
        match (record.id, &*field.name) {
            (RECORD | PARENT | ME | SOMEBODY, "id") => Value::Id(record.id),
            (RECORD, "deal") => Value::Record(there("deal", PARENT)),
            (RECORD, name) => self.values.get(name).cloned().unwrap_or(Value::Empty),
            // A line is shared with the deal that it belongs to.
            (SHARE, "record") if self.values.contains_key("price") => Value::Id(PARENT),
            (SHARE, "record") => Value::Id(RECORD),
            (SHARE, "level") => self.shared.map_or(Value::Empty, |level| Value::Text(level.into())),
            _ => Value::Empty,
        }
    }

    fn related(&self, record: &RecordRef, field: &FieldRef) -> Vec<RecordRef> {
        let is_mine = record.id == ME && &*field.name == "shared_records";
        self.shared.filter(|_| is_mine).map(|_| there("record_share", SHARE)).into_iter().collect()
    }

    fn user(&self) -> Option<RecordRef> {
        Some(there("user", ME))
    }

    fn today(&self) -> NaiveDate {
        clock().today
    }

    fn zone(&self) -> Tz {
        clock().zone
    }

    fn now(&self) -> DateTime<Utc> {
        clock().now
    }

    fn language(&self) -> &str {
        "en"
    }
}
