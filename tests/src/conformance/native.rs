//! The fixture as rhai sees it.

use chrono::{DateTime, NaiveDate, Utc};
use expression::{EntityId, Environment, FieldId, FieldRef, RecordRef, Type, Value};
use scripting::{Host, Member};

use super::fixture::Fixture;

impl Host for Fixture {
    fn member(&self, record: &RecordRef, name: &str) -> Option<Member> {
        let found = self.record_by_id(record.id)?;
        // Scripts read the value of a calculated field; they do not calculate it.
        let field = FieldRef { entity: record.entity.clone(), id: FieldId::new(name), name: name.into() };
        let value = || match self.entity(&found.entity).and_then(|entity| entity.field(name)) {
            Some(known) if known.formula.is_some() => Environment::field(self, record, &field),
            _ => found.values.get(name).cloned().unwrap_or(Value::Empty),
        };
        let record_of = |entity: &str, value: Value| match value.id() {
            Some(id) => Value::Record(RecordRef { entity: EntityId::new(entity), id }),
            None => Value::Empty,
        };
        let one = match name {
            "id" => Value::Id(record.id),
            "owner" => record_of("user", value()),
            _ => match self.entity(&found.entity)?.field(name)?.ty() {
                Type::Record(entity) => record_of(entity.as_str(), value()),
                Type::Records(_) => {
                    let related = self.related(record.id, &found.entity, name);
                    let reference =
                        |far: &super::fixture::Record| RecordRef { entity: EntityId::new(&far.entity), id: far.id };
                    return Some(Member::Records(related.into_iter().map(reference).collect()));
                }
                Type::AnyRecord(_) => match self.any_record(&value()) {
                    Some(record) => return Some(Member::AnyRecord(record)),
                    None => Value::Empty,
                },
                _ => value(),
            },
        };
        Some(Member::Value(one))
    }

    fn names(&self, entity: &EntityId) -> Vec<String> {
        let fields = self.entity(entity.as_str()).map_or(&[][..], |entity| &entity.fields);
        fields.iter().map(|field| field.name.clone()).chain(["id".to_owned(), "owner".to_owned()]).collect()
    }

    fn entity(&self, name: &str) -> Option<EntityId> {
        Fixture::entity(self, name).map(|entity| EntityId::new(&entity.name))
    }

    fn user(&self) -> Option<RecordRef> {
        Environment::user(self)
    }

    fn zone(&self) -> expression::Tz {
        Environment::zone(self)
    }

    fn today(&self) -> NaiveDate {
        Environment::today(self)
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn language(&self) -> &str {
        &self.language
    }
}
