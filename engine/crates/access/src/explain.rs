//! Why an actor may or may not: the rules tried, in order.

use std::sync::Arc;

use catalog::{Condition, Entity, Permission};
use expression::EntityId;

use crate::{Access, Grant, Operation};

/// Who says a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The entity, for everybody.
    Entity,
    /// The role of this name.
    Role(String),
    /// The record was shared, or was not.
    Sharing,
}

/// One rule that is tried.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Whose rule it is.
    pub source: Source,
    /// What it says.
    pub rule: Permission,
}

impl Tried {
    /// The condition to be judged on the record, when the rule has one.
    pub fn condition(&self) -> Option<&Arc<Condition>> {
        match &self.rule {
            Permission::When(condition) => Some(condition),
            Permission::Always | Permission::Never => None,
        }
    }
}

impl Access {
    /// Leave to judge conditions about this actor on the records of an entity: with the rights conditions read with.
    pub fn judge_of(&self, entity: &EntityId) -> Option<Grant> {
        Self::judge(self.user(), Arc::clone(self.catalog()), self.clock()).read(entity)
    }

    /// Lists the rules that decide on an operation, in the order they are tried: first what the entity says for
    /// everybody, of which all must hold, then what each role of the actor says, of which one must, or that the record was
    /// shared, where a role opens such records on a condition. A role with every right is tried alone.
    pub fn rules(&self, entity: &Entity, operation: Operation) -> Vec<Tried> {
        let Some((roles, all)) = self.roles() else { return Vec::new() };
        let writes = !matches!(operation, Operation::Read | Operation::Export);
        if all {
            let rule = if entity.read_only && writes { Permission::Never } else { Permission::Always };
            return vec![Tried { source: Source::Role("administrator".to_owned()), rule }];
        }
        let narrowing = operation.narrowing(entity).iter();
        let narrowing =
            narrowing.map(|condition| Tried { source: Source::Entity, rule: Permission::When(Arc::clone(condition)) });
        let granting = roles.iter().map(|role| {
            let rule = if entity.read_only && writes { &Permission::Never } else { operation.of(role.on(&entity.id)) };
            Tried { source: Source::Role(role.name.clone()), rule: rule.clone() }
        });
        let mut rules: Vec<Tried> = narrowing.chain(granting).collect();
        let is_ruled = rules.iter().any(|it| it.source != Source::Entity && matches!(it.rule, Permission::When(_)));
        if let Some(shared) = operation.shared(entity).filter(|_| is_ruled) {
            rules.push(Tried { source: Source::Sharing, rule: Permission::When(Arc::clone(shared)) });
        }
        rules
    }
}
