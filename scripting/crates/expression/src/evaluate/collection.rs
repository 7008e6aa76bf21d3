//! Related records and values over them.

use std::cmp::Ordering;

use ethnum::I256;

use super::{Evaluation, Problem, order};
use crate::{Aggregate, Decimal, Expr, ExprKind, RecordRef, Type, Value, Variable};

impl Evaluation<'_> {
    pub(super) fn aggregate(
        &mut self,
        aggregate: Aggregate,
        of: &Expr,
        variable: Variable,
        body: Option<&Expr>,
        ty: &Type,
    ) -> Value {
        let records = self.records(of);
        if aggregate == Aggregate::First {
            return self.first(records, variable, body);
        }
        let Some(body) = body else { return i64::try_from(records.len()).ok().into() };
        match aggregate {
            Aggregate::Any => records.into_iter().any(|record| self.body(variable, record, body).is_true()).into(),
            Aggregate::All => records.into_iter().all(|record| self.body(variable, record, body).is_true()).into(),
            Aggregate::Count | Aggregate::First => Value::Empty,
            Aggregate::Sum | Aggregate::Avg | Aggregate::Min | Aggregate::Max => {
                let values = records.into_iter().map(|record| self.body(variable, record, body));
                let values: Vec<Value> = values.filter(|value| !value.is_empty()).collect();
                self.over(aggregate, values, ty)
            }
        }
    }

    /// The order of related records is that of their identities, which grow with time.
    fn first(&mut self, mut records: Vec<RecordRef>, variable: Variable, body: Option<&Expr>) -> Value {
        records.sort_by_key(|record| record.id);
        let found = records
            .into_iter()
            .find(|record| body.is_none_or(|body| self.body(variable, record.clone(), body).is_true()));
        found.map_or(Value::Empty, Value::Record)
    }

    fn over(&self, aggregate: Aggregate, values: Vec<Value>, ty: &Type) -> Value {
        let language = self.environment.language();
        let order = |a: &Value, b: &Value| order(a, b, language).unwrap_or(Ordering::Equal);
        match aggregate {
            Aggregate::Sum => self.outcome(sum(&values, ty).ok_or(Problem::Overflow)),
            Aggregate::Avg if values.is_empty() => Value::Empty,
            Aggregate::Avg => self.outcome(Decimal::mean(units(&values), values.len() as u64).ok_or(Problem::Overflow)),
            Aggregate::Min => values.into_iter().min_by(order).unwrap_or(Value::Empty),
            Aggregate::Max => values.into_iter().max_by(order).unwrap_or(Value::Empty),
            Aggregate::Any | Aggregate::All | Aggregate::Count | Aggregate::First => Value::Empty,
        }
    }

    fn records(&mut self, of: &Expr) -> Vec<RecordRef> {
        match &of.kind {
            ExprKind::Field(record, field) => match self.value(record) {
                Value::Record(record) => self.environment.related(&record, field),
                _ => Vec::new(),
            },
            ExprKind::Filter(of, variable, body) => {
                let records = self.records(of).into_iter();
                records.filter(|record| self.body(*variable, record.clone(), body).is_true()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn body(&mut self, variable: Variable, record: RecordRef, body: &Expr) -> Value {
        self.variables.push((variable, Value::Record(record)));
        let value = self.value(body);
        self.variables.pop();
        value
    }
}

/// Adds exactly, so that only the whole can overflow and never an intermediate sum.
fn sum(values: &[Value], ty: &Type) -> Option<Value> {
    match ty {
        Type::Integer => {
            let whole = values.iter().map(|value| if let Value::Integer(number) = value { *number } else { 0 });
            i64::try_from(whole.map(i128::from).sum::<i128>()).ok().map(Value::Integer)
        }
        _ => i128::try_from(units(values)).ok().and_then(Decimal::from_units).map(Value::Decimal),
    }
}

fn units(values: &[Value]) -> I256 {
    let units = values.iter().map(|value| if let Value::Decimal(number) = value { number.units() } else { 0 });
    units.map(I256::from).fold(I256::ZERO, |sum, units| sum + units)
}
