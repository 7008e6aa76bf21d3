//! A resolved role.

use std::collections::HashMap;
use std::sync::Arc;

use expression::{EntityId, Expr, FieldId};
use schemas::{FieldPermission, Label};

use crate::Field;

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
    /// Permissions by entity.
    pub entities: HashMap<EntityId, Arc<Permissions>>,
    /// Permissions on entities that are not among them.
    pub otherwise: Arc<Permissions>,
}

impl Role {
    /// What the role allows on an entity.
    pub fn on(&self, entity: &EntityId) -> &Arc<Permissions> {
        self.entities.get(entity).unwrap_or(&self.otherwise)
    }
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
#[derive(Debug, Clone, PartialEq)]
pub struct Permissions {
    /// Reading records.
    pub read: Permission,
    /// Making records.
    pub create: Permission,
    /// Changing records.
    pub update: Permission,
    /// Sending records to the recycle bin and back.
    pub delete: Permission,
    /// Taking records out of the product.
    pub export: Permission,
    /// Sharing single records with people and teams.
    pub share: Permission,
    /// Fields with permissions of their own.
    pub fields: HashMap<FieldId, FieldPermission>,
    /// What may be done with the other fields, the attributes that every record has apart.
    pub other_fields: FieldPermission,
}

impl Permissions {
    /// Allows each operation on every record, or none.
    pub fn all(allowed: bool) -> Self {
        let permission = if allowed { Permission::Always } else { Permission::Never };
        Self {
            read: permission.clone(),
            create: permission.clone(),
            update: permission.clone(),
            delete: permission.clone(),
            export: permission.clone(),
            share: permission,
            fields: HashMap::new(),
            other_fields: FieldPermission::Write,
        }
    }

    /// What may be done with a field of a record that is open. The trace of a value is only left of what is one text or
    /// number: a masked relation is closed.
    pub fn field(&self, field: &Field) -> FieldPermission {
        let written = match self.fields.get(&field.id) {
            Some(permission) => *permission,
            None if field.is_attribute() => FieldPermission::Write,
            None => self.other_fields,
        };
        match written {
            FieldPermission::Mask if !field.leaves_a_trace() => FieldPermission::None,
            other => other,
        }
    }
}

/// Whether an operation is allowed.
#[derive(Debug, Clone, PartialEq)]
pub enum Permission {
    /// On no record.
    Never,
    /// On every record.
    Always,
    /// On the records of a condition.
    When(Arc<Condition>),
}

/// A condition on a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// As it was written.
    pub text: String,
    /// Checked against the catalog.
    pub expr: Expr,
}
