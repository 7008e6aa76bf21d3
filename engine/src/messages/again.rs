//! A letter that did not go, sent once more by whoever may.

use diagnostic::Diagnostic;
use expression::{FieldId, Value};
use query::write::{Bin, Lock};
use query::{Image, SelectItem};
use serde_json::json;
use uuid::Uuid;

use super::deliver::{JOB, number_of, of, word};
use super::keep::ENTITY;
use super::{keeper, note, text};
use crate::records::over_newest;
use crate::records::unit_of_work::UnitOfWork;
use crate::{Context, Error, jobs, records};

/// Has a letter that did not go delivered again, with the same `Message-ID`; one that is on its way or has gone stays as it is, so
/// that to ask twice sends it once. Whoever set off the script that wrote it may, while they may read it, and administrators.
/// Gives the letter as the caller may read it, as JSON text.
pub async fn send(ctx: &Context, id: Uuid) -> Result<String, Error> {
    let caller = ctx.caller()?;
    let select = Some(vec![SelectItem::Path("id".to_owned())]);
    drop(records::get(ctx, ENTITY, id, select).await?);
    let is_administrator = ctx.administrator().is_ok();
    over_newest(ctx, |ctx| async move { once(&ctx, id, caller, is_administrator).await }).await?;
    records::get(ctx, ENTITY, id, None).await
}

async fn once(ctx: &Context, id: Uuid, caller: Uuid, is_administrator: bool) -> Result<(), Error> {
    let keeper = keeper(ctx, ENTITY)?;
    let mut unit = UnitOfWork::begin(ctx).await?;
    let dialect = unit.dialect();
    let load = query::write::load(&keeper, &[id], Lock::Update, Bin::Live, dialect);
    let rows = unit.tx(ctx).await?.fetch(&load).await?;
    let before = query::write::images(keeper.entity(), rows).into_iter().next().map(|(_, image)| image);
    let before = before.ok_or_else(|| Error::NotFound(Diagnostic::error("record.not_found").with("entity", ENTITY)))?;
    let author = before.values.get(&FieldId::new("created_by"));
    if !is_administrator && author != Some(&Value::Id(caller)) {
        return Err(Error::Forbidden(Diagnostic::error("message.not_yours")));
    }
    if word(&before, "status") != "failed" {
        return unit.commit(ctx).await;
    }
    let is_closed = ctx.engine.config().outbound_closed;
    let Some(from) = ctx.engine.mail().map(|server| server.from().to_string()).or(is_closed.then(String::new)) else {
        return Err(Error::Invalid(vec![Diagnostic::error("message.no_server")]));
    };
    let mut changed = Image::default();
    let mut put = |name: &str, value: Value| drop(changed.values.insert(of(name), value));
    put("status", Value::Text("queued".into()));
    put("attempts", Value::Integer(0));
    put("from", text(&from));
    put("reason", Value::Empty);
    put("error", Value::Empty);
    changed.values.insert(FieldId::new("updated_at"), Value::DateTime(ctx.now));
    changed.values.insert(FieldId::new("updated_by"), Value::Id(caller));
    let version = number_of(&before, "version");
    unit.tx(ctx).await?.execute(&query::write::update(&keeper, id, &changed, version, dialect)).await?;
    let mut after = before.clone();
    after.values.extend(changed.values);
    after.values.insert(FieldId::new("version"), Value::Integer(version + 1));
    note(ctx, &mut unit, &keeper, id, version + 1, before, after);
    if !is_closed {
        jobs::enqueue(unit.tx(ctx).await?, ctx, JOB, 1, &json!({"letter": id})).await?;
        unit.wakes = true;
    }
    unit.commit(ctx).await
}
