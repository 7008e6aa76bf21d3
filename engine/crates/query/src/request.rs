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
    /// Whether to list only records of which a calculated value is empty for a cause.
    pub with_problems: bool,
}

/// One thing to return.
#[derive(Debug, Clone, PartialEq)]
pub enum SelectItem {
    /// A path such as `company.name`, or `_access`, `_problems`, `_conditions`; its text is the key of the answer.
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
    /// Path or expression to sort by, or the name of an expression that is selected.
    pub path: String,
    /// Whether the greatest comes first; empty values come last either way.
    pub descending: bool,
}

/// The expression that is selected under a name.
pub(crate) fn named_expression<'a>(select: Option<&'a [SelectItem]>, wanted: &str) -> Option<&'a str> {
    select.unwrap_or_default().iter().find_map(|item| match item {
        SelectItem::Expression { name, expression } if name == wanted => Some(expression.as_str()),
        _ => None,
    })
}

/// Whether and how to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Count {
    /// No count.
    #[default]
    None,
    /// A count of every record, a second statement.
    Exact,
    /// Exact up to 10,000; of more the two leading digits, from a sample where the table is large.
    Estimated,
}

/// What a client asks of groups of records of one entity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AggregateRequest {
    /// What the records are grouped by; none for one group of all.
    pub group_by: Vec<GroupKey>,
    /// What is computed of each group.
    pub measures: Vec<Measure>,
    /// A condition on the records, one expression.
    pub filter: Option<String>,
    /// A condition on the groups: an expression over keys, measures and aggregates.
    pub having: Option<String>,
    /// Order by the names of keys and measures; by the keys when there is none.
    pub sort: Vec<SortKey>,
    /// Groups in the answer, 1 to 5,000; `None` for 5,000.
    pub limit: Option<u32>,
    /// Whether to add a row for each shorter list of keys, down to the total of all.
    pub totals: bool,
    /// Whether each row tells the filter that finds its records.
    pub drill: bool,
    /// Whether the groups beyond the limit are gathered in one more.
    pub others: bool,
}

/// One key of a grouping.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupKey {
    /// Path or expression to group by.
    pub path: String,
    /// Key of the answer; the path or the expression when absent.
    pub name: Option<String>,
    /// Part of a date to group by: `year`, `quarter`, `month`, `week`, `day`, `weekday`, `hour`.
    pub by: Option<String>,
    /// Bounds of ranges of a number, each the beginning of one; what is below the first is a range as well.
    pub ranges: Option<Vec<String>>,
}

/// One value of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Key of the answer.
    pub name: String,
    /// An expression over aggregates: `sum(amount) / count()`.
    pub expression: String,
}
