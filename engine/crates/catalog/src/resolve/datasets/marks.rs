//! Which fields of datasets the audit tells the readers of.

use std::collections::HashSet;
use std::sync::Arc;

use expression::{Expr, FieldId, FieldRef};

use crate::dataset::fields_of;
use crate::{Catalog, Field};

/// Has the audit told who reads what is made of fields whose reads it tells; whatever decides which rows there are is read
/// with each of them.
pub(in crate::resolve) fn mark(catalog: &mut Catalog) {
    for at in catalog.entities().len()..catalog.readable().len() {
        let is_marked = |field: &FieldRef| {
            let entity = catalog.entity_by_id(&field.entity);
            entity.and_then(|entity| entity.field_by_id(&field.id)).is_some_and(|field| field.audit_reads)
        };
        let reads_marked = |expr: &Expr| {
            let mut read = HashSet::new();
            fields_of(expr, &mut read);
            read.iter().any(is_marked)
        };
        let entity = &catalog.entities[at];
        if let Some(register) = entity.register.clone() {
            let marked: Vec<bool> = register
                .columns
                .iter()
                .map(|(_, of_dataset)| {
                    let dataset = catalog.entity_by_id(&register.dataset);
                    dataset.and_then(|it| it.field_by_id(of_dataset)).is_some_and(|field| field.audit_reads)
                })
                .collect();
            let entity = Arc::make_mut(&mut catalog.entities[at]);
            let fields = entity.fields.iter_mut().filter(|field| !field.is_attribute());
            fields.zip(marked).for_each(|(field, marked)| field.audit_reads |= marked);
            continue;
        }
        let Some(dataset) = &entity.dataset else { continue };
        let branches = dataset.sql.iter().flat_map(|sql| &sql.branches);
        let all = dataset.parts.iter().any(|part| part.deciding(part.joins.iter()).iter().any(is_marked))
            || branches.into_iter().any(|it| it.fields.iter().chain(it.optional.iter().flatten()).any(is_marked));
        let of_column = |field: &Field| {
            let at = dataset.columns.iter().position(|column| column.field == field.id);
            let mut values = dataset.parts.iter().filter_map(|part| part.values.get(at?)?.as_ref());
            values.any(reads_marked) || dataset.made_of(field).iter().any(|made_of| made_of.iter().any(is_marked))
        };
        let mut marked: Vec<bool> = entity.fields.iter().map(|field| all || of_column(field)).collect();
        // What is calculated from a marked field is marked; what is calculated from that, wherever it stands.
        let at_id = |id: &FieldId| entity.fields.iter().position(|field| field.id == *id);
        for _ in 0..entity.fields.len() {
            for (place, field) in entity.fields.iter().enumerate() {
                let Some(formula) = &field.formula else { continue };
                marked[place] |=
                    reads_marked(&formula.expr) || formula.own.iter().filter_map(at_id).any(|read| marked[read]);
            }
        }
        let entity = Arc::make_mut(&mut catalog.entities[at]);
        for (field, marked) in entity.fields.iter_mut().zip(marked) {
            field.audit_reads |= marked && !field.is_attribute();
        }
    }
}
