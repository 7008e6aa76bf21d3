//! Which formulas whose values are kept a publish has to calculate for records that are there, and their calculation.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::{Access, Reason};
use catalog::{Catalog, Field, Formula};
use chrono::{DateTime, Utc};
use diagnostic::Diagnostic;
use expression::{EntityId, FieldId, Value};
use migration::Class;
use query::write::Calculated;
use serde_json::Value as Json;
use sql::{Dialect, Statement};
use storage::Transaction;
use storage::internal::rollups;

use super::backfill::Due;
use super::plan::PlanStep;
use crate::Error;
use crate::context::clock_of;

/// A field with its entity.
pub(crate) type Key = (EntityId, FieldId);

/// Fields that one statement forgets.
const FORGOTTEN: usize = 1_000;

/// Finds the formulas that mean something else after a publish, those that others build on first: new ones, changed
/// ones, and those that read what another column holds or another formula gives.
pub(super) fn due(before: &Catalog, next: &Catalog) -> Vec<Key> {
    let mut due: BTreeSet<Key> = BTreeSet::new();
    let mut found = Vec::new();
    for kept in &next.triggers.formulas {
        let key = (kept.entity.clone(), kept.field.clone());
        let reads = next.entity_by_id(&key.0).and_then(|entity| entity.field_by_id(&key.1)?.formula.as_ref());
        let mut reads = reads.iter().flat_map(|formula| &formula.reads);
        let is_due =
            is_another(before, next, &key) || reads.any(|read| due.contains(read) || is_another(before, next, read));
        if is_due {
            due.insert(key.clone());
            found.push(key);
        }
    }
    found
}

/// Says whether a field has its values from elsewhere than before.
pub(super) fn is_another(before: &Catalog, next: &Catalog, (entity, field): &Key) -> bool {
    let of = |catalog: &Catalog| -> Option<Field> { catalog.entity_by_id(entity)?.field_by_id(field).cloned() };
    let (Some(old), Some(new)) = (of(before), of(next)) else { return true };
    let expr = |field: &Field| {
        let mut json = expression::json::to_json(&field.formula.as_ref()?.expr);
        without_names(&mut json);
        Some(json)
    };
    // What waited for its times may be of before changes that it follows from now on.
    let follows = |field: &Field| field.formula.as_ref().is_none_or(Formula::is_stored);
    old.columns != new.columns || expr(&old) != expr(&new) || (follows(&new) && !follows(&old))
}

/// Leaves only the identities of fields: under another name a field is the same.
pub(super) fn without_names(node: &mut Json) {
    match node {
        Json::Object(members) => {
            if members.contains_key("id") {
                members.shift_remove("name");
            }
            members.values_mut().for_each(without_names);
        }
        Json::Array(items) => items.iter_mut().for_each(without_names),
        _ => {}
    }
}

/// Writes what the formula gives for the records, at a moment that only scheduled ones look at.
fn statement(
    next: &Arc<Catalog>,
    (entity, field): &Key,
    of: &Calculated<'_>,
    now: DateTime<Utc>,
    dialect: Dialect,
) -> Option<Statement> {
    let system = Access::system(Reason::Propagation, Arc::clone(next)).at(clock_of(next, now));
    let field = next.entity_by_id(entity)?.field_by_id(field)?;
    query::write::recalculate(&system, entity, &[field], of, dialect)
}

/// Tells of the formulas that are to be calculated, as steps of a plan; of a new entity there is nothing to tell.
pub(super) fn steps(before: &Catalog, next: &Arc<Catalog>, due: &Due, dialect: Dialect) -> Vec<PlanStep> {
    let at_once = due.at_once.iter().filter(|key| before.entity_by_id(&key.0).is_some());
    let at_once = at_once.map(|key| (key, "plan.calculate", Class::Rewrites, Calculated::default()));
    // A job takes so many records at a time by their identities.
    let some = Calculated { ids: Some(&[]), ..Calculated::default() };
    let later = due.later.iter().map(|(key, _)| (key, "plan.calculate_later", Class::Safe, some));
    let step = |(key, code, class, of): (&Key, &'static str, Class, Calculated<'_>)| {
        let entity = next.entity_by_id(&key.0)?;
        let field = entity.field_by_id(&key.1)?;
        let summary = Diagnostic::warning(code).named("entity", &entity.name, &entity.label.0);
        let summary = summary.named("field", &field.name, &field.label.0);
        let sql = vec![statement(next, key, &of, DateTime::UNIX_EPOCH, dialect)?.text];
        let document = Some(format!("entity/{}", entity.name));
        let rows_affected = due.counts.get(&entity.id).copied().unwrap_or_default();
        Some(PlanStep { summary, document, sql, destructive: false, rows_affected, class })
    };
    at_once.chain(later).filter_map(step).collect()
}

/// Calculates the formulas for all records, within the transaction of the publish.
pub(super) async fn run(
    tx: &mut Transaction,
    next: &Arc<Catalog>,
    due: &[Key],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    // What their aggregates had come to is found out again, record by record, when it is needed.
    for chunk in due.chunks(FORGOTTEN) {
        let fields: Vec<&str> = chunk.iter().map(|(_, field)| field.as_str()).collect();
        tx.execute(&rollups::forget_fields(&fields)).await?;
    }
    for key in due {
        let statement = statement(next, key, &Calculated::default(), now, tx.dialect());
        let statement = statement.ok_or_else(|| Error::broken("a stored formula is too large for a statement"))?;
        let changed: Vec<Vec<Value>> = tx.fetch(&statement).await?;
        tracing::info!(formula = %key.1, records = changed.len(), "calculated");
    }
    Ok(())
}
