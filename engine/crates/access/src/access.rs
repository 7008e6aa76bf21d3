//! An actor's rights over a catalog.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use catalog::{Catalog, Condition, Entity, Permission, Rights, Role};
use chrono::{DateTime, NaiveDate, Utc};
use expression::{EntityId, Expr, Value};
use uuid::Uuid;

use crate::grant::{Term, Terms};
use crate::{Grant, Operation};

/// Who asks. There is no anonymous and no empty actor: what needs no rights takes no actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user: Uuid,
    /// Names of the user's roles.
    pub roles: Vec<String>,
}

/// When the actor asks, for conditions that look at the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    /// The moment `now()` gives.
    pub now: DateTime<Utc>,
    /// The date `today()` gives.
    pub today: NaiveDate,
    /// The time zone in which that is the date.
    pub zone: expression::Tz,
}

/// Why the engine itself must read or write past the rights of people. Every use of a reason is counted by a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Finding a user by address or token, and the roles of a user.
    SignIn,
    /// Creating the first administrator and keeping the last one.
    FirstAdministrator,
    /// Writing audit events, revisions and role records that mirror documents.
    Bookkeeping,
    /// Following `on_delete` to records the actor may not see.
    Integrity,
    /// Keeping whom a record is shared with, once it is judged that the actor may share it.
    Sharing,
    /// Judging the condition of a grant, which may look at what the actor may not.
    AccessRule,
    /// Calculating stored formulas, which are the same for everybody.
    Propagation,
    /// Reading records into the search index, which is asked through grants only.
    SearchIndex,
    /// Finding the teams of whoever uses saved views.
    SavedView,
    /// What a script does that is published to run past the rights of people.
    Script,
    /// Keeping letters and notices that scripts write, and how it went with them.
    Messages,
    /// A command of the command line, run by whoever owns the machine.
    CommandLine,
}

/// Rights of one actor over one catalog.
#[derive(Debug, Clone)]
pub struct Access {
    catalog: Arc<Catalog>,
    clock: Clock,
    holder: Holder,
    grants: Arc<Mutex<Known>>,
}

type Known = HashMap<(EntityId, Operation), Option<Grant>>;

#[derive(Debug, Clone)]
enum Holder {
    Actor {
        actor: Actor,
        roles: Vec<Arc<Role>>,
        rights: Rights,
        all: bool,
    },
    System(Reason),
    /// Whoever judges a condition for a user, past that user's rights.
    Judge(Option<Uuid>),
}

impl Access {
    /// Gives the rights of an authenticated actor.
    pub fn of(actor: Actor, catalog: Arc<Catalog>, clock: Clock) -> Self {
        let roles: Vec<Arc<Role>> = actor.roles.iter().filter_map(|name| catalog.role(name)).cloned().collect();
        let mut rights = Rights::default();
        for role in &roles {
            rights.use_applications |= role.rights.use_applications;
            rights.design |= role.rights.design;
            rights.administer |= role.rights.administer;
        }
        let all = actor.roles.iter().any(|name| name == "administrator");
        Self::held(Holder::Actor { actor, roles, rights, all }, catalog, clock)
    }

    /// Gives unlimited rights to the engine itself, for a stated reason.
    pub fn system(reason: Reason, catalog: Arc<Catalog>) -> Self {
        Self::held(Holder::System(reason), catalog, Clock::default())
    }

    /// Gives the same rights at another moment.
    #[must_use]
    pub fn at(self, clock: Clock) -> Self {
        Self::held(self.holder, self.catalog, clock)
    }

    /// Gives the rights with which a condition about a user's leave reads: it may look at what the user may not.
    pub(crate) fn judge(user: Option<Uuid>, catalog: Arc<Catalog>, clock: Clock) -> Self {
        Self::held(Holder::Judge(user), catalog, clock)
    }

    /// Gives the rights of the same holder over another catalog.
    pub fn over(&self, catalog: Arc<Catalog>) -> Self {
        match &self.holder {
            Holder::Actor { actor, .. } => Self::of(actor.clone(), catalog, self.clock),
            other => Self::held(other.clone(), catalog, self.clock),
        }
    }

    fn held(holder: Holder, catalog: Arc<Catalog>, clock: Clock) -> Self {
        Self { catalog, clock, holder, grants: Arc::default() }
    }

    /// The catalog these rights are over.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// When the actor asks.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// The user, when a person asks or when a condition is judged for one.
    pub fn user(&self) -> Option<Uuid> {
        match &self.holder {
            Holder::Actor { actor, .. } => Some(actor.user),
            Holder::System(_) => None,
            Holder::Judge(user) => *user,
        }
    }

    /// Who asks, when a person asks in their own name.
    pub fn actor(&self) -> Option<&Actor> {
        match &self.holder {
            Holder::Actor { actor, .. } => Some(actor),
            Holder::System(_) | Holder::Judge(_) => None,
        }
    }

    /// Why the engine itself asks, when it does.
    pub fn reason(&self) -> Option<Reason> {
        match &self.holder {
            Holder::Actor { .. } => None,
            Holder::System(reason) => Some(*reason),
            Holder::Judge(_) => Some(Reason::AccessRule),
        }
    }

    /// Rights over the whole workspace.
    pub fn rights(&self) -> Rights {
        match &self.holder {
            Holder::Actor { rights, .. } => *rights,
            Holder::System(_) | Holder::Judge(_) => Rights { use_applications: true, design: true, administer: true },
        }
    }

    /// Says whether something made for these roles, by identity, is for the actor: made for none it is for everybody.
    pub fn plays(&self, roles: &[String]) -> bool {
        roles.is_empty() || self.roles().is_none_or(|(own, all)| all || own.iter().any(|role| roles.contains(&role.id)))
    }

    /// Says whether the actor has one of these roles, by identity: by what they do, not by what they may, so that an administrator
    /// gets what is made for administrators.
    pub fn has_one_of(&self, roles: &[String]) -> bool {
        self.roles().is_some_and(|(own, _)| own.iter().any(|role| roles.contains(&role.id)))
    }

    /// Says whether the actor draws as a designer: an administrator has every right anyway.
    pub fn is_designer(&self) -> bool {
        self.roles()
            .is_some_and(|(roles, all)| !all && roles.iter().any(|role| role.built_in && role.name == "designer"))
    }

    /// The roles of the actor and whether one of them has every right; `None` for the engine itself.
    pub(crate) fn roles(&self) -> Option<(&[Arc<Role>], bool)> {
        match &self.holder {
            Holder::Actor { roles, all, .. } => Some((roles, *all)),
            Holder::System(_) | Holder::Judge(_) => None,
        }
    }

    /// Leave to read an entity, by identity.
    pub fn read(&self, entity: &EntityId) -> Option<Grant> {
        self.grant(entity, Operation::Read)
    }

    /// Leave to do an operation on an entity, by identity; `None` when no role grants it on any record or the entity is
    /// unknown.
    pub fn grant(&self, entity: &EntityId, operation: Operation) -> Option<Grant> {
        let known = || self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (entity.clone(), operation);
        if let Some(grant) = known().get(&key) {
            return grant.clone();
        }
        let entity = self.catalog.entity_by_id(entity)?;
        let grant = self.made(entity, operation);
        known().insert(key, grant.clone());
        grant
    }

    fn made(&self, entity: &Arc<Entity>, operation: Operation) -> Option<Grant> {
        let terms = self.terms(entity, operation)?;
        let closed = match (&entity.dataset, &entity.register) {
            _ if !matches!(terms, Terms::Roles { .. }) => HashSet::new(),
            (Some(dataset), _) => self.closed(entity, dataset)?,
            (None, Some(register)) => self.sealed(register)?,
            (None, None) => HashSet::new(),
        };
        Some(Grant {
            catalog: Arc::clone(&self.catalog),
            clock: self.clock,
            user: self.user(),
            entity: Arc::clone(entity),
            operation,
            condition: terms.condition().map(Arc::new),
            terms: Arc::new(terms),
            closed: Arc::new(closed),
        })
    }

    /// What the roles of the actor say of an operation; `None` when none of them grants it.
    fn terms(&self, entity: &Entity, operation: Operation) -> Option<Terms> {
        let Some((roles, all)) = self.roles() else { return Some(Terms::Unlimited) };
        if entity.read_only && !matches!(operation, Operation::Read | Operation::Export) {
            return None;
        }
        if all {
            return Some(Terms::Unlimited);
        }
        let terms: Vec<Term> = roles
            .iter()
            .map(|role| role.on(&entity.id))
            .filter_map(|permissions| {
                let condition = match operation.of(permissions) {
                    Permission::Never => return None,
                    Permission::Always => None,
                    Permission::When(condition) => Some(Arc::clone(condition)),
                };
                Some(Term { condition, permissions: Arc::clone(permissions) })
            })
            .collect();
        let shared = operation.shared(entity).cloned();
        (!terms.is_empty()).then_some(Terms::Roles { terms, narrowing: operation.narrowing(entity).to_vec(), shared })
    }
}

/// Says whether any of the conditions is true; `None` when one of them is no condition at all.
pub(crate) fn any_of<'a>(conditions: impl IntoIterator<Item = Option<&'a Arc<Condition>>>) -> Option<Expr> {
    let mut exprs: Vec<Expr> = Vec::new();
    for condition in conditions {
        let expr = &condition?.expr;
        if !exprs.contains(expr) {
            exprs.push(expr.clone());
        }
    }
    let any = expression::reduce::any_of(exprs);
    // `true` as a condition is none.
    (any != Expr::literal(Value::Boolean(true), expression::Type::Boolean)).then_some(any)
}
