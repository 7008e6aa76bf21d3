//! A field as written: one flat object whose options depend on its type.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Choice, FieldCondition, Formula, Label};

/// An attribute of an entity. Which options it takes depends on its type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Field", extend("examples" = [
    {"name": "title", "type": "text", "label": {"en": "Title", "ru": "Название"}, "required": true, "max_length": 200},
    {"name": "stage", "type": "choice", "choices": [{"value": "new"}, {"value": "won"}], "default": "new"},
    {"name": "items", "type": "children", "target": "deal_item", "inverse": "deal"}
]))]
pub struct Field {
    /// Name in expressions and paths: small Latin letters, digits and underscores.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["title", "close_date"]))]
    pub name: String,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// What people read beside the value.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Help for people: what belongs here.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub description: Label,
    /// Type of the values.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Whether a record needs a value.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// Value of a new record where none is given: a value, or an expression without a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Default>,
    /// Whether no two records may share a value.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// Whether quick search looks into it. Only for types of text.
    #[serde(default, skip_serializing_if = "is_false")]
    pub searchable: bool,
    /// Whether the audit tells who read its values in clear. Not for relations to many.
    #[serde(default, skip_serializing_if = "is_false")]
    pub audit_reads: bool,
    /// Most characters. Only for `text` (500 unless said) and `long_text` (100000 unless said).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000000))]
    pub max_length: Option<u32>,
    /// For `text` a regular expression that the whole value must match; for `auto_number` the shape of the number:
    /// `{0000}` is the number with leading zeros, `{year}`, `{month}` and `{day}` the date, `{sequence}` what `sequence` gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000), extend("examples" = ["[A-Z]{2}[0-9]+", "D-{year}-{0000}"]))]
    pub pattern: Option<String>,
    /// Expression on the new record: records for which it gives different values are numbered apart, each from 1. Only for
    /// `auto_number`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536), extend("examples" = ["today().year()", "branch.code + \"-\" + today().year().to_string()"]))]
    pub sequence: Option<String>,
    /// Whether a record that has its number can no more go to the recycle bin, so that no number is missing. Only for
    /// `auto_number`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub gapless: bool,
    /// Least value. Only for `integer`, `decimal` and `money`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// Greatest value. Only for `integer`, `decimal`, `money` and `rating` (5 unless said, at most 10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
    /// Digits altogether, at most 28. Only for `decimal`, `money` and `percent` (18 unless said).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 28))]
    pub precision: Option<u8>,
    /// Digits after the point, at most 12. Only for `decimal` and `percent` (6 unless said) and `money` (2 unless said).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 12))]
    pub scale: Option<u8>,
    /// Currency of the amounts, ISO 4217; the workspace's when absent. Only for `money`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Z]{3}$"), extend("examples" = ["EUR", "RUB"]))]
    pub currency: Option<String>,
    /// Values to choose from. Only for `choice` and `multi_choice`, which need this or `choice_set`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000))]
    pub choices: Option<Vec<Choice>>,
    /// Name of a shared choice set. Only for `choice` and `multi_choice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub choice_set: Option<String>,
    /// Name of the entity on the far side. Only for `link`, `links` and `children`, which need it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48), extend("examples" = ["company"]))]
    pub target: Option<String>,
    /// Names of the entities a record of which may be linked. Only for `any_link`, which needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 48)))]
    pub targets: Option<Vec<String>>,
    /// Name of the relation on the far side: for `link`, `links` and `any_link` the name under which the far side sees these records,
    /// for `children` the field of the line that links to its parent, which the lines have without its being written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["deals"]))]
    pub inverse: Option<String>,
    /// What happens when the linked record goes to the recycle bin: `restrict` unless said. Only for `link` and `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<OnDelete>,
    /// What calculates the value, which nobody writes then. Only for types of one value: texts, numbers, dates, times,
    /// `boolean` and `choice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<Formula>,
    /// When the form shows the field: where it is not true no value is put there. Not with `formula`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<FieldCondition>,
    /// When a record needs a value. Not with `formula`, nor for `children` and `auto_number`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require: Option<FieldCondition>,
    /// When the value can no more be changed, by the record as it was; of a new record as it becomes. Not with `formula`,
    /// nor for `children` and `auto_number`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<FieldCondition>,
    /// Which values or records may be chosen; the expression names the candidate as `option`. Only for `choice`,
    /// `multi_choice`, `link`, `links` and `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<FieldCondition>,
}

/// The types of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line of text.
    Text,
    /// Text of many lines.
    LongText,
    /// Formatted text.
    RichText,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Web address.
    Url,
    /// Whole number.
    Integer,
    /// Exact number with digits after the point.
    Decimal,
    /// Amount of money.
    Money,
    /// Share: `0.15` is 15 %.
    Percent,
    /// Yes or no.
    Boolean,
    /// Calendar date.
    Date,
    /// Moment in time.
    #[serde(rename = "datetime")]
    DateTime,
    /// Time of the day.
    Time,
    /// Length of time.
    Duration,
    /// One of the given values.
    Choice,
    /// Several of the given values.
    MultiChoice,
    /// One record of another entity.
    Link,
    /// Several records of another entity.
    Links,
    /// Lines that belong to the record and go with it.
    Children,
    /// One record of one of several entities.
    AnyLink,
    /// A person of the workspace.
    User,
    /// A file.
    File,
    /// A picture.
    Image,
    /// A point on the map.
    Location,
    /// A postal address.
    Address,
    /// Any JSON.
    Json,
    /// A number given by the server.
    AutoNumber,
    /// A colour.
    Color,
    /// Stars.
    Rating,
    /// A text kept encrypted and never shown.
    Secret,
}

/// What happens to a link when its target goes to the recycle bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    /// The target cannot go while it is linked to.
    Restrict,
    /// The linking record goes too.
    Cascade,
    /// The link becomes empty.
    SetEmpty,
}

/// What a new record gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Default {
    /// The value of an expression without a record.
    Expression(DefaultExpression),
    /// The same value each time.
    Value(Value),
}

/// A default that is calculated when the record is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DefaultExpression {
    /// The expression; it may read `user`, `today()` and `now()`.
    #[schemars(length(min = 1, max = 65536))]
    pub expression: String,
}

impl JsonSchema for Default {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Default".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "Default",
            "description": "A value of the field's type, or an expression without a record: {\"expression\": \"today()\"}.",
            "not": {"type": "null"},
            "examples": ["new", 0, true, {"expression": "today()"}, {"expression": "user"}],
        })
    }
}

/// A number as written: decimals may be given as text to keep every digit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Number(pub Value);

impl Number {
    /// Gives the number's digits.
    pub fn digits(&self) -> String {
        match &self.0 {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

impl JsonSchema for Number {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "Number",
            "description": "A number; long decimals as text to keep every digit.",
            "type": ["number", "string"],
            "pattern": "^-?[0-9]{1,16}(\\.[0-9]{1,12})?$",
            "examples": [0, 100, "0.000001"],
        })
    }
}

impl Field {
    /// Gives precision and scale, as written or of the type; what is calculated has as many digits before the point as
    /// expressions have.
    pub fn precision_and_scale(&self) -> (u8, u8) {
        let usual = if self.kind == FieldType::Money { 2 } else { 6 };
        let scale = self.scale.unwrap_or(usual);
        let precision = if self.formula.is_some() { 16 + scale } else { 18 };
        (self.precision.unwrap_or(precision), scale)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl FieldType {
    /// All types, in the order of the documentation.
    pub const ALL: [Self; 31] = [
        Self::Text,
        Self::LongText,
        Self::RichText,
        Self::Email,
        Self::Phone,
        Self::Url,
        Self::Integer,
        Self::Decimal,
        Self::Money,
        Self::Percent,
        Self::Boolean,
        Self::Date,
        Self::DateTime,
        Self::Time,
        Self::Duration,
        Self::Choice,
        Self::MultiChoice,
        Self::Link,
        Self::Links,
        Self::Children,
        Self::AnyLink,
        Self::User,
        Self::File,
        Self::Image,
        Self::Location,
        Self::Address,
        Self::Json,
        Self::AutoNumber,
        Self::Color,
        Self::Rating,
        Self::Secret,
    ];

    /// Gives the type's word in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long_text",
            Self::RichText => "rich_text",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Choice => "choice",
            Self::MultiChoice => "multi_choice",
            Self::Link => "link",
            Self::Links => "links",
            Self::Children => "children",
            Self::AnyLink => "any_link",
            Self::User => "user",
            Self::File => "file",
            Self::Image => "image",
            Self::Location => "location",
            Self::Address => "address",
            Self::Json => "json",
            Self::AutoNumber => "auto_number",
            Self::Color => "color",
            Self::Rating => "rating",
            Self::Secret => "secret",
        }
    }

    /// Options of a field with a formula beside those that every field has: the others speak of values that are written.
    pub const OF_FORMULAS: [&'static str; 6] = ["audit_reads", "scale", "currency", "choices", "choice_set", "formula"];

    /// The types that fields of datasets may be given; others they take from what they are made of.
    pub const OF_DATASETS: [Self; 14] = [
        Self::Text,
        Self::LongText,
        Self::Email,
        Self::Phone,
        Self::Url,
        Self::Integer,
        Self::Decimal,
        Self::Money,
        Self::Percent,
        Self::Boolean,
        Self::Date,
        Self::DateTime,
        Self::Time,
        Self::Duration,
    ];

    /// Lists the options that a field of this type may have beside name, id, label, description and type.
    pub fn options(self) -> &'static [&'static str] {
        match self {
            Self::Text => {
                &["audit_reads", "required", "default", "unique", "searchable", "max_length", "pattern", "formula"]
            }
            Self::LongText => &["audit_reads", "required", "default", "searchable", "max_length", "formula"],
            Self::RichText => &["audit_reads", "required", "default", "searchable"],
            Self::Email | Self::Phone => &["audit_reads", "required", "default", "unique", "searchable", "formula"],
            Self::Url => &["audit_reads", "required", "default", "searchable"],
            Self::Integer => &["audit_reads", "required", "default", "unique", "min", "max", "formula"],
            Self::Decimal => {
                &["audit_reads", "required", "default", "unique", "min", "max", "precision", "scale", "formula"]
            }
            Self::Money => &[
                "audit_reads",
                "required",
                "default",
                "unique",
                "min",
                "max",
                "precision",
                "scale",
                "currency",
                "formula",
            ],
            Self::Percent => &["audit_reads", "required", "default", "precision", "scale", "formula"],
            Self::Boolean | Self::Time | Self::Duration => &["audit_reads", "required", "default", "formula"],
            Self::Color => &["audit_reads", "required", "default"],
            Self::Date | Self::DateTime => &["audit_reads", "required", "default", "unique", "formula"],
            Self::Choice => &["audit_reads", "required", "default", "unique", "choices", "choice_set", "formula"],
            Self::MultiChoice => &["audit_reads", "required", "default", "choices", "choice_set"],
            Self::Link => &["audit_reads", "required", "default", "unique", "target", "inverse", "on_delete"],
            Self::User => &["audit_reads", "required", "default", "unique", "on_delete"],
            Self::Links => &["target", "inverse"],
            Self::Children => &["target", "inverse"],
            Self::AnyLink => &["audit_reads", "required", "targets", "inverse"],
            Self::File | Self::Image | Self::Location | Self::Address | Self::Json | Self::Secret => {
                &["audit_reads", "required"]
            }
            Self::AutoNumber => &["audit_reads", "unique", "searchable", "pattern", "sequence", "gapless"],
            Self::Rating => &["audit_reads", "required", "default", "max"],
        }
    }
}
