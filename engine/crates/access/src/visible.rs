//! The part of the catalog an actor may know of: what is hidden looks like what does not exist.

use catalog::{Entity, Field, FieldKind, Formula};
use std::sync::Arc;

use expression::{EntityId, Expected, Expr, FieldId, FieldRef, Functions, Measured, Member, Scope};

use crate::{Access, Reach};

impl Access {
    /// Lists the fields of an entity that the actor may read, in the entity's order; none when the entity is closed.
    pub fn fields<'e>(&self, entity: &'e Entity) -> Vec<&'e Field> {
        let Some(grant) = self.read(&entity.id) else { return Vec::new() };
        entity.fields.iter().filter(|field| grant.allows(field) && self.reaches(field)).collect()
    }

    /// Lists the fields of an entity of which the actor sees the value or a trace of it, in the entity's order.
    pub fn shown<'e>(&self, entity: &'e Entity) -> Vec<&'e Field> {
        let Some(grant) = self.read(&entity.id) else { return Vec::new() };
        entity.fields.iter().filter(|field| grant.shows(field) != Reach::None && self.reaches(field)).collect()
    }

    /// Finds a field by name among those the actor may read.
    pub fn field<'e>(&self, entity: &'e Entity, name: &str) -> Option<&'e Field> {
        let field = entity.field(name)?;
        let grant = self.read(&entity.id)?;
        (grant.allows(field) && self.reaches(field)).then_some(field)
    }

    /// Finds a field by name among those of which the actor sees the value or a trace of it.
    pub fn shown_field<'e>(&self, entity: &'e Entity, name: &str) -> Option<&'e Field> {
        let field = entity.field(name)?;
        let grant = self.read(&entity.id)?;
        (grant.shows(field) != Reach::None && self.reaches(field)).then_some(field)
    }

    /// Says whether the actor may know everything that an expression of the catalog reads.
    pub fn knows(&self, expr: &Expr) -> bool {
        let reads = expression::paths::reads(expr);
        reads.paths.iter().flat_map(|path| &path.fields).all(|field| self.knows_field(field))
    }

    /// Says whether the actor may know of a field that an expression of the catalog names.
    pub fn knows_named(&self, field: &FieldRef) -> bool {
        catalog::condition::is_chosen(field) || self.knows_field(field)
    }

    /// Says whether the actor has all that a condition on a field reads, so that it can be judged where they are: values of
    /// the record alone, each of which they read on every record.
    pub fn tells(&self, entity: &Entity, when: &Expr) -> bool {
        let Some(grant) = self.read(&entity.id) else { return false };
        let is_read = |field: &FieldRef| {
            catalog::condition::is_chosen(field)
                || entity
                    .field_by_id(&field.id)
                    .is_some_and(|known| grant.reach(known) == Reach::All && self.field(entity, &known.name).is_some())
        };
        let reads = expression::paths::reads(when);
        catalog::condition::is_own(self.catalog(), when)
            && reads.paths.iter().flat_map(|path| &path.fields).all(is_read)
    }

    /// Says whether the actor may know all that a field leads to or is made of: a calculated value would tell of it. A kept
    /// one is the same for everybody: of other records it may be made of none that the actor may not read.
    fn reaches(&self, field: &Field) -> bool {
        let Some(formula) = field.formula.as_ref().filter(|formula| !formula.open) else {
            return self.leads_to_open(field);
        };
        let known = |(entity, id): &(EntityId, FieldId)| {
            let entity = self.catalog().entity_by_id(entity)?;
            Some((self.read(&entity.id)?, entity.field_by_id(id)?))
        };
        let is_kept = |field: &Field| field.formula.as_ref().is_some_and(Formula::is_kept);
        let reads = formula.reads.iter().all(|key| {
            known(key).is_some_and(|(grant, field)| {
                grant.allows(field) && if is_kept(field) { self.reaches(field) } else { self.leads_to_open(field) }
            })
        });
        let whole = !formula.is_kept()
            || formula.reads.iter().all(|key| known(key).is_some_and(|(_, field)| self.leads_to_all(field)))
                && formula
                    .crossed
                    .iter()
                    .all(|key| known(key).is_some_and(|(grant, field)| grant.is_unconditional(field)));
        reads && whole
    }

    /// Says whether the actor may read every record that a relation to many may lead to.
    fn leads_to_all(&self, field: &Field) -> bool {
        match &field.kind {
            FieldKind::Links { relation, .. } | FieldKind::Children { relation } | FieldKind::Inverse { relation } => {
                self.read(&relation.target).is_some_and(|grant| grant.condition().is_none())
            }
            _ => true,
        }
    }

    /// A relation to many records of a closed entity is hidden with them, and so is the far side of a hidden link; a link
    /// keeps its identity.
    fn leads_to_open(&self, field: &Field) -> bool {
        match &field.kind {
            FieldKind::Links { relation, .. } | FieldKind::Children { relation } => {
                self.read(&relation.target).is_some()
            }
            FieldKind::Inverse { relation } => self.read(&relation.target).is_some_and(|grant| {
                let back = relation.inverse.as_ref().and_then(|link| grant.entity().field_by_id(link));
                back.is_some_and(|link| grant.allows(link))
            }),
            _ => true,
        }
    }
}

/// The names that an expression of the actor may use.
#[derive(Debug, Clone)]
pub struct AccessScope<'a> {
    access: &'a Access,
    record: Option<EntityId>,
}

impl<'a> AccessScope<'a> {
    /// Makes the scope of an expression about a record of `entity`.
    pub fn of_record(access: &'a Access, entity: &EntityId) -> Self {
        Self { access, record: Some(entity.clone()) }
    }

    /// Makes the scope of an expression that is about no record.
    pub fn without_record(access: &'a Access) -> Self {
        Self { access, record: None }
    }
}

impl Scope for AccessScope<'_> {
    fn member(&self, entity: &EntityId, name: &str) -> Option<Member> {
        let entity = self.access.catalog().entity_by_id(entity)?;
        let field = self.access.field(entity, name).filter(|field| comparable(field))?;
        let reference = FieldRef { entity: entity.id.clone(), id: field.id.clone(), name: field.name.as_str().into() };
        Some(Member { field: reference, ty: field.expression_type() })
    }

    fn names(&self, entity: &EntityId) -> Vec<String> {
        let Some(entity) = self.access.catalog().entity_by_id(entity) else { return Vec::new() };
        let known = self.access.fields(entity).into_iter().filter(|field| comparable(field));
        known.map(|field| field.name.clone()).collect()
    }

    fn entity(&self, name: &str) -> Option<EntityId> {
        let entity = self.access.catalog().entity(name)?;
        self.access.read(&entity.id).map(|_| entity.id.clone())
    }

    fn entity_name(&self, entity: &EntityId) -> Option<String> {
        self.access.read(entity).map(|grant| grant.entity().name.clone())
    }

    fn record(&self) -> Option<EntityId> {
        self.record.clone()
    }

    fn reads_measures(&self) -> bool {
        true
    }

    fn measures(&self) -> Vec<String> {
        let names = self.access.catalog().measures.iter().map(|measure| measure.name.clone());
        names.filter(|name| self.measure(name).is_some()).collect()
    }

    /// One of which the actor may know every name.
    fn measure(&self, name: &str) -> Option<Measured> {
        let catalog = self.access.catalog();
        let measure = catalog::measure::named(&catalog.measures, name)?;
        let measured = catalog.measured(name).filter(|_| self.access.plays(&measure.roles))?;
        self.access.read(&measure.entity)?;
        let scope = Self::of_record(self.access, &measure.entity);
        let knows = |text: &str| expression::check(text, &scope, &Expected::Anything).is_ok();
        let arguments = expression::groups::arguments(&measured.expression);
        let texts = [&measured.filter, &measured.date, &measured.person].into_iter().flatten();
        let known =
            arguments.into_iter().all(|at| knows(&measured.expression[at])) && texts.into_iter().all(|it| knows(it));
        known.then(|| measured.clone())
    }

    /// They read nothing but what they are given.
    fn functions(&self, script: &str) -> Option<Arc<Functions>> {
        self.access.catalog().functions(script).cloned()
    }

    fn open_functions(&self) -> Vec<String> {
        self.access.catalog().open_functions()
    }

    fn user(&self) -> Option<EntityId> {
        self.access.catalog().entity("user").map(|entity| entity.id.clone())
    }
}

/// A secret is shown as held or not, and never compared.
fn comparable(field: &Field) -> bool {
    !matches!(field.kind, FieldKind::Secret)
}
