//! Seventh stage: navigation.

use std::sync::Arc;

use diagnostic::Diagnostic;

use super::gather::Gathered;
use super::references::{unknown_entity, unknown_role};
use crate::{Application, Catalog, NavigationItem, NavigationSection};

pub(super) fn resolve(gathered: &Gathered, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Vec<Arc<Application>> {
    gathered.applications.iter().map(|application| Arc::new(resolved(application, catalog, problems))).collect()
}

fn resolved(application: &schemas::Application, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Application {
    let mut sections = Vec::new();
    for (at, section) in application.sections.iter().enumerate() {
        let mut items = Vec::new();
        for (place, item) in section.items.iter().enumerate() {
            match catalog.entity(&item.entity) {
                Some(entity) => items.push(NavigationItem { entity: entity.id.clone(), label: item.label.clone() }),
                None => {
                    let problem = unknown_entity(catalog, &item.entity);
                    let problem = problem.in_document(format!("application/{}", application.name));
                    problems.push(problem.at(format!("/sections/{at}/items/{place}/entity")));
                }
            }
        }
        let roles = roles(application, &section.roles, &format!("/sections/{at}/roles"), catalog, problems);
        sections.push(NavigationSection { label: section.label.clone(), roles, items });
    }
    Application {
        id: application.id.clone().unwrap_or_else(|| application.name.clone()),
        name: application.name.clone(),
        label: application.label.or_name(&application.name),
        icon: application.icon.clone(),
        roles: roles(application, &application.roles, "/roles", catalog, problems),
        sections,
    }
}

/// The identities of roles; one that is not there is a mistake, for to leave it out could show the part to everybody.
fn roles(
    application: &schemas::Application,
    names: &[String],
    pointer: &str,
    catalog: &Catalog,
    problems: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut roles = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        match catalog.role(name) {
            Some(role) => roles.push(role.id.clone()),
            None => {
                let problem = unknown_role(catalog, name).in_document(format!("application/{}", application.name));
                problems.push(problem.at(format!("{pointer}/{at}")));
                roles.push(name.clone());
            }
        }
    }
    roles
}
