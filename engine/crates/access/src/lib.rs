//! Who may do what: an actor and a catalog give grants, and nothing is read or written without one.

pub mod access;
pub mod grant;
pub mod visible;

pub use access::{Access, Actor, Reason};
pub use grant::{Grant, Operation};
pub use visible::AccessScope;
