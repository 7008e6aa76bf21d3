//! What deserves a look on forms: those that nobody gets, and fields that a new record cannot do without.

use std::sync::Arc;

use diagnostic::Diagnostic;
use schemas::Variant;

use crate::form::{Form, Shows};
use crate::{Catalog, Entity, Field};

/// Tells of forms before which others come for everybody who could get them. The forms stand in their order.
pub(super) fn of_nobody(catalog: &Catalog, forms: &[Arc<Form>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (at, form) in forms.iter().enumerate() {
        let earlier = || forms[..at].iter().filter(|other| other.entity == form.entity);
        let first = |role: &String| earlier().find(|other| other.roles.contains(role));
        let other = match form.roles.as_slice() {
            [] => earlier().find(|other| other.roles.is_empty()),
            roles => {
                let before: Option<Vec<&Arc<Form>>> = roles.iter().map(first).collect();
                before.and_then(|before| before.first().copied())
            }
        };
        let Some(other) = other else { continue };
        let entity = catalog.entity_by_id(&form.entity).map_or("", |entity| entity.name.as_str());
        let warning = Diagnostic::warning("form.of_nobody").with("name", &form.name).with("other", &other.name);
        found.push(warning.with("entity", entity).in_document(format!("form/{}", form.name)).at("/order"));
    }
    found
}

/// Says whether a new record cannot do without a value that somebody gives.
pub(super) fn is_needed(field: &Field) -> bool {
    field.required && field.default.is_none() && field.formula.is_none() && !field.read_only && !field.is_attribute()
}

/// Tells of fields without which no record is made, and which the form for new ones does not have.
pub(super) fn left_out(entity: &Entity, form: &Form) -> Vec<Diagnostic> {
    let mut there: Vec<&str> = Vec::new();
    form.each(&mut |component| {
        if let Shows::Field(path, _) | Shows::Lines(path, _) = &component.shows
            && component.variants.contains(&Variant::Create)
            && !component.written.read_only
        {
            there.push(&path.text);
        }
    });
    let missing = entity.fields.iter().filter(|field| is_needed(field) && !there.contains(&field.name.as_str()));
    let warning = |field: &Field| {
        Diagnostic::warning("form.required_left_out").named("field", &field.name, &field.label.0).at("/tabs")
    };
    missing.map(warning).collect()
}
