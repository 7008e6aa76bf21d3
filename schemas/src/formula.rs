//! A formula: how a field gets its value when nobody writes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What calculates the values of a field, which nobody writes then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Formula", extend("examples" = [
    {"mode": "dynamic", "expression": "quantity * unit_price * (1 - (discount ?? 0))"},
    {"mode": "stored", "expression": "items.sum(|i| i.price * i.quantity)"},
    {"mode": "scheduled", "cron": "0 6 * * *", "expression": "in_days(today() - close_date)"}
]))]
pub struct Formula {
    /// When it is calculated.
    pub mode: FormulaMode,
    /// Expression on the record that gives the value. A dynamic one may read `user`, `today()` and `now()`, a scheduled
    /// one `today()` and `now()`.
    #[schemars(length(min = 1, max = 65536), extend("examples" = ["first_name + \" \" + last_name"]))]
    pub expression: String,
    /// Whether people read a stored value whatever of what it is made of they may not read. Else it is hidden from those who
    /// may not read, without condition, all that it reads of other records. Only for `stored` and `scheduled`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub open: bool,
    /// When a scheduled value is calculated, in the time zone of the workspace: minute, hour, day of the month, month, day of
    /// the week. Only for `scheduled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200), extend("examples" = ["0 6 * * *", "*/15 8-18 * * MON-FRI"]))]
    pub cron: Option<String>,
}

/// When a formula is calculated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormulaMode {
    /// Each time it is read, with the rights of the reader. Nothing is stored.
    Dynamic,
    /// Whenever something that it reads changes, in the same transaction. The value is stored.
    Stored,
    /// At the times of `cron`, and when a record is made. The value is stored.
    Scheduled,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_false(value: &bool) -> bool {
    !value
}
