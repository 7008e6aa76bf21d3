//! Regular expressions of fields, in the dialect of JSON Schema, which is the browser's.

use std::fmt;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::{Value, json};

/// A compiled regular expression that the whole text must match. Cheap to clone.
#[derive(Clone)]
pub struct Pattern {
    text: Arc<str>,
    validator: Arc<Validator>,
}

impl Pattern {
    /// Compiles the expression; `None` when it is not one.
    pub fn compile(text: &str) -> Option<Self> {
        let schema = json!({"pattern": format!("^(?:{text})$")});
        let validator = jsonschema::validator_for(&schema).ok()?;
        Some(Self { text: text.into(), validator: Arc::new(validator) })
    }

    /// Gives the expression as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Says whether the whole text matches.
    pub fn is_match(&self, text: &str) -> bool {
        self.validator.is_valid(&Value::String(text.to_owned()))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}
