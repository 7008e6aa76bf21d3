//! Records inside expressions: whose identity they have, and which joined source holds their fields.

use access::Reach;
use catalog::{Field, FieldKind};
use expression::{Expr, ExprKind, FieldRef, Type};
use sql::ColumnType;

use super::Term;
use super::term::form_of;
use crate::build::bound;
use crate::plan::source::{Draft, SourceId};

impl Draft<'_> {
    /// Lowers a record to its identity, without a join where a link already holds it.
    pub(crate) fn identity(&mut self, record: &Expr) -> Term {
        match &record.kind {
            ExprKind::Variable(variable) => match self.variables.get(variable).copied() {
                Some(source) => {
                    let id = self.attribute(source, "id");
                    let id = self.outward(source, id);
                    Term { nullable: !self.certain(source), ..Term::new(id, ColumnType::Uuid) }
                }
                None => Term::empty(ColumnType::Uuid, self.dialect()),
            },
            ExprKind::User => {
                let user = self.access.user().map_or(expression::Value::Empty, expression::Value::Id);
                let nullable = user == expression::Value::Empty;
                Term { nullable, ..Term::new(bound(&user, ColumnType::Uuid, self.dialect()), ColumnType::Uuid) }
            }
            _ => self.value(record),
        }
    }

    /// Finds the source that holds a record's fields, joining it when it is not yet; `None` when there is no record or
    /// the actor may not read its entity.
    pub(crate) fn record(&mut self, record: &Expr) -> Option<SourceId> {
        match &record.kind {
            ExprKind::Variable(variable) => self.variables.get(variable).copied(),
            ExprKind::User => self.join_user(),
            ExprKind::Field(base, field) => {
                let base = self.record(base)?;
                let entity = self.entity(base);
                let link = entity.field_by_id(&field.id).filter(|field| self.grant(base).allows(field))?;
                self.join(base, link)
            }
            _ => {
                let Type::Record(target) = &record.ty else { return None };
                let identity = self.identity(record);
                self.join_identity(target, identity.expr)
            }
        }
    }

    /// Lowers a field of a record; NULL when the record or the field is not there for the actor.
    pub(crate) fn field(&mut self, record: &Expr, field: &FieldRef) -> Term {
        if field.id.as_str() == "id" && self.is_open(&field.entity) {
            return self.identity(record);
        }
        let Some(source) = self.record(record) else { return self.no_field(field) };
        let entity = self.entity(source);
        let Some(found) = entity.field_by_id(&field.id).filter(|field| self.grant(source).allows(field)) else {
            return self.no_field(field);
        };
        let Some(column) = found.columns.first() else { return self.unsupported(&found.name) };
        let form = match found.kind {
            FieldKind::AnyLink { .. } => ColumnType::Text,
            FieldKind::Location => ColumnType::Real,
            _ => sql::ColumnType::of(&found.kind).first().copied().unwrap_or(ColumnType::Text),
        };
        let always_there = found.system && ["id", "version", "created_at", "updated_at"].contains(&found.id.as_str());
        let nullable = !(always_there && self.certain(source)) || self.readable(source, found).is_some();
        Term { nullable, ..Term::new(self.cell(source, found, column), form) }
    }

    /// Says whether every record of the entity is open to the actor, so that its identity tells nothing.
    pub(crate) fn is_open(&self, entity: &expression::EntityId) -> bool {
        self.access.read(entity).is_some_and(|grant| grant.condition().is_none())
    }

    /// Says whether the actor may read the field on every record that is open.
    pub(crate) fn is_open_field(&self, entity: &expression::EntityId, field: &Field) -> bool {
        self.access.read(entity).is_some_and(|grant| grant.reach(field) == Reach::All)
    }

    fn no_field(&self, field: &FieldRef) -> Term {
        let catalog = self.access.catalog();
        let found = catalog.entity_by_id(&field.entity).and_then(|entity| entity.field_by_id(&field.id));
        let form = found.and_then(|field| sql::ColumnType::of(&field.kind).first().copied());
        Term::empty(form.unwrap_or(form_of(&Type::Text)), self.dialect())
    }
}
