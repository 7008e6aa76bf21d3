//! What an expression may name: the seam between the language and the metadata.

use std::sync::Arc;

use crate::functions::Functions;
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

    /// Says whether measures may be named here at all.
    fn reads_measures(&self) -> bool {
        false
    }

    /// Lists the names of measures that may be named here, for suggestions.
    fn measures(&self) -> Vec<String> {
        Vec::new()
    }

    /// Finds a measure by name among those that may be named here.
    fn measure(&self, _name: &str) -> Option<Measured> {
        None
    }

    /// Finds the functions of a script by its name.
    fn functions(&self, _script: &str) -> Option<Arc<Functions>> {
        None
    }

    /// Lists the functions of scripts that may be called here, as `script::function`, for suggestions.
    fn open_functions(&self) -> Vec<String> {
        Vec::new()
    }

    /// Entity of `user`; `None` where the expression may not read the current user.
    fn user(&self) -> Option<EntityId>;
}

/// A measure as expressions read it: texts about a record of its entity, parameters filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Identity, which its targets hold.
    pub id: Arc<str>,
    /// Name of the entity.
    pub entity: Arc<str>,
    /// The number, made of aggregates.
    pub expression: String,
    /// Condition on a record.
    pub filter: Option<String>,
    /// Path to what a period is about, and whether that is an instant.
    pub date: Option<String>,
    /// Whether the path leads to an instant.
    pub is_instant: bool,
    /// Path to the user whom a record counts for.
    pub person: Option<String>,
    /// Word of the period unless another one is asked for.
    pub period: Arc<str>,
    /// Whether it is of the current user unless somebody else is asked for.
    pub mine: bool,
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
