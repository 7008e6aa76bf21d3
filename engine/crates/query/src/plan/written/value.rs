//! Values: those of the language as everywhere, with what SQL adds to them.

use catalog::DatasetAggregate;
use catalog::sql::{By, Extra, Window, WindowFunction, slot};
use expression::{Aggregate, Expr, ExprKind, Type, Variable};
use sea_query::{CaseStatement, Expr as Sql, ExprTrait, Func};
use sql::{ColumnType, Dialect};

use super::Writer;
use crate::build::template;
use crate::lower::{Term, form_of};

impl Writer<'_, '_> {
    /// Lowers a value, what stands in it for something else before.
    pub(super) fn value(&mut self, value: &Expr) -> Term {
        self.prepare(value);
        self.draft.value(value)
    }

    pub(super) fn give(&mut self, extra: usize, term: Term) {
        self.draft.given.insert((Variable::RECORD, slot(extra).id), term);
    }

    pub(super) fn prepare(&mut self, value: &Expr) {
        if let ExprKind::Field(_, field) = &value.kind {
            let written = self.written;
            let Some((at, extra)) = written.extra(field) else { return };
            if self.draft.given.contains_key(&(Variable::RECORD, field.id.clone())) {
                return;
            }
            let term = match extra {
                Extra::Condition(condition) => Term::new(self.condition(condition), ColumnType::Boolean),
                Extra::Window(window) => self.window(window),
                Extra::Value(query, ty) => {
                    let lowered = self.query(query, false);
                    let form = lowered.forms.first().copied().unwrap_or(form_of(ty));
                    Term::new(Sql::SubQuery(None, Box::new(lowered.select.into())), form)
                }
                // These are given by the select whose groups they are of.
                Extra::Key(_) | Extra::Aggregate(..) => return,
            };
            return self.give(at, term);
        }
        value.children().into_iter().for_each(|child| self.prepare(child));
    }

    /// What is made of the values of a group; of none nothing, but a count of 0.
    pub(super) fn aggregated(&self, aggregate: DatasetAggregate, term: Option<Term>) -> Term {
        let Some(term) = term else { return Term::certain(Sql::cust("COUNT(*)"), ColumnType::Integer) };
        match aggregate {
            DatasetAggregate::Count => Term::certain(Func::count(term.expr), ColumnType::Integer),
            DatasetAggregate::CountDistinct => Term::certain(Func::count_distinct(term.expr), ColumnType::Integer),
            DatasetAggregate::Sum => {
                let ty = match term.form {
                    ColumnType::Integer => Type::Integer,
                    ColumnType::Duration => Type::Duration,
                    _ => Type::Decimal,
                };
                let some = Sql::from(Func::count(term.expr.clone())).gt(Sql::cust("0"));
                let (sum, form) = self.draft.sum(term, &ty);
                Term::new(CaseStatement::new().case(some, sum), form)
            }
            DatasetAggregate::Avg => {
                let (average, form) = self.draft.average(term);
                Term::new(average, form)
            }
            DatasetAggregate::Min => {
                let (value, form) = self.draft.extreme(Aggregate::Min, term);
                Term::new(value, form)
            }
            DatasetAggregate::Max => {
                let (value, form) = self.draft.extreme(Aggregate::Max, term);
                Term::new(value, form)
            }
        }
    }

    fn window(&mut self, window: &Window) -> Term {
        let argument = window.argument.as_ref().map(|argument| self.column(argument));
        let partition: Vec<Sql> = window.partition.iter().map(|value| self.column(value).expr).collect();
        let mut order = Vec::new();
        for key in &window.order {
            let By::Value(value) = &key.by else { continue };
            let term = self.column(value);
            order.push((self.collated(term), key.descending, key.empty_first));
        }
        let form = argument.as_ref().map_or(ColumnType::Integer, |argument| argument.form);
        let (text, form) = match window.function {
            WindowFunction::RowNumber => ("row_number()".to_owned(), ColumnType::Integer),
            WindowFunction::Rank => ("rank()".to_owned(), ColumnType::Integer),
            WindowFunction::DenseRank => ("dense_rank()".to_owned(), ColumnType::Integer),
            WindowFunction::Lag => (format!("lag($1, {})", window.distance), form),
            WindowFunction::Lead => (format!("lead($1, {})", window.distance), form),
            WindowFunction::Aggregate(DatasetAggregate::Min) => ("min($1)".to_owned(), form),
            WindowFunction::Aggregate(DatasetAggregate::Max) => ("max($1)".to_owned(), form),
            // Others are refused where they are written.
            WindowFunction::Aggregate(_) if argument.is_none() => ("count(*)".to_owned(), ColumnType::Integer),
            WindowFunction::Aggregate(_) => ("count($1)".to_owned(), ColumnType::Integer),
        };
        let arguments: Vec<Sql> = argument.into_iter().map(|argument| argument.expr).collect();
        Term::new(over(&text, &arguments, &partition, &order, self.dialect()), form)
    }
}

/// A function over the rows around; the text of the function may name its argument `$1`.
pub(super) fn over(
    function: &str,
    arguments: &[Sql],
    partition: &[Sql],
    order: &[(Sql, bool, bool)],
    dialect: Dialect,
) -> Sql {
    let mut values = arguments.to_vec();
    let mut place = |value: &Sql| {
        values.push(value.clone());
        format!("${}", values.len())
    };
    let by: Vec<String> = partition.iter().map(&mut place).collect();
    let keys: Vec<String> = order
        .iter()
        .map(|(value, descending, empty_first)| {
            let direction = if *descending { "DESC" } else { "ASC" };
            let nulls = if *empty_first { "FIRST" } else { "LAST" };
            format!("{} {direction} NULLS {nulls}", place(value))
        })
        .collect();
    let by = if by.is_empty() { String::new() } else { format!("PARTITION BY {}", by.join(", ")) };
    let keys = if keys.is_empty() { String::new() } else { format!(" ORDER BY {}", keys.join(", ")) };
    template(&format!("{function} OVER ({by}{keys})"), &values, dialect)
}
