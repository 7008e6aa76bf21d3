//! Seventh stage: navigation.

use std::sync::Arc;

use diagnostic::Diagnostic;

use super::gather::Gathered;
use super::references::{unknown_dashboard, unknown_entity, unknown_role};
use crate::{Application, Catalog, Home, NavigationItem, NavigationSection, NavigationTarget};

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
    let mut stage = Stage { application, gathered, catalog, problems };
    let mut home = Vec::new();
    for (at, written) in application.home.iter().enumerate() {
        let here = format!("/home/{at}");
        let roles = stage.roles(&written.roles, &format!("{here}/roles"));
        let target = stage.target(written.entity.as_deref(), written.dashboard.as_deref(), &here);
        home.extend(target.map(|target| Home { roles, target }));
    }
    let mut sections = Vec::new();
    for (at, section) in application.sections.iter().enumerate() {
        let mut items = Vec::new();
        for (place, item) in section.items.iter().enumerate() {
            let here = format!("/sections/{at}/items/{place}");
            let target = stage.target(item.entity.as_deref(), item.dashboard.as_deref(), &here);
            items.extend(target.map(|target| NavigationItem { target, label: item.label.clone() }));
        }
        let roles = stage.roles(&section.roles, &format!("/sections/{at}/roles"));
        sections.push(NavigationSection { label: section.label.clone(), roles, items });
    }
    Application {
        id: application.id.clone().unwrap_or_else(|| application.name.clone()),
        name: application.name.clone(),
        label: application.label.or_name(&application.name),
        icon: application.icon.clone(),
        roles: stage.roles(&application.roles, "/roles"),
        home,
        sections,
    }
}

struct Stage<'a> {
    application: &'a schemas::Application,
    gathered: &'a Gathered<'a>,
    catalog: &'a Catalog,
    problems: &'a mut Vec<Diagnostic>,
}

impl Stage<'_> {
    /// What something leads to; nothing where it is not there, or where nothing was said.
    fn target(&mut self, entity: Option<&str>, dashboard: Option<&str>, here: &str) -> Option<NavigationTarget> {
        match (entity, dashboard) {
            (Some(name), _) => match self.catalog.entity(name) {
                Some(entity) => return Some(NavigationTarget::Entity(entity.id.clone())),
                None => self.report(unknown_entity(self.catalog, name), format!("{here}/entity")),
            },
            // Dashboards are resolved when everything else is; here it is asked whether there is one.
            (None, Some(name)) if self.gathered.dashboards.contains_key(name) => {
                return Some(NavigationTarget::Dashboard(name.to_owned()));
            }
            (None, Some(name)) => {
                let names = self.gathered.dashboards.keys().copied();
                self.report(unknown_dashboard(name, names), format!("{here}/dashboard"));
            }
            (None, None) => {}
        }
        None
    }

    /// The identities of roles; one that is not there is a mistake, for to leave it out could show the part to everybody.
    fn roles(&mut self, names: &[String], pointer: &str) -> Vec<String> {
        let mut roles = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            match self.catalog.role(name) {
                Some(role) => roles.push(role.id.clone()),
                None => {
                    self.report(unknown_role(self.catalog, name), format!("{pointer}/{at}"));
                    roles.push(name.clone());
                }
            }
        }
        roles
    }

    fn report(&mut self, problem: Diagnostic, pointer: String) {
        self.problems.push(problem.in_document(format!("application/{}", self.application.name)).at(pointer));
    }
}
