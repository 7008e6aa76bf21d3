//! Endpoints: functions that programs call over HTTP.

use diagnostic::Diagnostic;
use scripting::Argument;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::apply::{self, Ending};
use super::budget::Budget;
use super::buttons::{real, write};
use super::elsewhere::Egress;
use super::run::{Call, rights, run};
use super::session::Pending;
use crate::records::batch::Done;
use crate::records::command::identity;
use crate::records::over_newest;
use crate::{Context, Error};

/// What a program asks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method of HTTP.
    pub method: String,
    /// Address below `/api/x/`.
    pub path: String,
    /// What stands behind the question mark, by name.
    pub query: Map<String, Json>,
    /// The body; `null` for none.
    pub body: Json,
}

/// What a program is told.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Status of HTTP.
    pub status: u16,
    /// The body; `null` for none.
    pub body: Json,
}

/// Runs the function that answers at an address; what it writes becomes true before it is told.
///
/// A function that returns `#{status: 201, body: ...}` says both itself; whatever else it returns is the body.
pub async fn call(ctx: &Context, asked: &Asked) -> Result<Answered, Error> {
    apply::again(|| over_newest(ctx, |ctx| async move { call_once(&ctx, asked).await })).await
}

async fn call_once(ctx: &Context, asked: &Asked) -> Result<Answered, Error> {
    let scripts = &ctx.catalog().scripts;
    let Some((endpoint, places)) = scripts.endpoint(&asked.method, &asked.path) else {
        let methods = if ctx.access.rights().use_applications { scripts.methods(&asked.path) } else { Vec::new() };
        let methods = methods.join(", ");
        let unknown = Diagnostic::error(if methods.is_empty() { "endpoint.unknown" } else { "endpoint.method" });
        return Err(Error::NotFound(unknown.with("methods", methods)));
    };
    // Who may not call it hears what a stranger hears.
    if !ctx.access.rights().use_applications || !ctx.access.plays(&endpoint.roles) {
        return Err(Error::NotFound(Diagnostic::error("endpoint.unknown")));
    }
    let endpoint = endpoint.clone();
    let places: Map<String, Json> = places.into_iter().map(|(name, text)| (name, Json::from(text))).collect();
    let request = json!({"method": asked.method, "path": places, "query": asked.query, "body": asked.body});
    let rights = rights(ctx, &endpoint.called);
    let call = Call {
        called: &endpoint.called,
        arguments: vec![Argument::Json(request)],
        subject: None,
        // As with what it writes: a page of another site can have it asked.
        egress: if asked.method == "GET" { Egress::Reads } else { Egress::Any },
        budget: Budget::CALL,
    };
    let ran = run(ctx, &rights, None, call).await?;
    if asked.method == "GET" && !ran.pending.is_empty() {
        // A page of another site can have a browser ask, with all the rights of the person who sits before it.
        return Err(Error::Invalid(vec![Diagnostic::error("endpoint.get_writes")]));
    }
    let done = write(&rights, &endpoint.called.script, ran.pending.clone(), Ending::Kept).await?;
    let value = known(ran.value, &ran.pending, &done);
    match value.as_object().and_then(|answer| Some((answer.get("status")?.as_u64()?, answer))) {
        Some((status @ 200..=499, answer)) if answer.keys().all(|key| key == "status" || key == "body") => {
            let body = answer.get("body").cloned().unwrap_or_default();
            Ok(Answered { status: u16::try_from(status).unwrap_or(200), body })
        }
        _ => Ok(Answered { status: 200, body: value }),
    }
}

/// Puts the identities that records have by now in the place of those that the run knew them by.
fn known(value: Json, pending: &[Pending], done: &[Done]) -> Json {
    match value {
        Json::String(text) => {
            let id: Option<Uuid> = identity(&text).map(|id| real(id, pending, done));
            Json::from(id.map_or(text, |id| id.to_string()))
        }
        Json::Array(items) => items.into_iter().map(|item| known(item, pending, done)).collect(),
        Json::Object(members) => {
            Json::Object(members.into_iter().map(|(name, value)| (name, known(value, pending, done))).collect())
        }
        other => other,
    }
}
