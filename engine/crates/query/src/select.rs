//! A plan as statements.

use sql::{ColumnType, Statement};

use crate::Plan;
use crate::build::statement;

/// The statement that reads the plan's records.
pub fn select(plan: &Plan) -> Statement {
    let mut statement = statement(&plan.select, plan.columns.clone(), plan.dialect);
    if let Some(paging) = plan.page.as_ref().filter(|paging| paging.limit < usize::MAX) {
        // Written out, because a planner that does not know the limit plans to read a tenth of the table.
        statement.text.push_str(&format!(" LIMIT {}", paging.limit + 1));
    }
    statement
}

/// The statement that counts all records the plan's conditions keep: one row of one integer.
pub fn count(plan: &Plan) -> Statement {
    statement(&plan.count, vec![ColumnType::Integer], plan.dialect)
}
