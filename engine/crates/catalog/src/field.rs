//! A resolved field and its kind.

use std::sync::Arc;

use expression::{EntityId, Expr, FieldId, Value};
use schemas::{Label, Pattern};

use crate::{Conditions, Formula};

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
    /// Whether the audit tells who read its values in clear.
    pub audit_reads: bool,
    /// What gives the value; `None` for a field that is stored.
    pub formula: Option<Formula>,
    /// When it is shown, needed, locked, and what may be chosen.
    pub conditions: Conditions,
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
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the kinds are the field types of the documents, described in `schemas::FieldType`")]
pub enum FieldKind {
    Text {
        max_length: Option<u32>,
        pattern: Option<Pattern>,
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
    /// The other side of a `Link`, `Links` or `AnyLink` of another entity: `relation.target` is that entity, `relation.inverse` its
    /// field. Not stored.
    Inverse {
        relation: Relation,
    },
    /// To a record of one of several entities; `inverse` is the field of each of them that leads back.
    AnyLink {
        targets: Vec<EntityId>,
        inverse: Option<FieldId>,
    },
    Location,
    Address,
    Json,
    /// Given by the server: read-only. Numbered apart by what `sequence` gives; kept from the recycle bin where `gapless`.
    AutoNumber {
        pattern: String,
        sequence: Option<Arc<Expr>>,
        gapless: bool,
    },
    Color,
    Rating {
        max: u8,
    },
    Secret,
    /// Identity of the record itself.
    Id,
}

impl FieldKind {
    /// Gives the word of the kind in documents; `inverse` and `id` for what no document has.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::LongText { .. } => "long_text",
            Self::RichText => "rich_text",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Integer { .. } => "integer",
            Self::Decimal { .. } => "decimal",
            Self::Money { .. } => "money",
            Self::Percent { .. } => "percent",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Choice(_) => "choice",
            Self::MultiChoice(_) => "multi_choice",
            Self::Link { flavour: LinkFlavour::Link, .. } => "link",
            Self::Link { flavour: LinkFlavour::User, .. } => "user",
            Self::Link { flavour: LinkFlavour::File, .. } => "file",
            Self::Link { flavour: LinkFlavour::Image, .. } => "image",
            Self::Links { .. } => "links",
            Self::Children { .. } => "children",
            Self::Inverse { .. } => "inverse",
            Self::AnyLink { .. } => "any_link",
            Self::Location => "location",
            Self::Address => "address",
            Self::Json => "json",
            Self::AutoNumber { .. } => "auto_number",
            Self::Color => "color",
            Self::Rating { .. } => "rating",
            Self::Secret => "secret",
            Self::Id => "id",
        }
    }

    /// Gives the digits after the point, when the values are decimals.
    pub fn scale(&self) -> Option<u8> {
        match self {
            Self::Decimal { scale, .. } | Self::Money { scale, .. } | Self::Percent { scale, .. } => Some(*scale),
            _ => None,
        }
    }
}

impl Field {
    /// Gives the word of the field's type in documents; `inverse` and `id` for what no document has.
    pub fn type_name(&self) -> &'static str {
        self.kind.type_name()
    }

    /// Says whether it is one of the attributes every record has.
    pub fn is_attribute(&self) -> bool {
        crate::system::ATTRIBUTES.contains(&self.id.as_str())
    }

    /// Says whether a masked value shows a trace: what is one text or number does, the rest is closed.
    pub fn leaves_a_trace(&self) -> bool {
        self.columns.len() == 1
            && self.relation().is_none()
            && !matches!(self.kind, FieldKind::Json | FieldKind::Address | FieldKind::Secret | FieldKind::Id)
    }

    /// Gives the far side, when the field is a relation to one entity.
    pub fn relation(&self) -> Option<&Relation> {
        match &self.kind {
            FieldKind::Link { relation, .. }
            | FieldKind::Links { relation, .. }
            | FieldKind::Children { relation }
            | FieldKind::Inverse { relation } => Some(relation),
            _ => None,
        }
    }

    /// Gives the choices, when the field has any.
    pub fn choices(&self) -> Option<&Arc<ChoiceSet>> {
        match &self.kind {
            FieldKind::Choice(set) | FieldKind::MultiChoice(set) => Some(set),
            _ => None,
        }
    }
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
