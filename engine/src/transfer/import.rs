//! Import of CSV and XLSX: the same checks, history, audit and events as single saves, all rows or none.
//!
//! A mapping file says what goes where; every part of it but `columns` may be absent:
//!
//! ```json
//! {
//!   "columns": {
//!     "CompanyName": "name",
//!     "CustomerID": {"field": "company", "by": "code"},
//!     "City": "address.city",
//!     "Discontinued": {"field": "is_active", "values": {"0": "true", "1": "false"}},
//!     "OrderDate": {"field": "ordered_at", "format": "%d.%m.%Y %H:%M"},
//!     "Phone": ["phone", {"field": "mobile"}],
//!     "Fax": null
//!   },
//!   "constants": {"type": "customer", "title": "Order {OrderID}"},
//!   "defaults": {"stage": "won"},
//!   "key": "code",
//!   "empty": ["NULL", "n/a"],
//!   "delimiter": ";", "encoding": "windows-1251", "sheet": "Orders"
//! }
//! ```
//!
//! A column goes to a field, to a line of an address (`address.city`) or coordinate of a point (`place.lat`), to several
//! of them, or nowhere (`null`). `by` finds a linked record by a field of its own instead of its id; a record of the same
//! file may be named before its row comes. `values` replaces texts before they are read. `constants` are written into
//! every row, with `{Header}` standing for the row's text; `defaults` where the cell is empty. With a `key` a row changes
//! the record that has its value there, and makes one where there is none; a column that goes to `id` is a key by itself,
//! so that an exported file comes back as changes. Several values of a cell are parted by semicolons, where it has one, or
//! commas, unless `separator` says otherwise. Texts of `empty` (`NULL` unless said) are no
//! value. The object of the columns alone is a mapping too. Without `columns` they are guessed from the headers;
//! what does not look like an id names a linked record by its title then.
//!
//! Without a `format` dates are read as `2026-01-31`, `31.01.2026` or, with strokes, in the order of the workspace's
//! language (`01/02/2026` is 1 February in Russian and 2 January in English). Years of two digits are 1969 to 2068. Numbers
//! may have a decimal comma or point, thousands parted in threes, and one sign of money.

mod table;
mod sheet;
mod mapping;
mod guess;
mod cell;
mod layout;
mod chunk;
mod run;
mod undo;
mod preview;

use access::Operation;
use diagnostic::Diagnostic;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::jobs::{self, Problem, State};
use crate::records::granted;
use crate::{Context, Error};

pub use mapping::{Column, Mapping, To};
pub use preview::{Preview, preview};
pub use undo::{Undone, undo};

use table::Table;

/// Kind of the jobs that import, and of those that only try.
const IMPORT: &str = "import";
const TRIAL: &str = "import.trial";
/// Problems of an import that a screen asks for; all are counted.
pub const PROBLEMS: usize = 1_000;

/// What to import and how.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// Name of the entity the rows become records of.
    pub entity: String,
    /// Name of the file; its ending says whether it is a spreadsheet.
    pub name: String,
    /// What goes where; guessed from the headers when absent.
    pub mapping: Option<Mapping>,
    /// Field by whose value existing records are found; that of the mapping when absent.
    pub key: Option<String>,
    /// Whether everything is tried and nothing kept.
    pub dry_run: bool,
    /// How many problems are kept to be looked at.
    pub problems: usize,
}

/// What is wrong with one cell or row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RowProblem {
    /// Number of the row in the file, the header being 1.
    pub row: u64,
    /// Header of the column, when the mistake is one cell's.
    pub column: Option<String>,
    /// The mistake: code and arguments of its text.
    #[serde(flatten)]
    pub problem: Problem,
}

/// What came of an import.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Identity of the entity.
    pub entity_id: String,
    /// Its name at the time.
    pub entity: String,
    /// Whether everything was tried and nothing kept.
    pub dry_run: bool,
    /// Rows read.
    pub rows: u64,
    /// Records made.
    pub created: u64,
    /// Records changed.
    pub updated: u64,
    /// Rows that change nothing.
    pub unchanged: u64,
    /// Rows with mistakes; with any of them nothing is kept.
    pub bad_rows: u64,
    /// Mistakes in all.
    pub problem_count: u64,
    /// The first of them.
    pub problems: Vec<RowProblem>,
    /// The moment of the import in milliseconds since 1970, by which its records are known to be untouched.
    pub at: i64,
    /// Headers of columns that matched no field and went nowhere.
    #[serde(default)]
    pub unused: Vec<String>,
    /// What was taken back, once the import is undone.
    #[serde(default)]
    pub undone: Option<Undone>,
}

/// An import as people look at it.
#[derive(Debug, Clone, Serialize)]
pub struct Import {
    /// The job.
    pub id: Uuid,
    /// `running`, `done`, `failed`, `cancelled` or `undone`.
    pub state: &'static str,
    /// Whether everything is tried and nothing kept.
    pub dry_run: bool,
    /// Rows read so far.
    pub done: i64,
    /// Rows of the file.
    pub total: i64,
    /// What came of it, once it is over.
    pub result: Option<Outcome>,
    /// Why it could not be done at all.
    pub problems: Vec<Problem>,
}

/// Starts an import and gives its job.
pub async fn start(ctx: &Context, request: ImportRequest, content: Vec<u8>) -> Result<Uuid, Error> {
    let (layout, table, total) = prepared(ctx, &request, content)?;
    let work = ctx.clone();
    let kind = if request.dry_run { TRIAL } else { IMPORT };
    jobs::spawn(ctx, kind, total, move |progress| async move {
        let outcome = run::run(&work, layout, table, &request, &progress).await?;
        serde_json::to_value(outcome).map_err(|error| Error::Internal("no outcome".to_owned(), Some(error.into())))
    })
    .await
}

fn prepared(ctx: &Context, request: &ImportRequest, content: Vec<u8>) -> Result<(layout::Layout, Table, i64), Error> {
    let create = granted(ctx, &request.entity, Operation::Create)?;
    let mapping = request.mapping.clone().unwrap_or_default();
    let table = Table::open(&request.name, content, &mapping)?;
    let layout = layout::Layout::of(ctx, create, &mapping, request.key.as_deref(), &table)?;
    let total = i64::try_from(table.count()).unwrap_or(i64::MAX);
    Ok((layout, table, total))
}

/// Gives an import of the caller.
pub async fn get(ctx: &Context, id: Uuid) -> Result<Import, Error> {
    let job = jobs::get(ctx, id).await?;
    if job.kind != IMPORT && job.kind != TRIAL {
        return Err(Error::NotFound(Diagnostic::error("import.unknown")));
    }
    let result: Option<Outcome> = job.result.and_then(|json: Json| serde_json::from_value(json).ok());
    let state = match job.state {
        State::Waiting => "running",
        State::Done if result.as_ref().is_some_and(|result| !result.dry_run && result.problem_count > 0) => "failed",
        State::Done if result.as_ref().is_some_and(|result| result.undone.is_some()) => "undone",
        other => other.as_str(),
    };
    let dry_run = job.kind == TRIAL;
    // An import ends together with its rows, after the last that its heart told of it.
    let done = result.as_ref().map_or(job.done, |_| job.total);
    Ok(Import { id, state, dry_run, done, total: job.total, result, problems: job.problems })
}
