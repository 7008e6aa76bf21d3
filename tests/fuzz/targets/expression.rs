//! Any text as an expression: read, printed, checked and computed.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::expressions::run(bytes));
