//! Conditions on a field: when it is shown, needed, locked, and which values may be chosen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Field, FieldType, Label};

/// The variable by which `options` names the value or the record that may be chosen.
pub const OPTION: &str = "option";

/// Keys of the conditions of a field, in the order in which they are judged.
pub const CONDITIONS: [&str; 4] = ["show", "require", "lock", "options"];

/// When a field has something, with what people read who do otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Condition on a field", extend("examples" = [{
    "when": "stage == \"lost\"",
    "message": {"en": "Say why the deal was lost", "ru": "Укажите, почему сделка проиграна"}
}]))]
pub struct FieldCondition {
    /// Expression on the record; in `options` it may name the candidate too, as `option`.
    #[schemars(length(min = 1, max = 65536))]
    pub when: String,
    /// What people read when they are refused.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub message: Label,
}

impl Field {
    /// Lists the conditions with their keys.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, &FieldCondition)> {
        let all = [&self.show, &self.require, &self.lock, &self.options];
        std::iter::zip(CONDITIONS, all).filter_map(|(key, condition)| Some((key, condition.as_ref()?)))
    }

    /// Lists the conditions with their keys, to be rewritten.
    pub fn conditions_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut FieldCondition)> {
        let all = [&mut self.show, &mut self.require, &mut self.lock, &mut self.options];
        std::iter::zip(CONDITIONS, all).filter_map(|(key, condition)| Some((key, condition.as_mut()?)))
    }
}

impl FieldType {
    /// Lists the conditions that fields of this type may have.
    pub fn conditions(self) -> &'static [&'static str] {
        match self {
            Self::Children | Self::AutoNumber => &["show"],
            Self::Choice | Self::MultiChoice | Self::Link | Self::Links | Self::User => &CONDITIONS,
            _ => &["show", "require", "lock"],
        }
    }
}
