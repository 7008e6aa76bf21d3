//! Who may do what: an actor and a catalog give grants, and nothing is read or written without one.

pub mod access;
mod dataset;
mod register;
pub mod grant;
pub mod explain;
pub mod visible;

pub use access::{Access, Actor, Clock, Reason};
pub use explain::{Source, Tried};
pub use grant::{Grant, Operation, Reach};
pub use visible::AccessScope;
