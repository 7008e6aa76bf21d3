//! The work of an export: rows in batches out of one snapshot, chunks of the file into the database.

use chrono::SecondsFormat;
use diagnostic::Diagnostic;
use serde_json::{Value as Json, json};
use storage::internal::file_contents;
use uuid::Uuid;

use super::cell::Writing;
use super::column::{Column, columns};
use super::sheet::{MOST_ROWS, Sheet, next, unwritten};
use super::{Format, Order, expires};
use crate::audit::{Event, note, reads};
use crate::identity::people::person_of;
use crate::jobs::{Job, Progress};
use crate::records::{label, read};
use crate::{Context, Engine, Error, Locale, Operation};

/// Rows read at once.
const BATCH: usize = 500;

/// Does an export from its beginning, under the rights that its owner has by now.
pub(crate) async fn resume(engine: &Engine, job: &Job, progress: &Progress) -> Result<Json, Error> {
    let order: Order = serde_json::from_str(&job.input).map_err(|error| Error::broken(error.to_string()))?;
    let person = match job.owner {
        Some(owner) => person_of(engine, owner).await?,
        None => None,
    };
    let gone = || Error::Forbidden(Diagnostic::error("export.no_person"));
    let person = person.ok_or_else(gone)?;
    engine.follow().await?;
    let ctx = engine.context(person.actor, Locale::of(&order.locale).unwrap_or_default());
    let list = order.list(&ctx);
    let plan = query::plan::export(&ctx.access, &order.entity, &list, &read::settings(&ctx))
        .map_err(|error| read::refused(&ctx, &order.entity, error))?;
    let total = read::counted(&engine.database().fetch(&query::count(&plan)).await?);
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    if order.format == Format::Xlsx && total > MOST_ROWS {
        let mistake = Diagnostic::error("export.too_many_rows").with("found", total).with("max", MOST_ROWS);
        return Err(Error::Invalid(vec![mistake]));
    }
    progress.set_total(total).await?;
    reads::listed(&ctx, &order.entity, &list, usize::try_from(total).unwrap_or(usize::MAX)).await?;

    let columns = columns(&ctx, &order.entity, list.select.as_deref().unwrap_or_default());
    let mut file = File::begin(engine, job.id).await?;
    let mut sheet = Sheet::begin(order.format, order.guard, ctx.locale, &columns)?;
    let zone = ctx.catalog().workspace.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let writing = Writing { locale: ctx.locale, zone };
    let mut rows = engine.database().stream(query::select(&plan), BATCH);
    let mut count = 0;
    while let Some(batch) = rows.recv().await {
        if progress.is_cancelled() {
            file.forget().await?;
            return Err(Error::Conflict(vec![Diagnostic::error("job.cancelled")]));
        }
        for record in query::shape(&plan, batch?).items {
            write(&mut sheet, &columns, &writing, &record)?;
            count += 1;
            if let Some(bytes) = sheet.take() {
                file.put(bytes).await?;
            }
        }
        progress.set(count);
    }
    match sheet {
        Sheet::Csv { bytes, .. } => file.put(bytes).await?,
        Sheet::Xlsx { workbook, .. } => {
            let mut saved = tokio::task::spawn_blocking(move || save(*workbook))
                .await
                .map_err(|error| Error::Internal("saving a spreadsheet failed".to_owned(), Some(error.into())))??;
            loop {
                let bytes = next(&mut saved)?;
                if bytes.is_empty() {
                    break;
                }
                file.put(bytes).await?;
            }
        }
    }
    tell(&ctx, job.id, &order, &columns, count).await?;
    Ok(json!({
        "name": name(&ctx, &order), "type": order.format.media_type(), "rows": count, "size": file.size,
        "chunks": file.chunks, "file": format!("/api/exports/{}/file", job.id),
        "expires_at": expires(engine.now()).to_rfc3339_opts(SecondsFormat::Millis, true)
    }))
}

fn write(sheet: &mut Sheet, columns: &[Column], writing: &Writing, record: &str) -> Result<(), Error> {
    let record: Json = serde_json::from_str(record).map_err(|error| Error::broken(error.to_string()))?;
    let cells: Vec<_> = columns
        .iter()
        .map(|column| writing.cell(column.field.as_ref(), record.get(&column.key).unwrap_or(&Json::Null)))
        .collect();
    sheet.row(&cells)
}

fn save(mut workbook: rust_xlsxwriter::Workbook) -> Result<std::fs::File, Error> {
    let mut file = tempfile::tempfile().map_err(unwritten)?;
    workbook.save_to_writer(&mut file).map_err(unwritten)?;
    std::io::Seek::rewind(&mut file).map_err(unwritten)?;
    Ok(file)
}

/// What people call the file: the records' plural and the day.
fn name(ctx: &Context, order: &Order) -> String {
    let entity = ctx.catalog().entity(&order.entity);
    let plural = entity.and_then(|entity| label(&entity.plural, ctx.locale)).unwrap_or(&order.entity);
    let plain: String = plural.chars().filter(|letter| letter.is_alphanumeric() || *letter == ' ').collect();
    format!("{} {}.{}", plain.trim(), ctx.today(), order.format.ending())
}

/// Writes down who took which records out of the product, and how many.
async fn tell(ctx: &Context, job: Uuid, order: &Order, columns: &[Column], count: i64) -> Result<(), Error> {
    let Some(entity) = ctx.catalog().entity(&order.entity) else { return Ok(()) };
    let selected: Vec<&str> = columns.iter().map(|column| column.key.as_str()).collect();
    let told = json!({
        "job": job, "count": count, "format": order.format.ending(), "filter": order.filter, "quick": order.quick,
        "select": selected, "deleted": order.deleted, "with_problems": order.with_problems
    });
    let address = ctx.origin.address.as_deref();
    let id = entity.id.as_str();
    let event = Event {
        operation: Operation::Export.name(),
        actor: ctx.user,
        entity: id,
        record: None,
        details: told,
        address,
    };
    let mut tx = ctx.engine.database().begin().await?;
    note(&ctx.engine, &mut tx, event).await?;
    Ok(tx.commit().await?)
}

/// The chunks of the file in the database.
struct File<'a> {
    engine: &'a Engine,
    id: Uuid,
    chunks: i64,
    size: usize,
}

impl<'a> File<'a> {
    /// Begins anew, whatever a run before has left.
    async fn begin(engine: &'a Engine, id: Uuid) -> Result<Self, Error> {
        let file = Self { engine, id, chunks: 0, size: 0 };
        file.forget().await?;
        Ok(file)
    }

    async fn forget(&self) -> Result<(), Error> {
        let database = self.engine.database();
        database.execute(&file_contents::remove(database.dialect(), self.id)).await?;
        Ok(())
    }

    async fn put(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        self.size += bytes.len();
        let database = self.engine.database();
        database.execute(&file_contents::put(database.dialect(), self.id, self.chunks, bytes)).await?;
        self.chunks += 1;
        Ok(())
    }
}
