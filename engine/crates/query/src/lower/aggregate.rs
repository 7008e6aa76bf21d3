//! Related records: whether any or all meet a condition, how many there are, and values over them.

use expression::{Aggregate, Binary, Expr, ExprKind, Type, Unary, Variable};
use sea_query::{Expr as Sql, ExprTrait, Func, Order, Query, SelectStatement};
use sql::{ColumnType, Dialect};

use super::Term;
use super::boolean::{always, never};
use super::term::form_of;
use crate::build::{bound, iden, template};
use crate::plan::source::{Draft, FrameId, SourceId};

/// A sub-select over related records that is still being written.
struct Related {
    outer: FrameId,
    frame: FrameId,
    source: SourceId,
    conditions: Vec<Sql>,
}

impl Draft<'_> {
    /// Lowers `any` and `all`, or their opposite: never NULL.
    pub(crate) fn quantified(&mut self, expr: &Expr, wanted: bool) -> Sql {
        let ExprKind::Aggregate(aggregate, records, variable, body) = &expr.kind else { return never() };
        let all = *aggregate == Aggregate::All;
        let Some(mut related) = self.related(records) else {
            return if all == wanted { always() } else { never() };
        };
        let shadowed = self.variables.insert(*variable, related.source);
        if let Some(body) = body {
            let condition = if all { self.fails(body) } else { self.holds(body) };
            related.conditions.push(condition);
        }
        self.restore(*variable, shadowed);
        let mut select = self.select_related(related);
        select.expr(Sql::cust("1"));
        let exists = Sql::exists(select);
        if all == wanted { exists.not() } else { exists }
    }

    /// Lowers a value over related records.
    pub(crate) fn aggregate(
        &mut self,
        aggregate: Aggregate,
        records: &Expr,
        variable: Variable,
        body: Option<&Expr>,
        ty: &Type,
    ) -> Term {
        if aggregate == Aggregate::First {
            return self.first(records, variable, body);
        }
        if let Some(kept) = self.rolled_up(aggregate, records, variable, body, ty) {
            return kept;
        }
        let Some(related) = self.related(records) else { return self.over_nothing(aggregate, ty) };
        let body = self.of_each(&related, variable, body);
        let mut select = self.select_related(related);
        let (value, form) = match (aggregate, body) {
            (Aggregate::Sum, Some(term)) => self.sum(term, ty),
            (Aggregate::Avg, Some(term)) => self.average(term),
            (Aggregate::Min | Aggregate::Max, Some(term)) => self.extreme(aggregate, term),
            (Aggregate::Count, _) => (Sql::cust("COUNT(*)"), ColumnType::Integer),
            _ => return self.unsupported("aggregate"),
        };
        select.expr(value);
        let expr = Sql::SubQuery(None, Box::new(select.into()));
        let nullable = aggregate != Aggregate::Count;
        Term { nullable, ..Term::new(expr, form) }
    }

    /// Lowers what an aggregate computes of each record.
    fn of_each(&mut self, related: &Related, variable: Variable, body: Option<&Expr>) -> Option<Term> {
        let source = related.source;
        let shadowed = self.variables.insert(variable, source);
        let body = body.map(|body| {
            let term = self.value(body);
            // What a formula reads may be of no record, or of another one.
            let is_inside =
                is_of(body, variable) && !reads_beyond(body, &mut vec![variable]) && !self.reads_formula(body);
            if is_inside { term } else { self.kept_inside(source, term) }
        });
        self.restore(variable, shadowed);
        body
    }

    /// Says whether an expression reads what is calculated when it is read.
    fn reads_formula(&self, expr: &Expr) -> bool {
        let is_calculated = |field: &expression::FieldRef| {
            let entity = self.access.catalog().entity_by_id(&field.entity);
            entity
                .and_then(|entity| entity.field_by_id(&field.id))
                .is_some_and(|field| self.formula_of(field).is_some())
        };
        matches!(&expr.kind, ExprKind::Field(_, field) if is_calculated(field))
            || expr.children().into_iter().any(|child| self.reads_formula(child))
    }

    /// Selects something else over the records of an aggregate; `None` when it is over nothing.
    pub(crate) fn over_related(
        &mut self,
        expr: &Expr,
        value: impl FnOnce(&Self, Option<Term>) -> Sql,
    ) -> Option<SelectStatement> {
        let ExprKind::Aggregate(_, records, variable, body) = &expr.kind else { return None };
        let related = self.related(records)?;
        let body = self.of_each(&related, *variable, body.as_deref());
        let mut select = self.select_related(related);
        select.expr_as(value(self, body), iden("v"));
        Some(select)
    }

    /// An aggregate over nothing of its own records would belong to another select, as SQL has it: to one around it whose
    /// records it names, or of several inside each other to the innermost. So it names one of its own.
    fn kept_inside(&self, source: SourceId, term: Term) -> Term {
        let is_there = self.attribute(source, "id").is_not_null();
        let case = sea_query::CaseStatement::new().case(is_there, term.expr);
        Term::new(case, term.form)
    }

    /// The identity of the first related record for which the body is true, in the order in which lists of related
    /// records are without another.
    fn first(&mut self, records: &Expr, variable: Variable, body: Option<&Expr>) -> Term {
        let Some(mut related) = self.related(records) else { return Term::empty(ColumnType::Uuid, self.dialect()) };
        let source = related.source;
        if let Some(body) = body {
            let shadowed = self.variables.insert(variable, source);
            let condition = self.holds(body);
            self.restore(variable, shadowed);
            related.conditions.push(condition);
        }
        let mut select = self.select_related(related);
        let id = self.attribute(source, "id");
        select.expr(id.clone()).order_by_expr(id, Order::Asc).limit(1);
        Term::new(Sql::SubQuery(None, Box::new(select.into())), ColumnType::Uuid)
    }

    fn over_nothing(&mut self, aggregate: Aggregate, ty: &Type) -> Term {
        match (aggregate, ty) {
            (Aggregate::Count, _) | (Aggregate::Sum, Type::Integer | Type::Duration) => {
                Term::certain(self.zero(), form_of(ty))
            }
            (Aggregate::Sum, _) => {
                let zero = expression::Value::Decimal(expression::Decimal::default());
                Term::certain(bound(&zero, ColumnType::Number, self.dialect()), ColumnType::Number)
            }
            _ => Term::empty(form_of(ty), self.dialect()),
        }
    }

    pub(crate) fn extreme(&self, aggregate: Aggregate, term: Term) -> (Sql, ColumnType) {
        let (form, value) = (term.form, term.expr);
        let value = match form {
            ColumnType::Text => sql::order::collate(value, self.dialect(), &self.language()),
            _ => value,
        };
        let value = if aggregate == Aggregate::Min { Func::min(value) } else { Func::max(value) };
        let value = match form {
            ColumnType::Text => sql::order::uncollated(value.into(), self.dialect()),
            _ => value.into(),
        };
        (value, form)
    }

    pub(crate) fn sum(&self, term: Term, ty: &Type) -> (Sql, ColumnType) {
        let whole = matches!(ty, Type::Integer | Type::Duration);
        if let Some(sum) = self.sum_of_column(&term, whole) {
            return (sum, if whole { term.form } else { ColumnType::Number });
        }
        // Nothing sums to 0, an overflow to NULL. The summand stands once: sums over sums would double it at each level.
        let form = if whole { term.form } else { ColumnType::Number };
        let term = if whole { term } else { self.number(term) };
        let some = |sum: Sql| Sql::from(Func::coalesce([sum, Sql::cust("0")]));
        let sum = match (self.dialect(), whole) {
            (Dialect::Sqlite, true) => Func::cust(sql::number::INTEGER_SUM).arg(term.expr).into(),
            (Dialect::Sqlite, false) => Func::cust(sql::number::SUM).arg(term.expr).into(),
            (Dialect::Postgres, true) => self.whole_in_range(some(Func::sum(term.expr).into())),
            (Dialect::Postgres, false) => self.number_in_range(some(Func::sum(term.expr).into())),
        };
        (sum, form)
    }

    /// The sum of a column of integers, which SQLite adds up faster by itself than by a function: the upper and the lower
    /// halves apart, for it fails a statement whose sum overflows.
    fn sum_of_column(&self, term: &Term, whole: bool) -> Option<Sql> {
        let is_column = matches!(term.expr, Sql::Column(_)) && self.dialect() == Dialect::Sqlite;
        let halves = "SUM($1 >> 32), SUM($1 & 4294967295)";
        let text = match (whole, term.form.sqlite_scale()) {
            (true, _) => format!("{}({halves})", sql::number::INTEGER_OF_HALVES),
            (false, Some(scale)) => format!("{}({halves}, {scale})", sql::number::OF_HALVES),
            (false, None) => return None,
        };
        is_column.then(|| template(&text, std::slice::from_ref(&term.expr), self.dialect()))
    }

    pub(crate) fn average(&self, term: Term) -> (Sql, ColumnType) {
        let number = self.number(term).expr;
        let average = match self.dialect() {
            Dialect::Sqlite => Func::cust(sql::number::AVG).arg(number).into(),
            Dialect::Postgres => {
                let count = Sql::from(Func::count(number.clone())).cast_as("numeric");
                self.quotient(Func::sum(number).into(), count)
            }
        };
        (average, ColumnType::Number)
    }

    /// Opens the related records an expression names, with the conditions of every `filter` on the way.
    fn related(&mut self, records: &Expr) -> Option<Related> {
        match &records.kind {
            ExprKind::Filter(inner, variable, body) => {
                let mut related = self.related(inner)?;
                let shadowed = self.variables.insert(*variable, related.source);
                let condition = self.holds(body);
                self.restore(*variable, shadowed);
                related.conditions.push(condition);
                Some(related)
            }
            ExprKind::All(entity, _) => {
                let grant = self.access.read(entity)?;
                let outer = self.innermost();
                let (frame, source) = self.open(grant);
                let mut conditions = vec![self.attribute(source, "deleted_at").is_null()];
                conditions.extend(self.guard(source));
                Some(Related { outer, frame, source, conditions })
            }
            ExprKind::Field(record, field) => {
                let entity = self.access.catalog().entity_by_id(&field.entity)?.clone();
                let relation = entity.field_by_id(&field.id)?;
                let near = if self.is_open(&field.entity) && self.is_open_field(&field.entity, relation) {
                    self.identity(record).expr
                } else {
                    let source = self.record(record)?;
                    self.near(source, relation)
                };
                let outer = self.innermost();
                let (frame, source, conditions) = self.open_many(near, relation)?;
                Some(Related { outer, frame, source, conditions })
            }
            _ => None,
        }
    }

    fn select_related(&mut self, related: Related) -> SelectStatement {
        let mut select = Query::select();
        self.write_from(&mut select, related.frame);
        self.close(related.outer);
        for condition in related.conditions {
            select.and_where(condition);
        }
        select
    }

    fn restore(&mut self, variable: Variable, shadowed: Option<SourceId>) {
        match shadowed {
            Some(source) => self.variables.insert(variable, source),
            None => self.variables.remove(&variable),
        };
    }
}

/// Says whether an expression cannot have a value without one of a variable's record.
fn is_of(expr: &Expr, variable: Variable) -> bool {
    match &expr.kind {
        ExprKind::Variable(found) => *found == variable,
        ExprKind::Field(of, _) | ExprKind::ToDecimal(of) | ExprKind::Unary(Unary::Negate, of) => is_of(of, variable),
        ExprKind::Binary(
            Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder,
            left,
            right,
        ) => is_of(left, variable) || is_of(right, variable),
        _ => false,
    }
}

/// Says whether an expression reads a record that none of these variables, nor one inside of it, stands for.
fn reads_beyond(expr: &Expr, known: &mut Vec<Variable>) -> bool {
    match &expr.kind {
        ExprKind::User => true,
        ExprKind::Variable(variable) => !known.contains(variable),
        ExprKind::Filter(of, variable, body) | ExprKind::Aggregate(_, of, variable, Some(body)) => {
            if reads_beyond(of, known) {
                return true;
            }
            known.push(*variable);
            let beyond = reads_beyond(body, known);
            known.pop();
            beyond
        }
        _ => expr.children().into_iter().any(|child| reads_beyond(child, known)),
    }
}
