//! The rows of a dataset as a select that stands where a table would: composed with the rights of whoever asks.

use access::{Access, Grant};
use catalog::balance::Part as List;
use catalog::dataset::{Column, Join, Part, Way};
use catalog::{Dataset, DatasetAggregate, Entity, Field};
use diagnostic::Diagnostic;
use expression::{FieldRef, Type, Variable};
use sea_query::{Expr as Sql, ExprTrait, Func, JoinType, Query, SelectStatement, UnionType};
use sql::{ColumnType, Dialect};

use super::source::{Draft, FrameId, Rows, SourceId};
use crate::build::iden;
use crate::lower::{Term, form_of, function};
use crate::{Settings, SortKey};

/// What the records below a group are called.
const RECORDS: &str = "r";
/// Joins up to which SQLite may take a dataset into the clause around it, which holds 64 tables.
const JOINS_WITHIN: usize = 12;

/// What a dataset was composed to.
pub(crate) struct Composed {
    pub(crate) select: SelectStatement,
    pub(crate) mistakes: Vec<Diagnostic>,
    pub(crate) parts: u64,
}

/// Fields by which the rows of a dataset are in order when nobody asks for another one.
const USUAL_KEYS: usize = 3;

/// The order of the rows of a dataset or register when nobody asks for another one: their identities, when they are made, are
/// in none.
pub(crate) fn usual_order(access: &Access, entity: &Entity) -> Vec<SortKey> {
    if let Some(list) = entity.balances {
        return order_of_balances(access, entity, list);
    }
    if let Some(register) = &entity.register {
        let known = access.fields(entity);
        let fields = register.order.iter().map_while(|key| known.iter().find(|field| field.id == *key));
        return fields.map(|field| SortKey { path: field.name.clone(), descending: false }).collect();
    }
    let Some(dataset) = &entity.dataset else { return Vec::new() };
    if let Some(written) = &dataset.sql
        && written.query.order.len() <= USUAL_KEYS
    {
        let known = access.fields(entity);
        let kept = written.order().filter(|(name, _)| known.iter().any(|field| field.name == *name));
        let order: Vec<SortKey> =
            kept.map(|(path, descending)| SortKey { path: path.to_owned(), descending }).collect();
        if !order.is_empty() {
            return order;
        }
    }
    let has_own_identities = dataset.parts.len() == 1 && dataset.parts[0].joins.is_empty() && !dataset.is_grouped();
    let keys = dataset.columns.iter().filter(|column| column.aggregate.is_none() && !has_own_identities);
    let known = access.fields(entity);
    let fields = keys.filter_map(|column| known.iter().find(|field| field.id == column.field)).take(USUAL_KEYS);
    fields.map(|field| SortKey { path: field.name.clone(), descending: false }).collect()
}

/// Movements and turnovers begin with the newest; balances, and the turnovers of a period, stand by their dimensions, as far
/// as the actor knows them.
fn order_of_balances(access: &Access, entity: &Entity, list: List) -> Vec<SortKey> {
    let known = access.fields(entity);
    let newest = match list {
        List::Movements => Some("date"),
        List::Turnovers => Some("period"),
        List::Balances => None,
    };
    let newest = newest.and_then(|name| known.iter().find(|field| field.name == name));
    let newest = newest.map(|field| SortKey { path: field.name.clone(), descending: true });
    let all = access.catalog().balances.iter();
    let register = all.filter(|it| [&it.entity, &it.turnovers].contains(&&entity.id)).flat_map(|it| &it.dimensions);
    let dimensions = register.filter_map(|one| {
        let id = if list == List::Turnovers { &one.turnover } else { &one.balance };
        let field = known.iter().find(|field| field.id == *id)?;
        Some(SortKey { path: field.name.clone(), descending: false })
    });
    newest.into_iter().chain(dimensions).collect()
}

/// A column on its way: its field, and the form of its values before they are grouped.
struct Slot<'a> {
    column: &'a Column,
    field: &'a Field,
    raw: ColumnType,
}

/// Composes the rows of a dataset: `id`, a column for each field that is no expression, and the attributes that every table
/// has.
pub(crate) fn compose(access: &Access, settings: &Settings, grant: &Grant, dataset: &Dataset, parts: u64) -> Composed {
    let entity = grant.entity();
    if let Some(written) = &dataset.sql {
        return super::written::compose(access, settings, entity, &dataset.columns, written, parts);
    }
    let mut composer = Composer { access, settings, entity, dataset, mistakes: Vec::new(), parts, joins: 0 };
    let select = composer.rows(grant);
    Composed { select, mistakes: composer.mistakes, parts: composer.parts }
}

struct Composer<'a> {
    access: &'a Access,
    settings: &'a Settings,
    entity: &'a Entity,
    dataset: &'a Dataset,
    mistakes: Vec<Diagnostic>,
    parts: u64,
    /// Most joins of one clause.
    joins: usize,
}

impl<'a> Composer<'a> {
    fn draft(&self) -> Draft<'a> {
        let mut draft = Draft::new(self.access, self.settings);
        draft.parts = self.parts;
        draft
    }

    /// Takes what a draft has found out.
    fn close(&mut self, draft: Draft<'a>) {
        self.parts = draft.parts;
        self.mistakes.extend(draft.mistakes);
    }

    fn dialect(&self) -> Dialect {
        self.settings.dialect
    }

    fn rows(&mut self, grant: &Grant) -> SelectStatement {
        let slots = self.slots();
        let parts = &self.dataset.parts;
        let mut rows: Option<SelectStatement> = None;
        for (at, part) in parts.iter().enumerate().filter(|(_, part)| self.access.opens(part)) {
            // The same row has the same identity for whoever reads it.
            let select = self.part(&slots, part, (parts.len() > 1).then_some(at));
            match &mut rows {
                Some(rows) => drop(rows.union(UnionType::All, select)),
                None => rows = Some(select),
            }
        }
        let mut rows = rows.unwrap_or_else(|| self.nothing(&slots));
        // SQLite would take this clause into the one around it, and join more tables than it can.
        if self.dialect() == Dialect::Sqlite && self.joins > JOINS_WITHIN {
            rows.limit(i64::MAX.unsigned_abs());
        }
        let rows = if self.dataset.is_grouped() { self.grouped(&slots, rows) } else { rows };
        match &self.dataset.having {
            None => rows,
            Some(having) => self.kept(grant, rows, having),
        }
    }

    fn slots(&self) -> Vec<Slot<'a>> {
        let (entity, dataset) = (self.entity, self.dataset);
        let mut slots = Vec::new();
        for (at, column) in dataset.columns.iter().enumerate() {
            let Some(field) = entity.field_by_id(&column.field) else { continue };
            let form = form_of_column(field);
            let values = || dataset.parts.iter().filter_map(|part| part.values.get(at)?.as_ref());
            let raw = match column.aggregate {
                None => form,
                Some(_) => {
                    let mut forms = values().map(|value| self.stored_form(value));
                    let first = forms.next().flatten();
                    let of_type = values().next().map_or(ColumnType::Integer, |value| form_of(&value.ty));
                    first.filter(|first| forms.all(|other| other == Some(*first))).unwrap_or(of_type)
                }
            };
            slots.push(Slot { column, field, raw });
        }
        slots
    }

    /// The form of a value that is a field as it is stored.
    fn stored_form(&self, value: &expression::Expr) -> Option<ColumnType> {
        let expression::ExprKind::Field(_, field) = &value.kind else { return None };
        let field = self.access.catalog().entity_by_id(&field.entity)?.field_by_id(&field.id)?;
        let is_stored = field.formula.as_ref().is_none_or(catalog::Formula::is_kept);
        is_stored.then(|| ColumnType::of(&field.kind).first().copied()).flatten()
    }

    /// No rows, of the right columns.
    fn nothing(&self, slots: &[Slot<'a>]) -> SelectStatement {
        let mut select = Query::select();
        for slot in slots {
            select.expr_as(Term::empty(slot.raw, self.dialect()).expr, iden(column_of(slot.field)));
        }
        if !self.dataset.is_grouped() {
            select.expr_as(Term::empty(ColumnType::Uuid, self.dialect()).expr, iden("id"));
            self.attributes(&mut select);
        }
        select.and_where(crate::lower::never());
        select
    }

    /// What every table has and no row of a dataset.
    fn attributes(&self, select: &mut SelectStatement) {
        attributes(select, self.dialect());
    }

    /// The rows of a part.
    fn part(&mut self, slots: &[Slot<'a>], part: &Part, number: Option<usize>) -> SelectStatement {
        let mut draft = self.draft();
        let Some(root_grant) = self.access.read(&part.entity) else { return self.nothing(slots) };
        let (frame, root) = draft.open(root_grant);
        draft.variables.insert(Variable::RECORD, root);
        let mut records = vec![root];
        let mut is_whole = true;
        for join in &part.joins {
            match draft.joined(frame, join) {
                Some(source) => {
                    draft.variables.insert(join.variable, source);
                    records.push(source);
                }
                // What is joined to nothing is empty.
                None => is_whole &= join.optional,
            }
        }
        let mut conditions = vec![draft.attribute(root, "deleted_at").is_null()];
        conditions.extend(draft.guard(root));
        conditions.extend(part.filter.as_ref().map(|filter| draft.holds(filter)));
        if !is_whole {
            conditions.push(crate::lower::never());
        }
        let mut select = Query::select();
        for (at, slot) in slots.iter().enumerate() {
            let value = match part.values.get(at).and_then(Option::as_ref) {
                Some(value) => draft.in_form(value, slot.raw),
                None if slot.column.aggregate == Some(DatasetAggregate::Count) => Sql::cust("1"),
                None => Term::empty(slot.raw, self.dialect()).expr,
            };
            select.expr_as(value, iden(column_of(slot.field)));
        }
        if !self.dataset.is_grouped() {
            let identities: Vec<Sql> = records.iter().map(|record| draft.attribute(*record, "id")).collect();
            let id = match (identities.as_slice(), number) {
                ([id], None) => id.clone(),
                _ => {
                    let number = Sql::cust(number.unwrap_or(0).to_string());
                    identity(self.dialect(), std::iter::once(number).chain(identities))
                }
            };
            select.expr_as(id, iden("id"));
            self.attributes(&mut select);
        }
        draft.write_from(&mut select, frame);
        for condition in conditions {
            select.and_where(condition);
        }
        self.joins = self.joins.max(draft.joins_of(frame));
        self.close(draft);
        select
    }

    /// Groups rows by the fields that are no aggregates.
    fn grouped(&mut self, slots: &[Slot<'a>], rows: SelectStatement) -> SelectStatement {
        let draft = self.draft();
        let inner = |field: &Field| Sql::col((iden(RECORDS), iden(column_of(field))));
        let mut select = Query::select();
        let mut keys = Vec::new();
        for slot in slots {
            let value = inner(slot.field);
            let made = match slot.column.aggregate {
                None => {
                    keys.push(value.clone());
                    value
                }
                Some(aggregate) => aggregated(&draft, aggregate, Term::new(value, slot.raw), slot.field),
            };
            select.expr_as(made, iden(column_of(slot.field)));
        }
        select.expr_as(identity(self.dialect(), keys.iter().cloned()), iden("id"));
        self.attributes(&mut select);
        select.from_subquery(rows, iden(RECORDS));
        select.add_group_by(keys);
        self.close(draft);
        select
    }

    /// Keeps the finished rows that meet the condition.
    fn kept(&mut self, grant: &Grant, rows: SelectStatement, having: &expression::Expr) -> SelectStatement {
        let mut draft = self.draft();
        let (frame, root) = draft.open_rows(grant.clone(), Rows::Select(Box::new(rows)));
        draft.variables.insert(Variable::RECORD, root);
        let condition = draft.holds(having);
        let mut select = Query::select();
        let columns = self.dataset.columns.iter().filter_map(|column| self.entity.field_by_id(&column.field));
        let names = columns.map(column_of).chain(["id", "deleted_at", "created_at", "version"]);
        for name in names.map(str::to_owned).collect::<Vec<_>>() {
            select.expr_as(draft.column(root, &name), iden(&name));
        }
        draft.write_from(&mut select, frame);
        select.and_where(condition);
        self.close(draft);
        select
    }
}

/// What every table has and no row of a dataset.
pub(super) fn attributes(select: &mut SelectStatement, dialect: Dialect) {
    for (name, form) in [("deleted_at", ColumnType::DateTime), ("created_at", ColumnType::DateTime)] {
        select.expr_as(absent(form, dialect), iden(name));
    }
    select.expr_as(Sql::cust("1"), iden("version"));
}

pub(super) fn column_of(field: &Field) -> &str {
    field.columns.first().map_or("", String::as_str)
}

pub(crate) fn form_of_column(field: &Field) -> ColumnType {
    ColumnType::of(&field.kind).first().copied().unwrap_or(ColumnType::Text)
}

fn absent(form: ColumnType, dialect: Dialect) -> Sql {
    match dialect {
        Dialect::Sqlite => Sql::cust("NULL"),
        Dialect::Postgres => Sql::cust(format!("NULL::{}", form.ddl(dialect).to_lowercase())),
    }
}

/// An identity made of values, the same whenever they are.
pub(super) fn identity(dialect: Dialect, values: impl Iterator<Item = Sql>) -> Sql {
    match dialect {
        Dialect::Postgres => {
            let values: Vec<Sql> = values.collect();
            let marks: Vec<String> = (1..=values.len()).map(|at| format!("${at}")).collect();
            Sql::cust_with_exprs(format!("md5(ROW({})::text)::uuid", marks.join(", ")), values)
        }
        Dialect::Sqlite => {
            let quoted = values.map(|value| Sql::from(Func::cust("quote").arg(value)));
            let joined = quoted.reduce(|all, value| {
                let all = all.binary(sea_query::BinOper::Custom("||"), Sql::cust("','"));
                all.binary(sea_query::BinOper::Custom("||"), value)
            });
            Func::cust(sql::function::ROW_IDENTITY).arg(joined.unwrap_or_else(|| Sql::cust("''"))).into()
        }
    }
}

/// What is made of the values of a group, in the form of its column.
fn aggregated(draft: &Draft<'_>, aggregate: DatasetAggregate, term: Term, field: &Field) -> Sql {
    let form = term.form;
    let (value, form) = match aggregate {
        DatasetAggregate::Sum => {
            let ty = match form {
                ColumnType::Integer => Type::Integer,
                ColumnType::Duration => Type::Duration,
                _ => Type::Decimal,
            };
            draft.sum(term, &ty)
        }
        DatasetAggregate::Avg => draft.average(term),
        DatasetAggregate::Min => draft.extreme(expression::Aggregate::Min, term),
        DatasetAggregate::Max => draft.extreme(expression::Aggregate::Max, term),
        DatasetAggregate::Count => (Func::count(term.expr).into(), ColumnType::Integer),
        DatasetAggregate::CountDistinct => (Func::count_distinct(term.expr).into(), ColumnType::Integer),
    };
    draft.fitted(Term::new(value, form), form_of_column(field))
}

impl<'a> Draft<'a> {
    /// Lowers a value in the form of a column.
    fn in_form(&mut self, value: &expression::Expr, form: ColumnType) -> Sql {
        let term = match value.ty {
            Type::Record(_) => self.identity(value),
            Type::Text => {
                let term = self.value(value);
                let is_written = !matches!(value.kind, expression::ExprKind::Field(..));
                // Empty text is no value, as in a column.
                if is_written { Term::new(function("nullif", [term.expr, Sql::cust("''")]), term.form) } else { term }
            }
            _ => self.value(value),
        };
        self.fitted(term, form)
    }

    /// Brings a value to the form of a column.
    pub(crate) fn fitted(&self, term: Term, form: ColumnType) -> Sql {
        if term.form == form {
            return term.expr;
        }
        match (form, self.dialect()) {
            (ColumnType::Number, _) => self.number(term).expr,
            (ColumnType::Decimal { scale, .. }, Dialect::Sqlite) => {
                let number = self.number(term).expr;
                let digits = Sql::cust(scale.to_string());
                let name = if form.sqlite_scale().is_some() { sql::number::TO_SCALED } else { sql::number::ROUND };
                function(name, [number, digits])
            }
            (ColumnType::Decimal { .. }, Dialect::Postgres) => {
                self.number(term).expr.cast_as(form.ddl(Dialect::Postgres).to_lowercase())
            }
            _ => term.expr,
        }
    }

    /// Joins the records of a join; `None` when the actor may not read them.
    fn joined(&mut self, frame: FrameId, join: &Join) -> Option<SourceId> {
        let grant = self.access.read(&join.target)?;
        match &join.way {
            Way::Relation(from, relation) => self.along_relation(frame, from, relation, join.optional),
            Way::Equal(pairs) => self.by_values(frame, grant, pairs, join.optional),
        }
    }

    fn along_relation(
        &mut self,
        frame: FrameId,
        from: &expression::Expr,
        relation: &FieldRef,
        optional: bool,
    ) -> Option<SourceId> {
        let source = self.record(from)?;
        let entity = self.entity(source);
        let field = entity.field_by_id(&relation.id)?;
        if !optional {
            return self.join_many(source, field);
        }
        // The far records with the record that they belong to, so that what may not be read leaves no empty row.
        let near = self.near(source, field);
        let mut keyed = self.nested();
        let (inner, far, key, conditions) = keyed.open_far(field)?;
        let grant = keyed.grant(far).clone();
        let mut select = Query::select();
        select.expr_as(keyed.attribute(far, "id"), iden("id")).expr_as(key, iden("k0"));
        keyed.write_from(&mut select, inner);
        for condition in conditions {
            select.and_where(condition);
        }
        self.take(keyed);
        Some(self.join_keyed(frame, grant, select, vec![near], true))
    }

    fn by_values(
        &mut self,
        frame: FrameId,
        grant: Grant,
        pairs: &[(expression::Expr, expression::Expr)],
        optional: bool,
    ) -> Option<SourceId> {
        let lefts: Vec<Term> = pairs.iter().map(|(left, _)| self.comparable(left)).collect();
        if let Some(source) = self.join_equal(frame, &grant, pairs, &lefts, optional) {
            return Some(source);
        }
        let mut keyed = self.nested();
        let (inner, far) = keyed.open(grant.clone());
        keyed.variables.insert(Variable::RECORD, far);
        let mut select = Query::select();
        select.expr_as(keyed.attribute(far, "id"), iden("id"));
        let mut ons = Vec::new();
        for (at, (left, (_, right))) in lefts.into_iter().zip(pairs).enumerate() {
            let right = keyed.comparable(right);
            let (left, right) = self.alike(left, right);
            select.expr_as(right, iden(&format!("k{at}")));
            ons.push(left);
        }
        let there = keyed.attribute(far, "deleted_at").is_null();
        let guard = keyed.guard(far);
        keyed.write_from(&mut select, inner);
        for condition in std::iter::once(there).chain(guard) {
            select.and_where(condition);
        }
        self.take(keyed);
        Some(self.join_keyed(frame, grant, select, ons, optional))
    }

    /// Joins the records themselves, where the values of the joined side need no further joins.
    fn join_equal(
        &mut self,
        frame: FrameId,
        grant: &Grant,
        pairs: &[(expression::Expr, expression::Expr)],
        lefts: &[Term],
        optional: bool,
    ) -> Option<SourceId> {
        let before = self.joins_of(frame);
        let source = self.reserve(frame, grant.clone(), !optional);
        let variables = std::mem::replace(&mut self.variables, [(Variable::RECORD, source)].into());
        let rights: Vec<Term> = pairs.iter().map(|(_, right)| self.comparable(right)).collect();
        self.variables = variables;
        if self.joins_of(frame) > before {
            self.forget_joins(frame, before);
            return None;
        }
        let equal = lefts.iter().cloned().zip(rights).map(|(left, right)| {
            let (left, right) = self.alike(left, right);
            left.eq(right)
        });
        let there = self.attribute(source, "deleted_at").is_null();
        let on = equal.reduce(Sql::and).unwrap_or_else(crate::lower::always).and(there);
        let kind = if optional { JoinType::LeftJoin } else { JoinType::InnerJoin };
        self.add_join(frame, source, kind, on);
        Some(source)
    }

    /// Joins records by the keys of a select of their identities, then the records themselves.
    fn join_keyed(
        &mut self,
        frame: FrameId,
        grant: Grant,
        keyed: SelectStatement,
        lefts: Vec<Sql>,
        optional: bool,
    ) -> SourceId {
        let kind = if optional { JoinType::LeftJoin } else { JoinType::InnerJoin };
        let key = self.join_rows(frame, kind, keyed, |alias| {
            let pairs = lefts
                .into_iter()
                .enumerate()
                .map(|(at, left)| left.eq(Sql::col((iden(alias), iden(&format!("k{at}"))))));
            pairs.reduce(Sql::and).unwrap_or_else(crate::lower::always)
        });
        let source = self.reserve(frame, grant, !optional);
        let on = self.attribute(source, "id").eq(Sql::col((iden(&key), iden("id"))));
        self.add_open_join(frame, source, kind, on);
        source
    }

    /// A value that can be compared with one of another table.
    fn comparable(&mut self, value: &expression::Expr) -> Term {
        match value.ty {
            Type::Record(_) => self.identity(value),
            _ => self.value(value),
        }
    }

    fn alike(&self, left: Term, right: Term) -> (Sql, Sql) {
        if left.form == right.form {
            return (left.expr, right.expr);
        }
        (self.number(left).expr, self.number(right).expr)
    }
}
