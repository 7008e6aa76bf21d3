//! Files: their contents in chunks in the database, readable through the records that hold them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use access::{Access, Grant, Operation, Reason};
use catalog::FieldKind;
use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use query::Image;
use query::write::{Bin, Lock};
use serde::Serialize;
use sql::{Rows, Statement};
use storage::internal::file_contents;
use storage::{Transaction, failpoint};
use uuid::Uuid;

use crate::records::over_newest;
use crate::records::unit_of_work::{Act, Change, UnitOfWork};
use crate::{Context, Error};

/// Greatest size of a file in bytes.
pub const LIMIT: usize = 50 << 20;
const CHUNK: usize = 256 << 10;
const ENTITY: &str = "file";

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileInfo {
    /// Identity, to be written into a file field.
    pub id: Uuid,
    /// Name without folders.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Media type, found from the content before the name.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Keeps a file. Only its uploader can read it until a record holds it.
pub async fn store(ctx: &Context, name: &str, content: &[u8]) -> Result<FileInfo, Error> {
    if content.len() > LIMIT {
        return Err(Error::TooLarge(Diagnostic::error("file.too_large").with("max", LIMIT >> 20)));
    }
    let info = describe(name, content).map_err(|wrong| Error::Invalid(vec![wrong]))?;
    let told = &info;
    over_newest(ctx, |ctx| async move { keep(&ctx, told, content).await }).await?;
    Ok(info)
}

/// Says what is known of a new file.
pub(crate) fn describe(name: &str, content: &[u8]) -> Result<FileInfo, Diagnostic> {
    let (id, size) = (Uuid::now_v7(), content.len() as u64);
    Ok(FileInfo { id, name: plain_name(name)?, size, kind: kind(name, content) })
}

async fn keep(ctx: &Context, info: &FileInfo, content: &[u8]) -> Result<(), Error> {
    let mut unit = UnitOfWork::begin(ctx).await?;
    keep_within(ctx, &mut unit, info, content).await?;
    unit.commit(ctx).await
}

/// Keeps a file within a transaction that others have begun and will end.
pub(crate) async fn keep_within(
    ctx: &Context,
    unit: &mut UnitOfWork,
    info: &FileInfo,
    content: &[u8],
) -> Result<(), Error> {
    let id = info.id;
    let grant = system(ctx, Operation::Create)?;
    let image = image(ctx, info);
    for statement in query::write::insert(&grant, &[(id, image.clone())], unit.dialect()) {
        unit.tx(ctx).await?.execute(&statement).await?;
    }
    failpoint("file.described");
    for (number, chunk) in (0..).zip(content.chunks(CHUNK)) {
        let statement = file_contents::put(unit.dialect(), id, number, chunk.to_vec());
        unit.tx(ctx).await?.execute(&statement).await?;
    }
    let entity = Arc::clone(grant.entity());
    unit.note(
        ctx,
        Change {
            entity,
            id,
            act: Act::Create,
            version: 1,
            before: Image::default(),
            after: image,
            links: BTreeMap::new(),
            hidden: Vec::new(),
            script: None,
        },
    );
    Ok(())
}

/// Gives a file to its uploader, or to whoever may read a record that holds it.
pub async fn fetch(ctx: &Context, id: Uuid) -> Result<(FileInfo, Vec<u8>), Error> {
    let found = known(ctx, None, &[id], Lock::None).await?.pop();
    let info = found.ok_or_else(|| Error::NotFound(Diagnostic::error("file.unknown")))?;
    let content = content(ctx, &info).await?;
    Ok((info, content))
}

/// Reads what is in a file.
pub(crate) async fn content(ctx: &Context, info: &FileInfo) -> Result<Vec<u8>, Error> {
    let mut tx = ctx.engine.database().begin_read().await?;
    let mut content = Vec::with_capacity(usize::try_from(info.size).unwrap_or(0).min(LIMIT));
    for number in 0.. {
        let rows = tx.fetch(&file_contents::get(tx.dialect(), info.id, number)).await?;
        let Some([Value::Bytes(bytes)]) = rows.first().map(Vec::as_slice) else { break };
        content.extend_from_slice(bytes);
    }
    Ok(content)
}

/// Finds which of the files the caller may put into a record: own uploads, and those of records that may be read.
pub(crate) async fn usable(ctx: &Context, tx: &mut Transaction, ids: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    Ok(known(ctx, Some(tx), ids, Lock::Share).await?.into_iter().map(|info| info.id).collect())
}

/// Tells of the files that the caller may read: own uploads, and those of records that may be read.
pub(crate) async fn known(
    ctx: &Context,
    mut tx: Option<&mut Transaction>,
    ids: &[Uuid],
    lock: Lock,
) -> Result<Vec<FileInfo>, Error> {
    let dialect = ctx.engine.database().dialect();
    let grant = system(ctx, Operation::Read)?;
    let rows = ask(ctx, &mut tx, &query::write::load(&grant, ids, lock, Bin::Live, dialect)).await?;
    let images = query::write::images(grant.entity(), rows);
    let mut others: Vec<Uuid> = images.iter().filter(|(_, image)| !is_own(ctx, image)).map(|(id, _)| *id).collect();
    for (grant, field) in holders(ctx) {
        if others.is_empty() {
            break;
        }
        let Some(field) = grant.entity().field_by_id(&field) else { continue };
        let Some(statement) = query::write::referencing(&grant, field, &others, Lock::None, dialect) else { continue };
        let held: HashSet<Uuid> = ask(ctx, &mut tx, &statement)
            .await?
            .iter()
            .filter_map(|row| if let [_, Value::Id(file)] = row.as_slice() { Some(*file) } else { None })
            .collect();
        others.retain(|id| !held.contains(id));
    }
    let open = images.iter().filter(|(id, _)| !others.contains(id));
    Ok(open.map(|(id, image)| info(*id, image)).collect())
}

async fn ask(ctx: &Context, tx: &mut Option<&mut Transaction>, statement: &Statement) -> Result<Rows, Error> {
    Ok(match tx {
        Some(tx) => tx.fetch(statement).await?,
        None => ctx.engine.database().fetch(statement).await?,
    })
}

/// File fields that the caller may read, each with the leave to read its entity.
fn holders(ctx: &Context) -> impl Iterator<Item = (Grant, FieldId)> {
    ctx.catalog().entities().iter().flat_map(|entity| {
        let fields = entity.fields.iter().filter(
            |field| matches!(&field.kind, FieldKind::Link { relation, .. } | FieldKind::Links { relation, .. } if relation.target.as_str() == ENTITY),
        );
        let grant = ctx.access.read(&entity.id);
        let readable = fields.filter_map(move |field| {
            let grant = grant.clone().filter(|grant| grant.allows(field))?;
            Some((grant, field.id.clone()))
        });
        readable.collect::<Vec<_>>()
    })
}

fn system(ctx: &Context, operation: Operation) -> Result<Grant, Error> {
    let access = Access::system(Reason::Bookkeeping, ctx.catalog().clone());
    let grant = ctx.catalog().entity(ENTITY).and_then(|entity| access.grant(&entity.id, operation));
    grant.ok_or_else(|| Error::Internal("no entity `file`".to_owned(), None))
}

fn is_own(ctx: &Context, image: &Image) -> bool {
    match (ctx.user, image.values.get(&FieldId::new("created_by"))) {
        (Some(user), Some(Value::Id(by))) => user == *by,
        // The engine itself, run by whoever owns the machine.
        (None, _) => true,
        _ => false,
    }
}

fn image(ctx: &Context, info: &FileInfo) -> Image {
    let by = ctx.user.map_or(Value::Empty, Value::Id);
    let now = Value::DateTime(ctx.now);
    let values = [
        ("id", Value::Id(info.id)),
        ("created_at", now.clone()),
        ("created_by", by.clone()),
        ("updated_at", now),
        ("updated_by", by.clone()),
        ("owner", by),
        ("version", Value::Integer(1)),
        ("file.name", Value::Text(info.name.as_str().into())),
        ("file.size", Value::Integer(info.size.cast_signed())),
        ("file.type", Value::Text(info.kind.as_str().into())),
    ];
    Image { values: values.into_iter().map(|(id, value)| (FieldId::new(id), value)).collect() }
}

fn info(id: Uuid, image: &Image) -> FileInfo {
    let text = |id: &str| match image.values.get(&FieldId::new(id)) {
        Some(Value::Text(text)) => text.to_string(),
        _ => String::new(),
    };
    let size = match image.values.get(&FieldId::new("file.size")) {
        Some(Value::Integer(size)) => size.cast_unsigned(),
        _ => 0,
    };
    FileInfo { id, name: text("file.name"), size, kind: text("file.type") }
}

/// Keeps the last part of a name, which is for people only: the content is found by its identity.
fn plain_name(name: &str) -> Result<String, Diagnostic> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(255).collect();
    if clean.is_empty() || clean.chars().all(|c| c == '.') {
        return Err(Diagnostic::error("file.name_missing").at("/name"));
    }
    Ok(clean)
}

/// Finds the media type: by the first bytes, else by the ending of the name where the content may be text.
fn kind(name: &str, content: &[u8]) -> String {
    if let Some(found) = infer::get(content) {
        return found.mime_type().to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let is_text = !content.contains(&0);
    let kind = match ending.as_str() {
        "txt" | "log" | "md" if is_text => "text/plain",
        "csv" if is_text => "text/csv",
        "json" if is_text => "application/json",
        "xml" if is_text => "application/xml",
        "html" | "htm" if is_text => "text/html",
        "svg" if is_text => "image/svg+xml",
        _ => "application/octet-stream",
    };
    kind.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_and_control_characters() {
        assert_eq!(plain_name("../../etc/пас\nсворд.txt").unwrap(), "пассворд.txt");
        assert_eq!(plain_name("C:\\x\\y.doc").unwrap(), "y.doc");
        assert!(plain_name("..").is_err());
        assert!(plain_name("a/").is_err());
    }

    #[test]
    fn content_decides_the_type_before_the_name() {
        assert_eq!(kind("a.txt", b"\x89PNG\r\n\x1a\n0000"), "image/png");
        assert_eq!(kind("a.csv", b"a,b"), "text/csv");
        assert_eq!(kind("a.csv", b"a\0b"), "application/octet-stream");
    }
}
