//! Seventh stage: navigation.

use std::sync::Arc;

use diagnostic::Diagnostic;
use schemas::suggest::nearest;

use super::gather::Gathered;
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
                    let near = nearest(&item.entity, catalog.entities().iter().map(|entity| entity.name.as_str()));
                    let problem = Diagnostic::error("reference.unknown_entity").with("found", &item.entity);
                    let problem = problem.in_document(format!("application/{}", application.name));
                    let pointer = format!("/sections/{at}/items/{place}/entity");
                    problems.push(problem.with_some("nearest", near).at(pointer));
                }
            }
        }
        sections.push(NavigationSection { label: section.label.clone(), items });
    }
    Application {
        id: application.id.clone().unwrap_or_else(|| application.name.clone()),
        name: application.name.clone(),
        label: application.label.or_name(&application.name),
        icon: application.icon.clone(),
        sections,
    }
}
