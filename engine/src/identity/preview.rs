//! Looking through the eyes of others: what a role or a person sees, without signing in as anybody.

use access::Actor;
use diagnostic::Diagnostic;
use uuid::Uuid;

use super::people::person_of;
use crate::{Context, Error};

/// Makes the context of a preview, `role:sales` or `user:<id>`, for an administrator. Nothing may be written in it: that is
/// the caller's to keep.
pub async fn preview(ctx: &Context, of: &str) -> Result<Context, Error> {
    if !ctx.access.rights().administer {
        return Err(Error::Forbidden(Diagnostic::error("access.administer")));
    }
    let malformed = || Error::Malformed(vec![Diagnostic::error("access.preview_malformed").with("found", of)]);
    Ok(match of.split_once(':') {
        Some(("role", name)) if ctx.catalog().role(name).is_some() => {
            let actor = Actor { user: ctx.caller()?, roles: vec![name.to_owned()] };
            ctx.engine.context_in(actor, ctx.locale, Some(ctx.zone))
        }
        Some(("user", id)) => {
            let id = Uuid::try_parse(id).map_err(|_| malformed())?;
            let who = person_of(&ctx.engine, id).await?.ok_or_else(malformed)?;
            ctx.engine.context_of(&who, ctx.locale)
        }
        _ => return Err(malformed()),
    })
}
