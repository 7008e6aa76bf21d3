//! Buttons: a function that a person calls for a record, or for several at once.

use std::sync::Arc;

use catalog::script::Button;
use diagnostic::Diagnostic;
use expression::RecordRef;
use query::{Request, SelectItem};
use scripting::Argument;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::apply::{self, Ending, Part};
use super::budget::Budget;
use super::elsewhere::Egress;
use super::parameters;
use super::run::{Call, Ran, rights, run};
use super::session::Pending;
use crate::records::batch::Done;
use crate::records::command::identity;
use crate::records::{self, label, over_newest};
use crate::{Context, Error};

/// Records for which a button is pressed at once.
pub const MOST: usize = 200;
/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Pressed {
    /// What the function tells the person: the text that it returned.
    pub message: Option<String>,
    /// The record that the function returned, to be opened: name of the entity, and identity.
    pub open: Option<(String, Uuid)>,
    /// Lines that it wrote, for whoever may draw.
    pub log: Vec<String>,
}

/// Which button is pressed, for which records, with which values.
#[derive(Debug, Clone)]
pub struct Press {
    /// Name of the entity.
    pub entity: String,
    /// Name of the script.
    pub script: String,
    /// Name of the button.
    pub button: String,
    /// The records, 1 to [`MOST`].
    pub records: Vec<Uuid>,
    /// What the person gave.
    pub parameters: Map<String, Json>,
}

/// Lists the buttons that the caller may know of on records of an entity.
pub fn known<'a>(ctx: &'a Context, entity: &'a catalog::Entity) -> impl Iterator<Item = &'a Arc<Button>> {
    let buttons = ctx.catalog().scripts.buttons_on(&entity.id);
    let theirs = buttons.filter(|button| ctx.access.plays(&button.roles));
    theirs.filter(|button| button.when.as_ref().is_none_or(|when| ctx.access.knows(when)))
}

/// Runs the function for each of the records; what it does for all of them becomes true at once, or nothing of it.
pub async fn press(ctx: &Context, press: &Press) -> Result<Pressed, Error> {
    apply::again(|| over_newest(ctx, |ctx| async move { press_once(&ctx, press).await })).await
}

async fn press_once(ctx: &Context, press: &Press) -> Result<Pressed, Error> {
    let entity = records::granted(ctx, &press.entity, crate::Operation::Read)?.entity().clone();
    let button = known(ctx, &entity).find(|it| it.called.script == press.script && it.name == press.button).cloned();
    let button = button.ok_or_else(|| Error::NotFound(Diagnostic::error("button.unknown")))?;
    if press.records.is_empty() || press.records.len() > MOST || (press.records.len() > 1 && !button.on_list) {
        let most = if button.on_list { MOST } else { 1 };
        let mistake = Diagnostic::error("button.records").with("found", press.records.len()).with("max", most);
        return Err(Error::Invalid(vec![mistake.at("/records")]));
    }
    let given = parameters::read(ctx, &button, &press.parameters)?;
    is_there(ctx, &entity, &button, &press.records).await?;
    let rights = rights(ctx, &button.called);
    let (mut pressed, mut pending, mut last) = (Pressed::default(), Vec::new(), None);
    for id in &press.records {
        let record = RecordRef { entity: entity.id.clone(), id: *id };
        let arguments = vec![Argument::Record(record), Argument::Values(given.clone())];
        let call = Call { called: &button.called, arguments, subject: None, egress: Egress::Any, budget: Budget::CALL };
        let ran = run(ctx, &rights, None, call).await?;
        pressed.log.extend(ran.log.iter().cloned());
        pending.extend(ran.pending.iter().cloned());
        last = Some(ran);
    }
    let done = write(&rights, &button.called.script, pending.clone(), Ending::Kept).await?;
    if let Some(ran) = last {
        (pressed.message, pressed.open) = shown(&ran, &pending, &done);
    }
    if !ctx.access.rights().design {
        pressed.log.clear();
    }
    Ok(pressed)
}

/// Writes what runs want done.
pub(super) async fn write(
    rights: &Context,
    script: &str,
    pending: Vec<Pending>,
    ending: Ending,
) -> Result<Vec<Done>, Error> {
    let rights = Context { depth: rights.depth + 1, ..rights.clone() };
    let part = Part { rights, script: script.to_owned(), operations: apply::operations(pending) };
    apply::perform(&[part], None, ending).await
}

/// Refuses records that the caller may not read, and those on which there is no such button now.
async fn is_there(ctx: &Context, entity: &catalog::Entity, button: &Button, ids: &[Uuid]) -> Result<(), Error> {
    let list: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    let among = format!("id in [{}]", list.join(", "));
    let counted = |filter: String| async move {
        let request = Request {
            select: Some(vec![SelectItem::Path("id".to_owned())]),
            filter: Some(filter),
            limit: Some(MOST as u32),
            ..Request::default()
        };
        records::list(ctx, &entity.name, request).await.map(|list| list.page.items.len())
    };
    if counted(among.clone()).await? < ids.len() {
        let name = label(&entity.label, ctx.locale).unwrap_or(&entity.name);
        return Err(Error::NotFound(Diagnostic::error("record.not_found").with("entity", name)));
    }
    if let Some(condition) = &button.condition
        && counted(format!("{among} && ({condition})")).await? < ids.len()
    {
        let name = label(&button.label, ctx.locale).unwrap_or(&button.name);
        return Err(Error::Invalid(vec![Diagnostic::error("button.not_now").with("button", name)]));
    }
    Ok(())
}

/// What the function returned, for people: a text, or a record to open; one that it made has its identity by now.
pub(super) fn shown(ran: &Ran, pending: &[Pending], done: &[Done]) -> (Option<String>, Option<(String, Uuid)>) {
    match &ran.value {
        Json::String(text) if !text.is_empty() => (Some(text.clone()), None),
        Json::Object(record) => {
            let id = record.get("id").and_then(Json::as_str).and_then(identity);
            let entity = record.get("entity").and_then(Json::as_str).map(str::to_owned);
            (
                record.get("message").and_then(Json::as_str).map(str::to_owned),
                entity.zip(id.map(|id| real(id, pending, done))),
            )
        }
        _ => (None, None),
    }
}

/// The identity by which everybody knows a record that a run made.
pub(super) fn real(id: Uuid, pending: &[Pending], done: &[Done]) -> Uuid {
    let at = pending.iter().position(|it| matches!(it, Pending::Create { id: made, .. } if *made == id));
    at.and_then(|at| done.get(at)).map_or(id, |done| done.id)
}
