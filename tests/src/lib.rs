//! What the integration tests and the benchmarks share. The tests themselves are the one binary `it`.

pub mod cluster;
pub mod conformance;
