//! The document of a measure: a total or an indicator that belongs to no record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::choice_set::Hue;
use crate::{Choice, Default, Kind, Label, Number};

/// A number over the records of an entity that has a name: open deals of my team, plan against fact this quarter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Measure", extend("examples" = [{
    "kind": "measure", "name": "won", "label": {"en": "Won", "ru": "Выиграно"}, "entity": "deal", "expression": "sum(amount)",
    "filter": "stage == \"won\"", "date": "close_date", "person": "owner", "period": "this_month",
    "format": {"type": "money", "scale": 0}, "thresholds_of": "target",
    "thresholds": [{"color": "rose", "label": {"en": "Behind"}}, {"from": "0.8", "color": "amber"}, {"from": "1", "color": "green"}]
}]))]
pub struct Measure {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `measure`.
    #[schemars(extend("const" = "measure"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename. Targets hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name in addresses.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["won"]))]
    pub name: String,
    /// What people read above the number.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// What is counted, in a sentence.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub description: Label,
    /// Name of a Tabler icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,60}$"), extend("examples" = ["target", "coin"]))]
    pub icon: Option<String>,
    /// Name of the entity over whose records it is.
    #[schemars(length(min = 1, max = 48))]
    pub entity: String,
    /// A number over these records, made of aggregates: `count()`, `sum(amount)`, `sum(amount) / count()`.
    #[schemars(length(min = 1, max = 65536), extend("examples" = ["sum(amount) / count()"]))]
    pub expression: String,
    /// Condition on a record; it may name the parameters and `user`. All that may be read without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub filter: Option<String>,
    /// Path to the date or instant that a period is about. Without it the measure has no periods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000), extend("examples" = ["close_date"]))]
    pub date: Option<String>,
    /// Path to the user whom a record counts for. Without it the measure is of nobody in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000), extend("examples" = ["owner"]))]
    pub person: Option<String>,
    /// What can be given when it is asked for, by name in `filter`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub parameters: Vec<MeasureParameter>,
    /// The period it is of unless another one is asked for. Others than `all` need `date`.
    #[serde(default, skip_serializing_if = "Period::is_all")]
    pub period: Period,
    /// Whether it is of the person who looks, unless somebody else is asked for. Needs `person`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
    /// Which change is a good one.
    #[serde(default, skip_serializing_if = "Better::is_higher")]
    pub better: Better,
    /// What `from` of the thresholds is compared with.
    #[serde(default, skip_serializing_if = "Compared::is_value")]
    pub thresholds_of: Compared,
    /// From which number on it is shown in which colour, in ascending order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub thresholds: Vec<Threshold>,
    /// How the number is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<NumberFormat>,
    /// Roles whose people have it; everybody who may read the entity when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true))]
    pub roles: Vec<String>,
}

/// Something that can be given when a measure is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "MeasureParameter", extend("examples" = [{"name": "least", "type": "decimal", "label": {"en": "At least"}, "default": "1000"}]))]
pub struct MeasureParameter {
    /// Name by which the filter reads it; no field of the entity may have it.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"))]
    pub name: String,
    /// What people read beside it.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Type of the value.
    #[serde(rename = "type")]
    pub kind: MeasureParameterType,
    /// What can be chosen. Only for `choice`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1000))]
    pub choices: Vec<Choice>,
    /// Name of the entity whose record is chosen. Only for `link`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub target: Option<String>,
    /// Its value when none is given: one of the type, or an expression without a record. Empty without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Default>,
}

/// Type of a parameter of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureParameterType {
    /// A line of text.
    Text,
    /// A whole number.
    Integer,
    /// An exact number.
    Decimal,
    /// Yes or no.
    Boolean,
    /// A date.
    Date,
    /// One of the choices.
    Choice,
    /// A record of an entity.
    Link,
    /// A user.
    User,
}

/// A period by its word, in the time zone of whoever looks. Weeks begin on Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, std::default::Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// This day.
    Today,
    /// The week of today.
    ThisWeek,
    /// The month of today.
    ThisMonth,
    /// The quarter of today.
    ThisQuarter,
    /// The year of today.
    ThisYear,
    /// The week before.
    LastWeek,
    /// The month before.
    LastMonth,
    /// The quarter before.
    LastQuarter,
    /// The year before.
    LastYear,
    /// All time.
    #[default]
    All,
}

impl Period {
    /// All words.
    pub const ALL: [Self; 10] = [
        Self::Today,
        Self::ThisWeek,
        Self::ThisMonth,
        Self::ThisQuarter,
        Self::ThisYear,
        Self::LastWeek,
        Self::LastMonth,
        Self::LastQuarter,
        Self::LastYear,
        Self::All,
    ];

    /// The word of documents and requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::ThisWeek => "this_week",
            Self::ThisMonth => "this_month",
            Self::ThisQuarter => "this_quarter",
            Self::ThisYear => "this_year",
            Self::LastWeek => "last_week",
            Self::LastMonth => "last_month",
            Self::LastQuarter => "last_quarter",
            Self::LastYear => "last_year",
            Self::All => "all",
        }
    }

    /// Finds the period of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == word)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
    fn is_all(&self) -> bool {
        *self == Self::All
    }
}

/// Which change of a measure is a good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, std::default::Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better.
    #[default]
    Higher,
    /// Less is better.
    Lower,
}

impl Better {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
    fn is_higher(&self) -> bool {
        *self == Self::Higher
    }
}

/// What thresholds are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, std::default::Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compared {
    /// The value itself.
    #[default]
    Value,
    /// Its share of the target: `1` is the whole target.
    Target,
}

impl Compared {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
    fn is_value(&self) -> bool {
        *self == Self::Value
    }
}

/// From which number on a measure has a colour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Threshold", extend("examples" = [{"from": "0.8", "color": "amber", "label": {"en": "Nearly there"}}]))]
pub struct Threshold {
    /// The least number it is for. Only the first one may be without, and is for everything below the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Number>,
    /// The colour.
    pub color: Hue,
    /// What people read beside the number.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
}

/// How the number of a measure is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "NumberFormat", extend("examples" = [{"type": "money", "scale": 0, "currency": "EUR"}]))]
pub struct NumberFormat {
    /// As what.
    #[serde(rename = "type")]
    pub kind: NumberType,
    /// Digits after the point; not for `integer`. 2 unless said, of a percentage 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 12))]
    pub scale: Option<u8>,
    /// Currency, ISO 4217; that of the workspace unless said. Only for `money`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    pub currency: Option<String>,
}

/// As what a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NumberType {
    /// A whole number.
    Integer,
    /// A number with digits after the point.
    Decimal,
    /// An amount of money.
    Money,
    /// A percentage: `0.15` is 15 %.
    Percent,
}

impl NumberType {
    /// The word of documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Percent => "percent",
        }
    }
}
