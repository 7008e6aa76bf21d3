//! The proof that an operation on an entity is allowed.

use std::sync::Arc;

use catalog::{Catalog, Entity, Field};
use expression::Expr;

use crate::{Access, Reason};

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
///
/// ```compile_fail,E0451
/// fn forge(entity: std::sync::Arc<catalog::Entity>, catalog: std::sync::Arc<catalog::Catalog>) -> access::Grant {
///     access::Grant { entity, catalog, operation: access::Operation::Read, condition: None }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Grant {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) entity: Arc<Entity>,
    pub(crate) operation: Operation,
    pub(crate) condition: Option<Expr>,
}

impl Grant {
    /// Entity the grant is for.
    pub fn entity(&self) -> &Arc<Entity> {
        &self.entity
    }

    /// Rights with which the grant's own condition reads: a rule may look at what the actor may not.
    pub fn judge(&self) -> Access {
        Access::system(Reason::AccessRule, Arc::clone(&self.catalog))
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
