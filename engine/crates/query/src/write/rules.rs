//! Conditions over records judged by the database: validation rules that look at other records, and rules of access.

use access::{Access, Grant};
use catalog::Field;
use catalog::condition::CANDIDATE;
use expression::{EntityId, Expr, Variable};
use sea_query::{Expr as Sql, ExprTrait, Query};
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use crate::Settings;
use crate::build::{bound_ids, statement};
use crate::lower::{always, is_true, never};
use crate::plan::source::Draft;

/// Judges rules over saved records, within their transaction: rows of identity and one boolean for each rule, in order,
/// true where the rule refuses the record. `access` is the one the rules read with; `None` when it may not read the
/// entity. A rule that the database cannot judge refuses every record.
pub fn rule_violations(
    access: &Access,
    entity: &EntityId,
    rules: &[&Expr],
    ids: &[Uuid],
    settings: &Settings,
) -> Option<Statement> {
    truths(access, entity, rules, ids, settings, always)
}

/// Judges conditions of access over stored records, live or not: rows of identity and one boolean for each condition, in
/// order. They are judged with the rights of the grant's own condition; one that the database cannot judge holds nowhere.
pub fn conditions_met(grant: &Grant, conditions: &[&Expr], ids: &[Uuid], dialect: Dialect) -> Option<Statement> {
    let judge = grant.judge();
    truths(&judge, &grant.entity().id, conditions, ids, &Settings::of_judge(&judge, dialect), never)
}

/// Judges which records of a many-to-many field may be chosen: rows of the record, of one that it is linked to, and one
/// boolean. `condition` reads the latter as [`catalog::condition::CANDIDATE`].
pub fn targets_met(
    access: &Access,
    entity: &EntityId,
    field: &Field,
    condition: &Expr,
    ids: &[Uuid],
    settings: &Settings,
) -> Option<Statement> {
    let mut draft = Draft::new(access, settings);
    draft.is_live = true;
    let (frame, root) = draft.open(access.read(entity)?);
    let target = draft.join_many(root, field)?;
    draft.variables.insert(Variable::RECORD, root);
    draft.variables.insert(CANDIDATE, target);
    let (id, candidate) = (draft.attribute(root, "id"), draft.attribute(target, "id"));
    let lowered = draft.holds(condition);
    let holds = if draft.mistakes.is_empty() { lowered } else { never() };
    let mut select = Query::select();
    select.expr(id.clone()).expr(candidate).expr(is_true(holds, settings.dialect));
    draft.write_from(&mut select, frame);
    select.and_where(id.is_in(bound_ids(ids, settings.dialect)));
    let columns = vec![ColumnType::Uuid, ColumnType::Uuid, ColumnType::Boolean];
    Some(statement(&select, columns, settings.dialect))
}

fn truths(
    access: &Access,
    entity: &EntityId,
    conditions: &[&Expr],
    ids: &[Uuid],
    settings: &Settings,
    otherwise: fn() -> Sql,
) -> Option<Statement> {
    let mut draft = Draft::new(access, settings);
    draft.is_live = true;
    let (frame, root) = draft.open(access.read(entity)?);
    draft.variables.insert(Variable::RECORD, root);
    let id = draft.attribute(root, "id");
    let mut select = Query::select();
    select.expr(id.clone());
    for condition in conditions {
        let lowered = match draft.holds(condition) {
            lowered if draft.mistakes.is_empty() => lowered,
            _ => otherwise(),
        };
        draft.mistakes.clear();
        select.expr(is_true(lowered, settings.dialect));
    }
    draft.write_from(&mut select, frame);
    select.and_where(id.is_in(bound_ids(ids, settings.dialect)));
    let columns = std::iter::once(ColumnType::Uuid).chain(conditions.iter().map(|_| ColumnType::Boolean)).collect();
    Some(statement(&select, columns, settings.dialect))
}
