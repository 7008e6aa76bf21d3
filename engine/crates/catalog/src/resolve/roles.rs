//! Sixth stage: roles, the two built-in ones first.

use std::collections::HashMap;
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::EntityId;
use schemas::suggest::nearest;
use schemas::{Label, Right};

use super::gather::Gathered;
use crate::{Catalog, Operations, Rights, Role, system};

const ALL: Operations = Operations { read: true, create: true, update: true, delete: true };
const NONE: Operations = Operations { read: false, create: false, update: false, delete: false };
const BUILT_IN: [&str; 2] = ["administrator", "designer"];

pub(super) fn resolve(gathered: &Gathered, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Vec<Arc<Role>> {
    let mut roles = vec![Arc::new(administrator()), Arc::new(designer())];
    for role in gathered.roles.values() {
        if BUILT_IN.contains(&role.name.as_str()) {
            let problem = Diagnostic::error("role.built_in").with("name", &role.name);
            problems.push(problem.in_document(format!("role/{}", role.name)).at("/name"));
            continue;
        }
        roles.push(Arc::new(written(role, catalog, problems)));
    }
    roles
}

fn administrator() -> Role {
    Role {
        id: "administrator".to_owned(),
        name: "administrator".to_owned(),
        label: Label::from([("en", "Administrator"), ("ru", "Администратор")]),
        built_in: true,
        rights: Rights { use_applications: true, design: true, administer: true },
        entities: HashMap::new(),
        otherwise: ALL,
    }
}

fn designer() -> Role {
    Role {
        id: "designer".to_owned(),
        name: "designer".to_owned(),
        label: Label::from([("en", "Designer"), ("ru", "Проектировщик")]),
        built_in: true,
        rights: Rights { use_applications: true, design: true, administer: false },
        entities: system::ENTITIES.iter().map(|entity| (EntityId::new(entity.name), NONE)).collect(),
        otherwise: ALL,
    }
}

fn written(role: &schemas::Role, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Role {
    let otherwise = role.entities.get("*").map(operations).unwrap_or_default();
    let mut entities: HashMap<EntityId, Operations> = system::ENTITIES
        .iter()
        .map(|entity| (EntityId::new(entity.name), default_of_system(entity, otherwise)))
        .collect();
    for (name, granted) in role.entities.iter().filter(|(name, _)| *name != "*") {
        match catalog.entity(name) {
            Some(entity) => {
                entities.insert(entity.id.clone(), operations(granted));
            }
            None => {
                let near = nearest(name, catalog.entities().iter().map(|entity| entity.name.as_str()));
                let problem =
                    Diagnostic::error("reference.unknown_entity").with("found", name).with_some("nearest", near);
                problems.push(problem.in_document(format!("role/{}", role.name)).at(format!("/entities/{name}")));
            }
        }
    }
    Role {
        id: role.id.clone().unwrap_or_else(|| role.name.clone()),
        name: role.name.clone(),
        label: role.label.or_name(&role.name),
        built_in: false,
        rights: Rights {
            use_applications: role.rights.contains(&Right::Use),
            design: role.rights.contains(&Right::Design),
            administer: role.rights.contains(&Right::Administer),
        },
        entities,
        otherwise,
    }
}

/// `*` must not let people write their own roles, nor read in the audit what they may not read in records.
fn default_of_system(entity: &system::SystemEntity, otherwise: Operations) -> Operations {
    Operations { read: otherwise.read && entity.in_default, ..NONE }
}

fn operations(granted: &schemas::Operations) -> Operations {
    Operations {
        read: granted.read == Some(true),
        create: granted.create == Some(true),
        update: granted.update == Some(true),
        delete: granted.delete == Some(true),
    }
}
