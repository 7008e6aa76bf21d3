//! Which field a header probably means: by name, by label in any language, by likeness.

use std::collections::BTreeMap;

use access::Grant;
use catalog::{Field, FieldKind};

use super::mapping::Column;

/// Guesses where each header goes; each field is taken once, by the surest header.
pub(super) fn columns(grant: &Grant, headers: &[String]) -> BTreeMap<String, Column> {
    let fields: Vec<&Field> = grant.entity().fields.iter().filter(|field| is_open(grant, field)).collect();
    let mut taken: Vec<&str> = Vec::new();
    let mut guessed: BTreeMap<String, Column> =
        headers.iter().map(|header| (header.clone(), Column::Nowhere)).collect();
    for likeness in [exact, near] {
        for header in headers {
            if guessed.get(header) != Some(&Column::Nowhere) {
                continue;
            }
            let free = fields.iter().filter(|field| !taken.contains(&field.name.as_str()));
            if let Some(field) = free.into_iter().find(|field| likeness(&plain(header), field)) {
                taken.push(&field.name);
                guessed.insert(header.clone(), Column::Field(field.name.clone()));
            }
        }
    }
    guessed
}

fn is_open(grant: &Grant, field: &Field) -> bool {
    let is_simple = !matches!(
        field.kind,
        FieldKind::Children { .. } | FieldKind::Inverse { .. } | FieldKind::AnyLink { .. } | FieldKind::Id
    );
    is_simple && grant.allows(field) && !field.write_only && (!field.is_attribute() || field.id.as_str() == "owner")
}

fn names(field: &Field) -> impl Iterator<Item = String> {
    std::iter::once(plain(&field.name)).chain(field.label.0.values().map(|label| plain(label)))
}

fn exact(header: &str, field: &Field) -> bool {
    names(field).any(|name| name == header)
}

fn near(header: &str, field: &Field) -> bool {
    header.chars().count() >= 5 && names(field).any(|name| schemas::suggest::nearest(header, [name.as_str()]).is_some())
}

/// Letters and digits only, in lower case: `Order Date`, `order_date` and `OrderDate` are one.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
