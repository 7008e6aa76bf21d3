//! The manifest of a solution folder, `solution.json`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Label;

/// What a folder of documents is as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Solution", extend("examples" = [{
    "name": "crm", "label": {"en": "CRM", "ru": "CRM"}, "version": "1.0.0",
    "description": {"en": "Companies, contacts, leads and deals", "ru": "Компании, контакты, лиды и сделки"}
}]))]
pub struct Solution {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Name by which the workspace remembers what the solution installed.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["crm"]))]
    pub name: String,
    /// What the solution is called.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Version, such as `1.0.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[0-9]+(\.[0-9]+){0,2}$"), extend("examples" = ["1.0.0"]))]
    pub version: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub description: Label,
    /// Sample data, imported in this order when the solution is installed for the first time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<SampleData>,
}

/// A file of sample data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Sample data", extend("examples" = [{
    "entity": "company", "file": "data/customers.csv", "map": "data/customers.map.json"
}]))]
pub struct SampleData {
    /// Name of the entity the rows become records of.
    pub entity: String,
    /// CSV or XLSX file, relative to the solution folder.
    pub file: String,
    /// Mapping file, relative to the solution folder; guessed from the headers when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub map: Option<String>,
}
