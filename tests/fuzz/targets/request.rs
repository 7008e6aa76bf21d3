//! Any bytes as a request for records: an answer in every case, and never a failure.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::requests::run(bytes));
