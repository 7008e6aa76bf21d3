//! What the fuzz targets do with the bytes they are given: a module for each target, and what they share.
//!
//! Whatever panics is a find. How the targets are run is told in `CONTRIBUTING.md`.

pub mod expressions;
pub mod lowering;
pub mod requests;
pub mod cursors;
pub mod documents;
mod told;
mod world;
