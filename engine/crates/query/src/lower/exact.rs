//! Aggregates whose exact state is kept: what that is from scratch, and the value out of it.

use catalog::{KeptFormula, Rollup};
use expression::{Aggregate, Expr, ExprKind, FieldId, Type, Variable};
use sea_query::{Expr as Sql, ExprTrait, Func, Order, Query};
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

    /// What a kept aggregate comes to from scratch: total, count and ties. `None` when it is over nothing.
    pub(crate) fn scratch_of(&mut self, known: &Rollup) -> Option<[Sql; 3]> {
        let none = || Sql::cust("0");
        let (total, count, ties) = match known.aggregate {
            Aggregate::Count => {
                let count = self.over_related(&known.expr, |_, _| Sql::cust("COUNT(*)"))?;
                (self.exact_zero(), Sql::SubQuery(None, Box::new(count.into())), none())
            }
            Aggregate::Sum => (self.exact(known, Self::exact_total)?, none(), none()),
            Aggregate::Avg => (
                self.exact(known, Self::exact_total)?,
                self.exact(known, |_, value| Func::count(value).into())?,
                none(),
            ),
            Aggregate::Min | Aggregate::Max => {
                let extreme = self.exact(known, |draft, value| draft.exact_extreme(known.aggregate, value))?;
                let count = self.exact(known, |_, value| Func::count(value).into())?;
                (extreme, count, self.ties(known)?)
            }
            Aggregate::Any | Aggregate::All | Aggregate::First => return None,
        };
        Some([total, count, ties])
    }

    /// Computes something of the values of an aggregate.
    fn exact(&mut self, known: &Rollup, compute: impl FnOnce(&Self, Sql) -> Sql) -> Option<Sql> {
        let select = self.over_related(&known.expr, |draft, term| {
            let value = draft.number_of(known, term);
            compute(draft, value)
        })?;
        Some(Sql::SubQuery(None, Box::new(select.into())))
    }

    /// How many values are the extreme.
    fn ties(&mut self, known: &Rollup) -> Option<Sql> {
        let order = if known.aggregate == Aggregate::Min { Order::Asc } else { Order::Desc };
        let values = self.over_related(&known.expr, |draft, term| draft.number_of(known, term))?;
        let value = Sql::col((iden("n"), iden("v")));
        let mut ties = Query::select();
        ties.expr(Sql::cust("COUNT(*)")).from_subquery(values, iden("n")).and_where(value.clone().is_not_null());
        ties.add_group_by([value.clone()]).order_by_expr(value, order).limit(1);
        let ties = Sql::SubQuery(None, Box::new(ties.into()));
        Some(Func::coalesce([ties, Sql::cust("0")]).into())
    }

    /// The number that an aggregate takes of each record. What is no decimal any more has no part in a mean.
    fn number_of(&self, known: &Rollup, term: Option<Term>) -> Sql {
        match term {
            None => Sql::cust("0"),
            Some(term) if term.form == ColumnType::Integer && known.aggregate != Aggregate::Avg => term.expr,
            Some(term) => self.number(term).expr,
        }
    }

    fn exact_total(&self, value: Sql) -> Sql {
        match self.dialect() {
            Dialect::Sqlite => function(rollup::SUM, [value]),
            Dialect::Postgres => {
                let sum = Sql::from(Func::sum(value)).cast_as("numeric");
                Func::coalesce([sum, Sql::cust("0")]).into()
            }
        }
    }

    fn exact_extreme(&self, aggregate: Aggregate, value: Sql) -> Sql {
        let extreme = self.extreme(aggregate, Term::new(value, ColumnType::Number)).0;
        match self.dialect() {
            Dialect::Sqlite => function(rollup::OF, [extreme]),
            Dialect::Postgres => extreme.cast_as("numeric"),
        }
    }

    fn exact_zero(&self) -> Sql {
        let zero = expression::Value::Decimal(expression::Decimal::ZERO);
        bound(&zero, ColumnType::Number, self.dialect())
    }
}
