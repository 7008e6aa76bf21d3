//! The context of a signed-in caller.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use engine::diagnostic::Diagnostic;
use engine::identity::preview;
use engine::{Context, Engine, Error};

use crate::guard::Caller;
use crate::problem::Failure;

/// Header by which an administrator sees what a role or a person sees: `role:sales`, `user:<id>`.
const PREVIEW: &str = "x-verstak-preview";

/// A signed-in caller with the context of this request.
pub(crate) struct Signed {
    pub(crate) ctx: Context,
    /// The session's token, when the caller came by cookie.
    pub(crate) session: Option<String>,
}

impl FromRequestParts<Engine> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, engine: &Engine) -> Result<Self, Failure> {
        let caller = caller(parts);
        let Some(authenticated) = caller.authenticated else {
            return Err(Error::Unauthenticated(Diagnostic::error("auth.required")).into());
        };
        let mut ctx = engine.context(authenticated.actor.clone(), caller.locale);
        if let Some(of) = parts.headers.get(PREVIEW) {
            if !is_reading(parts) {
                return Err(Error::Forbidden(Diagnostic::error("access.preview_write")).into());
            }
            ctx = preview(&ctx, of.to_str().unwrap_or_default()).await?;
        }
        Ok(Self { ctx, session: caller.session })
    }
}

/// Says whether a request changes nothing: questions too long for an address come by POST.
fn is_reading(parts: &Parts) -> bool {
    let path = parts.uri.path();
    let asks = path.starts_with("/records/") && (path.ends_with("/query") || path.ends_with("/aggregate"));
    matches!(parts.method, Method::GET | Method::HEAD) || (parts.method == Method::POST && asks)
}

/// Anybody, by network address.
pub(crate) struct WhoAmI {
    pub(crate) address: String,
}

impl FromRequestParts<Engine> for WhoAmI {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Engine) -> Result<Self, Failure> {
        let address = parts
            .extensions
            .get::<axum::extract::ConnectInfo<std::net::SocketAddr>>()
            .map_or_else(|| "unknown".to_owned(), |info| info.0.ip().to_string());
        Ok(Self { address })
    }
}

fn caller(parts: &Parts) -> Caller {
    parts.extensions.get::<Caller>().cloned().expect("the guard runs before every handler of the interface")
}
