//! The only crate with sqlx: opens databases, runs statements, decodes rows. Decides nothing.

pub mod error;
pub mod internal;

pub use error::Error;
