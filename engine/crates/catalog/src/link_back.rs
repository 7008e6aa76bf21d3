//! The link of lines to their parent where only the parent's `children` field names it.

use schemas::{Body, Document, FieldType};

use crate::{Catalog, Entity, EntityId, Field, FieldId};

/// The identity of such a link, by that of the `children` field that names it.
pub(crate) fn id(children: &FieldId) -> FieldId {
    const SUFFIX: &str = "_up";
    // The longest identity a document may write.
    const LONGEST: usize = 32;
    let kept = children.as_str().chars().take(LONGEST - SUFFIX.len());
    FieldId::new(&(kept.collect::<String>() + SUFFIX))
}

/// Gives the link the identity that it has without being written, when a document comes to write it: else the lines would
/// lose their parents.
pub fn adopt(document: Document, catalog: &Catalog) -> Document {
    let Body::Entity(entity) = &document.body else { return document };
    let published = match &entity.id {
        Some(id) => catalog.entity_by_id(&EntityId::new(id)),
        None => catalog.entity(&entity.name),
    };
    let Some(Field { id, name, .. }) = published.and_then(|entity| unwritten(entity)) else { return document };
    let mut entity = entity.clone();
    let is_it =
        |field: &&mut schemas::Field| field.kind == FieldType::Link && field.name == *name && field.id.is_none();
    match entity.fields.iter_mut().find(is_it) {
        Some(field) => field.id = Some(id.as_str().to_owned()),
        None => return document,
    }
    Document::of(Body::Entity(entity))
}

fn unwritten(lines: &Entity) -> Option<&Field> {
    lines.owner.as_ref().and_then(|(_, children)| lines.field_by_id(&id(children)))
}
