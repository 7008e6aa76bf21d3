//! What a row becomes: the columns that are read and the JSON that is written from them.

use sea_query::Expr;
use sql::ColumnType;

/// The columns of a select, each once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    columns: Vec<(Expr, ColumnType)>,
}

impl Columns {
    /// Adds a column, or finds it when it is there, and gives its place.
    pub(crate) fn add(&mut self, expr: Expr, kind: ColumnType) -> usize {
        if let Some(at) = self.columns.iter().position(|(known, _)| *known == expr) {
            return at;
        }
        self.columns.push((expr, kind));
        self.columns.len() - 1
    }

    pub(crate) fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.columns.iter().map(|(expr, _)| expr)
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Expr, ColumnType)> {
        self.columns.iter()
    }

    pub(crate) fn types(&self) -> Vec<ColumnType> {
        self.columns.iter().map(|(_, kind)| *kind).collect()
    }
}

/// A JSON object to write, its keys in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object {
    /// Each key as it is written, `"title":`, with its value.
    pub(crate) members: Vec<(String, Output)>,
}

impl Object {
    pub(crate) fn add(&mut self, key: &str, output: Output) {
        let mut key = serde_json::Value::from(key).to_string();
        key.push(':');
        self.members.push((key, output));
    }
}

/// A JSON value to write from a row. Numbers are places of columns.
#[derive(Debug, Clone)]
pub(crate) enum Output {
    /// Always `null`.
    Null,
    /// The same text each time.
    Fixed(String),
    /// One column.
    Cell(usize, Format),
    /// `{"id", "title"}`.
    Link { id: usize, title: Option<(usize, Format)> },
    /// `{"id", "name", "size", "type"}` of a file.
    File { id: usize, name: usize, size: usize, kind: usize },
    /// `{"entity", "id", "title"}` with the title of whichever target it is.
    AnyLink { entity: usize, id: usize, targets: Vec<AnyTarget> },
    /// `{"lat", "lon"}`.
    Location { lat: usize, lon: usize },
    /// A value where it is open, a trace of it where it is shown, else `null`.
    Masked { at: usize, format: Format, open: Allowed, shown: Allowed },
    /// `{"update", "delete", "fields"}`, each by a column when a condition decides.
    Access { update: Allowed, delete: Allowed, share: Option<Allowed>, fields: Vec<FieldAllowed> },
    /// `[{"field", "code"}]` of the columns that have a cause, each with the field's name as a JSON text.
    Problems(Vec<(String, usize)>),
    /// `{FIELD: {KEY: truth}}` of columns, each field's name as a JSON text.
    Conditions(Vec<(String, Vec<(&'static str, usize)>)>),
    /// An array read as JSON in one column.
    Many { at: usize, columns: Vec<ColumnType>, each: Box<Each> },
}

/// What each element of an array is.
#[derive(Debug, Clone)]
pub(crate) enum Each {
    Value(Output),
    Object(Object),
}

/// One of the entities an `any_link` may point at.
#[derive(Debug, Clone)]
pub(crate) struct AnyTarget {
    /// Identity as stored.
    pub(crate) id: String,
    /// Name as written.
    pub(crate) name: String,
    pub(crate) title: Option<(usize, Format)>,
}

/// What is allowed with a field of a record that is not wholly open.
#[derive(Debug, Clone)]
pub(crate) struct FieldAllowed {
    /// The field's name as a JSON text.
    pub(crate) key: String,
    pub(crate) write: Allowed,
    pub(crate) open: Allowed,
    pub(crate) shown: Allowed,
}

/// Whether an operation is allowed on a record.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Allowed {
    Always,
    Never,
    If(usize),
}

impl Allowed {
    pub(crate) fn on(self, row: &[expression::Value]) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::If(at) => row[at] == expression::Value::Boolean(true),
        }
    }
}

/// How a column's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// As its own type says.
    Plain,
    /// A decimal with exactly this many digits after the point.
    Digits(u8),
    /// `{"has_value": true}` or `null`.
    Secret,
}
