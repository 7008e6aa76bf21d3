//! What a request means: sources with their grants, joins, typed conditions, order, page.

/// A decided request, ready to become SQL. (Its fields are the planner's.)
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) _limit: u32,
}

/// A page of records, each as JSON text.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The records' JSON objects, in order.
    pub items: Vec<String>,
    /// Cursor of the next page; `None` on the last.
    pub next_cursor: Option<String>,
}
