//! Formulas whose values are kept: which records a change concerns, and what their values are now.

use std::fmt::Write;

use access::Access;
use catalog::{Catalog, Entity, Field, FieldKind, Formula, KeptFormula};
use expression::{EntityId, FieldRef, Value, Variable};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::Bin;
use crate::Settings;
use crate::build::{attribute, bound, bound_ids, column, iden, keep_side, statement};
use crate::lower::exact::Rolled;
use crate::lower::function;
use crate::plan::source::{Draft, SourceId};

/// Finds the records from which a way of relations leads to some of `ids`, live or not, so many at most: rows of one identity.
/// `None` when there is no way.
pub fn leading_to(
    catalog: &Catalog,
    way: &[FieldRef],
    ids: &[Uuid],
    limit: Option<u64>,
    dialect: Dialect,
) -> Option<Statement> {
    let mut found: Option<SelectStatement> = None;
    for (at, step) in way.iter().enumerate().rev() {
        let entity = catalog.entity_by_id(&step.entity)?;
        let field = entity.field_by_id(&step.id)?;
        let far = way.get(at + 1).map(|next| &next.entity);
        let among = |of: Expr| match &found {
            Some(ids) => of.in_subquery(ids.clone()),
            None => of.is_in(bound_ids(ids, dialect)),
        };
        found = Some(near(catalog, entity, field, far, among)?);
    }
    let mut select = found?;
    select.distinct();
    if let Some(limit) = limit {
        select.limit(limit);
    }
    Some(statement(&select, vec![ColumnType::Uuid], dialect))
}

/// Selects the identities on the near side of a relation of those on its far side.
fn near(
    catalog: &Catalog,
    entity: &Entity,
    field: &Field,
    far: Option<&EntityId>,
    among: impl Fn(Expr) -> Expr,
) -> Option<SelectStatement> {
    let mut select = Query::select();
    let table = |select: &mut SelectStatement, entity: &Entity, wanted: &str, given: &str| {
        select.column(iden(wanted)).from(iden(&entity.table)).and_where(among(column(given)));
    };
    let junction = |select: &mut SelectStatement, junction: &str, wanted: &str, given: &str| {
        select.column(iden(wanted)).from(iden(junction)).and_where(among(column(given)));
    };
    match &field.kind {
        FieldKind::Link { .. } => table(&mut select, entity, attribute(entity, "id"), field.columns.first()?),
        FieldKind::AnyLink { .. } => table(&mut select, entity, attribute(entity, "id"), field.columns.get(1)?),
        FieldKind::Links { junction: name, .. } => junction(&mut select, name, "source", "target"),
        FieldKind::Inverse { relation } | FieldKind::Children { relation } => {
            let far = catalog.entity_by_id(far.unwrap_or(&relation.target))?;
            let back = far.field_by_id(relation.inverse.as_ref()?)?;
            match &back.kind {
                FieldKind::Links { junction: name, .. } => junction(&mut select, name, "target", "source"),
                FieldKind::AnyLink { .. } => table(&mut select, far, back.columns.get(1)?, attribute(far, "id")),
                _ => table(&mut select, far, back.columns.first()?, attribute(far, "id")),
            }
        }
        _ => return None,
    }
    Some(select)
}

/// Of which records formulas are calculated, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Calculated<'a> {
    /// The records; all without.
    pub ids: Option<&'a [Uuid]>,
    /// Formulas whose aggregates are not computed but taken from what they have come to.
    pub rolled: &'a [&'a KeptFormula],
    /// Fields whose former values the rows tell, behind identity and version. SQLite cannot: there [`former`] is asked before.
    pub told: &'a [&'a Field],
}

/// Writes what formulas of an entity give into those of the records where one gives another value than the stored
/// one: rows of their identities and versions. `None` when a statement cannot hold them, or when one of the fields keeps no
/// formula's values.
///
/// It reads with the rights of `access`, which are the system's: the values are the same for everybody. Only scheduled ones
/// look at its clock.
pub fn recalculate(
    access: &Access,
    entity: &EntityId,
    fields: &[&Field],
    of: &Calculated<'_>,
    dialect: Dialect,
) -> Option<Statement> {
    let settings = Settings::of_judge(access, dialect);
    let mut draft = Draft::new(access, &settings);
    let (frame, root) = draft.open(access.read(entity)?);
    draft.variables.insert(Variable::RECORD, root);
    let entity = draft.entity(root);
    let id = draft.attribute(root, "id");
    let mut select = Query::select();
    select.expr_as(id.clone(), iden("of_record"));
    let table = sql::names::quote(&entity.table);
    let (mut set, mut differs) = (Vec::new(), Vec::new());
    for (at, field) in fields.iter().enumerate() {
        let rolled = of.rolled.iter().find(|rolled| rolled.field == field.id);
        draft.rolled = rolled.map(|rolled| Rolled::of(root, rolled));
        let formula = field.formula.as_ref().filter(|formula| formula.is_kept())?;
        let (name, form) = (sql::names::quote(field.columns.first()?), *ColumnType::of(&field.kind).first()?);
        select.expr_as(stored_form(&mut draft, formula, root, form), iden(&format!("value_{at}")));
        set.push(format!("{name} = v.value_{at}"));
        differs.push(format!("{table}.{name} IS DISTINCT FROM v.value_{at}"));
    }
    if !draft.mistakes.is_empty() || set.is_empty() {
        return None;
    }
    let (mut told, mut columns) = (String::new(), vec![ColumnType::Uuid, ColumnType::Integer]);
    for (at, field) in of.told.iter().enumerate().filter(|_| dialect == Dialect::Postgres) {
        let (name, form) = (field.columns.first()?, *ColumnType::of(&field.kind).first()?);
        select.expr_as(draft.column(root, name), iden(&format!("former_{at}")));
        let _ = write!(told, ", v.former_{at}");
        columns.push(form);
    }
    draft.write_from(&mut select, frame);
    match of.ids {
        Some(ids) => select.and_where(id.is_in(bound_ids(ids, dialect))),
        None => select.and_where(draft.attribute(root, "deleted_at").is_null()),
    };
    let inner = statement(&select, columns, dialect);
    let quoted = |name: &str| sql::names::quote(attribute(&entity, name));
    let (id, version) = (quoted("id"), quoted("version"));
    let text = format!(
        "UPDATE {table} SET {} FROM ({}) AS v WHERE {table}.{id} = v.of_record AND ({}) RETURNING {id}, {version}{told}",
        set.join(", "),
        inner.text,
        differs.join(" OR ")
    );
    Some(Statement { text, ..inner })
}

/// Writes down what the aggregates of a formula come to from scratch for the records, of all live ones without: rows of record,
/// field, part, total, count and ties for `storage::internal::rollups`. `None` when a statement cannot hold them, or there are none.
pub fn rolled(access: &Access, formula: &KeptFormula, ids: Option<&[Uuid]>, dialect: Dialect) -> Option<Statement> {
    let settings = Settings::of_judge(access, dialect);
    let mut all: Option<SelectStatement> = None;
    for (part, known) in formula.rollups.iter().enumerate() {
        let mut draft = Draft::new(access, &settings);
        let (frame, root) = draft.open(access.read(&formula.entity)?);
        draft.variables.insert(Variable::RECORD, root);
        let [total, count, ties] = draft.scratch_of(known)?;
        if !draft.mistakes.is_empty() {
            return None;
        }
        let id = draft.attribute(root, "id");
        let field = bound(&Value::Text(formula.field.as_str().into()), ColumnType::Text, dialect);
        let mut select = Query::select();
        // Each is typed by its column only where it stands alone.
        let field = if dialect == Dialect::Postgres { field.cast_as("text") } else { field };
        select.expr(id.clone()).expr(field).expr(Expr::cust(part.to_string())).expr(total).expr(count).expr(ties);
        draft.write_from(&mut select, frame);
        match ids {
            Some(ids) => select.and_where(id.is_in(bound_ids(ids, dialect))),
            None => select.and_where(draft.attribute(root, "deleted_at").is_null()),
        };
        all = Some(match all {
            Some(mut before) => before.union(sea_query::UnionType::All, select).take(),
            None => select,
        });
    }
    Some(statement(&all?, Vec::new(), dialect))
}

/// Reads fields of records as they are now, live or not: rows of identity, the moment of deletion, and each field. `None` when one
/// of them is not kept in one column.
pub fn former(entity: &Entity, fields: &[&Field], ids: &[Uuid], dialect: Dialect) -> Option<Statement> {
    let id = attribute(entity, "id");
    let mut columns = vec![ColumnType::Uuid, ColumnType::DateTime];
    let mut select = Query::select();
    select.column(iden(id)).column(iden(attribute(entity, "deleted_at"))).from(iden(&entity.table));
    for field in fields {
        select.column(iden(field.columns.first()?));
        columns.push(*ColumnType::of(&field.kind).first()?);
    }
    select.and_where(column(id).is_in(bound_ids(ids, dialect)));
    Some(statement(&select, columns, dialect))
}

/// Lists live records of an entity in the order of their identities, so many after one of them: rows of one identity.
pub fn live_after(entity: &Entity, after: Option<Uuid>, limit: u64, dialect: Dialect) -> Statement {
    let id = column(attribute(entity, "id"));
    let mut select = Query::select();
    select.expr(id.clone()).from(iden(&entity.table)).order_by_expr(id.clone(), Order::Asc).limit(limit);
    keep_side(&mut select, column(attribute(entity, "deleted_at")), Bin::Live);
    if let Some(after) = after {
        select.and_where(id.gt(bound(&Value::Id(after), ColumnType::Uuid, dialect)));
    }
    statement(&select, vec![ColumnType::Uuid], dialect)
}

/// Reads what an expression gives for records, within their transaction: rows of identity and value. `None` when the entity may
/// not be read, or a database cannot compute it.
pub fn values(
    access: &Access,
    entity: &EntityId,
    expr: &expression::Expr,
    ids: &[Uuid],
    dialect: Dialect,
) -> Option<Statement> {
    let settings = Settings::of_judge(access, dialect);
    let mut draft = Draft::new(access, &settings);
    draft.is_live = true;
    let (frame, root) = draft.open(access.read(entity)?);
    draft.variables.insert(Variable::RECORD, root);
    let id = draft.attribute(root, "id");
    let mut select = Query::select();
    let term = match expr.ty {
        expression::Type::Record(_) => draft.identity(expr),
        _ => draft.value_of(root, expr),
    };
    if !draft.mistakes.is_empty() {
        return None;
    }
    select.expr(id.clone()).expr(term.expr);
    draft.write_from(&mut select, frame);
    select.and_where(id.is_in(bound_ids(ids, dialect)));
    Some(statement(&select, vec![ColumnType::Uuid, term.form], dialect))
}

/// Writes a text that the engine itself gives into a field of a record that was just made: its version stays.
pub fn give(entity: &Entity, field: &Field, id: Uuid, text: &Value, dialect: Dialect) -> Option<Statement> {
    let name = field.columns.first()?;
    let mut update = Query::update();
    update.table(iden(&entity.table)).value(iden(name), bound(text, ColumnType::Text, dialect));
    update.and_where(column(attribute(entity, "id")).eq(bound(&Value::Id(id), ColumnType::Uuid, dialect)));
    Some(statement(&update, Vec::new(), dialect))
}

/// Counts the live records of an entity, of which a formula is to be calculated: one row of one number.
pub fn count(entity: &Entity, dialect: Dialect) -> Statement {
    let mut select = Query::select();
    select.expr(Expr::cust("COUNT(*)")).from(iden(&entity.table));
    keep_side(&mut select, column(attribute(entity, "deleted_at")), Bin::Live);
    statement(&select, vec![ColumnType::Integer], dialect)
}

/// What a formula gives in the form that its column keeps.
fn stored_form(draft: &mut Draft<'_>, formula: &Formula, root: SourceId, form: ColumnType) -> Expr {
    let term = draft.value_of(root, &formula.expr);
    match (form.sqlite_scale(), draft.dialect()) {
        (Some(scale), Dialect::Sqlite) => function(sql::number::TO_SCALED, [term.expr, Expr::cust(scale.to_string())]),
        _ => term.expr,
    }
}
