//! Datasets and their fields as entities and fields of the catalog.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::{EntityId, Expected, FieldId};
use schemas::Label;

use super::{Made, check, kinds, scope_over};
use crate::dataset::fields_of;
use crate::resolve::fields::attribute;
use crate::{Access, Catalog, Entity, Field, FieldKind, Formula, FormulaMode};

/// Checks a field that is an expression over the row.
pub(super) fn calculated(
    catalog: &Catalog,
    entity: &EntityId,
    written: &schemas::DatasetField,
    at: usize,
) -> Result<(Made, Formula), Vec<Diagnostic>> {
    let text = written.expression.as_deref().unwrap_or_default();
    let scope = scope_over(catalog, entity);
    let mut problems = Vec::new();
    let pointer = format!("/fields/{at}/expression");
    let Some(mut expr) = check(catalog, text, &scope, &Expected::Anything, &pointer, &mut problems) else {
        return Err(problems);
    };
    let of_row = schemas::DatasetField { aggregate: None, ..written.clone() };
    let kind = kinds::of_column(catalog, &of_row, &mut [(0, &mut expr)]);
    let kind = kind.map_err(|(_, problem)| vec![problem.at(pointer).with("field", &written.name)])?;
    let mut read = HashSet::new();
    fields_of(&expr, &mut read);
    let own = read.iter().filter(|field| field.entity == *entity).map(|field| field.id.clone()).collect();
    let reads = read.into_iter().map(|field| (field.entity, field.id)).collect();
    let formula = Formula {
        mode: FormulaMode::Dynamic,
        open: false,
        cron: None,
        cause: expression::cause::cause(&expr).map(Arc::new),
        expr: Arc::new(expr),
        own,
        reads,
        crossed: Vec::new(),
        levels: 1,
    };
    Ok((Made { kind, label: Label::default() }, formula))
}

/// The identity of a field; one that has none yet is known by its name.
pub(super) fn field_id(dataset: &schemas::Dataset, field: &schemas::DatasetField) -> FieldId {
    match &field.id {
        Some(id) => FieldId::new(id),
        None => FieldId::new(&format!("{}.{}", dataset.name, field.name)),
    }
}

pub(super) fn field(written: &schemas::DatasetField, at: usize, id: FieldId, made: Made) -> Field {
    let label = if written.label.is_empty() { made.label } else { written.label.clone() };
    Field {
        id,
        name: written.name.clone(),
        label: label.or_name(&written.name),
        description: written.description.clone(),
        columns: vec![format!("c{at}")],
        searchable: matches!(
            made.kind,
            FieldKind::Text { .. } | FieldKind::LongText { .. } | FieldKind::Email | FieldKind::Phone | FieldKind::Url
        ),
        kind: made.kind,
        system: false,
        read_only: true,
        ..attribute("id")
    }
}

pub(super) fn entity(written: &schemas::Dataset, id: EntityId) -> Entity {
    let label = written.label.or_name(&written.name);
    let plural = if written.plural.is_empty() { label.clone() } else { written.plural.clone() };
    Entity {
        plural,
        description: written.description.clone(),
        icon: written.icon.clone(),
        ..bare(id, &written.name, label)
    }
}

/// An entity without fields whose rows nobody writes.
pub(super) fn bare(id: EntityId, name: &str, label: Label) -> Entity {
    Entity {
        id,
        name: name.to_owned(),
        plural: label.clone(),
        label,
        description: Label::default(),
        icon: None,
        title: None,
        key: None,
        table: String::new(),
        system: false,
        read_only: true,
        owner: None,
        fields: Vec::new(),
        by_name: HashMap::new(),
        by_id: HashMap::new(),
        unique: Vec::new(),
        indexes: Vec::new(),
        rules: Vec::new(),
        access: Access::default(),
        dataset: None,
        balances: None,
        register: None,
        shared: None,
    }
}
