//! Reads of one record whose identity is left open.

use std::borrow::Cow;

use expression::Value;
use sea_query::Query;
use sql::names::quote;
use sql::{ColumnType, Statement, parameter};
use uuid::Uuid;

use super::Plan;

/// A decided read of one record with its statement.
#[derive(Debug)]
pub struct Template {
    plan: Plan,
    statement: Statement,
    id: Uuid,
    is_late: bool,
}

impl Template {
    /// Writes the statement of a plan made for one record.
    pub fn of(mut plan: Plan, id: Uuid) -> Self {
        let statement = crate::select(&plan);
        // What it was written from is many times as large and of no more use.
        (plan.select, plan.count) = (Query::select(), Query::select());
        Self { plan, statement, id, is_late: false }
    }

    /// Writes the statement of a plan for a record that the same message writes into a table of PostgreSQL.
    pub(super) fn over_written(plan: Plan, id: Uuid, table: &str) -> Self {
        let template = Self::of(plan, id);
        let is_late = template.statement.text.contains(&quote(table));
        Self { is_late, ..template }
    }

    /// Says whether it has to be read after the bundle that writes the record: PostgreSQL shows that only in what is
    /// written, not to other parts of the answer that read the same table.
    pub fn is_late(&self) -> bool {
        self.is_late
    }

    /// Says whether it reads any other record as well, for everybody of the same roles over the same catalog: no rule and
    /// no expression had a part in it, and the identity is all that is bound.
    pub fn is_open(&self) -> bool {
        self.plan.is_plain && self.statement.parameters.0 == [self.bound(self.id)]
    }

    /// The statement that reads this record.
    pub fn statement(&self, id: Uuid) -> Cow<'_, Statement> {
        if id == self.id {
            return Cow::Borrowed(&self.statement);
        }
        let mut statement = self.statement.clone();
        statement.parameters.0 = vec![self.bound(id)];
        Cow::Owned(statement)
    }

    /// Bytes of the statement, by which the size of the whole can be told.
    pub fn size(&self) -> usize {
        self.statement.text.len()
    }

    /// How the row that it reads becomes JSON.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    fn bound(&self, id: Uuid) -> sea_query::Value {
        parameter(&Value::Id(id), ColumnType::Uuid, self.plan.dialect)
    }
}
