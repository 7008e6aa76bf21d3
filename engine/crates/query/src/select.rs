//! A plan as statements.

use sql::{ColumnType, Statement};

use crate::Plan;
use crate::build::statement;

/// The statement that reads the plan's records.
pub fn select(plan: &Plan) -> Statement {
    statement(&plan.select, plan.columns.clone(), plan.dialect)
}

/// The statement that counts all records the plan's conditions keep: one row of one integer.
pub fn count(plan: &Plan) -> Statement {
    statement(&plan.count, vec![ColumnType::Integer], plan.dialect)
}
