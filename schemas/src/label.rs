//! Texts for people, by language.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// The languages of labels.
pub const LANGUAGES: [&str; 2] = ["en", "ru"];

/// A text by language, such as `{"en": "Deal", "ru": "Сделка"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Label(pub BTreeMap<String, String>);

impl Label {
    /// Gives the text in a language, else in English, else in any.
    pub fn text(&self, language: &str) -> &str {
        let text = self.0.get(language).or_else(|| self.0.get("en")).or_else(|| self.0.values().next());
        text.map_or("", String::as_str)
    }

    /// Says whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives this label, or one made of the name where it is empty: `close_date` is read as “Close date”.
    pub fn or_name(&self, name: &str) -> Self {
        if !self.is_empty() {
            return self.clone();
        }
        let words = name.replace('_', " ");
        let mut letters = words.chars();
        let text = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        Self(BTreeMap::from([("en".to_owned(), text)]))
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Label {
    fn from(texts: [(&str, &str); N]) -> Self {
        Self(texts.into_iter().map(|(language, text)| (language.to_owned(), text.to_owned())).collect())
    }
}

impl JsonSchema for Label {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Label".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "Label",
            "description": "A text for people, by language.",
            "type": "object",
            "properties": {
                "en": {"title": "English", "description": "What people read whose language is English, and where no other text is given.", "type": "string", "minLength": 1, "maxLength": 500},
                "ru": {"title": "Russian", "description": "What people read whose language is Russian.", "type": "string", "minLength": 1, "maxLength": 500},
            },
            "additionalProperties": false,
            "minProperties": 1,
            "examples": [{"en": "Deal", "ru": "Сделка"}],
        })
    }
}
