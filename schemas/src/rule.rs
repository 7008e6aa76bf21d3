//! Validation rules of an entity.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Label;

/// A condition under which a record is refused, with what people read then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Rule", extend("examples" = [{
    "name": "won_needs_amount", "when": "stage == \"won\" && amount == ()",
    "message": {"en": "A won deal needs an amount", "ru": "У выигранной сделки должна быть сумма"}
}]))]
pub struct Rule {
    /// Name, unique in the entity.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"))]
    pub name: String,
    /// Expression on the record: where it is true, the record is refused.
    #[schemars(length(min = 1, max = 65536))]
    pub when: String,
    /// What people read when the record is refused.
    pub message: Label,
}
