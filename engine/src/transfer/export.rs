//! Export of a list as CSV or XLSX: the same plan as the list's, under the rights that the requester has when it runs.
//!
//! It runs as a durable job. The file lies in chunks where those of files lie, is given to the requester only, and is
//! forgotten a day later.

mod cell;
mod column;
mod sheet;
mod run;

use access::Operation;
use chrono::{DateTime, Duration, Utc};
use diagnostic::Diagnostic;
use expression::Value;
use query::{Request, SelectItem, SortKey};
use serde::{Deserialize, Serialize};
use storage::internal::{file_contents, jobs as stored};
use uuid::Uuid;

pub(super) use cell::{in_one_line, unguarded};

use crate::jobs::{self, State};
use crate::records::{granted, read};
use crate::{Context, Engine, Error};

pub(crate) use run::resume;

/// Kind of the jobs that export.
pub(crate) const JOB: &str = "export";
/// How long the file is kept.
const KEPT: Duration = Duration::hours(24);

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text with separators, UTF-8.
    Csv,
    /// A spreadsheet.
    Xlsx,
}

impl Format {
    /// Reads the format's word.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// What to export and how.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// Name of the entity.
    pub entity: String,
    /// How the file is written.
    pub format: Format,
    /// Whether texts that a spreadsheet would take for formulas are made harmless in CSV.
    pub guard: bool,
    /// Which records, and what of each.
    pub list: Request,
}

/// What the job keeps of a request.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    entity: String,
    format: Format,
    guard: bool,
    locale: String,
    /// A path, or a name with an expression.
    select: Option<Vec<(String, Option<String>)>>,
    filter: Option<String>,
    quick: Option<String>,
    sort: Vec<(String, bool)>,
    deleted: bool,
    #[serde(default)]
    with_problems: bool,
}

impl Order {
    fn of(ctx: &Context, request: &ExportRequest) -> Result<Self, Error> {
        let list = &request.list;
        let item = |(at, item): (usize, &SelectItem)| match item {
            SelectItem::Path(path) => Ok((path.clone(), None)),
            SelectItem::Expression { name, expression } => Ok((name.clone(), Some(expression.clone()))),
            SelectItem::Related { path, .. } => {
                let mistake = Diagnostic::error("export.related").at(format!("/select/{at}"));
                Err(Error::Malformed(vec![mistake.with("name", path)]))
            }
        };
        let select = list.select.as_ref().map(|items| items.iter().enumerate().map(item).collect()).transpose()?;
        Ok(Self {
            entity: request.entity.clone(),
            format: request.format,
            guard: request.guard,
            locale: ctx.locale.code().to_owned(),
            select,
            filter: list.filter.clone(),
            quick: list.quick.clone(),
            sort: list.sort.iter().map(|key| (key.path.clone(), key.descending)).collect(),
            deleted: list.deleted,
            with_problems: list.with_problems,
        })
    }

    /// The request, with all that may be read where nothing is selected.
    fn list(&self, ctx: &Context) -> Request {
        let item = |(name, expression): &(String, Option<String>)| match expression {
            None => SelectItem::Path(name.clone()),
            Some(expression) => SelectItem::Expression { name: name.clone(), expression: expression.clone() },
        };
        let select = match &self.select {
            Some(items) => items.iter().map(item).collect(),
            None => column::all(ctx, &self.entity).into_iter().map(SelectItem::Path).collect(),
        };
        Request {
            select: Some(select),
            filter: self.filter.clone(),
            quick: self.quick.clone(),
            sort: self.sort.iter().map(|(path, down)| SortKey { path: path.clone(), descending: *down }).collect(),
            deleted: self.deleted,
            with_problems: self.with_problems,
            ..Request::default()
        }
    }
}

/// A file that was made.
#[derive(Debug, Clone)]
pub struct Exported {
    /// Its name, for people.
    pub name: String,
    /// Its media type.
    pub kind: String,
    /// In how many chunks it lies.
    pub chunks: i64,
}

/// Begins an export and gives its job. What is wrong with the request is told at once; what it may give is decided anew
/// when it runs.
pub async fn start(ctx: &Context, request: &ExportRequest) -> Result<Uuid, Error> {
    ctx.caller()?;
    granted(ctx, &request.entity, Operation::Read)?;
    granted(ctx, &request.entity, Operation::Export)?;
    let order = Order::of(ctx, request)?;
    query::plan::export(&ctx.access, &request.entity, &order.list(ctx), &read::settings(ctx))
        .map_err(|error| read::refused(ctx, &request.entity, error))?;
    forget_old(&ctx.engine).await?;
    let input = serde_json::to_value(&order).map_err(|error| Error::broken(error.to_string()))?;
    let mut tx = ctx.engine.database().begin().await?;
    let job = jobs::enqueue(&mut tx, ctx, JOB, 0, &input).await?;
    tx.commit().await?;
    ctx.engine.jobs().wake();
    Ok(job)
}

/// Finds the file of an export: it is there for the requester only, and for a day.
pub async fn file(ctx: &Context, id: Uuid) -> Result<Exported, Error> {
    let user = ctx.caller()?;
    let job = jobs::find(&ctx.engine, id).await?;
    let own = job.filter(|job| job.kind == JOB && job.owner == Some(user) && job.state == State::Done);
    let own = own.filter(|job| ctx.now < expires(job.updated_at));
    let result = own.and_then(|job| job.result);
    let made = result.and_then(|result| {
        let text = |key: &str| Some(result.get(key)?.as_str()?.to_owned());
        Some(Exported { name: text("name")?, kind: text("type")?, chunks: result.get("chunks")?.as_i64()? })
    });
    made.ok_or_else(|| Error::NotFound(Diagnostic::error("export.unknown")))
}

/// Reads one chunk of a file that [`file()`] found.
pub async fn chunk(engine: &Engine, id: Uuid, number: i64) -> Result<Vec<u8>, Error> {
    let database = engine.database();
    let rows = database.fetch(&file_contents::get(database.dialect(), id, number)).await?;
    match rows.into_iter().next().as_deref() {
        Some([Value::Bytes(bytes)]) => Ok(bytes.to_vec()),
        _ => Err(Error::NotFound(Diagnostic::error("export.unknown"))),
    }
}

fn expires(made: DateTime<Utc>) -> DateTime<Utc> {
    made + KEPT
}

/// Forgets the files and jobs of exports that are over their time.
pub(crate) async fn forget_old(engine: &Engine) -> Result<(), Error> {
    let database = engine.database();
    let dialect = database.dialect();
    let before = (engine.now() - KEPT).timestamp_millis();
    for row in database.fetch(&stored::ended_before(JOB, before)).await? {
        let [Value::Id(id)] = row.as_slice() else { continue };
        let mut tx = database.begin().await?;
        tx.execute(&file_contents::remove(dialect, *id)).await?;
        tx.execute(&stored::remove(dialect, *id)).await?;
        tx.commit().await?;
    }
    Ok(())
}
