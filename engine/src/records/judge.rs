//! Expressions over a record that is being saved.

use std::sync::Arc;

pub(crate) use catalog::condition::is_own;
use catalog::{Catalog, FieldKind, Formula};
use chrono::{DateTime, NaiveDate, Utc};
use expression::evaluate::{Environment, evaluate, holds};
use expression::{EntityId, Expr, FieldRef, RecordRef, Value};
use query::Image;
use uuid::Uuid;

use crate::Context;

fn formula<'a>(catalog: &'a Catalog, field: &FieldRef) -> Option<&'a Formula> {
    catalog.entity_by_id(&field.entity)?.field_by_id(&field.id)?.formula.as_ref()
}

/// Evaluates an expression without a record: a default.
pub(crate) fn value(ctx: &Context, expr: &Expr) -> Value {
    evaluate(expr, None, &Saved { ctx, image: &Image::default() })
}

/// Evaluates an expression over the values of a record, which are all it looks at.
pub(crate) fn value_of(ctx: &Context, expr: &Expr, entity: &EntityId, id: Uuid, image: &Image) -> Value {
    evaluate(expr, Some(&RecordRef { entity: entity.clone(), id }), &Saved { ctx, image })
}

/// Evaluates a condition over the values of a record, which are all it looks at.
pub(crate) fn is_true(ctx: &Context, expr: &Expr, entity: &EntityId, id: Uuid, image: &Image) -> bool {
    holds(expr, Some(&RecordRef { entity: entity.clone(), id }), &Saved { ctx, image })
}

/// Brings the value of an expression into the form that a field stores: numbers rounded to its digits, records as links.
pub(crate) fn fitted(kind: &FieldKind, value: Value) -> Value {
    let scale = kind.scale().unwrap_or(0);
    match value {
        Value::Record(record) => Value::Id(record.id),
        Value::Decimal(number) => number.round(i64::from(scale)).map_or(Value::Empty, Value::Decimal),
        Value::Text(text) if matches!(kind, FieldKind::RichText) => {
            let clean = catalog::rich_text::clean(&text);
            if clean.is_empty() { Value::Empty } else { Value::Text(clean.into()) }
        }
        Value::Text(text) if text.is_empty() => Value::Empty,
        other => other,
    }
}

/// The record as it will be saved.
struct Saved<'a> {
    ctx: &'a Context,
    image: &'a Image,
}

impl Environment for Saved<'_> {
    fn field(&self, _: &RecordRef, field: &FieldRef) -> Value {
        let value = self.image.values.get(&field.id).cloned().unwrap_or(Value::Empty);
        let entity = self.ctx.catalog().entity_by_id(&field.entity);
        match entity.and_then(|entity| entity.field_by_id(&field.id)).map(|field| &field.kind) {
            Some(FieldKind::AnyLink { .. }) => query::image::any_record(&value).map_or(Value::Empty, Value::Record),
            _ => value,
        }
    }

    fn formula(&self, field: &FieldRef) -> Option<Arc<Expr>> {
        formula(self.ctx.catalog(), field).map(|formula| Arc::clone(&formula.expr))
    }

    fn related(&self, _: &RecordRef, _: &FieldRef) -> Vec<RecordRef> {
        Vec::new()
    }

    fn user(&self) -> Option<RecordRef> {
        self.ctx.user.map(|id| RecordRef { entity: EntityId::new("user"), id })
    }

    fn zone(&self) -> expression::Tz {
        self.ctx.zone
    }

    fn today(&self) -> NaiveDate {
        self.ctx.today()
    }

    fn now(&self) -> DateTime<Utc> {
        self.ctx.now
    }

    fn language(&self) -> &str {
        &self.ctx.catalog().workspace.language
    }
}
