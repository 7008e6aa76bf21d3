//! What all documents share.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Application, ChoiceSet, Dashboard, Dataset, Entity, Form, Measure, Register, Role, Script, View};

/// Names of what every record has; no field may take them.
pub const ATTRIBUTES: [&str; 8] =
    ["id", "created_at", "created_by", "updated_at", "updated_by", "owner", "version", "deleted_at"];

/// Names of the entities of the product; a document of such a name adds fields to it.
pub const SYSTEM_ENTITIES: [&str; 10] = [
    "audit_event",
    "file",
    "measure_target",
    "notification",
    "record_share",
    "revision",
    "role",
    "sent_message",
    "team",
    "user",
];

/// Says whether the product defines an entity of this name.
pub fn is_system_entity(name: &str) -> bool {
    SYSTEM_ENTITIES.contains(&name)
}

/// The kinds of documents that have behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Navigation.
    Application,
    /// Choices shared by several fields.
    ChoiceSet,
    /// A page of numbers, charts and lists.
    Dashboard,
    /// Rows composed of records.
    Dataset,
    /// A kind of record.
    Entity,
    /// How a record stands on its card.
    Form,
    /// A total or an indicator.
    Measure,
    /// Rows of a dataset, kept.
    Register,
    /// What people may do.
    Role,
    /// Code.
    Script,
    /// A way to see records.
    View,
}

impl Kind {
    /// All kinds, in the order of their names.
    pub const ALL: [Self; 11] = [
        Self::Application,
        Self::ChoiceSet,
        Self::Dashboard,
        Self::Dataset,
        Self::Entity,
        Self::Form,
        Self::Measure,
        Self::Register,
        Self::Role,
        Self::Script,
        Self::View,
    ];

    /// Gives the kind's word in documents and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::ChoiceSet => "choice_set",
            Self::Dashboard => "dashboard",
            Self::Dataset => "dataset",
            Self::Entity => "entity",
            Self::Form => "form",
            Self::Measure => "measure",
            Self::Register => "register",
            Self::Role => "role",
            Self::Script => "script",
            Self::View => "view",
        }
    }

    /// Gives the kind's folder in a solution.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Application => "applications",
            Self::ChoiceSet => "choice_sets",
            Self::Dashboard => "dashboards",
            Self::Dataset => "datasets",
            Self::Entity => "entities",
            Self::Form => "forms",
            Self::Measure => "measures",
            Self::Register => "registers",
            Self::Role => "roles",
            Self::Script => "scripts",
            Self::View => "views",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Kind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(())
    }
}

/// A document of any kind, with its JSON in the canonical order of keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its kind.
    pub kind: Kind,
    /// Its name, unique among the documents of its kind.
    pub name: String,
    /// The JSON as stored and exported.
    pub json: Value,
    /// The same, typed.
    pub body: Body,
}

/// The typed content of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Navigation.
    Application(Application),
    /// Choices shared by several fields.
    ChoiceSet(ChoiceSet),
    /// A page of numbers, charts and lists.
    Dashboard(Dashboard),
    /// Rows composed of records.
    Dataset(Dataset),
    /// A kind of record.
    Entity(Entity),
    /// How a record stands on its card.
    Form(Form),
    /// A total or an indicator.
    Measure(Measure),
    /// Rows of a dataset, kept.
    Register(Register),
    /// What people may do.
    Role(Role),
    /// Code.
    Script(Script),
    /// A way to see records.
    View(View),
}

impl Document {
    /// Makes a document of its typed content.
    pub fn of(body: Body) -> Self {
        let (kind, name) = match &body {
            Body::Application(application) => (Kind::Application, application.name.clone()),
            Body::ChoiceSet(set) => (Kind::ChoiceSet, set.name.clone()),
            Body::Dashboard(dashboard) => (Kind::Dashboard, dashboard.name.clone()),
            Body::Dataset(dataset) => (Kind::Dataset, dataset.name.clone()),
            Body::Entity(entity) => (Kind::Entity, entity.name.clone()),
            Body::Form(form) => (Kind::Form, form.name.clone()),
            Body::Measure(measure) => (Kind::Measure, measure.name.clone()),
            Body::Register(register) => (Kind::Register, register.name.clone()),
            Body::Role(role) => (Kind::Role, role.name.clone()),
            Body::Script(script) => (Kind::Script, script.name.clone()),
            Body::View(view) => (Kind::View, view.name.clone()),
        };
        let json = match &body {
            Body::Application(application) => serde_json::to_value(application),
            Body::ChoiceSet(set) => serde_json::to_value(set),
            Body::Dashboard(dashboard) => serde_json::to_value(dashboard),
            Body::Dataset(dataset) => serde_json::to_value(dataset),
            Body::Entity(entity) => serde_json::to_value(entity),
            Body::Form(form) => serde_json::to_value(form),
            Body::Measure(measure) => serde_json::to_value(measure),
            Body::Register(register) => serde_json::to_value(register),
            Body::Role(role) => serde_json::to_value(role),
            Body::Script(script) => serde_json::to_value(script),
            Body::View(view) => serde_json::to_value(view),
        };
        let json = json.expect("documents hold nothing that JSON cannot");
        Self { kind, name, json, body }
    }

    /// Reads a document that was checked when it was stored.
    pub fn stored(kind: Kind, json: Value) -> Result<Self, serde_json::Error> {
        let body = match kind {
            Kind::Application => Body::Application(serde_json::from_value(json)?),
            Kind::ChoiceSet => Body::ChoiceSet(serde_json::from_value(json)?),
            Kind::Dashboard => Body::Dashboard(serde_json::from_value(json)?),
            Kind::Dataset => Body::Dataset(serde_json::from_value(json)?),
            Kind::Entity => Body::Entity(serde_json::from_value(json)?),
            Kind::Form => Body::Form(serde_json::from_value(json)?),
            Kind::Measure => Body::Measure(serde_json::from_value(json)?),
            Kind::Register => Body::Register(serde_json::from_value(json)?),
            Kind::Role => Body::Role(serde_json::from_value(json)?),
            Kind::Script => Body::Script(serde_json::from_value(json)?),
            Kind::View => Body::View(serde_json::from_value(json)?),
        };
        Ok(Self::of(body))
    }

    /// Gives `kind/name`, the way diagnostics and plans name a document.
    pub fn path(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }

    /// Gives the identity, once the server has given one.
    pub fn id(&self) -> Option<&str> {
        match &self.body {
            Body::Application(application) => application.id.as_deref(),
            Body::ChoiceSet(set) => set.id.as_deref(),
            Body::Dashboard(dashboard) => dashboard.id.as_deref(),
            Body::Dataset(dataset) => dataset.id.as_deref(),
            Body::Entity(entity) => entity.id.as_deref(),
            Body::Form(form) => form.id.as_deref(),
            Body::Measure(measure) => measure.id.as_deref(),
            Body::Register(register) => register.id.as_deref(),
            Body::Role(role) => role.id.as_deref(),
            Body::Script(script) => script.id.as_deref(),
            Body::View(view) => view.id.as_deref(),
        }
    }

    /// Writes the canonical text: keys in the order of the schema, two spaces, a line feed at the end.
    pub fn to_text(&self) -> String {
        to_text(&self.json)
    }
}

/// Writes JSON with two spaces of indent and a line feed at the end.
pub fn to_text(json: &Value) -> String {
    let mut text = serde_json::to_string_pretty(json).expect("a JSON value can be written");
    text.push('\n');
    text
}
