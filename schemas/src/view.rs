//! The document of a view: a way to see the records of an entity that a solution brings for everybody.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Kind, Label};

/// A named list: which records, in which columns and order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "View", extend("examples" = [{
    "kind": "view", "name": "hot_deals", "label": {"en": "Hot deals", "ru": "Горячие сделки"}, "entity": "deal", "type": "grid",
    "columns": ["title", "company.name", "amount"], "filter": "amount > 100000 && stage != \"won\"", "sort": ["-amount"]
}]))]
pub struct View {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `view`.
    #[schemars(extend("const" = "view"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name in addresses.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["hot_deals"]))]
    pub name: String,
    /// What people read on its tab.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Name of the entity whose records it shows.
    #[schemars(length(min = 1, max = 48))]
    pub entity: String,
    /// How it shows them.
    #[serde(rename = "type", default)]
    pub form: ViewType,
    /// Paths of its columns through links, in order; the list's own when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// A condition on the records, one expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub filter: Option<String>,
    /// Paths to sort by, `-` before those of descending order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<String>,
    /// Whether the list begins with it, for those who have no other default.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
}

/// How a view shows its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewType {
    /// Rows and columns.
    #[default]
    Grid,
}
