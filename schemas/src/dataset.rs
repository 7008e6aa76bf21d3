//! The document of a dataset: records composed of those of several entities, read like an entity and stored nowhere.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{FieldType, Kind, Label};

/// Records that an analyst composes from entities: joined along relations or by equal values, put below one another,
/// grouped, narrowed. A dataset is read wherever an entity is read, nothing of it is stored, and whoever reads it gets what
/// they may read of the records that it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Dataset", extend("examples" = [{
    "kind": "dataset", "name": "sales", "label": {"en": "Sales of a manager", "ru": "Продажи менеджера"}, "icon": "chart-bar",
    "parts": [{"entity": "deal", "filter": "stage == \"won\"", "values": {"manager": "owner", "region": "company.region", "amount": "total"}}],
    "fields": [
        {"name": "manager", "label": {"en": "Manager", "ru": "Менеджер"}},
        {"name": "region"},
        {"name": "amount", "aggregate": "sum"},
        {"name": "deals", "aggregate": "count"},
        {"name": "average", "type": "money", "expression": "amount / deals"}
    ],
    "having": "amount > 0"
}]))]
pub struct Dataset {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `dataset`.
    #[schemars(extend("const" = "dataset"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name in expressions, paths and addresses, which no entity has.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["sales"]))]
    pub name: String,
    /// What one row is called.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// What many rows are called.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub plural: Label,
    /// Help for people: what the rows tell.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub description: Label,
    /// Name of a Tabler icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,60}$"), extend("examples" = ["chart-bar"]))]
    pub icon: Option<String>,
    /// Name of the field whose value names a row; the first field when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub title: Option<String>,
    /// Where rows come from; the rows of several parts stand below one another. Either these or `sql`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 20))]
    pub parts: Vec<DatasetPart>,
    /// One SELECT over entities and datasets that gives the rows. Only administrators publish it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 20000), extend("examples" = ["select owner, sum(total) as amount from deal group by owner"]))]
    pub sql: Option<String>,
    /// Most rows that the SELECT may give (100000 unless said); with more the dataset is answered by an error. Only with `sql`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000000))]
    pub max_rows: Option<u32>,
    /// Fields in the order of lists. With `sql` those of the SELECT that are not listed follow by themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 200))]
    pub fields: Vec<DatasetField>,
    /// A condition on the finished rows, one expression over the fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub having: Option<String>,
}

/// The records of an entity or of another dataset, with what is joined to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "DatasetPart", extend("examples" = [
    {"entity": "deal", "joins": [{"name": "line", "through": "items"}], "values": {"product": "line.product", "amount": "line.amount"}}
]))]
pub struct DatasetPart {
    /// Name of the entity or dataset whose records it begins with.
    #[schemars(length(min = 1, max = 48))]
    pub entity: String,
    /// What is joined, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16))]
    pub joins: Vec<DatasetJoin>,
    /// A condition on the records, one expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub filter: Option<String>,
    /// What each field takes from the records, by the field's name: an expression over the record and what is joined. A field
    /// that is not named is empty in these rows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

/// Records joined to those of a part: a row for each pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "DatasetJoin", extend("examples" = [
    {"name": "line", "through": "items"},
    {"name": "plan", "entity": "sales_plan", "on": [{"left": "owner", "right": "person"}, {"left": "close_date.month()", "right": "month"}], "optional": true}
]))]
pub struct DatasetJoin {
    /// Name of the joined record in the expressions of the part.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["line", "plan"]))]
    pub name: String,
    /// A relation to many that leads to the records, from the record of the part or, after its name, from one joined before:
    /// `items`, `line.returns`. Either this or `entity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000))]
    pub through: Option<String>,
    /// Name of the entity or dataset whose records are joined by equal values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub entity: Option<String>,
    /// Values that must be equal; an empty one equals none. Only with `entity`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    pub on: Vec<DatasetPair>,
    /// Whether a record that meets none stays, with nothing joined.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// Two values that must be equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "DatasetPair", extend("examples" = [{"left": "owner", "right": "person"}]))]
pub struct DatasetPair {
    /// An expression over the record of the part and what was joined before.
    #[schemars(length(min = 1, max = 65536))]
    pub left: String,
    /// An expression over the joined record.
    #[schemars(length(min = 1, max = 65536))]
    pub right: String,
}

/// A field of the rows: a value of the parts, an aggregate of one, or calculated from other fields of the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "DatasetField", extend("examples" = [
    {"name": "manager", "label": {"en": "Manager", "ru": "Менеджер"}}, {"name": "amount", "aggregate": "sum"},
    {"name": "average", "type": "money", "expression": "amount / deals"}
]))]
pub struct DatasetField {
    /// Name in expressions and paths.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["manager", "amount"]))]
    pub name: String,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// What people read beside the value; that of the field it is taken from, when absent.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Help for people.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub description: Label,
    /// Type of the values: one of those that the values can be read as; that of the field it is taken from, when absent.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FieldType>,
    /// Digits after the point. Only for `decimal` and `percent` (6 unless said) and `money` (2 unless said).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 12))]
    pub scale: Option<u8>,
    /// Currency of the amounts, ISO 4217. Only for `money`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Z]{3}$"), extend("examples" = ["EUR", "RUB"]))]
    pub currency: Option<String>,
    /// Name under which the record that a link leads to sees these rows, in paths and on its card. Only for links that are
    /// neither aggregates nor expressions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["sales"]))]
    pub inverse: Option<String>,
    /// What is made of the values of a group: rows are grouped by the fields that have neither this nor an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<DatasetAggregate>,
    /// An expression over the other fields of the finished row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub expression: Option<String>,
}

/// What is made of the values of a group; empty ones are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatasetAggregate {
    /// Their sum.
    Sum,
    /// Their average.
    Avg,
    /// The least one.
    Min,
    /// The greatest one.
    Max,
    /// How many there are; without values how many rows.
    Count,
    /// How many different ones there are.
    CountDistinct,
}

impl DatasetAggregate {
    /// The word of documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::Count => "count",
            Self::CountDistinct => "count_distinct",
        }
    }
}

impl Dataset {
    /// Lists the names of the entities and datasets that its parts read.
    pub fn reads(&self) -> impl Iterator<Item = &String> {
        self.parts.iter().flat_map(|part| {
            std::iter::once(&part.entity).chain(part.joins.iter().filter_map(|join| join.entity.as_ref()))
        })
    }
}
