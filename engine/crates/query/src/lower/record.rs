//! Records inside expressions: whose identity they have, and which joined source holds their fields.

use access::Reach;
use catalog::{Field, FieldKind};
use expression::{Binary, EntityId, Expr, ExprKind, FieldRef, Type};
use sea_query::{CaseStatement, Expr as Sql, ExprTrait, Func};
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
            ExprKind::As(any, target, _) if matches!(any.kind, ExprKind::Field(..)) => {
                let ExprKind::Field(base, field) = &any.kind else { return None };
                let base = self.record(base)?;
                let entity = self.entity(base);
                let link = entity.field_by_id(&field.id).filter(|field| self.grant(base).allows(field))?;
                self.join_any(base, link, target)
            }
            _ => {
                let Type::Record(target) = &record.ty else { return None };
                let (place, known) = self.place_of(record);
                if known.is_some() {
                    return known;
                }
                let identity = self.identity(record);
                self.join_identity(place, target, identity.expr)
            }
        }
    }

    /// Lowers a field of a record; NULL when the record or the field is not there for the actor.
    pub(crate) fn field(&mut self, record: &Expr, field: &FieldRef) -> Term {
        if let ExprKind::Variable(variable) = record.kind
            && let Some(given) = self.given.get(&(variable, field.id.clone()))
        {
            return given.clone();
        }
        if field.id.as_str() == "id" && self.is_open(&field.entity) {
            return self.identity(record);
        }
        let Some(source) = self.record(record) else { return self.no_field(field) };
        let entity = self.entity(source);
        let Some(found) = entity.field_by_id(&field.id).filter(|field| self.grant(source).allows(field)) else {
            return self.no_field(field);
        };
        if let Some(value) = self.one_value(source, found) {
            return value;
        }
        match (&found.kind, found.columns.as_slice()) {
            // What a link to one of several entities is compared by is the record.
            (FieldKind::AnyLink { .. }, [_, id]) => Term::new(self.cell(source, found, id), ColumnType::Uuid),
            (FieldKind::Location, [lat, _]) => Term::new(self.cell(source, found, lat), ColumnType::Real),
            _ => self.unsupported(&found.name),
        }
    }

    /// Lowers a record of one of several entities to its identity where it is one of this entity.
    pub(crate) fn of_entity(&mut self, any: &Expr, target: &EntityId) -> Term {
        let (entity, id) = self.any_record(any);
        Term::new(self.when_of(entity, id, target), ColumnType::Uuid)
    }

    /// The identity in a link to one of several entities where it leads to this one.
    pub(crate) fn narrowed(&mut self, source: SourceId, field: &Field, target: &EntityId) -> Option<Sql> {
        let [entity, id] = field.columns.as_slice() else { return None };
        let (entity, id) = (self.cell(source, field, entity), self.cell(source, field, id));
        Some(self.when_of(entity, id, target))
    }

    fn when_of(&self, entity: Sql, id: Sql, target: &EntityId) -> Sql {
        let target = expression::Value::Text(target.as_str().into());
        let is_it = entity.eq(bound(&target, ColumnType::Text, self.dialect()));
        CaseStatement::new().case(is_it, id).into()
    }

    /// Lowers a record of one of several entities to its entity and its identity.
    pub(crate) fn any_record(&mut self, expr: &Expr) -> (Sql, Sql) {
        match &expr.kind {
            ExprKind::Field(record, field) => self.any_field(record, field),
            ExprKind::Binary(Binary::Coalesce, left, right) => {
                let (left, right) = (self.any_record(left), self.any_record(right));
                // Whoever sees one of the two sees both.
                let either = |left, right| Sql::FunctionCall(Func::coalesce([left, right]));
                (either(left.0, right.0), either(left.1, right.1))
            }
            ExprKind::If(condition, then, otherwise) => {
                let condition = self.holds(condition);
                let (then, otherwise) = (self.any_record(then), self.any_record(otherwise));
                let choice =
                    |then, otherwise| CaseStatement::new().case(condition.clone(), then).finally(otherwise).into();
                (choice(then.0, otherwise.0), choice(then.1, otherwise.1))
            }
            ExprKind::Literal(expression::Value::Empty) => self.no_record(),
            _ => {
                self.unsupported("any_link");
                self.no_record()
            }
        }
    }

    fn any_field(&mut self, record: &Expr, field: &FieldRef) -> (Sql, Sql) {
        let Some(source) = self.record(record) else { return self.no_record() };
        let entity = self.entity(source);
        let found = entity.field_by_id(&field.id).filter(|field| self.grant(source).allows(field));
        match found.map(|found| (found, found.columns.as_slice())) {
            Some((found, [entity, id])) => (self.cell(source, found, entity), self.cell(source, found, id)),
            _ => self.no_record(),
        }
    }

    fn no_record(&self) -> (Sql, Sql) {
        let empty = |form| Term::empty(form, self.dialect()).expr;
        (empty(ColumnType::Text), empty(ColumnType::Uuid))
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
        let form = found.and_then(|field| sql::ColumnType::of(&field.kind).last().copied());
        Term::empty(form.unwrap_or(form_of(&Type::Text)), self.dialect())
    }
}
