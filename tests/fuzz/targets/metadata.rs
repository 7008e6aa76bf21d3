//! Any JSON as documents of a workspace: mistakes with their places, or a plan that runs.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::documents::run(bytes));
