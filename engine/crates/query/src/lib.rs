//! Requests to statements: what was asked, what it means over a catalog and a person's rights, and its SQL.

pub mod request;
pub mod plan;
pub mod image;
pub mod error;

pub use error::QueryError;
pub use image::Image;
pub use plan::{Page, Plan};
pub use request::{Count, Request, SelectItem, SortKey};
