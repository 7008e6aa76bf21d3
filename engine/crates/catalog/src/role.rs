//! A resolved role.

use std::collections::HashMap;

use expression::EntityId;
use schemas::Label;

/// What people of a role may do.
#[derive(Debug, Clone)]
pub struct Role {
    /// Identity.
    pub id: String,
    /// Name.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// Whether it is one of the two that cannot be changed or removed.
    pub built_in: bool,
    /// Rights over the whole workspace.
    pub rights: Rights,
    /// Operations by entity.
    pub entities: HashMap<EntityId, Operations>,
    /// Operations of entities that are not named.
    pub otherwise: Operations,
}

/// Rights over the whole workspace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rights {
    /// May sign in and use applications.
    pub use_applications: bool,
    /// May change metadata.
    pub design: bool,
    /// May manage people, rights and settings.
    pub administer: bool,
}

/// What is allowed on an entity; nothing unless granted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Operations {
    /// Reading records.
    pub read: bool,
    /// Making records.
    pub create: bool,
    /// Changing records.
    pub update: bool,
    /// Sending records to the recycle bin and back.
    pub delete: bool,
}
