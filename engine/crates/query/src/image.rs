//! The stored values of one record.

use std::collections::BTreeMap;

use expression::{FieldId, Value};

/// Stored values of one record by field: before a change or after it. `links` are not part of an image; a point or
/// `any_link` is one `Value::Json`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Image {
    /// Values by field; a missing one is empty.
    pub values: BTreeMap<FieldId, Value>,
}
