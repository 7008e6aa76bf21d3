//! The names an expression may use, as the catalog has them.

use std::sync::Arc;

use expression::{EntityId, FieldRef, Member, Scope, Type, Variable};

use crate::{Catalog, Field, FieldKind};

/// The scope of an expression about a record of one entity, or about none.
#[derive(Debug, Clone)]
pub struct CatalogScope<'a> {
    catalog: &'a Catalog,
    record: Option<EntityId>,
    user: Option<EntityId>,
    records: Vec<(Arc<str>, EntityId)>,
}

impl<'a> CatalogScope<'a> {
    /// Makes the scope of an expression about a record of `entity`.
    pub fn of_record(catalog: &'a Catalog, entity: &EntityId) -> Self {
        Self { catalog, record: Some(entity.clone()), user: user(catalog), records: Vec::new() }
    }

    /// Makes the scope of an expression without a record.
    pub fn without_record(catalog: &'a Catalog) -> Self {
        Self { catalog, record: None, user: user(catalog), records: Vec::new() }
    }

    /// Gives another record a name; tells which variable it is.
    pub fn add_record(&mut self, name: &str, entity: &EntityId) -> Variable {
        self.records.push((name.into(), entity.clone()));
        Variable(u32::try_from(self.records.len()).unwrap_or(u32::MAX))
    }
}

fn user(catalog: &Catalog) -> Option<EntityId> {
    catalog.entity("user").map(|entity| entity.id.clone())
}

impl Scope for CatalogScope<'_> {
    fn member(&self, entity: &EntityId, name: &str) -> Option<Member> {
        let field = self.catalog.entity_by_id(entity)?.field(name).filter(|field| !field.write_only)?;
        let field_ref = FieldRef { entity: entity.clone(), id: field.id.clone(), name: field.name.as_str().into() };
        Some(Member { field: field_ref, ty: field.expression_type() })
    }

    fn names(&self, entity: &EntityId) -> Vec<String> {
        let fields = self.catalog.entity_by_id(entity).map(|entity| entity.fields.as_slice()).unwrap_or_default();
        fields.iter().filter(|field| !field.write_only).map(|field| field.name.clone()).collect()
    }

    fn entity(&self, name: &str) -> Option<EntityId> {
        self.catalog.entity(name).map(|entity| entity.id.clone())
    }

    fn entity_name(&self, entity: &EntityId) -> Option<String> {
        self.catalog.entity_by_id(entity).map(|entity| entity.name.clone())
    }

    fn record(&self) -> Option<EntityId> {
        self.record.clone()
    }

    fn records(&self) -> Vec<(Arc<str>, EntityId)> {
        self.records.clone()
    }

    fn user(&self) -> Option<EntityId> {
        self.user.clone()
    }
}

impl Field {
    /// Gives the type of the field's values in expressions.
    pub fn expression_type(&self) -> Type {
        self.kind.expression_type()
    }
}

impl FieldKind {
    /// Gives the type of values of the kind in expressions.
    pub fn expression_type(&self) -> Type {
        match self {
            FieldKind::Text { .. }
            | FieldKind::LongText { .. }
            | FieldKind::RichText
            | FieldKind::Email
            | FieldKind::Phone
            | FieldKind::Url
            | FieldKind::Choice(_)
            | FieldKind::AutoNumber { .. }
            | FieldKind::Color => Type::Text,
            FieldKind::Integer { .. } | FieldKind::Rating { .. } => Type::Integer,
            FieldKind::Decimal { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. } => Type::Decimal,
            FieldKind::Boolean => Type::Boolean,
            FieldKind::Date => Type::Date,
            FieldKind::DateTime => Type::DateTime,
            FieldKind::Time => Type::Time,
            FieldKind::Duration => Type::Duration,
            FieldKind::MultiChoice(_) => Type::Choices,
            FieldKind::Link { relation, .. } => Type::Record(relation.target.clone()),
            FieldKind::Links { relation, .. } | FieldKind::Children { relation } | FieldKind::Inverse { relation } => {
                Type::Records(relation.target.clone())
            }
            FieldKind::Id => Type::Id,
            FieldKind::AnyLink { targets, .. } => Type::AnyRecord(targets.clone()),
            FieldKind::Location | FieldKind::Address | FieldKind::Json | FieldKind::Secret => Type::Opaque,
        }
    }
}
