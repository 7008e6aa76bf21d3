//! The documents of the metadata as people write them.

pub mod document;

pub use document::{Document, Kind, Label};
