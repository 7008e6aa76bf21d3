//! The job that hands one letter to the server, until the server has it or never will.

use access::Reason;
use chrono::Duration;
use expression::{FieldId, Value};
use query::Image;
use query::write::{Bin, Lock};
use serde_json::{Value as Json, json};
use storage::failpoint;
use storage::internal::jobs as stored;
use uuid::Uuid;

use super::keep::{ENTITY, tell_author};
use super::letter::{LISTS, Mailed};
use super::server::{Fault, Why, mailbox};
use super::{keeper, note, text};
use crate::jobs::{self, Job};
use crate::records::batch::{ATTEMPTS, pause};
use crate::records::command::identity;
use crate::records::over_newest;
use crate::records::unit_of_work::UnitOfWork;
use crate::{Context, Engine, Error, files};

/// Kind of the jobs that deliver letters.
pub(crate) const JOB: &str = "mail";

/// How long is waited after each attempt that failed in a way that may pass; after the last one the letter is given up. In
/// all a day: servers that make strangers wait, or are down for a night, are met again.
const WAITS: [Duration; 9] = [
    Duration::seconds(1),
    Duration::seconds(30),
    Duration::minutes(5),
    Duration::minutes(15),
    Duration::hours(1),
    Duration::hours(3),
    Duration::hours(5),
    Duration::hours(7),
    Duration::hours(8),
];

/// Delivers the letter of a job, and writes down how it went.
pub(crate) async fn resume(engine: &Engine, job: &Job) -> Result<Json, Error> {
    let input: Json = serde_json::from_str(&job.input).map_err(|error| Error::broken(error.to_string()))?;
    let id =
        input["letter"].as_str().and_then(identity).ok_or_else(|| Error::broken("a letter without an identity"))?;
    engine.follow().await?;
    let ctx = engine.system(Reason::Messages);
    let is_wanted = jobs::find(engine, job.id).await?.is_some_and(|job| !job.cancelled);
    let went = match read(&ctx, id).await? {
        None => return end(&ctx, job, id, None).await,
        Some(_) if !is_wanted => Err(Fault::Final(Why::ours("cancelled"))),
        Some(letter) => send(&ctx, letter).await,
    };
    failpoint("mail.sent");
    if let Err(fault) = &went {
        tracing::warn!(letter = %id, fault = ?fault, "a letter did not go");
    }
    end(&ctx, job, id, Some(went)).await
}

async fn send(ctx: &Context, letter: Mailed) -> Result<(), Fault> {
    let server = ctx.engine.mail().filter(|_| !ctx.engine.config().outbound_closed);
    let server = server.ok_or_else(|| Fault::Passing(Why::ours("no_server")))?;
    let message =
        letter.message().map_err(|error| Fault::Final(Why { reason: "unwritable", words: error.to_string() }))?;
    server.send(message).await
}

/// Writes down how an attempt went; tries again what met another transaction, for what was sent cannot be taken back.
async fn end(ctx: &Context, job: &Job, id: Uuid, went: Option<Result<(), Fault>>) -> Result<Json, Error> {
    let mut attempt = 1;
    loop {
        let went = went.as_ref();
        match over_newest(ctx, |ctx| async move { end_once(&ctx, job, id, went).await }).await {
            Err(error) if attempt < ATTEMPTS && error.has_met_another() => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            other => return other.map(|()| json!({"letter": id})),
        }
    }
}

async fn end_once(ctx: &Context, job: &Job, id: Uuid, went: Option<&Result<(), Fault>>) -> Result<(), Error> {
    let (keeper, now) = (keeper(ctx, ENTITY)?, ctx.engine.now());
    let mut unit = UnitOfWork::begin(ctx).await?;
    let dialect = unit.dialect();
    let load = query::write::load(&keeper, &[id], Lock::Update, Bin::Live, dialect);
    let rows = unit.tx(ctx).await?.fetch(&load).await?;
    let before = query::write::images(keeper.entity(), rows).into_iter().next().map(|(_, image)| image);
    let before = before.filter(|image| word(image, "status") == "queued");
    let done = stored::remove(dialect, job.id);
    let (Some(before), Some(went)) = (before, went) else {
        // Another node had it too, or it is in the bin.
        unit.tx(ctx).await?.execute(&done).await?;
        return unit.commit(ctx).await;
    };
    let attempts = number(&before, "attempts") + 1;
    let wait = usize::try_from(attempts - 1).ok().and_then(|at| WAITS.get(at));
    let (status, why, later) = match (went, wait) {
        (Ok(()), _) => ("sent", None, None),
        (Err(Fault::Passing(why)), Some(wait)) => ("queued", Some(why), Some(now + *wait)),
        (Err(Fault::Passing(why) | Fault::Final(why)), _) => ("failed", Some(why), None),
    };
    let mut changed = Image::default();
    let mut put = |name: &str, value: Value| drop(changed.values.insert(of(name), value));
    put("status", Value::Text(status.into()));
    put("attempts", Value::Integer(attempts));
    put("reason", text(why.map_or("", |why| why.reason)));
    put("error", text(why.map_or("", |why| &why.words)));
    if status == "sent" {
        put("sent_at", Value::DateTime(now));
    }
    changed.values.insert(FieldId::new("updated_at"), Value::DateTime(now));
    let version = number_of(&before, "version");
    let update = query::write::update(&keeper, id, &changed, version, dialect);
    unit.tx(ctx).await?.execute(&update).await?;
    let mut after = before.clone();
    after.values.extend(changed.values);
    after.values.insert(FieldId::new("version"), Value::Integer(version + 1));
    if status == "failed" {
        let author = before.values.get(&FieldId::new("created_by"));
        let author = if let Some(Value::Id(author)) = author { Some(*author) } else { None };
        tell_author(ctx, &mut unit, author, id, word(&before, "subject")).await?;
    }
    note(ctx, &mut unit, &keeper, id, version + 1, before, after);
    let worker = ctx.engine.jobs().id();
    let job = match later {
        Some(at) => stored::postpone(dialect, job.id, worker, at.timestamp_millis(), now.timestamp_millis()),
        None => done,
    };
    unit.tx(ctx).await?.execute(&job).await?;
    unit.commit(ctx).await
}

/// Reads a letter that is still to be sent, with its files.
async fn read(ctx: &Context, id: Uuid) -> Result<Option<Mailed>, Error> {
    let (keeper, database) = (keeper(ctx, ENTITY)?, ctx.engine.database());
    let dialect = database.dialect();
    let rows = database.fetch(&query::write::load(&keeper, &[id], Lock::None, Bin::Live, dialect)).await?;
    let image = query::write::images(keeper.entity(), rows).into_iter().next().map(|(_, image)| image);
    let Some(image) = image.filter(|image| word(image, "status") == "queued") else { return Ok(None) };
    // Mail is from whom the settings name when it goes.
    let Some(from) = ctx.engine.mail().map(|server| server.from().clone()).or_else(|| mailbox(word(&image, "from")))
    else {
        return Err(Error::broken("a letter from nobody"));
    };
    let field = keeper.entity().field("files");
    let linked = match field.and_then(|field| query::write::links_read(&keeper, field, &[id], dialect)) {
        Some(statement) => database.fetch(&statement).await?,
        None => Vec::new(),
    };
    let ids: Vec<Uuid> = linked
        .iter()
        .filter_map(|row| if let [_, Value::Id(id)] = row.as_slice() { Some(*id) } else { None })
        .collect();
    let mut attached = Vec::new();
    if !ids.is_empty() {
        for info in files::known(ctx, None, &ids, Lock::None).await? {
            let content = files::content(ctx, &info).await?;
            attached.push((info, content));
        }
    }
    Ok(Some(Mailed {
        id,
        from,
        to: LISTS.map(|name| word(&image, name).lines().filter_map(mailbox).collect()),
        subject: word(&image, "subject").to_owned(),
        text: word(&image, "text").to_owned(),
        html: word(&image, "html").to_owned(),
        files: attached,
    }))
}

pub(super) fn of(name: &str) -> FieldId {
    FieldId::new(&format!("{ENTITY}.{name}"))
}

pub(super) fn word<'a>(image: &'a Image, name: &str) -> &'a str {
    if let Some(Value::Text(text)) = image.values.get(&of(name)) { text } else { "" }
}

fn number(image: &Image, name: &str) -> i64 {
    if let Some(Value::Integer(number)) = image.values.get(&of(name)) { *number } else { 0 }
}

pub(super) fn number_of(image: &Image, attribute: &str) -> i64 {
    if let Some(Value::Integer(number)) = image.values.get(&FieldId::new(attribute)) { *number } else { 0 }
}
