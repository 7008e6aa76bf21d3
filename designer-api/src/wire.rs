//! What answers look like; the only serialised types of the edge beside request bodies.

pub(crate) mod catalog;
pub(crate) mod dashboards;
pub(crate) mod forms;
pub(crate) mod expressions;
pub(crate) mod measures;
pub(crate) mod meta;
