//! Search across entities: words of records as the index keeps them, and questions over the index.
//!
//! Words begin with the entity and the field they stand in. So one index serves all, and a question names exactly the
//! fields that the caller may read: a word of another field cannot be met.

pub mod words;
pub mod texts;
mod question;
mod plan;
mod hits;
mod mark;

pub use hits::{Found, Hit, hits};
pub use plan::{DEFAULT_LIMIT, MAX_LIMIT, SearchPlan, SearchRequest, plan};
pub use words::{indexed, words_of};

use catalog::{Entity, Field};

/// What the words of a field begin with in the index.
fn code(entity: &Entity, field: &Field) -> String {
    format!("{}:{}:", entity.id, field.id)
}
