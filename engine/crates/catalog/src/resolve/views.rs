//! Last stage: views, whose paths and conditions walk the finished entities.

use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::Expected;

use super::gather::Gathered;
use super::references::unknown_entity;
use crate::view::Layout;
use crate::{Catalog, CatalogScope, View};

pub(super) fn resolve(gathered: &Gathered, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Vec<Arc<View>> {
    gathered.views.values().filter_map(|view| resolved(view, catalog, problems)).map(Arc::new).collect()
}

fn resolved(view: &schemas::View, catalog: &Catalog, problems: &mut Vec<Diagnostic>) -> Option<View> {
    let document = format!("view/{}", view.name);
    let Some(entity) = catalog.entity(&view.entity) else {
        problems.push(unknown_entity(catalog, &view.entity).in_document(document).at("/entity"));
        return None;
    };
    let scope = CatalogScope::of_record(catalog, &entity.id);
    let mut check = |text: &str, expected: &Expected, pointer: String| {
        if let Err(found) = expression::check(text, &scope, expected) {
            problems.extend(found.into_iter().map(|one| one.in_document(document.clone()).at(pointer.clone())));
        }
    };
    // A path through links is an expression.
    for (at, path) in view.columns.iter().enumerate() {
        check(path, &Expected::Anything, format!("/columns/{at}"));
    }
    for (at, key) in view.sort.iter().enumerate() {
        check(key.strip_prefix('-').unwrap_or(key), &Expected::Anything, format!("/sort/{at}"));
    }
    if let Some(filter) = &view.filter {
        check(filter, &Expected::Condition, "/filter".to_owned());
    }
    let known: Vec<&str> = entity.fields.iter().map(|field| field.name.as_str()).collect();
    let layout = Layout::of(view);
    let wrong = layout.check(|name| entity.field(name), &known);
    problems.extend(wrong.into_iter().map(|one| one.in_document(document.clone())));
    Some(View {
        id: view.id.clone().unwrap_or_else(|| view.name.clone()),
        name: view.name.clone(),
        label: view.label.or_name(&view.name),
        entity: entity.id.clone(),
        columns: view.columns.clone(),
        filter: view.filter.clone(),
        sort: view.sort.clone(),
        layout,
        is_default: view.default,
    })
}
