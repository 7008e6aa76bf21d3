//! The document of a register: the rows of a dataset, kept.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Balance, Kind, Label};

/// The rows of a dataset as they were at a moment, kept in a table of their own: whoever reads them waits for no calculation.
/// They are composed anew by hand, at set times, or when something changed of which they are made, beside the rows that are
/// read meanwhile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Register", extend("examples" = [{
    "kind": "register", "name": "sales_by_manager", "label": {"en": "Sales of a manager", "ru": "Продажи менеджера"}, "icon": "database",
    "dataset": "sales", "refresh": {"cron": "0 3 * * *"}, "inverses": {"manager": "sales_kept"}, "indexes": [["region"]]
}]))]
pub struct Register {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `register`.
    #[schemars(extend("const" = "register"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name in expressions, paths and addresses, which no entity and no dataset has.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["sales_by_manager"]))]
    pub name: String,
    /// What one row is called; that of the dataset when absent.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// What many rows are called; that of the dataset when absent.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub plural: Label,
    /// Help for people: what the rows tell.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub description: Label,
    /// Name of a Tabler icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,60}$"), extend("examples" = ["database"]))]
    pub icon: Option<String>,
    /// Name of the dataset whose rows are kept, all of them and with all fields. Either this or `balance`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1, max = 48))]
    pub dataset: String,
    /// Balances and turnovers that records of documents move. Either this or `dataset`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Balance>,
    /// When rows are composed anew; only by hand when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<RegisterRefresh>,
    /// Whether who is granted the register reads it though not all that it is made of. Else it is hidden from whom a role does
    /// not grant every record and field of that without condition.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// Names under which the records that links lead to see the rows, in paths and on their cards, by the link's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inverses: BTreeMap<String, String>,
    /// Sets of fields by which rows are found and sorted fast, beside the order in which they are listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 16), inner(length(min = 1, max = 8)))]
    pub indexes: Vec<Vec<String>>,
}

/// When the rows of a register are composed anew, beside by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "RegisterRefresh", extend("examples" = [{"cron": "0 3 * * *"}, {"on_change": "PT1M"}]))]
pub struct RegisterRefresh {
    /// Times in the workspace's time zone: minute, hour, day of the month, month, day of the week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200), extend("examples" = ["0 3 * * *"]))]
    pub cron: Option<String>,
    /// How long after a change of something that the rows are made of they are composed anew, at most once in that time:
    /// a duration of ISO 8601, from one second to a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 40), extend("examples" = ["PT1M"]))]
    pub on_change: Option<String>,
}
