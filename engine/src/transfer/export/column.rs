//! The columns of an exported file: what people call them, and what kind of values stand in them.

use catalog::{Field, FieldKind};
use query::SelectItem;

use crate::Context;
use crate::records::label;

/// One column.
pub(super) struct Column {
    /// Key of the value in a record's JSON.
    pub(super) key: String,
    /// What stands above it.
    pub(super) title: String,
    /// The field at the end of the path; `None` of an expression.
    pub(super) field: Option<Field>,
}

/// Makes the columns of what is selected.
pub(super) fn columns(ctx: &Context, entity: &str, items: &[SelectItem]) -> Vec<Column> {
    items
        .iter()
        .map(|item| match item {
            SelectItem::Path(path) | SelectItem::Related { path, .. } => along(ctx, entity, path),
            SelectItem::Expression { name, .. } => Column { key: name.clone(), title: name.clone(), field: None },
        })
        .collect()
}

/// Names of all stored fields that the caller sees anything of.
pub(super) fn all(ctx: &Context, entity: &str) -> Vec<String> {
    let Some(entity) = ctx.catalog().entity(entity) else { return Vec::new() };
    let is_column = |field: &&Field| {
        let is_many = matches!(field.kind, FieldKind::Children { .. } | FieldKind::Inverse { .. });
        let is_inner = field.system && ["deleted_at", "version"].contains(&field.id.as_str());
        !(is_many || is_inner)
    };
    let shown = ctx.access.shown(entity).into_iter().filter(is_column);
    shown.map(|field| field.name.clone()).collect()
}

fn along(ctx: &Context, entity: &str, path: &str) -> Column {
    let catalog = ctx.catalog();
    let mut here = catalog.entity(entity);
    let mut titles = Vec::new();
    let mut last: Option<Field> = None;
    for name in path.split('.') {
        let narrowed = last.as_ref().filter(|_| here.is_none()).and_then(|field| catalog.narrowed(field, name));
        if narrowed.is_some() {
            titles.extend(narrowed.map(|entity| label(&entity.label, ctx.locale).unwrap_or(name).to_owned()));
            here = narrowed;
            continue;
        }
        let Some(field) = here.and_then(|entity| entity.field(name)) else { break };
        titles.push(label(&field.label, ctx.locale).unwrap_or(name).to_owned());
        here = target(field).and_then(|target| catalog.entity_by_id(target));
        last = Some(field.clone());
    }
    let title = if titles.is_empty() { path.to_owned() } else { titles.join(" › ") };
    Column { key: path.to_owned(), title, field: last }
}

fn target(field: &Field) -> Option<&expression::EntityId> {
    match &field.kind {
        FieldKind::Link { relation, .. }
        | FieldKind::Links { relation, .. }
        | FieldKind::Children { relation }
        | FieldKind::Inverse { relation } => Some(&relation.target),
        _ => None,
    }
}
