//! An actor's rights over a catalog.

use std::sync::Arc;

use catalog::{Catalog, Entity, Rights};
use expression::EntityId;
use uuid::Uuid;

use crate::{Grant, Operation};

/// Who asks. There is no anonymous and no empty actor: what needs no rights takes no actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user: Uuid,
    /// Names of the user's roles.
    pub roles: Vec<String>,
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
    /// Judging the condition of a grant, which may look at what the actor may not.
    AccessRule,
    /// A command of the command line, run by whoever owns the machine.
    CommandLine,
}

/// Rights of one actor over one catalog.
#[derive(Debug, Clone)]
pub struct Access {
    catalog: Arc<Catalog>,
    holder: Holder,
}

#[derive(Debug, Clone)]
enum Holder {
    Actor { actor: Actor, rights: Rights, all: bool },
    System(Reason),
}

impl Access {
    /// Gives the rights of an authenticated actor.
    pub fn of(actor: Actor, catalog: Arc<Catalog>) -> Self {
        let mut rights = Rights::default();
        for role in actor.roles.iter().filter_map(|name| catalog.role(name)) {
            rights.use_applications |= role.rights.use_applications;
            rights.design |= role.rights.design;
            rights.administer |= role.rights.administer;
        }
        let all = actor.roles.iter().any(|name| name == "administrator");
        Self { catalog, holder: Holder::Actor { actor, rights, all } }
    }

    /// Gives unlimited rights to the engine itself, for a stated reason.
    pub fn system(reason: Reason, catalog: Arc<Catalog>) -> Self {
        Self { catalog, holder: Holder::System(reason) }
    }

    /// The catalog these rights are over.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The user, when a person asks.
    pub fn user(&self) -> Option<Uuid> {
        match &self.holder {
            Holder::Actor { actor, .. } => Some(actor.user),
            Holder::System(_) => None,
        }
    }

    /// Why the engine itself asks, when it does.
    pub fn reason(&self) -> Option<Reason> {
        match &self.holder {
            Holder::Actor { .. } => None,
            Holder::System(reason) => Some(*reason),
        }
    }

    /// Rights over the whole workspace.
    pub fn rights(&self) -> Rights {
        match &self.holder {
            Holder::Actor { rights, .. } => *rights,
            Holder::System(_) => Rights { use_applications: true, design: true, administer: true },
        }
    }

    /// Leave to read an entity, by identity.
    pub fn read(&self, entity: &EntityId) -> Option<Grant> {
        self.grant(entity, Operation::Read)
    }

    /// Leave to do an operation on an entity, by identity; `None` when no role grants it or the entity is unknown.
    pub fn grant(&self, entity: &EntityId, operation: Operation) -> Option<Grant> {
        let entity = self.catalog.entity_by_id(entity)?;
        self.allows(entity, operation).then(|| Grant {
            catalog: Arc::clone(&self.catalog),
            entity: Arc::clone(entity),
            operation,
            condition: None,
        })
    }

    fn allows(&self, entity: &Entity, operation: Operation) -> bool {
        let Holder::Actor { actor, all, .. } = &self.holder else { return true };
        if entity.read_only && operation != Operation::Read {
            return false;
        }
        *all || actor.roles.iter().filter_map(|name| self.catalog.role(name)).any(|role| {
            let operations = role.entities.get(&entity.id).unwrap_or(&role.otherwise);
            match operation {
                Operation::Read => operations.read,
                Operation::Create => operations.create,
                Operation::Update => operations.update,
                Operation::Delete => operations.delete,
            }
        })
    }
}
