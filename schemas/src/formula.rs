//! A formula: how a field gets its value when nobody writes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What calculates the values of a field, which nobody writes then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Formula", extend("examples" = [
    {"mode": "dynamic", "expression": "quantity * unit_price * (1 - (discount ?? 0))"},
    {"mode": "dynamic", "expression": "items.sum(|i| i.price * i.quantity)"}
]))]
pub struct Formula {
    /// When it is calculated.
    pub mode: FormulaMode,
    /// Expression on the record that gives the value; it may read `user`, `today()` and `now()`.
    #[schemars(length(min = 1, max = 65536), extend("examples" = ["first_name + \" \" + last_name"]))]
    pub expression: String,
}

/// When a formula is calculated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormulaMode {
    /// Each time it is read, with the rights of the reader. Nothing is stored.
    Dynamic,
}
