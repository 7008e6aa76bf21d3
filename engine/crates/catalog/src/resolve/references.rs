//! What documents name: entities and roles that are there, or the mistake of naming none.

use diagnostic::Diagnostic;
use schemas::suggest::nearest;

use crate::Catalog;

/// The mistake of naming an entity or a dataset that is not there.
pub(super) fn unknown_entity(catalog: &Catalog, name: &str) -> Diagnostic {
    let near = nearest(name, catalog.readable().iter().map(|entity| entity.name.as_str()));
    Diagnostic::error("reference.unknown_entity").with("found", name).with_some("nearest", near)
}

/// The mistake of naming a dashboard that is not there.
pub(super) fn unknown_dashboard<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    Diagnostic::error("reference.unknown_dashboard").with("found", name).with_some("nearest", nearest(name, known))
}

/// The mistake of naming a role that is not there.
pub(super) fn unknown_role(catalog: &Catalog, name: &str) -> Diagnostic {
    let near = nearest(name, catalog.roles.iter().map(|role| role.name.as_str()));
    Diagnostic::error("reference.unknown_role").with("found", name).with_some("nearest", near)
}

/// The identities of roles; each that is not there is a mistake at its place, for to leave it out could open to everybody what is
/// for some.
pub(super) fn roles(catalog: &Catalog, names: &[String], here: &str, problems: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut roles = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        match catalog.role(name) {
            Some(role) => roles.push(role.id.clone()),
            None => problems.push(unknown_role(catalog, name).at(format!("{here}/{at}"))),
        }
    }
    roles
}
