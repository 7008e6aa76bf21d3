//! The document of an application: a named part of the navigation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Kind, Label};

/// A named set of things in the navigation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Application", extend("examples" = [{
    "kind": "application", "name": "crm", "label": {"en": "CRM"}, "icon": "heart-handshake",
    "sections": [{"label": {"en": "Sales", "ru": "Продажи"}, "items": [{"dashboard": "sales_head"}, {"entity": "deal"}, {"entity": "company"}]}]
}]))]
pub struct Application {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `application`.
    #[schemars(extend("const" = "application"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// Name in addresses.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["crm"]))]
    pub name: String,
    /// What people read in the navigation.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Name of a Tabler icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,60}$"), extend("examples" = ["heart-handshake"]))]
    pub icon: Option<String>,
    /// Names of the roles whose people see the application; everybody sees it when absent. It is no right: what is inside
    /// stays under the rights of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true, "examples" = [["sales"]]))]
    pub roles: Vec<String>,
    /// What opens first, by role: of these the first that the person plays a role of and may see. Of several applications the
    /// first that has one for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("examples" = [[{"roles": ["sales"], "dashboard": "sales_head"}, {"entity": "deal"}]]))]
    pub home: Vec<Home>,
    /// Headed parts, in order.
    #[serde(default)]
    pub sections: Vec<Section>,
}

/// What opens first for people of some roles: the list of an entity, or a dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Home", extend("examples" = [{"roles": ["sales"], "dashboard": "sales_head"}, {"entity": "deal"}]))]
pub struct Home {
    /// Names of the roles whose people it is for; everybody who sees the application when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true, "examples" = [["sales"]]))]
    pub roles: Vec<String>,
    /// Name of the entity whose list opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub entity: Option<String>,
    /// Name of the dashboard that opens, in place of an entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub dashboard: Option<String>,
}

/// A headed part of the navigation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Section")]
pub struct Section {
    /// Heading; none when absent.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Names of the roles whose people see the part; everybody who sees the application does when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("uniqueItems" = true, "examples" = [["sales"]]))]
    pub roles: Vec<String>,
    /// Items in order.
    #[serde(default)]
    pub items: Vec<Item>,
}

/// One item: the list of an entity, or a dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Item", extend("examples" = [{"entity": "deal"}, {"dashboard": "sales_head"}]))]
pub struct Item {
    /// Name of the entity whose list opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub entity: Option<String>,
    /// Name of the dashboard that opens, in place of an entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub dashboard: Option<String>,
    /// Label in place of its own.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
}
