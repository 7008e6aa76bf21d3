//! The HTTP interface of an engine, and the binary `verstak`.
//!
//! Requests come in through [`router()`]; the extractors make a context of them; the engine decides; `wire` and `problem`
//! write the answer.

mod router;
mod extract;
mod auth;
mod audit;
mod records;
mod letters;
mod measures;
mod dashboards;
mod forms;
mod notifications;
mod scripts;
mod search;
mod views;
mod batch;
mod files;
mod imports;
mod exports;
mod events;
mod jobs;
mod meta;
mod workspace;
mod openapi;
mod health;
mod assets;
mod guard;
mod wire;
mod problem;
pub mod messages;

pub use router::router;
