//! The resolved metadata of one revision: immutable, linked, indexed.
//!
//! [`resolve()`] turns documents into a [`Catalog`]; everything else is derived from it. A request holds one
//! `Arc<Catalog>` from beginning to end.

pub mod catalog;
pub mod dataset;
pub mod sql;
pub mod balance;
pub mod register;
pub mod entity;
pub mod field;
pub mod formula;
pub mod condition;
pub mod link_back;
pub mod texts;
pub mod trigger;
pub mod traced;
pub mod rollup;
pub mod cost;
pub mod rich_text;
pub mod physical;
pub mod role;
pub mod application;
pub mod view;
pub mod measure;
pub mod dashboard;
pub mod form;
pub mod script;
pub mod system;
pub mod resolve;
pub mod scope;
pub mod usage;
pub mod rename;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;

pub use application::{Application, Home, NavigationItem, NavigationSection, NavigationTarget};
pub use balance::Balances;
pub use catalog::{Catalog, Workspace};
pub use condition::{Conditions, FieldCondition};
pub use cost::Cost;
pub use dashboard::Dashboard;
pub use dataset::Dataset;
pub use entity::{Access, Entity, Index, MAX_TITLE_HOPS, Rule, Shared, UniqueKey};
pub use expression::{EntityId, FieldId};
pub use field::{Choice, ChoiceSet, Default, Field, FieldKind, LinkFlavour, OnDelete, Relation};
pub use form::Form;
pub use formula::{Formula, FormulaMode};
pub use measure::Measure;
pub use physical::Physical;
pub use register::{Built, Kept, Register};
pub use resolve::{Resolution, resolve, resolve_over};
pub use role::{Condition, Permission, Permissions, Rights, Role};
pub use rollup::{Obstacle, Rollup};
pub use schemas::label::LANGUAGES;
pub use schemas::{DatasetAggregate, FieldPermission, Label, Pattern};
pub use scope::{CatalogScope, WithParameters};
pub use script::Scripts;
pub use traced::{Traced, TracedPart, Untraced};
pub use trigger::{KeptFormula, Trigger, Triggers};
pub use view::View;
