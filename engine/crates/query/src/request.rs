//! A request as asked: texts only, no catalog.

/// What a client asks of the records of one entity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    /// What to return; `None` for all readable stored fields.
    pub select: Option<Vec<SelectItem>>,
    /// A condition, one expression.
    pub filter: Option<String>,
    /// Quick search: records whose title or searchable fields contain every word of it, case ignored.
    pub quick: Option<String>,
    /// Order; the identity always breaks ties.
    pub sort: Vec<SortKey>,
    /// Records on a page, 1 to 5,000; `None` for 50.
    pub limit: Option<u32>,
    /// Cursor of an earlier page.
    pub cursor: Option<String>,
    /// Whether to count all records.
    pub count: Count,
    /// Whether to list the recycle bin instead.
    pub deleted: bool,
}

/// One thing to return.
#[derive(Debug, Clone, PartialEq)]
pub enum SelectItem {
    /// A path such as `company.name`, or `_access`; its text is the key of the answer.
    Path(String),
    /// A named expression.
    Expression {
        /// Key of the answer.
        name: String,
        /// The expression.
        expression: String,
    },
    /// Related records of a to-many relation, each an object.
    Related {
        /// Path to the relation.
        path: String,
        /// What to return of each.
        select: Option<Vec<SelectItem>>,
        /// A condition on each.
        filter: Option<String>,
        /// Order among those of one parent.
        sort: Vec<SortKey>,
        /// How many of each parent.
        limit: Option<u32>,
    },
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// Path to sort by.
    pub path: String,
    /// Whether the greatest comes first; empty values come last either way.
    pub descending: bool,
}

/// Whether and how to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Count {
    /// No count.
    #[default]
    None,
    /// A count of every record, a second statement.
    Exact,
    /// The planner's estimate where it has one, else exact.
    Estimated,
}
