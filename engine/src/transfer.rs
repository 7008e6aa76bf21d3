//! Data in and out of the workspace.

pub mod import;
pub mod export;
