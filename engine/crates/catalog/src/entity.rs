//! A resolved entity.

use std::collections::HashMap;
use std::sync::Arc;

use expression::{EntityId, Expr, FieldId};
use schemas::{Kind, Label};

use crate::balance::Part;
use crate::{Condition, Dataset, Field, Register};

/// A kind of record with its table.
#[derive(Debug, Clone)]
pub struct Entity {
    /// Identity, unchanged by a rename.
    pub id: EntityId,
    /// Name in paths and URLs.
    pub name: String,
    /// Label of one record.
    pub label: Label,
    /// Label of many records.
    pub plural: Label,
    /// Help for people.
    pub description: Label,
    /// Name of a Tabler icon.
    pub icon: Option<String>,
    /// Field whose value names a record to people.
    pub title: Option<FieldId>,
    /// Field by whose value a record may be named where an id is expected, such as the name of a role.
    pub key: Option<FieldId>,
    /// Physical table.
    pub table: String,
    /// Whether the product defines it; its built-in fields keep name and type.
    pub system: bool,
    /// Whether its records are written by the product only: `audit_event`, `revision`.
    pub read_only: bool,
    /// For owned lines: the parent entity and its `children` field.
    pub owner: Option<(EntityId, FieldId)>,
    /// All fields: the record's system attributes first, then the entity's own in their order, then inverse relations.
    pub fields: Vec<Field>,
    pub(crate) by_name: HashMap<String, usize>,
    pub(crate) by_id: HashMap<FieldId, usize>,
    /// Sets of fields that no two live records share.
    pub unique: Vec<UniqueKey>,
    /// Indexes asked for.
    pub indexes: Vec<Index>,
    /// Validation rules.
    pub rules: Vec<Rule>,
    /// Conditions that narrow what roles allow.
    pub access: Access,
    /// How its rows are composed, when nothing of it is stored.
    pub dataset: Option<Arc<Dataset>>,
    /// Which rows it keeps, when they are those of a dataset.
    pub register: Option<Arc<Register>>,
    /// Which entity of a register of balances it is, when it is one.
    pub balances: Option<Part>,
    /// Which single records are open by being shared; `None` where no role may share.
    pub shared: Option<Shared>,
}

/// The conditions under which a record is open to a user by being shared, whatever the conditions of roles say.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// For reading.
    pub read: Arc<Condition>,
    /// For changes; of owned lines also for making and deleting them.
    pub update: Arc<Condition>,
}

/// Conditions of each operation that hold for everybody but administrators, beside what roles allow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Access {
    /// For reading.
    pub read: Vec<Arc<Condition>>,
    /// For new records.
    pub create: Vec<Arc<Condition>>,
    /// For changes.
    pub update: Vec<Arc<Condition>>,
    /// For the recycle bin.
    pub delete: Vec<Arc<Condition>>,
    /// For taking records out.
    pub export: Vec<Arc<Condition>>,
}

/// Fields whose values together are unique among records outside the recycle bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueKey {
    /// Fields in order.
    pub fields: Vec<FieldId>,
    /// Physical index.
    pub index: String,
}

/// An index over fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Fields in order.
    pub fields: Vec<FieldId>,
    /// Physical index.
    pub index: String,
}

/// A validation rule: the record is refused when the condition is true.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Name, unique in the entity.
    pub name: String,
    /// The condition under which the record is refused.
    pub when: Expr,
    /// What people read then.
    pub message: Label,
}

/// Most links from a record to the one whose value is its title.
pub const MAX_TITLE_HOPS: usize = 4;

impl Entity {
    /// Writes down where fields are, once they all stand.
    pub(crate) fn index(&mut self) {
        self.by_name = self.fields.iter().enumerate().map(|(at, field)| (field.name.clone(), at)).collect();
        self.by_id = self.fields.iter().enumerate().map(|(at, field)| (field.id.clone(), at)).collect();
    }

    /// The kind of the document that draws it.
    pub fn kind(&self) -> Kind {
        match (&self.dataset, &self.register) {
            (Some(_), _) => Kind::Dataset,
            (None, Some(_)) => Kind::Register,
            (None, None) if self.balances.is_some() => Kind::Register,
            (None, None) => Kind::Entity,
        }
    }

    /// Says whether its rows are made of records of others: nobody saves them, and they have no past.
    pub fn is_derived(&self) -> bool {
        self.dataset.is_some() || self.register.is_some()
    }

    /// Finds a field by name: system attributes, own fields and inverse relations.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.by_name.get(name).map(|at| &self.fields[*at])
    }

    /// Finds a field by identity.
    pub fn field_by_id(&self, id: &FieldId) -> Option<&Field> {
        self.by_id.get(id).map(|at| &self.fields[*at])
    }

    /// Whether its records are only ever added, by the product and past the save of records: nobody is told of each.
    pub fn is_journal(&self) -> bool {
        self.read_only && self.key.is_none()
    }

    /// Gives the field whose value names a record to people; a link names it by the title of its target.
    pub fn title_field(&self) -> Option<&Field> {
        self.title.as_ref().and_then(|id| self.field_by_id(id))
    }
}
