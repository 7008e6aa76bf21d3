//! The document of a choice set, and the choices that fields and sets share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Kind, Label};

/// Choices shared by several fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Choice set", extend("examples" = [{
    "kind": "choice_set", "name": "priority", "label": {"en": "Priority", "ru": "Приоритет"},
    "choices": [{"value": "low", "label": {"en": "Low"}}, {"value": "high", "label": {"en": "High"}, "color": "rose"}]
}]))]
pub struct ChoiceSet {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `choice_set`.
    #[schemars(extend("const" = "choice_set"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name by which fields refer to the set.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["priority"]))]
    pub name: String,
    /// What the set is called.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Choices in their order.
    #[schemars(length(min = 1, max = 1000))]
    pub choices: Vec<Choice>,
}

/// One value to choose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Choice", extend("examples" = [{"value": "won", "label": {"en": "Won", "ru": "Выиграна"}, "color": "green"}]))]
pub struct Choice {
    /// The stored value, as expressions compare it.
    #[schemars(regex(pattern = r"^[^\s\x00-\x1f]([^\x00-\x1f]{0,98}[^\s\x00-\x1f])?$"), extend("examples" = ["new", "won"]))]
    pub value: String,
    /// Identity, given by the server when absent. The same id with another value is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// What people read.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Hue of the badge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Hue>,
}

/// One of the ten hues of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of colours say all")]
pub enum Hue {
    Slate,
    Blue,
    Cyan,
    Teal,
    Green,
    Lime,
    Amber,
    Orange,
    Rose,
    Violet,
}

impl Hue {
    /// Gives the hue's word in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slate => "slate",
            Self::Blue => "blue",
            Self::Cyan => "cyan",
            Self::Teal => "teal",
            Self::Green => "green",
            Self::Lime => "lime",
            Self::Amber => "amber",
            Self::Orange => "orange",
            Self::Rose => "rose",
            Self::Violet => "violet",
        }
    }
}
