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
    /// Headed parts of the rail, in order.
    pub sections: Vec<NavigationSection>,
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

/// One item of the rail: the list of an entity.
#[derive(Debug, Clone)]
pub struct NavigationItem {
    /// Entity whose list opens.
    pub entity: EntityId,
    /// Label in place of the entity's plural; empty for none.
    pub label: Label,
}
