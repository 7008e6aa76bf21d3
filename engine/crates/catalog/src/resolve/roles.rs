//! Sixth stage: roles, the two built-in ones first.

use std::collections::HashMap;
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::EntityId;
use schemas::suggest::nearest;
use schemas::{FieldPermission, Label, Right};

use super::expressions;
use super::gather::Gathered;
use super::references::unknown_entity;
use crate::{Catalog, Entity, Permission, Permissions, Physical, Rights, Role, system};

const BUILT_IN: [&str; 2] = ["administrator", "designer"];

pub(super) fn resolve(
    gathered: &Gathered,
    catalog: &Catalog,
    physical: &Physical,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Arc<Role>> {
    let designed = catalog.readable().iter().map(|entity| &entity.id).filter(|id| physical.is_designed(id));
    let mut roles = vec![Arc::new(administrator()), Arc::new(designer(designed))];
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
        otherwise: Arc::new(Permissions::all(true)),
    }
}

/// A designer has every right on what designers first published, and none on the rest.
fn designer<'a>(designed: impl Iterator<Item = &'a EntityId>) -> Role {
    let all = Arc::new(Permissions::all(true));
    Role {
        id: "designer".to_owned(),
        name: "designer".to_owned(),
        label: Label::from([("en", "Designer"), ("ru", "Проектировщик")]),
        built_in: true,
        rights: Rights { use_applications: true, design: true, administer: false },
        entities: designed.map(|id| (id.clone(), Arc::clone(&all))).collect(),
        otherwise: Arc::new(Permissions::all(false)),
    }
}

fn written(role: &schemas::Role, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Role {
    let mut stage = Stage { role, catalog, problems };
    let mut entities = stage.named();
    let otherwise = stage.unnamed(&mut entities);
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

type ByEntity = HashMap<EntityId, Arc<Permissions>>;

/// One role on its way.
struct Stage<'a> {
    role: &'a schemas::Role,
    catalog: &'a Catalog,
    problems: &'a mut Vec<Diagnostic>,
}

impl Stage<'_> {
    /// Permissions on the entities that the role names.
    fn named(&mut self) -> ByEntity {
        let mut entities = ByEntity::new();
        let role = self.role;
        for (name, granted) in role.entities.iter().filter(|(name, _)| *name != "*") {
            match self.catalog.entity(name) {
                Some(entity) => {
                    let permissions = self.permissions(entity, name, granted);
                    entities.insert(entity.id.clone(), Arc::new(permissions));
                }
                None => {
                    self.report(unknown_entity(self.catalog, name), &format!("/entities/{name}"));
                }
            }
        }
        entities
    }

    /// Permissions on the others. A condition is checked on each, where `*` has any; a field is looked up where it is.
    fn unnamed(&mut self, entities: &mut ByEntity) -> Arc<Permissions> {
        let closed = Arc::new(Permissions::all(false));
        let granted = self.role.entities.get("*").cloned().unwrap_or_default();
        let plain = plain(&granted).map(Arc::new);
        for entity in self.catalog.readable() {
            if entities.contains_key(&entity.id) || (plain.is_some() && !entity.system) {
                continue;
            }
            let permissions = match system::find(&entity.name).filter(|_| entity.system) {
                Some((system, _)) if system.in_default => {
                    let read = self.permissions(
                        entity,
                        "*",
                        &schemas::Permissions { read: granted.read.clone(), ..Default::default() },
                    );
                    Arc::new(read)
                }
                Some(_) => Arc::clone(&closed),
                None if entity.dataset.is_some() => Arc::new(of_dataset(&granted)),
                None if entity.register.is_some() => Arc::new(of_register(&granted)),
                None => Arc::new(self.permissions(entity, "*", &granted)),
            };
            entities.insert(entity.id.clone(), permissions);
        }
        self.unknown_fields(&granted);
        plain.unwrap_or(closed)
    }

    fn permissions(&mut self, entity: &Entity, name: &str, granted: &schemas::Permissions) -> Permissions {
        let mut fields = HashMap::new();
        for (field, permission) in granted.fields.iter().filter(|(field, _)| *field != "*") {
            match entity.field(field) {
                Some(known) => drop(fields.insert(known.id.clone(), *permission)),
                None if name == "*" => {}
                None => {
                    let near = nearest(field, entity.fields.iter().map(|field| field.name.as_str()));
                    let problem = Diagnostic::error("reference.unknown_field").with("found", field);
                    let problem = problem.with("entity", &entity.name).with_some("nearest", near);
                    self.report(problem, &format!("/entities/{name}/fields/{field}"));
                }
            }
        }
        Permissions {
            read: self.permission(entity, name, "read", granted.read.as_ref()),
            create: self.permission(entity, name, "create", granted.create.as_ref()),
            update: self.permission(entity, name, "update", granted.update.as_ref()),
            delete: self.permission(entity, name, "delete", granted.delete.as_ref()),
            export: self.permission(entity, name, "export", granted.export.as_ref()),
            share: self.permission(entity, name, "share", granted.share.as_ref()),
            fields,
            other_fields: granted.fields.get("*").copied().unwrap_or(FieldPermission::Write),
        }
    }

    fn permission(
        &mut self,
        entity: &Entity,
        name: &str,
        operation: &str,
        granted: Option<&schemas::Permission>,
    ) -> Permission {
        match granted {
            None | Some(schemas::Permission::Always(false)) => Permission::Never,
            Some(schemas::Permission::Always(true)) => Permission::Always,
            Some(schemas::Permission::When(text)) => {
                let document = format!("role/{}", self.role.name);
                let pointer = format!("/entities/{name}/{operation}");
                let before = self.problems.len();
                let condition =
                    expressions::condition(self.catalog, &entity.id, text, &document, &pointer, self.problems);
                // What `*` says of many entities is told once for each place in the text.
                self.problems[before..].iter_mut().filter(|_| name == "*").for_each(|problem| {
                    *problem = problem.clone().with("entity", &entity.name);
                });
                condition.map_or(Permission::Never, Permission::When)
            }
        }
    }

    /// A field that `*` names has to be a field of something.
    fn unknown_fields(&mut self, granted: &schemas::Permissions) {
        for field in granted.fields.keys().filter(|field| *field != "*") {
            if self.catalog.readable().iter().all(|entity| entity.field(field).is_none()) {
                let problem = Diagnostic::error("reference.unknown_field").with("found", field).with("entity", "*");
                self.report(problem, &format!("/entities/*/fields/{field}"));
            }
        }
    }

    fn report(&mut self, problem: Diagnostic, pointer: &str) {
        self.problems.push(problem.in_document(format!("role/{}", self.role.name)).at(pointer));
    }
}

/// What `*` says of a dataset that is not named: whose records it is made of is judged by what the role says of those.
fn of_dataset(granted: &schemas::Permissions) -> Permissions {
    let open = |permission: Option<&schemas::Permission>| match permission {
        None | Some(schemas::Permission::Always(false)) => Permission::Never,
        Some(_) => Permission::Always,
    };
    Permissions {
        read: open(granted.read.as_ref()),
        export: open(granted.export.as_ref()),
        other_fields: granted.fields.get("*").copied().unwrap_or(FieldPermission::Write),
        ..Permissions::all(false)
    }
}

/// What `*` says of a register that is not named: a condition over records says nothing of rows that are kept.
fn of_register(granted: &schemas::Permissions) -> Permissions {
    let open = |permission: Option<&schemas::Permission>| match permission {
        Some(schemas::Permission::Always(true)) => Permission::Always,
        _ => Permission::Never,
    };
    Permissions {
        read: open(granted.read.as_ref()),
        export: open(granted.export.as_ref()),
        other_fields: granted.fields.get("*").copied().unwrap_or(FieldPermission::Write),
        ..Permissions::all(false)
    }
}

/// Permissions that mean the same on every entity: those without conditions and names of fields.
fn plain(granted: &schemas::Permissions) -> Option<Permissions> {
    let permission = |permission: Option<&schemas::Permission>| match permission {
        None | Some(schemas::Permission::Always(false)) => Some(Permission::Never),
        Some(schemas::Permission::Always(true)) => Some(Permission::Always),
        Some(schemas::Permission::When(_)) => None,
    };
    granted.fields.keys().all(|field| field == "*").then_some(())?;
    Some(Permissions {
        read: permission(granted.read.as_ref())?,
        create: permission(granted.create.as_ref())?,
        update: permission(granted.update.as_ref())?,
        delete: permission(granted.delete.as_ref())?,
        export: permission(granted.export.as_ref())?,
        share: permission(granted.share.as_ref())?,
        fields: HashMap::new(),
        other_fields: granted.fields.get("*").copied().unwrap_or(FieldPermission::Write),
    })
}
