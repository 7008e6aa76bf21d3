//! Why an actor may or may not: the rules tried, in order.

use std::sync::Arc;

use catalog::{Condition, Entity, Permission};
use expression::EntityId;

use crate::{Access, Grant, Operation};

/// One rule that is tried.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Name of the role whose rule it is; `None` for what the entity itself says for everybody.
    pub role: Option<String>,
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
    /// everybody, of which all must hold, then what each role of the actor says, of which one must. A role with every
    /// right is tried alone.
    pub fn rules(&self, entity: &Entity, operation: Operation) -> Vec<Tried> {
        let Some((roles, all)) = self.roles() else { return Vec::new() };
        let writes = !matches!(operation, Operation::Read | Operation::Export);
        if all {
            let rule = if entity.read_only && writes { Permission::Never } else { Permission::Always };
            return vec![Tried { role: Some("administrator".to_owned()), rule }];
        }
        let narrowing = operation.narrowing(entity).iter();
        let narrowing = narrowing.map(|condition| Tried { role: None, rule: Permission::When(Arc::clone(condition)) });
        let granting = roles.iter().map(|role| {
            let rule = if entity.read_only && writes { &Permission::Never } else { operation.of(role.on(&entity.id)) };
            Tried { role: Some(role.name.clone()), rule: rule.clone() }
        });
        narrowing.chain(granting).collect()
    }
}
