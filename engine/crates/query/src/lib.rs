//! Requests to statements: what was asked, what it means over a catalog and a person's rights, and its SQL.

pub mod request;
pub mod settings;
pub mod plan;
pub mod select;
pub mod estimate;
pub mod shape;
pub mod tally;
pub mod search;
pub mod image;
pub mod write;
pub mod kept;
pub mod error;
mod cursor;
mod lower;
mod build;

pub use error::QueryError;
pub use image::Image;
pub use lower::too_large;
pub use plan::Plan;
pub use request::{AggregateRequest, Count, GroupKey, Measure, Request, SelectItem, SortKey};
pub use select::{count, select};
pub use settings::Settings;
pub use shape::{Page, shape};
pub use tally::{begins, quoted, shape_groups, shape_others, tally};
