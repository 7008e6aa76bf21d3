//! Aggregates whose exact state is kept: what the state is from scratch, and the value out of it.

use catalog::{KeptFormula, Rollup};
use expression::{Aggregate, Expr, ExprKind, FieldId, Type, Variable};
use sea_query::{Expr as Sql, ExprTrait, Func, Query};
use sql::{ColumnType, Dialect, rollup};

use super::{Term, function};
use crate::build::{bound, iden};
use crate::plan::source::{Draft, SourceId};

/// The aggregates that are not computed but read, where they are over this record.
#[derive(Debug, Clone)]
pub(crate) struct Rolled {
    root: SourceId,
    field: FieldId,
    rollups: Vec<Rollup>,
}

impl Rolled {
    /// Those of a formula of the record's.
    pub(crate) fn of(root: SourceId, formula: &KeptFormula) -> Self {
        Self { root, field: formula.field.clone(), rollups: formula.rollups.clone() }
    }
}

impl Draft<'_> {
    /// What a kept aggregate has come to; `None` of one that is to be computed.
    pub(crate) fn rolled_up(
        &mut self,
        aggregate: Aggregate,
        records: &Expr,
        variable: Variable,
        body: Option<&Expr>,
        ty: &Type,
    ) -> Option<Term> {
        let rolled = self.rolled.as_ref()?;
        if self.variables.get(&Variable::RECORD) != Some(&rolled.root) {
            return None;
        }
        let is_same = |known: &Rollup| match &known.expr.kind {
            ExprKind::Aggregate(kind, of, over, inner) => {
                *kind == aggregate && **of == *records && *over == variable && inner.as_deref() == body
            }
            _ => false,
        };
        let part = rolled.rollups.iter().position(is_same)?;
        let (root, field) = (rolled.root, rolled.field.clone());
        let dialect = self.dialect();
        let column = |name: &'static str| Sql::col((iden("r"), iden(name)));
        let (total, count) = (column("total"), column("count"));
        let whole = matches!(ty, Type::Integer);
        let (value, form) = match (aggregate, dialect) {
            (Aggregate::Count, _) => (count, ColumnType::Integer),
            (Aggregate::Avg, Dialect::Sqlite) => (function(rollup::MEAN, [total, count]), ColumnType::Number),
            (Aggregate::Avg, Dialect::Postgres) => (self.quotient(total, count.cast_as("numeric")), ColumnType::Number),
            (_, Dialect::Sqlite) if whole => (function(rollup::INTEGER, [total]), ColumnType::Integer),
            (_, Dialect::Sqlite) => (function(rollup::DECIMAL, [total]), ColumnType::Number),
            (_, Dialect::Postgres) if whole => (self.whole_in_range(total), ColumnType::Integer),
            (_, Dialect::Postgres) => (self.number_in_range(total), ColumnType::Number),
        };
        let field = bound(&expression::Value::Text(field.as_str().into()), ColumnType::Text, dialect);
        let part = i64::try_from(part).unwrap_or(i64::MAX);
        let mut select = Query::select();
        select.expr(value).from_as(iden(rollup::TABLE), iden("r"));
        select.and_where(column("record").eq(self.attribute(root, "id"))).and_where(column("field").eq(field));
        select.and_where(column("part").eq(Sql::cust(part.to_string())));
        let nullable = aggregate != Aggregate::Count;
        Some(Term { nullable, ..Term::new(Sql::SubQuery(None, Box::new(select.into())), form) })
    }

    /// What a kept aggregate comes to from scratch: total and count. `None` when it is over nothing.
    pub(crate) fn scratch_of(&mut self, known: &Rollup) -> Option<(Sql, Sql)> {
        match known.aggregate {
            Aggregate::Count => {
                let count = self.over_related(&known.expr, |_, _| Sql::cust("COUNT(*)"))?;
                Some((self.exact_zero(), count))
            }
            Aggregate::Sum => Some((self.over_related(&known.expr, Self::exact_total)?, Sql::cust("0"))),
            // What is no decimal any more has no part in a mean.
            Aggregate::Avg => {
                let number = |draft: &Self, term: Option<Term>| term.map(|term| draft.number(term));
                let total = self.over_related(&known.expr, |draft, term| draft.exact_total(number(draft, term)))?;
                let count = self.over_related(&known.expr, |draft, term| match number(draft, term) {
                    Some(term) => Func::count(term.expr).into(),
                    None => Sql::cust("0"),
                })?;
                Some((total, count))
            }
            Aggregate::Min | Aggregate::Max => {
                let extreme =
                    self.over_related(&known.expr, |draft, term| draft.exact_extreme(known.aggregate, term))?;
                let count = self.over_related(&known.expr, |_, term| match term {
                    Some(term) => Func::count(term.expr).into(),
                    None => Sql::cust("0"),
                })?;
                Some((extreme, count))
            }
            Aggregate::Any | Aggregate::All | Aggregate::First => None,
        }
    }

    fn exact_extreme(&self, aggregate: Aggregate, term: Option<Term>) -> Sql {
        let Some(term) = term else { return self.exact_zero() };
        let term = if term.form == ColumnType::Integer { term } else { self.number(term) };
        let extreme = self.extreme(aggregate, term).0;
        match self.dialect() {
            Dialect::Sqlite => function(rollup::OF, [extreme]),
            Dialect::Postgres => extreme.cast_as("numeric"),
        }
    }

    fn exact_total(&self, term: Option<Term>) -> Sql {
        let Some(term) = term else { return self.exact_zero() };
        match self.dialect() {
            Dialect::Sqlite => {
                let number = if term.form == ColumnType::Integer { term } else { self.number(term) };
                function(rollup::SUM, [number.expr])
            }
            Dialect::Postgres => {
                let sum = Sql::from(Func::sum(term.expr)).cast_as("numeric");
                Func::coalesce([sum, Sql::cust("0")]).into()
            }
        }
    }

    fn exact_zero(&self) -> Sql {
        let zero = expression::Value::Decimal(expression::Decimal::ZERO);
        bound(&zero, ColumnType::Number, self.dialect())
    }
}
