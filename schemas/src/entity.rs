//! The document of an entity: a kind of record with its fields.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Field, Kind, Label, Rule};

/// A kind of record: its own table with a typed column per field. A document named like a system entity (`user`, `team`,
/// `file`…) adds fields to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Entity", extend("examples" = [{
    "kind": "entity", "name": "deal", "label": {"en": "Deal", "ru": "Сделка"}, "plural": {"en": "Deals", "ru": "Сделки"},
    "icon": "briefcase", "title": "title",
    "fields": [
        {"name": "title", "type": "text", "label": {"en": "Title", "ru": "Название"}, "required": true, "max_length": 200},
        {"name": "amount", "type": "money", "scale": 2},
        {"name": "company", "type": "link", "target": "company", "inverse": "deals", "on_delete": "restrict"}
    ],
    "unique": [["title", "company"]], "indexes": [["company", "amount"]],
    "rules": [{"name": "amount_positive", "when": "amount < 0", "message": {"en": "The amount cannot be negative"}}]
}]))]
pub struct Entity {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Always `entity`.
    #[schemars(extend("const" = "entity"))]
    pub kind: Kind,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"), extend("examples" = ["k3x9f2m1qa"]))]
    pub id: Option<String>,
    /// Name in expressions, paths and addresses: small Latin letters, digits and underscores.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["deal", "deal_item"]))]
    pub name: String,
    /// What one record is called.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// What many records are called.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub plural: Label,
    /// Help for people: what the records are for.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub description: Label,
    /// Name of a Tabler icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9-]{1,60}$"), extend("examples" = ["briefcase", "building"]))]
    pub icon: Option<String>,
    /// Name of the field whose value, or whose target's title, names a record; the first text field when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48), extend("examples" = ["title"]))]
    pub title: Option<String>,
    /// Fields in the order of the form.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    pub fields: Vec<Field>,
    /// Sets of fields that no two records may share all values of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1, max = 8)), extend("examples" = [[["number"], ["company", "title"]]]))]
    pub unique: Vec<Vec<String>>,
    /// Sets of fields that lists often filter and sort by, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(inner(length(min = 1, max = 8)), extend("examples" = [[["stage", "close_date"]]]))]
    pub indexes: Vec<Vec<String>>,
    /// Conditions that narrow what roles allow, for everybody but administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Box<Access>>,
    /// Conditions under which a record is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// Conditions that narrow, for everybody but administrators, what roles allow: an operation needs a role's leave and the
/// truth of its condition here. What is absent narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Access", extend("examples" = [{"read": "!archived || user.roles.any(|r| r.name == \"auditor\")"}]))]
pub struct Access {
    /// Which records may be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub read: Option<String>,
    /// What a new record must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub create: Option<String>,
    /// Which records may be changed, before and after the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub update: Option<String>,
    /// Which records may go to the recycle bin and back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub delete: Option<String>,
    /// Which records may be exported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536))]
    pub export: Option<String>,
}

impl Access {
    /// Lists the conditions with the names of their operations.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let all = [
            ("read", &self.read),
            ("create", &self.create),
            ("update", &self.update),
            ("delete", &self.delete),
            ("export", &self.export),
        ];
        all.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)))
    }

    /// Lists the conditions with the names of their operations, to be rewritten.
    pub fn conditions_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut String)> {
        let all = [
            ("read", &mut self.read),
            ("create", &mut self.create),
            ("update", &mut self.update),
            ("delete", &mut self.delete),
            ("export", &mut self.export),
        ];
        all.into_iter().filter_map(|(name, text)| Some((name, text.as_mut()?)))
    }
}
