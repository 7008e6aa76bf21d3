//! Which columns a field has.

use catalog::Field;

use crate::ColumnType;

/// Gives the columns of a field with their types, in the order of `Field::columns`; none for to-many relations.
///
/// `any_link` is the entity's id and the record's id; a point is latitude and longitude.
pub fn field_columns(field: &Field) -> Vec<(&str, ColumnType)> {
    field.columns.iter().map(String::as_str).zip(ColumnType::of(&field.kind)).collect()
}
