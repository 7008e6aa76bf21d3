//! Any expression at any place of a question: what becomes of it runs on SQLite and means what it means in memory.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::lowering::run(bytes));
