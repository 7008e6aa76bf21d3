//! Any bytes as a cursor, and true cursors changed or taken elsewhere: all are refused.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::cursors::run(bytes));
