//! The context of a signed-in caller.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, header};
use engine::diagnostic::Diagnostic;
use engine::identity::gone::Shown;
use engine::identity::{Client, preview};
use engine::{Context, Engine, Error, Operation, records};
use uuid::Uuid;

use super::list;
use crate::guard::Caller;
use crate::problem::Failure;

/// Header by which an administrator sees what a role or a person sees: `role:sales`, `user:<id>`.
const PREVIEW: &str = "x-verstak-preview";

/// A signed-in caller with the context of this request, whose address has no parameters: one that nobody reads is one
/// that somebody relies on.
pub(crate) struct Signed {
    pub(crate) ctx: Context,
    /// The session's token, when the caller came by cookie.
    pub(crate) session: Option<String>,
    /// By what the caller was recognised.
    pub(crate) shown: Shown,
}

/// A signed-in caller with the parameters of the address, all of which the handler has to account for.
pub(crate) struct Asking {
    pub(crate) ctx: Context,
    /// The part of the address after the question mark.
    pub(crate) query: Option<String>,
}

impl FromRequestParts<Engine> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, engine: &Engine) -> Result<Self, Failure> {
        let signed = signed(parts, engine).await?;
        list::named(parts.uri.query(), [])?;
        Ok(signed)
    }
}

impl FromRequestParts<Engine> for Asking {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, engine: &Engine) -> Result<Self, Failure> {
        let Signed { ctx, .. } = signed(parts, engine).await?;
        Ok(Self { ctx, query: parts.uri.query().map(str::to_owned) })
    }
}

impl Asking {
    /// The context of a call that has no parameters, from who may do this to records of an entity: who may not hears
    /// that, whatever was sent.
    pub(crate) fn permitted(self, entity: &str, operation: Operation) -> Result<Context, Failure> {
        records::permitted(&self.ctx, entity, operation)?;
        list::named(self.query.as_deref(), [])?;
        Ok(self.ctx)
    }
}

async fn signed(parts: &Parts, engine: &Engine) -> Result<Signed, Failure> {
    let caller = caller(parts);
    let shown = match (&caller.session, &caller.token) {
        (Some(session), _) => Shown::Session(session.clone()),
        (None, token) => Shown::Token(token.clone().unwrap_or_default()),
    };
    let Some(authenticated) = &caller.authenticated else {
        return Err(Error::Unauthenticated(Diagnostic::error("auth.required")).into());
    };
    let mut ctx = engine.context_of(authenticated, caller.locale).from(caller.origin());
    if let Some(of) = parts.headers.get(PREVIEW) {
        if !is_reading(parts) {
            return Err(Error::Forbidden(Diagnostic::error("access.preview_write")).into());
        }
        ctx = preview(&ctx, of.to_str().unwrap_or_default()).await?;
    }
    Ok(Signed { ctx, session: caller.session, shown })
}

/// Says whether a request changes nothing: questions too long for an address come by POST.
fn is_reading(parts: &Parts) -> bool {
    let path = parts.uri.path();
    let of_records = path.starts_with("/records/") && (path.ends_with("/query") || path.ends_with("/aggregate"));
    let of_dashboard = path.starts_with("/dashboards/") && path.ends_with("/data");
    let of_form = path.starts_with("/forms/") && path.ends_with("/data");
    let asks = of_records || of_dashboard || of_form || path == "/measures" || path.starts_with("/measures/");
    matches!(parts.method, Method::GET | Method::HEAD) || (parts.method == Method::POST && asks)
}

/// Anybody, signed in or not, by network address and what the client calls itself.
pub(crate) struct WhoAmI {
    address: String,
    user_agent: String,
    /// The session of the browser, when it had one.
    pub(crate) session: Option<String>,
    /// Whose session it is.
    pub(crate) user: Option<Uuid>,
}

impl WhoAmI {
    /// The same for the engine.
    pub(crate) fn client(&self) -> Client<'_> {
        Client { address: &self.address, user_agent: &self.user_agent }
    }
}

impl FromRequestParts<Engine> for WhoAmI {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Engine) -> Result<Self, Failure> {
        let caller = caller(parts);
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
        let user = caller.authenticated.map(|who| who.person.id);
        Ok(Self { address: caller.address, user_agent: user_agent.to_owned(), session: caller.session, user })
    }
}

fn caller(parts: &Parts) -> Caller {
    parts.extensions.get::<Caller>().cloned().expect("the guard runs before every handler of the interface")
}
