//! Navigation.

use expression::EntityId;
use schemas::Label;

/// A named set of things in the navigation rail.
#[derive(Debug, Clone)]
pub struct Application {
    /// Identity.
    pub id: String,
    /// Name.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// Name of a Tabler icon.
    pub icon: Option<String>,
    /// Identities of the roles whose people see it; empty for everybody.
    pub roles: Vec<String>,
    /// What opens first, by role.
    pub home: Vec<Home>,
    /// Headed parts of the rail, in order.
    pub sections: Vec<NavigationSection>,
}

/// What opens first for people of some roles.
#[derive(Debug, Clone)]
pub struct Home {
    /// Identities of the roles; empty for everybody.
    pub roles: Vec<String>,
    /// What opens.
    pub target: NavigationTarget,
}

/// A headed part of the rail.
#[derive(Debug, Clone)]
pub struct NavigationSection {
    /// Heading; empty for none.
    pub label: Label,
    /// Identities of the roles whose people see it; empty for everybody.
    pub roles: Vec<String>,
    /// Items in order.
    pub items: Vec<NavigationItem>,
}

/// One item of the rail.
#[derive(Debug, Clone)]
pub struct NavigationItem {
    /// What opens.
    pub target: NavigationTarget,
    /// Label in place of the entity's plural or the dashboard's; empty for none.
    pub label: Label,
}

/// What an item of the rail opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NavigationTarget {
    /// The list of an entity.
    Entity(EntityId),
    /// The dashboard of this name.
    Dashboard(String),
}
