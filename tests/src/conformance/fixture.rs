//! Entities and records of the suite, as a scope and an environment of expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::Catalog;
use chrono::{DateTime, NaiveDate, Utc};
use expression::{
    EntityId, Environment, Expected, Expr, FieldId, FieldRef, Member, RecordRef, Scope, Type, Tz, Value, check,
    evaluate,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::Case;

/// Entities and records.
#[derive(Debug, Default, Clone)]
pub struct Fixture {
    /// Entities in the order of the file.
    pub entities: Vec<Entity>,
    /// Records in the order of the file.
    pub records: Vec<Record>,
    /// Name of the record of the current user.
    pub user: String,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// Code of the workspace's language.
    pub language: String,
    /// Time zone of the current user.
    pub zone: Tz,
}

/// A kind of record.
#[derive(Debug, Clone)]
pub struct Entity {
    /// Name, and identity.
    pub name: String,
    /// Fields in order.
    pub fields: Vec<Field>,
}

/// A field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name; its identity is `entity.name`.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// What gives it its value, when nobody writes it.
    pub formula: Option<Formula>,
}

/// What gives a field its value.
#[derive(Debug, Clone)]
pub struct Formula {
    /// Whether the value is kept, else it is calculated at each reading.
    pub is_stored: bool,
    /// The expression.
    pub text: String,
    /// The same as it was checked, rounded to the digits of the field; `None` until there is a catalog.
    pub expr: Option<Arc<Expr>>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A plain value, by the name of its type in documents, with digits before and after the point where it has them.
    Plain(String, Vec<u8>),
    /// One or many of these values, by the name of its type in documents.
    Choice(String, Vec<String>),
    /// One record of an entity, and the name of the inverse relation.
    Link(String, Option<String>),
    /// One record of one of several entities, and the name of the inverse relation.
    AnyLink(Vec<String>, Option<String>),
    /// Many records of an entity, and the name of the inverse relation.
    Links(String, Option<String>),
    /// Owned records of an entity, and their link back.
    Children(String, String),
    /// The other side of a link or links of an entity.
    Inverse(String, String),
}

/// A record.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its entity.
    pub entity: String,
    /// Its name in the file.
    pub name: String,
    /// Its identity.
    pub id: Uuid,
    /// Its values, by field.
    pub values: BTreeMap<String, Value>,
    /// The far sides of its `links` fields, by field.
    pub links: BTreeMap<String, Vec<Uuid>>,
}

impl Fixture {
    /// Finds an entity.
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.name == name)
    }

    /// Finds a record by its name in the file.
    pub fn record(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.name == name)
    }

    /// Finds a record by identity.
    pub fn record_by_id(&self, id: Uuid) -> Option<&Record> {
        self.records.iter().find(|record| record.id == id)
    }

    /// Gives what an evaluation calls a record.
    pub fn reference(&self, name: &str) -> Option<RecordRef> {
        let record = self.record(name)?;
        Some(RecordRef { entity: EntityId::new(&record.entity), id: record.id })
    }

    /// Checks the expression of a case.
    pub fn checked(&self, case: &Case) -> Result<Expr, String> {
        let record = self.record(&case.record).ok_or_else(|| format!("there is no record {}", case.record))?;
        let scope = About { fixture: self, entity: EntityId::new(&record.entity) };
        check(&case.expression, &scope, &Expected::Anything)
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }

    /// Gives a scope about records of an entity.
    pub fn about(&self, entity: &str) -> About<'_> {
        About { fixture: self, entity: EntityId::new(entity) }
    }

    /// Writes a value in the notation of the files.
    pub fn show(&self, value: &Value) -> String {
        if let Some(record) = value.id().and_then(|id| self.record_by_id(id)) {
            return record.name.clone();
        }
        match value {
            Value::Empty => "()".to_owned(),
            Value::Decimal(number) if number.to_scaled(0).is_some() => format!("{number}.0"),
            Value::Text(text) => format!("{text:?}"),
            Value::Duration(length) => format!("{length}ms"),
            other => expression::json::literal(other).to_string().replace('"', ""),
        }
    }

    /// Gives the related records of a to-many relation, in the order of the file.
    pub fn related(&self, record: Uuid, entity: &str, field: &str) -> Vec<&Record> {
        let Some(kind) = self.entity(entity).and_then(|entity| entity.field(field)).map(|field| &field.kind) else {
            return Vec::new();
        };
        match kind {
            Kind::Links(..) => {
                let near = self.record_by_id(record);
                let ids = near.and_then(|near| near.links.get(field)).map_or(&[][..], Vec::as_slice);
                self.records.iter().filter(|far| ids.contains(&far.id)).collect()
            }
            Kind::Children(target, link) | Kind::Inverse(target, link) => self
                .records
                .iter()
                .filter(|far| far.entity == *target)
                .filter(|far| {
                    let one = far.values.get(link).and_then(Value::id);
                    one == Some(record) || far.links.get(link).is_some_and(|ids| ids.contains(&record))
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Gives the record that a link to one of several entities leads to.
    pub fn any_record(&self, value: &Value) -> Option<RecordRef> {
        let record = self.record_by_id(value.id()?)?;
        Some(RecordRef { entity: EntityId::new(&record.entity), id: record.id })
    }

    /// Takes the formulas as a catalog made of the documents has them, so that their fields have values.
    pub fn calculate(&mut self, catalog: &Catalog) {
        for entity in &mut self.entities {
            let Some(known) = catalog.entity(&entity.name) else { continue };
            for field in &mut entity.fields {
                let checked = known.field(&field.name).and_then(|field| field.formula.as_ref());
                if let (Some(formula), Some(checked)) = (&mut field.formula, checked) {
                    formula.expr = Some(Arc::clone(&checked.expr));
                }
            }
        }
    }

    /// The value of a field that a formula gives; `None` when it has none.
    fn calculated(&self, record: &RecordRef, field: &str) -> Option<Value> {
        let formula = self.entity(record.entity.as_str())?.field(field)?.formula.as_ref()?;
        let expr = formula.expr.as_ref();
        Some(expr.map_or(Value::Empty, |expr| evaluate(expr, Some(record), self)))
    }

    /// Writes the entities as documents that can be published; of `user` and `team` only what is added.
    pub fn documents(&self) -> Vec<Json> {
        let added = |entity: &&Entity| !entity.added().is_empty();
        self.entities.iter().filter(added).map(Entity::document).collect()
    }
}

/// Fields that the product's own `user` and `team` have.
const BUILT_IN: &[&str] = &["name", "email", "manager", "teams", "is_active", "parent"];

impl Entity {
    /// Finds a field.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Lists the fields that a document of this entity must have.
    pub fn added(&self) -> Vec<&Field> {
        let own = !matches!(self.name.as_str(), "user" | "team");
        let written = |field: &&Field| !matches!(field.kind, Kind::Inverse(..));
        self.fields.iter().filter(written).filter(|field| own || !BUILT_IN.contains(&field.name.as_str())).collect()
    }

    fn document(&self) -> Json {
        let fields: Vec<Json> = self.added().into_iter().map(Field::document).collect();
        let mut document = json!({"kind": "entity", "name": self.name, "fields": fields});
        if !matches!(self.name.as_str(), "user" | "team") {
            document["label"] = json!({"en": self.name});
            document["plural"] = json!({"en": self.name});
        }
        document
    }
}

impl Field {
    fn document(&self) -> Json {
        let mut document = json!({"name": self.name, "label": {"en": self.name}});
        match &self.kind {
            Kind::Plain(name, digits) => {
                document["type"] = json!(name);
                if let [precision, scale] = digits[..] {
                    document["precision"] = json!(precision);
                    document["scale"] = json!(scale);
                }
            }
            Kind::Choice(name, choices) => {
                document["type"] = json!(name);
                let choice = |value: &String| json!({"value": value, "label": {"en": value}});
                document["choices"] = choices.iter().map(choice).collect();
            }
            Kind::Link(target, inverse) | Kind::Links(target, inverse) => {
                document["type"] = json!(if matches!(self.kind, Kind::Link(..)) { "link" } else { "links" });
                document["target"] = json!(target);
                if let Some(inverse) = inverse {
                    document["inverse"] = json!(inverse);
                }
            }
            Kind::AnyLink(targets, inverse) => {
                document["type"] = json!("any_link");
                document["targets"] = json!(targets);
                if let Some(inverse) = inverse {
                    document["inverse"] = json!(inverse);
                }
            }
            Kind::Children(target, link) => {
                document["type"] = json!("children");
                document["target"] = json!(target);
                document["inverse"] = json!(link);
            }
            Kind::Inverse(..) => (),
        }
        if let Some(Formula { is_stored, text, .. }) = &self.formula {
            document["formula"] = json!({"mode": if *is_stored { "stored" } else { "dynamic" }, "expression": text});
            if let Some(document) = document.as_object_mut() {
                document.remove("precision");
            }
        }
        document
    }

    /// Gives the type of its values in expressions.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Plain(name, _) => match name.as_str() {
                "integer" | "rating" => Type::Integer,
                "decimal" | "money" | "percent" => Type::Decimal,
                "boolean" => Type::Boolean,
                "date" => Type::Date,
                "datetime" => Type::DateTime,
                "time" => Type::Time,
                "duration" => Type::Duration,
                "json" | "address" | "location" => Type::Opaque,
                _ => Type::Text,
            },
            Kind::Choice(name, _) if name == "multi_choice" => Type::Choices,
            Kind::Choice(..) => Type::Text,
            Kind::Link(target, _) => Type::Record(EntityId::new(target)),
            Kind::AnyLink(targets, _) => Type::AnyRecord(targets.iter().map(|target| EntityId::new(target)).collect()),
            Kind::Links(target, _) | Kind::Children(target, _) | Kind::Inverse(target, _) => {
                Type::Records(EntityId::new(target))
            }
        }
    }
}

/// The fixture as seen by an expression about records of an entity.
#[derive(Debug)]
pub struct About<'a> {
    fixture: &'a Fixture,
    entity: EntityId,
}

/// System attributes that every entity of the fixture has.
const ATTRIBUTES: &[&str] = &["id", "owner"];

impl Scope for About<'_> {
    fn member(&self, entity: &EntityId, name: &str) -> Option<Member> {
        let found = self.fixture.entity(entity.as_str())?;
        let (id, ty) = match name {
            "id" => ("id".to_owned(), Type::Id),
            "owner" => ("owner".to_owned(), Type::Record(EntityId::new("user"))),
            _ => (format!("{entity}.{name}"), found.field(name)?.ty()),
        };
        Some(Member { field: FieldRef { entity: entity.clone(), id: FieldId::new(&id), name: name.into() }, ty })
    }

    fn names(&self, entity: &EntityId) -> Vec<String> {
        let fields = self.fixture.entity(entity.as_str()).map_or(&[][..], |entity| &entity.fields);
        let attributes = ATTRIBUTES.iter().map(|name| (*name).to_owned());
        fields.iter().map(|field| field.name.clone()).chain(attributes).collect()
    }

    fn entity(&self, name: &str) -> Option<EntityId> {
        self.fixture.entity(name).map(|entity| EntityId::new(&entity.name))
    }

    fn entity_name(&self, entity: &EntityId) -> Option<String> {
        self.fixture.entity(entity.as_str()).map(|entity| entity.name.clone())
    }

    fn record(&self) -> Option<EntityId> {
        Some(self.entity.clone())
    }

    fn user(&self) -> Option<EntityId> {
        Some(EntityId::new("user"))
    }
}

impl Environment for Fixture {
    fn field(&self, record: &RecordRef, field: &FieldRef) -> Value {
        if &*field.name == "id" {
            return Value::Id(record.id);
        }
        if let Some(value) = self.calculated(record, &field.name) {
            return value;
        }
        let found = self.record_by_id(record.id).and_then(|record| record.values.get(&*field.name));
        let value = found.cloned().unwrap_or(Value::Empty);
        let is_any = || self.entity(record.entity.as_str()).and_then(|entity| entity.field(&field.name));
        match is_any().map(|field| &field.kind) {
            Some(Kind::AnyLink(..)) => self.any_record(&value).map_or(Value::Empty, Value::Record),
            _ => value,
        }
    }

    fn related(&self, record: &RecordRef, field: &FieldRef) -> Vec<RecordRef> {
        let related = Fixture::related(self, record.id, record.entity.as_str(), &field.name);
        related.into_iter().map(|far| RecordRef { entity: EntityId::new(&far.entity), id: far.id }).collect()
    }

    fn user(&self) -> Option<RecordRef> {
        self.reference(&self.user)
    }

    fn zone(&self) -> Tz {
        self.zone
    }

    fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn language(&self) -> &str {
        &self.language
    }
}
