//! Writing what a run wants done: by the way of every save, all of it or nothing.

use std::collections::HashMap;
use std::future::Future;

use serde_json::{Map, Value as Json};
use sql::Statement;
use uuid::Uuid;

use super::session::Pending;
use crate::records::batch::{self, ATTEMPTS, Done, MadeByScript, pause};
use crate::records::unit_of_work::UnitOfWork;
use crate::records::{Operation, command};
use crate::{Context, Error};

/// Gives what is wanted as operations, in which a record that is made is named by the number of its operation.
pub(super) fn operations(pending: Vec<Pending>) -> Vec<Operation> {
    let made = pending.iter().enumerate().filter_map(|(at, it)| match it {
        Pending::Create { id, .. } => Some((*id, format!("${at}"))),
        _ => None,
    });
    let made: HashMap<Uuid, String> = made.collect();
    let named = |id: Uuid| made.get(&id).cloned().unwrap_or_else(|| id.to_string());
    let written = |values: Map<String, Json>| {
        values.into_iter().map(|(name, value)| (name, renamed(value, &made))).collect::<Map<String, Json>>()
    };
    let operation = |it: Pending| match it {
        Pending::Create { entity, values, .. } => Operation::Create { entity, values: written(values) },
        Pending::Update { entity, id, version, values } => {
            Operation::Update { entity, id: named(id), values: written(values), version: Some(version) }
        }
        Pending::Delete { entity, id, version } => Operation::Delete { entity, id: named(id), version: Some(version) },
        Pending::Make(thing) => {
            let named = |text: &str| command::identity(text).and_then(|id| made.get(&id)).cloned();
            Operation::Make(MadeByScript(thing.about(|text| named(text).unwrap_or_else(|| text.to_owned()))))
        }
    };
    pending.into_iter().map(operation).collect()
}

fn renamed(json: Json, made: &HashMap<Uuid, String>) -> Json {
    match json {
        Json::String(text) => {
            let name = command::identity(&text).and_then(|id| made.get(&id));
            Json::String(name.cloned().unwrap_or(text))
        }
        Json::Array(items) => items.into_iter().map(|item| renamed(item, made)).collect(),
        Json::Object(members) => {
            Json::Object(members.into_iter().map(|(name, value)| (name, renamed(value, made))).collect())
        }
        other => other,
    }
}

/// Runs something until it has not met others: a function that read what somebody changes at the same time runs again over
/// what is there by then.
pub(super) async fn again<T, W>(work: impl Fn() -> W) -> Result<T, Error>
where
    W: Future<Output = Result<T, Error>>,
{
    let is_stale = |error: &Error| matches!(error, Error::StaleVersion { .. }) || error.is_published_meanwhile();
    repeated(is_stale, work).await
}

/// Does something until it does not fail in a way that passes.
async fn repeated<T, W>(is_passing: impl Fn(&Error) -> bool, work: impl Fn() -> W) -> Result<T, Error>
where
    W: Future<Output = Result<T, Error>>,
{
    let mut attempt = 1;
    loop {
        match work().await {
            Err(error) if attempt < ATTEMPTS && is_passing(&error) => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            other => return other,
        }
    }
}

/// Whether what was written stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It becomes true.
    Kept,
    /// It was to see that it could be written.
    Undone,
}

/// What one run wants done, with its rights.
pub(super) struct Part {
    /// The rights of the run.
    pub(super) rights: Context,
    /// Name of the script.
    pub(super) script: String,
    /// What it wants done.
    pub(super) operations: Vec<Operation>,
}

/// Performs what runs want done in one transaction, with a statement that must change one row where one is given; tries again
/// what met another transaction. What each part did is given one after the other.
pub(super) async fn perform(
    parts: &[Part],
    with: Option<(&Context, &Statement)>,
    ending: Ending,
) -> Result<Vec<Done>, Error> {
    let first = parts.iter().find(|part| !part.operations.is_empty()).map(|part| &part.rights);
    let Some(ctx) = first.or(with.map(|(ctx, _)| ctx)) else { return Ok(Vec::new()) };
    let statement = with.map(|(_, statement)| statement);
    let done = repeated(Error::has_met_another, || perform_once(ctx, parts, statement, ending)).await;
    done.map_err(placed)
}

async fn perform_once(
    ctx: &Context,
    parts: &[Part],
    with: Option<&Statement>,
    ending: Ending,
) -> Result<Vec<Done>, Error> {
    let mut unit = UnitOfWork::begin(ctx).await?;
    let mut done = Vec::new();
    for part in parts.iter().filter(|part| !part.operations.is_empty()) {
        unit.script = Some(part.script.as_str().into());
        done.extend(batch::within(&part.rights, &mut unit, &part.operations).await?);
    }
    if let Some(statement) = with {
        unit.later(ctx, statement.clone(), 1).await?;
    }
    match ending {
        Ending::Kept => unit.commit(ctx).await?,
        Ending::Undone => unit.rollback().await?,
    }
    Ok(done)
}

/// Takes away the place in a list that nobody outside has seen.
pub(super) fn placed(mut error: Error) -> Error {
    if let Error::Invalid(mistakes) | Error::Malformed(mistakes) | Error::Conflict(mistakes) = &mut error {
        for mistake in mistakes {
            mistake.place.pointer = without_list(&mistake.place.pointer).to_owned();
        }
    }
    if let Error::Forbidden(mistake) | Error::NotFound(mistake) = &mut error {
        mistake.place.pointer = without_list(&mistake.place.pointer).to_owned();
    }
    error
}

fn without_list(pointer: &str) -> &str {
    let Some(rest) = pointer.strip_prefix("/operations/") else { return pointer };
    let rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    rest.strip_prefix("/values").unwrap_or(rest)
}
