//! The HTTP interface of an engine, and the binary `verstak`.
//!
//! Requests come in through [`router`]; the extractors make a context of them; the engine decides; `wire` and `problem`
//! write the answer.

pub mod messages;
