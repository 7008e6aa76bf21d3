//! The context of a signed-in caller.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use engine::diagnostic::Diagnostic;
use engine::{Context, Engine, Error};

use crate::guard::Caller;
use crate::problem::Failure;

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
        let ctx = engine.context(authenticated.actor.clone(), caller.locale);
        Ok(Self { ctx, session: caller.session })
    }
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
