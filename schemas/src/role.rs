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
    "entities": {"*": {"read": true}, "deal": {"read": true, "create": true, "update": "owner == user", "delete": false, "fields": {"margin": "none"}}}
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
    /// Permissions by the name of the entity; `*` is the default for entities that are not named. Of the system entities
    /// `*` opens only the reading of `user`, `team`, `role` and `file`; anything more has to name them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub entities: BTreeMap<String, Permissions>,
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Permissions", extend("examples" = [{
    "read": "owner == user", "create": true, "update": "owner == user && stage != \"won\"", "delete": false,
    "fields": {"margin": "none", "cost": "read", "client_phone": "mask"}
}]))]
pub struct Permissions {
    /// Reading records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<Permission>,
    /// Making records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create: Option<Permission>,
    /// Changing records. A change is judged on the record before and after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Permission>,
    /// Sending records to the recycle bin and back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<Permission>,
    /// Taking records out of the product: files of lists and reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<Permission>,
    /// Sharing a record with a person or a team. Whom it is shared with reads it as if their roles' conditions held for it;
    /// a role that never reads the entity stays closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Permission>,
    /// Fields of which the role may do less than of the record: `"owner": "read"` keeps records with whom they are with. `*` stands for all fields that are not named, the
    /// attributes every record has apart: `"*": "none"` makes a list of what is open.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("examples" = [{"margin": "none", "cost": "read"}]))]
    pub fields: BTreeMap<String, FieldPermission>,
}

impl Permissions {
    /// Lists the conditions with the names of their operations.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, &String)> {
        self.operations().into_iter().filter_map(|(name, permission)| match permission {
            Some(Permission::When(text)) => Some((name, text)),
            _ => None,
        })
    }

    /// Lists the conditions with the names of their operations, to be rewritten.
    pub fn conditions_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut String)> {
        let operations = [
            ("read", &mut self.read),
            ("create", &mut self.create),
            ("update", &mut self.update),
            ("delete", &mut self.delete),
            ("export", &mut self.export),
            ("share", &mut self.share),
        ];
        operations.into_iter().filter_map(|(name, permission)| match permission {
            Some(Permission::When(text)) => Some((name, text)),
            _ => None,
        })
    }

    fn operations(&self) -> [(&'static str, Option<&Permission>); 6] {
        [
            ("read", self.read.as_ref()),
            ("create", self.create.as_ref()),
            ("update", self.update.as_ref()),
            ("delete", self.delete.as_ref()),
            ("export", self.export.as_ref()),
            ("share", self.share.as_ref()),
        ]
    }
}

/// Whether an operation is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(title = "Permission", extend("examples" = [true, "owner == user"]))]
pub enum Permission {
    /// `true` for every record, `false` for none.
    Always(bool),
    /// For the records on which this expression is true.
    When(#[schemars(length(min = 1, max = 65536))] String),
}

/// What may be done with a field of a record that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldPermission {
    /// The field does not exist for the role.
    None,
    /// Only a trace of the value is shown, and nothing can be found or sorted by it.
    Mask,
    /// Read only.
    Read,
    /// Read and write.
    Write,
}
