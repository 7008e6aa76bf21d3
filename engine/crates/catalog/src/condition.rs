//! Resolved conditions on a field: when it is shown, needed, locked, and which values may be chosen.

use std::sync::Arc;

use expression::{EntityId, Expr, ExprKind, FieldId, FieldRef, Type, Value, Variable};
use schemas::Label;
pub use schemas::condition::OPTION;

use crate::{Catalog, Field, FieldKind};

/// The record that may be chosen, in the condition on what may be.
pub const CANDIDATE: Variable = Variable(1);

/// What the choice that may be chosen belongs to: a field of no entity, with the identity of the field it is for.
const CHOSEN: &str = "$option";

/// The conditions of a field; what is absent says nothing.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// When it is shown.
    pub show: Option<Arc<FieldCondition>>,
    /// When it needs a value.
    pub require: Option<Arc<FieldCondition>>,
    /// When its value stays as it is.
    pub lock: Option<Arc<FieldCondition>>,
    /// Which values or records may be chosen.
    pub options: Option<Arc<FieldCondition>>,
}

/// A condition with what people read who do otherwise.
#[derive(Debug, Clone)]
pub struct FieldCondition {
    /// Checked against the catalog.
    pub when: Expr,
    /// What people read; may be empty.
    pub message: Label,
}

impl Conditions {
    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    /// Lists the conditions with their keys.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Arc<FieldCondition>)> {
        let all = [&self.show, &self.require, &self.lock, &self.options];
        std::iter::zip(schemas::condition::CONDITIONS, all).filter_map(|(key, one)| Some((key, one.as_ref()?)))
    }

    pub(crate) fn put(&mut self, key: &str, condition: FieldCondition) {
        let place = match key {
            "show" => &mut self.show,
            "require" => &mut self.require,
            "lock" => &mut self.lock,
            _ => &mut self.options,
        };
        *place = Some(Arc::new(condition));
    }
}

/// The reference by which a condition names the choice that may be chosen for a field.
pub(crate) fn chosen_ref(field: &FieldId) -> FieldRef {
    FieldRef { entity: EntityId::new(CHOSEN), id: field.clone(), name: OPTION.into() }
}

/// Says whether a reference means the choice that may be chosen for the field of its identity.
pub fn is_chosen(field: &FieldRef) -> bool {
    field.entity.as_str() == CHOSEN
}

impl FieldCondition {
    /// The condition on what may be chosen, of one choice: an expression over the record alone.
    pub fn of_choice(&self, choice: &Arc<str>) -> Expr {
        let mut expr = self.when.clone();
        replace(&mut expr, &|node| match &node.kind {
            ExprKind::Field(_, field) if is_chosen(field) => {
                Some(Expr::literal(Value::Text(Arc::clone(choice)), Type::Text))
            }
            _ => None,
        });
        expr
    }

    /// The condition on what may be chosen, of the record that a link leads to: an expression over the record alone.
    pub fn of_target(&self, entity: &EntityId, field: &Field) -> Expr {
        let mut expr = self.when.clone();
        let FieldKind::Link { relation, .. } = &field.kind else { return expr };
        let link = FieldRef { entity: entity.clone(), id: field.id.clone(), name: field.name.as_str().into() };
        let record = Expr::new(ExprKind::Variable(Variable::RECORD), Type::Record(entity.clone()));
        let target = Expr::new(ExprKind::Field(Box::new(record), link), Type::Record(relation.target.clone()));
        replace(&mut expr, &|node| (node.kind == ExprKind::Variable(CANDIDATE)).then(|| target.clone()));
        expr
    }
}

/// Says whether an expression looks at nothing but the record's own values; others are for the database.
pub fn is_own(catalog: &Catalog, expr: &Expr) -> bool {
    let own = |expr: &Expr| is_own(catalog, expr);
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Variable(_) | ExprKind::User => true,
        ExprKind::Field(of, field) => {
            let formula = catalog.entity_by_id(&field.entity).and_then(|entity| entity.field_by_id(&field.id));
            matches!(of.kind, ExprKind::Variable(Variable::RECORD))
                && !matches!(expr.ty, Type::Records(_))
                && formula.and_then(|field| field.formula.as_ref()).is_none_or(|formula| own(&formula.expr))
        }
        ExprKind::Unary(_, of) | ExprKind::ToDecimal(of) | ExprKind::As(of, ..) => own(of),
        ExprKind::Binary(_, left, right) => own(left) && own(right),
        ExprKind::If(condition, then, otherwise) => [condition, then, otherwise].iter().all(|part| own(part)),
        ExprKind::Call(_, arguments) => arguments.iter().all(own),
        ExprKind::OneOf(value, list) => own(value) && list.iter().all(own),
        ExprKind::Filter(..) | ExprKind::Aggregate(..) | ExprKind::All(..) => false,
    }
}

fn replace(expr: &mut Expr, with: &dyn Fn(&Expr) -> Option<Expr>) {
    match with(expr) {
        Some(other) => *expr = other,
        None => expr.children_mut().into_iter().for_each(|child| replace(child, with)),
    }
}
