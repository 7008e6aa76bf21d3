//! The names an expression may use, as the catalog has them.

use std::sync::Arc;

use expression::{EntityId, FieldId, FieldRef, Functions, Measured, Member, Scope, Type, Variable};

use crate::condition::{OPTION, chosen_ref};
use crate::resolve::measures;
use crate::{Catalog, Entity, Field, FieldKind};

/// The scope of an expression about a record of one entity, or about none.
#[derive(Debug, Clone)]
pub struct CatalogScope<'a> {
    catalog: &'a Catalog,
    record: Option<EntityId>,
    user: Option<EntityId>,
    records: Vec<(Arc<str>, EntityId)>,
    /// Whether measures may be named.
    measures: bool,
    /// The field of whose choices one may be named, as the candidate.
    choice_of: Option<FieldId>,
}

impl<'a> CatalogScope<'a> {
    /// Makes the scope of an expression about a record of `entity`.
    pub fn of_record(catalog: &'a Catalog, entity: &EntityId) -> Self {
        Self {
            catalog,
            record: Some(entity.clone()),
            user: user(catalog),
            records: Vec::new(),
            measures: true,
            choice_of: None,
        }
    }

    /// Makes the scope of an expression without a record.
    pub fn without_record(catalog: &'a Catalog) -> Self {
        Self { catalog, record: None, user: user(catalog), records: Vec::new(), measures: false, choice_of: None }
    }

    /// Makes the scope of a condition on a field; in that on what may be chosen the candidate has a name.
    pub fn of_condition(catalog: &'a Catalog, entity: &Entity, field: &Field, key: &str) -> Self {
        let mut scope = Self::of_record(catalog, &entity.id);
        match &field.kind {
            _ if key != "options" => {}
            FieldKind::Choice(_) | FieldKind::MultiChoice(_) => scope.choice_of = Some(field.id.clone()),
            FieldKind::Link { relation, .. } | FieldKind::Links { relation, .. } => {
                scope.add_record(OPTION, &relation.target);
            }
            _ => {}
        }
        scope
    }

    /// Gives another record a name; tells which variable it is.
    pub fn add_record(&mut self, name: &str, entity: &EntityId) -> Variable {
        self.records.push((name.into(), entity.clone()));
        Variable(u32::try_from(self.records.len()).unwrap_or(u32::MAX))
    }

    /// The same where no measure may be named: what is judged in memory or in the browser, and what decides of access.
    pub fn without_measures(self) -> Self {
        Self { measures: false, ..self }
    }
}

fn user(catalog: &Catalog) -> Option<EntityId> {
    catalog.entity("user").map(|entity| entity.id.clone())
}

impl Scope for CatalogScope<'_> {
    fn member(&self, entity: &EntityId, name: &str) -> Option<Member> {
        if let Some(field) = self.choice_of.as_ref().filter(|_| name == OPTION && self.record.as_ref() == Some(entity))
        {
            return Some(Member { field: chosen_ref(field), ty: Type::Text });
        }
        let field = self.catalog.entity_by_id(entity)?.field(name).filter(|field| !field.write_only)?;
        let field_ref = FieldRef { entity: entity.clone(), id: field.id.clone(), name: field.name.as_str().into() };
        Some(Member { field: field_ref, ty: field.expression_type() })
    }

    fn names(&self, entity: &EntityId) -> Vec<String> {
        let fields = self.catalog.entity_by_id(entity).map(|entity| entity.fields.as_slice()).unwrap_or_default();
        let names = fields.iter().filter(|field| !field.write_only).map(|field| field.name.clone());
        let is_asked = self.choice_of.is_some() && self.record.as_ref() == Some(entity);
        names.chain(is_asked.then(|| OPTION.to_owned())).collect()
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

    fn reads_measures(&self) -> bool {
        self.measures
    }

    fn measures(&self) -> Vec<String> {
        self.catalog.measured.keys().cloned().collect()
    }

    fn measure(&self, name: &str) -> Option<Measured> {
        self.catalog.measured(name).filter(|_| self.measures).cloned()
    }

    fn functions(&self, script: &str) -> Option<Arc<Functions>> {
        self.catalog.functions(script).cloned()
    }

    fn open_functions(&self) -> Vec<String> {
        self.catalog.open_functions()
    }

    fn user(&self) -> Option<EntityId> {
        self.user.clone()
    }
}

/// What the identities of parameters belong to.
pub(crate) const PARAMETER: &str = "$parameter";

/// The scope of a condition on a record in which the names of parameters may stand beside those of fields.
#[derive(Debug, Clone)]
pub struct WithParameters<'a> {
    fields: CatalogScope<'a>,
    parameters: Vec<(String, Type)>,
}

impl<'a> WithParameters<'a> {
    /// Makes the scope of the filter of a measure over an entity.
    pub fn of(catalog: &'a Catalog, entity: &EntityId, parameters: &[schemas::MeasureParameter]) -> Self {
        // Of a record only the identity is known.
        let typed = parameters.iter().map(|one| (one.name.clone(), measures::type_of(one.kind, None)));
        Self { fields: CatalogScope::of_record(catalog, entity), parameters: typed.collect() }
    }
}

impl Scope for WithParameters<'_> {
    fn member(&self, entity: &EntityId, name: &str) -> Option<Member> {
        let field = self.fields.member(entity, name);
        if field.is_some() || self.record().as_ref() != Some(entity) {
            return field;
        }
        let (name, ty) = self.parameters.iter().find(|(known, _)| known == name)?;
        let field = FieldRef { entity: EntityId::new(PARAMETER), id: FieldId::new(name), name: name.as_str().into() };
        Some(Member { field, ty: ty.clone() })
    }

    fn names(&self, entity: &EntityId) -> Vec<String> {
        let mut names = self.fields.names(entity);
        if self.record().as_ref() == Some(entity) {
            names.extend(self.parameters.iter().map(|(name, _)| name.clone()));
        }
        names
    }

    fn entity(&self, name: &str) -> Option<EntityId> {
        self.fields.entity(name)
    }

    fn entity_name(&self, entity: &EntityId) -> Option<String> {
        self.fields.entity_name(entity)
    }

    fn record(&self) -> Option<EntityId> {
        self.fields.record()
    }

    fn functions(&self, script: &str) -> Option<Arc<Functions>> {
        self.fields.functions(script)
    }

    fn open_functions(&self) -> Vec<String> {
        self.fields.open_functions()
    }

    fn user(&self) -> Option<EntityId> {
        self.fields.user()
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
