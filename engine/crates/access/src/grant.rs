//! The proof that an operation on an entity is allowed.

use std::sync::Arc;

use catalog::{Entity, Field};
use expression::Expr;

/// What is done to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Reading.
    Read,
    /// Making.
    Create,
    /// Changing.
    Update,
    /// Sending to the recycle bin and back.
    Delete,
}

/// Leave to do one operation on the records of one entity. Only [`crate::Access`] makes it.
#[derive(Debug, Clone)]
pub struct Grant {
    pub(crate) entity: Arc<Entity>,
    pub(crate) operation: Operation,
    pub(crate) condition: Option<Expr>,
}

impl Grant {
    /// Entity the grant is for.
    pub fn entity(&self) -> &Arc<Entity> {
        &self.entity
    }

    /// Operation it allows.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Condition a record must meet; `None` for all records.
    pub fn condition(&self) -> Option<&Expr> {
        self.condition.as_ref()
    }

    /// Says whether the field may be read (`Read`) or written (the other operations) under this grant.
    pub fn allows(&self, field: &Field) -> bool {
        match self.operation {
            Operation::Read | Operation::Delete => !field.write_only,
            Operation::Create | Operation::Update => !field.read_only,
        }
    }
}
