//! What the fields of a dataset are, by the values that they take.

use diagnostic::Diagnostic;
use expression::{EntityId, Expr, ExprKind, Type, Value};
use schemas::{DatasetAggregate, DatasetField, FieldType, Label};

use super::{Made, last_field};
use crate::dataset::taken;
use crate::resolve::formulas::fitted;
use crate::{Catalog, FieldKind, LinkFlavour, OnDelete, Relation};

/// A mistake, of the value of which part when it is one of a value.
pub(crate) type Refused = (Option<usize>, Diagnostic);

/// Digits before the point that calculated numbers have.
const WHOLE_DIGITS: u8 = 16;

/// Settles what a column of these values is, one of each part that has one, and brings them to it.
pub(super) fn of_column(
    catalog: &Catalog,
    field: &DatasetField,
    values: &mut [(usize, &mut Expr)],
) -> Result<FieldKind, Refused> {
    let mut kinds = Vec::new();
    for (part, value) in &*values {
        let kind = of_value(catalog, value);
        let kind =
            kind.ok_or_else(|| (Some(*part), Diagnostic::error("dataset.value_type").with("found", value.ty.name())))?;
        kinds.push((*part, kind));
    }
    let common = common(&kinds)?;
    if let Some(FieldKind::Decimal { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. }) = &common {
        for (_, value) in &mut *values {
            to_decimal(value);
        }
    }
    let natural = match (field.aggregate, common) {
        (Some(DatasetAggregate::Count | DatasetAggregate::CountDistinct), _) => whole(),
        (Some(aggregate), Some(kind)) => aggregated(aggregate, kind)?,
        (None, Some(kind)) => kind,
        // It has no value in any part, which is told where it is written.
        (_, None) => text(),
    };
    let kind = declared(field, natural)?;
    if field.aggregate.is_none() {
        for (_, value) in &mut *values {
            if kind.scale().is_some() {
                to_decimal(value);
                let empty = Expr::literal(Value::Empty, Type::Decimal);
                let own = std::mem::replace(&mut **value, empty);
                **value = if is_of_digits(catalog, &own, &kind) { own } else { fitted(&kind, own) };
            }
        }
    }
    Ok(kind)
}

/// Says whether a value is a field that has no more digits than the column.
fn is_of_digits(catalog: &Catalog, value: &Expr, kind: &FieldKind) -> bool {
    let own = last_field(catalog, value).and_then(|field| field.kind.scale());
    own.zip(kind.scale()).is_some_and(|(own, scale)| own <= scale)
}

fn to_decimal(value: &mut Expr) {
    if value.ty == Type::Integer {
        let own = std::mem::replace(value, Expr::literal(Value::Empty, Type::Decimal));
        *value = Expr::new(ExprKind::ToDecimal(Box::new(own)), Type::Decimal);
    }
}

pub(crate) fn whole() -> FieldKind {
    FieldKind::Integer { min: None, max: None }
}

fn text() -> FieldKind {
    FieldKind::Text { max_length: None, pattern: None }
}

fn decimal(scale: u8) -> FieldKind {
    FieldKind::Decimal { precision: WHOLE_DIGITS + scale, scale, min: None, max: None }
}

/// What stands for a field whose values have mistakes.
pub(super) fn unknown() -> Made {
    Made { kind: text(), label: Label::default() }
}

/// The kind of one value: of a path that of its field.
fn of_value(catalog: &Catalog, value: &Expr) -> Option<FieldKind> {
    if let Some(field) = last_field(catalog, value) {
        return taken(&field.kind).map(wide);
    }
    of_type(catalog, &value.ty)
}

/// The kind of values of a type.
pub(crate) fn of_type(catalog: &Catalog, ty: &Type) -> Option<FieldKind> {
    Some(match ty {
        Type::Text | Type::Empty => text(),
        Type::Integer => whole(),
        Type::Decimal => decimal(6),
        Type::Boolean => FieldKind::Boolean,
        Type::Date => FieldKind::Date,
        Type::DateTime => FieldKind::DateTime,
        Type::Time => FieldKind::Time,
        Type::Duration => FieldKind::Duration,
        Type::Record(target) => link(catalog, target),
        Type::Id | Type::Records(_) | Type::AnyRecord(_) | Type::Choices | Type::Opaque => return None,
    })
}

/// Gives numbers as many digits before the point as calculated ones have: sums are longer than what they add up.
pub(crate) fn wide(kind: FieldKind) -> FieldKind {
    match kind {
        FieldKind::Decimal { scale, min, max, .. } => {
            FieldKind::Decimal { precision: WHOLE_DIGITS + scale, scale, min, max }
        }
        FieldKind::Money { scale, currency, min, max, .. } => {
            FieldKind::Money { precision: WHOLE_DIGITS + scale, scale, currency, min, max }
        }
        FieldKind::Percent { scale, .. } => FieldKind::Percent { precision: WHOLE_DIGITS + scale, scale },
        kind => kind,
    }
}

fn link(catalog: &Catalog, target: &EntityId) -> FieldKind {
    let is_user = catalog.entity("user").is_some_and(|user| user.id == *target);
    let flavour = if is_user { LinkFlavour::User } else { LinkFlavour::Link };
    let relation = Relation { target: target.clone(), inverse: None };
    FieldKind::Link { relation, on_delete: OnDelete::SetEmpty, flavour }
}

/// What the values of all parts are together.
fn common(kinds: &[(usize, FieldKind)]) -> Result<Option<FieldKind>, Refused> {
    let Some((_, first)) = kinds.first() else { return Ok(None) };
    let mut common = first.clone();
    for (part, kind) in &kinds[1..] {
        common = both(common.clone(), kind).ok_or_else(|| {
            let problem = Diagnostic::error("dataset.values_differ").with("expected", common.type_name());
            (Some(*part), problem.with("found", kind.type_name()))
        })?;
    }
    Ok(Some(common))
}

pub(crate) fn both(common: FieldKind, kind: &FieldKind) -> Option<FieldKind> {
    let is_text = |kind: &FieldKind| kind.expression_type() == Type::Text;
    let scale = common.scale().unwrap_or(0).max(kind.scale().unwrap_or(0));
    match (&common, kind) {
        (one, other) if one == other => Some(common),
        (FieldKind::Money { currency, .. }, FieldKind::Money { currency: other, .. }) if currency == other => {
            let precision = WHOLE_DIGITS + scale;
            Some(FieldKind::Money { precision, scale, currency: currency.clone(), min: None, max: None })
        }
        (
            FieldKind::Rating { .. } | FieldKind::Integer { .. },
            FieldKind::Rating { .. } | FieldKind::Integer { .. },
        ) => Some(whole()),
        (one, other) if is_text(one) && is_text(other) => Some(text()),
        (one, other) if is_number(one) && is_number(other) => Some(decimal(scale)),
        _ => None,
    }
}

fn is_number(kind: &FieldKind) -> bool {
    matches!(kind.expression_type(), Type::Integer | Type::Decimal)
}

/// What an aggregate makes of values.
pub(crate) fn aggregated(aggregate: DatasetAggregate, kind: FieldKind) -> Result<FieldKind, Refused> {
    let ty = kind.expression_type();
    let is_fit = match aggregate {
        DatasetAggregate::Sum => matches!(ty, Type::Integer | Type::Decimal | Type::Duration),
        DatasetAggregate::Avg => matches!(ty, Type::Integer | Type::Decimal),
        _ => matches!(
            ty,
            Type::Integer | Type::Decimal | Type::Text | Type::Date | Type::DateTime | Type::Time | Type::Duration
        ),
    };
    if !is_fit {
        let problem = Diagnostic::error("dataset.aggregate_type").with("name", aggregate.as_str());
        return Err((None, problem.with("found", kind.type_name())));
    }
    Ok(match (aggregate, kind) {
        (DatasetAggregate::Sum, FieldKind::Rating { .. }) => whole(),
        (DatasetAggregate::Avg, FieldKind::Integer { .. } | FieldKind::Rating { .. }) => decimal(2),
        (_, kind) => kind,
    })
}

/// The kind that a field is given, where its values can be read as it.
pub(super) fn declared(field: &DatasetField, natural: FieldKind) -> Result<FieldKind, Refused> {
    let Some(wanted) = field.kind else { return Ok(natural) };
    let scale = field.scale.unwrap_or(if wanted == FieldType::Money { 2 } else { 6 });
    let precision = WHOLE_DIGITS + scale;
    let kind = match wanted {
        FieldType::Text => text(),
        FieldType::LongText => FieldKind::LongText { max_length: None },
        FieldType::Email => FieldKind::Email,
        FieldType::Phone => FieldKind::Phone,
        FieldType::Url => FieldKind::Url,
        FieldType::Integer => whole(),
        FieldType::Decimal => decimal(scale),
        FieldType::Money => {
            FieldKind::Money { precision, scale, currency: field.currency.clone(), min: None, max: None }
        }
        FieldType::Percent => FieldKind::Percent { precision, scale },
        FieldType::Boolean => FieldKind::Boolean,
        FieldType::Date => FieldKind::Date,
        FieldType::DateTime => FieldKind::DateTime,
        FieldType::Time => FieldKind::Time,
        FieldType::Duration => FieldKind::Duration,
        // Refused where it is written.
        _ => return Ok(natural),
    };
    let (to, from) = (kind.expression_type(), natural.expression_type());
    let fits = to == from || (to == Type::Decimal && from == Type::Integer);
    match fits {
        true => Ok(kind),
        false => {
            let problem = Diagnostic::error("dataset.type_differs").with("expected", natural.type_name());
            Err((None, problem.with("found", wanted.as_str())))
        }
    }
}

/// Brings both sides of an equality to one type.
pub(super) fn as_equals(mut left: Expr, mut right: Expr) -> Result<(Expr, Expr), Diagnostic> {
    match (&left.ty, &right.ty) {
        (Type::Integer, Type::Decimal) => to_decimal(&mut left),
        (Type::Decimal, Type::Integer) => to_decimal(&mut right),
        _ => {}
    }
    let is_one = !matches!(left.ty, Type::Records(_) | Type::AnyRecord(_) | Type::Choices | Type::Opaque | Type::Empty);
    let is_same = left.ty == right.ty
        || (left.ty.is_identity() && right.ty == Type::Id)
        || (left.ty == Type::Id && right.ty.is_identity());
    if is_one && is_same {
        return Ok((left, right));
    }
    let problem = Diagnostic::error("dataset.pair_types").with("left", left.ty.name());
    Err(problem.with("right", right.ty.name()))
}
