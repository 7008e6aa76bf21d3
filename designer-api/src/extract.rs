//! What handlers take from a request.

pub(crate) mod context;
pub(crate) mod groups;
pub(crate) mod json;
pub(crate) mod list;

pub(crate) use context::{Asking, Signed, WhoAmI};
pub(crate) use json::{Json, NoBody};
