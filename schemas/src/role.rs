//! The document of a role: what people who have it may do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{Kind, Label};

/// What people of a role may do. What is not granted is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Role", extend("examples" = [{
    "kind": "role", "name": "sales", "label": {"en": "Sales", "ru": "Продажи"}, "rights": ["use"],
    "entities": {"*": {"read": true}, "deal": {"read": true, "create": true, "update": true, "delete": false}}
}]))]
pub struct Role {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `role`.
    #[schemars(extend("const" = "role"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name by which people are given the role.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["sales"]))]
    pub name: String,
    /// What the role is called.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Rights over the whole workspace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true, "examples" = [["use"]]))]
    pub rights: Vec<Right>,
    /// Operations by the name of the entity; `*` is the default for entities that are not named. Of the system entities
    /// `*` opens only the reading of `user`, `team`, `role` and `file`; anything more has to name them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub entities: BTreeMap<String, Operations>,
}

/// A right over the whole workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Sign in and use the applications.
    Use,
    /// Change metadata.
    Design,
    /// Manage people, rights and settings.
    Administer,
}

/// What the role allows on an entity; what is absent is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Operations", extend("examples" = [{"read": true, "create": true, "update": true, "delete": false}]))]
pub struct Operations {
    /// Reading records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<bool>,
    /// Making records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create: Option<bool>,
    /// Changing records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<bool>,
    /// Sending records to the recycle bin and back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<bool>,
}
