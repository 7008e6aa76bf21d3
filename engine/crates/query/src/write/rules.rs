//! Validation rules that look at other records, judged by the database.

use access::Access;
use expression::{EntityId, Expr, Variable};
use sea_query::{ExprTrait, Query};
use sql::{ColumnType, Statement};
use uuid::Uuid;

use crate::Settings;
use crate::build::{bound_ids, statement};
use crate::lower::{always, is_true};
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
    let mut draft = Draft::new(access, settings);
    let (frame, root) = draft.open(access.read(entity)?);
    draft.variables.insert(Variable::RECORD, root);
    let id = draft.attribute(root, "id");
    let mut select = Query::select();
    select.expr(id.clone());
    for rule in rules {
        let refused = match draft.holds(rule) {
            condition if draft.mistakes.is_empty() => condition,
            _ => always(),
        };
        draft.mistakes.clear();
        select.expr(is_true(refused, settings.dialect));
    }
    draft.write_from(&mut select, frame);
    select.and_where(id.is_in(bound_ids(ids, settings.dialect)));
    let columns = std::iter::once(ColumnType::Uuid).chain(rules.iter().map(|_| ColumnType::Boolean)).collect();
    Some(statement(&select, columns, settings.dialect))
}
