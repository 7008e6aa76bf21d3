//! Datasets written in SQL: the text of an analyst as a typed tree of selects over entities, and nothing else.
//!
//! The text is read by a parser, every name is looked up in the catalog and every type checked; what is not understood is
//! refused where it stands. Of the text itself nothing reaches a database: `query` writes statements of its own out of the
//! tree, in which each table is the select that the planner makes of an entity.

mod calls;
mod condition;
mod facts;
mod names;
mod order;
mod select;
mod tables;
mod text;
mod value;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use diagnostic::Diagnostic;
use expression::check::Mention;
use expression::{Binary, EntityId, Expr, FieldId, FieldRef, Type, Variable};
use schemas::{DatasetAggregate, Label};

use crate::{Catalog, FieldKind};
pub use text::reads;

/// The pseudo entity of what a select computes.
pub const COMPUTED: &str = "$sql";
/// Rows that a select may give unless its document says otherwise.
pub const MAX_ROWS: u32 = 100_000;
/// Stack of whoever reads a text: its trees are walked down, as deep as the text is long.
const STACK: usize = 32 << 20;

/// A checked text.
#[derive(Debug, Clone)]
pub struct Sql {
    /// The outermost select.
    pub query: Query,
    /// What stands in FROM clauses: the relation of a variable is at its number less one.
    pub relations: Vec<Relation>,
    /// What expressions hold that no expression of the language is, by the number in the identity of a field `x7`.
    pub extras: Vec<Extra>,
    /// The columns of its rows.
    pub columns: Vec<Column>,
    /// Of each select whose rows stand below one another, what decides which rows it gives.
    pub branches: Vec<Deciding>,
    /// Of each column, what its values are made of in each of those selects.
    pub made_of: Vec<Vec<BTreeSet<FieldRef>>>,
    /// Whether it reads who asks.
    pub asks: bool,
    /// Tables that a statement reads for it.
    pub tables: usize,
    /// Rows that it may give.
    pub max_rows: u32,
}

/// What decides which rows there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deciding {
    /// Fields, with the identity of every entity whose records there must be.
    pub fields: BTreeSet<FieldRef>,
    /// The same of each LEFT JOIN, which counts where something can be joined: where its entities may be read.
    pub optional: Vec<BTreeSet<FieldRef>>,
}

/// A select with the order and the cut of its rows.
#[derive(Debug, Clone)]
pub struct Query {
    /// Selects of its own that have names, by their numbers; each may read those before it.
    pub named: Vec<(usize, Self)>,
    /// Where the rows come from.
    pub body: Body,
    /// Their order, which counts where they are cut.
    pub order: Vec<Key>,
    /// How many rows are left.
    pub limit: Option<u64>,
    /// How many rows are passed over.
    pub offset: Option<u64>,
}

/// Where the rows of a query come from.
#[derive(Debug, Clone)]
pub enum Body {
    /// One select.
    Select(Box<Select>),
    /// A query in parentheses.
    Query(Box<Query>),
    /// The rows of several below one another.
    Union(Union),
}

/// Rows below one another.
#[derive(Debug, Clone)]
pub struct Union {
    /// Whether rows that are the same stay.
    pub all: bool,
    /// The upper and the lower ones.
    pub sides: [Box<Body>; 2],
    /// Types of the columns, to which both sides are brought.
    pub types: Vec<Type>,
}

/// One select.
#[derive(Debug, Clone)]
pub struct Select {
    /// Whether rows that are the same stand once.
    pub distinct: bool,
    /// What it is over.
    pub from: Vec<Item>,
    /// Which rows are taken.
    pub filter: Option<Condition>,
    /// How rows are put together.
    pub group: Option<Group>,
    /// Which groups are kept.
    pub having: Option<Condition>,
    /// The values of a row.
    pub values: Vec<Expr>,
}

/// One relation of a FROM clause.
#[derive(Debug, Clone)]
pub struct Item {
    /// Which one.
    pub relation: Variable,
    /// How it meets those before.
    pub join: Join,
    /// Which rows meet.
    pub on: Option<Condition>,
}

/// How a relation meets those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// Each row with each.
    Cross,
    /// The rows that meet.
    Inner,
    /// Rows of before that meet none stay.
    Left,
    /// Rows of this one that meet none stay.
    Right,
}

/// How rows are put together.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Values by which, and the extra that stands for each.
    pub keys: Vec<(Expr, usize)>,
    /// Aggregates over a group, by their extras.
    pub aggregates: Vec<usize>,
}

/// A value by which rows are in order.
#[derive(Debug, Clone)]
pub struct Key {
    /// The value, over what the select is over or the columns of the rows.
    pub by: By,
    /// Whether great values come first.
    pub descending: bool,
    /// Whether empty ones come first.
    pub empty_first: bool,
}

/// What rows are in order by.
#[derive(Debug, Clone)]
pub enum By {
    /// A column of the rows.
    Column(usize),
    /// A value over what the select is over.
    Value(Expr),
}

/// What stands in a FROM clause.
#[derive(Debug, Clone)]
pub struct Relation {
    /// Where its rows come from.
    pub rows: Rows,
    /// What it gives; of an entity nothing, for that has fields.
    pub columns: Vec<Column>,
    /// What decides which rows it gives; of one that is joined by LEFT JOIN which of them meet as well.
    pub decided_by: Deciding,
}

/// Where the rows of a relation come from.
#[derive(Debug, Clone)]
pub enum Rows {
    /// The records of an entity or the rows of a dataset: which of its fields are read.
    Entity(EntityId, Vec<FieldRef>),
    /// A select in parentheses.
    Query(Box<Query>),
    /// A select with a name, by its number.
    Named(usize),
    /// What is not known, of which a mistake tells.
    Unknown,
}

/// A column of the rows of a select.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it is called where the author does not say.
    pub label: Label,
    /// Type of its values.
    pub ty: Type,
    /// What the values are, as fields.
    pub kind: FieldKind,
    /// What they are made of.
    pub made_of: BTreeSet<FieldRef>,
}

/// What an expression holds that is none of the language.
#[derive(Debug, Clone)]
pub enum Extra {
    /// A condition of three values.
    Condition(Condition),
    /// A value by which rows are put together.
    Key(Expr),
    /// An aggregate over a group.
    Aggregate(DatasetAggregate, Option<Expr>),
    /// A value over the rows around each row.
    Window(Window),
    /// The value of a select of one row.
    Value(Box<Query>, Type),
}

/// A value over the rows around each row.
#[derive(Debug, Clone)]
pub struct Window {
    /// What is computed.
    pub function: WindowFunction,
    /// What of.
    pub argument: Option<Expr>,
    /// How many rows away, of `lag` and `lead`.
    pub distance: u32,
    /// Values that are the same of the rows around.
    pub partition: Vec<Expr>,
    /// Their order.
    pub order: Vec<Key>,
}

/// What is computed over the rows around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowFunction {
    /// The number of the row.
    RowNumber,
    /// Its rank, with gaps.
    Rank,
    /// Its rank, without gaps.
    DenseRank,
    /// The value of a row before.
    Lag,
    /// The value of a row after.
    Lead,
    /// An aggregate up to the row, in order, else of all.
    Aggregate(DatasetAggregate),
}

/// A condition of three values, as SQL has them: what is compared with nothing is neither true nor false.
#[derive(Debug, Clone)]
pub enum Condition {
    /// All hold.
    And(Vec<Self>),
    /// One holds.
    Or(Vec<Self>),
    /// The opposite.
    Not(Box<Self>),
    /// Two values of one type.
    Compare(Binary, Expr, Expr),
    /// There is no value.
    Empty(Expr),
    /// The two are the same, two of nothing included.
    Same(Expr, Expr),
    /// One of the list.
    In(Expr, Vec<Expr>),
    /// One of the rows of a select.
    Among(Expr, Box<Query>),
    /// There is a row.
    Exists(Box<Query>),
    /// A value that is true or false.
    Value(Expr),
    /// Whether it is that, never unknown; `None` whether it is unknown.
    Is(Box<Self>, Option<bool>),
}

/// What came of reading a text.
#[derive(Debug, Default)]
pub struct Checked {
    /// The tree; none with mistakes.
    pub sql: Option<Sql>,
    /// The mistakes, each with its place in the text.
    pub problems: Vec<Diagnostic>,
    /// Where the text names fields, entities and choices.
    pub mentions: Vec<Named>,
}

/// A place that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What is named, and where.
    pub mention: Mention,
    /// Whether the name gives its name to something else as well, so that another name needs `AS` and this one.
    pub names_itself: bool,
}

/// Reads a text against the catalog.
pub fn check(catalog: &Catalog, text: &str, max_rows: u32) -> Checked {
    let read = || names::checked(catalog, text, max_rows);
    let thread = std::thread::Builder::new().stack_size(STACK);
    std::thread::scope(|scope| {
        let reader = thread.spawn_scoped(scope, read).ok().and_then(|reader| reader.join().ok());
        reader.unwrap_or_else(|| Checked { problems: vec![Diagnostic::error("sql.too_deep")], ..Checked::default() })
    })
}

/// The field of an expression that stands for an extra.
pub fn slot(at: usize) -> FieldRef {
    let name: Arc<str> = format!("x{at}").into();
    FieldRef { entity: EntityId::new(COMPUTED), id: FieldId::new(&name), name }
}

impl Sql {
    /// The extra that a field stands for.
    pub fn extra(&self, field: &FieldRef) -> Option<(usize, &Extra)> {
        if field.entity.as_str() != COMPUTED {
            return None;
        }
        let at = field.id.as_str().strip_prefix('x')?.parse().ok()?;
        Some((at, self.extras.get(at)?))
    }

    /// The relation of a variable.
    pub fn relation(&self, variable: Variable) -> Option<&Relation> {
        self.relations.get((variable.0 as usize).checked_sub(1)?)
    }

    /// Names of the columns by which the author has the rows in order, and whether great values come first.
    pub fn order(&self) -> impl Iterator<Item = (&str, bool)> {
        self.query.order.iter().filter_map(|key| match &key.by {
            By::Column(at) => Some((self.columns.get(*at)?.name.as_str(), key.descending)),
            By::Value(_) => None,
        })
    }

    /// Entities and datasets that it reads.
    pub fn entities(&self) -> impl Iterator<Item = &EntityId> {
        self.relations.iter().filter_map(|relation| match &relation.rows {
            Rows::Entity(entity, _) => Some(entity),
            _ => None,
        })
    }

    /// Fields that it reads, whatever for.
    pub fn fields(&self) -> impl Iterator<Item = &FieldRef> {
        let fields = self.relations.iter().filter_map(|relation| match &relation.rows {
            Rows::Entity(_, fields) => Some(fields),
            _ => None,
        });
        fields.flatten()
    }
}

impl Column {
    /// The identity by which expressions name it.
    pub(crate) fn field(at: usize, name: &str) -> FieldRef {
        FieldRef { entity: EntityId::new(COMPUTED), id: FieldId::new(&format!("c{at}")), name: name.into() }
    }
}
