//! Aggregates of stored formulas that follow from what changed of the records below, so that the others are not read.
//!
//! Such an aggregate goes over records that each belong to one, from the formula's own record, and looks at nothing but
//! columns of theirs. Beside the value its exact state is kept (`storage::internal::rollups`), which a change moves by what
//! the changed records contribute now, less what they contributed before.

use std::collections::BTreeSet;

use expression::{Aggregate, Binary, EntityId, Expr, ExprKind, FieldId, FieldRef, Type, Variable};

use crate::{Catalog, Entity, Field, FieldKind, Formula};

/// An aggregate that is kept up by what changes.
#[derive(Debug, Clone)]
pub struct Rollup {
    /// The aggregate as it stands in the formula.
    pub expr: Expr,
    /// What it computes.
    pub aggregate: Aggregate,
    /// The relation from the formula's record to those below.
    pub relation: FieldRef,
    /// Their entity.
    pub children: EntityId,
    /// Their link, by which each belongs to one.
    pub link: FieldId,
    /// What must hold for a record to count, over the record itself.
    pub conditions: Vec<Expr>,
    /// What it adds, over the record itself; none of a count.
    pub body: Option<Expr>,
    /// The fields that conditions and body read.
    pub reads: BTreeSet<FieldId>,
}

/// Why a formula is calculated as a whole, though it aggregates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// This aggregate does not follow from what changed, or not of values of this kind.
    Aggregate(Aggregate),
    /// It goes over records that are no lines of the formula's record, nor linked to it: along this relation.
    Way(FieldRef),
    /// For each record below it reads this field, which is no column of that record's own.
    Field(FieldRef),
    /// For each record below it orders or computes texts.
    Texts,
    /// It reads this formula, which is calculated at each reading and aggregates itself.
    Formula(FieldRef),
    /// It does with related records what does not follow from what changed.
    Records,
}

/// The system attributes that nothing but a change of the field itself moves.
const STEADY: [&str; 4] = ["id", "owner", "created_at", "created_by"];

impl Rollup {
    /// Lists the aggregates of a formula, all of which must be of this kind: else it tells why not.
    pub(crate) fn of(catalog: &Catalog, formula: &Formula) -> Result<Vec<Self>, Obstacle> {
        let mut found = Vec::new();
        if formula.is_stored() {
            gather(catalog, &formula.expr, &mut found)?;
        }
        Ok(found)
    }

    fn read(catalog: &Catalog, expr: &Expr) -> Result<Self, Obstacle> {
        let ExprKind::Aggregate(aggregate, records, variable, body) = &expr.kind else { return Err(Obstacle::Records) };
        let mut reads = BTreeSet::new();
        let mut conditions = Vec::new();
        let mut records = records;
        while let ExprKind::Filter(of, variable, condition) = &records.kind {
            conditions.push(over_itself(catalog, condition, *variable, &mut reads)?);
            records = of;
        }
        let ExprKind::Field(of, relation) = &records.kind else { return Err(Obstacle::Records) };
        if of.kind != ExprKind::Variable(Variable::RECORD) {
            return Err(Obstacle::Way(relation.clone()));
        }
        let field = catalog.entity_by_id(&relation.entity).and_then(|entity| entity.field_by_id(&relation.id));
        let belonging = field.and_then(|field| belonging(catalog, field));
        let (children, link) = belonging.ok_or_else(|| Obstacle::Way(relation.clone()))?;
        let body = match body {
            Some(body) => Some(over_itself(catalog, body, *variable, &mut reads)?),
            None => None,
        };
        let is_number = |ty: &Type| matches!(ty, Type::Integer | Type::Decimal);
        let is_kept = match (aggregate, &body) {
            (Aggregate::Count, None) => true,
            (Aggregate::Sum | Aggregate::Avg | Aggregate::Min | Aggregate::Max, Some(body)) => is_number(&body.ty),
            _ => false,
        };
        if !is_kept {
            return Err(Obstacle::Aggregate(*aggregate));
        }
        Ok(Self {
            expr: expr.clone(),
            aggregate: *aggregate,
            relation: relation.clone(),
            children: children.id.clone(),
            link,
            conditions,
            body,
            reads,
        })
    }
}

/// Gathers the aggregates of an expression, as long as all of them are of this kind.
fn gather(catalog: &Catalog, expr: &Expr, found: &mut Vec<Rollup>) -> Result<(), Obstacle> {
    match &expr.kind {
        ExprKind::Aggregate(..) => {
            let rollup = Rollup::read(catalog, expr)?;
            if found.iter().all(|known| known.expr != rollup.expr) {
                found.push(rollup);
            }
            Ok(())
        }
        ExprKind::Filter(..) => Err(Obstacle::Records),
        ExprKind::Field(of, field) => {
            // A formula that is calculated when it is read may hold aggregates of its own.
            let read = catalog.entity_by_id(&field.entity).and_then(|entity| entity.field_by_id(&field.id));
            let formula = read.and_then(|field| field.formula.as_ref()).filter(|formula| !formula.is_kept());
            if formula.is_some_and(|formula| !formula.crossed.is_empty()) {
                return Err(Obstacle::Formula(field.clone()));
            }
            gather(catalog, of, found)
        }
        _ => expr.children().into_iter().try_for_each(|child| gather(catalog, child, found)),
    }
}

/// The records of a to-many relation that each belong to one, and the link by which they do.
fn belonging<'a>(catalog: &'a Catalog, field: &Field) -> Option<(&'a Entity, FieldId)> {
    let (FieldKind::Inverse { relation } | FieldKind::Children { relation }) = &field.kind else { return None };
    let children = catalog.entity_by_id(&relation.target)?;
    let link = children.field_by_id(relation.inverse.as_ref()?)?;
    let is_plain = matches!(link.kind, FieldKind::Link { .. }) && !children.system && !children.read_only;
    is_plain.then(|| (&**children, link.id.clone()))
}

/// An expression over a variable's record as one over the record that it is about, when it reads nothing but columns of it.
fn over_itself(
    catalog: &Catalog,
    expr: &Expr,
    variable: Variable,
    reads: &mut BTreeSet<FieldId>,
) -> Result<Expr, Obstacle> {
    let mut own = |expr: &Expr| over_itself(catalog, expr, variable, reads);
    let kind = match &expr.kind {
        ExprKind::Literal(value) => ExprKind::Literal(value.clone()),
        ExprKind::Field(of, field) => {
            let is_own = of.kind == ExprKind::Variable(variable);
            let read = catalog.entity_by_id(&field.entity).and_then(|entity| entity.field_by_id(&field.id));
            if !is_own || !read.is_some_and(is_plain_column) {
                return Err(Obstacle::Field(field.clone()));
            }
            reads.insert(field.id.clone());
            let record = Expr::new(ExprKind::Variable(Variable::RECORD), of.ty.clone());
            ExprKind::Field(Box::new(record), field.clone())
        }
        ExprKind::Unary(operator, of) => ExprKind::Unary(*operator, Box::new(own(of)?)),
        ExprKind::ToDecimal(of) => ExprKind::ToDecimal(Box::new(own(of)?)),
        ExprKind::Binary(operator, left, right) => {
            // The order of texts is the workspace's, which is left to the database.
            let is_ordered = !matches!(operator, Binary::Equal | Binary::NotEqual | Binary::Coalesce);
            if is_ordered && left.ty == Type::Text {
                return Err(Obstacle::Texts);
            }
            ExprKind::Binary(*operator, Box::new(own(left)?), Box::new(own(right)?))
        }
        ExprKind::If(condition, then, otherwise) => {
            ExprKind::If(Box::new(own(condition)?), Box::new(own(then)?), Box::new(own(otherwise)?))
        }
        ExprKind::OneOf(value, list) => {
            ExprKind::OneOf(Box::new(own(value)?), list.iter().map(own).collect::<Result<_, _>>()?)
        }
        ExprKind::Call(name, arguments) => {
            if expr.ty == Type::Text || arguments.iter().any(|argument| argument.ty == Type::Text) {
                return Err(Obstacle::Texts);
            }
            ExprKind::Call(name, arguments.iter().map(own).collect::<Result<_, _>>()?)
        }
        ExprKind::Variable(_)
        | ExprKind::User
        | ExprKind::All(..)
        | ExprKind::As(..)
        | ExprKind::Filter(..)
        | ExprKind::Aggregate(..) => {
            return Err(Obstacle::Records);
        }
    };
    Ok(Expr::new(kind, expr.ty.clone()))
}

/// Says whether a field is one column, whose value evaluation takes as it is.
fn is_plain_column(field: &Field) -> bool {
    let is_steady = !field.is_attribute() || STEADY.contains(&field.id.as_str());
    let is_kept = field.formula.as_ref().is_none_or(Formula::is_kept);
    let is_plain = !matches!(
        field.kind,
        FieldKind::AnyLink { .. }
            | FieldKind::Location
            | FieldKind::Secret
            | FieldKind::MultiChoice(_)
            | FieldKind::Address
            | FieldKind::Json
    );
    field.columns.len() == 1 && !field.write_only && is_steady && is_kept && is_plain
}
