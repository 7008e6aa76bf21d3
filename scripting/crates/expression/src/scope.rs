//! What an expression may name: the seam between the language and the metadata.

use crate::{EntityId, FieldRef, Type};

/// Metadata as the checker sees it. The catalog and the access rules implement it, so that the language knows neither.
pub trait Scope {
    /// Finds a field, link, inverse relation or system attribute of `entity` by name; `None` when there is none the
    /// caller may know of.
    fn member(&self, entity: &EntityId, name: &str) -> Option<Member>;

    /// Lists the names of `entity` that the caller may know, for suggestions.
    fn names(&self, entity: &EntityId) -> Vec<String>;

    /// Finds an entity by name among those that the caller may know: `company` of `subject.as_company`.
    fn entity(&self, name: &str) -> Option<EntityId>;

    /// Gives the name of an entity that the caller may know.
    fn entity_name(&self, entity: &EntityId) -> Option<String>;

    /// Entity of the record the expression is about; `None` where there is no record.
    fn record(&self) -> Option<EntityId>;

    /// Lists records that have names of their own, beside the one that the expression is about: the first is variable 1.
    fn records(&self) -> Vec<(std::sync::Arc<str>, EntityId)> {
        Vec::new()
    }

    /// Entity of `user`; `None` where the expression may not read the current user.
    fn user(&self) -> Option<EntityId>;
}

/// One named thing of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Which field it is.
    pub field: FieldRef,
    /// Its type: a value, [`Type::Record`] for links, [`Type::Records`] for to-many relations, [`Type::AnyRecord`] for links
    /// to one of several entities.
    pub ty: Type,
}
