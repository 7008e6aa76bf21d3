//! A resolved field and its kind.

use std::sync::Arc;

use expression::{EntityId, Expr, FieldId, Value};
use schemas::Label;

/// An attribute of an entity.
#[derive(Debug, Clone)]
pub struct Field {
    /// Identity, unchanged by a rename.
    pub id: FieldId,
    /// Name in paths.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// Help for people.
    pub description: Label,
    /// Type with what belongs to it.
    pub kind: FieldKind,
    /// Physical columns: none for to-many relations, two for `any_link` and `location`, else one.
    pub columns: Vec<String>,
    /// Whether a record needs a value.
    pub required: bool,
    /// Value of a new record where none is given.
    pub default: Option<Default>,
    /// Whether the product defines it.
    pub system: bool,
    /// Whether clients may not write it.
    pub read_only: bool,
    /// Whether it can be written and never read: passwords.
    pub write_only: bool,
    /// Whether full text and quick search look into it.
    pub searchable: bool,
}

/// What a new record gets.
#[derive(Debug, Clone)]
pub enum Default {
    /// The same value each time.
    Value(Value),
    /// The value of an expression without a record.
    Expression(Expr),
}

/// The type of a field with what belongs to it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the kinds are the field types of the documents, described in `schemas::FieldType`")]
pub enum FieldKind {
    Text {
        max_length: Option<u32>,
        pattern: Option<String>,
    },
    LongText {
        max_length: Option<u32>,
    },
    RichText,
    Email,
    Phone,
    Url,
    Integer {
        min: Option<i64>,
        max: Option<i64>,
    },
    Decimal {
        precision: u8,
        scale: u8,
        min: Option<expression::Decimal>,
        max: Option<expression::Decimal>,
    },
    Money {
        precision: u8,
        scale: u8,
        currency: Option<String>,
        min: Option<expression::Decimal>,
        max: Option<expression::Decimal>,
    },
    Percent {
        precision: u8,
        scale: u8,
    },
    Boolean,
    Date,
    DateTime,
    Time,
    Duration,
    Choice(Arc<ChoiceSet>),
    MultiChoice(Arc<ChoiceSet>),
    /// Many-to-one; `user`, `file` and `image` are links to the system entities of those names.
    Link {
        relation: Relation,
        on_delete: OnDelete,
        flavour: LinkFlavour,
    },
    /// Many-to-many through a junction table with columns `source` and `target`.
    Links {
        relation: Relation,
        junction: String,
    },
    /// Owned lines: `relation.inverse` is the link field of the line that points back here.
    Children {
        relation: Relation,
    },
    /// The other side of a `Link` or `Links` of another entity: `relation.target` is that entity, `relation.inverse` its
    /// field. Not stored.
    Inverse {
        relation: Relation,
    },
    AnyLink {
        targets: Vec<EntityId>,
    },
    Location,
    Address,
    Json,
    AutoNumber {
        pattern: String,
    },
    Color,
    Rating {
        max: u8,
    },
    Secret,
    /// Identity of the record itself.
    Id,
}

/// Which field type a link was written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFlavour {
    /// `link`.
    Link,
    /// `user`.
    User,
    /// `file`.
    File,
    /// `image`.
    Image,
}

/// The far side of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Entity on the far side.
    pub target: EntityId,
    /// Field of the far side that leads back, when it has one.
    pub inverse: Option<FieldId>,
}

/// What happens to a link when its target goes to the recycle bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// The target cannot go while it is linked to.
    Restrict,
    /// The linking record goes too.
    Cascade,
    /// The link becomes empty.
    SetEmpty,
}

/// Named values to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct ChoiceSet {
    /// Identity; of choices written in the field, that of the field.
    pub id: String,
    /// Name of a shared set; `None` when the choices are written in the field.
    pub name: Option<String>,
    /// Label of a shared set.
    pub label: Label,
    /// Choices in order.
    pub choices: Vec<Choice>,
}

/// One value to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Identity, unchanged by a rename of the value.
    pub id: String,
    /// Stored value.
    pub value: Arc<str>,
    /// Label for people.
    pub label: Label,
    /// One of the ten hues of the interface.
    pub color: Option<String>,
}
