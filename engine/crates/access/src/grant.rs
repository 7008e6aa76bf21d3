//! The proof that an operation on an entity is allowed, and on which of its records and fields.

use std::collections::HashSet;
use std::sync::Arc;

use catalog::{Catalog, Condition, Entity, Field, FieldPermission, Formula, Permission, Permissions};
use expression::{Expr, FieldId};
use uuid::Uuid;

use crate::access::any_of;
use crate::{Access, Clock};

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
    /// Taking out of the product.
    Export,
    /// Opening a single record to a person or a team.
    Share,
}

impl Operation {
    /// All operations, in the order of documents.
    pub const ALL: [Self; 6] = [Self::Read, Self::Create, Self::Update, Self::Delete, Self::Export, Self::Share];

    /// The operation's word in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Export => "export",
            Self::Share => "share",
        }
    }

    /// What permissions say of the operation.
    pub fn of(self, permissions: &Permissions) -> &Permission {
        match self {
            Self::Read => &permissions.read,
            Self::Create => &permissions.create,
            Self::Update => &permissions.update,
            Self::Delete => &permissions.delete,
            Self::Export => &permissions.export,
            Self::Share => &permissions.share,
        }
    }

    /// The conditions that narrow the operation for everybody.
    pub fn narrowing(self, entity: &Entity) -> &[Arc<Condition>] {
        match self {
            Self::Read => &entity.access.read,
            Self::Create => &entity.access.create,
            Self::Update => &entity.access.update,
            Self::Delete => &entity.access.delete,
            Self::Export => &entity.access.export,
            Self::Share => &[],
        }
    }

    /// The condition under which the operation is open on a record that was shared with the actor.
    pub fn shared(self, entity: &Entity) -> Option<&Arc<Condition>> {
        let shared = entity.shared.as_ref()?;
        match self {
            Self::Read => Some(&shared.read),
            Self::Update => Some(&shared.update),
            // The lines of a record are made and deleted by changing it.
            Self::Create | Self::Delete => entity.owner.is_some().then_some(&shared.update),
            Self::Export | Self::Share => None,
        }
    }
}

/// Leave to do one operation on the records of one entity. Only [`crate::Access`] makes it.
///
/// ```compile_fail,E0451
/// fn forge(leave: access::Grant) -> access::Grant {
///     access::Grant { operation: access::Operation::Delete, ..leave }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Grant {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) clock: Clock,
    pub(crate) user: Option<Uuid>,
    pub(crate) entity: Arc<Entity>,
    pub(crate) operation: Operation,
    pub(crate) condition: Option<Arc<Expr>>,
    pub(crate) terms: Arc<Terms>,
    /// Of a dataset or a register, the fields that are made of what the actor may not know.
    pub(crate) closed: Arc<HashSet<FieldId>>,
}

/// What a grant rests on.
#[derive(Debug)]
pub(crate) enum Terms {
    /// On every right there is: the engine's own, or an administrator's.
    Unlimited,
    /// On roles, of which one has to allow the record unless it was shared, and on what narrows them all.
    Roles { terms: Vec<Term>, narrowing: Vec<Arc<Condition>>, shared: Option<Arc<Condition>> },
}

/// What one role of the actor allows.
#[derive(Debug)]
pub(crate) struct Term {
    /// On which records; `None` for all.
    pub(crate) condition: Option<Arc<Condition>>,
    pub(crate) permissions: Arc<Permissions>,
}

/// On which of the granted records something more is allowed.
#[derive(Debug, Clone, PartialEq)]
pub enum Reach {
    /// On none.
    None,
    /// On all of them.
    All,
    /// On those of a condition.
    Some(Expr),
}

impl Reach {
    /// Where both are.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => Self::None,
            (Self::All, reach) | (reach, Self::All) => reach,
            (Self::Some(one), Self::Some(other)) => Self::Some(expression::reduce::all_of([one, other])),
        }
    }
}

impl Terms {
    /// What a record must meet; `None` for all records.
    pub(crate) fn condition(&self) -> Option<Expr> {
        let Self::Roles { terms, narrowing, shared } = self else { return None };
        let granted = any_of(terms.iter().map(|term| term.condition.as_ref()).chain(shared.iter().map(Some)));
        let all: Vec<Expr> = narrowing.iter().map(|condition| condition.expr.clone()).chain(granted).collect();
        if all.is_empty() { None } else { Some(expression::reduce::all_of(all)) }
    }

    /// On which records the field may be used as the permission says.
    fn reach(&self, field: &Field, least: FieldPermission) -> Reach {
        let Self::Roles { terms, shared, .. } = self else { return Reach::All };
        let (open, closed): (Vec<&Term>, Vec<&Term>) =
            terms.iter().partition(|term| term.permissions.field(field) >= least);
        if closed.is_empty() {
            return Reach::All;
        }
        if open.is_empty() {
            return Reach::None;
        }
        // A shared record is open by each of the roles, so that each says of its fields what it does.
        match any_of(open.iter().map(|term| term.condition.as_ref()).chain(shared.iter().map(Some))) {
            None => Reach::All,
            Some(condition) => Reach::Some(condition),
        }
    }
}

impl Grant {
    /// Entity the grant is for.
    pub fn entity(&self) -> &Arc<Entity> {
        &self.entity
    }

    /// Rights with which the grant's own condition reads: a rule may look at what the actor may not.
    pub fn judge(&self) -> Access {
        Access::judge(self.user, Arc::clone(&self.catalog), self.clock)
    }

    /// Operation it allows.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Condition a record must meet; `None` for all records.
    pub fn condition(&self) -> Option<&Expr> {
        self.condition.as_deref()
    }

    /// Says whether the field may be read (`Read`) or written (`Create`, `Update`) on some record under this grant.
    pub fn allows(&self, field: &Field) -> bool {
        self.reach(field) != Reach::None
    }

    /// Says on which of the granted records the field may be read or written.
    pub fn reach(&self, field: &Field) -> Reach {
        match self.operation {
            Operation::Read | Operation::Delete | Operation::Export if field.write_only => Reach::None,
            Operation::Create | Operation::Update if field.read_only => Reach::None,
            _ if is_kept(field) => Reach::All,
            _ if self.closed.contains(&field.id) => Reach::None,
            Operation::Create | Operation::Update => self.terms.reach(field, FieldPermission::Write),
            _ => self.made_of(field, self.terms.reach(field, FieldPermission::Read)),
        }
    }

    /// Narrows where a field may be read to where all that it is calculated from on the record may be. What a stored formula
    /// is declared open for, it is open for.
    fn made_of(&self, field: &Field, own: Reach) -> Reach {
        let read = field.formula.iter().filter(|formula| !formula.open).flat_map(|formula| &formula.own);
        let read = read.filter_map(|id| self.entity.field_by_id(id)).filter(|field| !is_kept(field));
        read.fold(own, |reach, field| {
            let open = self.terms.reach(field, FieldPermission::Read);
            let is_stored = field.formula.as_ref().is_some_and(Formula::is_stored);
            reach.and(if is_stored { self.made_of(field, open) } else { open })
        })
    }

    /// Says whether the field may be read on every record there is.
    pub(crate) fn is_unconditional(&self, field: &Field) -> bool {
        self.condition.is_none() && self.reach(field) == Reach::All
    }

    /// Says on which of the granted records at least a trace of the field is shown.
    pub fn shows(&self, field: &Field) -> Reach {
        if field.write_only || self.closed.contains(&field.id) {
            return Reach::None;
        }
        match field.formula {
            // Of a calculated value there is no trace.
            Some(_) => self.made_of(field, self.terms.reach(field, FieldPermission::Read)),
            None if is_kept(field) => Reach::All,
            None => self.terms.reach(field, FieldPermission::Mask),
        }
    }
}

/// Without identity and version there is no record to speak of.
fn is_kept(field: &Field) -> bool {
    field.is_attribute() && ["id", "version"].contains(&field.id.as_str())
}
