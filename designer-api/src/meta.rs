//! Metadata over HTTP: the catalog, drafts, plans, publishing, revisions, schedules, expressions.

pub(crate) mod advice;
pub(crate) mod catalog;
pub(crate) mod datasets;
pub(crate) mod drafts;
pub(crate) mod publish;
pub(crate) mod revisions;
pub(crate) mod schedules;
pub(crate) mod measures;
pub(crate) mod registers;
pub(crate) mod scripts;
pub(crate) mod hidden;
pub(crate) mod expressions;
