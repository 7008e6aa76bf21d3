//! What all documents share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The kinds of documents that have behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Navigation.
    Application,
    /// Choices shared by several fields.
    ChoiceSet,
    /// A kind of record.
    Entity,
    /// What people may do.
    Role,
}

/// A text by language, such as `{"en": "Deal", "ru": "Сделка"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Label(pub BTreeMap<String, String>);

/// A checked document of any kind, with the JSON it was read from.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its kind.
    pub kind: Kind,
    /// Its name, unique among the documents of its kind.
    pub name: String,
    /// The JSON as stored and exported.
    pub json: serde_json::Value,
}
