//! The stored values of one record.

use std::collections::BTreeMap;

use expression::{EntityId, FieldId, RecordRef, Value};
use uuid::Uuid;

/// Stored values of one record by field: before a change or after it. `links` are not part of an image; a point or
/// `any_link` is one `Value::Json`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Image {
    /// Values by field; a missing one is empty.
    pub values: BTreeMap<FieldId, Value>,
}

/// Gives the record that the stored value of an `any_link` leads to.
pub fn any_record(value: &Value) -> Option<RecordRef> {
    let Value::Json(link) = value else { return None };
    let id = Uuid::parse_str(link.get("id")?.as_str()?).ok()?;
    Some(RecordRef { entity: EntityId::new(link.get("entity")?.as_str()?), id })
}
