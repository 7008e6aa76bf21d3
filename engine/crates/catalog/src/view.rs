//! Views that documents bring for everybody.

use expression::EntityId;
use schemas::Label;

/// A named list of an entity's records.
#[derive(Debug, Clone)]
pub struct View {
    /// Identity.
    pub id: String,
    /// Name.
    pub name: String,
    /// Label for people.
    pub label: Label,
    /// Entity whose records it shows.
    pub entity: EntityId,
    /// Paths of its columns, in order.
    pub columns: Vec<String>,
    /// A condition on the records, one expression.
    pub filter: Option<String>,
    /// Keys of its order, `-` before those of descending ones.
    pub sort: Vec<String>,
    /// Whether the list begins with it.
    pub is_default: bool,
}
