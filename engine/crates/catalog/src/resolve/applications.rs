//! Seventh stage: navigation.

use std::sync::Arc;

use diagnostic::Diagnostic;

use super::gather::Gathered;
use super::references::{unknown_dashboard, unknown_entity, unknown_role};
use crate::{Application, Catalog, NavigationItem, NavigationSection, NavigationTarget};

pub(super) fn resolve(gathered: &Gathered, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Vec<Arc<Application>> {
    gathered
        .applications
        .iter()
        .map(|application| Arc::new(resolved(application, gathered, catalog, problems)))
        .collect()
}

fn resolved(
    application: &schemas::Application,
    gathered: &Gathered,
    catalog: &Catalog,
    problems: &mut Vec<Diagnostic>,
) -> Application {
    let mut sections = Vec::new();
    for (at, section) in application.sections.iter().enumerate() {
        let mut items = Vec::new();
        for (place, item) in section.items.iter().enumerate() {
            let found = match (&item.entity, &item.dashboard) {
                (Some(name), _) => match catalog.entity(name) {
                    Some(entity) => Ok(NavigationTarget::Entity(entity.id.clone())),
                    None => Err(unknown_entity(catalog, name).at(format!("/sections/{at}/items/{place}/entity"))),
                },
                // Dashboards are resolved when everything else is; here it is asked whether there is one.
                (None, Some(name)) if gathered.dashboards.contains_key(name.as_str()) => {
                    Ok(NavigationTarget::Dashboard(name.clone()))
                }
                (None, Some(name)) => {
                    let names = gathered.dashboards.keys().copied();
                    Err(unknown_dashboard(name, names).at(format!("/sections/{at}/items/{place}/dashboard")))
                }
                (None, None) => continue,
            };
            match found {
                Ok(target) => items.push(NavigationItem { target, label: item.label.clone() }),
                Err(problem) => problems.push(problem.in_document(format!("application/{}", application.name))),
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
