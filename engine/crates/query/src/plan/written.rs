//! The rows of a dataset that is written in SQL: its tree as selects of our own, in which each table is the select that the
//! planner makes of an entity with the rights of whoever asks.

mod condition;
mod value;

use std::collections::HashMap;

use access::Access;
use catalog::Entity;
use catalog::sql::{Body, By, Group, Join, Key, Query as Tree, Rows, Select, Sql as Written, Union};
use expression::{EntityId, Expr, ExprKind, FieldRef, Type, Variable};
use sea_query::{
    CommonTableExpression, Expr as Sql, ExprTrait, JoinType, NullOrdering, Order, Query, SelectStatement, UnionType,
    WithClause,
};
use sql::{ColumnType, Dialect};

use super::dataset::{Composed, attributes, column_of, form_of_column, identity};
use super::source::Draft;
use crate::Settings;
use crate::build::iden;
use crate::lower::{Term, form_of, function, never};

/// Joins of one table up to which SQLite may take it into the clause around it, which holds 64 tables.
const JOINS_WITHIN: usize = 2;

/// A select with the forms of its columns, which are called `c0`, `c1` …
struct Lowered {
    select: SelectStatement,
    forms: Vec<ColumnType>,
}

struct Writer<'w, 'a> {
    draft: Draft<'a>,
    written: &'w Written,
    /// Forms of the columns of selects with names.
    named: HashMap<usize, Vec<ColumnType>>,
    /// Outermost selects that were lowered so far, by which their number is known.
    branch: usize,
    /// Selects that stand in this one, for their names.
    inner: usize,
}

/// Composes the rows.
pub(super) fn compose(
    access: &Access,
    settings: &Settings,
    entity: &Entity,
    columns: &[catalog::dataset::Column],
    written: &Written,
    parts: u64,
) -> Composed {
    let mut draft = Draft::new(access, settings);
    draft.parts = parts;
    let mut writer = Writer { draft, written, named: HashMap::new(), branch: 0, inner: 0 };
    let select = writer.rows(entity, columns);
    Composed { select, mistakes: writer.draft.mistakes, parts: writer.draft.parts }
}

impl<'a> Writer<'_, 'a> {
    fn dialect(&self) -> Dialect {
        self.draft.dialect()
    }

    fn name(&mut self) -> String {
        self.inner += 1;
        format!("q{}", self.inner)
    }

    /// The finished rows, numbered: more of them than there may be are an error, never a part of them an answer.
    fn rows(&mut self, entity: &Entity, columns: &[catalog::dataset::Column]) -> SelectStatement {
        let written = self.written;
        let records = own_records(written);
        let Lowered { mut select, forms } = self.query(&written.query, true);
        let max = u64::from(written.max_rows);
        let is_short = written.query.limit.is_some_and(|limit| limit <= max);
        if !is_short {
            if written.query.limit.is_some()
                || written.query.offset.is_some()
                || !matches!(written.query.body, Body::Select(_))
            {
                select = self.around(select, forms.len(), records.len());
            }
            select.limit(max + 1);
        }
        let column = |table: &str, at: usize| Sql::col((iden(table), iden(&format!("c{at}"))));
        let mut numbered = Query::select();
        for at in 0..forms.len() {
            numbered.expr_as(column("s", at), iden(&format!("c{at}")));
        }
        for at in 0..records.len() {
            numbered.expr_as(Sql::col((iden("s"), iden(&format!("i{at}")))), iden(&format!("i{at}")));
        }
        let has_twins = records.is_empty() && !is_unique(written);
        if has_twins {
            // Rows that are the same are told apart by their number, so that each has an identity.
            let values: Vec<Sql> = (0..forms.len()).map(|at| column("s", at)).collect();
            numbered.expr_as(value::over("row_number()", &[], &values, &[], self.dialect()), iden("d"));
        }
        numbered.expr_as(value::over("row_number()", &[], &[], &[], self.dialect()), iden("n"));
        numbered.from_subquery(select, iden("s"));
        let mut rows = Query::select();
        for made in columns {
            let Some(field) = entity.field_by_id(&made.field) else { continue };
            let Some(at) = written.columns.iter().position(|column| column.name == field.name) else { continue };
            let term = Term::new(column("a", at), forms[at]);
            rows.expr_as(self.draft.fitted(term, form_of_column(field)), iden(column_of(field)));
        }
        let own = |name: String| Sql::col((iden("a"), iden(&name)));
        let id = match records.len() {
            0 => {
                let values = (0..forms.len()).map(|at| column("a", at));
                identity(self.dialect(), values.chain(has_twins.then(|| own("d".to_owned()))))
            }
            1 => own("i0".to_owned()),
            many => identity(self.dialect(), (0..many).map(|at| own(format!("i{at}")))),
        };
        rows.expr_as(id, iden("id"));
        attributes(&mut rows, self.dialect());
        rows.from_subquery(numbered, iden("a"));
        if !is_short {
            rows.and_where(sql::function::at_most(own("n".to_owned()), written.max_rows, self.dialect()));
        }
        // Nothing of what is asked of the rows may be asked before they were counted.
        rows.limit(i64::MAX.unsigned_abs());
        rows
    }

    /// The same rows as those of a table.
    fn around(&mut self, select: SelectStatement, columns: usize, records: usize) -> SelectStatement {
        let name = self.name();
        let mut outer = Query::select();
        let names = (0..columns).map(|at| format!("c{at}")).chain((0..records).map(|at| format!("i{at}")));
        for column in names {
            outer.expr_as(Sql::col((iden(&name), iden(&column))), iden(&column));
        }
        outer.from_subquery(select, iden(&name));
        outer
    }

    fn query(&mut self, query: &Tree, is_outermost: bool) -> Lowered {
        let mut clause = WithClause::new();
        for (number, named) in &query.named {
            let Lowered { select, forms } = self.query(named, false);
            self.named.insert(*number, forms);
            clause.cte(CommonTableExpression::new().query(select).table_name(iden(&format!("w{number}"))).to_owned());
        }
        let is_cut = query.limit.is_some() || query.offset.is_some();
        let mut found = match &query.body {
            Body::Select(select) if !select.distinct => {
                self.select(select, is_cut.then_some(query.order.as_slice()), is_outermost)
            }
            body => {
                let Lowered { select, forms } = self.body(body, is_outermost);
                if is_cut { self.in_order(select, forms, &query.order) } else { Lowered { select, forms } }
            }
        };
        if let Some(limit) = query.limit {
            found.select.limit(limit);
        } else if query.offset.is_some() {
            found.select.limit(i64::MAX.unsigned_abs());
        }
        if let Some(offset) = query.offset {
            found.select.offset(offset);
        }
        if !query.named.is_empty() {
            let records = if is_outermost { own_records(self.written).len() } else { 0 };
            found.select = self.around(found.select, found.forms.len(), records);
            found.select.with_cte(clause);
        }
        found
    }

    fn body(&mut self, body: &Body, is_outermost: bool) -> Lowered {
        match body {
            Body::Select(select) => self.select(select, None, is_outermost),
            Body::Query(query) => self.query(query, is_outermost),
            Body::Union(union) => self.union(union, is_outermost),
        }
    }

    /// Rows below one another, each column in one form.
    fn union(&mut self, union: &Union, is_outermost: bool) -> Lowered {
        let [upper, lower] = [&union.sides[0], &union.sides[1]].map(|side| self.body(side, is_outermost));
        let forms: Vec<ColumnType> = upper
            .forms
            .iter()
            .zip(&lower.forms)
            .zip(&union.types)
            .map(|((one, other), ty)| if one == other { *one } else { form_of(ty) })
            .collect();
        let sides = [upper, lower].map(|side| self.in_forms(side, &forms));
        let [mut select, below] = sides;
        select.union(if union.all { UnionType::All } else { UnionType::Distinct }, below);
        let select = self.around(select, forms.len(), 0);
        Lowered { select, forms }
    }

    fn in_forms(&mut self, side: Lowered, forms: &[ColumnType]) -> SelectStatement {
        let name = self.name();
        let mut outer = Query::select();
        for (at, (from, to)) in side.forms.iter().zip(forms).enumerate() {
            let column = format!("c{at}");
            let term = Term::new(Sql::col((iden(&name), iden(&column))), *from);
            let is_number = term.is_number();
            let expr = match (from == to, is_number) {
                (true, _) => term.expr,
                (false, true) => self.draft.number(term).expr,
                // Only what is always empty has another form.
                (false, false) => Term::empty(*to, self.dialect()).expr,
            };
            outer.expr_as(expr, iden(&column));
        }
        outer.from_subquery(side.select, iden(&name));
        outer
    }

    /// Puts rows of which only the columns are left in order.
    fn in_order(&mut self, select: SelectStatement, forms: Vec<ColumnType>, order: &[Key]) -> Lowered {
        let name = self.name();
        let mut outer = Query::select();
        let column = |at: usize| Sql::col((iden(&name), iden(&format!("c{at}"))));
        for at in 0..forms.len() {
            outer.expr_as(column(at), iden(&format!("c{at}")));
        }
        outer.from_subquery(select, iden(&name));
        for key in order {
            if let By::Column(at) = key.by {
                self.order_by(&mut outer, Term::new(column(at), forms[at]), key);
            }
        }
        self.settle(&mut outer, forms.iter().enumerate().map(|(at, form)| Term::new(column(at), *form)));
        Lowered { select: outer, forms }
    }

    fn order_by(&self, select: &mut SelectStatement, term: Term, key: &Key) {
        let order = if key.descending { Order::Desc } else { Order::Asc };
        let nulls = if key.empty_first { NullOrdering::First } else { NullOrdering::Last };
        select.order_by_expr_with_nulls(self.collated(term), order, nulls);
    }

    fn collated(&self, term: Term) -> Sql {
        match term.form {
            ColumnType::Text => sql::order::collate(term.expr, self.dialect(), &self.draft.language()),
            _ => term.expr,
        }
    }

    /// Which rows are left where the order says nothing must be the same whoever computes it: the values decide.
    fn settle(&self, select: &mut SelectStatement, terms: impl Iterator<Item = Term>) {
        for term in terms {
            let key = self.collated(term);
            select.order_by_expr_with_nulls(key, Order::Asc, NullOrdering::Last);
        }
    }

    /// One select; with an order where its rows are cut.
    fn select(&mut self, select: &Select, order: Option<&[Key]>, is_outermost: bool) -> Lowered {
        let mut inner = Query::select();
        for item in &select.from {
            let alias = format!("s{}", item.relation.0);
            let rows = self.relation(item.relation, &alias);
            let on = match &item.on {
                Some(on) => self.condition(on),
                None => crate::lower::always(),
            };
            let is_first = item.relation == select.from[0].relation;
            let kind = match item.join {
                Join::Cross | Join::Inner => JoinType::InnerJoin,
                Join::Left => JoinType::LeftJoin,
                Join::Right => JoinType::RightJoin,
            };
            match (rows, is_first) {
                (From::Select(rows), true) => {
                    inner.from_subquery(*rows, iden(&alias));
                }
                (From::Named(name), true) => {
                    inner.from_as(iden(&name), iden(&alias));
                }
                (From::Select(rows), false) => {
                    inner.join_subquery(kind, *rows, iden(&alias), on);
                }
                (From::Named(name), false) => {
                    inner.join_as(kind, iden(&name), iden(&alias), on);
                }
            }
        }
        if let Some(filter) = &select.filter {
            let filter = self.condition(filter);
            inner.and_where(filter);
        }
        if is_outermost {
            let deciding = self.written.branches.get(self.branch);
            self.branch += 1;
            if !deciding.is_none_or(|deciding| self.draft.access.opens_rows(deciding)) {
                inner.and_where(never());
            }
        }
        let mut outer = match &select.group {
            None => inner,
            Some(group) => self.grouped(inner, group),
        };
        if let Some(having) = &select.having {
            let having = self.condition(having);
            outer.and_having(having);
        }
        let terms: Vec<Term> = select.values.iter().map(|value| self.column(value)).collect();
        for (at, term) in terms.iter().enumerate() {
            outer.expr_as(term.expr.clone(), iden(&format!("c{at}")));
        }
        if is_outermost {
            for (at, relation) in own_records(self.written).into_iter().enumerate() {
                let id = Sql::col((iden(&format!("s{}", relation.0)), iden("rid")));
                outer.expr_as(id, iden(&format!("i{at}")));
            }
        }
        if select.distinct {
            outer.distinct();
        }
        if let Some(order) = order {
            for key in order {
                let term = match &key.by {
                    By::Column(at) => terms[*at].clone(),
                    By::Value(value) => self.value(value),
                };
                self.order_by(&mut outer, term, key);
            }
            self.settle(&mut outer, terms.iter().cloned());
        }
        Lowered { select: outer, forms: terms.into_iter().map(|term| term.form).collect() }
    }

    /// Puts rows together: what by and what of are computed before, so that they stand once.
    fn grouped(&mut self, mut inner: SelectStatement, group: &Group) -> SelectStatement {
        let name = self.name();
        let column = |column: &str| Sql::col((iden(&name), iden(column)));
        let mut keys = Vec::new();
        for (at, (key, extra)) in group.keys.iter().enumerate() {
            let term = self.column(key);
            let alias = format!("k{at}");
            inner.expr_as(term.expr, iden(&alias));
            self.give(*extra, Term::new(column(&alias), term.form));
            keys.push(column(&alias));
        }
        for (at, extra) in group.aggregates.iter().enumerate() {
            let Some(catalog::sql::Extra::Aggregate(aggregate, argument)) = self.written.extras.get(*extra) else {
                continue;
            };
            let alias = format!("a{at}");
            let term = argument.as_ref().map(|argument| {
                let term = self.column(argument);
                inner.expr_as(term.expr, iden(&alias));
                Term::new(column(&alias), term.form)
            });
            let value = self.aggregated(*aggregate, term);
            self.give(*extra, value);
        }
        inner.expr_as(Sql::cust("1"), iden("one"));
        let mut outer = Query::select();
        outer.from_subquery(inner, iden(&name));
        outer.add_group_by(keys);
        outer
    }

    /// What stands under an alias; its columns are known from here on.
    fn relation(&mut self, variable: Variable, alias: &str) -> From {
        let written = self.written;
        let Some(relation) = written.relation(variable) else { return From::Select(Box::new(Query::select())) };
        let (rows, forms) = match &relation.rows {
            Rows::Entity(entity, fields) => {
                return From::Select(Box::new(self.records(variable, alias, entity, fields)));
            }
            Rows::Query(query) => {
                let Lowered { select, forms } = self.query(query, false);
                (From::Select(Box::new(select)), forms)
            }
            Rows::Named(number) => {
                (From::Named(format!("w{number}")), self.named.get(number).cloned().unwrap_or_default())
            }
            Rows::Unknown => (From::Select(Box::new(Query::select())), Vec::new()),
        };
        for (at, form) in forms.into_iter().enumerate() {
            let name = format!("c{at}");
            let term = Term::new(Sql::col((iden(alias), iden(&name))), form);
            self.draft.given.insert((variable, expression::FieldId::new(&name)), term);
        }
        rows
    }

    /// The records of an entity as far as the actor may read them; none of one that they may not know.
    fn records(&mut self, variable: Variable, alias: &str, entity: &EntityId, fields: &[FieldRef]) -> SelectStatement {
        let catalog = std::sync::Arc::clone(self.draft.access.catalog());
        let grant = self.draft.access.read(entity);
        let mut draft = self.draft.nested();
        let opened = grant.map(|grant| draft.open(grant));
        if let Some((_, root)) = opened {
            draft.variables.insert(Variable::RECORD, root);
        }
        let mut select = Query::select();
        for (at, field) in fields.iter().enumerate() {
            let known = catalog.entity_by_id(entity).and_then(|entity| entity.field_by_id(&field.id));
            let ty = known.map_or(Type::Empty, catalog::Field::expression_type);
            let record = Expr::new(ExprKind::Variable(Variable::RECORD), Type::Record(entity.clone()));
            let term = match opened {
                Some(_) => draft.value(&Expr::new(ExprKind::Field(Box::new(record), field.clone()), ty)),
                None => {
                    let form = known.map_or(form_of(&ty), form_of_column);
                    Term::empty(form, self.dialect())
                }
            };
            let name = format!("f{at}");
            let column = Term::new(Sql::col((iden(alias), iden(&name))), term.form);
            select.expr_as(term.expr, iden(&name));
            self.draft.given.insert((variable, field.id.clone()), column);
        }
        match opened {
            Some((frame, root)) => {
                select.expr_as(draft.attribute(root, "id"), iden("rid"));
                let there = draft.attribute(root, "deleted_at").is_null();
                let guard = draft.guard(root);
                draft.write_from(&mut select, frame);
                select.and_where(there);
                if let Some(guard) = guard {
                    select.and_where(guard);
                }
                if self.dialect() == Dialect::Sqlite && draft.joins_of(frame) > JOINS_WITHIN {
                    select.limit(i64::MAX.unsigned_abs());
                }
            }
            None => {
                select.expr_as(Term::empty(ColumnType::Uuid, self.dialect()).expr, iden("rid"));
                select.and_where(never());
            }
        }
        self.draft.take(draft);
        select
    }

    /// A value as a column has it: an empty text is none.
    fn column(&mut self, value: &Expr) -> Term {
        let term = self.value(value);
        match value.ty {
            Type::Text if !matches!(value.kind, ExprKind::Field(..)) => {
                let text = function("nullif", [term.expr, Sql::cust("''")]);
                Term::new(text, term.form)
            }
            _ => Term { constant: None, widened: false, ..term },
        }
    }
}

enum From {
    Select(Box<SelectStatement>),
    Named(String),
}

/// The relations whose records the rows are, one of each; none where rows are put together or computed before.
fn own_records(written: &Written) -> Vec<Variable> {
    let Body::Select(select) = &written.query.body else { return Vec::new() };
    if select.group.is_some() || select.distinct {
        return Vec::new();
    }
    let relations = select.from.iter().map(|item| item.relation);
    let is_entity =
        |relation: &Variable| matches!(written.relation(*relation).map(|it| &it.rows), Some(Rows::Entity(..)));
    let found: Vec<Variable> = relations.collect();
    if found.iter().all(is_entity) { found } else { Vec::new() }
}

/// Says whether no two rows are the same.
fn is_unique(written: &Written) -> bool {
    match &written.query.body {
        Body::Union(union) => !union.all,
        Body::Query(_) => false,
        Body::Select(select) if select.distinct => true,
        Body::Select(select) => select.group.as_ref().is_some_and(|group| {
            let is_there = |extra: usize| {
                select.values.iter().any(|value| match &value.kind {
                    ExprKind::Field(_, field) => written.extra(field).is_some_and(|(at, _)| at == extra),
                    _ => false,
                })
            };
            group.keys.iter().all(|(_, extra)| is_there(*extra))
        }),
    }
}
