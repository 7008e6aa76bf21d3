//! The rows of a dataset as a select that stands where a table would: composed with the rights of whoever asks.

mod joins;
pub(crate) mod only;

use access::{Access, Grant};
use catalog::balance::Part as List;
use catalog::dataset::{Column, Part};
use catalog::{Dataset, DatasetAggregate, Entity, Field};
use diagnostic::Diagnostic;
use expression::{Type, Variable};
use sea_query::{Expr as Sql, ExprTrait, Func, Query, SelectStatement, UnionType};
use sql::{ColumnType, Dialect};

use super::source::{Draft, Rows};
use crate::build::iden;
use crate::lower::{Term, form_of, function};
use crate::{Settings, SortKey};
use only::Only;

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
    compose_only(access, settings, grant, dataset, parts, None)
}

/// Composes some of the rows of a dataset in parts.
pub(crate) fn compose_only(
    access: &Access,
    settings: &Settings,
    grant: &Grant,
    dataset: &Dataset,
    parts: u64,
    only: Option<&Only<'_>>,
) -> Composed {
    let mut composer = Composer::new(access, settings, grant.entity(), dataset, parts);
    composer.only = only;
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
    /// Which rows are composed; all without.
    only: Option<&'a Only<'a>>,
    /// How many records each row is told with, those that it is made of.
    traces: usize,
}

impl<'a> Composer<'a> {
    fn new(access: &'a Access, settings: &'a Settings, entity: &'a Entity, dataset: &'a Dataset, parts: u64) -> Self {
        let mistakes = Vec::new();
        Self { access, settings, entity, dataset, mistakes, parts, joins: 0, only: None, traces: 0 }
    }

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
        let rows = self.below(&slots);
        let rows = if self.dataset.is_grouped() { self.grouped(&slots, rows) } else { rows };
        match &self.dataset.having {
            None => rows,
            Some(having) => self.kept(grant, rows, having),
        }
    }

    /// The rows of all parts below one another.
    fn below(&mut self, slots: &[Slot<'a>]) -> SelectStatement {
        let (access, only) = (self.access, self.only);
        let is_asked = |at: usize| only.is_none_or(|only| only.is_of(at));
        let mut rows: Option<SelectStatement> = None;
        let parts = self.dataset.parts.iter().enumerate();
        for (at, part) in parts.filter(|(at, part)| is_asked(*at) && access.opens(part)) {
            // The same row has the same identity for whoever reads it.
            let select = self.part(slots, part, at);
            match &mut rows {
                Some(rows) => drop(rows.union(UnionType::All, select)),
                None => rows = Some(select),
            }
        }
        let mut rows = rows.unwrap_or_else(|| self.nothing(slots));
        // SQLite would take this clause into the one around it, and join more tables than it can.
        if self.dialect() == Dialect::Sqlite && self.joins > JOINS_WITHIN {
            rows.limit(i64::MAX.unsigned_abs());
        }
        rows
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
        if self.traces > 0 {
            self.trace(&mut select, 0, &[]);
        }
        select.and_where(crate::lower::never());
        select
    }

    /// What every table has and no row of a dataset.
    fn attributes(&self, select: &mut SelectStatement) {
        attributes(select, self.dialect());
    }

    /// The rows of a part.
    fn part(&mut self, slots: &[Slot<'a>], part: &Part, at: usize) -> SelectStatement {
        let number = (self.dataset.parts.len() > 1).then_some(at);
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
        let identities: Vec<Sql> = records.iter().map(|record| draft.attribute(*record, "id")).collect();
        conditions.extend(self.only.map(|only| only.holds(at, &identities, self.dialect())));
        let mut select = Query::select();
        if self.traces > 0 {
            self.trace(&mut select, at, &identities);
        }
        for (at, slot) in slots.iter().enumerate() {
            let value = match part.values.get(at).and_then(Option::as_ref) {
                Some(value) => draft.in_form(value, slot.raw),
                None if slot.column.aggregate == Some(DatasetAggregate::Count) => Sql::cust("1"),
                None => Term::empty(slot.raw, self.dialect()).expr,
            };
            select.expr_as(value, iden(column_of(slot.field)));
        }
        if !self.dataset.is_grouped() {
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
}
